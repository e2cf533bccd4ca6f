"""What the readers of text formats share: lines of UTF-8, visible characters, sound numbers."""

import math
import re
import unicodedata
from pathlib import Path

from spectra.errors import FormatError

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
"""No words such as nan, no digits of other scripts, no decimal comma: Python's own ``float`` takes more."""
_HIDDEN_CATEGORIES = ("Cc", "Cf", "Zl", "Zp")
"""Control and format characters, hidden line ends: they can make two names look equal that are not."""
_SHOWN_LENGTH = 60
_PLAIN = re.compile(r"[0-9.eE+\- ;,\t]*", re.ASCII)


def text_lines(path: Path, data: bytes) -> list[str]:
    """Split UTF-8 text into lines, whatever ends them.

    Raises
    ------
    FormatError
        If the bytes are not UTF-8; it names the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(path, f"line {line}", f"byte 0x{data[error.start]:02x}", "UTF-8 text") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def shown(text: str) -> str:
    """Quote what was found, escaped and short enough for one line."""
    quoted = ascii(text.strip())
    return quoted if len(quoted) <= _SHOWN_LENGTH else quoted[: _SHOWN_LENGTH - 3] + "..."


def hidden_character(text: str) -> str | None:
    """Name the first character that cannot be seen; tabs are allowed."""
    if text.isascii() and text.isprintable():
        return None
    found = next((c for c in text if unicodedata.category(c) in _HIDDEN_CATEGORIES and c != "\t"), None)
    return None if found is None else f"the hidden character U+{ord(found):04X}"


def first_word_that_is_no_number(words: list[str]) -> str | None:
    """Give the first word that is not a decimal number in ASCII."""
    return next((word for word in words if _NUMBER.fullmatch(word) is None), None)


def wrong_peak(mz: list[float], intensity: list[float]) -> tuple[str, str] | None:
    """Say what was found and what was expected for the first peak that no spectrum can have."""
    for name, values, lowest in (("m/z", mz, 0.0), ("intensity", intensity, -1.0)):
        bad = next((v for v in values if not (math.isfinite(v) and v > lowest and v >= 0)), None)
        if bad is not None:
            return f"{name} {bad:g}", f"a finite {name} that is not negative or zero m/z"
    return None


def numbers_at_once(lines: list[str]) -> list[float] | None:
    """Read lines at once if each holds nothing but pairs of sound numbers; None if one needs a closer look."""
    words = [pair_words(line) for line in lines]
    if any(len(line) % 2 for line in words) or _PLAIN.fullmatch("".join(lines)) is None:
        return None
    try:
        numbers = [float(word) for line in words for word in line]
    except ValueError:
        return None
    sound = min(numbers[0::2], default=1.0) > 0 and max(numbers, default=1.0) < float("inf")
    return numbers if sound and min(numbers[1::2], default=0.0) >= 0 else None


def pair_words(line: str) -> list[str]:
    """Split a line of peaks at white space, commas and semicolons."""
    return line.replace(";", " ").replace(",", " ").split()


def wrong_pairs(words: list[str]) -> tuple[str, str] | None:
    """Say what was found and what was expected if the words of one line are no pairs of m/z and intensity."""
    wrong = first_word_that_is_no_number(words)
    if wrong is not None:
        return shown(wrong), "pairs of m/z and intensity with a decimal point"
    if len(words) % 2:
        return f"{len(words)} numbers", "pairs of m/z and intensity"
    numbers = [float(word) for word in words]
    return wrong_peak(numbers[0::2], numbers[1::2])
