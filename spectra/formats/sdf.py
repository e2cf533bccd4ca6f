"""Structure-data files (SDF) that carry spectra: a mol block, then data items, of which one holds the peaks.

Source of the form: Dalby et al., J. Chem. Inf. Comput. Sci. 32 (1992) 244, doi:10.1021/ci00007a012; the names of the
items are those that NIST and MassBank of North America write. The mol block is kept as text: what it means is
chemistry, and is not decided here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.text_lines import hidden_character, pair_words, shown, wrong_pairs
from spectra.formats.text_record import MAX_PEAKS, TextRecord, read_blocks
from spectra.spectrum import RawSpectrum

MOL_BLOCK = "MOLBLOCK"
"""The key under which the mol block is kept."""
_END = "$$$$"
_MOL_END = re.compile(r"M  END\s*")
_COUNTS = re.compile(rb"^.*V[23]000\s*$", re.MULTILINE)
_ITEM = re.compile(r">.*?<([^<>]{1,80})>.*")
_PEAK_ITEMS = {"mass spectral peaks"}
_COUNT_ITEMS = {"num peaks"}
_HEADER_LINES = 3


def is_sdf(data: bytes) -> bool:
    """Tell by content whether text is an SDF: a counts line of a mol block, and an item or an end of a record."""
    head = data[:1_000_000]
    return _COUNTS.search(head) is not None and (
        b"\n$$$$" in head or re.search(rb"^>.*<", head, re.MULTILINE) is not None
    )


def sdf_records(path: Path, lines: list[str], *, max_faults: int) -> tuple[list[TextRecord], list[FormatError]]:
    """Read the records of an SDF, the sound ones and the faults of the others: each is one or the other.

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
    """Give where each record begins and where its ``$$$$`` stands; the end of the file for one that is cut."""
    begin = 0
    for number, line in enumerate(lines):
        if line.rstrip() == _END:
            yield begin, number
            begin = number + 1
    if any(line.strip() for line in lines[begin:]):
        yield begin, len(lines)


def _record(path: Path, lines: list[str], begin: int, end: int) -> TextRecord:
    if end == len(lines):
        raise FormatError(path, f"line {begin + 1}", f"a record without '{_END}': it is cut", f"'{_END}' at its end")
    stop = next((i for i in range(begin, end) if _MOL_END.fullmatch(lines[i])), None)
    if stop is None or stop - begin <= _HEADER_LINES:
        raise FormatError(path, f"line {begin + 1}", "no mol block", "one that ends with 'M  END'")
    items = list(_items(path, lines, stop + 1, end))
    peaks = [value for _, key, value in items if key.casefold() in _PEAK_ITEMS]
    if len(peaks) != 1:
        found = f"{len(peaks)} items MASS SPECTRAL PEAKS"
        raise FormatError(path, f"line {begin + 1}", found, "one: a record without a spectrum is none of this library")
    kept = [(key, "\n".join(value)) for _, key, value in items if key.casefold() not in _PEAK_ITEMS]
    block = "\n".join(lines[begin : stop + 1])
    fields = (("TITLE", lines[begin].strip()), (MOL_BLOCK, block), *kept)
    line = next(number for number, key, _ in items if key.casefold() in _PEAK_ITEMS)
    return TextRecord(line=begin + 1, fields=fields, peaks=_peaks(path, peaks[0], line, _declared(path, items, begin)))


def _items(path: Path, lines: list[str], begin: int, end: int) -> Iterator[tuple[int, str, list[str]]]:
    """Give each data item: the line that follows its head, its name, its lines up to the next head."""
    position = begin
    while position < end:
        line = lines[position]
        if not line.strip():
            position += 1
            continue
        match = _ITEM.fullmatch(line)
        hidden = hidden_character(line)
        if match is None or hidden is not None:
            raise FormatError(path, f"line {position + 1}", hidden or shown(line), "'> <NAME>' of a data item")
        stop = next((i for i in range(position + 1, end) if not lines[i].strip()), end)
        unseen = next((i for i in range(position + 1, stop) if hidden_character(lines[i]) is not None), None)
        if unseen is not None:
            raise FormatError(path, f"line {unseen + 1}", hidden_character(lines[unseen]) or "", "visible text")
        yield position + 2, match[1].strip(), lines[position + 1 : stop]
        position = stop


def _declared(path: Path, items: list[tuple[int, str, list[str]]], begin: int) -> int | None:
    stated = [" ".join(value).strip() for _, key, value in items if key.casefold() in _COUNT_ITEMS]
    if not stated:
        return None
    if len(stated) > 1 or re.fullmatch(r"\d{1,9}", stated[0], re.ASCII) is None or int(stated[0]) > MAX_PEAKS:
        found = f"NUM PEAKS {shown(' / '.join(stated))}"
        raise FormatError(path, f"line {begin + 1}", found, f"a count from 0 to {MAX_PEAKS}")
    return int(stated[0])


def _peaks(path: Path, lines: list[str], first: int, declared: int | None) -> RawSpectrum:
    numbers: list[float] = []
    for number, line in enumerate(lines, start=first):
        words = pair_words(line)
        fault = wrong_pairs(words)
        if fault is not None:
            raise FormatError(path, f"line {number}", *fault)
        numbers.extend(map(float, words))
    mz, intensity = numbers[0::2], numbers[1::2]
    if declared is not None and len(mz) != declared:
        found = f"NUM PEAKS {declared} but {len(mz)} peaks"
        raise FormatError(path, f"line {first}", found, "the number of peaks that follow")
    return RawSpectrum(mz=tuple(mz), intensity=tuple(intensity))
