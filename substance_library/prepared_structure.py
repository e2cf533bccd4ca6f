"""A structure made ready for rules: the parent, flat and uncharged, with the way back to the SMILES as given.

Rules speak about the substance and not about its salt, its label or its hand: salt parts and solvents are taken off,
charges that a proton makes are undone, isotopes and stereochemistry are set aside. What was taken off is kept.
"""

import csv
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from io import StringIO

from rdkit import Chem, rdBase
from rdkit.Chem import rdinchi
from rdkit.Chem.MolStandardize import rdMolStandardize

from substance_library.errors import InvalidIdentifierError, quoted
from substance_library.identifiers import Smiles

COUNTER_ION_TABLE = "counter_ions.csv"

_GIVEN = "_given_atom"
_CARBON = 6
_METALS = Chem.MolFromSmarts("[Li,Na,K,Rb,Cs,Mg,Ca,Sr,Ba]~[#7,#8,#16,#9,#17,#35,#53]")
_SPLIT_OXIDE = Chem.MolFromSmarts("[S,P,Se;+1,+2]-[O;-1;D1]")
"""Charge-separated S-oxide: the same substance as the drawing with a double bond."""
_PROTONATED_OXIDE = Chem.MolFromSmarts("[#7+;H0;!$([#7]~[-])]-[OX2H1]")
"""An N-oxide that took up a proton; a nitronic acid has its negative oxygen beside it and is not meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """What was set aside to reach the parent."""

    parts: tuple[str, ...]
    """Canonical SMILES of salt parts, solvents and other components, sorted."""
    isotopes: tuple[tuple[int, int], ...]
    """Atom of the SMILES as given, and the mass number that it states."""
    charges: tuple[tuple[int, int], ...]
    """Atom of the SMILES as given, and the charge that was undone there."""
    stereo: bool
    """Whether the SMILES stated stereochemistry of the parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedStructure:
    """The parent of a structure. Made by ``prepare``; nobody changes its molecule."""

    smiles: Smiles
    """As given."""
    parent: Chem.Mol = field(repr=False, compare=False)
    """Hydrogens implicit, no isotopes, no stereochemistry, uncharged as far as protons allow. Read only."""
    parent_smiles: str
    """Canonical SMILES of the parent, without stereochemistry."""
    stereo_smiles: str
    """The same with the stereochemistry that was set aside."""
    mass_u: Decimal
    """Average molecular mass of the parent, three decimals, in u."""
    given_atoms: tuple[int, ...]
    """For each atom of the parent its index in the SMILES as given; explicit hydrogens are counted there."""
    taken_off: TakenOff
    other_organic: tuple[str, ...] = ()
    """Other organic components that are no known counter-ion or solvent: the structure may be a mixture."""


def prepare(smiles: Smiles) -> PreparedStructure:
    """Find the parent of a structure.

    Parameters
    ----------
    smiles : Smiles
        Within the limits of ``Smiles``, which bound the time.

    Returns
    -------
    PreparedStructure
        The parent is the largest organic component that is no known counter-ion or solvent; where nothing else is
        there, the largest component of all. The answer does not depend on the order of the components.

    Raises
    ------
    InvalidIdentifierError
        If a hydrogen has bonds that no hydrogen can have.

    Examples
    --------
    >>> prepared = prepare(Smiles("Cl.[2H]C([2H])([2H])N[C@@H](C)C(=O)c1ccc(C)cc1"))
    >>> prepared.parent_smiles, prepared.mass_u, prepared.taken_off.parts
    ('CNC(C)C(=O)c1ccc(C)cc1', Decimal('177.247'), ('Cl',))
    """
    with rdBase.BlockLogs():
        given = _read(smiles.text)
        isotopes, charges = _isotopes(given), _charges(given)
        whole = _uncharged(_bare(given))
        components = _components(whole)
        parent, others = components[0], components[1:]
        return _prepared(smiles, parent, others, isotopes=isotopes, charges=charges)


def is_same_parent(one: PreparedStructure, other: PreparedStructure) -> bool:
    """Say whether two structures are one substance, whatever its salt, label, hand, or place of a mobile hydrogen.

    Examples
    --------
    >>> is_same_parent(prepare(Smiles("Cc1c[nH]cn1")), prepare(Smiles("Cc1cnc[nH]1.Cl")))
    True
    """
    if one.mass_u != other.mass_u:
        return False
    return one.parent_smiles == other.parent_smiles or (
        _connectivity(one) == _connectivity(other) and bool(_connectivity(one))
    )


