"""The book of the law: acts, editions and tables in every version that was ever known, and what stood on a day.

Two times run beside each other. Legal time is in the days of editions and rows; knowledge time is ``known_from``, when
the book got a version of an act, an edition or a table. Nothing is taken out: ``as_known`` gives the book of any
moment again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar

from substance_library.editions import Act, Edition, Standing, in_order, standings
from substance_library.schedule import ListTable, Row

Standings = Sequence[tuple[Edition, Standing]]
V = TypeVar("V", Act, Edition, ListTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """One row on one day: where it stands, in which editions, and how certain that is."""

    row: Row
    table: str
    """Number of the table that brought it."""
    part: str
    editions: tuple[str, ...]
    """Numbers of the editions that stand on that day, or may, and have the row."""
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAct:
    """One act on one day: its editions, its rows, and what of it is not there."""

    act: Act
    editions: tuple[tuple[Edition, Standing], ...]
    """Those that stand on that day, or may."""
    rows: tuple[StandingRow, ...]
    missing: tuple[str, ...]
    missing_thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawBook:
    """Acts, editions and tables, in every version that was ever known.

    A version of a number stands until a later one of the same number is known.
    """

    acts: tuple[Act, ...] = ()
    editions: tuple[Edition, ...] = ()
    tables: tuple[ListTable, ...] = ()

    def as_known(self, known_at: datetime | None) -> "LawBook":
        """Give the newest versions that were known at a moment; None: of all.

        Parameters
        ----------
        known_at : datetime or None
            Aware. What became known at that very moment counts.
        """
        return LawBook(
            acts=_newest(self.acts, known_at),
            editions=_newest(self.editions, known_at),
            tables=_newest(self.tables, known_at),
        )

    def joined(self, other: "LawBook") -> "LawBook":
        """Give both books in one; where both have a number, knowledge time decides."""
        return LawBook(
            acts=self.acts + other.acts, editions=self.editions + other.editions, tables=self.tables + other.tables
        )

    def known_since(self, known_from: datetime) -> "LawBook":
        """Give the same book as one that became known at one moment."""
        return LawBook(
            acts=tuple(replace(one, known_from=known_from) for one in self.acts),
            editions=tuple(replace(one, known_from=known_from) for one in self.editions),
            tables=tuple(replace(one, known_from=known_from) for one in self.tables),
        )

    def jurisdictions(self) -> tuple[str, ...]:
        """Name the jurisdictions of which it has acts."""
        return tuple(sorted({act.jurisdiction for act in self.acts}))

    def editions_of(self, act: str) -> tuple[Edition, ...]:
        """Give the editions of an act in order."""
        return in_order([one for one in self.editions if one.act == act])

    def on(self, day: date, jurisdiction: str) -> tuple[StandingAct, ...]:
        """Give every act of a jurisdiction as it stood on a day, in the order of their numbers.

        The book has to hold one version of each number: ask ``as_known`` first.
        """
        acts = sorted((act for act in self.acts if act.jurisdiction == jurisdiction), key=lambda act: act.number)
        return tuple(self._on(act, day) for act in acts)

    def _on(self, act: Act, day: date) -> StandingAct:
        found = standings(self.editions_of(act.number), day)
        standing = tuple(pair for pair in found if pair[1] is not Standing.NOT_IN_FORCE)
        return StandingAct(
            act=act,
            editions=standing,
            rows=self._rows(act, standing, day),
            missing=tuple(dict.fromkeys([*self._before(act, day), *self._missing(act, standing, act.parts)])),
            missing_thresholds=tuple(dict.fromkeys(self._missing(act, standing, act.threshold_parts))),
        )

    def _rows(self, act: Act, standing: Standings, day: date) -> tuple[StandingRow, ...]:
        """Merge the rows of the editions that stand, or may."""
        found: dict[tuple[str, Row], tuple[str, list[tuple[Edition, Standing]]]] = {}
        for edition, certainty in standing:
            for (part, _), (table, row) in self._rows_of(act, edition).items():
                found.setdefault((part, row), (table, []))[1].append((edition, certainty))
        rows = (
            StandingRow(
                row=row,
                table=table,
                part=part,
                editions=tuple(edition.number for edition, _ in having),
                standing=_standing_of(row, having, standing, day),
            )
            for (part, row), (table, having) in found.items()
        )
        return tuple(one for one in rows if one.standing is not Standing.NOT_IN_FORCE)

    def _rows_of(self, act: Act, edition: Edition) -> dict[tuple[str, str], tuple[str, Row]]:
        """Give the rows of one edition by part and number: its own, and what it left of earlier ones."""
        rows: dict[tuple[str, str], tuple[str, Row]] = {}
        for _, table in self._tables_up_to(act, edition):
            if table.consolidated:
                rows = {key: value for key, value in rows.items() if key[0] != table.part}
            for number in table.removes:
                rows.pop((table.part, number), None)
            rows |= {(table.part, row.number): (table.number, row) for row in table.rows}
        return rows

    def _tables_up_to(self, act: Act, edition: Edition) -> Iterator[tuple[Edition, ListTable]]:
        for one in self._up_to(act, edition):
            tables = (table for table in self.tables if table.edition == one.number)
            for table in sorted(tables, key=lambda table: table.number):
                yield one, table

    def _up_to(self, act: Act, edition: Edition) -> tuple[Edition, ...]:
        editions = self.editions_of(act.number)
        return editions[: [one.number for one in editions].index(edition.number) + 1]

    def _before(self, act: Act, day: date) -> Iterator[str]:
        """Name editions that are not there: all of them, or those before the first, where that is an amendment."""
        editions = self.editions_of(act.number)
        if not editions:
            if act.parts or not act.not_loaded:
                yield f"{act.citation}: its editions"
        elif editions[0].amended_by and editions[0].force.begun(day) is not Standing.IN_FORCE:
            yield f"{act.citation}: editions before {editions[0].amended_by}"

    def _missing(self, act: Act, standing: Standings, parts: tuple[str, ...]) -> Iterator[str]:
        for edition, _ in standing:
            for part in parts:
                yield from self._missing_of(act, edition, part)

    def _missing_of(self, act: Act, edition: Edition, part: str) -> list[str]:
        """Name what is missing of one part in one edition: its first full table, or what an amendment changed."""
        missing = [f"{act.citation}, {part}"]
        for one in self._up_to(act, edition):
            here = [table for table in self.tables if table.edition == one.number and table.part == part]
            if any(table.consolidated for table in here):
                missing = []
            elif not here and not missing and one.changed(part):
                missing = [f"{act.citation}, {part}: what {one.amended_by or one.number} changed"]
            missing += [table.missing or f"rows of {table.number}" for table in here if not table.complete]
        return missing


def _standing_of(row: Row, having: Standings, standing: Standings, day: date) -> Standing:
    """Say how certain a row is: by its own days, else by the editions that have it.

    It is certain where an edition that stands for certain has it, or all that may stand have it and one of them does:
    an edition that is in force by its own days stands, or the one that replaced it.
    """
    if row.force is not None:
        return row.force.standing(day)
    if any(certainty is Standing.IN_FORCE for _, certainty in having):
        return Standing.IN_FORCE
    one_stands = any(edition.force.standing(day) is Standing.IN_FORCE for edition, _ in standing)
    return Standing.IN_FORCE if one_stands and len(having) == len(standing) else Standing.DOUBTFUL


def _newest(versions: tuple[V, ...], known_at: datetime | None) -> tuple[V, ...]:
    known = [one for one in versions if known_at is None or one.known_from <= known_at]
    ordered = sorted(known, key=lambda one: (one.number, one.known_from))  # stable: of one moment the later stays later
    return tuple(list(group)[-1] for _, group in groupby(ordered, key=lambda one: one.number))
