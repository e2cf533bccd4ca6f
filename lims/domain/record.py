"""What every recorded entity has, and how it becomes the body of a ledger entry and back."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Protocol, TypeVar, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.v import format_exception

from lims.errors import InvalidRecordError, LimsError
from lims.ledger.canonical import JsonValue
from lims.ledger.entry import moment_text, read_moment


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
        If a field without a default is missing, a field is unknown or of the wrong type, or the dataclass refuses
        its values; every fault is named.
    """
    if not isinstance(body, dict):
        raise InvalidRecordError(f"not a {kind.__name__}: {type(body).__name__} in place of named fields")
    try:
        return _converter().structure(body, kind)
    except cattrs.BaseValidationError as error:
        faults = "; ".join(cattrs.transform_error(error, format_exception=_fault))
        raise InvalidRecordError(f"not a {kind.__name__}: {faults}") from error


def _fault(error: BaseException, kind: type | None) -> str:
    """Say what is wrong: a rule of ours in its own words, anything else in those of the decoder."""
    return str(error) if isinstance(error, LimsError) else format_exception(error, kind)


@lru_cache(maxsize=1)
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _require_exactly)
    converter.register_unstructure_hook(StrEnum, lambda value: value.value)
    _keep_as_text(converter, Decimal, read=_decimal, write=str)
    _keep_as_text(converter, date, read=date.fromisoformat, write=date.isoformat)
    converter.register_unstructure_hook(datetime, moment_text)
    converter.register_structure_hook(datetime, lambda value, _: read_moment(_require_exactly(value, str)))
    converter.register_structure_hook_factory(_is_tuple, lambda kind: _tuple_reader(kind, converter))
    return converter


def _keep_as_text(
    converter: cattrs.Converter, kind: type[T], *, read: Callable[[str], T], write: Callable[[T], str]
) -> None:
    """Write a type as text, and take it back only in the one form in which it is written."""

    def structure(value: object, _: type) -> T:
        read_value = read(_require_exactly(value, str))
        if write(read_value) != value:
            raise ValueError(f"{value!r} is not in the form in which records write it")
        return read_value

    converter.register_unstructure_hook(kind, write)
    converter.register_structure_hook(kind, structure)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is not finite")
    return number


def _is_tuple(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(kind) is tuple


def _tuple_reader(kind: Any, converter: cattrs.Converter) -> Callable[[object, type], Any]:  # noqa: ANN401 - any tuple
    structure = homogenous_tuple_structure_factory(kind, converter)
    return lambda value, _: structure(_require_exactly(value, list), kind)


def _require_exactly(value: object, kind: type) -> Any:  # noqa: ANN401 - the type that was asked for
    """Take a value only if it is of the very type: a number is no text, and True is no number.

    An enumeration of texts comes here too, because it inherits from text.
    """
    if issubclass(kind, Enum):
        return kind(_require_exactly(value, str))
    if type(value) is not kind:
        raise TypeError(f"{value!r} is {type(value).__name__}, expected {kind.__name__}")
    return value
