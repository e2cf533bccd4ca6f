"""What a grid of ions holds besides peaks: a slow background per ion, and noise that grows with the root of counts."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from spectra.spectrum import FloatArray

_GAUSSIAN_MAD = 1.4826
"""Standard deviation of Gaussian noise over its median absolute deviation."""
_SEGMENT_SCANS = 13
_FEWEST_CROSSINGS = 6
"""Noise crosses its mean about every second scan; what crosses less often has a slope or a peak in it."""
_WIDEST_RANGE = 1e-7
"""No detector spans more: what a file holds below this share of its largest intensity was never counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingNoise:
    """Noise whose standard deviation grows with the root of the counts."""

    factor: float
    """Standard deviation over the root of the counts; 1 for single ions counted, more where ions are amplified."""
    threshold: float
    """The smallest intensity of the run, counts: what the detector lets through; at least 1e-7 of the largest."""

    def deviation(self, counts: FloatArray) -> FloatArray:
        """Give the standard deviation at these counts, in counts; below the threshold that of the threshold.

        Notes
        -----
        ``factor * sqrt(max(counts, threshold))``: the noise factor of Stein, J. Am. Soc. Mass Spectrom. 10 (1999)
        770, doi:10.1016/S1044-0305(99)00047-1, with a standard deviation in place of his median deviation.
        """
        deviation: FloatArray = np.maximum(counts, self.threshold)
        np.sqrt(deviation, out=deviation)  # in place: of a whole run it is as large as the run
        deviation *= self.factor
        return deviation


def counting_noise(intensity: FloatArray) -> CountingNoise:
    """Measure the noise of a run in its steady stretches.

    Parameters
    ----------
    intensity : ndarray, shape (n_scans, n_masses), float64, counts
        With at least one intensity above 0.

    Returns
    -------
    CountingNoise
        Where no ion is steady anywhere, the smallest intensity is taken for one ion counted.

    Notes
    -----
    Every ion is cut into segments of 13 scans. Those count that have no empty scan and cross their mean at least six
    times; each gives ``1.4826 * median|x - mean| / sqrt(mean)``, and the median of all is the factor. Source: Stein
    (1999), as above.
    """
    threshold = max(float(intensity[intensity > 0].min()), _WIDEST_RANGE * float(intensity.max()))
    n_segments = len(intensity) // _SEGMENT_SCANS
    segments = intensity[: n_segments * _SEGMENT_SCANS].reshape(n_segments, _SEGMENT_SCANS, intensity.shape[1])
    place, column = np.nonzero(segments.min(axis=1) > 0)
    steady = segments[place, :, column]
    mean = steady.mean(axis=1)
    above = steady > mean[:, None]
    crossing = np.count_nonzero(above[:, 1:] != above[:, :-1], axis=1) >= _FEWEST_CROSSINGS
    spread = np.median(np.abs(steady - mean[:, None]), axis=1)[crossing]
    if not len(spread):
        return CountingNoise(factor=float(np.sqrt(threshold)), threshold=threshold)
    factor = _GAUSSIAN_MAD * float(np.median(spread / np.sqrt(mean[crossing])))
    return CountingNoise(factor=factor, threshold=threshold)


def slow_background(intensity: FloatArray, *, block_scans: int, blocks: int) -> FloatArray:
    """Estimate what every ion has without peaks: air, column bleed, electronic offset.

    Parameters
    ----------
    intensity : ndarray, shape (n_scans, n_masses), float64, counts
        A run laid out as scans times masses.
    block_scans : int
        Scans whose median stands for them; more than twice the width of a narrow peak.
    blocks : int
        What rises for fewer blocks than this is a peak, however high.

    Returns
    -------
    ndarray, shape (n_scans, n_masses), float64, counts
        Not negative.

    Notes
    -----
    Medians of blocks; of these the morphological opening in time, the highest of the lowest of ``blocks``
    neighbours, which follows a slow drift and cuts every rise that is shorter; between the middles of blocks straight
    lines. A steady background is given back exactly.
    """
    n_scans = len(intensity)
    n_blocks = max(1, n_scans // block_scans)
    edges = np.linspace(0, n_scans, n_blocks + 1).astype(np.int64)
    # an ion that is absent from more than half of every block has medians of 0 throughout: most ions, and quick to see
    seen = np.add.reduceat(intensity > 0, edges[:-1], axis=0)
    steady = np.flatnonzero((2 * seen >= np.diff(edges)[:, None]).any(axis=0))
    medians = np.array([np.median(intensity[first:end, steady], axis=0) for first, end in pairwise(edges)])
    opened = _opened(medians, blocks=min(blocks, n_blocks))
    middles = (edges[:-1] + edges[1:] - 1) / 2.0
    place = np.interp(np.arange(n_scans), middles, np.arange(n_blocks))
    before = place.astype(np.int64)
    share = (place - before)[:, None]
    background = np.zeros_like(intensity)
    background[:, steady] = opened[before] * (1.0 - share) + opened[np.minimum(before + 1, n_blocks - 1)] * share
    return background


def _opened(medians: FloatArray, *, blocks: int) -> FloatArray:
    """Give the highest of the lowest of neighbouring rows; beyond the first and the last row lies the same again.

    Here and not from ``scipy.ndimage``, which costs a process that needs nothing else of it 20 MB and half a second.
    """
    before, after = blocks // 2, blocks - 1 - blocks // 2
    padded = np.pad(medians, ((before, after), (0, 0)), mode="edge")
    lowest = sliding_window_view(padded, blocks, axis=0).min(axis=-1)
    # of an even number of rows the second window is the first one mirrored: else the result would be moved by a row
    padded = np.pad(lowest, ((after, before), (0, 0)), mode="edge")
    highest: FloatArray = sliding_window_view(padded, blocks, axis=0).max(axis=-1)
    return highest
