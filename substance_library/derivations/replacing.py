"""One mapping of a base onto a structure, read by the list: what is retained, what replaces what, what is left open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from substance_library.derivations.graph import AROMATIC
from substance_library.derivations.leftover import Attachment, Cutting, Fragment, Leftover
from substance_library.derivations.nesting import Nesting
from substance_library.derivations.skeleton import HYDROXYL, Skeleton, replaceable_part
from substance_library.derivations.substituents import ListedSubstituent, SubstituentTable

_OXYGEN = 8
HYDROGEN_POINT = "whether hydrogen may serve as a substituent: a halogen or hydroxyl of the base is replaced by H"
ETHER_POINT = "whether the H of a hydroxyl of the base may be replaced, the oxygen being kept"
NESTED_POINT = "whether a listed substituent may itself carry listed substituents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """One fragment of the structure that does not stand in the base."""

    leftover: Leftover | None
    """None: hydrogen in the place of a halogen or hydroxyl."""
    bonds: tuple[tuple[int, int], ...]
    """Atoms of the skeleton that it is bound to, with the number of bonds: of parts that it replaces there."""
    text: str
    """Canonical SMILES of the fragment."""
    rows: tuple[ListedSubstituent, ...]
    """The row that lists it; several where a point of the text is left open."""
    points: frozenset[str] = frozenset()
    """Points of the text on which it turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One mapping that the list allows, or that it allows if open points are settled so."""

    mapping: tuple[int, ...]
    replacements: tuple[Replacement, ...]
    retained: tuple[Leftover, ...] = ()
    """Halogens and hydroxyl groups that stand where the base has the same."""
    parts: tuple[str, ...] = ()
    """What each of them is: ``F``, ``OH``."""

    @property
    def points(self) -> frozenset[str]:
        """Everything that is left open."""
        return frozenset().union(*(one.points for one in self.replacements))

    @property
    def order(self) -> tuple[int, int, list[str]]:
        """The plainest reading first: the fewest open points, the fewest replacements, then by their fragments."""
        return len(self.points), len(self.replacements), sorted(one.text for one in self.replacements)


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to read one leftover, and the hydroxyl groups of the base whose oxygen it needs kept."""

    replacement: Replacement
    oxygens: tuple[int, ...] = ()
    """Positions of the skeleton."""


