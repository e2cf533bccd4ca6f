"""The cosine of two weighted spectra: the dot product that nearly every library search starts from."""

import numpy as np

from spectra.alignment import PeakPairs
from spectra.errors import InvalidSpectrumError
from spectra.spectrum import FloatArray


def weighted_cosine(query: FloatArray, reference: FloatArray, pairs: PeakPairs) -> float:
    """Score two weighted spectra by the cosine of the angle between them.

    Parameters
    ----------
    query : ndarray, shape (n_query,), float64, unit 1
        Weights of the query's peaks (``Weighting.weigh``), not negative.
    reference : ndarray, shape (n_reference,), float64, unit 1
        Weights of the reference's peaks, not negative.
    pairs : PeakPairs
        Which peaks are the same ion.

    Returns
    -------
    float
        0.0 (no common ion, or a spectrum without signal) to 1.0 (the same weights up to a factor).

    Raises
    ------
    InvalidSpectrumError
        If a weight is negative or not finite.

    Notes
    -----
    ``sum(w_q w_r) / (|w_q| |w_r|)``, the sum over pairs, the norms over all peaks. Source: Stein and Scott,
    J. Am. Soc. Mass Spectrom. 5 (1994) 859, doi:10.1016/1044-0305(94)87009-8.

    Examples
    --------
    >>> both = PeakPairs(query=np.array([0]), reference=np.array([0]))
    >>> round(weighted_cosine(np.array([3.0, 4.0]), np.array([1.0]), both), 3)
    0.6
    """
    _require_weights(query)
    _require_weights(reference)
    norm = float(np.linalg.norm(query) * np.linalg.norm(reference))
    if norm == 0.0:
        return 0.0
    dot = float(query[pairs.query] @ reference[pairs.reference])
    return min(1.0, dot / norm)


def _require_weights(weights: FloatArray) -> None:
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise InvalidSpectrumError("peak weights must be finite and not negative")
