"""Method files: a method as a person writes it down, in TOML; every fault of a file is named at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lims.domain.acceptance import AcceptanceLimits
from lims.domain.method import (
    InstrumentKind,
    LadderRun,
    MeasuredSubstance,
    Method,
    QuantitationChoices,
    SequenceColumns,
)
from lims.domain.record import from_body
from lims.errors import InvalidRecordError, UnreadableFileError

_MAX_BYTES = 1_000_000
_PARTS: dict[str, type] = {
    "analyte": MeasuredSubstance,
    "internal_standard": MeasuredSubstance,
    "quantitation": QuantitationChoices,
    "limits": AcceptanceLimits,
    "columns": SequenceColumns,
    "ladder": LadderRun,
}
_MAY_BE_ABSENT = {"columns", "ladder"}
_OWN = {
    "number": str,
    "name": str,
    "acquisition_method": str,
    "instrument_kind": str,
    "limits_basis": str,
    "fewest_calibrators": int,
    "demonstration": bool,
}


def read_method_file(path: Path, *, defined_at: datetime, defined_by: str) -> Method:
    """Read a method from a file; see ``read_method``.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    return read_method(data, name=path, defined_at=defined_at, defined_by=defined_by)


def read_method(data: bytes, *, name: Path, defined_at: datetime, defined_by: str) -> Method:
    """Read a method as its version 1.

    Parameters
    ----------
    data : bytes
        TOML in UTF-8 with the fields of ``Method`` and a table for each of its parts.
    name : Path
        What messages call it.
    defined_at, defined_by
        Who brings it when.

    Raises
    ------
    UnreadableFileError
        If it is too large or no TOML.
    InvalidRecordError
        If anything is missing, unknown or out of its domain; everything is named.
    """
    table = _table(data, name)
    faults: list[str] = [f"unknown: {name}" for name in table if name not in {*_PARTS, *_OWN}]
    own = {field: _own_value(table, field, kind, faults) for field, kind in _OWN.items()}
    parts = {field: _part(kind, field, table.get(field), faults) for field, kind in _PARTS.items()}
    if faults:
        raise InvalidRecordError(f"{name}: {'; '.join(faults)}")
    facts: dict[str, Any] = own | {field: part for field, part in parts.items() if part is not None}
    facts["instrument_kind"] = InstrumentKind(own["instrument_kind"])
    try:
        return Method(**facts, defined_at=defined_at, defined_by=defined_by)
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{name}: {error}") from error


def _table(data: bytes, name: Path) -> Mapping[str, Any]:
    if len(data) > _MAX_BYTES:
        raise UnreadableFileError(name, f"more than {_MAX_BYTES} bytes; a method file has a few hundred")
    try:
        return tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableFileError(name, f"no TOML: {error}") from error


def _own_value(table: Mapping[str, Any], name: str, kind: type, faults: list[str]) -> Any:  # noqa: ANN401 - of the kind
    value = table.get(name)
    if type(value) is not kind:
        found = "missing" if value is None else f"{value!r}"
        faults.append(f"{name}: {found}; expected {_WORDS[kind]}")
    elif name == "instrument_kind" and value not in list(InstrumentKind):
        faults.append(f"{name}: {value!r}; expected one of {', '.join(InstrumentKind)}")
    return value


_WORDS = {str: "a text", int: "a whole number", bool: "true or false"}


def _part(kind: type, name: str, value: object, faults: list[str]) -> object:
    if value is None and name in _MAY_BE_ABSENT:
        return None
    if not isinstance(value, dict):
        faults.append(f"{name}: {'missing' if value is None else repr(value)}; expected a table [{name}]")
        return None
    types = {one.name: str(one.type) for one in fields(kind)}
    absent = {one.name: None for one in fields(kind) if "None" in str(one.type) and one.default is MISSING}
    body = absent | {key: _as_body(item, types.get(key, "")) for key, item in value.items()}
    if kind is QuantitationChoices and isinstance(value.get("settings"), dict):
        body["settings"] = [{"name": key, "value": _as_text(item)} for key, item in sorted(value["settings"].items())]
    try:
        return from_body(kind, body)
    except InvalidRecordError as error:
        faults.append(f"[{name}] {error}")
        return None


def _as_body(value: object, kind: str) -> Any:  # noqa: ANN401 - what the decoder of records takes
    """Write a value of TOML as records write it: a number of a decimal field as text."""
    if isinstance(value, list):
        return [_as_body(item, kind) for item in value]
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if is_number and "Decimal" in kind else value


def _as_text(value: object) -> str:
    """Write a setting as the presets read one: a list with commas, true and false in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
