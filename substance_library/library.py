"""The library as substances: what a release knows of each, how they belong together, and which spectra they have."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rdkit import Chem

from substance_library.errors import UnknownAccessionError
from substance_library.identifiers import InChIKey, Smiles
from substance_library.importers.stated_fields import CLASSES, NAMES, SYNONYMS
from substance_library.known_substance import KnownSubstance
from substance_library.name_search import NameHit, NameIndex
from substance_library.prepared_structure import prepare
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import LibraryRelease
from substance_library.stated_structure import stated_structure, structure_of_smiles
from substance_library.substance import UNDETERMINED, SubstanceName

_KEPT = 65_536
_MARKED = re.compile(r"\.|\[\d|\[[^\]]*[+-]")
"""A part beside another, an isotope or a charge: without one of them a structure is neither salt nor labelled."""


class IdentityBasis(StrEnum):
    """What the identity of a substance rests on."""

    RECOMPUTED = "recomputed"
    """The InChIKey was recomputed by RDKit from a structure."""
    STATED = "stated"
    """The source states an InChIKey and no usable structure: a claim."""
    NAME = "name"
    """The source states neither; the name alone stands for it, and tells nothing apart."""


class Kinship(StrEnum):
    """How one substance belongs to another."""

    SALT_OF = "salt of"
    """A salt, a solvate or another charge of it."""
    ISOTOPOLOGUE_OF = "isotopologue of"
    """The same structure with isotopes that are not natural."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation of a substance."""

    kinship: Kinship
    inchikey: InChIKey
    """Of the parent, recomputed; the library may or may not hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySubstance:
    """One substance with everything that a release has of it."""

    key: str
    """The InChIKey, or else the folded name: unique in the library."""
    inchikey: InChIKey | None
    basis: IdentityBasis
    smiles: str
    """Empty for unknown."""
    names: tuple[SubstanceName, ...]
    """As sources write them, each once."""
    substance_class: str
    accessions: tuple[str, ...]
    """Of its reference spectra; empty for a substance without any."""
    stated_keys: tuple[InChIKey, ...] = ()
    """Keys that records state beside the structure and that it does not give."""

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Of what it is a salt or an isotopologue; nothing where no structure says so."""
        return relations_of(self.smiles) if self.basis is IdentityBasis.RECOMPUTED else ()


@dataclass(frozen=True, kw_only=True)
class SubstanceLibrary:
    """The substances and reference spectra of one release.

    Identity is the InChIKey, recomputed from the structure where there is one. Two entries of one name and two keys are
    two substances.
    """

    release: LibraryRelease = field(repr=False)
    substances: tuple[LibrarySubstance, ...] = field(repr=False)

    @classmethod
    def of(cls, release: LibraryRelease, known: Iterable[KnownSubstance] = ()) -> "SubstanceLibrary":
        """Make the library of a release, and of what is known of substances beside their spectra."""
        facts = {str(one.inchikey): one for one in known}
        groups: dict[str, list[ReferenceSpectrum]] = defaultdict(list)
        for one in release.spectra:
            groups[substance_key(one)].append(one)
        found = [_substance(key, spectra, facts.pop(key, None)) for key, spectra in groups.items()]
        found += [_substance(key, [], one) for key, one in facts.items()]
        return cls(release=release, substances=tuple(found))

    def substance(self, key: str) -> LibrarySubstance:
        """Give a substance by its key.

        Raises
        ------
        UnknownAccessionError
            If the library has none.
        """
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownAccessionError(self.release.name, key) from None

    def spectra_of(self, key: str) -> tuple[ReferenceSpectrum, ...]:
        """Give the reference spectra of a substance, in the order of the release."""
        return tuple(map(self.release.reference, self.substance(key).accessions))

    def search_name(self, text: str) -> tuple[NameHit, ...]:
        """Give every substance that has a name; several may have it."""
        return self._names.search(text)

    def kin(self, key: str) -> tuple[LibrarySubstance, ...]:
        """Give the salts and isotopologues of a substance, and what it is a salt or isotopologue of."""
        mine = {one.inchikey for one in self.substance(key).relations}
        own = self.substance(key).inchikey
        return tuple(
            other
            for other in self.substances
            if other.key != key
            and (other.inchikey in mine or (own is not None and own in {one.inchikey for one in other.relations}))
        )

    @functools.cached_property
    def _by_key(self) -> Mapping[str, LibrarySubstance]:
        return {one.key: one for one in self.substances}

    @functools.cached_property
    def _names(self) -> NameIndex:
        return NameIndex((one.key, name) for one in self.substances for name in one.names)


