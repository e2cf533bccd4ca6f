"""What a reading process can be asked for. Readers are imported when a file needs them: SciPy alone takes 0.1 s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from spectra.chromatogram.run import Run
from spectra.formats.zipped_run import is_zipped_run, unpack_zipped_run

Reading = Callable[[Path, Path | None], object]
"""A file or folder, and an empty folder where an archive may be unpacked, to a value that a frame can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReading:
    """A run with what was found on the way to it."""

    run: Run = field(repr=False)
    folder_manifest: str = field(default="", repr=False)
    """The canonical manifest of the ``.D`` folder inside a zipped run, as JSON; empty for what is not zipped."""


def read_run_reading(path: Path, scratch: Path | None) -> RunReading:
    """Read a run of any supported format; a zipped ``.D`` is unpacked into ``scratch`` first.

    Raises
    ------
    FormatError
        If archive or run are refused.
    """
    if scratch is None or not path.is_file() or not is_zipped_run(path):
        return RunReading(run=_read_run(path))
    from spectra.formats.manifest import run_manifest  # noqa: PLC0415 - only what the file needs

    folder = unpack_zipped_run(path, scratch)
    return RunReading(run=_read_run(folder), folder_manifest=run_manifest(folder).canonical_bytes.decode("ascii"))


def _read_run(path: Path) -> Run:
    from spectra.formats.agilent_d import is_agilent_d, read_agilent_d  # noqa: PLC0415 - only what the file needs

    try:
        if is_agilent_d(path):  # the first question of the detection too, asked here without SciPy
            return read_agilent_d(path)
    except OSError:
        pass  # the detection meets it again and says what it is
    from spectra.formats.detection import read_run  # noqa: PLC0415 - only what the file needs

    return read_run(path)


def read_spectra_reading(path: Path, _: Path | None) -> object:
    """Read a file of single spectra; see ``read_spectra``."""
    from spectra.formats.spectrum_file import read_spectra  # noqa: PLC0415 - only what the file needs

    return read_spectra(path)


def read_msp_reading(path: Path, _: Path | None) -> object:
    """Read an MSP file; see ``read_msp``."""
    from spectra.formats.msp import read_msp  # noqa: PLC0415 - only what the file needs

    return read_msp(path)


def read_records_reading(path: Path, _: Path | None) -> object:
    """Read a library file record by record; see ``read_library_records``."""
    from spectra.formats.library_records import read_library_records  # noqa: PLC0415 - only what the file needs

    return read_library_records(path)


def inspect_reading(path: Path, _: Path | None) -> object:
    """Count what a file holds; see ``inspect_file``."""
    from spectra.formats.inspection import inspect_file  # noqa: PLC0415 - only what the file needs

    return inspect_file(path)


READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        "run": read_run_reading,
        "spectra": read_spectra_reading,
        "msp": read_msp_reading,
        "records": read_records_reading,
        "inspect": inspect_reading,
    }
)
