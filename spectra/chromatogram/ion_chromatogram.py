"""One ion of a run over time: its peaks between stated ends, above a stated baseline, and what noise does to areas."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.peaks import noise_level
from spectra.chromatogram.run import Run, UnitMassGrid
from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.spectrum import FloatArray

_FLOOR_PERCENTILE = 10.0
"""A peak fills less than nine tenths of its neighbourhood, so the lowest tenth is what lies under it."""
_MOST_PEAKS = 50
"""Highest first; what comes after is noise in any run that was ever looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IonIntegration:
    """Where a peak of one ion ends and what counts as one.

    Raises
    ------
    InvalidSettingError
        If a share is outside (0, 1), or another value is not above 0.
    """

    end_fraction: float
    """A peak ends where the signal falls to this fraction of its height above the floor."""
    valley_fraction: float
    """It ends earlier, at the lowest scan, where the signal rises from there by this fraction of the height."""
    neighbourhood_s: float
    """Floor and noise are those of the scans this close to the apex, seconds."""
    minimum_signal_to_noise: float
    minimum_width_scans: int
    """Scans at or above half height; fewer are a spike."""

    def __post_init__(self) -> None:
        """Refuse what would end every peak at its apex or never."""
        for name in ("end_fraction", "valley_fraction"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise InvalidSettingError(f"{name} is {getattr(self, name)}; expected inside (0, 1)")
        for name in ("neighbourhood_s", "minimum_signal_to_noise", "minimum_width_scans"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise InvalidSettingError(f"{name} is {getattr(self, name)}; expected above 0")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IonChromatogram:
    """Intensity of one nominal mass, or of all of them, over the scans of a run."""

    name: str
    """``m/z 342``, or ``total ion current``."""
    scan_times_s: FloatArray = field(repr=False)
    """Shape (n_scans,), seconds."""
    intensity: FloatArray = field(repr=False)
    """Shape (n_scans,), counts."""
    least_recorded: float
    """The smallest intensity that the run holds anywhere, counts: what the instrument stores nothing below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IonPeak:
    """One peak of one ion; scan numbers are counted from 0, ends included."""

    retention_time_s: float
    """Of the apex scan."""
    apex_scan: int
    first_scan: int
    last_scan: int
    core_first: int
    """First and last of the scans around the apex that are at or above half height."""
    core_last: int
    height: float
    """Of the apex above the floor, counts."""
    area: float
    """Above the straight line between the ends, counts times seconds; not below 0."""
    area_standard_uncertainty: float
    """From the noise of the scans alone, counts times seconds."""
    signal_to_noise: float


def ion_chromatogram(run: Run, grid: UnitMassGrid, *, nominal_mz: int) -> IonChromatogram:
    """Take one nominal mass out of a run.

    Parameters
    ----------
    run : Run
        The run that ``grid`` was made of.
    grid : UnitMassGrid
        The run at unit mass.
    nominal_mz : int
        Any; outside the scanned range the signal is 0 everywhere.

    Raises
    ------
    InvalidSpectrumError
        If run and grid differ in their number of scans.
    """
    _require_same_run(run, grid)
    place = nominal_mz - int(grid.nominal_mz[0])
    inside = 0 <= place < len(grid.nominal_mz)
    return IonChromatogram(
        name=f"m/z {nominal_mz}",
        scan_times_s=run.scan_times_s,
        intensity=grid.intensity[:, place] if inside else np.zeros(len(run)),
        least_recorded=_least_recorded(run),
    )


def total_ion_chromatogram(run: Run) -> IonChromatogram:
    """Give the total ion current of a run in the same form."""
    return IonChromatogram(
        name="total ion current",
        scan_times_s=run.scan_times_s,
        intensity=run.total_ion_current,
        least_recorded=_least_recorded(run),
    )


def find_ion_peaks(
    chromatogram: IonChromatogram, *, from_s: float, to_s: float, integration: IonIntegration
) -> tuple[IonPeak, ...]:
    """Find the peaks whose apex lies in a span of time, the highest first.

    Parameters
    ----------
    chromatogram : IonChromatogram
        The signal.
    from_s, to_s : float, seconds
        The span, ends included. A peak outside it is not found, however far its flank reaches in.
    integration : IonIntegration
        The choices.

    Returns
    -------
    tuple of IonPeak
        At most 50.

    Notes
    -----
    The highest scan that is left is followed uphill to its apex; the peak's scans are then taken out, and the search
    goes on. Instruments that store nothing below a threshold show no noise at all between peaks, so the noise is
    never taken as smaller than the smallest intensity that the run holds.
    """
    signal = chromatogram.intensity
    inside = (chromatogram.scan_times_s >= from_s) & (chromatogram.scan_times_s <= to_s)
    left = inside & (signal > 0)
    found: list[IonPeak] = []
    while left.any() and len(found) < _MOST_PEAKS:
        highest = int(np.argmax(np.where(left, signal, -1.0)))
        peak = peak_at(chromatogram, scan=_uphill(signal, highest), integration=integration)
        left[peak.first_scan : peak.last_scan + 1] = False
        left[highest] = False
        if inside[peak.apex_scan] and not any(peak.apex_scan == other.apex_scan for other in found):
            if peak.signal_to_noise < integration.minimum_signal_to_noise:
                break
            if peak.core_last - peak.core_first + 1 >= integration.minimum_width_scans:
                found.append(peak)
    return tuple(found)


def peak_at(chromatogram: IonChromatogram, *, scan: int, integration: IonIntegration) -> IonPeak:
    """Integrate the peak whose apex is a given scan.

    Parameters
    ----------
    chromatogram : IonChromatogram
        The signal.
    scan : int
        The apex, counted from 0.
    integration : IonIntegration
        The choices; its limits are not applied here.

    Notes
    -----
    The area is that of trapezoids above the straight line between the two ends. Its uncertainty is the noise of
    independent scans carried through the same sums: ``noise * sqrt(sum w^2)``, with ``w`` the weight of each scan in
    the area, the two ends' weights lessened by what they take away as baseline.
    """
    signal, times = chromatogram.intensity, chromatogram.scan_times_s
    near = np.abs(times - times[scan]) <= integration.neighbourhood_s
    floor = min(float(np.percentile(signal[near], _FLOOR_PERCENTILE)), float(signal[scan]))
    height = float(signal[scan]) - floor
    rise = max(3.0 * _noise(chromatogram, near), integration.valley_fraction * height)
    limit = floor + integration.end_fraction * height
    first, last = (_end(signal, scan, step, limit=limit, rise=rise) for step in (-1, 1))
    near[first : last + 1] = False  # the flanks of the peak are no noise
    noise = _noise(chromatogram, near)
    core_first, core_last = (_core_end(signal, scan, step, floor + 0.5 * height) for step in (-1, 1))
    weights = _area_weights(times[first : last + 1])
    return IonPeak(
        retention_time_s=float(times[scan]),
        apex_scan=scan,
        first_scan=first,
        last_scan=last,
        core_first=max(first, core_first),
        core_last=min(last, core_last),
        height=height,
        area=max(0.0, float(weights @ signal[first : last + 1])),
        area_standard_uncertainty=noise * float(np.sqrt(weights @ weights)),
        signal_to_noise=height / noise,
    )


def area_between(chromatogram: IonChromatogram, *, first_scan: int, last_scan: int) -> float:
    """Give the area between two scans above the straight line that joins them, counts times seconds, at least 0."""
    scans = slice(first_scan, last_scan + 1)
    weights = _area_weights(chromatogram.scan_times_s[scans])
    return max(0.0, float(weights @ chromatogram.intensity[scans]))


def area_of_span(chromatogram: IonChromatogram, *, from_s: float, to_s: float, integration: IonIntegration) -> float:
    """Give the area of everything above the floor in a span of time, peak or not, counts times seconds.

    Notes
    -----
    For blanks: larger than the area of any peak in the span, so that a residue is not missed because it has no shape.
    """
    times, signal = chromatogram.scan_times_s, chromatogram.intensity
    near = (times >= from_s - integration.neighbourhood_s) & (times <= to_s + integration.neighbourhood_s)
    inside = (times >= from_s) & (times <= to_s)
    if not inside.any():
        return 0.0
    floor = float(np.percentile(signal[near], _FLOOR_PERCENTILE))
    return float(np.trapezoid(np.maximum(signal[inside] - floor, 0.0), times[inside]))


def _noise(chromatogram: IonChromatogram, scans: npt.NDArray[np.bool_]) -> float:
    return max(noise_level(chromatogram.intensity[scans]), chromatogram.least_recorded)


def _area_weights(times_s: FloatArray) -> FloatArray:
    """Give what each scan adds to the area: trapezoids, less the line between the first and the last scan."""
    weights = np.zeros(len(times_s))
    steps = np.diff(times_s)
    weights[:-1] += 0.5 * steps
    weights[1:] += 0.5 * steps
    half_width = 0.5 * float(times_s[-1] - times_s[0])
    weights[0] -= half_width
    weights[-1] -= half_width
    return weights


def _uphill(signal: FloatArray, scan: int) -> int:
    while scan + 1 < len(signal) and signal[scan + 1] > signal[scan]:
        scan += 1
    while scan > 0 and signal[scan - 1] > signal[scan]:
        scan -= 1
    return scan


def _end(signal: FloatArray, apex: int, step: int, *, limit: float, rise: float) -> int:
    """Walk down from the apex to where the peak ends."""
    lowest = scan = apex
    while 0 <= scan + step < len(signal) and signal[scan] > limit:
        scan += step
        if signal[scan] < signal[lowest]:
            lowest = scan
        elif signal[scan] > signal[lowest] + rise:
            return lowest
    return scan


def _core_end(signal: FloatArray, apex: int, step: int, half: float) -> int:
    scan = apex
    while 0 <= scan + step < len(signal) and signal[scan + step] >= half:
        scan += step
    return scan


def _least_recorded(run: Run) -> float:
    recorded: npt.NDArray[np.float64] = run.intensity[run.intensity > 0]
    return float(recorded.min()) if len(recorded) else 1.0


def _require_same_run(run: Run, grid: UnitMassGrid) -> None:
    if len(grid.intensity) != len(run):
        raise InvalidSpectrumError(f"a grid of {len(grid.intensity)} scans beside a run of {len(run)}")
