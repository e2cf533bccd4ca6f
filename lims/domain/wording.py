"""Which texts a record may hold: visible, in Unicode NFC, of a bounded length."""

import dataclasses
import unicodedata
from enum import Enum
from typing import Any, TypeVar, cast

from lims.errors import InvalidRecordError

T = TypeVar("T")
MAX_TEXT = 10_000
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control, format, surrogate, private and unassigned characters, hidden line ends: they change what a reader sees."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Source: OWASP, CSV Injection."""


def clean_text(name: str, text: str) -> str:
    """Normalise a text to NFC and strip it; the name of the field goes into the error.

    Raises
    ------
    InvalidRecordError
        If it is too long, or holds a character that cannot be seen (line breaks and tabs are allowed).
    """
    clean = unicodedata.normalize("NFC", text).strip()
    if len(clean) > MAX_TEXT:
        raise InvalidRecordError(f"{name}: {len(clean)} characters; at most {MAX_TEXT}")
    if clean.isascii() and clean.isprintable():  # most texts, at once
        return clean
    hidden = next((c for c in clean if unicodedata.category(c) in _INVISIBLE and c not in "\n\t"), None)
    if hidden is not None:
        raise InvalidRecordError(f"{name}: the invisible character U+{ord(hidden):04X}; type the text without it")
    return clean


def cleaned(facts: T) -> T:
    """Give a dataclass of facts as people typed them with every text normalised, also in its parts.

    Raises
    ------
    InvalidRecordError
        If a text cannot be kept, naming its field.
    """
    values = {one.name: getattr(facts, one.name) for one in dataclasses.fields(cast("Any", facts)) if one.init}
    clean = {name: _cleaned(name.replace("_", " "), value) for name, value in values.items()}
    return cast("T", dataclasses.replace(cast("Any", facts), **clean))


def _cleaned(name: str, value: Any) -> Any:  # noqa: ANN401 - a field of any type
    if isinstance(value, str) and not isinstance(value, Enum):
        return clean_text(name, value)
    if isinstance(value, tuple):
        return tuple(_cleaned(name, part) for part in value)
    return cleaned(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value


def require_no_formula(name: str, text: str) -> None:
    """Refuse a text that a spreadsheet would take for a formula.

    Raises
    ------
    InvalidRecordError
        Naming the field. It is refused and not escaped: an instrument would keep the escape as part of the name.
    """
    if text.startswith(_FORMULA_STARTS):
        raise InvalidRecordError(f"{name}: {text!r} begins as a formula of a spreadsheet does; begin it otherwise")


def require_file_name(name: str, text: str) -> None:
    """Refuse what is no plain name of a file: a path, or a step to another folder.

    Raises
    ------
    InvalidRecordError
        Naming the field.
    """
    require_text(name, text)
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise InvalidRecordError(f"{name}: {text!r} is a path; expected a plain name")


def require_text(name: str, text: str) -> None:
    """Refuse a text that is empty or not clean.

    Raises
    ------
    InvalidRecordError
        Naming the field.
    """
    if clean_text(name, text) != text:
        raise InvalidRecordError(f"{name}: {text!r} has spaces around it or is not in Unicode NFC")
    if not text:
        raise InvalidRecordError(f"{name}: empty; it is needed")
