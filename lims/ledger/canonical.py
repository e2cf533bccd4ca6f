"""The one byte form of a record: RFC 8785 (JSON Canonicalization Scheme), narrowed to what cannot be misread.

No floats (numbers with a fraction are decimal text), whole numbers below 2**53, ASCII keys, text in Unicode NFC.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import rfc8785

from lims.errors import CanonicalFormError

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

QUICK_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
"""Keys in the order of their bytes, which for ASCII is that of RFC 8785; numbers from 2**53 are refused."""
SCALARS = frozenset({str, int, bool, type(None)})
"""What JSON gives that can stand in a record and holds nothing."""
_LARGEST_INTEGER = 2**53 - 1
"""Above it a JSON number is not the same in every language that reads it (RFC 7493, section 2.2)."""


def canonical_bytes(value: JsonValue) -> bytes:
    """Write a value as its canonical bytes.

    Raises
    ------
    CanonicalFormError
        If it holds a float, a number out of range, a key that is not ASCII text, or text that is not NFC or
        holds a lone surrogate; the message names the place. Also if it is nested without end.

    Examples
    --------
    >>> canonical_bytes({"b": 1, "a": ["12.345"]})
    b'{"a":["12.345"],"b":1}'
    """
    try:
        _check(value, "$")
        return rfc8785.dumps(value)
    except RecursionError as error:
        raise CanonicalFormError("nested too deeply") from error


def parse_canonical(data: bytes) -> JsonValue:
    """Read canonical bytes back.

    Raises
    ------
    CanonicalFormError
        If the bytes are not JSON, or are not the canonical form of what they say.

    Notes
    -----
    Nearly all records are read by the quick way, in a tenth of the time; what it does not take, the strict one decides.
    """
    quick = _read_quickly(data)
    return _read_strictly(data) if quick is None else quick


def is_plain(value: Any, *, ascii_only: bool) -> bool:  # noqa: ANN401 - any dictionary or list of JSON
    """Tell whether there is no float, and no key beyond ASCII, at any depth of a dictionary or list."""
    inner = value
    if type(value) is dict:
        inner = value.values()
        if not (ascii_only or "".join(value).isascii()):
            return False
    if SCALARS.issuperset(map(type, inner)):
        return True
    return all(
        type(one) in SCALARS or (type(one) is not float and is_plain(one, ascii_only=ascii_only)) for one in inner
    )


def _read_quickly(data: bytes) -> JsonValue:
    """Read a dictionary or list that is canonical beyond doubt; None for everything else."""
    try:
        value: JsonValue = orjson.loads(data)
        if type(value) not in {dict, list} or orjson.dumps(value, None, QUICK_OPTIONS) != data:
            return None
        ascii_only = data.isascii()
        normal = ascii_only or unicodedata.is_normalized("NFC", data.decode())
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return value if normal and is_plain(value, ascii_only=ascii_only) else None


def _read_strictly(data: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CanonicalFormError(f"not JSON: {error}") from error
    if canonical_bytes(value) != data:
        raise CanonicalFormError("the bytes are not in canonical form")
    return value


def _check(value: object, place: str) -> None:
    match value:
        case None | bool():
            return
        case int():
            if abs(value) > _LARGEST_INTEGER:
                raise CanonicalFormError(f"{place}: a number of {value.bit_length()} bits is beyond 2**53")
        case str():
            _check_text(value, place)
        case dict():
            for key, inner in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise CanonicalFormError(f"{place}: the key {key!r} is not ASCII text")
                _check(inner, f"{place}.{key}")
        case list() | tuple():
            for position, inner in enumerate(value):
                _check(inner, f"{place}[{position}]")
        case _:
            raise CanonicalFormError(f"{place}: {type(value).__name__} has no canonical form; use text or an integer")


def _check_text(text: str, place: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalFormError(f"{place}: {text!r} is not in Unicode NFC")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CanonicalFormError(f"{place}: {text!r} holds a lone surrogate")
