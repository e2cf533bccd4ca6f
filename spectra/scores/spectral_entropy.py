"""Spectral entropy similarity, unweighted and with the weighting of spectra of low entropy."""

from dataclasses import dataclass

import numpy as np

from spectra.alignment import Assignment, PeakPairs
from spectra.errors import InvalidSpectrumError
from spectra.scores.accurate_mass import pair_peaks, prepare_accurate
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import Dalton, Tolerance

LOW_ENTROPY_NATS = 3.0
"""Below it, intensities are raised to ``0.25 + 0.25 S``; at it the power is 1."""

_SUM_ERROR = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class EntropyPreset:
    """All choices that change an entropy similarity, under one name and version."""

    name: str
    version: int
    weighted: bool
    """Whether spectra of low entropy are flattened first."""
    tolerance: Tolerance
    assignment: Assignment
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise on both sides."""
    precursor_margin_mz: float | None
    """Peaks from this far below the precursor on are left out; None: all stay."""
    source: str


WEIGHTED_ENTROPY = EntropyPreset(
    name="msms-entropy",
    version=1,
    weighted=True,
    tolerance=Dalton(0.02),
    assignment="nearest",
    weakest_peak_fraction=0.01,
    precursor_margin_mz=1.6,
    source="Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z",
)
UNWEIGHTED_ENTROPY = EntropyPreset(
    name="msms-entropy-unweighted",
    version=1,
    weighted=False,
    tolerance=Dalton(0.02),
    assignment="nearest",
    weakest_peak_fraction=0.01,
    precursor_margin_mz=1.6,
    source="Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z",
)


def spectral_entropy(intensity: FloatArray) -> float:
    """Give the Shannon entropy of intensities, in nats.

    Parameters
    ----------
    intensity : ndarray, shape (n_peaks,), float64
        Not negative, any scale.

    Returns
    -------
    float
        0.0 (one peak, or no signal) to ``ln n_peaks`` (all alike).

    Raises
    ------
    InvalidSpectrumError
        If an intensity is negative or not finite.

    Notes
    -----
    ``-sum p ln p`` with ``p`` the intensities divided by their sum. Source: Li et al., Nat. Methods 18 (2021) 1524,
    doi:10.1038/s41592-021-01331-z.

    Examples
    --------
    >>> round(spectral_entropy(np.array([1.0, 1.0, 2.0])), 6)
    1.039721
    """
    return float(-_p_ln_p(_shares(intensity)).sum())


def weigh_low_entropy(intensity: FloatArray) -> FloatArray:
    """Flatten the intensities of a spectrum that has few strong peaks, and make them sum to 1.

    Parameters
    ----------
    intensity : ndarray, shape (n_peaks,), float64
        Not negative, any scale.

    Returns
    -------
    ndarray, shape (n_peaks,)
        Summing to 1; all 0 where there was no signal.

    Raises
    ------
    InvalidSpectrumError
        If an intensity is negative or not finite.

    Notes
    -----
    With ``S`` the entropy in nats: ``I ** (0.25 + 0.25 S)`` where ``S < 3``, divided by the sum. Source: as
    ``spectral_entropy``.

    Examples
    --------
    >>> weigh_low_entropy(np.array([256.0, 1.0])).round(3).tolist()
    [0.806, 0.194]
    """
    shares = _shares(intensity)
    entropy = float(-_p_ln_p(shares).sum())
    if entropy >= LOW_ENTROPY_NATS:
        return shares
    return _shares(np.power(shares, 0.25 + 0.25 * entropy, out=np.zeros_like(shares), where=shares > 0))


def spectral_entropy_similarity(query: FloatArray, reference: FloatArray, pairs: PeakPairs) -> float:
    """Score two spectra by how little their mixture surprises.

    Parameters
    ----------
    query : ndarray, shape (n_query,), float64, unit 1
        Relative intensities summing to 1, or all 0.
    reference : ndarray, shape (n_reference,), float64, unit 1
        Relative intensities summing to 1, or all 0.
    pairs : PeakPairs
        Which peaks are the same ion.

    Returns
    -------
    float
        0.0 (no common peak) to 1.0 (same relative intensities).

    Raises
    ------
    InvalidSpectrumError
        If an array is negative, not finite, or sums to neither 1 nor 0.

    Notes
    -----
    ``1 - (2 S_qr - S_q - S_r) / ln 4`` with ``S`` the entropy in nats and ``qr`` the mean of both. Peaks that stand
    alone add nothing, so it is computed over pairs: ``sum (a+b) log2 (a+b) - a log2 a - b log2 b`` with ``a`` and
    ``b`` half the intensities. Source: as ``spectral_entropy``. Same as ``ms_entropy`` 1.5.3, but for m/z at the edge
    of the tolerance: that package holds m/z as float32, this one as whole micro-daltons.

    Examples
    --------
    >>> both = PeakPairs(query=np.array([0]), reference=np.array([0]))
    >>> round(spectral_entropy_similarity(np.array([0.5, 0.5]), np.array([1.0]), both), 6)
    0.688722
    """
    for intensity in (query, reference):
        _require_shares(intensity)
    left, right = query[pairs.query] / 2.0, reference[pairs.reference] / 2.0
    total = (_p_ln_p(left + right) - _p_ln_p(left) - _p_ln_p(right)).sum() / np.log(2.0)
    return float(np.clip(total, 0.0, 1.0))


def entropy_similarity(query: MassSpectrum, reference: MassSpectrum, *, preset: EntropyPreset) -> float:
    """Compare two accurate-mass spectra by spectral entropy.

    Parameters
    ----------
    query, reference : MassSpectrum
        As measured and as in the library.
    preset : EntropyPreset
        The choices, for example ``WEIGHTED_ENTROPY``.

    Returns
    -------
    float
        0.0 to 1.0; 0.0 where a spectrum has no peak left.

    Raises
    ------
    InvalidSpectrumError
        If the preset cuts at the precursor and a spectrum has none.

    Examples
    --------
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([58.065, 91.054]), intensity=np.array([9.0, 1.0]), precursor=Precursor(mz=150.128))
    >>> round(entropy_similarity(a, a, preset=WEIGHTED_ENTROPY), 6)
    1.0
    """
    left = prepare_accurate(query, preset)
    right = prepare_accurate(reference, preset)
    query_shares, reference_shares = entropy_shares(left, preset), entropy_shares(right, preset)
    pairs = pair_peaks(left, right, query_shares, reference_shares, preset)
    return spectral_entropy_similarity(query_shares, reference_shares, pairs)


def entropy_shares(spectrum: MassSpectrum, preset: EntropyPreset) -> FloatArray:
    """Give a prepared spectrum's intensities as the preset compares them: shape (n_peaks,), summing to 1."""
    return weigh_low_entropy(spectrum.intensity) if preset.weighted else _shares(spectrum.intensity)


def _shares(intensity: FloatArray) -> FloatArray:
    if not np.isfinite(intensity).all() or (intensity < 0).any():
        raise InvalidSpectrumError("intensities must be finite and not negative")
    strongest = float(intensity.max(initial=0.0))
    if strongest == 0.0:
        return np.zeros(len(intensity))
    scaled = intensity / strongest  # first, so that no sum overflows
    return np.asarray(scaled / scaled.sum(), dtype=np.float64)


def _p_ln_p(shares: FloatArray) -> FloatArray:
    return shares * np.log(shares, out=np.zeros_like(shares), where=shares > 0)


def _require_shares(intensity: FloatArray) -> None:
    total = float(intensity.sum())
    if not np.isfinite(intensity).all() or (intensity < 0).any():
        raise InvalidSpectrumError("relative intensities must be finite and not negative")
    if total != 0.0 and abs(total - 1.0) > _SUM_ERROR:
        raise InvalidSpectrumError(f"relative intensities sum to {total}; expected 1")
