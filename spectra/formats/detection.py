"""Which reader a run needs, by its content; its name does not matter."""

from pathlib import Path

from spectra.chromatogram.run import Run
from spectra.errors import FormatError
from spectra.formats.agilent_d import is_agilent_d, read_agilent_d
from spectra.formats.andi_cdf import is_andi_cdf, read_andi_cdf

RUN_FORMATS = "an Agilent .D folder with data.ms, or an ANDI netCDF file (.cdf)"


def read_run(path: Path) -> Run:
    """Read a run of any supported format.

    Raises
    ------
    FormatError
        If the path does not exist, its content is of no supported format, or the reader refuses it.
    """
    try:
        if is_agilent_d(path):
            return read_agilent_d(path)
        if is_andi_cdf(path):
            return read_andi_cdf(path)
        found = _what_it_is(path)
    except OSError as error:
        raise FormatError(path, "the path", error.strerror or str(error), RUN_FORMATS) from error
    raise FormatError(path, "the path", found, RUN_FORMATS)


def _what_it_is(path: Path) -> str:
    if path.is_dir():
        names = sorted(child.name for child in path.iterdir())
        return f"a folder of {len(names)} entries without data.ms" if names else "an empty folder"
    if not path.exists():
        return "nothing"
    if not path.is_file():
        return "a device"
    with path.open("rb") as file:
        start = file.read(8)
    return f"a file that begins with {start.hex(' ')}" if start else "an empty file"
