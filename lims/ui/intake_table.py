"""The table of exhibits at reception: typed, or pasted from a spreadsheet, line by line the facts of one exhibit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import streamlit as st

from lims.domain.exhibit import Container, ExhibitKind
from lims.errors import InvalidRecordError
from lims.services.accessioning import ExhibitFacts, IncomingExhibit
from lims.translation import TIME_ZONE, Translator, marked

Row = Mapping[str, str]
"""Words by column; one that is not there says nothing."""


class Seal(StrEnum):
    """How a seal was found."""

    INTACT = "intact"
    BROKEN = "broken"


TITLES: Mapping[str, str] = MappingProxyType(
    {
        "description": marked("Description"),
        "part": marked("Part of the one above"),
        "kind": marked("Kind"),
        "seal_number": marked("Number of the seal"),
        "seal": marked("Condition of the seal"),
        "unit_count": marked("Units"),
        "marks": marked("Colour, logo, marks"),
        "condition": marked("Condition"),
        "container": marked("Container"),
        "container_number": marked("Number of the container"),
        "storage_wish": marked("Storage asked for"),
        "seizure": marked("Seizure"),
        "collected_at": marked("Taken from the person at"),
        "donor_number": marked("Donor"),
    }
)
"""Columns in their order."""
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({"kind": tuple(ExhibitKind), "seal": tuple(Seal)})
_MOMENTS = ("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
_YES, _NO = frozenset({"x", "+", "1", "true", "yes", "\u0445", "\u2713"}), frozenset({"", "-", "0", "false"})
_MOST_LINES = 2000
_EXAMPLE = "22.11.2026 03:40"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of a browser session, and what its boxes offer."""

    key: str
    seizures: int
    """How many there are to choose from."""
    donors: tuple[str, ...] = ()


def draw(t: Translator, sheet: Sheet) -> tuple[Row, ...]:
    """Draw the table; give its lines as they are now, those that say nothing left out.

    The lines outlive a change of language and a look at another page: what was typed is what the table begins with.
    """
    columns = tuple(one for one in TITLES if sheet.donors or one != "donor_number")
    widget = f"{sheet.key}-{turn(sheet.key)}-{t.language}"
    begun, now = f"{sheet.key}-begun", f"{sheet.key}-now"
    if widget not in st.session_state:
        st.session_state[begun] = st.session_state.get(now, ())
    lines: Sequence[Row] = st.session_state[begun] or ({},)
    typed: Any = st.data_editor(
        {one: [_cell(one, line) for line in lines] for one in columns},
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        key=widget,
        column_config={one: _column(t, one, sheet) for one in columns},
    )
    st.session_state[now] = rows = rows_of(typed, columns)
    return rows


def replace_rows(key: str, rows: Sequence[Row]) -> None:
    """Let the table of this key begin with other lines at its next drawing."""
    st.session_state[f"{key}-now"] = tuple(rows)
    st.session_state[f"{key}-turn"] = turn(key) + 1


def rows_of(typed: Any, columns: Sequence[str]) -> tuple[Row, ...]:  # noqa: ANN401 - what Streamlit's editor gives
    """Give the lines of an editor that say anything."""
    rows = zip(*(list(_values(typed[one])) for one in columns), strict=True)
    named = ({one: _words(value) for one, value in zip(columns, row, strict=True)} for row in rows)
    return tuple({one: words for one, words in row.items() if words} for row in named if any(row.values()))


def pasted(t: Translator, text: str) -> tuple[Row, ...]:
    """Read lines of a spreadsheet, cells apart by tabs, in the order of the columns or under a line of their titles.

    Raises
    ------
    InvalidRecordError
        If there are too many lines, a line has more cells than there are columns, or a cell says what the table cannot
        show in its column.
    """
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        raise InvalidRecordError(f"{len(lines)} lines; at most {_MOST_LINES} at once")
    by_title = {t(title).casefold(): name for name, title in TITLES.items()}
    columns = list(TITLES)
    if lines and all(cell.strip().casefold() in by_title for cell in lines[0]):
        columns = [by_title[cell.strip().casefold()] for cell in lines.pop(0)]
    for place, line in enumerate(lines, start=1):
        if len(line) > len(columns):
            raise InvalidRecordError(f"line {place}: {len(line)} cells; expected at most {len(columns)}")
    rows = [{one: cell.strip() for one, cell in zip(columns, line, strict=False) if cell.strip()} for line in lines]
    reader = _Reader(t)
    taken = tuple(reader.for_table(place, row) for place, row in enumerate(rows, start=1))
    reader.refuse_any()
    return taken


def exhibits_of(t: Translator, rows: Sequence[Row], *, common: ExhibitFacts) -> tuple[IncomingExhibit, ...]:
    """Read the lines as exhibits, each with the parts that follow it.

    Parameters
    ----------
    common : ExhibitFacts
        What holds for all of them: how and by whom they were delivered, when they were received.

    Raises
    ------
    InvalidRecordError
        Naming every cell that says what its column does not take.
    """
    reader = _Reader(t)
    made: list[IncomingExhibit] = []
    for place, row in enumerate(rows, start=1):
        one = reader.exhibit(place, row, common)
        if not reader.is_part(place, row):
            made.append(one)
        elif made:
            made[-1] = replace(made[-1], parts=(*made[-1].parts, one))
        else:
            reader.fault(place, "part", row["part"], t("an exhibit above it"))
    reader.refuse_any()
    return tuple(made)


