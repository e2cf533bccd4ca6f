"""One spectrum as two columns of text, m/z and intensity, as instruments and spreadsheets export it.

Columns are parted by white space, a comma or a semicolon, one of them in the whole file. A comma inside a number is a
decimal comma, but only where it cannot part columns and cannot part thousands; what could be read in two ways is
refused. Such a file declares no number of peaks: that lines are missing at its end cannot be seen, that the last
number is cut can, so the last line has to be closed.
"""

import re
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.content import read_content
from spectra.formats.text_lines import (
    first_word_that_is_no_number,
    hidden_character,
    shown,
    text_lines,
    wrong_peak,
)
from spectra.formats.text_record import MAX_FAULTS, MAX_PEAKS, TextRecord, TextRecordFile, whole_file
from spectra.spectrum import RawSpectrum

_COMMENT = re.compile(r"#(?!#)")
"""Not ``##``: that is how labels of JCAMP-DX begin, and a damaged one is no comment."""
_WORDS = re.compile(r"[^:=#\d]*")
"""What a line above the columns may hold: no ``key: value`` and no ``key=value``, which belong to other formats, and no
digit, so that a damaged first peak is not taken for words."""
_COLUMNS = 2
_SNIFFED_BYTES = 100_000
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
"""Could be 58.065 with a decimal comma, or 58 065 with a comma between the thousands."""
_COMMA_AND_BLANK = "a comma and a blank"
_SEPARATORS = (
    ("a semicolon", re.compile(r"\s*;\s*")),
    ("a tab", re.compile(r"[ ]*\t\s*")),
    (_COMMA_AND_BLANK, re.compile(r"\s*,\s+|\s+,\s*")),
    ("blanks", re.compile(r"\s+")),
    ("a comma", re.compile(r",")),
)
"""In the order in which they are looked for: the first that a line holds parts it."""


def is_two_column(data: bytes) -> bool:
    """Tell by content whether text is two columns of numbers, behind comments and at most one line of words."""
    lines = data[:_SNIFFED_BYTES].decode("utf-8-sig", "replace").splitlines()
    said = [line.strip() for line in lines if line.strip() and not _COMMENT.match(line.lstrip())]
    if said and not _looks_like_numbers(said[0]) and _WORDS.fullmatch(said[0]):
        del said[0]
    return bool(said) and _looks_like_numbers(said[0])


def read_two_column(path: Path) -> TextRecordFile:
    """Read one spectrum from two columns of text, plain or gzipped.

    Returns
    -------
    TextRecordFile
        With one record; its fields are the comments, under ``#``, and the line of words before the numbers, under
        ``header``; its peaks in the order of the file.

    Raises
    ------
    FormatError
        If the file cannot be read or inflated, is not UTF-8, holds no peak, ends within a line, or its commas could
        mean two things.
    FormatErrors
        If lines are faulty; each fault names its line.
    """
    content = read_content(path)
    lines = text_lines(path, content.data)
    if lines[-1]:
        raise FormatError(path, f"line {len(lines)}", "a last line that is not closed: it may be cut", "a line end")
    table = _Table(path)
    for number, line in enumerate(lines, start=1):
        table.take(line.strip(), number)
        if len(table.faults) >= MAX_FAULTS:
            break
    return whole_file(content, table.records(), table.faults, expected="lines of m/z and intensity")


def _looks_like_numbers(line: str) -> bool:
    words = _parted(line)[1]
    return len(words) == _COLUMNS and first_word_that_is_no_number([word.replace(",", ".") for word in words]) is None


def _parted(line: str) -> tuple[str, list[str]]:
    """Part a line that is not empty; give the separator's name and the words."""
    for name, separator in _SEPARATORS:
        if separator.search(line):
            return name, separator.split(line)
    return "", [line]


class _Table:
    """Takes the lines one by one and remembers the faults."""

    def __init__(self, path: Path) -> None:
        self.faults: list[FormatError] = []
        self._path = path
        self._fields: list[tuple[str, str]] = []
        self._separator = ""
        self._first_line = 0
        self._rows: list[tuple[int, list[str]]] = []

    def take(self, line: str, number: int) -> None:
        if not line:
            return
        hidden = hidden_character(line)
        if hidden is not None:
            self._refuse(number, hidden, "visible text")
        elif _COMMENT.match(line):
            self._fields.append(("#", line[1:].strip()))
        elif self._first_line or _looks_like_numbers(line):
            self._row(line, number)
        elif any(key == "header" for key, _ in self._fields) or not _WORDS.fullmatch(line):
            self._refuse(number, shown(line), "m/z and intensity, after one line of words at the most")
        else:
            self._fields.append(("header", line))

    def records(self) -> list[TextRecord]:
        """Make the one record, once it is known what the commas mean."""
        if not self._rows or self.faults:
            return []
        words = [word for _, row in self._rows for word in row]
        if any("," in word for word in words):
            self._require_decimal_commas(words)
        mz: list[float] = []
        intensity: list[float] = []
        for number, row in self._rows:
            peak = [float(word.replace(",", ".")) for word in row]
            wrong = wrong_peak(peak[:1], peak[1:])
            if wrong is not None:
                self._refuse(number, *wrong)
            mz.append(peak[0])
            intensity.append(peak[1])
        if len(mz) > MAX_PEAKS:
            self._refuse(self._first_line, f"{len(mz)} peaks", f"at most {MAX_PEAKS}")
        peaks = RawSpectrum(mz=tuple(mz), intensity=tuple(intensity))
        return [TextRecord(line=self._first_line, fields=tuple(self._fields), peaks=peaks)]

    def _row(self, line: str, number: int) -> None:
        separator, words = _parted(line)
        self._first_line = self._first_line or number
        self._separator = self._separator or separator
        if separator != self._separator:
            self._refuse(number, f"columns parted by {separator or 'nothing'}", f"{self._separator}, as before")
        elif len(words) != _COLUMNS:
            self._refuse(number, f"{len(words)} columns", "two: m/z and intensity")
        elif first_word_that_is_no_number([word.replace(",", ".") for word in words]) is not None:
            self._refuse(number, shown(line), "m/z and intensity")
        else:
            self._rows.append((number, words))

    def _require_decimal_commas(self, words: list[str]) -> None:
        mixed = any("." in word for word in words) or self._separator == _COMMA_AND_BLANK
        with_comma = [word for word in words if "," in word]
        if mixed or all(_GROUPED.fullmatch(word) for word in with_comma):
            found = f"{shown(with_comma[0])}, where the comma may part decimals or thousands"
            self._refuse(self._first_line, found, "decimal points, or decimal commas that can be nothing else")

    def _refuse(self, line: int, found: str, expected: str) -> None:
        self.faults.append(FormatError(self._path, f"line {line}", found, expected))
