"""What hangs on a core: a connected part of a molecule with its bonds to the core."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdkit import Chem, rdBase

from substance_library.generic.graph import SINGLE, MoleculeGraph

_BOND_TYPES = {
    1.0: Chem.BondType.SINGLE,
    1.5: Chem.BondType.AROMATIC,
    2.0: Chem.BondType.DOUBLE,
    3.0: Chem.BondType.TRIPLE,
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Link:
    """One bond between the core and a fragment."""

    position: str
    """Name of the core atom's position; empty for an atom that the rule does not name."""
    core_atom: int
    atom: int
    order: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A connected set of atoms beside the core, with all its bonds to the core."""

    graph: MoleculeGraph = field(repr=False, compare=False)
    atoms: frozenset[int]
    links: tuple[Link, ...]

    @property
    def root(self) -> int | None:
        """The atom on the core if there is one bond to the core, and it is single; else None."""
        if len(self.links) == 1 and self.links[0].order == SINGLE:
            return self.links[0].atom
        return None

    def elements(self) -> list[str]:
        """Give the element of each atom."""
        return [self.graph.elements[atom] for atom in self.atoms]

    def neighbours(self, atom: int) -> dict[int, float]:
        """Give the neighbours of an atom inside the fragment, with the orders of the bonds."""
        return {other: order for other, order in self.graph.neighbours[atom].items() if other in self.atoms}

    def orders(self) -> Iterator[float]:
        """Give the order of each bond inside the fragment."""
        for atom in self.atoms:
            for other, order in self.graph.neighbours[atom].items():
                if other > atom and other in self.atoms:
                    yield order

    def is_acyclic(self) -> bool:
        """Say whether no ring lies inside the fragment (one through the core does not count)."""
        return sum(1 for _ in self.orders()) == len(self.atoms) - 1

    def rings(self) -> list[frozenset[int]]:
        """Give the smallest rings that lie wholly inside."""
        return [ring for ring in self.graph.rings if ring <= self.atoms]

    def ring_system(self, atom: int) -> frozenset[int]:
        """Give the atoms of an atom's rings and of all that share atoms with them; empty for a chain atom."""
        rings, system = self.rings(), frozenset({atom})
        while True:
            grown = frozenset().union(*(ring for ring in rings if ring & system))
            if not grown or grown == system:
                return grown
            system = grown

    def beyond(self, removed: Iterable[int], *, position: str = "") -> list["Fragment"]:
        """Take atoms as a core of their own and give what hangs on them, in the order of atoms."""
        core = frozenset(removed)
        return fragments_beside(self.graph, core, within=self.atoms - core, positions=dict.fromkeys(core, position))

    def smiles(self) -> str:
        """Give the canonical SMILES with ``[*]`` at each bond to the core."""
        return _fragment_smiles(self)


def fragments_beside(
    graph: MoleculeGraph, core: frozenset[int], *, within: frozenset[int], positions: dict[int, str]
) -> list[Fragment]:
    """Give the connected parts of ``within``, each with its bonds to the core."""
    return [
        Fragment(graph=graph, atoms=part, links=tuple(sorted(_links(graph, core, part, positions))))
        for part in graph.components(within)
    ]


def _links(
    graph: MoleculeGraph, core: frozenset[int], part: frozenset[int], positions: dict[int, str]
) -> Iterator[Link]:
    for atom in part:
        for other, order in graph.neighbours[atom].items():
            if other in core:
                yield Link(position=positions.get(other, ""), core_atom=other, atom=atom, order=order)


def canonical_fragment(smiles: str) -> str:
    """Give the form in which a fragment written by a person is compared.

    Examples
    --------
    >>> canonical_fragment("COC(=O)[*]")
    '*C(=O)OC'
    """
    with rdBase.BlockLogs():
        molecule: Chem.Mol | None = Chem.MolFromSmiles(smiles)
    return "" if molecule is None else str(Chem.MolToSmiles(molecule, isomericSmiles=False))


def _fragment_smiles(fragment: Fragment) -> str:
    editable, source = Chem.RWMol(), fragment.graph.molecule
    new = {atom: editable.AddAtom(source.GetAtomWithIdx(atom)) for atom in sorted(fragment.atoms)}
    for atom, place in new.items():
        for other, order in fragment.neighbours(atom).items():
            if other > atom:
                editable.AddBond(place, new[other], _BOND_TYPES.get(order, Chem.BondType.SINGLE))
    for link in fragment.links:
        end = editable.AddAtom(Chem.Atom(0))
        editable.AddBond(new[link.atom], end, _BOND_TYPES.get(link.order, Chem.BondType.SINGLE))
    written = str(Chem.MolToSmiles(editable, isomericSmiles=False))
    return canonical_fragment(written) or written
