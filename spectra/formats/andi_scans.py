"""What both containers of ANDI mass spectrometry (ASTM E2077) hold, and the checks that make a run of it.

The variables and texts have the same names in classic netCDF and in netCDF-4. What the file says twice is compared:
the counts with the number of points, the places with the sum of the counts, each scan's total with its peaks.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError, InvalidSpectrumError
from spectra.spectrum import FloatArray

SIMULATION_MARK = "SIMULATED DATA"
"""A file whose administrative comment begins so says of itself that no instrument measured it."""
VARIABLES = (
    "scan_acquisition_time",
    "total_intensity",
    "scan_index",
    "point_count",
    "mass_values",
    "intensity_values",
)
VIAL_TEXT = "aigaq_vial"
"""The format has no place for the vial; a file that this program wrote states one in an attribute of its own."""
TEXTS = (
    VIAL_TEXT,
    "administrative_comments",
    "experiment_title",
    "experiment_date_time_stamp",
    "operator_name",
    "external_file_ref_0",
)
NEUTRAL_SCALE = (("scale_factor", 1.0), ("add_offset", 0.0))
"""Attributes of a variable that would change its numbers, and the values that change nothing."""
TOTAL_RELATIVE = 1e-3
"""Totals and intensities are stored as rounded floats; a lost or altered strong peak exceeds this."""


def andi_run(path: Path, variables: dict[str, FloatArray], texts: dict[str, str]) -> Run:
    """Make a run of the variables and texts of an ANDI file.

    Parameters
    ----------
    path : Path
        Named in errors.
    variables : dict of ndarray, shape (n_scans,) or (n_points,), float64
        Each of ``VARIABLES``; times in seconds, intensities in counts.
    texts : dict of str
        Each of ``TEXTS`` and ``instrument_name``; empty where the file has none.

    Returns
    -------
    Run
        Retention times in seconds; peaks of each scan sorted by m/z, because some makers write them falling.

    Raises
    ------
    FormatError
        If counts, places or totals disagree, or the scans are no run.
    """
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
    if any(len(variables[name]) != n_scans for name in VARIABLES[:4]):
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
    wrong = np.flatnonzero((recorded > 0) & (np.abs(sums - recorded) > TOTAL_RELATIVE * recorded))
    if len(wrong):
        number = int(wrong[0])
        found = f"peaks that sum to {sums[number]:.6g}"
        raise FormatError(path, f"scan {number + 1}", found, f"the recorded total of {recorded[number]:.6g}")


def _metadata(texts: dict[str, str]) -> RunMetadata:
    comment = texts["administrative_comments"]
    simulated = comment.startswith(SIMULATION_MARK)
    return RunMetadata(
        sample_name=texts["experiment_title"],
        acquired_at=texts["experiment_date_time_stamp"],
        operator=texts["operator_name"],
        instrument=texts["instrument_name"],
        method=texts["external_file_ref_0"],
        vial=texts[VIAL_TEXT],
        source_format="ANDI/AIA netCDF (mass spectrometry)",
        simulated=simulated,
        simulation_statement=comment if simulated else "",
    )
