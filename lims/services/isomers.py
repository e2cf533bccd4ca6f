"""Isomers that the library knows or that a structure allows: never silently none (rules ID-6 and L-3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lims.domain.identification_basis import Isomer, IsomerSet, IsomerState, Support, SupportKind
from lims.domain.identification_rule import Outcome
from lims.domain.isomer_group import IsomerGroup
from substance_library import InvalidIdentifierError, KnownSubstance, LibraryRelease, Smiles, starter_substances
from substance_library.isomers import Isomerism, isomerism, positional_isomers
from substance_library.prepared_structure import prepare
from substance_library.provenance import IonTechnique
from substance_library.separating_tests import separating_tests

_SKELETON = 14
"""Characters of an InChIKey that tell the connectivity."""
_FLAT = "UHFFFAOY"
"""What stands behind the skeleton where no stereochemistry and no isotope is stated."""
_STEREO = frozenset({Isomerism.DIASTEREOMER, Isomerism.ENANTIOMER, Isomerism.STEREO_OPEN})
_SPECTRUM = "mass spectrometry"
_SMILES = "smiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIsomers:
    """What tables and structure say of a substance."""

    isomers: tuple[Isomer, ...] = ()
    """Of the tables, told apart by nothing so far."""
    possible: tuple[str, ...] = ()
    """SMILES of ring isomers that the structure allows and no table holds."""
    formulas: tuple[str, ...] = ()
    """Of the substance, as the tables write it: an isomer group has one of them in its number."""


NO_ISOMERS = KnownIsomers()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateIsomers:
    """The isomers of a candidate before anybody identified it."""

    alike: tuple[Isomer, ...] = ()
    """Those that no confirmed group tells apart by their mass spectra."""
    told_apart: tuple[Isomer, ...] = ()
    """The others, each with its group."""
    possible: int = 0
    """Ring isomers that the structure allows and no table holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structures:
    """Structures by InChIKey, from the package, from records that state one, and from what a release knows."""

    texts: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, releases: Iterable[LibraryRelease], known: Iterable[KnownSubstance] = ()) -> "Structures":
        """Gather them; the package's own come before those of files."""
        texts: dict[str, str] = {str(one.inchikey): str(one.smiles) for one in starter_substances()}
        for one in known:
            texts.setdefault(str(one.inchikey), one.smiles)
        for release in releases:
            for spectrum in release.spectra:
                stated = next((value for name, value in spectrum.fields if name.casefold() == _SMILES), "")
                if spectrum.inchikey is not None and stated:
                    texts.setdefault(str(spectrum.inchikey), stated)
        return cls(texts=texts)

    def get(self, inchikey: str) -> Smiles | None:
        """Give a structure; None where none is known, or it cannot be read."""
        text = self.texts.get(inchikey, "")
        try:
            return Smiles(text) if text else None
        except InvalidIdentifierError:
            return None

    def relation(self, first: str, second: str) -> str:
        """Say how two substances differ by structure; empty where that is not known, or they are no isomers."""
        left, right = self.get(first), self.get(second)
        found = None if left is None or right is None else isomerism(left, right)
        return "" if found is None else found.value


def known_isomers(
    substance: str, inchikey: str | None, releases: Sequence[LibraryRelease], known: Iterable[KnownSubstance] = ()
) -> KnownIsomers:
    """Give the isomers of a substance that tables hold, and the ring isomers that its structure allows.

    Parameters
    ----------
    substance : str
        Its name: a library may put stereoisomers under one InChIKey, and the name says which is meant.
    inchikey : str or None
        None gives no isomers.
    releases : sequence of LibraryRelease
        In which its runs were searched.
    known : iterable of KnownSubstance
        What these releases know beside their spectra.

    Returns
    -------
    KnownIsomers
        Isomers by name, each once: all of the same formula and another connectivity; and, if the substance in question
        has its stereochemistry stated, all of its connectivity with another. A substance that leaves the
        stereochemistry open stands for all its forms, and they are no rivals of it.

    Notes
    -----
    Substances whose formula no table states are left out; so the expert's own list is added to this one, and takes
    nothing from it.
    """
    if inchikey is None:
        return NO_ISOMERS
    meant = _meant(substance, inchikey)
    lines = tuple(_lines(releases))
    structures = Structures.of(releases, known)
    formulas = {formula for _, key, formula in lines if key[:_SKELETON] == meant[:_SKELETON]}
    found: dict[str, Isomer] = {}
    for name, key, formula in lines:
        rival = formula in formulas and _is_rival(meant, substance, key, name, structures)
        if rival and _is_new(key, found):
            found[key] = _isomer(name, key, structures.relation(meant, key))
    return KnownIsomers(
        isomers=tuple(sorted(found.values(), key=lambda one: one.name)),
        possible=_possible(structures.get(meant), [structures.get(one.inchikey or "") for one in found.values()]),
        formulas=tuple(sorted(formulas)),
    )


def with_known(stated: IsomerSet, known: KnownIsomers, *, source: str) -> IsomerSet:
    """Add the library's isomers to those that the expert names; what the expert says of one of them stays.

    Parameters
    ----------
    source : str
        The tables that the library's isomers come from, for the basis.
    """
    added = tuple(one for one in known.isomers if not any(_is_same(named, one) for named in stated.isomers))
    said = tuple(_described(one, known.isomers) for one in stated.isomers)
    if not added:
        return replace(stated, isomers=said, possible=known.possible)
    basis = "; ".join(filter(None, (stated.basis, source)))
    return replace(stated, state=IsomerState.LISTED, isomers=(*said, *added), basis=basis, possible=known.possible)


