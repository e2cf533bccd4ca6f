"""Nested replacement: a fragment that is a listed substituent which itself carries listed substituents.

Whether the list may be applied to what it has put in is left open by the text, so this never decides for a match; it
says whether the answer turns on that point.
"""

from collections.abc import Iterator

from substance_library.derivations.graph import Effort, Graph, SearchExhaustedError
from substance_library.derivations.leftover import Cutting, Fragment, Leftover
from substance_library.derivations.substituents import ListedSubstituent, SubstituentForm, SubstituentTable

_DEEPEST = 60
"""Substituents on substituents; beyond it the search ends, as it does when its effort is used up."""

Rows = tuple[ListedSubstituent, ...]


class Nesting:
    """Takes fragments apart into listed substituents; what was found once is remembered."""

    def __init__(self, table: SubstituentTable, effort: Effort) -> None:
        """Take the list in force."""
        self._table = table
        self._effort = effort
        self._known: dict[str, Rows | None] = {}

    def cutting(self, fragment: Fragment) -> Cutting:
        """Give what cuts a fragment on."""
        return Cutting(fragment.molecule, self._effort)

    def rows_of(self, fragment: Fragment, *, depth: int = 0) -> Rows | None:
        """Give the rows that make a fragment up, the one on the core first; None if no rows do.

        Raises
        ------
        SearchExhaustedError
            If the effort is used up, or the fragment is nested deeper than is looked.
        """
        if fragment.text not in self._known:
            if depth > _DEEPEST:
                raise SearchExhaustedError
            self._known[fragment.text] = self._taken_apart(fragment, depth)
        return self._known[fragment.text]

    def _taken_apart(self, fragment: Fragment, depth: int) -> Rows | None:
        listed = self._table.by_text.get(fragment.text)
        if listed is not None:
            return (listed,)
        for cutting in self._cuttings(fragment):
            census = cutting.graph.census()
            for form in self._table.forms:
                if form.pattern.fits_into(census):
                    for leftovers in self._remainders(form, cutting, fragment):
                        rows = self._rows_of_all(leftovers, cutting, depth)
                        if rows is not None:
                            return (form.listed, *rows)
        return None

    def _cuttings(self, fragment: Fragment) -> Iterator[Cutting]:
        """Give what cuts a fragment as it stands, and what cuts its drawing where that differs."""
        stands = self.cutting(fragment)
        yield stands
        drawn = Graph.drawn(fragment.molecule)
        if drawn != stands.graph:
            yield Cutting(fragment.molecule, self._effort, drawn)

    def _remainders(
        self, form: SubstituentForm, cutting: Cutting, fragment: Fragment
    ) -> Iterator[tuple[Leftover, ...]]:
        """Lay a substituent on the bonds to the core in every way; give what remains of the fragment beside it."""
        stars = set(fragment.stars)
        for mapping in form.pattern.mappings(cutting.graph, self._effort):
            placed = {atom for atom in mapping if atom not in stars}
            if _bonds_to(stars, placed, cutting.graph) == len(mapping) - len(placed):
                yield cutting.leftovers(placed | stars)

    def _rows_of_all(self, leftovers: tuple[Leftover, ...], cutting: Cutting, depth: int) -> Rows | None:
        rows: list[ListedSubstituent] = []
        for leftover in sorted(leftovers, key=lambda one: len(one.atoms)):  # a small one fails soonest
            cut = cutting.fragment(leftover)
            found = None if cut is None else self.rows_of(cut, depth=depth + 1)
            if found is None:
                return None
            rows.extend(found)
        return tuple(rows)


def _bonds_to(stars: set[int], atoms: set[int], graph: Graph) -> int:
    return sum(neighbour in stars for atom in atoms for neighbour in graph.bonds[atom])
