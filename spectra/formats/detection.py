"""Which reader a run needs, by its content; its name does not matter."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from spectra.chromatogram.run import Run
from spectra.errors import FormatError
from spectra.formats.agilent_d import is_agilent_d, read_agilent_d
from spectra.formats.andi_cdf import is_andi_cdf, read_andi_cdf
from spectra.formats.andi_hdf import is_andi_hdf, read_andi_hdf
from spectra.formats.jcamp_run import is_jcamp_run, read_jcamp_run
from spectra.formats.mzml import is_mzml, read_mzml
from spectra.formats.mzxml import is_mzxml, read_mzxml
from spectra.formats.zipped_run import is_zipped_run, unpack_zipped_run

ACCURATE_MASS_SCANS = "AcqData/MSScan.bin"
"""What MassHunter writes for time-of-flight and quadrupole time-of-flight instruments in place of ``data.ms``."""
RUN_FORMATS = (
    "an Agilent .D folder with data.ms, or one in a zip archive, an ANDI netCDF file (.cdf, classic or netCDF-4), "
    "an mzML or mzXML file, or a JCAMP-DX file with scans"
)


def read_run(path: Path) -> Run:
    """Read a run of any supported format.

    Raises
    ------
    FormatError
        If the path does not exist, its content is of no supported format, or the reader refuses it.
    FormatErrors
        If the reader found several faults.
    """
    try:
        reader = next((read for is_it, read in _READERS if is_it(path)), None)
        if reader is not None:
            return reader(path)
        found = _what_it_is(path)
    except OSError as error:
        raise FormatError(path, "the path", error.strerror or str(error), RUN_FORMATS) from error
    raise FormatError(path, "the path", found, RUN_FORMATS)


def is_run(path: Path) -> bool:
    """Tell by content whether a path is a run of a supported format."""
    return any(is_it(path) for is_it, _ in _READERS)


def _read_zipped_run(path: Path) -> Run:
    """Read a zipped ``.D`` folder from a folder that does not outlive the reading."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_folder = unpack_zipped_run(path, folder)
        try:
            return read_agilent_d(run_folder)
        except FormatError as error:
            inside = error.path.relative_to(folder)
            raise FormatError(path, f"{inside}, {error.place}", error.found, error.expected) from error


_READERS: tuple[tuple[Callable[[Path], bool], Callable[[Path], Run]], ...] = (
    (is_agilent_d, read_agilent_d),
    (is_andi_cdf, read_andi_cdf),
    (is_andi_hdf, read_andi_hdf),
    (is_mzml, read_mzml),
    (is_mzxml, read_mzxml),
    (is_jcamp_run, read_jcamp_run),
    (is_zipped_run, _read_zipped_run),
)


def _what_it_is(path: Path) -> str:
    if path.is_dir():
        names = sorted(child.name for child in path.iterdir())
        if (path / ACCURATE_MASS_SCANS).is_file():
            return f"accurate-mass data of MassHunter ({ACCURATE_MASS_SCANS}), which are not read; export them as mzML"
        return f"a folder of {len(names)} entries without data.ms" if names else "an empty folder"
    if not path.exists():
        return "nothing"
    if not path.is_file():
        return "a device"
    with path.open("rb") as file:
        start = file.read(8)
    return f"a file that begins with {start.hex(' ')}" if start else "an empty file"
