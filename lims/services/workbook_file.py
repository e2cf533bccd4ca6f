"""Tables as workbooks (XLSX): text stays text, numbers are numbers, dates are dates; nothing is a formula or a link."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lims.errors import InvalidRecordError
from lims.services.table_file import Cell
from lims.translation import TIME_ZONE

MAX_LETTERS = 32_767
MAX_ROWS = 1_048_576
"""Of a cell, counted in UTF-16, and of a sheet. Source: Microsoft, Excel specifications and limits."""
_WIDEST, _NARROWEST = 60, 8
_WORDS_WIDE = 90
"""Columns, in letters."""
_NOTHING_LIVE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_DAY, _MOMENT = "dd.mm.yyyy", "dd.mm.yyyy hh:mm"
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of a workbook."""

    name: str
    columns: tuple[str, ...]
    """With the unit, where numbers have one."""
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What stands on the last sheet: what the tables are, and of when."""

    name: str
    """Of the sheet."""
    facts: Mapping[str, Cell]
    """Laboratory, period, filters and the like, in the reader's words."""
    remarks: tuple[str, ...] = ()
    """Definitions, each a line."""


def workbook(sheets: Sequence[Sheet], about: About, *, made_at: datetime, time_zone: tzinfo = TIME_ZONE) -> bytes:
    """Give tables as one workbook; the same tables give the same bytes.

    Parameters
    ----------
    made_at : datetime
        Aware; kept as the time of making.
    time_zone : tzinfo
        Whose wall the times of cells are read from: a workbook knows no zones.

    Raises
    ------
    InvalidRecordError
        If a table is larger than a workbook holds.
    """
    data = io.BytesIO()
    book = Workbook(data, _NOTHING_LIVE)
    book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
    pen = _Pen(book, time_zone)
    *names, last = _names((*(one.name for one in sheets), about.name))
    for sheet, name in zip(sheets, names, strict=True):
        pen.table(book.add_worksheet(name), sheet)
    pen.about(book.add_worksheet(last), about)
    book.close()
    return data.getvalue()


def _names(wanted: Sequence[str]) -> tuple[str, ...]:
    """Give names of sheets that programs take: without their signs, short, each once."""
    given: list[str] = []
    for one in wanted:
        name = one.translate(_FORBIDDEN).strip()[:_LONGEST_NAME].strip() or "-"
        while name.casefold() in {other.casefold() for other in given}:
            name = f"{name[: _LONGEST_NAME - 4]} {len(given) + 1}"
        given.append(name)
    return tuple(given)


class _Pen:
    """Writes cells by their type."""

    def __init__(self, book: Workbook, time_zone: tzinfo) -> None:
        self._book = book
        self._zone = time_zone
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._words = book.add_format({"text_wrap": True, "valign": "top"})
        self._text = book.add_format({"num_format": "@"})
        self._day = book.add_format({"num_format": _DAY})
        self._moment = book.add_format({"num_format": _MOMENT})
        self._exact: dict[int, Format] = {}

    def table(self, page: Worksheet, sheet: Sheet) -> None:
        """Write a header and rows; the header stays in sight."""
        if len(sheet.rows) >= MAX_ROWS:
            raise InvalidRecordError(f"{len(sheet.rows)} rows; a sheet holds {MAX_ROWS - 1}; choose a part of them")
        for column, title in enumerate(sheet.columns):
            self.write(page, 0, column, title, self._head)
        for place, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                self.write(page, place, column, cell)
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)

    def about(self, page: Worksheet, about: About) -> None:
        """Write facts in two columns, and remarks under them."""
        for row, (title, cell) in enumerate(about.facts.items()):
            self.write(page, row, 0, title, self._head)
            self.write(page, row, 1, cell, self._words if isinstance(cell, str) else None)
        for row, words in enumerate(about.remarks, start=len(about.facts) + 1):
            self.write(page, row, 1, words, self._words)
        page.set_column(0, 0, _WIDEST // 2)
        page.set_column(1, 1, _WORDS_WIDE)

    def write(self, page: Worksheet, row: int, column: int, cell: Cell, form: Format | None = None) -> None:
        """Write one cell; what a double does not hold exactly stays text."""
        if isinstance(cell, datetime):
            page.write_datetime(row, column, cell.astimezone(self._zone).replace(tzinfo=None), self._moment)
        elif isinstance(cell, date):
            page.write_datetime(row, column, cell, self._day)
        elif isinstance(cell, str):
            _text(page, row, column, cell, form or self._text)
        elif _exact(cell):
            page.write_number(row, column, float(cell), self._number(cell))
        else:
            _text(page, row, column, f"{cell}", self._text)

    def _number(self, number: int | Decimal) -> Format:
        """Show as many places as are recorded: 1.100 is not 1.1."""
        exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        if places not in self._exact:
            self._exact[places] = self._book.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
        return self._exact[places]


def _exact(number: int | Decimal) -> bool:
    """Tell whether a workbook gives the number back as it is."""
    return Decimal(number).is_finite() and Decimal(f"{float(number):.15g}") == Decimal(number)


def _text(page: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    letters = len(text.encode("utf-16-le")) // 2
    if letters > MAX_LETTERS:
        raise InvalidRecordError(f"a cell of {letters} letters; a workbook holds {MAX_LETTERS}; the CSV has it whole")
    page.write_string(row, column, text, form)


def _widths(sheet: Sheet) -> Iterable[int]:
    for column, title in enumerate(sheet.columns):
        longest = max((len(f"{row[column]}") for row in sheet.rows), default=0)
        yield min(_WIDEST, max(_NARROWEST, longest + 2, min(len(title), 24) + 2))
