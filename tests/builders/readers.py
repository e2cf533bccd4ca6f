"""The readers of the laboratory without the process around them: the same functions, for tests of everything else."""

import tempfile
from pathlib import Path

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
