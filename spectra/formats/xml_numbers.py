"""Numbers in the attributes of XML: nothing but the digits that a format allows, inside a stated range."""

import math
import re
from pathlib import Path

from spectra.errors import FormatError

_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,5})?")
_DURATION = re.compile(
    r"PT(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,12}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?)S)?"
)
_LONGEST_SHOWN = 60


def whole_number(path: Path, place: str, text: str | None, *, lowest: int, highest: int) -> int:
    """Read a whole number.

    Raises
    ------
    FormatError
        If it is absent, no whole number in ASCII digits, or outside the range.
    """
    written = (text or "").strip()
    if _WHOLE.fullmatch(written) and lowest <= int(written) <= highest:
        return int(written)
    found = "nothing" if text is None else repr(text[:_LONGEST_SHOWN])
    raise FormatError(path, place, found, f"a whole number from {lowest} to {highest}")


def decimal_number(path: Path, place: str, text: str | None, *, above: float = -math.inf, highest: float) -> float:
    """Read a decimal number above one limit and up to another.

    Raises
    ------
    FormatError
        If it is absent, no finite decimal number in ASCII digits, or outside the range.
    """
    written = (text or "").strip()
    if _DECIMAL.fullmatch(written):
        value = float(written)
        if math.isfinite(value) and above < value <= highest:
            return value
    found = "nothing" if text is None else repr(text[:_LONGEST_SHOWN])
    raise FormatError(path, place, found, f"a number above {above:g} and at most {highest:g}")


def duration_s(path: Path, place: str, text: str) -> float:
    """Read a time of the form ``PT1M2.5S`` (xs:duration without days), in seconds.

    Raises
    ------
    FormatError
        If it has another form, or names no hours, minutes or seconds.

    Examples
    --------
    >>> duration_s(Path("a.mzXML"), "scan 1", "PT1M2.5S")
    62.5
    """
    parts = _DURATION.fullmatch(text.strip())
    stated = {name: value for name, value in parts.groupdict().items() if value is not None} if parts else {}
    if not stated:
        raise FormatError(path, place, repr(text[:_LONGEST_SHOWN]), "a time such as PT62.5S")
    if set(stated) == {"seconds"}:
        return float(stated["seconds"])
    return 3600.0 * int(stated.get("hours", 0)) + 60.0 * int(stated.get("minutes", 0)) + float(stated.get("seconds", 0))
