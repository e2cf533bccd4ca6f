"""The readers of the laboratory without the process around them, or with one for each file: for all other tests."""

import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from spectra.formats.bounded import BoundedReader
from spectra.formats.library_records import read_library_records
from spectra.formats.msp import MspFile, read_msp
from spectra.formats.reading import RunReading, read_run_reading
from spectra.formats.spectrum_file import NamedSpectrum, read_spectra
from spectra.formats.text_record import RecordsReading


class InProcessReader:
    """Reads in the process of the test."""

    def run(self, path: Path) -> RunReading:
        with tempfile.TemporaryDirectory() as scratch:
            return read_run_reading(path, Path(scratch))

    def spectra(self, path: Path) -> tuple[NamedSpectrum, ...]:
        return read_spectra(path)

    def msp(self, path: Path) -> MspFile:
        return read_msp(path)

    def records(self, path: Path) -> RecordsReading:
        return read_library_records(path)


def kept_readings(read: Callable[[BoundedReader, Path], RunReading]) -> Callable[[BoundedReader, Path], RunReading]:
    """Let a bounded process read each run once, by its name and its bytes; a refusal, or a folder, is read again."""
    kept: dict[tuple[BoundedReader, str, str], RunReading] = {}

    def run(reader: BoundedReader, path: Path) -> RunReading:
        if not path.is_file():
            return read(reader, path)
        key = (reader, path.name, sha256(path.read_bytes()).hexdigest())
        if key not in kept:
            kept[key] = read(reader, path)
        return kept[key]

    return run