class _Reader:
    """Reads cells, and keeps what is wrong with them."""

    def __init__(self, t: Translator) -> None:
        """Begin with no fault."""
        self._t = t
        self._faults: list[str] = []

    def fault(self, place: int, column: str, found: str, expected: str) -> None:
        """Note a cell that cannot be read."""
        self._faults.append(
            self._t(
                "line {place}, {column}: '{found}'; expected {expected}",
                place=place,
                column=self._t(TITLES[column]),
                found=found,
                expected=expected,
            )
        )

    def refuse_any(self) -> None:
        """Refuse the lines if there was any."""
        if self._faults:
            raise InvalidRecordError("; ".join(self._faults))

    def for_table(self, place: int, row: Row) -> Row:
        """Give a line with the words of the boxes as the table has them; refuse what it could not show."""
        self.is_part(place, row)
        self._number(place, row, "unit_count")
        chosen = {one: self._choice(place, row, one) for one in _CHOICES}
        return {**row, **{one: word for one, word in chosen.items() if word}}

    def is_part(self, place: int, row: Row) -> bool:
        """Tell whether a line is a part of the one above."""
        word = row.get("part", "").casefold()
        if word not in _YES | _NO:
            self.fault(place, "part", word, "x")
        return word in _YES

    def exhibit(self, place: int, row: Row, common: ExhibitFacts) -> IncomingExhibit:
        """Read one line."""
        kind, seal = (self._choice(place, row, one) for one in ("kind", "seal"))
        container = row.get("container", "")
        if row.get("container_number") and not container:
            self.fault(place, "container", "", self._t("what it is: bag, envelope, bottle"))
        facts = replace(
            common,
            description=row.get("description", ""),
            kind=ExhibitKind(kind) if kind else None,
            seal_intact=seal == Seal.INTACT if seal else None,
            unit_count=self._number(place, row, "unit_count"),
            container=Container(kind=container, number=row.get("container_number", "")) if container else None,
            collected_at=self._moment(place, row),
            seal_number=row.get("seal_number", ""),
            marks=row.get("marks", ""),
            condition=row.get("condition", ""),
            storage_wish=row.get("storage_wish", ""),
            donor_number=row.get("donor_number", ""),
        )
        if not facts.description:
            self.fault(place, "description", "", self._t("what it is"))
        if seal and not facts.seal_number:
            self.fault(place, "seal_number", "", self._t("the number of the seal whose condition is given"))
        return IncomingExhibit(facts=facts, seizure=self._number(place, row, "seizure") or 0)

    def _choice(self, place: int, row: Row, column: str) -> str:
        word = row.get(column, "").casefold()
        names = {name.casefold(): one for one in _CHOICES[column] for name in (one, self._t(one))}
        if word and word not in names:
            self.fault(place, column, word, ", ".join(self._t(one) for one in _CHOICES[column]))
        return names.get(word, "")

    def _number(self, place: int, row: Row, column: str) -> int | None:
        word = row.get(column, "")
        if not word:
            return None
        if word.isascii() and word.isdecimal() and len(word) < 10 and int(word):  # noqa: PLR2004 - ten digits
            return int(word)
        self.fault(place, column, word, self._t("a whole number, 1 or more"))
        return None

    def _moment(self, place: int, row: Row) -> datetime | None:
        word = row.get("collected_at", "")
        if not word:
            return None
        for pattern in _MOMENTS:
            try:
                return datetime.strptime(word, pattern).replace(tzinfo=TIME_ZONE)
            except ValueError:
                continue
        self.fault(place, "collected_at", word, _EXAMPLE)
        return None


def turn(key: str) -> int:
    """Count how often the table of this key was begun with other lines."""
    return int(st.session_state.get(f"{key}-turn", 0))


def _column(t: Translator, name: str, sheet: Sheet) -> Any:  # noqa: ANN401 - Streamlit gives dictionaries
    title = t(TITLES[name])
    kinds: Mapping[str, Callable[[], Any]] = {
        "description": lambda: st.column_config.TextColumn(title, width="large"),
        "part": lambda: st.column_config.CheckboxColumn(title),
        "unit_count": lambda: st.column_config.NumberColumn(title, min_value=1, step=1, format="%d"),
        "seizure": lambda: st.column_config.SelectboxColumn(
            title, options=[str(one) for one in range(1, sheet.seizures + 1)]
        ),
        "donor_number": lambda: st.column_config.SelectboxColumn(title, options=list(sheet.donors)),
        "collected_at": lambda: st.column_config.TextColumn(
            title, help=t("day and time as {example}", example=_EXAMPLE)
        ),
    }
    if name in _CHOICES:
        return st.column_config.SelectboxColumn(
            title, options=[str(one) for one in _CHOICES[name]], format_func=lambda one: t(str(one))
        )
    return kinds[name]() if name in kinds else st.column_config.TextColumn(title)


def _cell(column: str, row: Row) -> object:
    """Give what the table shows of a word."""
    word = row.get(column, "")
    if column == "part":
        return word.casefold() in _YES
    if column == "unit_count":
        return int(word) if word.isascii() and word.isdecimal() else None
    return word or None


def _values(column: Any) -> Iterator[object]:  # noqa: ANN401 - a list or, after an edit, a mapping by place
    yield from column.values() if isinstance(column, Mapping) else column


def _words(value: object) -> str:
    """Give a cell as a person would type it."""
    if value is None or value is False or value != value:  # noqa: PLR0124 - a number that is none
        return ""
    if value is True:
        return "x"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
