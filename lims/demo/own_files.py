"""Reading the files that the demonstration wrote itself a moment ago: no process with limits stands around that."""

from pathlib import Path

from spectra.formats.library_records import read_library_records
from spectra.formats.msp import MspFile, read_msp
from spectra.formats.reading import RunReading, read_run_reading
from spectra.formats.text_record import RecordsReading


class OwnFileReader:
    """Reads in this process, by the readers that the bounded process has; never for a file that somebody brings."""

    def run(self, path: Path) -> RunReading:
        """Read a run; an archive is none of the demonstration's own."""
        return read_run_reading(path, None)

    def msp(self, path: Path) -> MspFile:
        """Read a library file."""
        return read_msp(path)

    def records(self, path: Path) -> RecordsReading:
        """Read a library file record by record."""
        return read_library_records(path)