def _connectivity(structure: PreparedStructure) -> str:
    """Give the first block of the InChIKey, empty where InChI is not defined."""
    with rdBase.BlockLogs():
        return str(rdinchi.MolToInchiKey(structure.parent))[:14]


def _prepared(
    smiles: Smiles,
    parent: Chem.Mol,
    others: list[Chem.Mol],
    *,
    isotopes: tuple[tuple[int, int], ...],
    charges: dict[int, int],
) -> PreparedStructure:
    stereo_smiles = Chem.MolToSmiles(parent)
    flat = Chem.Mol(parent)
    Chem.RemoveStereochemistry(flat)
    flat_smiles = Chem.MolToSmiles(flat)
    parts = sorted(_flat_smiles(other) for other in others)
    organic = {_flat_smiles(other) for other in others if _is_organic(other)}
    now = {atom.GetIntProp(_GIVEN): atom.GetFormalCharge() for atom in flat.GetAtoms()}
    undone = tuple((i, charges[i]) for i in sorted(now) if i in charges and now[i] != charges[i])
    return PreparedStructure(
        smiles=smiles,
        parent=flat,
        parent_smiles=flat_smiles,
        stereo_smiles=stereo_smiles,
        mass_u=_mass(flat),
        given_atoms=tuple(atom.GetIntProp(_GIVEN) for atom in flat.GetAtoms()),
        taken_off=TakenOff(parts=tuple(parts), isotopes=isotopes, charges=undone, stereo=stereo_smiles != flat_smiles),
        other_organic=tuple(sorted(organic - {flat_smiles} - _counter_ions())),
    )


def _read(text: str) -> Chem.Mol:
    """Read with explicit hydrogens kept, so that atoms are counted as they are written."""
    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False  # type: ignore[assignment]  # RDKit's stub gives the property the type of its class
    molecule = Chem.MolFromSmiles(text, parameters)
    if molecule is None:  # a hydrogen with bonds that only the dropping of hydrogens hides
        raise InvalidIdentifierError("SMILES", found=quoted(text), expected="possible valences of hydrogen too")
    for atom in molecule.GetAtoms():
        atom.SetIntProp(_GIVEN, atom.GetIdx())
        atom.SetAtomMapNum(0)
    return molecule


def _isotopes(molecule: Chem.Mol) -> tuple[tuple[int, int], ...]:
    return tuple((atom.GetIdx(), atom.GetIsotope()) for atom in molecule.GetAtoms() if atom.GetIsotope())


def _charges(molecule: Chem.Mol) -> dict[int, int]:
    return {atom.GetIdx(): atom.GetFormalCharge() for atom in molecule.GetAtoms() if atom.GetFormalCharge()}


def _bare(molecule: Chem.Mol) -> Chem.Mol:
    """Drop isotopes and explicit hydrogens, then the stereochemistry that only isotopes made."""
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum():  # the number of a dummy atom is a label and no isotope
            atom.SetIsotope(0)
    bare = Chem.RemoveAllHs(molecule) if _has_hydrogen_to_drop(molecule) else molecule
    Chem.AssignStereochemistry(bare, cleanIt=True, force=True)
    return bare


def _has_hydrogen_to_drop(molecule: Chem.Mol) -> bool:
    """Molecular hydrogen alone stays what it is."""
    heavy = any(atom.GetAtomicNum() != 1 for atom in molecule.GetAtoms())
    return heavy and any(atom.GetAtomicNum() == 1 for atom in molecule.GetAtoms())


def _uncharged(molecule: Chem.Mol) -> Chem.Mol:
    molecule = _without_metal_bonds(molecule)
    if not any(atom.GetFormalCharge() for atom in molecule.GetAtoms()):
        return molecule
    molecule = _without_protons_on_oxides(_with_joined_oxides(molecule))
    uncharger = rdMolStandardize.Uncharger(canonicalOrder=True, force=True, protonationOnly=True)
    uncharged = uncharger.uncharge(molecule)
    if _is_possible(uncharged):
        return uncharged
    parts = Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=True)
    return functools.reduce(Chem.CombineMols, (_uncharged_if_possible(part, uncharger) for part in parts))


