"""Intake files: what comes in with one order, and who a donor is, as a person writes it down in TOML."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from lims.domain.record import from_body
from lims.errors import InvalidRecordError, UnreadableFileError
from lims.ledger.entry import moment_text
from lims.services.accessioning import Intake
from lims.services.donors import DonorIdentity

T = TypeVar("T")
_MAX_BYTES = 1_000_000
_TABLES = {"case", "seizures", "exhibits"}
_BESIDE_FACTS = ("seizure", "parts")


def read_intake(path: Path) -> Intake:
    """Read what comes in with one order; see ``docs/receiving.md`` for the form.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, is too large or is no TOML.
    InvalidRecordError
        If anything is missing, unknown or out of its domain; everything is named.
    """
    table = _table(path)
    unknown = sorted(set(table) - _TABLES)
    if unknown:
        raise InvalidRecordError(f"{path}: unknown: {', '.join(unknown)}; expected {', '.join(sorted(_TABLES))}")
    body = {**table, "exhibits": [_incoming(path, one) for one in table.get("exhibits", [])]}
    return _decoded(path, Intake, body)


def read_identity(path: Path) -> DonorIdentity:
    """Read who a donor is: ``name``, ``birth_date``, ``document``.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, is too large or is no TOML.
    InvalidRecordError
        If anything is unknown or of the wrong type.
    """
    return _decoded(path, DonorIdentity, _table(path))


def _decoded(path: Path, kind: type[T], body: Mapping[str, Any]) -> T:
    try:
        return from_body(kind, body)
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{path}: {error}") from error


def _incoming(path: Path, table: object) -> dict[str, Any]:
    """Part the facts of an exhibit from the seizure that it comes from and the parts that it has."""
    if not isinstance(table, dict):
        raise InvalidRecordError(f"{path}: an exhibit is {table!r}; expected a table [[exhibits]]")
    facts = {name: value for name, value in table.items() if name not in _BESIDE_FACTS}
    parts = table.get("parts", [])
    if not isinstance(parts, list):
        raise InvalidRecordError(f"{path}: parts of an exhibit: {parts!r}; expected tables [[exhibits.parts]]")
    return {"facts": facts, "seizure": table.get("seizure", 0), "parts": [_incoming(path, part) for part in parts]}


def _table(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise UnreadableFileError(path, f"more than {_MAX_BYTES} bytes; such a file has a few thousand")
        found = {name: _as_body(value) for name, value in tomllib.loads(data.decode("utf-8")).items()}
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFileError(path, f"no TOML: {error}") from error
    return found


def _as_body(value: object) -> Any:  # noqa: ANN401 - what the decoder of records takes
    """Write a value of TOML as records write it: days and moments as text, moments in UTC."""
    if isinstance(value, dict):
        return {name: _as_body(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_body(item) for item in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidRecordError(f"{value}: a time without a zone; write it as 2026-11-22T10:00:00+05:00")
        return moment_text(value.astimezone(UTC))
    return value.isoformat() if isinstance(value, date) else value
