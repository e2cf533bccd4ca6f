"""Tables as files that other people open: what is text stays text, and no program reckons with it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime
"""A time is aware."""
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile(r"""(^|[;,|\t\r\n"])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])""")
"""Where a program may begin to read a formula: at the start of a cell, and behind what it may take for its end."""


def as_text(cell: Cell) -> str:
    """Write a cell so that spreadsheets show it and compute nothing; numbers of ours stay numbers.

    Examples
    --------
    >>> as_text("=1+1")
    "'=1+1"
    >>> as_text("4-MMC")
    '4-MMC'
    """
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else f"{cell}"


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Give a table as CSV in UTF-8 with a byte order mark; every cell is quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([as_text(one) for one in columns])
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def copied_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    r"""Give a table as text to paste: a tab between cells, a line for each row, and nothing that is computed.

    Tabs and line ends inside a cell become blanks.

    Examples
    --------
    >>> copied_table(("Substance", "Seizures"), [("=1+1", 2)])
    "Substance\tSeizures\n'=1+1\t2"
    """
    return "\n".join("\t".join(_pasted(cell) for cell in row) for row in (columns, *rows))


def _pasted(cell: Cell) -> str:
    return as_text(" ".join(cell.split())) if isinstance(cell, str) else as_text(cell)
