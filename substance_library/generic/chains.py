"""Lengths of open chains in a fragment, and the words of texts that count them."""

from collections.abc import Callable, Iterator

from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import DOUBLE, MoleculeGraph
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, predicate


def longest_chain(graph: MoleculeGraph, atoms: frozenset[int], weight: Callable[[int], int]) -> int:
    """Count the atoms of the longest chain, where each atom counts as much as its weight.

    Parameters
    ----------
    graph : MoleculeGraph
        The molecule.
    atoms : frozenset of int
        Connected and not empty; where there are rings, their atoms weigh 0, so that a ring is one point of the chain.
    weight : callable
        Weight of an atom, 0 or more.

    Returns
    -------
    int
        The greatest sum of weights along one path.
    """
    tree = _Tree(graph, atoms, weight)
    start, _ = tree.farthest(min(atoms))
    return tree.farthest(start)[1]


@predicate(
    "substituted_hydrocarbyl",
    required={"elements": list, "max_chain": int, "max_ring": int},
)
def substituted_hydrocarbyl(fragment: Fragment, description: Description) -> Fit:
    """Fit alkyl, alkenyl, alkynyl or cycloalkyl that may be substituted with anything made of ``elements``.

    The longest chain of the whole fragment has at most ``max_chain`` atoms, hydrogens and ring atoms not counted. A
    ring bound directly is saturated, of carbon, and of at most ``max_ring`` atoms.
    """
    root = fragment.root
    if root is None or not set(fragment.elements()) <= set(description["elements"]):
        return NO_FIT
    if fragment.graph.elements[root] != "C" or not _begins_as_hydrocarbyl(fragment, root, description["max_ring"]):
        return NO_FIT
    in_ring = frozenset().union(*fragment.rings())
    length = longest_chain(fragment.graph, fragment.atoms, lambda atom: int(atom not in in_ring))
    return FITS if length <= description["max_chain"] else NO_FIT


def _begins_as_hydrocarbyl(fragment: Fragment, root: int, max_ring: int) -> bool:
    """Say whether the first atom is a chain carbon or stands in a small cycloalkane ring."""
    own = [ring for ring in fragment.rings() if root in ring]
    if not own:
        return True
    return any(len(ring) <= max_ring and _is_cycloalkane(fragment.graph, ring) for ring in own)


def _is_cycloalkane(graph: MoleculeGraph, ring: frozenset[int]) -> bool:
    carbons = all(graph.elements[atom] == "C" for atom in ring)
    bonds = {graph.neighbours[atom][other] for atom in ring for other in graph.neighbours[atom] if other in ring}
    return carbons and bonds == {1.0}


class CountedChain:
    """The chain that begins at the core: members are the elements of the text that stand in no ring.

    Notes
    -----
    Oxygen and sulfur that a double bond ties are substituents, as the text treats oxo.
    """

    def __init__(self, fragment: Fragment, members: frozenset[str]) -> None:
        """Mark the members."""
        self._fragment = fragment
        self._graph = fragment.graph
        self._root = fragment.links[0].atom
        in_ring = frozenset().union(*fragment.rings())
        self._members = {
            atom
            for atom in fragment.atoms - in_ring
            if self._graph.elements[atom] in members and not self._is_double_bonded_end(atom)
        }

    def end_hydroxyls(self) -> frozenset[int]:
        """Give the oxygen and sulfur atoms of OH and SH."""
        return frozenset(
            atom
            for atom in self._members
            if self._graph.elements[atom] in {"O", "S"} and self._is_end(atom) and self._graph.hydrogens[atom]
        )

    def cyano_carbons(self) -> frozenset[int]:
        """Give the carbon atoms of cyano groups."""
        return frozenset(atom for atom in self._members if self._is_cyano_carbon(atom))

    def paths(self, *, without: frozenset[int] = frozenset()) -> list[int]:
        """Count the members from the core to every end of the chain; empty where the first atom is no member."""
        members = self._members - without
        return sorted(self._ends(self._root, members)) if self._root in members else []

    def arms(self, *, without: frozenset[int] = frozenset()) -> list[int]:
        """Count the longest chain of each branch of the first atom, the longest first."""
        members = self._members - without - {self._root}
        nearest = [other for other in self._fragment.neighbours(self._root) if other in members]
        return sorted((max(self._ends(it, members)) for it in nearest), reverse=True)

    def _ends(self, start: int, members: set[int]) -> Iterator[int]:
        """Walk a tree of members and give the length of every path to a leaf."""
        waiting = [(start, -1, 1)]
        while waiting:
            atom, behind, length = waiting.pop()
            onward = [it for it in self._fragment.neighbours(atom) if it in members and it != behind]
            if not onward:
                yield length
            waiting.extend((it, atom, length + 1) for it in onward)

    def _is_end(self, atom: int) -> bool:
        return len(self._graph.neighbours[atom]) == 1

    def _is_double_bonded_end(self, atom: int) -> bool:
        end = self._is_end(atom) and self._graph.elements[atom] in {"O", "S"}
        return end and set(self._graph.neighbours[atom].values()) == {DOUBLE}

    def _is_cyano_carbon(self, atom: int) -> bool:
        around = self._graph.neighbours[atom]
        return any(order > DOUBLE and self._graph.elements[it] == "N" for it, order in around.items())


class _Tree:
    """Distances by weight; a ring counts as one point, because its atoms weigh nothing."""

    def __init__(self, graph: MoleculeGraph, atoms: frozenset[int], weight: Callable[[int], int]) -> None:
        self._graph, self._atoms, self._weight = graph, atoms, weight

    def farthest(self, start: int) -> tuple[int, int]:
        """Give the atom at the end of the heaviest path from one atom, and its weight."""
        best = {start: self._weight(start)}
        waiting = [start]
        while waiting:
            atom = waiting.pop()
            for other in self._graph.neighbours[atom]:
                if other in self._atoms and other not in best:
                    best[other] = best[atom] + self._weight(other)
                    waiting.append(other)
        end = max(best, key=lambda atom: (best[atom], -atom))
        return end, best[end]
