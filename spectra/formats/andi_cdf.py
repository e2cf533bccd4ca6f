"""ANDI/AIA mass-spectrometry netCDF (ASTM E2077), the interchange format of GC-MS data systems.

CDF-1 and CDF-2 only. Before SciPy reads the container, its header is held against the file's size, so that a lying
one costs nothing; what SciPy returns is compared with what the file declares.
"""

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError
from spectra.formats.andi_scans import NEUTRAL_SCALE, SIMULATION_MARK, TEXTS, VARIABLES, VIAL_TEXT, andi_run
from spectra.formats.content import read_bytes
from spectra.formats.netcdf_header import require_room
from spectra.spectrum import FloatArray

if TYPE_CHECKING:
    from scipy.io import netcdf_file

_MAGIC = (b"CDF\x01", b"CDF\x02")
_CONTAINER_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    MemoryError,
    EOFError,
    UnicodeDecodeError,
    struct.error,
)
"""What SciPy's reader was seen to raise on damaged containers."""


def is_andi_cdf(path: Path) -> bool:
    """Tell by content whether a path is a classic netCDF file."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in _MAGIC


def read_andi_cdf(path: Path) -> Run:
    """Read the scans of an ANDI file.

    Returns
    -------
    Run
        Retention times in seconds; peaks of each scan sorted by m/z; intensities in counts.

    Raises
    ------
    FormatError
        If it is no classic netCDF file, lacks a variable, or its counts, indices or totals disagree.
    """
    data = read_bytes(path)
    if data[:4] not in _MAGIC:
        raise FormatError(path, "byte 0", data[:4].hex(" "), "a classic netCDF file (CDF-1 or CDF-2)")
    require_room(path, data)
    try:
        with _container(io.BytesIO(data), "r") as container:
            variables = {name: _variable(path, container, name) for name in VARIABLES}
            texts = {name: _text(container, name) for name in TEXTS}
            texts["instrument_name"] = _instrument(container)
    except _CONTAINER_ERRORS as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, "the netCDF container", f"{type(error).__name__}: {error}", "a whole file") from error
    return andi_run(path, variables, texts)


def write_andi_cdf(run: Run) -> bytes:
    """Write a run as CDF-1 with the variables that readers of ANDI files need.

    Notes
    -----
    m/z and intensity are stored as 64-bit floats, so that ``read_andi_cdf`` gives the same scans back. The format has
    no place for the vial; it is written as an attribute of our own. A run that is simulated says so in its file,
    whatever words it came with.
    """
    buffer = io.BytesIO()
    container = _container(buffer, "w")
    counts = np.diff(run.scan_starts)
    container.createDimension("scan_number", len(run))
    container.createDimension("point_number", len(run.mz))
    for name, dimension, kind, values in (
        ("scan_acquisition_time", "scan_number", "d", run.scan_times_s),
        ("total_intensity", "scan_number", "d", run.total_ion_current),
        ("scan_index", "scan_number", "i", run.scan_starts[:-1]),
        ("point_count", "scan_number", "i", counts),
        ("mass_values", "point_number", "d", run.mz),
        ("intensity_values", "point_number", "d", run.intensity),
    ):
        container.createVariable(name, kind, (dimension,))[:] = values
    for name, text in _global_texts(run.metadata).items():
        setattr(container, name, text.encode("utf-8"))
    if run.metadata.instrument:
        letters = np.frombuffer(run.metadata.instrument.encode("utf-8"), dtype="S1")
        container.createDimension("instrument_number", 1)
        container.createDimension("instrument_letters", len(letters))
        container.createVariable("instrument_name", "c", ("instrument_number", "instrument_letters"))[:] = letters
    container.flush()
    return buffer.getvalue()


def _global_texts(metadata: RunMetadata) -> dict[str, str]:
    statement = metadata.simulation_statement
    if metadata.simulated and not statement.startswith(SIMULATION_MARK):
        statement = f"{SIMULATION_MARK} {statement}".strip()
    texts = {
        "dataset_completeness": "C1",
        "ms_template_revision": "1.0.1",
        "administrative_comments": statement,
        "experiment_title": metadata.sample_name,
        "experiment_date_time_stamp": metadata.acquired_at,
        "operator_name": metadata.operator,
        "external_file_ref_0": metadata.method,
        VIAL_TEXT: metadata.vial,
        "experiment_type": "Centroided Mass Spectrum",
        "test_ionization_mode": "Electron Impact",
    }
    return {name: text for name, text in texts.items() if text}


def _container(file: io.BytesIO, mode: str) -> "netcdf_file":
    from scipy.io import netcdf_file  # noqa: PLC0415 - a fifth of a second, which most commands do not need

    return netcdf_file(file, mode, mmap=False, version=1)


def _variable(path: Path, container: "netcdf_file", name: str) -> FloatArray:
    if name not in container.variables:
        raise FormatError(path, "the variables", f"no '{name}'", "the variables of an ANDI mass spectrometry file")
    variable = container.variables[name]
    for attribute, neutral in NEUTRAL_SCALE:
        if float(getattr(variable, attribute, neutral)) != neutral:
            raise FormatError(path, name, f"{attribute} {getattr(variable, attribute)}", f"{neutral:g}")
    values = np.array(variable.data, dtype=np.float64)
    if values.ndim != 1:
        raise FormatError(path, name, f"shape {values.shape}", "one number a scan or a point")
    return values


def _text(container: "netcdf_file", name: str) -> str:
    value = getattr(container, name, b"")
    return value.decode("utf-8", "backslashreplace").strip("\0 ") if isinstance(value, bytes) else str(value)


def _instrument(container: "netcdf_file") -> str:
    if "instrument_name" not in container.variables:
        return ""
    raw: bytes = np.asarray(container.variables["instrument_name"].data).tobytes()
    return raw.decode("utf-8", "backslashreplace").strip("\0 ")
