"""MassBank records: the text in which MassBank keeps and gives away spectra, one record or many in a file.

A record is a block of ``TAG: value`` lines from ``ACCESSION:`` to ``//``; the lines of a value that goes on begin with
two blanks. Source: MassBank Consortium, "MassBank Record Format 2.6.0" (2022), sections 1 and 2. Tags that are not
known here are kept like the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
from spectra.formats.text_record import MAX_FAULTS, MAX_PEAKS, TextRecord, TextRecordFile, read_blocks, whole_file
from spectra.spectrum import RawSpectrum

_FIRST_TAG, _END = "ACCESSION", "//"
_COUNT_TAG, _PEAK_TAG = "PK$NUM_PEAK", "PK$PEAK"
_COLUMNS = "m/z int. rel.int."
_N_COLUMNS = 3
_HIGHEST_RELATIVE = 999
_TAG = re.compile(r"([A-Z][A-Z0-9_]*(?:\$[A-Z0-9_]+)?):(.*)")
_CONTINUED = "  "
_WITH_SUBTAGS = (
    "CH$LINK",
    "SP$LINK",
    "AC$MASS_SPECTROMETRY",
    "AC$CHROMATOGRAPHY",
    "AC$GENERAL",
    "MS$FOCUSED_ION",
    "MS$DATA_PROCESSING",
)
"""Their value begins with a word that says of what it is the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    line: int
    """Counted from 1."""
    tag: str
    value: str
    body: tuple[str, ...]
    """The lines that go on."""


def is_massbank(data: bytes) -> bool:
    """Tell by content whether text is a MassBank record: its first tag is ``ACCESSION:``."""
    return re.match(rb"(\xef\xbb\xbf)?\s*ACCESSION:", data[:1_000]) is not None


def read_massbank(path: Path) -> TextRecordFile:
    """Read a file of MassBank records, plain or gzipped, to its end.

    Returns
    -------
    TextRecordFile
        Its records with all tags but ``PK$NUM_PEAK`` and ``PK$PEAK`` in order; a tag with a subtag is one key, as in
        ``MS$FOCUSED_ION: PRECURSOR_M/Z``; a value of several lines keeps them. Intensities are the absolute ones.

    Raises
    ------
    FormatError
        If the file cannot be read or inflated, is not UTF-8, or holds no record.
    FormatErrors
        If records are faulty or the last one is not closed; each fault names its line.
    """
    content = read_content(path)
    records, faults = massbank_records(path, text_lines(path, content.data), max_faults=MAX_FAULTS)
    return whole_file(content, records, faults, expected="records 'ACCESSION:' to '//'")


def massbank_records(path: Path, lines: list[str], *, max_faults: int) -> tuple[list[TextRecord], list[FormatError]]:
    """Read the records of MassBank text, the sound ones and the faults of the others: each is one or the other.

    Parameters
    ----------
    path : Path
        Named in the faults.
    lines : list of str
        Of the whole file.
    max_faults : int
        After so many the rest is not read.
    """
    return read_blocks(_blocks(lines), lambda begin, end: _record(path, lines, begin, end), max_faults=max_faults)


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Give where each record begins and where its ``//`` stands, or should: before the next record, or at the end."""
    begin: int | None = None
    for number, line in enumerate(lines):
        if begin is None:
            begin = number if line.strip() else None
        elif line.startswith(f"{_FIRST_TAG}:"):
            yield begin, number
            begin = number
        if begin is not None and line.rstrip() == _END:
            yield begin, number
            begin = None
    if begin is not None:
        yield begin, len(lines)