def _uncharged_if_possible(part: Chem.Mol, uncharger: rdMolStandardize.Uncharger) -> Chem.Mol:
    """Leave a part as it is where no proton finds a place, as on hexafluorophosphate."""
    uncharged = uncharger.uncharge(part)
    return uncharged if _is_possible(uncharged) else part


def _is_possible(molecule: Chem.Mol) -> bool:
    with rdBase.BlockLogs():
        return Chem.SanitizeMol(Chem.Mol(molecule), catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE


def _without_metal_bonds(molecule: Chem.Mol) -> Chem.Mol:
    if not molecule.HasSubstructMatch(_METALS):
        return molecule
    editable = Chem.RWMol(molecule)
    for metal, other in molecule.GetSubstructMatches(_METALS):
        editable.RemoveBond(metal, other)
        for index, charge in ((metal, 1), (other, -1)):
            atom = editable.GetAtomWithIdx(index)
            atom.SetFormalCharge(atom.GetFormalCharge() + charge)
    if not _is_possible(editable):
        return molecule
    Chem.SanitizeMol(editable)
    return editable.GetMol()


def _with_joined_oxides(molecule: Chem.Mol) -> Chem.Mol:
    matches = molecule.GetSubstructMatches(_SPLIT_OXIDE)
    if not matches:
        return molecule
    editable = Chem.RWMol(molecule)
    for centre, oxygen in matches:
        if editable.GetAtomWithIdx(centre).GetFormalCharge() > 0:
            editable.GetBondBetweenAtoms(centre, oxygen).SetBondType(Chem.BondType.DOUBLE)
            editable.GetAtomWithIdx(oxygen).SetFormalCharge(0)
            atom = editable.GetAtomWithIdx(centre)
            atom.SetFormalCharge(atom.GetFormalCharge() - 1)
    Chem.SanitizeMol(editable)
    return editable.GetMol()


def _without_protons_on_oxides(molecule: Chem.Mol) -> Chem.Mol:
    matches = molecule.GetSubstructMatches(_PROTONATED_OXIDE)
    if not matches:
        return molecule
    editable = Chem.RWMol(molecule)
    for _, oxygen in matches:
        atom = editable.GetAtomWithIdx(oxygen)
        atom.SetFormalCharge(-1)
        atom.SetNumExplicitHs(0)
    Chem.SanitizeMol(editable)
    return editable.GetMol()


def _components(molecule: Chem.Mol) -> list[Chem.Mol]:
    """Give the components, the parent first."""
    parts = list(Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=True))
    return sorted(parts, key=_rank, reverse=True) if len(parts) > 1 else parts


def _rank(component: Chem.Mol) -> tuple[bool, bool, int, Decimal, str]:
    smiles = _flat_smiles(component)
    organic = _is_organic(component)
    return (
        organic and smiles not in _counter_ions(),
        organic,
        component.GetNumHeavyAtoms(),
        _mass(component),
        Chem.MolToSmiles(component),
    )


def _is_organic(component: Chem.Mol) -> bool:
    return any(atom.GetAtomicNum() == _CARBON for atom in component.GetAtoms())


def _flat_smiles(molecule: Chem.Mol) -> str:
    return str(Chem.MolToSmiles(molecule, isomericSmiles=False))


def _mass(molecule: Chem.Mol) -> Decimal:
    table = Chem.GetPeriodicTable()
    atoms = sum(table.GetAtomicWeight(atom.GetAtomicNum()) for atom in molecule.GetAtoms())
    hydrogens = sum(atom.GetTotalNumHs() for atom in molecule.GetAtoms())
    return Decimal(f"{atoms + hydrogens * table.GetAtomicWeight(1):.3f}")


@functools.cache
def _counter_ions() -> frozenset[str]:
    """Give the canonical SMILES of the shipped table."""
    return frozenset(_flat_smiles(Chem.MolFromSmiles(smiles)) for smiles in _counter_ion_smiles())


def _counter_ion_smiles() -> Iterator[str]:
    text = resources.files("substance_library").joinpath("data", COUNTER_ION_TABLE).read_text(encoding="utf-8")
    return (row["smiles"] for row in csv.DictReader(StringIO(text), strict=True))
