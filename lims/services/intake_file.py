"""Intake files: what comes in with one order, and who a donor is, as a person writes it down in TOML."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

from lims.domain.exhibit import ExhibitKind
from lims.domain.record import from_body
from lims.domain.request import Delivery
from lims.domain.seizure import Channel
from lims.errors import InvalidRecordError, UnreadableFileError
from lims.ledger.entry import moment_text
from lims.services.accessioning import CaseFacts, ExhibitFacts, IncomingExhibit, Intake, SeizureFacts
from lims.services.donors import DonorIdentity

T = TypeVar("T")
_MAX_BYTES = 1_000_000
_TABLES = {"case", "seizures", "exhibits"}
_CHOICES: Mapping[str, type[StrEnum]] = {"kind": ExhibitKind, "channel": Channel, "delivery": Delivery}
"""Fields that hold one of a few words."""
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
    faults = _Faults(path)
    for name in sorted(set(table) - _TABLES):
        faults.add(f"unknown: {name}; expected {', '.join(sorted(_TABLES))}")
    case = faults.read(CaseFacts, table.get("case"), "[case]")
    seizures = [faults.read(SeizureFacts, one, "[[seizures]]") for one in _tables(table, "seizures", faults)]
    exhibits = [_incoming(one, faults) for one in _tables(table, "exhibits", faults)]
    faults.refuse_any()
    return Intake(
        case=cast("CaseFacts", case),
        seizures=tuple(one for one in seizures if one),
        exhibits=tuple(one for one in exhibits if one),
    )


def read_identity(path: Path) -> DonorIdentity:
    """Read who a donor is: ``name``, ``birth_date``, ``document``.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, is too large or is no TOML.
    InvalidRecordError
        If anything is unknown or of the wrong type.
    """
    faults = _Faults(path)
    identity = faults.read(DonorIdentity, _table(path), "donor")
    faults.refuse_any()
    return cast("DonorIdentity", identity)


class _Faults:
    """What is wrong with a file, named together."""

    def __init__(self, path: Path) -> None:
        """Begin with none."""
        self._path = path
        self._found: list[str] = []

    def add(self, fault: str) -> None:
        """Note one."""
        self._found.append(fault)

    def read(self, kind: type[T], body: object, where: str) -> T | None:
        """Decode a table; None if it is faulty."""
        for name, choices in _CHOICES.items():
            said = body.get(name) if isinstance(body, dict) else None
            if said is not None and said not in list(choices):
                self.add(f"{where} {name}: {said!r}; expected one of {', '.join(choices)}")
                return None
        try:
            return from_body(kind, cast("Mapping[str, Any]", body))
        except InvalidRecordError as error:
            self.add(f"{where} {error}")
            return None

    def refuse_any(self) -> None:
        """Refuse the file if there was any.

        Raises
        ------
        InvalidRecordError
            With all of them.
        """
        if self._found:
            raise InvalidRecordError(f"{self._path}: {'; '.join(self._found)}")


def _incoming(table: object, faults: _Faults) -> IncomingExhibit | None:
    """Read an exhibit: its facts, the seizure that it comes from, and its parts."""
    if not isinstance(table, dict):
        faults.add(f"[[exhibits]]: {table!r}; expected a table")
        return None
    facts = {name: value for name, value in table.items() if name not in _BESIDE_FACTS}
    seizure = table.get("seizure", 0)
    if type(seizure) is not int:
        faults.add(f"[[exhibits]] seizure: {seizure!r}; expected a whole number, which of the seizures, from 1")
    read = faults.read(ExhibitFacts, facts, "[[exhibits]]")
    parts = [_incoming(part, faults) for part in _tables(table, "parts", faults)]
    if read is None:
        return None
    return IncomingExhibit(facts=read, seizure=seizure, parts=tuple(part for part in parts if part))


def _tables(table: Mapping[str, Any], name: str, faults: _Faults) -> list[Any]:
    found = table.get(name, [])
    if isinstance(found, list):
        return found
    faults.add(f"{name}: {found!r}; expected tables [[{name}]]")
    return []


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