def _record(path: Path, lines: list[str], begin: int, end: int) -> TextRecord:
    if end == len(lines) or lines[end].rstrip() != _END:
        raise FormatError(path, f"line {begin + 1}", "a record without '//': it is cut", "'//' at its end")
    fields = _fields(path, lines, begin, end)
    if not fields or fields[0].tag != _FIRST_TAG or not fields[0].value:
        found = f"'{fields[0].tag}:'" if fields else "an empty record"
        raise FormatError(path, f"line {begin + 1}", found, "a record that begins with its 'ACCESSION:'")
    tables = [field for field in fields if field.tag == _PEAK_TAG]
    counts = [field for field in fields if field.tag == _COUNT_TAG]
    if len(tables) != 1 or len(counts) != 1:
        found = f"{len(counts)} '{_COUNT_TAG}:' and {len(tables)} '{_PEAK_TAG}:'"
        raise FormatError(path, f"line {begin + 1}", found, "one of each")
    peaks = _peaks(path, tables[0], _count(path, counts[0]))
    kept = tuple(_key_and_value(field) for field in fields if field.tag not in {_COUNT_TAG, _PEAK_TAG})
    return TextRecord(line=begin + 1, fields=kept, peaks=peaks)


def _fields(path: Path, lines: list[str], begin: int, end: int) -> list[_Field]:
    fields: list[_Field] = []
    position = begin
    while position < end:
        line = lines[position]
        match = _TAG.fullmatch(line)
        hidden = hidden_character(line)
        if match is None or hidden is not None:
            raise FormatError(path, f"line {position + 1}", hidden or shown(line), "'TAG: value'")
        stop = position + 1
        while stop < end and lines[stop].startswith(_CONTINUED):
            stop += 1
        body = tuple(lines[position + 1 : stop])
        fields.append(_Field(line=position + 1, tag=match[1], value=match[2].strip(), body=body))
        position = stop
    return fields


def _key_and_value(field: _Field) -> tuple[str, str]:
    value = "\n".join([field.value, *field.body])
    subtag, separator, rest = value.partition(" ")
    if field.tag in _WITH_SUBTAGS and separator:
        return f"{field.tag}: {subtag}", rest.strip()
    return field.tag, value


def _count(path: Path, field: _Field) -> int:
    text = field.value
    if field.body or re.fullmatch(r"\d{1,9}", text, re.ASCII) is None or int(text) > MAX_PEAKS:
        raise FormatError(path, f"line {field.line}", f"{_COUNT_TAG}: {shown(text)}", f"a count from 0 to {MAX_PEAKS}")
    return int(text)


def _peaks(path: Path, field: _Field, declared: int) -> RawSpectrum:
    if field.value != _COLUMNS:
        raise FormatError(path, f"line {field.line}", f"columns {shown(field.value)}", f"'{_COLUMNS}'")
    if len(field.body) != declared:
        found = f"{_COUNT_TAG} {declared} but {len(field.body)} peaks"
        raise FormatError(path, f"line {field.line}", found, "the number of peaks that follow")
    pairs = [_peak(path, line, field.line + number) for number, line in enumerate(field.body, start=1)]
    falling = next((i for i in range(1, len(pairs)) if pairs[i][0] < pairs[i - 1][0]), None)
    if falling is not None:
        found = f"m/z {pairs[falling][0]:g} after {pairs[falling - 1][0]:g}"
        raise FormatError(path, f"line {field.line + 1 + falling}", found, "rising m/z")
    return RawSpectrum(mz=tuple(mz for mz, _ in pairs), intensity=tuple(height for _, height in pairs))


def _peak(path: Path, line: str, number: int) -> tuple[float, float]:
    words = line.split()
    if len(words) != _N_COLUMNS or first_word_that_is_no_number(words) is not None:
        raise FormatError(path, f"line {number}", shown(line), "m/z, intensity and relative intensity")
    mz, intensity, relative = map(float, words)
    fault = wrong_peak([mz], [intensity])
    if fault is None and not (relative.is_integer() and 0 <= relative <= _HIGHEST_RELATIVE):
        fault = f"relative intensity {words[2]}", f"a whole number from 0 to {_HIGHEST_RELATIVE}"
    if fault is not None:
        raise FormatError(path, f"line {number}", *fault)
    return mz, intensity
