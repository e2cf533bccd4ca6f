"""A molecule as plain numbers: what predicates walk on, read once from RDKit."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdkit import Chem

SINGLE, DOUBLE, TRIPLE, AROMATIC = 1.0, 2.0, 3.0, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MoleculeGraph:
    """Atoms, bonds and rings of one molecule; hydrogens are counts."""

    molecule: Chem.Mol = field(repr=False)
    """Read only."""
    elements: tuple[str, ...]
    charges: tuple[int, ...]
    aromatic: tuple[bool, ...]
    hydrogens: tuple[int, ...]
    neighbours: tuple[dict[int, float], ...]
    """For each atom its neighbours and the order of the bond: 1, 2, 3, or 1.5 for aromatic."""
    rings: tuple[frozenset[int], ...]
    """The smallest rings, all of a symmetrical set."""

    def order(self, one: int, other: int) -> float:
        """Give the order of the bond between two atoms, 0 where there is none."""
        return self.neighbours[one].get(other, 0.0)

    def mass_u(self, atoms: Iterable[int]) -> float:
        """Add up the average masses of atoms, each given once, and of their hydrogens; an open bond counts nothing."""
        table = Chem.GetPeriodicTable()
        hydrogen = table.GetAtomicWeight("H")
        masses = (table.GetAtomicWeight(self.elements[it]) + self.hydrogens[it] * hydrogen for it in atoms)
        return float(sum(masses))

    def components(self, atoms: frozenset[int]) -> list[frozenset[int]]:
        """Split a set of atoms into connected parts, ordered by their first atom."""
        left, parts = set(atoms), []
        for start in sorted(atoms):
            if start in left:
                part = self._reach(start, left)
                left -= part
                parts.append(frozenset(part))
        return parts

    def _reach(self, start: int, within: set[int]) -> set[int]:
        found, waiting = {start}, [start]
        while waiting:
            for other in self.neighbours[waiting.pop()]:
                if other in within and other not in found:
                    found.add(other)
                    waiting.append(other)
        return found


def graph_of(molecule: Chem.Mol) -> MoleculeGraph:
    """Read a sanitised molecule without explicit hydrogens."""
    atoms = list(molecule.GetAtoms())
    neighbours: tuple[dict[int, float], ...] = tuple({} for _ in atoms)
    for bond in molecule.GetBonds():
        one, other = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        neighbours[one][other] = neighbours[other][one] = bond.GetBondTypeAsDouble()
    return MoleculeGraph(
        molecule=molecule,
        elements=tuple(atom.GetSymbol() for atom in atoms),
        charges=tuple(atom.GetFormalCharge() for atom in atoms),
        aromatic=tuple(atom.GetIsAromatic() for atom in atoms),
        hydrogens=tuple(atom.GetTotalNumHs() for atom in atoms),
        neighbours=neighbours,
        rings=tuple(frozenset(ring) for ring in Chem.GetSymmSSSR(molecule)),
    )
