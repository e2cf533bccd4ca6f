"""A molecule as a plain graph, and all places of one graph in another, within a stated effort.

RDKit finds substructures faster, but it cannot be stopped: a symmetrical skeleton in a large symmetrical structure
takes it minutes. The search here counts its steps, so that the same question always ends in the same way.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rdkit import Chem

AROMATIC = 12
"""The number of RDKit's aromatic bond type; single, double and triple bonds are 1, 2 and 3."""
_WITH_LONE_PAIR = frozenset({7, 8, 15, 16, 33, 34})  # their salts carry a further hydrogen


class SearchExhaustedError(Exception):
    """The effort is used up; caught inside this package, where the answer becomes "cannot decide"."""


@dataclass(slots=True)
class Effort:
    """Counts down what one question may cost; alone in this package it changes, because it measures."""

    left: int

    def spend(self, steps: int = 1) -> None:
        """Take steps away.

        Raises
        ------
        SearchExhaustedError
            If no step is left.
        """
        self.left -= steps
        if self.left < 0:
            raise SearchExhaustedError


@dataclass(frozen=True, slots=True)
class AtomKind:
    """What has to be the same in an atom of the base and in its image.

    Aromaticity is a matter of the bonds: an amine whose two hydrogens a bridge replaces may become a pyrrole.
    """

    element: int
    charge: int
    valence: int
    """Bonds and hydrogens together: a replacement keeps it, an addition does not."""
    radicals: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Heavy atoms with their kinds and hydrogens, and bonds with their RDKit types."""

    kinds: tuple[AtomKind, ...]
    hydrogens: tuple[int, ...]
    aromatic: tuple[bool, ...]
    bonds: tuple[dict[int, int], ...]
    """For each atom its neighbours with the type of the bond."""
    onium: tuple[bool, ...]
    """For each atom whether it is an onium: read as the base whose salt lost its N-H (or S-H) to a further group."""

    @classmethod
    def of(cls, molecule: Chem.Mol) -> "Graph":
        """Read a sanitised molecule with implicit hydrogens."""
        return cls._read(molecule, {})

    @classmethod
    def drawn(cls, molecule: Chem.Mol) -> "Graph":
        """Read it with single and double bonds in every ring that carries a double bond out of the ring.

        RDKit calls such rings aromatic: a dione of a diazepine, a carbonate fused to benzene, a pyridone. Where ``=O``
        takes the place of two hydrogens, the bonds of the base are then still those of its drawing.
        """
        return cls._read(molecule, _drawn_bonds(molecule))

    @classmethod
    def _read(cls, molecule: Chem.Mol, drawn: Mapping[int, int]) -> "Graph":
        atoms = list(molecule.GetAtoms())
        bonds: tuple[dict[int, int], ...] = tuple({} for _ in atoms)
        for bond in molecule.GetBonds():
            begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
            bonds[begin][end] = bonds[end][begin] = drawn.get(bond.GetIdx(), int(bond.GetBondType()))
        return cls(
            kinds=tuple(map(_kind, atoms)),
            hydrogens=tuple(atom.GetTotalNumHs() for atom in atoms),
            aromatic=tuple(AROMATIC in own.values() for own in bonds),
            bonds=bonds,
            onium=tuple(map(is_onium, atoms)),
        )

    def __len__(self) -> int:
        """Count the heavy atoms."""
        return len(self.kinds)

    def census(self) -> Counter[AtomKind]:
        """Count the atoms of each kind: what cannot hold all of a pattern's atoms need not be searched."""
        return Counter(self.kinds)


def _drawn_bonds(molecule: Chem.Mol) -> dict[int, int]:
    """Give the type in a drawing of each aromatic bond that stands in no ring without a double bond out of the ring."""
    plain: set[int] = set()
    carrying: set[int] = set()
    information = molecule.GetRingInfo()
    for atoms, bonds in zip(information.AtomRings(), information.BondRings(), strict=True):
        if all(molecule.GetBondWithIdx(bond).GetIsAromatic() for bond in bonds):
            (carrying if _carries_double_bond(molecule, atoms) else plain).update(bonds)
    opened = carrying - plain
    if not opened:
        return {}
    drawing = Chem.Mol(molecule)
    Chem.Kekulize(drawing)
    return {bond: int(drawing.GetBondWithIdx(bond).GetBondType()) for bond in opened}


def _carries_double_bond(molecule: Chem.Mol, ring: Sequence[int]) -> bool:
    """Tell whether an atom of an aromatic ring has a double bond that is not aromatic, so leads out of it."""
    return any(
        bond.GetBondType() == Chem.BondType.DOUBLE for atom in ring for bond in molecule.GetAtomWithIdx(atom).GetBonds()
    )


def is_onium(atom: Chem.Atom) -> bool:
    """Tell whether an atom bears one group more than its base, and no group that takes its charge back.

    The text names no charge. Salts are the substance, and in the salt of an amine the hydrogen on nitrogen is one that
    can be replaced. An N-oxide is none: there oxygen is added, and no hydrogen replaced.
    """
    return (
        atom.GetAtomicNum() in _WITH_LONE_PAIR
        and atom.GetFormalCharge() == 1
        and not atom.GetTotalNumHs()
        and all(other.GetFormalCharge() >= 0 for other in atom.GetNeighbors())
    )


