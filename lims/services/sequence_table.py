"""Sequences as tables: the plan that a person writes, and the list that acquisition software reads."""

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lims.domain.batch import Batch
from lims.domain.method import Method
from lims.domain.sequence import Injection, InjectionKind
from lims.errors import InvalidRecordError, UnreadableFileError

COLUMNS = ("sample_name", "sample_type", "vial", "nominal_ug_per_ml", "exhibit")
"""Of a plan; others are left unread. ``place`` is the order of the lines."""
_NEEDED = COLUMNS[:3]
_MAX_BYTES = 1_000_000
_BYTE_ORDER_MARK = "\ufeff"


def read_plan(path: Path) -> tuple[Injection, ...]:
    """Read a plan: a CSV file with the columns ``COLUMNS``, one line an injection, in the order of injection.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, is too large or is no UTF-8.
    InvalidRecordError
        If columns are missing or lines mean nothing; every fault is named with its line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise UnreadableFileError(path, f"more than {_MAX_BYTES} bytes; a sequence has a few thousand")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(path, f"no UTF-8 at byte {error.start}") from error
    return parse_plan(text, name=str(path))


def parse_plan(text: str, *, name: str) -> tuple[Injection, ...]:
    """Read a plan from text; see ``read_plan``.

    Raises
    ------
    InvalidRecordError
        If columns are missing or lines mean nothing; every fault is named with its line.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [column for column in _NEEDED if column not in (rows.fieldnames or ())]
        if missing:
            raise InvalidRecordError(f"{name}: no column {', '.join(missing)}; expected {', '.join(COLUMNS)}")
        read = [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise InvalidRecordError(f"{name} line {rows.line_num}: {error}") from error
    injections, faults = [], []
    for place, (line, row) in enumerate(read, start=1):
        try:
            injections.append(_injection(place, row))
        except InvalidRecordError as error:
            faults.append(f"line {line}: {error}")
    if faults:
        raise InvalidRecordError(f"{name}: {'; '.join(faults)}")
    return tuple(injections)


def _injection(place: int, row: Mapping[str | None, str | list[str] | None]) -> Injection:
    if None in row:
        raise InvalidRecordError("more cells than columns")
    cells = {column: _cell(row, column) for column in COLUMNS}
    return Injection(
        place=place,
        vial=cells["vial"],
        sample_name=cells["sample_name"],
        kind=_kind(cells["sample_type"]),
        nominal_ug_per_ml=_amount(cells["nominal_ug_per_ml"]),
        exhibit_number=cells["exhibit"],
    )


def _cell(row: Mapping[str | None, str | list[str] | None], column: str) -> str:
    value = row.get(column)
    return value.strip(" ") if isinstance(value, str) else ""


def _kind(word: str) -> InjectionKind:
    try:
        return InjectionKind(word.casefold())
    except ValueError as error:
        raise InvalidRecordError(f"sample type {word!r}; expected one of {', '.join(InjectionKind)}") from error


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise InvalidRecordError(f"nominal amount {text!r}; expected a number") from error


def data_file_name(batch: Batch, injection: Injection) -> str:
    """Name the file that the instrument shall write for an injection; the match does not depend on it."""
    return f"{batch.number}-{injection.place:03d}"


def sequence_csv(batch: Batch, method: Method) -> bytes:
    """Write the sequence as acquisition software reads it: header by the method, CRLF, UTF-8.

    Notes
    -----
    No cell is a formula: vials, names and the acquisition method were refused when they looked like one, and nothing
    is escaped here, because the instrument would keep the escape in its files.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(method.columns.header)
    writer.writerows(_rows(batch, method))
    mark = _BYTE_ORDER_MARK if method.columns.byte_order_mark else ""
    return (mark + text.getvalue()).encode("utf-8")


def _rows(batch: Batch, method: Method) -> Iterator[tuple[str, ...]]:
    for injection in batch.injections:
        amount = injection.nominal_ug_per_ml
        yield (
            injection.vial,
            injection.sample_name,
            injection.kind.value,
            data_file_name(batch, injection),
            method.acquisition_method,
            "" if amount is None else str(amount),
        )
