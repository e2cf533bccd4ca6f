"""In which order a scanning analyser measures the masses of one scan, and ion traces freed of it.

A quadrupole measures one mass after another, so that the ions of one scan are not of one moment. Agilent's scan from
high to low mass: high masses see a peak earlier within each scan, and so seem to peak at a later scan.
"""

from enum import IntEnum

import numpy as np

from spectra.chromatogram.coincidence import coincidence_density
from spectra.chromatogram.ion_maxima import IonMaxima
from spectra.spectrum import FloatArray

_CLEARLY_BETTER = 1.05
"""How much better maxima coincide under an order of the masses before it is believed; measured 1.15 to 1.43."""


class ScanOrder(IntEnum):
    """Which masses a scan measures first; the value is the sign of the moment of a high mass within the scan."""

    DOWN = -1
    """From high to low."""
    TOGETHER = 0
    """All at one time, or nothing can be seen of an order."""
    UP = 1
    """From low to high."""


def moments_in_scan(n_masses: int, order: ScanOrder) -> FloatArray:
    """Give when each mass is measured relative to the middle of the scan.

    Returns
    -------
    ndarray, shape (n_masses,), float64, scans
        From -0.5 to 0.5, linear in mass: the scan is taken to fill the time between scans, as was measured.
    """
    moments: FloatArray = int(order) * np.linspace(-0.5, 0.5, n_masses) * (n_masses > 1)
    return moments


def seen_scan_order(maxima: IonMaxima, *, n_scans: int, n_masses: int) -> ScanOrder:
    """Tell from the maxima of a run in which order its scans measure the masses.

    Notes
    -----
    The order under which the squared density of coincidences sums to most, if it is 5 % more than that of no order.
    """
    quality = {}
    for order in ScanOrder:
        moments = moments_in_scan(n_masses, order)[maxima.column]
        quality[order] = float((coincidence_density(maxima.shifted(moments), n_scans=n_scans) ** 2).sum())
    best = max(quality, key=lambda order: quality[order])
    return best if quality[best] > _CLEARLY_BETTER * quality[ScanOrder.TOGETHER] else ScanOrder.TOGETHER


def at_scan_middles(intensity: FloatArray, order: ScanOrder) -> FloatArray:
    """Interpolate ion traces at the middles of the scans.

    Parameters
    ----------
    intensity : ndarray, shape (n_scans, n_masses), float64, counts
        As measured, each mass at its own moment.
    order : ScanOrder
        How the run was scanned.

    Returns
    -------
    ndarray, shape (n_scans, n_masses), float64, counts
        Where a trace is steep it may fall a little below 0.

    Notes
    -----
    Cubic interpolation through four scans (Lagrange), which gives back what is of third order. The need for it: Pool
    et al., J. Mass Spectrom. 31 (1996) 213; Samokhin, "Spectral skewing in gas chromatography-mass spectrometry:
    misconceptions and realities", J. Chromatogr. A (2018).
    """
    if order is ScanOrder.TOGETHER:
        return intensity
    ahead = -moments_in_scan(intensity.shape[1], order)
    whole = np.floor(ahead).astype(np.int64)
    part = ahead - whole
    weights = (
        -part * (part - 1.0) * (part - 2.0) / 6.0,
        (part + 1.0) * (part - 1.0) * (part - 2.0) / 2.0,
        -(part + 1.0) * part * (part - 2.0) / 2.0,
        (part + 1.0) * part * (part - 1.0) / 6.0,
    )
    padded = np.pad(intensity, ((2, 2), (0, 0)), mode="edge")
    middles = np.zeros_like(intensity)
    for start in (-1, 0):
        columns = np.flatnonzero(whole == start)
        half = slice(int(columns[0]), int(columns[-1]) + 1)
        for step, weight in enumerate(weights):
            first = start + step + 1
            middles[:, half] += weight[half] * padded[first : first + len(intensity), half]
    return middles
