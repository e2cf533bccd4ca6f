"""Which texts a record may hold: visible, in Unicode NFC, of a bounded length."""

import unicodedata

from lims.errors import InvalidRecordError

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
    hidden = next((c for c in clean if unicodedata.category(c) in _INVISIBLE and c not in "\n\t"), None)
    if hidden is not None:
        raise InvalidRecordError(f"{name}: the invisible character U+{ord(hidden):04X}; type the text without it")
    return clean


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
