"""NIST-style MSP text, plain or gzipped: the form in which spectral libraries travel.

A record is a block of ``Key: value`` lines that begins with ``Name:`` and ends with ``Num Peaks: n`` followed by
``n`` pairs of m/z and intensity. Nothing is repaired, sorted or merged here, and nothing is lost: unknown fields are
kept in their order, and records in are records out, or the file is refused with every fault that it has.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from spectra.errors import FormatError, FormatErrors
from spectra.formats.content import read_content
from spectra.formats.text_lines import (
    hidden_character,
    numbers_at_once,
    pair_words,
    shown,
    text_lines,
    wrong_pairs,
)
from spectra.formats.text_record import MAX_FAULTS, MAX_PEAKS, MAX_RECORDS, TextRecord
from spectra.spectrum import RawSpectrum

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9 _#$/().-]{0,63}?)\s*:(.*)")
_ANNOTATION = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class MspRecord(TextRecord):
    """One spectrum of an MSP file; its fields are all ``Key: value`` lines but the peak count, in order."""

    @property
    def name(self) -> str:
        """The value of the record's ``Name:`` line."""
        return self.fields[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class MspFile:
    """A whole MSP file."""

    path: Path
    sha256: str
    """Of the bytes on disk."""
    records: tuple[MspRecord, ...] = field(repr=False)


def read_msp(path: Path) -> MspFile:
    """Read an MSP file to its end.

    Raises
    ------
    FormatError
        If the file cannot be read or inflated, is not UTF-8, or holds no record.
    FormatErrors
        If records are faulty; each fault names its line. Nothing is returned of a faulty file.
    """
    content = read_content(path)
    records, faults = msp_records(path, text_lines(path, content.data), max_faults=MAX_FAULTS)
    if faults:
        raise FormatErrors.of(path, faults)
    if not records:
        raise FormatError(path, "the whole file", "no record", "at least one 'Name:' block with peaks")
    return MspFile(path=path, sha256=content.sha256, records=records)


def msp_records(path: Path, lines: list[str], *, max_faults: int) -> tuple[tuple[MspRecord, ...], list[FormatError]]:
    """Read the records of MSP text, the sound ones and the faults of the others: each record is one or the other.

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
    return parser.parse(lines), parser.faults


def write_msp(records: Iterable[MspRecord]) -> str:
    """Write records as MSP text that ``read_msp`` reads back to the same records."""
    return "\n".join(chain.from_iterable(_record_lines(record) for record in records))


def _record_lines(record: MspRecord) -> Iterator[str]:
    yield from (f"{key}: {value}" for key, value in record.fields)
    yield f"Num Peaks: {len(record.peaks.mz)}"
    yield from (f"{mz!r} {height!r}" for mz, height in zip(record.peaks.mz, record.peaks.intensity, strict=True))
    yield ""


class _Parser:
    """Walks the lines once; a fault skips to the next record and is remembered."""

    def __init__(self, path: Path, max_faults: int) -> None:
        self.path = path
        self.max_faults = max_faults
        self.faults: list[FormatError] = []

    def parse(self, lines: list[str]) -> tuple[MspRecord, ...]:
        records: list[MspRecord] = []
        position = 0
        while position < len(lines) and len(self.faults) < self.max_faults:
            if not lines[position].strip():
                position += 1
                continue
            end = _block_end(lines, position)
            self._block(lines, position, end, records)
            if len(records) > MAX_RECORDS:
                self.faults.append(self._fault(position, "more records", f"at most {MAX_RECORDS}"))
                break
            position = end
        return tuple(records)

    def _block(self, lines: list[str], start: int, end: int, records: list[MspRecord]) -> None:
        """Read the records of one block: one, or several written without an empty line between them."""
        position = start
        while position < end:
            first = position
            try:
                fields, declared, position = self._header(lines, position, end)
                peaks, position = self._peaks(lines, position, end, declared)
            except FormatError as fault:
                self.faults.append(fault)
                position = _next_record(lines, first, end)
            else:
                records.append(MspRecord(line=first + 1, fields=fields, peaks=peaks))

    def _header(self, lines: list[str], start: int, end: int) -> tuple[tuple[tuple[str, str], ...], int, int]:
        fields: list[tuple[str, str]] = []
        for position in range(start, end):
            key, value = self._field(lines[position], position)
            is_name = key.casefold() == "name"
            if is_name != (position == start):
                found = "a second 'Name:' before 'Num Peaks:'" if is_name else f"'{key}:'"
                raise self._fault(position, found, "a record that begins with its one 'Name:'")
            if key.casefold().replace(" ", "") in {"numpeaks", "num_peaks"}:
                return tuple(fields), self._count(value, position), position + 1
            fields.append((key, value))
        raise self._fault(end - 1, "the end of the record", "a 'Num Peaks:' line")

    def _field(self, line: str, position: int) -> tuple[str, str]:
        match = _FIELD.fullmatch(line.strip())
        if match is None:
            raise self._fault(position, shown(line), "'Key: value'")
        key, value = match[1].strip(), match[2].strip()
        hidden = hidden_character(line)
        if hidden is not None:
            raise self._fault(position, hidden, "visible text")
        if key.casefold() == "name" and not value:
            raise self._fault(position, "an empty name", "a name")
        return key, value

    def _count(self, value: str, position: int) -> int:
        if re.fullmatch(r"\d{1,9}", value, re.ASCII) is None or int(value) > MAX_PEAKS:
            raise self._fault(position, f"Num Peaks {shown(value)}", f"a count from 0 to {MAX_PEAKS}")
        return int(value)

    def _peaks(self, lines: list[str], start: int, end: int, declared: int) -> tuple[RawSpectrum, int]:
        stop = start
        while stop < end and lines[stop].lstrip()[:5].casefold() != "name:":
            stop += 1
        numbers = numbers_at_once(lines[start:stop])
        if numbers is None:  # something is unusual: go line by line, to accept it or to say where it stands
            numbers = [n for position in range(start, stop) for n in self._numbers(lines[position], position)]
        mz, intensity = numbers[0::2], numbers[1::2]
        if len(mz) != declared:
            raise self._fault(start - 1, f"Num Peaks {declared} but {len(mz)} peaks", "the number of peaks that follow")
        return RawSpectrum(mz=tuple(mz), intensity=tuple(intensity)), stop

    def _numbers(self, line: str, position: int) -> list[float]:
        plain = _ANNOTATION.sub(" ", line) if '"' in line else line
        words = pair_words(plain)
        fault = wrong_pairs(words)
        if fault is not None:
            raise self._fault(position, *fault)
        return [float(word) for word in words]

    def _fault(self, position: int, found: str, expected: str) -> FormatError:
        return FormatError(self.path, f"line {position + 1}", found, expected)


def _next_record(lines: list[str], first: int, end: int) -> int:
    """Find the next record of a block: the first ``Name:`` behind the peak count of the one that begins here."""
    counted = False
    for position in range(first, end):
        start = lines[position].lstrip()[:10].casefold().replace("_", "").replace(" ", "")
        counted = counted or start.startswith("numpeaks")
        if counted and start.startswith("name:"):
            return position
    return end


def _block_end(lines: list[str], start: int) -> int:
    return next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
