"""The grammar of JCAMP-DX text: labelled data records, comments, pairs of plain numbers, values declared and found.

Source: McDonald and Wilks, Appl. Spectrosc. 42 (1988) 151, doi:10.1366/0003702884428734 (labels, comments, forms of
numbers). Only plain numbers (AFFN) are read; the packed forms of that paper are refused by their names.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.text_lines import (
    first_word_that_is_no_number,
    hidden_character,
    numbers_at_once,
    pair_words,
    shown,
    wrong_pairs,
    wrong_peak,
)
from spectra.formats.text_record import MAX_FAULTS, MAX_PEAKS
from spectra.spectrum import RawSpectrum

PAIRS = "(XY..XY)"
_RECORD = re.compile(r"##([^=]{0,64})=(.*)")
_IGNORED_IN_LABELS = re.compile(r"[ \t\-/_]")
_PACKED_FORMS = (
    ("SQZ", re.compile(r"[@A-Ia-i]\d*")),
    ("DIF", re.compile(r"[%J-Rj-r]\d*")),
    ("DUP", re.compile(r"[S-Zs]\d*")),
    ("PAC", re.compile(r"[+-]?[\d.]+[+-][\d.+-]*")),
)
_SIZES: tuple[tuple[str, int, Callable[[tuple[float, ...]], float]], ...] = (
    ("FIRSTX", 0, itemgetter(0)),
    ("LASTX", 0, itemgetter(-1)),
    ("MINX", 0, min),
    ("MAXX", 0, max),
    ("FIRSTY", 1, itemgetter(0)),
    ("LASTY", 1, itemgetter(-1)),
    ("MINY", 1, min),
    ("MAXY", 1, max),
)
"""What a block may declare of its abscissa (0) or ordinate (1), and how it is found in the peaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRecord:
    """One ``##LABEL= value`` with the lines that follow it."""

    line: int
    """Counted from 1."""
    label: str
    """As written."""
    key: str
    """The label without case, blanks, dashes, slashes and underscores, which mean nothing in labels."""
    value: str
    """Of its own line, without comment."""
    comments: tuple[str, ...]
    """Behind ``$$`` in any of its lines."""
    body: tuple[str, ...] = field(repr=False)
    """The lines that follow, without comments."""

    @property
    def text(self) -> str:
        """All lines of the value, joined."""
        return "\n".join([self.value, *self.body]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class JcampText:
    """A file's labelled records with what was wrong between them."""

    path: Path
    records: tuple[LabelledRecord, ...] = field(repr=False)
    faults: tuple[FormatError, ...] = field(repr=False)


def labelled_records(path: Path, lines: list[str]) -> JcampText:
    """Split lines into labelled records; what belongs to none is a fault."""
    starts = [number for number, line in enumerate(lines) if line.startswith("##")]
    faults: list[FormatError] = []
    records: list[LabelledRecord] = []
    for number in range(starts[0] if starts else len(lines)):
        if lines[number].split("$$")[0].strip() and len(faults) < MAX_FAULTS:
            faults.append(FormatError(path, f"line {number + 1}", shown(lines[number]), "'##LABEL= value'"))
    for begin, end in pairwise([*starts, len(lines)]):
        try:
            records.append(_labelled_record(path, lines[begin:end], begin + 1))
        except FormatError as fault:
            faults.append(fault)
            if len(faults) >= MAX_FAULTS:
                break
    return JcampText(path=path, records=tuple(records), faults=tuple(faults))


def _labelled_record(path: Path, lines: list[str], line: int) -> LabelledRecord:
    match = _RECORD.fullmatch(lines[0])
    if match is None:
        raise FormatError(path, f"line {line}", shown(lines[0]), "'##LABEL= value'")
    hidden = hidden_character(lines[0])
    if hidden is not None:
        raise FormatError(path, f"line {line}", hidden, "visible text")
    value, *behind = match[2].split("$$", 1)
    comments, body = list(behind), lines[1:]
    for number, text in enumerate(body):
        if "$$" in text:
            body[number], comment = text.split("$$", 1)
            comments.append(comment)
    return LabelledRecord(
        line=line,
        label=match[1].strip(),
        key=_IGNORED_IN_LABELS.sub("", match[1]).upper(),
        value=value.strip(),
        comments=tuple(comment.strip() for comment in comments),
        body=tuple(body),
    )


class LabelledBlock:
    """The labelled records of one block or page, each known label at most once."""

    def __init__(self, path: Path, line: int, records: list[LabelledRecord]) -> None:
        self.path = path
        self.line = line
        self.records = records

    def find(self, key: str) -> LabelledRecord | None:
        """Give the one record of a label; None where it is absent.

        Raises
        ------
        FormatError
            If there are two.
        """
        found = [record for record in self.records if record.key == key]
        if len(found) > 1:
            raise self.fault(found[1], f"a second ##{found[1].label}=", f"one, as in line {found[0].line}")
        return found[0] if found else None

    def text(self, key: str) -> str:
        """Give the value of a label that may be absent or empty."""
        record = self.find(key)
        return record.text if record else ""

    def count(self, key: str) -> int:
        """Give a number of peaks that has to be declared."""
        record = self.find(key)
        if record is None:
            raise FormatError(self.path, f"line {self.line}", f"no ##{key}=", "the number of peaks")
        if re.fullmatch(r"\d{1,9}", record.text, re.ASCII) is None or int(record.text) > MAX_PEAKS:
            raise self.fault(record, f"##{record.label}= {shown(record.text)}", f"a count from 0 to {MAX_PEAKS}")
        return int(record.text)

    def factor(self, key: str) -> float:
        """Give the factor of an axis: 1 where none is given."""
        text = self.text(key)
        return 1.0 if not text else sound_factor(self.path, self.line, key, text)

    def require_mz(self) -> None:
        """Refuse an abscissa that the block itself names otherwise than m/z."""
        for key, wanted in (("XUNITS", "M/Z"), ("DATATYPE", "MASS SPECTRUM"), ("NTUPLES", "MASS SPECTRUM")):
            record = self.find(key)
            if record and record.text and " ".join(record.text.upper().replace("_", " ").split()) != wanted:
                raise self.fault(record, f"##{record.label}= {shown(record.text)}", f"'{wanted}'")

    def fault(self, record: LabelledRecord, found: str, expected: str) -> FormatError:
        """Make an error that names a record's line."""
        return FormatError(self.path, f"line {record.line}", found, expected)

    def peaks(self, table: LabelledRecord, *, mz_factor: float, intensity_factor: float) -> RawSpectrum:
        """Read the pairs of a table, as many as are declared, in their order.

        Raises
        ------
        FormatError
            If the form is not ``(XY..XY)``, a word is no plain number, a peak is none that a spectrum can have, or
            ``##NPOINTS=`` or another size that the block declares is not what is found.
        """
        form = table.value.replace(" ", "").upper()
        if form != PAIRS and not (table.key == "DATATABLE" and form == f"{PAIRS},PEAKS"):
            raise self.fault(table, f"##{table.label}= {shown(table.value)}", f"{PAIRS}, pairs of m/z and intensity")
        declared = self.count("NPOINTS")
        numbers = self._numbers(table)
        mz = tuple(number * mz_factor for number in numbers[0::2])
        intensity = tuple(number * intensity_factor for number in numbers[1::2])
        if len(mz) != declared:
            raise self.fault(table, f"##NPOINTS= {declared} but {len(mz)} peaks", "the number of peaks that follow")
        wrong = wrong_peak(list(mz), list(intensity))
        if wrong is not None:
            raise self.fault(table, *wrong)
        peaks = RawSpectrum(mz=mz, intensity=intensity)
        if mz:
            self._require_sizes(peaks)
        return peaks

    def _numbers(self, table: LabelledRecord) -> list[float]:
        numbers = numbers_at_once(list(table.body))
        if numbers is None:  # something is unusual: go line by line to say where it stands
            numbers = [n for number, line in enumerate(table.body, start=1) for n in self._pairs(table, number, line)]
        return numbers

    def _pairs(self, table: LabelledRecord, number: int, line: str) -> Iterator[float]:
        words = pair_words(line)
        wrong = first_word_that_is_no_number(words)
        fault = wrong_pairs(words)
        if fault is not None:
            form = next((name for name, pattern in _PACKED_FORMS if wrong and pattern.fullmatch(wrong)), None)
            found = f"{fault[0]}, the packed form {form}" if form else fault[0]
            raise FormatError(self.path, f"line {table.line + number}", found, fault[1])
        yield from map(float, words)

    def _require_sizes(self, peaks: RawSpectrum) -> None:
        for key, axis, of in _SIZES:
            record = self.find(key)
            if record is None or not record.text:
                continue
            found = of((peaks.mz, peaks.intensity)[axis])
            if not agrees(record.text, found):
                raise self.fault(record, f"##{record.label}= {shown(record.text)}", f"{found:g}, as in the peaks")


def sound_factor(path: Path, line: int, label: str, text: str) -> float:
    """Read a factor that numbers are multiplied by.

    Raises
    ------
    FormatError
        If it is no number above 0.
    """
    factor = math.nan if first_word_that_is_no_number([text]) else float(text)
    if not (math.isfinite(factor) and factor > 0):
        raise FormatError(path, f"line {line}", f"##{label}= {shown(text)}", "a finite number above 0")
    return factor


def agrees(declared: str, found: float) -> bool:
    """Tell whether a number is the one that was declared, rounded or cut to the digits that were written.

    Examples
    --------
    >>> agrees("41", 41.04), agrees("41.0", 41.04), agrees("41.00", 41.04), agrees("forty", 40.0)
    (True, True, False, False)
    """
    if first_word_that_is_no_number([declared]) is not None or not math.isfinite(float(declared)):
        return False
    exponent = Decimal(declared).as_tuple().exponent
    last_digit = 10.0 ** min(int(exponent), 0)
    difference = abs(float(declared) - found)
    return difference <= 1e-9 * abs(found) or difference < last_digit * (1 - 1e-6)
