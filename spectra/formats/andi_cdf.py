"""ANDI/AIA mass-spectrometry netCDF (ASTM E2077), the interchange format of GC-MS data systems.

CDF-1 and CDF-2 only. SciPy reads the container; what it returns is compared here with what the file declares.
"""

import io
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.io import netcdf_file

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError, InvalidSpectrumError
from spectra.formats.content import read_bytes
from spectra.spectrum import FloatArray

_MAGIC = (b"CDF\x01", b"CDF\x02")
_SIMULATION_MARK = "SIMULATED DATA"
"""A file whose administrative comment begins so says of itself that no instrument measured it."""
_TOTAL_RELATIVE = 1e-3
"""Totals and intensities are stored as rounded floats; a lost or altered strong peak exceeds this."""
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
    try:
        with netcdf_file(io.BytesIO(data), "r", mmap=False) as container:
            variables = {name: _variable(path, container, name) for name in _VARIABLES}
            texts = {name: _text(container, name) for name in _TEXTS}
            texts["instrument_name"] = _instrument(container)
    except _CONTAINER_ERRORS as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, "the netCDF container", f"{type(error).__name__}: {error}", "a whole file") from error
    return _run(path, variables, texts)


def write_andi_cdf(run: Run) -> bytes:
    """Write a run as CDF-1 with the variables that readers of ANDI files need.

    Notes
    -----
    m/z and intensity are stored as 64-bit floats, so that ``read_andi_cdf`` gives the same scans back. The format has
    no place for the vial. A run that is simulated says so in its file, whatever words it came with.
    """
    buffer = io.BytesIO()
    container = netcdf_file(buffer, "w", version=1)
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


_VARIABLES = (
    "scan_acquisition_time",
    "total_intensity",
    "scan_index",
    "point_count",
    "mass_values",
    "intensity_values",
)
_TEXTS = (
    "administrative_comments",
    "experiment_title",
    "experiment_date_time_stamp",
    "operator_name",
    "external_file_ref_0",
)


def _global_texts(metadata: RunMetadata) -> dict[str, str]:
    statement = metadata.simulation_statement
    if metadata.simulated and not statement.startswith(_SIMULATION_MARK):
        statement = f"{_SIMULATION_MARK} {statement}".strip()
    texts = {
        "dataset_completeness": "C1",
        "ms_template_revision": "1.0.1",
        "administrative_comments": statement,
        "experiment_title": metadata.sample_name,
        "experiment_date_time_stamp": metadata.acquired_at,
        "operator_name": metadata.operator,
        "external_file_ref_0": metadata.method,
        "experiment_type": "Centroided Mass Spectrum",
        "test_ionization_mode": "Electron Impact",
    }
    return {name: text for name, text in texts.items() if text}


def _variable(path: Path, container: netcdf_file, name: str) -> FloatArray:
    if name not in container.variables:
        raise FormatError(path, "the variables", f"no '{name}'", "the variables of an ANDI mass spectrometry file")
    variable = container.variables[name]
    for attribute, neutral in (("scale_factor", 1.0), ("add_offset", 0.0)):
        if float(getattr(variable, attribute, neutral)) != neutral:
            raise FormatError(path, name, f"{attribute} {getattr(variable, attribute)}", f"{neutral:g}")
    values = np.array(variable.data, dtype=np.float64)
    if values.ndim != 1:
        raise FormatError(path, name, f"shape {values.shape}", "one number a scan or a point")
    return values


def _text(container: netcdf_file, name: str) -> str:
    value = getattr(container, name, b"")
    return value.decode("utf-8", "backslashreplace").strip("\0 ") if isinstance(value, bytes) else str(value)


def _instrument(container: netcdf_file) -> str:
    if "instrument_name" not in container.variables:
        return ""
    raw: bytes = np.asarray(container.variables["instrument_name"].data).tobytes()
    return raw.decode("utf-8", "backslashreplace").strip("\0 ")


def _run(path: Path, variables: dict[str, FloatArray], texts: dict[str, str]) -> Run:
    counts = _counts(path, variables["point_count"], len(variables["mass_values"]))
    starts = np.concatenate([[0], np.cumsum(counts)])
    _require_consistent(path, variables, starts)
    scan = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((variables["mass_values"], scan))
    try:
        run = Run(
            scan_times_s=variables["scan_acquisition_time"],
            scan_starts=starts,
            mz=variables["mass_values"][order],
            intensity=variables["intensity_values"][order],
            metadata=_metadata(texts),
        )
    except InvalidSpectrumError as error:
        raise FormatError(path, "the scans", str(error), "sound scans") from error
    _require_totals(path, run, variables["total_intensity"])
    return run


def _counts(path: Path, recorded: FloatArray, n_points: int) -> npt.NDArray[np.int64]:
    if not ((recorded >= 0) & (recorded <= n_points) & (recorded == np.floor(recorded))).all():
        raise FormatError(path, "point_count", "counts that are no counts", f"whole numbers from 0 to {n_points}")
    return recorded.astype(np.int64)


def _require_consistent(path: Path, variables: dict[str, FloatArray], starts: npt.NDArray[np.int64]) -> None:
    n_scans = len(variables["point_count"])
    if any(len(variables[name]) != n_scans for name in _VARIABLES[:4]):
        raise FormatError(path, "the scans", "variables of different lengths", f"{n_scans} scans in each")
    if not np.array_equal(variables["scan_index"], starts[:-1]):
        raise FormatError(path, "scan_index", "places that are not the sum of the counts", "consecutive scans")
    n_points = len(variables["mass_values"])
    if starts[-1] != n_points or len(variables["intensity_values"]) != n_points:
        found = f"{starts[-1]} points in the scans, {n_points} m/z, {len(variables['intensity_values'])} intensities"
        raise FormatError(path, "point_count", found, "three equal numbers")


def _require_totals(path: Path, run: Run, recorded: FloatArray) -> None:
    """Compare each scan's sum with the recorded total; a total of 0 or below means "not recorded"."""
    if not np.isfinite(recorded).all():
        raise FormatError(path, "total_intensity", "a total that is not finite", "counts")
    sums = run.total_ion_current
    wrong = np.flatnonzero((recorded > 0) & (np.abs(sums - recorded) > _TOTAL_RELATIVE * recorded))
    if len(wrong):
        number = int(wrong[0])
        found = f"peaks that sum to {sums[number]:.6g}"
        raise FormatError(path, f"scan {number + 1}", found, f"the recorded total of {recorded[number]:.6g}")


def _metadata(texts: dict[str, str]) -> RunMetadata:
    comment = texts["administrative_comments"]
    simulated = comment.startswith(_SIMULATION_MARK)
    return RunMetadata(
        sample_name=texts["experiment_title"],
        acquired_at=texts["experiment_date_time_stamp"],
        operator=texts["operator_name"],
        instrument=texts["instrument_name"],
        method=texts["external_file_ref_0"],
        source_format="ANDI/AIA netCDF (mass spectrometry)",
        simulated=simulated,
        simulation_statement=comment if simulated else "",
    )
