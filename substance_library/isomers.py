"""Isomers from structure: how two substances differ, which ring isomers are possible, and who shares a formula.

Salts, charges and isotopes are set aside first: isomers are those of the parent (see ``prepare``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors

from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure, prepare

_CARBON = 6


class Isomerism(StrEnum):
    """How two substances of one formula differ."""

    POSITIONAL = "positional isomers"
    """The same rings and the same groups at them, at other places of the rings."""
    CONSTITUTIONAL = "constitutional isomers"
    """Another connectivity that is more than a place at a ring."""
    DIASTEREOMER = "diastereomers"
    """One connectivity, stereochemistry stated for both, and no mirror images."""
    ENANTIOMER = "enantiomers"
    """Mirror images."""
    STEREO_OPEN = "stereochemistry open"
    """One connectivity; at least one of the two leaves stereochemistry open that the other states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaGroup:
    """Structures of one formula."""

    formula: str
    """Of the parent, in Hill order."""
    members: tuple[Smiles, ...]
    """In the order in which they were given."""


def isomerism(first: Smiles, second: Smiles) -> Isomerism | None:
    """Say how two substances differ, if they are isomers.

    Parameters
    ----------
    first, second : Smiles
        Salts and labelled forms count as their parents.

    Returns
    -------
    Isomerism or None
        None if the formulas differ, or the parents are one substance as far as both are drawn.

    Examples
    --------
    >>> isomerism(Smiles("CNC(C)C(=O)c1ccc(C)cc1"), Smiles("Cl.CNC(C)C(=O)c1cccc(C)c1")).value
    'positional isomers'
    """
    left, right = prepare(first), prepare(second)
    if parent_formula(left) != parent_formula(right):
        return None
    if left.parent_smiles == right.parent_smiles:
        return _stereoisomerism(left, right)
    same_pieces = _pieces(left.parent) == _pieces(right.parent)
    return Isomerism.POSITIONAL if same_pieces else Isomerism.CONSTITUTIONAL


def leaves_stereo_open(smiles: Smiles) -> bool:
    """Tell whether a structure has a stereocentre or a double bond whose geometry it does not state."""
    return _is_open(_stereo_molecule(prepare(smiles)))


def positional_isomers(smiles: Smiles) -> tuple[Smiles, ...]:
    """Give the ring isomers that are possible by structure, whether any library holds them or not.

    Returns
    -------
    tuple of Smiles
        Flat canonical SMILES, sorted, without the substance itself.

    Notes
    -----
    One group at a time is moved to a free carbon of the aromatic ring system that it stands at. For two groups at a
    benzene ring these are all; with three and more, those that differ by one move.

    Examples
    --------
    >>> [str(one) for one in positional_isomers(Smiles("CNC(C)C(=O)c1ccc(C)cc1"))]
    ['CNC(C)C(=O)c1cccc(C)c1', 'CNC(C)C(=O)c1ccccc1C']
    """
    prepared = prepare(smiles)
    with rdBase.BlockLogs():
        found = set(_moved(prepared.parent))
    return tuple(Smiles(one) for one in sorted(found - {prepared.parent_smiles}))


def formula_groups(structures: Iterable[Smiles]) -> tuple[FormulaGroup, ...]:
    """Put structures of one formula together; a formula with one structure makes no group."""
    groups: dict[str, list[Smiles]] = {}
    for structure in structures:
        groups.setdefault(parent_formula(prepare(structure)), []).append(structure)
    return tuple(FormulaGroup(formula=key, members=tuple(kept)) for key, kept in groups.items() if len(kept) > 1)


def parent_formula(prepared: PreparedStructure) -> str:
    """Give the formula of a parent in Hill order."""
    return str(rdMolDescriptors.CalcMolFormula(prepared.parent))


# stereochemistry


def _stereoisomerism(left: PreparedStructure, right: PreparedStructure) -> Isomerism | None:
    if left.stereo_smiles == right.stereo_smiles:
        return None
    first, second = _stereo_molecule(left), _stereo_molecule(right)
    if _is_open(first) or _is_open(second):
        return Isomerism.STEREO_OPEN
    mirrored = Chem.MolToSmiles(_mirror(first)) == Chem.MolToSmiles(second)
    return Isomerism.ENANTIOMER if mirrored else Isomerism.DIASTEREOMER