def substance_key(reference: ReferenceSpectrum) -> str:
    """Give the key of the substance that a record is of: recomputed from its structure, else stated, else its name."""
    structure = stated_structure(reference)
    if structure is not None and structure.identity is not None:
        return str(structure.identity.inchikey)
    return reference.compound_key


@functools.lru_cache(maxsize=_KEPT)
def relations_of(smiles: str) -> tuple[Relation, ...]:
    """Say of what a structure is a salt or an isotopologue.

    Parameters
    ----------
    smiles : str
        Within the limits of ``Smiles``.

    Examples
    --------
    >>> [str(one.kinship) for one in relations_of("[2H]C([2H])([2H])N[C@@H](C)Cc1ccccc1.Cl")]
    ['isotopologue of', 'salt of']
    """
    if _MARKED.search(smiles) is None:
        return ()
    own = structure_of_smiles(smiles).identity
    plain = structure_of_smiles(_without_isotopes(smiles)).identity
    prepared = prepare(Smiles(smiles))
    parent = structure_of_smiles(prepared.stereo_smiles).identity
    relations = []
    if own and plain and plain.inchikey != own.inchikey:
        relations.append(Relation(kinship=Kinship.ISOTOPOLOGUE_OF, inchikey=plain.inchikey))
    if (
        plain
        and parent
        and (prepared.taken_off.parts or prepared.taken_off.charges)
        and parent.inchikey != plain.inchikey
    ):
        relations.append(Relation(kinship=Kinship.SALT_OF, inchikey=parent.inchikey))
    return tuple(relations)


def _substance(key: str, spectra: Sequence[ReferenceSpectrum], known: KnownSubstance | None) -> LibrarySubstance:
    smiles = (known.smiles if known else "") or _smiles(spectra)
    identity = structure_of_smiles(smiles).identity if smiles else None
    inchikey = identity.inchikey if identity else known.inchikey if known else _stated_key(spectra)
    stated = dict.fromkeys(one.inchikey for one in spectra if one.inchikey and one.inchikey != inchikey)
    return LibrarySubstance(
        key=key,
        inchikey=inchikey,
        basis=_basis(recomputed=identity is not None, stated=inchikey is not None),
        smiles=smiles,
        names=tuple(dict.fromkeys((*(known.names if known else ()), *_names(spectra)))),
        substance_class=(known.substance_class if known else "") or _class(spectra),
        accessions=tuple(one.accession for one in spectra),
        stated_keys=tuple(stated),
    )


def _basis(*, recomputed: bool, stated: bool) -> IdentityBasis:
    if recomputed:
        return IdentityBasis.RECOMPUTED
    return IdentityBasis.STATED if stated else IdentityBasis.NAME


def _smiles(spectra: Sequence[ReferenceSpectrum]) -> str:
    found = (stated_structure(one) for one in spectra)
    return next((str(one.smiles) for one in found if one is not None and one.smiles is not None), "")


def _stated_key(spectra: Sequence[ReferenceSpectrum]) -> InChIKey | None:
    return next((one.inchikey for one in spectra if one.inchikey), None)


def _names(spectra: Sequence[ReferenceSpectrum]) -> Iterator[SubstanceName]:
    """Give names and synonyms of the records; of none of them do such files state the language."""
    for one in spectra:
        source = one.provenance.source if one.provenance else "its record"
        wanted = {*NAMES, *SYNONYMS}
        texts = [one.name, *(value for key, value in one.fields if key in wanted and value.strip())]
        for text in dict.fromkeys(texts):
            yield SubstanceName(text=text, language=UNDETERMINED, source=source)


def _class(spectra: Sequence[ReferenceSpectrum]) -> str:
    return next((value for one in spectra for key, value in one.fields if key in CLASSES and value), "")


def _without_isotopes(smiles: str) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    for atom in molecule.GetAtoms():
        atom.SetIsotope(0)
    return str(Chem.MolToSmiles(Chem.RemoveHs(molecule)))