def _kind(atom: Chem.Atom) -> AtomKind:
    onium = is_onium(atom)
    return AtomKind(
        element=atom.GetAtomicNum(),
        charge=atom.GetFormalCharge() - onium,
        valence=atom.GetTotalValence() - onium,
        radicals=atom.GetNumRadicalElectrons(),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One atom of a pattern in the order in which atoms are placed."""

    atom: int
    parent: int | None
    back: tuple[tuple[int, int], ...]
    """Neighbours placed before, with the type of the bond."""
    twin: int | None
    """An end atom like this one on the same neighbour, placed before: the order of twins means nothing."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A connected graph to be found, with the number of bonds that each atom has to spare."""

    graph: Graph
    spare: tuple[int, ...]
    """For each atom the hydrogens and other parts that may be replaced: its image holds no more hydrogens."""
    marks: tuple[object, ...]
    """For each atom what distinguishes it from others of its kind, in the eyes of the rule."""
    census: Counter[AtomKind]
    steps: tuple[_Step, ...] = field(default=())

    @classmethod
    def of(cls, graph: Graph, *, spare: Sequence[int], marks: Sequence[object]) -> "Pattern":
        """Plan the search: from an atom of the rarest kind outwards."""
        pattern = cls(graph, tuple(spare), tuple(marks), graph.census())
        return cls(graph, tuple(spare), tuple(marks), pattern.census, tuple(_plan(pattern)))

    def fits_into(self, census: Counter[AtomKind]) -> bool:
        """Tell quickly whether a graph has enough atoms of each kind."""
        return all(census[kind] >= count for kind, count in self.census.items())

    def mappings(self, graph: Graph, effort: Effort) -> Iterator[tuple[int, ...]]:
        """Give every induced mapping: for each atom of the pattern its image, bonds kept and none added.

        Twins (alike end atoms on one neighbour) are not exchanged: the rule sees no difference.

        Raises
        ------
        SearchExhaustedError
            If the effort is used up on the way.
        """
        image = [-1] * len(self.graph)
        taken = bytearray(len(graph))
        candidates = [iter(range(len(graph)))]
        while candidates:
            step = self.steps[len(candidates) - 1]
            self._release(step, image, taken)
            found = self._next(step, candidates[-1], graph, image, taken, effort)
            if found is None:
                candidates.pop()
                continue
            image[step.atom] = found
            taken[found] = 1
            if len(candidates) == len(self.steps):
                yield tuple(image)
            else:
                parent = self.steps[len(candidates)].parent
                candidates.append(iter(graph.bonds[image[parent]] if parent is not None else ()))

    @staticmethod
    def _release(step: _Step, image: list[int], taken: bytearray) -> None:
        if image[step.atom] >= 0:
            taken[image[step.atom]] = 0
            image[step.atom] = -1

    def _next(
        self,
        step: _Step,
        candidates: Iterator[int],
        graph: Graph,
        image: list[int],
        taken: bytearray,
        effort: Effort,
    ) -> int | None:
        after = -1 if step.twin is None else image[step.twin]
        for candidate in candidates:
            effort.spend()
            if not taken[candidate] and candidate > after and self._fits(step, candidate, graph, image, taken):
                return candidate
        return None

    def _fits(self, step: _Step, candidate: int, graph: Graph, image: list[int], taken: bytearray) -> bool:
        own = graph.bonds[candidate]
        return (
            graph.kinds[candidate] == self.graph.kinds[step.atom]
            and graph.hydrogens[candidate] <= self.spare[step.atom]
            and len(own) >= len(self.graph.bonds[step.atom])
            and all(own.get(image[atom]) == kind for atom, kind in step.back)
            and sum(taken[neighbour] for neighbour in own) == len(step.back)
        )


def _plan(pattern: Pattern) -> Iterator[_Step]:
    """Order the atoms breadth first; every atom but the first has a neighbour before it."""
    graph = pattern.graph
    parents: dict[int, int | None] = {_first(pattern): None}
    queue = deque(parents)
    twins: dict[object, int] = {}
    while queue:
        atom = queue.popleft()
        yield _step(pattern, atom, parents, twins)
        for neighbour in graph.bonds[atom]:
            if neighbour not in parents:
                parents[neighbour] = atom
                queue.append(neighbour)


def _first(pattern: Pattern) -> int:
    graph = pattern.graph
    return min(range(len(graph)), key=lambda atom: (pattern.census[graph.kinds[atom]], -len(graph.bonds[atom]), atom))


def _step(pattern: Pattern, atom: int, parents: dict[int, int | None], twins: dict[object, int]) -> _Step:
    bonds = pattern.graph.bonds[atom]
    order = list(parents)
    place = order.index(atom)
    back = tuple((other, kind) for other, kind in bonds.items() if other in parents and order.index(other) < place)
    parent = parents[atom]
    twin = None
    if parent is not None and len(bonds) == 1:
        likeness = (parent, bonds[parent], pattern.graph.kinds[atom], pattern.spare[atom], pattern.marks[atom])
        twin = twins.get(likeness)
        twins[likeness] = atom
    return _Step(atom=atom, parent=parent, back=back, twin=twin)