def told_apart(
    isomers: IsomerSet, inchikey: str | None, supports: Sequence[Support], groups: Mapping[str, Sequence[IsomerGroup]]
) -> IsomerSet:
    """Take out what a positive mass spectrum tells apart by a group that the curator confirmed.

    Parameters
    ----------
    inchikey : str or None
        Of the substance in question.
    groups : mapping
        By the number of an examination, the isomer groups of the release in which its run was searched; those of EI
        count, as the runs are.
    """
    if inchikey is None:
        return isomers
    spectra = [one.number for one in supports if _is_positive_spectrum(one)]
    told = tuple(_told(one, inchikey, spectra, groups) for one in isomers.isomers)
    return replace(isomers, isomers=told)


def group_numbers(known: KnownIsomers, release: str) -> tuple[str, ...]:
    """Name the groups of a release that may tell a substance from its isomers by EI."""
    return tuple(f"{release} {IonTechnique.EI.value} {formula}" for formula in known.formulas)


def candidate_isomers(
    inchikey: str | None, known: KnownIsomers, groups: Sequence[IsomerGroup], *, release: str
) -> CandidateIsomers:
    """Part the known isomers of a substance by what the groups of a release say of their EI spectra."""
    found = known.isomers
    told = found if inchikey is None else [_told(one, inchikey, (release,), {release: groups}) for one in found]
    return CandidateIsomers(
        alike=tuple(one for one in told if not one.group),
        told_apart=tuple(one for one in told if one.group),
        possible=len(known.possible),
    )


def _told(isomer: Isomer, inchikey: str, spectra: Sequence[str], groups: Mapping[str, Sequence[IsomerGroup]]) -> Isomer:
    if isomer.inchikey is None:
        return isomer
    for number in (one for one in spectra if isomer.separated_by in {"", one}):
        for group in groups.get(number, ()):
            if group.technique == IonTechnique.EI.value and group.tells_apart(inchikey, isomer.inchikey):
                return replace(isomer, separated_by=number, group=group.number, group_version=group.version)
    return isomer


def _is_positive_spectrum(support: Support) -> bool:
    return (
        support.kind is SupportKind.EXAMINATION
        and support.technique == _SPECTRUM
        and support.outcome is Outcome.POSITIVE
        and support.component is not None
    )


def _meant(substance: str, inchikey: str) -> str:
    """Give the key that the name means, where the key given leaves the stereochemistry open."""
    if not _is_flat(inchikey):
        return inchikey
    wanted = substance.casefold()
    named = (
        str(one.inchikey)
        for one in starter_substances()
        if str(one.inchikey)[:_SKELETON] == inchikey[:_SKELETON]
        and any(name.text.casefold() == wanted for name in one.names)
    )
    return next(named, inchikey)


def _is_rival(meant: str, substance: str, key: str, name: str, structures: Structures) -> bool:
    """Tell whether a line of the tables is another substance that could be taken for the one that is meant."""
    if key[:_SKELETON] != meant[:_SKELETON]:
        return True
    if key == meant or _is_flat(meant) or name.casefold() == substance.casefold():
        return False
    if _is_flat(key):
        return False  # it stands for all forms, this one among them; the names under it come from the tables
    first, second = structures.get(meant), structures.get(key)
    return first is None or second is None or isomerism(first, second) is not None


def _is_flat(inchikey: str) -> bool:
    return inchikey[_SKELETON + 1 :].startswith(_FLAT)


def _is_new(key: str, found: Iterable[str]) -> bool:
    """Tell whether a key adds to those that are found: of one connectivity, forms that state their stereochemistry."""
    same = [one for one in found if one[:_SKELETON] == key[:_SKELETON]]
    return not same or (key not in same and not any(map(_is_flat, (key, *same))))


def _isomer(name: str, key: str, relation: str) -> Isomer:
    tests = separating_tests(Isomerism(relation)) if relation else ()
    return Isomer(name=name, inchikey=key, relation=relation, tests=tuple(one.technique for one in tests))


def _described(stated: Isomer, known: Sequence[Isomer]) -> Isomer:
    """Add to an isomer that the expert names how it differs, where the tables have it."""
    same = next((one for one in known if _is_same(stated, one)), None)
    if same is None or stated.relation:
        return stated
    return replace(stated, inchikey=stated.inchikey or same.inchikey, relation=same.relation, tests=same.tests)


def _possible(structure: Smiles | None, held: Iterable[Smiles | None]) -> tuple[str, ...]:
    if structure is None:
        return ()
    known = {prepare(one).parent_smiles for one in held if one is not None}
    return tuple(str(one) for one in positional_isomers(structure) if str(one) not in known)


def _is_same(stated: Isomer, known: Isomer) -> bool:
    """Tell whether the expert means an isomer of the tables: by name, by key, or by connectivity where that decides."""
    if stated.name.casefold() == known.name.casefold():
        return True
    if stated.inchikey is None or known.inchikey is None:
        return False
    length = len(known.inchikey) if known.relation in _STEREO else _SKELETON
    return stated.inchikey[:length] == known.inchikey[:length]


def _lines(releases: Iterable[LibraryRelease]) -> Iterator[tuple[str, str, str]]:
    """Give name, InChIKey and formula of every substance of the tables that states both."""
    for substance in starter_substances():
        yield substance.preferred_name, str(substance.inchikey), substance.formula
    for release in releases:
        for spectrum in release.spectra:
            if spectrum.inchikey is not None and spectrum.formula is not None:
                yield spectrum.name, str(spectrum.inchikey), spectrum.formula
