"""Components by the peaks of the total ion current: one for each peak, its spectrum freed of the background.

Substances that elute together share a component here; ``deconvolution`` parts them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.component import (
    Component,
    DetectedComponents,
    parted_at_limit,
    require_area_fraction,
)
from spectra.chromatogram.peaks import ChromatographicPeak, PeakPicking, pick_peaks
from spectra.chromatogram.run import Run, UnitMassGrid, unit_mass_grid
from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import UnitMass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentDetection:
    """All choices that decide which components a run is said to have.

    Raises
    ------
    InvalidSettingError
        If a share is outside [0, 1) or a count is below 1.
    """

    picking: PeakPicking
    unit_mass: UnitMass
    background_scans: int
    """How many quiet scans on either side of a peak make its background."""
    minimum_area_fraction: float
    """Reporting limit: the smallest area, as a fraction of the largest of the run."""

    def __post_init__(self) -> None:
        """Refuse what would report everything or nothing."""
        require_area_fraction(self.minimum_area_fraction)
        if self.background_scans < 1:
            raise InvalidSettingError(f"background_scans is {self.background_scans}; expected at least 1")


GC_EI_DETECTION = ComponentDetection(
    picking=PeakPicking(minimum_signal_to_noise=10.0, minimum_width_scans=1.5),
    unit_mass=UnitMass(),
    background_scans=6,
    minimum_area_fraction=0.005,
)
"""Seized-drug screening by GC-EI-MS at unit mass: what is smaller than 0.5 % of the main peak is counted, not named."""


def components_of_current(run: Run, *, detection: ComponentDetection) -> DetectedComponents:
    """Find the components of a run by the peaks of its total ion current.

    Parameters
    ----------
    run : Run
        Any run with at least one peak in one scan.
    detection : ComponentDetection
        The choices, for example ``GC_EI_DETECTION``.

    Returns
    -------
    DetectedComponents
        Peaks whose spectrum vanishes with the background are no components.

    Raises
    ------
    InvalidSpectrumError
        If no scan of the run holds a peak.

    Notes
    -----
    Co-eluting substances are not separated here: they share one component.
    """
    grid = unit_mass_grid(run, unit_mass=detection.unit_mass)
    current = run.total_ion_current
    peaks = pick_peaks(current, picking=detection.picking)
    quiet = _quiet_scans(len(run), peaks)
    found = [
        component
        for peak in peaks
        if (component := _component(run.scan_times_s, current, grid, peak, quiet, detection)) is not None
    ]
    return parted_at_limit(found, minimum_area_fraction=detection.minimum_area_fraction)


def _quiet_scans(n_scans: int, peaks: tuple[ChromatographicPeak, ...]) -> npt.NDArray[np.int64]:
    """Give the numbers of the scans that belong to no peak; of all scans if peaks cover the whole run."""
    busy = np.zeros(n_scans, dtype=bool)
    for peak in peaks:
        busy[peak.first_scan : peak.last_scan + 1] = True
    return np.flatnonzero(~busy) if not busy.all() else np.arange(n_scans)


def _component(
    times_s: FloatArray,
    current: FloatArray,
    grid: UnitMassGrid,
    peak: ChromatographicPeak,
    quiet: npt.NDArray[np.int64],
    detection: ComponentDetection,
) -> Component | None:
    core = grid.intensity[peak.core_first : peak.core_last + 1].mean(axis=0)
    net = np.maximum(core - _background(grid, peak, quiet, detection.background_scans), 0.0)
    present = net > 0
    if not present.any():
        return None
    return Component(
        retention_time_s=float(times_s[peak.apex_scan]),
        apex_scan=peak.apex_scan,
        first_scan=peak.first_scan,
        last_scan=peak.last_scan,
        area=_area(times_s, current, peak),
        signal_to_noise=peak.signal_to_noise,
        spectrum=MassSpectrum(mz=grid.nominal_mz[present].astype(np.float64), intensity=net[present]),
    )


def _background(
    grid: UnitMassGrid, peak: ChromatographicPeak, quiet: npt.NDArray[np.int64], n_scans: int
) -> FloatArray:
    """Average the nearest quiet scans before and after the peak, each side weighing the same."""
    before = quiet[quiet < peak.first_scan][-n_scans:]
    after = quiet[quiet > peak.last_scan][:n_scans]
    sides = [grid.intensity[scans].mean(axis=0) for scans in (before, after) if len(scans)]
    if not sides:
        return np.zeros(len(grid.nominal_mz))
    background: FloatArray = np.mean(sides, axis=0)
    return background


def _area(times_s: FloatArray, current: FloatArray, peak: ChromatographicPeak) -> float:
    """Integrate by trapezoids between the peak's ends, above the straight line that joins them."""
    scans = slice(peak.first_scan, peak.last_scan + 1)
    times, signal = times_s[scans], current[scans]
    whole = float(np.trapezoid(signal, times))
    baseline = 0.5 * float(signal[0] + signal[-1]) * float(times[-1] - times[0])
    return max(0.0, whole - baseline)
