"""Peaks of a chromatographic signal: where they are, how wide, how far above the noise."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray

_GAUSSIAN_MAD = 1.4826
"""Standard deviation of Gaussian noise over its median absolute deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakPicking:
    """What counts as a chromatographic peak.

    Raises
    ------
    InvalidSettingError
        If a limit is not above 0.
    """

    minimum_signal_to_noise: float
    """Prominence over the standard deviation of the scan-to-scan noise."""
    minimum_width_scans: float
    """Width at half prominence; narrower ones are spikes."""

    def __post_init__(self) -> None:
        """Refuse limits that would make a peak of everything."""
        if not (self.minimum_signal_to_noise > 0 and self.minimum_width_scans > 0):
            raise InvalidSettingError("peak limits must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromatographicPeak:
    """One peak as scan numbers, counted from 0, ends included."""

    apex_scan: int
    core_first: int
    """Where the signal rises above half of the peak's prominence, but not beyond the valley to its neighbour."""
    core_last: int
    first_scan: int
    """Where the peak begins: 5 % of its prominence, or the valley to its neighbour."""
    last_scan: int
    signal_to_noise: float


def noise_level(signal: FloatArray) -> float:
    """Estimate the standard deviation of scan-to-scan noise, in counts.

    Notes
    -----
    ``1.4826 * MAD(diff(signal)) / sqrt(2)``: differences take out the baseline, the median takes out the peaks.
    Never below 1 count, so that a noiseless signal has a finite signal-to-noise ratio.
    """
    steps = np.diff(signal)
    if not len(steps):
        return 1.0
    deviation = float(np.median(np.abs(steps - np.median(steps))))
    return max(1.0, _GAUSSIAN_MAD * deviation / math.sqrt(2.0))


def pick_peaks(signal: FloatArray, *, picking: PeakPicking) -> tuple[ChromatographicPeak, ...]:
    """Find the peaks of a signal.

    Parameters
    ----------
    signal : ndarray, shape (n_scans,), float64, counts
        For example the total ion current.
    picking : PeakPicking
        The limits.

    Returns
    -------
    tuple of ChromatographicPeak
        In the order of time; neighbours share at most the scan of the valley between them.
    """
    from scipy.signal import find_peaks, peak_widths  # noqa: PLC0415 - takes a second, which most commands do not need

    noise = noise_level(signal)
    apexes, facts = find_peaks(
        signal, prominence=picking.minimum_signal_to_noise * noise, width=picking.minimum_width_scans
    )
    bases = (facts["prominences"], facts["left_bases"], facts["right_bases"])
    _, _, core_left, core_right = peak_widths(signal, apexes, rel_height=0.5, prominence_data=bases)
    _, _, left, right = peak_widths(signal, apexes, rel_height=0.95, prominence_data=bases)
    valleys = _valleys(signal, apexes)
    return tuple(
        ChromatographicPeak(
            apex_scan=int(apex),
            core_first=max(valleys[i], min(int(apex), int(np.ceil(core_left[i])))),
            core_last=min(valleys[i + 1], max(int(apex), int(np.floor(core_right[i])))),
            first_scan=max(valleys[i], int(np.floor(left[i]))),
            last_scan=min(valleys[i + 1], int(np.ceil(right[i]))),
            signal_to_noise=float(facts["prominences"][i] / noise),
        )
        for i, apex in enumerate(apexes)
    )


def _valleys(signal: FloatArray, apexes: npt.NDArray[np.int64]) -> list[int]:
    """Give the lowest scan between neighbours, with the ends of the signal around them."""
    between = [int(a + np.argmin(signal[a:b])) for a, b in pairwise(apexes)]
    return [0, *between, len(signal) - 1]
