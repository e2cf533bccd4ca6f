"""Maxima of single ions: when each one peaks, to a fraction of a scan, and how sharply."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.chromatogram.background import CountingNoise
from spectra.spectrum import FloatArray

IntArray = npt.NDArray[np.int64]

_REACH = 12
"""Scans on either side of a maximum in which the signal must fall: Stein's 12."""
_VALLEY = 3.0
"""The signal has left a peak where it rises again by this many standard deviations."""
_TOP = 0.7
"""The parabola is laid through the scans above this share of the maximum, at most four on either side."""
_WIDEST_TOP = 4
_FLATTEST = 1e-9
"""A parabola that bends less, or upwards, says nothing of the time: its error is one scan."""
_DROPOUT = 8.0
"""A maximum so many times the threshold has ions in the scans beside it; where one is empty, a centroid was lost."""
_SPIKE = 0.25
"""The higher neighbour of a maximum reaches this share of it, or it is a spike; 0.6 for a width of 2.3 scans."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IonMaxima:
    """Maxima of a grid of ions, one row each, in the order of time."""

    column: IntArray
    """Place of the ion in the grid, shape (n_maxima,)."""
    time_scans: FloatArray
    """When it peaks, in scans from the first, shape (n_maxima,)."""
    time_error_scans: FloatArray
    """Standard deviation of the time by counting noise, shape (n_maxima,)."""
    sharpness: FloatArray = field(repr=False)
    """Fall per scan over the noise at the maximum, shape (n_maxima,)."""

    def __len__(self) -> int:
        """Count the maxima."""
        return len(self.column)

    def shifted(self, scans: FloatArray) -> Self:
        """Give the same maxima, each later by its number of scans."""
        return replace(self, time_scans=self.time_scans + scans)


def ion_maxima(
    intensity: FloatArray, background: FloatArray, *, noise: CountingNoise, minimum_rise: float
) -> IonMaxima:
    """Find where single ions peak.

    Parameters
    ----------
    intensity, background : ndarray, shape (n_scans, n_masses), float64, counts
        What was measured, and the slow part of it.
    noise : CountingNoise
        Of the same run.
    minimum_rise : float
        A maximum stands at least so many standard deviations above the background and above the lowest signal on
        either side, looked for until the signal rises again.

    Returns
    -------
    IonMaxima
        Perhaps none.

    Notes
    -----
    The time is the top of the parabola that fits the scans above 70 % of the maximum best. Sharpness is the steepest
    fall ``(A - A[n]) / n`` within 12 scans, over the noise at ``A``, mean of both sides; both are of Stein, J. Am.
    Soc. Mass Spectrom. 10 (1999) 770, doi:10.1016/S1044-0305(99)00047-1, who takes three scans for the parabola. A
    maximum beside which an ion is lost, or that is one scan wide, is no peak.
    """
    inner = intensity[1:-1]
    least = noise.deviation(inner)
    least *= minimum_rise
    rises = inner - background[1:-1] > least
    del least  # as large as the run
    scan, column = np.nonzero(rises & (inner >= intensity[:-2]) & (inner > intensity[2:]))
    scan += 1
    near = np.clip(scan[:, None] + np.arange(-_REACH, _REACH + 1), 0, len(intensity) - 1)
    window = intensity[near, column[:, None]]
    deviation = noise.deviation(window[:, _REACH])
    before, after = window[:, _REACH - 1 :: -1], window[:, _REACH + 1 :]
    rise_before, sharp_before = _fall(window[:, _REACH], before, deviation)
    rise_after, sharp_after = _fall(window[:, _REACH], after, deviation)
    kept = (np.minimum(rise_before, rise_after) > minimum_rise) & _is_wide(window, noise.threshold)
    offset, error = _top(window[kept], deviation[kept])
    return IonMaxima(
        column=column[kept],
        time_scans=scan[kept] + offset,
        time_error_scans=error,
        sharpness=0.5 * (sharp_before + sharp_after)[kept],
    )


def _fall(height: FloatArray, side: FloatArray, deviation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the whole fall on one side and the steepest, both over the noise; ``side`` goes away from the maximum."""
    lowest = np.minimum.accumulate(side, axis=1)
    left = np.logical_or.accumulate(side > np.minimum(lowest + _VALLEY * deviation[:, None], height[:, None]), axis=1)
    fall = np.where(left, 0.0, height[:, None] - side)
    steepest = (fall / np.arange(1, _REACH + 1)).max(axis=1)
    return fall.max(axis=1) / deviation, steepest / deviation


def _is_wide(window: FloatArray, threshold: float) -> npt.NDArray[np.bool_]:
    height, before, after = window[:, _REACH], window[:, _REACH - 1], window[:, _REACH + 1]
    lost = (np.minimum(before, after) == 0) & (height >= _DROPOUT * threshold)
    wide: npt.NDArray[np.bool_] = ~lost & (np.maximum(before, after) >= _SPIKE * height)
    return wide


def _top(window: FloatArray, deviation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the top of the parabola relative to the maximum, and its standard deviation, both in scans."""
    reach = np.ones(len(window), dtype=np.int64)
    for scans in range(2, _WIDEST_TOP + 1):
        ends = np.minimum(window[:, _REACH - scans], window[:, _REACH + scans])
        reach[(reach == scans - 1) & (ends > _TOP * window[:, _REACH])] = scans
    offset, error = np.zeros(len(window)), np.zeros(len(window))
    for scans in range(1, _WIDEST_TOP + 1):
        rows = np.flatnonzero(reach == scans)
        place = np.arange(-scans, scans + 1.0)
        fit = np.linalg.pinv(np.stack([np.ones_like(place), place, place**2], axis=1))
        _, slope, bend = fit @ window[rows, _REACH - scans : _REACH + scans + 1].T
        bend = np.minimum(bend, -_FLATTEST * window[rows, _REACH])
        offset[rows] = np.clip(-slope / (2.0 * bend), -1.0, 1.0)
        error[rows] = np.minimum(deviation[rows] / (-2.0 * bend * np.sqrt((place**2).sum())), 1.0)
    return offset, error