def _stereo_molecule(prepared: PreparedStructure) -> Chem.Mol:
    return Chem.MolFromSmiles(prepared.stereo_smiles)


def _is_open(molecule: Chem.Mol) -> bool:
    stated = Chem.StereoSpecified.Specified
    return any(info.specified != stated for info in Chem.FindPotentialStereo(molecule))


def _mirror(molecule: Chem.Mol) -> Chem.Mol:
    mirrored = Chem.Mol(molecule)
    for atom in mirrored.GetAtoms():
        atom.InvertChirality()
    return mirrored


# places at rings


def _pieces(molecule: Chem.Mol) -> Counter[tuple[str, int]]:
    """Cut every bond at a ring that is not in one; give the pieces, rings without the places of the cuts."""
    cuts = [bond.GetIdx() for bond in _bonds_at_rings(molecule)]
    if not cuts:
        return Counter({(Chem.MolToSmiles(molecule), 0): 1})
    whole = Chem.FragmentOnBonds(molecule, cuts, addDummies=True, dummyLabels=[(0, 0)] * len(cuts))
    parts = Chem.GetMolFrags(whole, asMols=True, sanitizeFrags=False)
    return Counter(map(_piece, parts))


def _bonds_at_rings(molecule: Chem.Mol) -> Iterator[Chem.Bond]:
    for bond in molecule.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        if not bond.IsInRing() and any(atom.IsInRing() for atom in ends):
            yield bond


def _piece(part: Chem.Mol) -> tuple[str, int]:
    """Name a piece: a ring by its atoms and the number of cuts, a chain with the places of its cuts."""
    own = [atom.GetIdx() for atom in part.GetAtoms() if atom.GetAtomicNum()]
    cuts = part.GetNumAtoms() - len(own)
    if any(part.GetAtomWithIdx(index).IsInRing() for index in own):
        return Chem.MolFragmentToSmiles(part, atomsToUse=own, isomericSmiles=False), cuts
    return Chem.MolToSmiles(part, isomericSmiles=False), cuts


def _moved(molecule: Chem.Mol) -> Iterator[str]:
    """Give the structures in which one group stands at another place of its aromatic ring system."""
    for bond in _bonds_at_rings(molecule):
        for ring, group in ((bond.GetBeginAtom(), bond.GetEndAtom()), (bond.GetEndAtom(), bond.GetBeginAtom())):
            if _is_aromatic_carbon(ring) and bond.GetBondType() is Chem.BondType.SINGLE:
                for place in _free_places(molecule, ring.GetIdx()):
                    yield _with_group_at(molecule, group.GetIdx(), ring.GetIdx(), place)


def _is_aromatic_carbon(atom: Chem.Atom) -> bool:
    return bool(atom.GetIsAromatic()) and atom.GetAtomicNum() == _CARBON


def _free_places(molecule: Chem.Mol, start: int) -> Iterator[int]:
    """Walk the aromatic ring system from an atom, and give its carbons that carry hydrogen."""
    seen, waiting = {start}, [start]
    while waiting:
        atom = molecule.GetAtomWithIdx(waiting.pop())
        if atom.GetIdx() != start and _is_aromatic_carbon(atom) and atom.GetTotalNumHs():
            yield atom.GetIdx()
        for bond in atom.GetBonds():
            other = bond.GetOtherAtomIdx(atom.GetIdx())
            if bond.IsInRing() and bond.GetIsAromatic() and other not in seen:
                seen.add(other)
                waiting.append(other)


def _with_group_at(molecule: Chem.Mol, group: int, ring: int, place: int) -> str:
    editable = Chem.RWMol(molecule)
    editable.RemoveBond(ring, group)
    editable.AddBond(place, group, Chem.BondType.SINGLE)
    moved = editable.GetMol()
    Chem.SanitizeMol(moved)
    return str(Chem.MolToSmiles(moved))
