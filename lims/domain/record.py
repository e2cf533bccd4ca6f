"""What every recorded entity has, and how it becomes the body of a ledger entry and back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Protocol, TypeVar

import cattrs

from lims.errors import InvalidRecordError
from lims.ledger.canonical import JsonValue
from lims.ledger.entry import moment_text


class Record(Protocol):
    """An entity that the ledger keeps: frozen, numbered, versioned."""

    KIND: ClassVar[str]
    """Its word in the ledger; never changed once used."""

    @property
    def number(self) -> str:
        """Its number, unique in its kind, never used again."""
        ...

    @property
    def version(self) -> int:
        """Counts recorded changes from 1; the store refuses to overwrite a newer one."""
        ...

    @property
    def parent(self) -> str:
        """The number of the record that it belongs to; empty for none."""
        ...

    @property
    def state(self) -> str:
        """Where it stands, as one word for lists."""
        ...

    @property
    def title(self) -> str:
        """What a list shows beside the number."""
        ...


R = TypeVar("R", bound=Record)
T = TypeVar("T")


def body_of(value: object) -> Mapping[str, JsonValue]:
    """Write a frozen dataclass as a body: decimals and dates as text, tuples as lists."""
    body: Mapping[str, JsonValue] = _converter().unstructure(value)
    return body


def from_body(kind: type[T], body: Mapping[str, JsonValue]) -> T:
    """Read a body back to the dataclass that it was made of.

    Raises
    ------
    InvalidRecordError
        If a field is missing, unknown, or of the wrong type; every fault is named.
    """
    try:
        return _converter().structure(body, kind)
    except cattrs.BaseValidationError as error:
        faults = "; ".join(cattrs.transform_error(error))
        raise InvalidRecordError(f"not a {kind.__name__}: {faults}") from error


@lru_cache(maxsize=1)
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _require_exactly)
    converter.register_unstructure_hook(StrEnum, lambda value: value.value)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(_require_exactly(value, str)))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(_require_exactly(value, str)))
    converter.register_unstructure_hook(datetime, moment_text)
    converter.register_structure_hook(
        datetime, lambda value, _: datetime.fromisoformat(_require_exactly(value, str)).astimezone(UTC)
    )
    return converter


def _require_exactly(value: object, kind: type) -> Any:  # noqa: ANN401 - the type that was asked for
    """Take a value only if it is of the very type: a number is no text, and True is no number.

    An enumeration of texts comes here too, because it inherits from text.
    """
    if issubclass(kind, Enum):
        return kind(_require_exactly(value, str))
    if type(value) is not kind:
        raise TypeError(f"{value!r} is {type(value).__name__}, expected {kind.__name__}")
    return value
