"""Tables of cases that a person hands to a command: CSV with named columns, every fault with its line and column."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from lims.errors import LimsError, UnreadableFileError
from substance_library.errors import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One row: the line on which it ends, and its cells by column."""

    line: int
    """Counted from 1, the heading included."""
    number: int = 0
    """Of the row, counted from 1, without the heading and blank lines."""
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Give a cell without the spaces around it."""
        return self.cells[column]


class CaseTableError(LimsError, ValueError):
    """One fault of one row: which file, line and column, and what is wrong."""

    def __init__(self, path: Path, *, row: CaseRow, column: str, problem: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{path} line {row.line}, column {column}: {problem}")
        self.path = path
        self.line = row.line
        self.column = column
        self.problem = problem


class CaseTableErrors(ExceptionGroup[CaseTableError], LimsError):  # noqa: N818 - the plural of a fault
    """All faults of the rows of one table, collected by reading it to the end."""

    @classmethod
    def of(cls, path: Path, faults: Sequence[CaseTableError]) -> Self:
        """Make the group of the faults of one table."""
        return cls(f"{path}: {len(faults)} fault(s), nothing was answered", list(faults))

    def derive(self, excs: Sequence[CaseTableError]) -> Self:  # type: ignore[override]  # narrower on purpose
        """Keep the type when the group is split by ``except*``."""
        return type(self)(self.message, list(excs))

    def advice(self) -> str:
        """Ask for a table without the faults."""
        return "Correct or take out these rows and run the command again"


def read_table(
    path: Path, *, columns: Sequence[str], beginnings: Mapping[str, str] = MappingProxyType({})
) -> list[CaseRow]:
    """Read a table with at least these columns, in any order and any case; further columns are kept.

    A heading that begins with a key of ``beginnings`` counts as the column that the key stands for.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read, is no UTF-8 or no CSV, lacks a column, names one twice, or a row has more cells
        than there are columns.
    """
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        heading = [_column(name.strip().casefold(), beginnings) for name in next(rows, [])]
        _check_heading(path, heading, columns)
        return list(_rows(path, rows, heading))
    except csv.Error as error:
        raise UnreadableFileError(path, f"line {rows.line_num}: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(path, f"no UTF-8 at byte {error.start}") from error


def _column(heading: str, beginnings: Mapping[str, str]) -> str:
    return next((column for begin, column in beginnings.items() if heading.startswith(begin)), heading)


def _check_heading(path: Path, heading: list[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in heading]
    if missing:
        found = quoted(",".join(heading))
        raise UnreadableFileError(path, f"no column {', '.join(missing)}; the first line is {found}")
    twice = [column for column in columns if heading.count(column) > 1]
    if twice:
        raise UnreadableFileError(path, f"the column {', '.join(twice)} stands there twice")


def _rows(path: Path, rows: Iterator[list[str]], heading: list[str]) -> Iterator[CaseRow]:
    number = 0
    for cells in rows:
        line = rows.line_num  # type: ignore[attr-defined]  # a csv.reader has it
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heading):
            raise UnreadableFileError(path, f"line {line}: {len(cells)} cells in {len(heading)} columns")
        padded = cells + [""] * (len(heading) - len(cells))
        number += 1
        named = {name: cell.strip() for name, cell in zip(heading, padded, strict=True)}
        yield CaseRow(line=line, number=number, cells=named)
