"""What hangs on a core: a connected part of a molecule with its bonds to the core."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdkit import Chem, rdBase

from substance_library.generic.graph import SINGLE, MoleculeGraph


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
    """Write a fragment; one that is cut out of an aromatic ring with the bonds of a Kekule form of the molecule."""
    source = fragment.graph.molecule
    written = _cut_out(fragment, source, list(range(source.GetNumAtoms())))
    return canonical_fragment(written) or canonical_fragment(_cut_out(fragment, *_kekule_form(source))) or written


def _kekule_form(molecule: Chem.Mol) -> tuple[Chem.Mol, list[int]]:
    """Give the Kekule form that the canonical order of atoms leads to, and the place of each atom in it."""
    places = list(Chem.CanonicalRankAtoms(molecule, breakTies=True))
    form = Chem.RenumberAtoms(molecule, sorted(range(len(places)), key=places.__getitem__))
    Chem.Kekulize(form, clearAromaticFlags=True)
    return form, places


def _cut_out(fragment: Fragment, drawing: Chem.Mol, places: list[int]) -> str:
    editable = Chem.RWMol()
    new = {atom: editable.AddAtom(drawing.GetAtomWithIdx(places[atom])) for atom in sorted(fragment.atoms)}
    for atom, place in new.items():
        for other in fragment.neighbours(atom):
            if other > atom:
                editable.AddBond(place, new[other], _bond_type(drawing, places[atom], places[other]))
    for link in fragment.links:
        end = editable.AddAtom(Chem.Atom(0))
        editable.AddBond(new[link.atom], end, _bond_type(drawing, places[link.atom], places[link.core_atom]))
    return str(Chem.MolToSmiles(editable, isomericSmiles=False))


def _bond_type(drawing: Chem.Mol, one: int, other: int) -> Chem.BondType:
    return drawing.GetBondBetweenAtoms(one, other).GetBondType()
