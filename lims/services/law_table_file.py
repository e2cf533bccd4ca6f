"""Reading a table of the law from CSV: each row becomes an entry, an exclusion or a threshold, or is named as a fault.

The header says which. Nothing is guessed: an empty cell is unknown, and what is not unknown has to be written out.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError
from lims.work_errors import LawTableErrors
from substance_library.derivation import ListedSubstituent
from substance_library.editions import InForce
from substance_library.errors import SubstanceLibraryError
from substance_library.identifiers import Smiles
from substance_library.schedule import (
    Entry,
    EntryKind,
    EntryScope,
    Exclusion,
    ExclusionKind,
    IsomerScope,
    QuotedName,
    Row,
)
from substance_library.thresholds import Basis, Dryness, Form, Matter, SizeClass, Threshold

E = TypeVar("E", bound=Enum)
MAX_ROWS = 20_000
LANGUAGES = ("kk", "ru", "en")
ENTRY_COLUMNS = (
    *("number", "kind", "schedule", "row", "name_kk", "name_ru", "name_en", "smiles", "fragment", "valence", "rule"),
    *("salts", "esters", "ethers", "isomers", "isotopologues", "analogues", "preparation_limit_percent"),
    *("preparation_words", "precursor_limit_percent", "valid_from", "valid_to", "source"),
)
EXCLUSION_COLUMNS = (
    *("number", "exclusion", "name", "smiles", "of", "confirmed", "needs", "valid_from", "valid_to", "source"),
)
THRESHOLD_COLUMNS = (
    *("number", "entry", "size", "amount", "unit", "matter", "form", "dryness", "inclusive", "valid_from", "valid_to"),
)
_WORDS = {"yes": True, "no": False, "": None}
_Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRows:
    """The rows of one file; of one kind."""

    entries: tuple[Entry, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    thresholds: tuple[Threshold, ...] = ()


def read_rows(data: bytes, *, name: str) -> TableRows:
    """Read a file to its end; give all its rows, or every fault.

    Parameters
    ----------
    data : bytes
        UTF-8, with or without a mark of it.
    name : str
        Of the file, for the faults.

    Raises
    ------
    LawTableErrors
        Each fault with its line and column.
    """
    header, lines = _lines(data, name)
    read = _reader(header, name)
    rows: list[Row] = []
    faults: list[str] = []
    for number, cells in lines:
        try:
            rows.append(read(cells))
        except (InvalidRecordError, SubstanceLibraryError, ValueError, InvalidOperation) as error:
            faults.append(f"line {number}: {error}")
    faults += _doubled(rows)
    if faults or not rows:
        raise LawTableErrors(name, tuple(faults) or ("no row",))
    return TableRows(
        entries=tuple(row for row in rows if isinstance(row, Entry)),
        exclusions=tuple(row for row in rows if isinstance(row, Exclusion)),
        thresholds=tuple(row for row in rows if isinstance(row, Threshold)),
    )


def _lines(data: bytes, name: str) -> tuple[tuple[str, ...], list[tuple[int, _Cells]]]:
    try:
        text = data.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = tuple(next(reader, ()))
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise LawTableErrors(name, (f"not a CSV file in UTF-8: {error}",)) from error
    if len(rows) > MAX_ROWS:
        raise LawTableErrors(name, (f"{len(rows)} rows; at most {MAX_ROWS}",))
    faults = [f"line {line}: {len(row)} cells; expected {len(header)}" for line, row in rows if len(row) != len(header)]
    if faults:
        raise LawTableErrors(name, tuple(faults))
    return header, [(line, dict(zip(header, row, strict=True))) for line, row in rows]


def _reader(header: tuple[str, ...], name: str) -> Callable[[_Cells], Row]:
    """Choose by the header: ``kind`` for entries, ``exclusion`` for exclusions, ``size`` for thresholds."""
    choices: tuple[tuple[str, tuple[str, ...], Callable[[_Cells], Row]], ...] = (
        ("kind", ENTRY_COLUMNS, _entry),
        ("exclusion", EXCLUSION_COLUMNS, _exclusion),
        ("size", THRESHOLD_COLUMNS, _threshold),
    )
    for sign, columns, read in choices:
        if sign in header:
            _require_columns(header, columns, sign, name)
            return lambda cells: read({column: clean_text(column, cells.get(column, "")) for column in columns})
    raise LawTableErrors(name, (f"columns {', '.join(header)}; expected kind, exclusion or size among them",))


def _require_columns(header: tuple[str, ...], columns: tuple[str, ...], sign: str, name: str) -> None:
    strange = [column for column in header if column not in columns]
    doubled = {column for column in header if header.count(column) > 1}
    if strange or doubled or "number" not in header:
        raise LawTableErrors(
            name, (f"columns {', '.join(header)}; expected number, {sign} and others of {', '.join(columns)}",)
        )


def _doubled(rows: list[Row]) -> Iterator[str]:
    seen: set[str] = set()
    for row in rows:
        if row.number in seen:
            yield f"number {row.number}: twice; expected once"
        seen.add(row.number)


def _entry(cells: _Cells) -> Entry:
    kind = _one_of(EntryKind, "kind", cells)
    if kind is EntryKind.SUBSTITUENT:
        ListedSubstituent(
            fragment=cells["fragment"], valence=int(cells["valence"] or 0), valid_from=date.min, valid_to=None
        )
    return Entry(
        number=cells["number"],
        kind=kind,
        schedule=cells["schedule"],
        row=cells["row"],
        names=tuple(
            QuotedName(text=cells[f"name_{language}"], language=language)
            for language in LANGUAGES
            if cells[f"name_{language}"]
        ),
        smiles=Smiles(cells["smiles"]) if cells["smiles"] else None,
        fragment=cells["fragment"],
        valence=int(cells["valence"]) if cells["valence"] else None,
        rule=cells["rule"],
        scope=_scope(cells),
        force=_force(cells),
        source=cells["source"],
    )


def _scope(cells: _Cells) -> EntryScope:
    isomers = tuple(IsomerScope(word.strip()) for word in cells["isomers"].split(";")) if cells["isomers"] else None
    return EntryScope(
        salts=_yes_no("salts", cells),
        esters=_yes_no("esters", cells),
        ethers=_yes_no("ethers", cells),
        isomers=isomers,
        isotopologues=_yes_no("isotopologues", cells),
        analogues=_yes_no("analogues", cells),
        preparation_limit_percent=_decimal("preparation_limit_percent", cells),
        preparation_words=cells["preparation_words"],
        precursor_limit_percent=_decimal("precursor_limit_percent", cells),
    )


def _exclusion(cells: _Cells) -> Exclusion:
    return Exclusion(
        number=cells["number"],
        kind=_one_of(ExclusionKind, "exclusion", cells),
        name=cells["name"],
        smiles=Smiles(cells["smiles"]),
        of=tuple(word.strip() for word in cells["of"].split(";") if word.strip()),
        confirmed=bool(_yes_no("confirmed", cells)),
        needs=cells["needs"],
        force=_force(cells),
        source=cells["source"],
    )


def _threshold(cells: _Cells) -> Threshold:
    amount = _decimal("amount", cells)
    if amount is None:
        raise InvalidRecordError("amount: empty; expected a number")
    return Threshold(
        number=cells["number"],
        entry=cells["entry"],
        size=_one_of(SizeClass, "size", cells),
        amount=amount,
        unit=cells["unit"],
        basis=Basis(
            matter=_maybe(Matter, "matter", cells),
            form=_maybe(Form, "form", cells),
            dryness=_maybe(Dryness, "dryness", cells),
        ),
        inclusive=_yes_no("inclusive", cells),
        force=_force(cells),
    )


def _force(cells: _Cells) -> InForce | None:
    """Give days of its own; both empty means those of the edition."""
    first, last = (_day(column, cells) for column in ("valid_from", "valid_to"))
    if first is None and last is None:
        return None
    if first is None:
        raise InvalidRecordError("valid_from: empty beside a valid_to; expected the first day")
    return InForce(first=first, last=last)


def _day(column: str, cells: _Cells) -> date | None:
    try:
        return date.fromisoformat(cells[column]) if cells[column] else None
    except ValueError as error:
        raise InvalidRecordError(f"{column}: {cells[column]!r}; expected a day as 2024-02-06") from error


def _decimal(column: str, cells: _Cells) -> Decimal | None:
    try:
        return Decimal(cells[column]) if cells[column] else None
    except InvalidOperation as error:
        raise InvalidRecordError(f"{column}: {cells[column]!r}; expected a number") from error


def _yes_no(column: str, cells: _Cells) -> bool | None:
    if cells[column] not in _WORDS:
        raise InvalidRecordError(f"{column}: {cells[column]!r}; expected yes, no or nothing")
    return _WORDS[cells[column]]


def _one_of(kind: type[E], column: str, cells: _Cells) -> E:
    try:
        return kind(cells[column])
    except ValueError as error:
        choices = ", ".join(str(one.value) for one in kind)
        raise InvalidRecordError(f"{column}: {cells[column]!r}; expected one of {choices}") from error


def _maybe(kind: type[E], column: str, cells: _Cells) -> E | None:
    return _one_of(kind, column, cells) if cells[column] else None
