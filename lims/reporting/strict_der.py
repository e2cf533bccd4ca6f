"""Whether bytes are DER (ITU-T X.690) in its one form: what is written loosely could be changed unnoticed."""

from dataclasses import dataclass
from typing import Final

_BOOLEAN, _INTEGER, _BITS, _NULL, _OID, _ENUMERATED, _SET = 1, 2, 3, 5, 6, 10, 17
_CONSTRUCTED, _UNIVERSAL, _LONG_TAG = 0x20, 0xC0, 0x1F
_SHORT = 0x80
_DEEPEST, _LONGEST_LENGTH = 40, 4
_ALWAYS_CONSTRUCTED: Final = frozenset({8, 11, 16, 17})
"""EXTERNAL, EMBEDDED PDV, SEQUENCE and SET; every other universal type is primitive in DER."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One element: its first octet, its content, and all of it."""

    first: int
    content: bytes
    whole: bytes


def is_strict_der(data: bytes) -> bool:
    """Tell whether bytes are one element of DER, and everything inside it is.

    Shortest lengths, whole numbers without needless octets, truth values 00 and FF, bit strings padded with zeros,
    identifiers without needless octets, elements of a universal SET in order. Tags of more than one octet do not occur
    in what is looked at here, and are refused.

    Examples
    --------
    >>> is_strict_der(bytes.fromhex("3003020105")), is_strict_der(bytes.fromhex("308103020105"))
    (True, False)
    """
    elements = _elements(data, depth=0)
    return elements is not None and len(elements) == 1


def _elements(data: bytes, *, depth: int) -> list[bytes] | None:
    """Split bytes into elements and look into each; None if one of them is not in its one form."""
    found: list[bytes] = []
    while data:
        element = _first(data)
        if element is None or not _is_strict(element, depth=depth):
            return None
        found.append(element.whole)
        data = data[len(element.whole) :]
    return found


def _first(data: bytes) -> _Element | None:
    if len(data) < 2 or data[0] & _LONG_TAG == _LONG_TAG:  # noqa: PLR2004 - an octet for the tag, one for the length
        return None
    length, body = data[1], 2
    if length >= _SHORT:
        count = length & ~_SHORT
        octets = data[body : body + count]
        length = int.from_bytes(octets)
        if not 1 <= count <= _LONGEST_LENGTH or len(octets) < count or not octets[0] or length < _SHORT:
            return None
        body += count
    if body + length > len(data):
        return None
    return _Element(data[0], data[body : body + length], data[: body + length])


def _is_strict(element: _Element, *, depth: int) -> bool:
    universal, number = not element.first & _UNIVERSAL, element.first & _LONG_TAG
    if element.first & _CONSTRUCTED:
        if depth >= _DEEPEST or (universal and number not in _ALWAYS_CONSTRUCTED):
            return False
        inside = _elements(element.content, depth=depth + 1)
        return inside is not None and (not (universal and number == _SET) or inside == sorted(inside))
    if not universal:
        return True  # what it holds is not told by its tag
    return number not in _ALWAYS_CONSTRUCTED and _is_one_form(number, element.content)


def _is_one_form(number: int, content: bytes) -> bool:
    """Tell whether a primitive value is written in its one form."""
    if number in {_INTEGER, _ENUMERATED}:
        needless = len(content) > 1 and content[0] in {0, 0xFF} and (content[0] ^ content[1]) < _SHORT
        return bool(content) and not needless
    if number == _BOOLEAN:
        return content in {b"\x00", b"\xff"}
    if number == _BITS:
        return bool(content) and _padded(content[0], content[1:])
    if number == _OID:
        return bool(content) and content[-1] < _SHORT and _arcs_are_short(content)
    return number != _NULL or not content


def _padded(unused: int, octets: bytes) -> bool:
    """Tell whether the unused bits at the end are zeros."""
    if not octets:
        return unused == 0
    return unused < 8 and not octets[-1] & ((1 << unused) - 1)  # noqa: PLR2004 - bits of an octet


def _arcs_are_short(content: bytes) -> bool:
    """Tell whether no number of an identifier begins with a needless octet."""
    begins = [0, *(place + 1 for place, octet in enumerate(content[:-1]) if octet < _SHORT)]
    return all(content[place] != _SHORT for place in begins)
