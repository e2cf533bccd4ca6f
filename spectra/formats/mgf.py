"""MGF (Mascot generic format) text, plain or gzipped: MS/MS spectra as many programs exchange them.

Read here and not by pyteomics, because a refusal has to name the line: records in are records out, or the file is
refused with every fault that it has. Nothing is sorted, merged or repaired.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError, FormatErrors
from spectra.formats.content import read_content
from spectra.formats.text_lines import (
    first_word_that_is_no_number,
    hidden_character,
    shown,
    text_lines,
    wrong_peak,
)
from spectra.spectrum import RawSpectrum

MAX_RECORDS = 1_000_000
MAX_PEAKS = 1_000_000
_MAX_FAULTS = 100
_PEAK_COLUMNS = (2, 3)
_BEGIN, _END = "BEGIN IONS", "END IONS"
_COMMENTS = ("#", ";", "!", "/")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_ ]{0,63})=(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MgfRecord:
    """One spectrum of an MGF file."""

    line: int
    """Where its ``BEGIN IONS`` stands, counted from 1."""
    fields: tuple[tuple[str, str], ...]
    """All ``KEY=value`` lines in their order; those before the first record come first."""
    peaks: RawSpectrum = field(repr=False)

    def first(self, key: str) -> str | None:
        """Give the record's own value of a field, else the file's; None where it is absent or empty."""
        values = [value for name, value in self.fields if name.casefold() == key.casefold() and value]
        return values[-1] if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MgfFile:
    """A whole MGF file."""

    path: Path
    sha256: str
    """Of the bytes on disk."""
    records: tuple[MgfRecord, ...] = field(repr=False)


def is_mgf(data: bytes) -> bool:
    """Tell by content whether text is MGF: its first record begins before anything else could."""
    return re.search(rb"^\s*BEGIN IONS\s*$", data[:1_000_000], re.MULTILINE) is not None


def read_mgf(path: Path) -> MgfFile:
    """Read an MGF file to its end.

    Raises
    ------
    FormatError
        If the file cannot be read or inflated, is not UTF-8, or holds no record.
    FormatErrors
        If records are faulty; each fault names its line. Nothing is returned of a faulty file.
    """
    content = read_content(path)
    records, faults = mgf_records(path, text_lines(path, content.data), max_faults=_MAX_FAULTS)
    if faults:
        raise FormatErrors.of(path, faults)
    if not records:
        raise FormatError(path, "the whole file", "no record", f"at least one '{_BEGIN}' ... '{_END}'")
    return MgfFile(path=path, sha256=content.sha256, records=tuple(records))


def mgf_records(path: Path, lines: list[str], *, max_faults: int) -> tuple[list[MgfRecord], list[FormatError]]:
    """Read the records of MGF text, the sound ones and the faults of all else.

    Parameters
    ----------
    path : Path
        Named in the faults.
    lines : list of str
        Of the whole file.
    max_faults : int
        After so many the rest is not read.
    """
    parser = _Parser(path, max_faults)
    parser.parse(lines)
    return parser.records, parser.faults


class _Parser:
    """Walks the lines once; a fault skips to the end of its record and is remembered."""

    def __init__(self, path: Path, max_faults: int) -> None:
        self.path = path
        self.max_faults = max_faults
        self.faults: list[FormatError] = []
        self.records: list[MgfRecord] = []
        self._common: list[tuple[str, str]] = []

    def parse(self, lines: list[str]) -> None:
        position = 0
        while position < len(lines) and len(self.faults) < self.max_faults:
            begin = position
            try:
                position = self._step(lines, position)
            except FormatError as fault:
                self.faults.append(fault)
                position = _after_record(lines, begin)
            if len(self.records) > MAX_RECORDS:
                self.faults.append(self._fault(begin, "more records", f"at most {MAX_RECORDS}"))
                return

    def _step(self, lines: list[str], position: int) -> int:
        """Take one line between records, or a whole record; give the next line's position."""
        line = lines[position].strip()
        if not line or line.startswith(_COMMENTS):
            return position + 1
        if line != _BEGIN:
            self._common.append(self._field(line, position))
            return position + 1
        end = _end_of_record(lines, position)
        if end is None:
            raise self._fault(position, f"'{_BEGIN}' without '{_END}'", f"'{_END}' before the next record")
        self.records.append(self._record(lines, position, end))
        return end + 1

    def _record(self, lines: list[str], begin: int, end: int) -> MgfRecord:
        fields: list[tuple[str, str]] = list(self._common)
        mz: list[float] = []
        intensity: list[float] = []
        for position in range(begin + 1, end):
            line = lines[position].strip()
            if not line or line.startswith(_COMMENTS):
                continue
            if line[0].isalpha():
                fields.append(self._field(line, position))
                continue
            peak = self._peak(line, position)
            mz.append(peak[0])
            intensity.append(peak[1])
        if len(mz) > MAX_PEAKS:
            raise self._fault(begin, f"{len(mz)} peaks", f"at most {MAX_PEAKS}")
        peaks = RawSpectrum(mz=tuple(mz), intensity=tuple(intensity))
        return MgfRecord(line=begin + 1, fields=tuple(fields), peaks=peaks)

    def _field(self, line: str, position: int) -> tuple[str, str]:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise self._fault(position, shown(line), f"'KEY=value', a peak, or '{_BEGIN}'")
        hidden = hidden_character(line)
        if hidden is not None:
            raise self._fault(position, hidden, "visible text")
        return match[1].strip(), match[2].strip()

    def _peak(self, line: str, position: int) -> tuple[float, float]:
        """Read m/z and intensity; a third column, the fragment's charge, is allowed and not used."""
        words = line.split()
        wrong = first_word_that_is_no_number(words[:2])
        if wrong is not None or not _PEAK_COLUMNS[0] <= len(words) <= _PEAK_COLUMNS[1]:
            raise self._fault(position, shown(line), "m/z, intensity and at most a charge")
        mz, intensity = float(words[0]), float(words[1])
        fault = wrong_peak([mz], [intensity])
        if fault is not None:
            raise self._fault(position, *fault)
        return mz, intensity

    def _fault(self, position: int, found: str, expected: str) -> FormatError:
        return FormatError(self.path, f"line {position + 1}", found, expected)


def _end_of_record(lines: list[str], begin: int) -> int | None:
    """Find the record's end; None if another record begins first, or the file ends."""
    for position in range(begin + 1, len(lines)):
        line = lines[position].strip()
        if line == _END:
            return position
        if line == _BEGIN:
            return None
    return None


def _after_record(lines: list[str], begin: int) -> int:
    """Give the place to read on after a fault: behind the record's end, or at the next record."""
    if lines[begin].strip() != _BEGIN:
        return begin + 1
    end = _end_of_record(lines, begin)
    if end is not None:
        return end + 1
    return next((i for i in range(begin + 1, len(lines)) if lines[i].strip() == _BEGIN), len(lines))
