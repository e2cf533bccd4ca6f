"""How much of two spectra the common ions are: by number and by intensity."""

from dataclasses import dataclass

import numpy as np

from spectra.alignment import PeakPairs
from spectra.errors import InvalidSpectrumError
from spectra.spectrum import FloatArray, MassSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedIons:
    """The common ions of two spectra; fractions of an empty or signal-free spectrum are 0."""

    count: int
    query_fraction: float
    """Common ions divided by the query's ions, 0 to 1."""
    reference_fraction: float
    """Common ions divided by the reference's ions, 0 to 1."""
    query_intensity_fraction: float
    """Intensity of the common ions divided by the query's, 0 to 1."""
    reference_intensity_fraction: float
    """Intensity of the common ions divided by the reference's, 0 to 1."""


def matched_ions(query: MassSpectrum, reference: MassSpectrum, pairs: PeakPairs) -> MatchedIons:
    """Count the common ions of two spectra.

    Parameters
    ----------
    query, reference : MassSpectrum
        As they were paired: cleaned first, if noise is not to count.
    pairs : PeakPairs
        Which peaks are the same ion (``match_peaks``, ``assign_peaks``).

    Returns
    -------
    MatchedIons
        Number and fractions.

    Raises
    ------
    InvalidSpectrumError
        If a pair points outside its spectrum.

    Notes
    -----
    Plain counts and shares; the share of the reference's intensity that the query explains is the "fraction of peak
    intensity explained" of Moorthy and Sisco, J. Am. Soc. Mass Spectrom. 33 (2022), doi:10.1021/jasms.2c00166.

    Examples
    --------
    >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([3.0, 1.0]))
    >>> b = MassSpectrum(mz=np.array([58.0]), intensity=np.array([5.0]))
    >>> found = matched_ions(a, b, PeakPairs(query=np.array([0]), reference=np.array([0])))
    >>> found.count, found.query_fraction, found.reference_fraction, found.query_intensity_fraction
    (1, 0.5, 1.0, 0.75)
    """
    for spectrum, places in ((query, pairs.query), (reference, pairs.reference)):
        if len(places) and (places.min() < 0 or places.max() >= len(spectrum)):
            raise InvalidSpectrumError(f"a pair points outside a spectrum of {len(spectrum)} peaks")
    return MatchedIons(
        count=len(pairs),
        query_fraction=len(pairs) / max(1, len(query)),
        reference_fraction=len(pairs) / max(1, len(reference)),
        query_intensity_fraction=_share(query.intensity, pairs.query),
        reference_intensity_fraction=_share(reference.intensity, pairs.reference),
    )


def _share(intensity: FloatArray, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    strongest = float(intensity.max(initial=0.0))
    if strongest == 0.0:
        return 0.0
    scaled = intensity / strongest
    return min(1.0, float(scaled[places].sum() / scaled.sum()))
