"""Model peaks: the shape over time that the sharpest ions of a component agree on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from spectra.chromatogram.background import CountingNoise
from spectra.chromatogram.ion_maxima import IntArray
from spectra.spectrum import FloatArray

LONGEST_SIDE_SCANS = 100
"""No peak is followed further from its apex."""
_RISE = 4.0
"""A model ends where the signal rises again by this many standard deviations."""
_FOOT = 0.01
"""Or where it has fallen to this share of its height."""
_CORE = 0.5
"""The core of a peak lies above this share of its height."""
_TAILING_HEIGHT = 0.1
"""Where the tailing of a peak is measured, as a share of its height."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelPeak:
    """The shape of one component."""

    time_scans: float
    """When it peaks, in scans from the first."""
    first_scan: int
    profile: FloatArray = field(repr=False)
    """From the first scan on, shape (n,), 1 at the highest scan, nowhere below 0."""

    @property
    def end_scan(self) -> int:
        """The scan after the last."""
        return self.first_scan + len(self.profile)

    @property
    def apex_scan(self) -> int:
        """The highest scan."""
        return self.first_scan + int(np.argmax(self.profile))

    def width_s(self, scan_times_s: FloatArray) -> float:
        """Give the width at half height, in seconds: between the crossings of the straight lines between scans."""
        before, after = self._crossings(_CORE, scan_times_s)
        return after - before

    def tailing(self, scan_times_s: FloatArray) -> float:
        """Give the tailing at 10 % of the height.

        Returns
        -------
        float
            Time from apex to tail over time from front to apex; NaN where an end is higher than 10 %, or the apex is
            not between them.
        """
        if max(self.profile[0], self.profile[-1]) > _TAILING_HEIGHT:
            return math.nan
        before, after = self._crossings(_TAILING_HEIGHT, scan_times_s)
        apex = float(np.interp(self.time_scans, np.arange(len(scan_times_s)), scan_times_s))
        return (after - apex) / (apex - before) if before < apex < after else math.nan

    def core_scans(self) -> int:
        """Count the scans at half height and above."""
        return int(np.count_nonzero(self.profile >= _CORE))

    def likeness(self, other: Self) -> float:
        """Compare with another peak, where each of them stands: the cosine of both profiles, 0 to 1."""
        begin, end = min(self.first_scan, other.first_scan), max(self.end_scan, other.end_scan)
        lengths = float(np.sqrt((self.profile**2).sum() * (other.profile**2).sum()))
        return float(self.over(begin, end) @ other.over(begin, end)) / lengths

    def over(self, first_scan: int, end_scan: int) -> FloatArray:
        """Give the profile in a window of scans, 0 where the model is none; shape (end_scan - first_scan,)."""
        window = np.zeros(end_scan - first_scan)
        begin, end = max(first_scan, self.first_scan), min(end_scan, self.end_scan)
        if begin < end:
            window[begin - first_scan : end - first_scan] = self.profile[
                begin - self.first_scan : end - self.first_scan
            ]
        return window

    def _crossings(self, height: float, scan_times_s: FloatArray) -> tuple[float, float]:
        """Give when the profile crosses a height nearest to its top on either side; an end that is higher counts."""
        top = int(np.argmax(self.profile))
        before = self.apex_scan - _fall_to(self.profile[top::-1], height)
        after = self.apex_scan + _fall_to(self.profile[top:], height)
        times = np.interp([before, after], np.arange(len(scan_times_s)), scan_times_s)
        return float(times[0]), float(times[1])


def _fall_to(side: FloatArray, height: float) -> float:
    """Give after how many scans a side falls to a height; its length where it never does."""
    low = np.flatnonzero(side < height)
    if not len(low):
        return float(len(side) - 1)
    place = int(low[0])
    return float(place - 1 + (side[place - 1] - height) / (side[place - 1] - side[place]))


def model_peak(traces: FloatArray, ions: IntArray, *, time_scans: float, noise: CountingNoise) -> ModelPeak | None:
    """Add up ions around a time and cut out their peak.

    Parameters
    ----------
    traces : ndarray, shape (n_scans, n_masses), float64, counts
        Above the background, at the middles of the scans.
    ions : ndarray, shape (n_ions,), int64
        Columns of the ions to add up.
    time_scans : float
        When they peak.
    noise : CountingNoise
        Of the run.

    Returns
    -------
    ModelPeak or None
        None where nothing rises above both ends, or what does is not at half its height when the ions peak.

    Notes
    -----
    From the apex outwards to the lowest scan before the signal rises again by four standard deviations, at most to
    1 % of the height; above the straight line between both ends.
    """
    middle = round(time_scans)
    first, end = max(0, middle - LONGEST_SIDE_SCANS), min(len(traces), middle + LONGEST_SIDE_SCANS + 1)
    signal = traces[first:end, ions].sum(axis=1)
    nearest = max(0, middle - first - 1)
    apex = nearest + int(np.argmax(signal[nearest : middle - first + 2]))
    rise = _RISE * noise.deviation(signal)
    begin, last = apex - _foot(signal[apex::-1], rise[apex::-1]), apex + _foot(signal[apex:], rise[apex:])
    cut = signal[begin : last + 1]
    profile = np.maximum(cut - np.linspace(cut[0], cut[-1], len(cut)), 0.0)
    if (
        not begin <= middle - first <= last
        or profile[middle - first - begin] < _CORE * profile.max()
        or not profile.any()
    ):
        return None
    return ModelPeak(time_scans=time_scans, first_scan=first + begin, profile=profile / profile.max())


def _foot(side: FloatArray, rise: FloatArray) -> int:
    """Give how many scans from the apex a side of a peak ends; the side starts with the apex."""
    lowest = np.minimum.accumulate(side)
    over = np.flatnonzero((side > lowest + rise) | (lowest <= _FOOT * side[0]))
    reached = int(over[0]) + 1 if len(over) else len(side)
    return int(np.argmin(side[:reached]))


def independent_peaks(models: Sequence[ModelPeak], *, unexplained: float) -> list[ModelPeak]:
    """Leave out peaks that are nothing but the sum of their neighbours: made of ions that these share.

    Parameters
    ----------
    models : sequence of ModelPeak
        In any order.
    unexplained : float
        The smallest share of its length that a peak has beyond any sum of its neighbours.

    Returns
    -------
    list of ModelPeak
        In the order given; where several could go, the one that is explained best goes first.

    Notes
    -----
    ``|p - sum(a_i p_i)| / |p|`` with the ``a_i >= 0`` that make it least, over all neighbours that overlap.
    """
    left = list(models)
    while left:
        beyond = [_beyond(model, [other for other in left if other is not model]) for model in left]
        least = int(np.argmin(beyond))
        if beyond[least] >= unexplained:
            break
        del left[least]
    return left


def _beyond(model: ModelPeak, others: Sequence[ModelPeak]) -> float:
    near = [other for other in others if other.first_scan < model.end_scan and other.end_scan > model.first_scan]
    if not near:
        return 1.0
    from scipy.optimize import nnls  # noqa: PLC0415 - SciPy is slow to start, and most commands need none

    begin, end = min(one.first_scan for one in (model, *near)), max(one.end_scan for one in (model, *near))
    whole = model.over(begin, end)
    _, rest = nnls(np.stack([other.over(begin, end) for other in near], axis=1), whole)
    return float(rest / np.sqrt((whole**2).sum()))
