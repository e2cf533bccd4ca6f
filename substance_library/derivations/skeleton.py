"""The skeleton of a base: its heavy atoms without halogens and hydroxyl groups, and what stood at each of them."""

from collections import Counter
from dataclasses import dataclass

from rdkit import Chem

from substance_library.derivations.graph import Graph, Pattern
from substance_library.errors import InvalidDerivationError, quoted

HALOGENS = {9: "F", 17: "Cl", 35: "Br", 53: "I", 85: "At"}
HYDROXYL = "OH"
_OXYGEN = 8


@dataclass(frozen=True, slots=True)
class Site:
    """One atom of the skeleton in the base."""

    hydrogens: int
    replaceable: tuple[str, ...]
    """Halogens and hydroxyl groups that the base carries here, sorted: ``F``, ``OH``."""

    def carried(self) -> Counter[str]:
        """Count them."""
        return Counter(self.replaceable)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What is mapped onto a structure."""

    pattern: Pattern
    drawn: Pattern
    """The same with single and double bonds in rings that carry a double bond (``Graph.drawn``)."""
    sites: tuple[Site, ...]
    atoms: tuple[int, ...]
    """For each atom of the pattern its index in the molecule of the base."""


def replaceable_part(molecule: Chem.Mol, index: int) -> str | None:
    """Name the halogen or hydroxyl group that an atom is, where a single bond holds it; None for anything else."""
    atom = molecule.GetAtomWithIdx(index)
    bonds = list(atom.GetBonds())
    if len(bonds) != 1 or bonds[0].GetBondType() != Chem.BondType.SINGLE or atom.GetFormalCharge():
        return None
    if atom.GetAtomicNum() == _OXYGEN:
        return HYDROXYL if atom.GetTotalNumHs() == 1 else None
    return HALOGENS.get(atom.GetAtomicNum())


def skeleton_of(molecule: Chem.Mol, *, name: str) -> Skeleton:
    """Take halogens and hydroxyl groups off a base.

    Raises
    ------
    InvalidDerivationError
        If nothing is left.
    """
    parts = {index: replaceable_part(molecule, index) for index in range(molecule.GetNumAtoms())}
    kept = tuple(index for index, part in parts.items() if part is None)
    if not kept:
        raise InvalidDerivationError(
            f"base {quoted(name)}", found="halogens and hydroxyl groups alone", expected="a skeleton that carries them"
        )
    sites = tuple(_site(molecule, index, parts) for index in kept)
    spare = [site.hydrogens + len(site.replaceable) for site in sites]
    graph, drawn = (_without(one, kept) for one in (Graph.of(molecule), Graph.drawn(molecule)))
    pattern = Pattern.of(graph, spare=spare, marks=sites)
    other = pattern if drawn == graph else Pattern.of(drawn, spare=spare, marks=sites)
    return Skeleton(pattern, other, sites, kept)


def _site(molecule: Chem.Mol, index: int, parts: dict[int, str | None]) -> Site:
    atom = molecule.GetAtomWithIdx(index)
    carried = [parts[neighbour.GetIdx()] for neighbour in atom.GetNeighbors()]
    return Site(atom.GetTotalNumHs(), tuple(sorted(part for part in carried if part is not None)))


def _without(graph: Graph, kept: tuple[int, ...]) -> Graph:
    place = {index: number for number, index in enumerate(kept)}
    return Graph(
        kinds=tuple(graph.kinds[index] for index in kept),
        hydrogens=tuple(graph.hydrogens[index] for index in kept),
        aromatic=tuple(graph.aromatic[index] for index in kept),
        bonds=tuple(
            {place[other]: kind for other, kind in graph.bonds[index].items() if other in place} for index in kept
        ),
        onium=tuple(graph.onium[index] for index in kept),
    )
