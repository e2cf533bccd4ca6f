"""Files of facts: one dataclass as a person writes it down in TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from lims.domain.record import from_body
from lims.errors import InvalidRecordError, UnreadableFileError
from lims.ledger.entry import moment_text

T = TypeVar("T")
_MAX_BYTES = 1_000_000


def read_facts(path: Path, kind: type[T]) -> T:
    """Read the facts of one record.

    Parameters
    ----------
    path : Path
        TOML with the fields of the dataclass; a field that is a dataclass itself is a table.
    kind : type
        The dataclass.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, is too large or is no TOML.
    InvalidRecordError
        If anything is missing, unknown or out of its domain; everything is named.
    """
    try:
        return from_body(kind, _as_body(_table(path), kind))
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{path}: {error}") from error


def _table(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise UnreadableFileError(path, f"more than {_MAX_BYTES} bytes; such a file has a few hundred")
        return tomllib.loads(data.decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFileError(path, f"no TOML: {error}") from error


def _as_body(value: object, kind: Any) -> Any:  # noqa: ANN401 - what the decoder of records takes
    """Write a value of TOML as records write one of a type: numbers of decimal fields and days as text."""
    wanted = _types(kind)
    if isinstance(value, dict):
        hints: dict[str, Any] = next((get_type_hints(one) for one in wanted if is_dataclass(one)), {})
        return {name: _as_body(item, hints.get(name)) for name, item in value.items()}
    if isinstance(value, list):
        item_kind = next((get_args(one)[0] for one in wanted if get_origin(one) is tuple), None)
        return [_as_body(item, item_kind) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if Decimal in wanted and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _types(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any annotation
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)
