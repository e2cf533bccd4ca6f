"""What a label says to a scanner: a number and check characters, so that a misread is found and not believed.

Source: ISO/IEC 7064:2003, the pure system MOD 97-10. Each character of a number stands for two digits, its place in
``ALPHABET``; then every wrong single character and every exchange of two neighbours changes the remainder: the places
are below 97, and 97 is prime.
"""

from dataclasses import dataclass
from enum import StrEnum

from lims.custody_errors import ScanError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/."
"""Of numbers of exhibits and places; QR codes have a dense mode for them, and Code 128 has them all."""
SEPARATOR = "*"
"""Between the number and its check characters."""
_MODULUS = 97
_CHECK_LENGTH = 2
_PLACE_PREFIX = "PL-"


class CodeKind(StrEnum):
    """What a label is on."""

    EXHIBIT = "exhibit"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedCode:
    """What a scanner read."""

    kind: CodeKind
    number: str


def check_characters(number: str) -> str:
    """Give the two check digits of a number.

    Raises
    ------
    ScanError
        If the number is empty or has a character that labels do not have.

    Examples
    --------
    >>> check_characters("2026-0042/3")
    '71'
    """
    remainder = 0
    for character in number:
        place = ALPHABET.find(character)
        if place < 0:
            raise ScanError(f"{number!r} has {character!r}; labels have digits, capital letters and - / . alone")
        remainder = (remainder * 100 + place) % _MODULUS
    if not number:
        raise ScanError("an empty number has no label")
    return f"{(1 - remainder * 100) % _MODULUS:02d}"


def label_payload(number: str) -> str:
    """Give what the codes on a label say."""
    return f"{number}{SEPARATOR}{check_characters(number)}"


def parse_scan(text: str) -> ScannedCode:
    """Read what a keyboard-wedge scanner typed: one label, with the line end that the scanner adds.

    Raises
    ------
    ScanError
        If it is no label of ours, or a character is wrong.
    """
    typed = text.strip()
    number, separator, check = typed.rpartition(SEPARATOR)
    if not separator or len(check) != _CHECK_LENGTH:
        raise ScanError(f"{typed!r} is no label; expected a number, {SEPARATOR} and two digits")
    if check != check_characters(number):
        raise ScanError(f"{typed!r} was read wrong: its check characters do not fit")
    kind = CodeKind.PLACE if number.startswith(_PLACE_PREFIX) else CodeKind.EXHIBIT
    return ScannedCode(kind=kind, number=number)


def parse_scans(text: str) -> tuple[ScannedCode, ...]:
    """Read several labels, one in each line; a label that was scanned twice counts once.

    Raises
    ------
    ScanError
        If one of them is no label of ours; nothing is taken then.
    """
    return tuple(dict.fromkeys(parse_scan(line) for line in text.splitlines() if line.strip()))
