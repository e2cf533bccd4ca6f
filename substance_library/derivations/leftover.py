"""What is left over of a structure when a core is taken out: fragments, with a star at each bond to the core.

An aromatic ring that is fused onto a ring of the core is cut so that its bonds to the core are single: the fused benzo
ring of naphthalene is ``*C=CC=C*``, the group that replaces two hydrogens.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rdkit import Chem

from substance_library.derivations.graph import AROMATIC, Effort, Graph

_MOST_FORMS = 32
"""Ways to place double bonds in one fragment that are looked at; more rings than that are no substituent of a list."""
_SINGLE = 1
_DOUBLE = 2


@dataclass(frozen=True, slots=True, order=True)
class Attachment:
    """One bond between the core and a fragment."""

    core: int
    atom: int
    kind: int
    """RDKit's bond type as it stands in the structure."""

    @property
    def order(self) -> int:
        """The number of bonds; an aromatic one is cut as single."""
        return _SINGLE if self.kind == AROMATIC else self.kind


@dataclass(frozen=True, slots=True)
class Leftover:
    """One connected fragment outside the core."""

    atoms: tuple[int, ...]
    attachments: tuple[Attachment, ...]

    @property
    def valence(self) -> int:
        """The number of bonds to the core."""
        return sum(attachment.order for attachment in self.attachments)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A leftover cut out: its canonical SMILES, and the molecule with a dummy atom for each attachment."""

    text: str
    molecule: Chem.Mol
    stars: tuple[int, ...]
    """The dummy atom of each attachment, in their order."""
    atoms: tuple[int, ...]
    """For each atom of the fragment that is no star, in their order, the atom of the structure."""


class Cutting:
    """Cuts one structure; the same fragment is made once, because many mappings leave the same over."""

    def __init__(self, molecule: Chem.Mol, effort: Effort, graph: Graph | None = None) -> None:
        """Take a sanitised molecule with implicit hydrogens."""
        self.molecule = molecule
        self.graph = graph or Graph.of(molecule)
        self._effort = effort
        self._doubles: frozenset[int] | None = None
        self._made: dict[Leftover, Fragment | None] = {}

    def leftovers(self, core: Collection[int]) -> tuple[Leftover, ...]:
        """Give the fragments outside a core, in the order of their first atoms."""
        seen = set(core)
        found = []
        for start in range(len(self.graph)):
            if start not in seen:
                self._effort.spend()
                found.append(self._leftover(start, core, seen))
        return tuple(found)

    def _leftover(self, start: int, core: Collection[int], seen: set[int]) -> Leftover:
        atoms, waiting, attachments = [start], [start], []
        seen.add(start)
        while waiting:
            atom = waiting.pop()
            for neighbour, kind in self.graph.bonds[atom].items():
                if neighbour in core:
                    attachments.append(Attachment(neighbour, atom, kind))
                elif neighbour not in seen:
                    seen.add(neighbour)
                    atoms.append(neighbour)
                    waiting.append(neighbour)
        return Leftover(tuple(sorted(atoms)), tuple(sorted(attachments)))

    def fragment(self, leftover: Leftover) -> Fragment | None:
        """Cut a leftover out; None where it cannot be held by single and double bonds alone."""
        if leftover not in self._made:
            self._effort.spend(20 * len(leftover.atoms))  # about what RDKit needs, in steps of a search
            self._made[leftover] = self._cut(leftover)
        return self._made[leftover]

    def _cut(self, leftover: Leftover) -> Fragment | None:
        made = [self._fragment(leftover, form) for form in self._forms(leftover)]
        return min((one for one in made if one is not None), key=lambda one: one.text, default=None)

    def _forms(self, leftover: Leftover) -> Iterator[Mapping[int, int]]:
        """Give the ways to pair the fragment's own double bonds: one empty way unless a ring is cut open."""
        if all(attachment.kind != AROMATIC for attachment in leftover.attachments):
            yield {}
            return
        inside = set(leftover.atoms)
        wanting = [atom for atom in leftover.atoms if atom in self._with_aromatic_double()]
        partners = {
            atom: [other for other, kind in self.graph.bonds[atom].items() if kind == AROMATIC and other in inside]
            for atom in wanting
        }
        for number, form in enumerate(_pairings(wanting, partners, {})):
            if number == _MOST_FORMS:
                return
            yield form

    def _with_aromatic_double(self) -> frozenset[int]:
        """Give the atoms that have a double bond of an aromatic ring in any drawing with single and double bonds."""
        if self._doubles is None:
            drawn = Chem.Mol(self.molecule)
            Chem.Kekulize(drawn)  # the flags stay, the types change
            self._doubles = frozenset(
                atom
                for bond in drawn.GetBonds()
                if self.graph.bonds[bond.GetBeginAtomIdx()][bond.GetEndAtomIdx()] == AROMATIC
                and bond.GetBondType() == Chem.BondType.DOUBLE
                for atom in (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
            )
        return self._doubles

    def _fragment(self, leftover: Leftover, form: Mapping[int, int]) -> Fragment | None:
        opened = any(attachment.kind == AROMATIC for attachment in leftover.attachments)
        made = Chem.RWMol()
        places = {atom: made.AddAtom(self._bare_atom(atom, opened=opened)) for atom in leftover.atoms}
        for atom, other, kind in self._bonds_inside(leftover):
            made.AddBond(places[atom], places[other], self._bond_type(kind, atom, other, form, opened=opened))
        stars = []
        for attachment in leftover.attachments:
            stars.append(made.AddAtom(Chem.Atom(0)))
            made.AddBond(stars[-1], places[attachment.atom], _bond_type(attachment.order))
        return _finished(made, tuple(stars), leftover.atoms)

    def _bonds_inside(self, leftover: Leftover) -> Iterator[tuple[int, int, int]]:
        inside = set(leftover.atoms)
        for atom in leftover.atoms:
            for other, kind in self.graph.bonds[atom].items():
                if atom < other and other in inside:
                    yield atom, other, kind

    @staticmethod
    def _bond_type(kind: int, atom: int, other: int, form: Mapping[int, int], *, opened: bool) -> Chem.BondType:
        if opened and kind == AROMATIC:
            kind = _DOUBLE if form.get(atom) == other else _SINGLE
        return _bond_type(kind)

    def _bare_atom(self, index: int, *, opened: bool) -> Chem.Atom:
        kind = self.graph.kinds[index]
        atom = Chem.Atom(kind.element)
        atom.SetFormalCharge(kind.charge + self.graph.onium[index])
        atom.SetNumRadicalElectrons(kind.radicals)
        atom.SetNumExplicitHs(self.graph.hydrogens[index])
        atom.SetNoImplicit(True)  # noqa: FBT003 - RDKit names no keyword
        atom.SetIsAromatic(self.graph.aromatic[index] and not opened)
        return atom


def _bond_type(kind: int) -> Chem.BondType:
    named: Chem.BondType = Chem.BondType.values[kind]
    return named


def _pairings(wanting: list[int], partners: Mapping[int, list[int]], pairs: dict[int, int]) -> Iterator[dict[int, int]]:
    """Pair every atom with a neighbour, in all ways."""
    free = [atom for atom in wanting if atom not in pairs]
    if not free:
        yield pairs
        return
    atom = min(free, key=lambda one: sum(other not in pairs for other in partners[one]))
    for other in partners[atom]:
        if other in partners and other not in pairs:
            yield from _pairings(wanting, partners, {**pairs, atom: other, other: atom})


def _finished(made: Chem.RWMol, stars: tuple[int, ...], atoms: tuple[int, ...]) -> Fragment | None:
    molecule = made.GetMol()
    if Chem.SanitizeMol(molecule, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        return None
    return Fragment(text=fragment_text(molecule), molecule=molecule, stars=stars, atoms=atoms)


def fragment_text(molecule: Chem.Mol) -> str:
    """Give the canonical SMILES of a fragment, a star at each bond to the core, without stereochemistry."""
    plain = Chem.Mol(molecule)
    hydrogens = [atom.GetTotalNumHs() for atom in plain.GetAtoms()]
    for atom in plain.GetAtoms():
        if not atom.GetIsAromatic():
            atom.SetNoImplicit(False)  # noqa: FBT003 - RDKit names no keyword
            atom.SetNumExplicitHs(0)
    plain.UpdatePropertyCache(strict=False)
    for atom, count in zip(plain.GetAtoms(), hydrogens, strict=True):
        if atom.GetTotalNumHs() != count:  # an unusual valence is written out
            atom.SetNoImplicit(True)  # noqa: FBT003 - RDKit names no keyword
            atom.SetNumExplicitHs(count)
    return str(Chem.MolToSmiles(plain, isomericSmiles=False))
