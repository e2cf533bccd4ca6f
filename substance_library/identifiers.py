"""Structures and their names in the computer's language: InChIKey, SMILES, and what follows from a structure.

Names never decide identity ("PCP" is phencyclidine to one laboratory and pentachlorophenol to another), and an
InChIKey that stands beside a structure in somebody's file is a claim. What counts is recomputed here, with RDKit
and the IUPAC InChI software that it carries.
"""

import re
from dataclasses import dataclass

from rdkit import Chem, rdBase
from rdkit.Chem import rdinchi, rdMolDescriptors

from substance_library.errors import InvalidIdentifierError, quoted

MAX_SMILES_LENGTH = 2_000
"""Characters. Longer text is no small molecule, and canonicalising it can take minutes."""
MAX_HEAVY_ATOMS = 500
"""Atoms other than hydrogen, dummy atoms included; checked before anything is canonicalised."""

_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_LARGE_CHARGE = re.compile(r"\[[^\]]*[+-][0-9]{3}")
"""RDKit stores charges in one byte: it reads ``[C+999999999]`` as an anion and says nothing."""


@dataclass(frozen=True, slots=True)
class InChIKey:
    """The hashed identifier of a structure, in its 27-character form.

    Raises
    ------
    InvalidIdentifierError
        If the text is not 14, 10 and 1 capital letters joined by hyphens.

    Notes
    -----
    Form and meaning of the blocks: Heller et al., J. Cheminform. 7 (2015) 23, doi:10.1186/s13321-015-0068-4.

    Examples
    --------
    >>> InChIKey("MKXZASYAUGDDCJ-NJAFHUGGSA-N").skeleton
    'MKXZASYAUGDDCJ'
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what is no InChIKey."""
        if _INCHIKEY.fullmatch(self.text) is None:
            raise InvalidIdentifierError(
                "InChIKey",
                found=quoted(self.text),
                expected="14, 10 and 1 capital letters joined by hyphens",
            )

    def __str__(self) -> str:
        """Give the 27 characters."""
        return self.text

    @property
    def skeleton(self) -> str:
        """The first block: the connectivity, without stereochemistry, isotopes and added or removed protons."""
        return self.text[:14]


@dataclass(frozen=True, slots=True)
class Smiles:
    """A structure as SMILES text, kept as written; equal means the same characters.

    Raises
    ------
    InvalidIdentifierError
        If the text holds anything but visible ASCII, is longer than ``MAX_SMILES_LENGTH``, states a charge of
        three digits, is no SMILES that RDKit can read, or has more than ``MAX_HEAVY_ATOMS`` heavy atoms.

    Notes
    -----
    RDKit silently drops characters outside ASCII at either end and takes what stands after a space as a name: a
    Cyrillic letter beside a Latin ``C`` gives methane. Therefore the characters are checked before it sees them.
    """

    text: str

    def __post_init__(self) -> None:
        """Check in the order of cost: characters, length, size, then valences and aromaticity."""
        _check_smiles_text(self.text)
        _check_size(self.text)
        _molecule(self.text)

    def __str__(self) -> str:
        """Give the text as it was written."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureIdentity:
    """What a structure says about itself, to be compared with what somebody wrote beside it."""

    inchikey: InChIKey
    formula: str
    """Hill order; isotopes are not shown, a charge is appended."""
    exact_mass_da: float
    """Of the most abundant isotopes, or of those that the structure names; electrons of a charge accounted for."""
    heavy_atoms: int


def identify_structure(smiles: Smiles) -> StructureIdentity:
    """Recompute the InChIKey, formula and exact mass of a structure.

    Parameters
    ----------
    smiles : Smiles
        The structure.

    Returns
    -------
    StructureIdentity
        The exact mass in Da.

    Raises
    ------
    InvalidIdentifierError
        If the structure has no InChIKey (a dummy atom, a query bond) or names an isotope of unknown mass.

    Notes
    -----
    Standard InChI, software version ``inchi_version()``; masses from RDKit's table of the elements.

    Examples
    --------
    >>> cathinone = identify_structure(Smiles("CC(N)C(=O)c1ccccc1"))
    >>> str(cathinone.inchikey), cathinone.formula, round(cathinone.exact_mass_da, 4)
    ('PUAQLLVFLMYYJJ-UHFFFAOYSA-N', 'C9H11NO', 149.0841)
    """
    molecule = _molecule(smiles.text)
    _check_isotopes(molecule, smiles.text)
    return StructureIdentity(
        inchikey=_inchikey(molecule, smiles.text),
        formula=rdMolDescriptors.CalcMolFormula(molecule),
        exact_mass_da=rdMolDescriptors.CalcExactMolWt(molecule),
        heavy_atoms=_heavy_atoms(molecule),
    )


def inchi_version() -> str:
    """Name the version of the InChI software that makes the keys: a determination has to state it."""
    return rdinchi.GetInchiVersion()


def _check_smiles_text(text: str) -> None:
    if _VISIBLE_ASCII.fullmatch(text) is None:
        raise _refusal(text, "one or more visible ASCII characters, without spaces")
    if len(text) > MAX_SMILES_LENGTH:
        raise InvalidIdentifierError("SMILES", found=f"{len(text)} characters", expected=f"at most {MAX_SMILES_LENGTH}")
    if _LARGE_CHARGE.search(text) is not None:
        raise _refusal(text, "charges of at most two digits")


def _check_size(text: str) -> None:
    """Count the atoms of the raw graph, before RDKit perceives rings, aromaticity and stereochemistry."""
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(text, sanitize=False)
    if molecule is None:
        raise _refusal(text, "a SMILES that RDKit can parse")
    if _heavy_atoms(molecule) > MAX_HEAVY_ATOMS:
        raise InvalidIdentifierError(
            "SMILES", found=f"{_heavy_atoms(molecule)} heavy atoms", expected=f"at most {MAX_HEAVY_ATOMS}"
        )


def _molecule(text: str) -> Chem.Mol:
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(text)
    if molecule is None:
        raise _refusal(text, "possible valences and aromatic rings")
    return molecule


def _heavy_atoms(molecule: Chem.Mol) -> int:
    return sum(atom.GetAtomicNum() != 1 for atom in molecule.GetAtoms())


def _check_isotopes(molecule: Chem.Mol, text: str) -> None:
    table = Chem.GetPeriodicTable()
    for atom in molecule.GetAtoms():
        # For an isotope that it does not know RDKit computes with the bare mass number, a mass that nobody measured.
        if atom.GetIsotope() and not table.GetMassForIsotope(atom.GetAtomicNum(), atom.GetIsotope()):
            raise _refusal(text, f"known isotopes, not {atom.GetIsotope()}{atom.GetSymbol()}")


def _inchikey(molecule: Chem.Mol, text: str) -> InChIKey:
    with rdBase.BlockLogs():
        key = rdinchi.MolToInchiKey(molecule)
    if not key:
        raise _refusal(text, "a structure for which InChI is defined")
    return InChIKey(key)


def _refusal(text: str, expected: str) -> InvalidIdentifierError:
    return InvalidIdentifierError("SMILES", found=quoted(text), expected=expected)