class Replacing:
    """Reads mappings of one skeleton onto one structure."""

    def __init__(self, skeleton: Skeleton, cutting: Cutting, table: SubstituentTable, nesting: Nesting) -> None:
        """Take what all mappings share."""
        self._skeleton = skeleton
        self._cutting = cutting
        self._table = table
        self._nesting = nesting

    def read(self, mapping: Sequence[int], *, openly: bool) -> Reading | None:
        """Read one mapping; None if a condition fails completely.

        Parameters
        ----------
        mapping : sequence of int
            For each atom of the skeleton its image.
        openly : bool
            False allows listed replacements alone; True also what turns on an open point of the text.
        """
        place = {atom: position for position, atom in enumerate(mapping)}
        leftovers = self._cutting.leftovers(place)
        if not self._valences_hold(mapping, place, leftovers):
            return None
        retained, others, carried = self._retained(place, leftovers)
        for chosen in self._choices(others, place, carried, openly=openly):
            lost = self._lost(chosen, carried)
            if lost is None:
                continue
            hydrogens = self._hydrogens(lost)
            if not openly and any(one.points for one in hydrogens):
                return None
            replaced = (*(one.replacement for one in chosen), *hydrogens)
            parts = tuple(part for part in map(self._part, retained) if part is not None)
            return Reading(mapping=tuple(mapping), replacements=replaced, retained=retained, parts=parts)
        return None

    def _valences_hold(self, mapping: Sequence[int], place: dict[int, int], leftovers: tuple[Leftover, ...]) -> bool:
        """Every bond to a leftover takes the place of a hydrogen, halogen or hydroxyl: nothing is only added.

        The further group of an onium takes the place of the hydrogen that the salt of the base has there.
        """
        held: Counter[int] = Counter()
        for leftover in leftovers:
            for attachment in leftover.attachments:
                held[place[attachment.core]] += attachment.order
        graph, pattern = self._cutting.graph, self._skeleton.pattern
        return all(
            spare + graph.onium[atom] - pattern.graph.onium[position] == graph.hydrogens[atom] + held[position]
            for position, (atom, spare) in enumerate(zip(mapping, pattern.spare, strict=True))
        )

    def _retained(
        self, place: dict[int, int], leftovers: tuple[Leftover, ...]
    ) -> tuple[tuple[Leftover, ...], tuple[Leftover, ...], dict[int, Counter[str]]]:
        """Part what the base has too from what it has not; give what else the base carries at each position."""
        carried = {position: site.carried() for position, site in enumerate(self._skeleton.sites) if site.replaceable}
        retained, others = [], []
        for leftover in leftovers:
            here = carried.get(place[leftover.attachments[0].core])
            part = self._part(leftover) if here else None
            if here and part is not None and here[part]:
                here[part] -= 1
                retained.append(leftover)
            else:
                others.append(leftover)
        return tuple(retained), tuple(others), carried

    def _part(self, leftover: Leftover) -> str | None:
        return replaceable_part(self._cutting.molecule, leftover.atoms[0]) if len(leftover.atoms) == 1 else None

    def _choices(
        self, leftovers: Sequence[Leftover], place: dict[int, int], carried: dict[int, Counter[str]], *, openly: bool
    ) -> Iterator[tuple[_Option, ...]]:
        """Combine the ways to read each leftover; nothing if one of them cannot be read at all."""
        options = []
        for leftover in leftovers:
            options.append(tuple(self._options(leftover, place, carried, openly=openly)))
            if not options[-1]:
                return
        yield from product(*options)

    def _options(
        self, leftover: Leftover, place: dict[int, int], carried: dict[int, Counter[str]], *, openly: bool
    ) -> Iterator[_Option]:
        row = self._table.row_of(leftover, self._cutting)
        if row is not None:
            yield _Option(self._replacement(leftover, place, (row,)))
        elif openly and self._table.may_make(leftover, self._cutting.graph, beside=_OXYGEN):
            fragment = self._cutting.fragment(leftover)
            yield from () if fragment is None else self._open_options(leftover, fragment, place, carried)

    def _open_options(
        self, leftover: Leftover, fragment: Fragment, place: dict[int, int], carried: dict[int, Counter[str]]
    ) -> Iterator[_Option]:
        """Read a leftover that has no row of its own: its first oxygen kept, or nested, or both."""
        for kept in self._oxygens(leftover, place, carried):
            found = self._behind(fragment, leftover, kept)
            if found is not None:
                rows, nested = found
                points = frozenset({ETHER_POINT, NESTED_POINT} if nested else {ETHER_POINT})
                at = tuple(place[attachment.core] for attachment in kept)
                yield _Option(self._replacement(leftover, place, rows, points), at)
        made = self._nesting.rows_of(fragment)
        if made is not None:
            yield _Option(self._replacement(leftover, place, made, frozenset({NESTED_POINT})))

    def _oxygens(
        self, leftover: Leftover, place: dict[int, int], carried: dict[int, Counter[str]]
    ) -> Iterator[tuple[Attachment, ...]]:
        """Give the oxygens by which it is bound where the base has a hydroxyl: one of them, or both."""
        able = [one for one in leftover.attachments if self._may_be_kept(one, leftover, place, carried)]
        for count in range(1, len(able) + 1):
            yield from combinations(able, count)

    def _may_be_kept(
        self, attachment: Attachment, leftover: Leftover, place: dict[int, int], carried: dict[int, Counter[str]]
    ) -> bool:
        graph = self._cutting.graph
        bonds = graph.bonds[attachment.atom]
        to_core = sum(one.atom == attachment.atom for one in leftover.attachments)
        return (
            graph.kinds[attachment.atom].element == _OXYGEN
            and attachment.kind in {1, AROMATIC}
            and to_core == 1
            and len(bonds) > 1
            and bool(carried.get(place[attachment.core], Counter())[HYDROXYL])
        )

    def _behind(
        self, fragment: Fragment, leftover: Leftover, kept: tuple[Attachment, ...]
    ) -> tuple[tuple[ListedSubstituent, ...], bool] | None:
        """Find the rows of what is bound to oxygens that are kept, and whether one of them is nested."""
        oxygens = {leftover.atoms.index(attachment.atom) for attachment in kept}
        cutting = self._nesting.cutting(fragment)
        if any(other in oxygens for atom in oxygens for other in cutting.graph.bonds[atom]):
            return None
        rows: list[ListedSubstituent] = []
        nested = False
        for behind in cutting.leftovers(oxygens | set(fragment.stars)):
            cut = cutting.fragment(behind)
            found = None if cut is None else self._nesting.rows_of(cut)
            if found is None:
                return None
            rows.extend(found)
            nested = nested or self._table.row_of(behind, cutting) is None
        return tuple(rows), nested

    def _replacement(
        self,
        leftover: Leftover,
        place: dict[int, int],
        rows: tuple[ListedSubstituent, ...],
        points: frozenset[str] = frozenset(),
    ) -> Replacement:
        fragment = self._cutting.fragment(leftover)
        return Replacement(
            leftover=leftover,
            bonds=_bonds(leftover, place),
            text="" if fragment is None else fragment.text,
            rows=rows,
            points=points,
        )

    @staticmethod
    def _lost(chosen: Sequence[_Option], carried: dict[int, Counter[str]]) -> Counter[int] | None:
        """Count at each position what the base carries and hydrogen has replaced; None if an oxygen is kept twice."""
        kept = Counter(position for option in chosen for position in option.oxygens)
        if any(count > carried[position][HYDROXYL] for position, count in kept.items()):
            return None
        bonds: Counter[int] = Counter()
        for option in chosen:
            bonds.update(dict(option.replacement.bonds))
        lost = {position: parts.total() - bonds[position] for position, parts in carried.items()}
        return Counter({position: count for position, count in lost.items() if count > 0})

    def _hydrogens(self, lost: Counter[int]) -> tuple[Replacement, ...]:
        row = self._table.hydrogen
        return tuple(
            Replacement(
                leftover=None,
                bonds=((position, 1),),
                text="*[H]",
                rows=() if row is None else (row,),
                points=frozenset({HYDROGEN_POINT} if row is None else ()),
            )
            for position in sorted(lost.elements())
        )


def _bonds(leftover: Leftover, place: dict[int, int]) -> tuple[tuple[int, int], ...]:
    bonds: Counter[int] = Counter()
    for attachment in leftover.attachments:
        bonds[place[attachment.core]] += attachment.order
    return tuple(sorted(bonds.items()))
