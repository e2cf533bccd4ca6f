"""Whether a structure is the one that a row names: the same, its salt, its stereoisomer, its ester.

Names decide nothing here. Structures are compared after ``prepare``: without salt parts, isotopes and charges that a
proton makes; tautomers are brought to one form, because a list names a substance and not a drawing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from substance_library.errors import InvalidIdentifierError
from substance_library.identifiers import InChIKey, Smiles, identify_structure
from substance_library.prepared_structure import PreparedStructure, prepare

_MOST_SITES = 4
"""Esters or ethers, of two bonds each, that are cleaved in every combination; of more, one bond at a time."""
_MOST_BONDS = 60
"""A structure with more bonds of the kind is a polymer and no ester or ether of a row; cleaving it costs seconds."""
_MOST_TAUTOMERS = 200
_ESTER = Chem.MolFromSmarts("[#6]-[OX2;!R]-[CX3]=O")
_ETHER = Chem.MolFromSmarts("[#6;!$(C=O)]-[OX2;!R]-[#6;!$(C=O)]")
_ON_RING = Chem.MolFromSmarts("[c]-;!@[!#1]")


class Relation(StrEnum):
    """How a structure stands to the one that a row names."""

    SAME = "the same structure"
    MORE_STEREO = "a stereoisomer of a structure that is drawn without stereochemistry"
    LESS_STEREO = "the same without the stereochemistry that the row states"
    OTHER_STEREO = "another stereoisomer"
    TAUTOMER = "a tautomer"
    ESTER = "an ester"
    ETHER = "an ether"
    POSITIONAL = "a positional isomer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A structure with everything that rows are compared by; made once for each by ``compared``."""

    prepared: PreparedStructure
    formula: str
    esters_of: frozenset[str] = field(repr=False)
    """Flat SMILES of what is left where ester bonds are cleaved; empty for the structure of a row."""
    ethers_of: frozenset[str] = field(repr=False)
    placement: tuple[str, ...] = field(repr=False)
    """Its aromatic rings and their substituents, without the positions."""


def compared(prepared: PreparedStructure) -> Compared:
    """Make a structure ready to be compared with rows."""
    with rdBase.BlockLogs():
        return Compared(
            prepared=prepared,
            formula=rdMolDescriptors.CalcMolFormula(prepared.parent),
            esters_of=frozenset(_cleaved(prepared.parent, _ester_bonds(prepared.parent))),
            ethers_of=frozenset(_cleaved(prepared.parent, _ether_bonds(prepared.parent))),
            placement=_placement(prepared.parent),
        )


@lru_cache(maxsize=8192)
def of_row(smiles: str) -> Compared:
    """Give the structure of a row, prepared once for all questions."""
    prepared = prepare(Smiles(smiles))
    return Compared(
        prepared=prepared,
        formula=rdMolDescriptors.CalcMolFormula(prepared.parent),
        esters_of=frozenset(),
        ethers_of=frozenset(),
        placement=_placement(prepared.parent),
    )


@lru_cache(maxsize=4096)
def parent_inchikey(stereo_smiles: str) -> InChIKey | None:
    """Give the InChIKey of a parent with its stereochemistry; None where InChI is not defined."""
    try:
        return identify_structure(Smiles(stereo_smiles)).inchikey
    except InvalidIdentifierError:
        return None


def relation(query: Compared, row: Compared) -> Relation | None:
    """Say how a structure stands to that of a row; None if they have nothing to do with each other."""
    if query.prepared.parent_smiles == row.prepared.parent_smiles:
        return _stereo_relation(query.prepared.stereo_smiles, row.prepared.stereo_smiles)
    if row.prepared.parent_smiles in query.esters_of:
        return Relation.ESTER
    if row.prepared.parent_smiles in query.ethers_of:
        return Relation.ETHER
    if query.formula != row.formula:
        return None
    if _same_skeleton(query, row) or _tautomer(query) == _tautomer(row):
        return Relation.TAUTOMER
    return Relation.POSITIONAL if query.placement and query.placement == row.placement else None


def _stereo_relation(query: str, row: str) -> Relation:
    if query == row:
        return Relation.SAME
    one, other = Chem.MolFromSmiles(query), Chem.MolFromSmiles(row)
    if one.HasSubstructMatch(other, useChirality=True):
        return Relation.MORE_STEREO
    return Relation.LESS_STEREO if other.HasSubstructMatch(one, useChirality=True) else Relation.OTHER_STEREO


