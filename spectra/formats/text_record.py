"""What the readers of spectral records in text share: a record, a file of them, and how much of either is believed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError, FormatErrors
from spectra.formats.content import FileContent
from spectra.spectrum import RawSpectrum

MAX_RECORDS = 1_000_000
MAX_PEAKS = 1_000_000
MAX_FAULTS = 100
"""A file with more is not a damaged library, it is another kind of file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecord:
    """One spectrum of a text file with everything that the file says of it."""

    line: int
    """Where the record begins, counted from 1."""
    fields: tuple[tuple[str, str], ...]
    """What stands beside the peaks, in order, repeated keys repeated, unknown keys kept."""
    peaks: RawSpectrum = field(repr=False)
    file: str = ""
    """In which file of an archive or folder it stands; empty where there is only one."""

    def first(self, key: str) -> str | None:
        """Give the first value of a field, the key compared without case; None where it is absent or empty."""
        return next((value for value in self.every(key) if value), None)

    def every(self, key: str) -> tuple[str, ...]:
        """Give all values of a field, the key compared without case."""
        return tuple(value for name, value in self.fields if name.casefold() == key.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecordFile:
    """A whole file of records."""

    path: Path
    sha256: str
    """Of the bytes on disk."""
    records: tuple[TextRecord, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRecord:
    """A record that was not taken, and why: the facts of one ``FormatError`` or of a chemical fault."""

    place: str
    """Where it stands, such as ``line 17``, with the file of an archive or folder in front."""
    name: str
    """Of the record as far as it could be read; else empty."""
    found: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsReading:
    """Every record of a library file, taken or refused."""

    path: Path
    sha256: str
    """Of the bytes on disk; of a folder, of the manifest of its files."""
    form: str
    """Such as ``MSP``, ``MGF``, ``SDF``, ``MassBank``."""
    records: tuple[TextRecord, ...] = field(repr=False)
    refused: tuple[RefusedRecord, ...]
    other_files: int = 0
    """Files of an archive or folder that are none of records by their names."""

    @property
    def read(self) -> int:
        """Count the records in the file: each was taken or refused."""
        return len(self.records) + len(self.refused)


def whole_file(
    content: FileContent, records: Sequence[TextRecord], faults: Sequence[FormatError], *, expected: str
) -> TextRecordFile:
    """Give the file that was read to its end; records in are records out, or nothing is.

    Raises
    ------
    FormatErrors
        If there are faults; all are in it.
    FormatError
        If there is no record, or there are more than ``MAX_RECORDS``; ``expected`` says what a record is.
    """
    if faults:
        raise FormatErrors.of(content.path, faults)
    if not 0 < len(records) <= MAX_RECORDS:
        found = f"{len(records)} records" if records else "no record"
        raise FormatError(content.path, "the whole file", found, f"1 to {MAX_RECORDS} of {expected}")
    return TextRecordFile(path=content.path, sha256=content.sha256, records=tuple(records))


def read_blocks(
    blocks: Iterable[tuple[int, int]], read: Callable[[int, int], TextRecord], *, max_faults: int
) -> tuple[list[TextRecord], list[FormatError]]:
    """Read one record after another; a fault of one is kept, and the next is read.

    Parameters
    ----------
    blocks : iterable of (int, int)
        First line of each record, and the line after its last.
    read : callable
        Reads one block, or raises ``FormatError``.
    max_faults : int
        After so many the rest is not read.
    """
    records: list[TextRecord] = []
    faults: list[FormatError] = []
    for begin, end in blocks:
        try:
            records.append(read(begin, end))
        except FormatError as fault:
            faults.append(fault)
            if len(faults) >= max_faults:
                break
    return records, faults
