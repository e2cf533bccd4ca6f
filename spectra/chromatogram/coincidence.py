"""Where the maxima of single ions coincide: the times at which something elutes."""

from dataclasses import dataclass, field

import numpy as np

from spectra.chromatogram.ion_maxima import IntArray, IonMaxima
from spectra.spectrum import FloatArray

BINS_PER_SCAN = 10
_JITTER_SCANS = 0.12
"""How far apart ions of one substance peak for other reasons than counting noise; measured on narrow peaks 0.03 to 0.05
scans, the order of the masses in the scan allowed for."""
_KERNEL_BINS = 12
_MEMBER_SCANS = 0.3
"""Maxima at most so far from the time of a coincidence belong to it."""
_SHARP = 0.5
"""How sharp an ion must be to shape the model peak, relative to the sharpest; Stein takes 0.75 of it."""
_VALLEY = 0.7
"""Two coincidences are two where the density between them falls below this share of the lower one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coincidence:
    """A time at which several ions peak."""

    time_scans: float
    sharpness: float
    """Sum over the maxima of their sharpness, each weighted by how near it is."""
    sharpest: IntArray = field(repr=False)
    """Columns of the ions that are at least half as sharp as the sharpest: what parts it from its neighbours best."""


def coincidence_density(maxima: IonMaxima, *, n_scans: int) -> FloatArray:
    """Add up the sharpness of maxima by time, each spread by the error of its time.

    Returns
    -------
    ndarray, shape (10 * n_scans,), float64
        One bin is a tenth of a scan; the value is what a perfect coincidence of the maxima there would sum to.

    Notes
    -----
    ``sum(sharpness * exp(-(t - time)^2 / (2 s^2)))`` with ``s^2`` the counting error squared plus 0.12 scans squared.
    The tenth of a scan and the weight are of Stein (1999), doi:10.1016/S1044-0305(99)00047-1; he spreads no maximum
    and looks at the neighbouring bins instead.
    """
    density = np.zeros(n_scans * BINS_PER_SCAN)
    spread = np.hypot(maxima.time_error_scans, _JITTER_SCANS)
    nearest = np.rint(maxima.time_scans * BINS_PER_SCAN).astype(np.int64)
    for step in range(-_KERNEL_BINS, _KERNEL_BINS + 1):
        place = nearest + step
        inside = (place >= 0) & (place < len(density))
        distance = (place / BINS_PER_SCAN - maxima.time_scans) / spread
        share = maxima.sharpness * np.exp(-0.5 * distance**2)
        density += np.bincount(place[inside], weights=share[inside], minlength=len(density))
    return density


def coincidences(
    maxima: IonMaxima, *, n_scans: int, minimum_sharpness: float, minimum_ions: int
) -> tuple[Coincidence, ...]:
    """Find the times at which enough ions peak together.

    Parameters
    ----------
    maxima : IonMaxima
        Their times freed of the order of the masses in the scan.
    n_scans : int
        Length of the run.
    minimum_sharpness : float
        The smallest sum of sharpness.
    minimum_ions : int
        The fewest maxima within 0.3 scans.

    Returns
    -------
    tuple of Coincidence
        In the order of time.
    """
    density = coincidence_density(maxima, n_scans=n_scans)
    found = []
    for top in _tops(density, minimum_sharpness):
        time = top / BINS_PER_SCAN
        near = np.flatnonzero(np.abs(maxima.time_scans - time) <= _MEMBER_SCANS)
        if len(np.unique(maxima.column[near])) >= minimum_ions:
            sharp = near[maxima.sharpness[near] >= _SHARP * maxima.sharpness[near].max()]
            found.append(
                Coincidence(
                    time_scans=time,
                    sharpness=float(density[top]),
                    sharpest=np.unique(maxima.column[sharp]),
                )
            )
    return tuple(found)


def _tops(density: FloatArray, least: float) -> list[int]:
    """Give the maxima that a valley parts; of two without a valley between them the higher."""
    inner = density[1:-1]
    kept: list[int] = []
    for top in (np.flatnonzero((inner >= density[:-2]) & (inner > density[2:]) & (inner >= least)) + 1).tolist():
        candidate = top
        while kept and _merges(density, kept[-1], candidate):
            candidate = max(kept.pop(), candidate, key=lambda place: density[place])
        kept.append(candidate)
    return kept


def _merges(density: FloatArray, first: int, second: int) -> bool:
    return bool(density[first : second + 1].min() > _VALLEY * min(density[first], density[second]))