def _same_skeleton(query: Compared, row: Compared) -> bool:
    one, other = (parent_inchikey(it.prepared.stereo_smiles) for it in (query, row))
    return one is not None and other is not None and one.skeleton == other.skeleton


def _tautomer(one: Compared) -> str:
    return _canonical_tautomer(one.prepared.parent_smiles)


@lru_cache(maxsize=4096)
def _canonical_tautomer(smiles: str) -> str:
    """Give the canonical tautomer of a flat structure; bounded, so that a large one costs no minutes."""
    enumerator = rdMolStandardize.TautomerEnumerator()
    enumerator.SetMaxTautomers(_MOST_TAUTOMERS)
    enumerator.SetMaxTransforms(_MOST_TAUTOMERS)
    with rdBase.BlockLogs():
        return str(Chem.MolToSmiles(enumerator.Canonicalize(Chem.MolFromSmiles(smiles)), isomericSmiles=False))


def _ester_bonds(molecule: Chem.Mol) -> list[tuple[int, int]]:
    """Give both bonds of an ester's oxygen, as (oxygen, carbon): a row may name the alcohol or the acid."""
    matches = molecule.GetSubstructMatches(_ESTER)
    return [(match[1], end) for match in matches for end in (match[0], match[2])]


def _ether_bonds(molecule: Chem.Mol) -> list[tuple[int, int]]:
    """Give the bonds from an ether oxygen to either carbon: each side may be the alcohol of the row."""
    matches = molecule.GetSubstructMatches(_ETHER, uniquify=True)
    return [(match[1], end) for match in matches for end in (match[0], match[2])]


def _cleaved(molecule: Chem.Mol, bonds: list[tuple[int, int]]) -> Iterator[str]:
    """Give what holds the oxygen after one or more bonds are cleaved, with a hydrogen in the other's place."""
    if len(bonds) > _MOST_BONDS:
        return
    most = _MOST_SITES if len(bonds) <= 2 * _MOST_SITES else 1
    for count in range(1, most + 1):
        for chosen in combinations(bonds, count):
            if len({oxygen for oxygen, _ in chosen}) == count:  # not both bonds of one oxygen
                yield from _with_hydroxyl(molecule, chosen)


def _with_hydroxyl(molecule: Chem.Mol, bonds: tuple[tuple[int, int], ...]) -> Iterator[str]:
    editable = Chem.RWMol(molecule)
    for oxygen, carbon in bonds:
        editable.RemoveBond(oxygen, carbon)
    fragments = Chem.GetMolFrags(editable, asMols=False)
    kept = [atoms for atoms in fragments if all(oxygen in atoms for oxygen, _ in bonds)]
    for atoms in kept:
        yield str(Chem.MolToSmiles(_part(editable, atoms), isomericSmiles=False))


def _part(molecule: Chem.RWMol, atoms: tuple[int, ...]) -> Chem.Mol:
    part = Chem.RWMol(molecule)
    for index in sorted(set(range(part.GetNumAtoms())) - set(atoms), reverse=True):
        part.RemoveAtom(index)
    Chem.SanitizeMol(part)
    return part.GetMol()


def _placement(molecule: Chem.Mol) -> tuple[str, ...]:
    """Name aromatic rings and their substituents apart from each other: equal for positional isomers of a ring."""
    matches = molecule.GetSubstructMatches(_ON_RING)
    bonds = sorted({molecule.GetBondBetweenAtoms(*match).GetIdx() for match in matches})
    if not bonds:
        return ()
    cut = Chem.FragmentOnBonds(molecule, bonds, dummyLabels=[(0, 0)] * len(bonds))
    parts = Chem.GetMolFrags(cut, asMols=True, sanitizeFrags=False)
    return tuple(sorted(_without_positions(part) for part in parts))


def _without_positions(part: Chem.Mol) -> str:
    """Take the marks off a ring and count them; a substituent keeps its mark."""
    marks = [atom.GetIdx() for atom in part.GetAtoms() if atom.GetAtomicNum() == 0]
    on_ring = [index for index in marks if part.GetAtomWithIdx(index).GetNeighbors()[0].GetIsAromatic()]
    editable = Chem.RWMol(part)
    for index in sorted(on_ring, reverse=True):
        editable.RemoveAtom(index)
    return f"{Chem.MolToSmiles(editable, isomericSmiles=False)}*{len(on_ring)}"
