"""Cosine of accurate-mass spectra within a tolerance in Da or ppm."""

from dataclasses import dataclass

from spectra.alignment import Assignment
from spectra.scores.accurate_mass import pair_peaks, prepare_accurate
from spectra.scores.cosine import weighted_cosine
from spectra.spectrum import MassSpectrum
from spectra.tolerance import Dalton, Tolerance
from spectra.weighting import Weighting


@dataclass(frozen=True, slots=True, kw_only=True)
class AccurateCosinePreset:
    """All choices that change an accurate-mass cosine, under one name and version."""

    name: str
    version: int
    weighting: Weighting
    tolerance: Tolerance
    assignment: Assignment
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise on both sides."""
    precursor_margin_mz: float | None
    """Peaks from this far below the precursor on are left out; None: all stay."""
    source: str


ACCURATE_COSINE = AccurateCosinePreset(
    name="msms-cosine",
    version=1,
    weighting=Weighting(mz_exponent=0.0, intensity_exponent=0.5),
    tolerance=Dalton(0.02),
    assignment="nearest",
    weakest_peak_fraction=0.01,
    precursor_margin_mz=1.6,
    source="cosine of square roots of intensities: Stein and Scott, J. Am. Soc. Mass Spectrom. 5 (1994) 859, "
    "doi:10.1016/1044-0305(94)87009-8; cleaning: Li et al. 2021, doi:10.1038/s41592-021-01331-z",
)
ACCURATE_COSINE_OPTIMAL = AccurateCosinePreset(
    name="msms-cosine-optimal",
    version=1,
    weighting=Weighting(mz_exponent=0.0, intensity_exponent=0.5),
    tolerance=Dalton(0.02),
    assignment="optimal",
    weakest_peak_fraction=0.01,
    precursor_margin_mz=1.6,
    source="as msms-cosine, with the assignment of largest sum: Crouse 2016, doi:10.1109/TAES.2016.140952",
)


def accurate_cosine(query: MassSpectrum, reference: MassSpectrum, *, preset: AccurateCosinePreset) -> float:
    """Compare two accurate-mass spectra by the cosine of their weighted peaks.

    Parameters
    ----------
    query, reference : MassSpectrum
        As measured and as in the library.
    preset : AccurateCosinePreset
        The choices, for example ``ACCURATE_COSINE``.

    Returns
    -------
    float
        0.0 to 1.0; 0.0 where a spectrum has no peak left.

    Raises
    ------
    InvalidSpectrumError
        If the preset cuts at the precursor and a spectrum has none.

    Notes
    -----
    ``sum(w_q w_r) / (|w_q| |w_r|)`` over paired peaks. With a tolerance in Da and optimal assignment the two spectra
    may change places; ppm are of the query, and the nearest-first way breaks ties by position, so there they may not.
    ``matchms`` 0.21.1 ``CosineHungarian`` is the optimal way and agrees to 1e-6 but for tolerance edges (it compares
    float64, this one whole micro-daltons); its ``CosineGreedy`` takes the pair of the largest product first, not the
    nearest, and agrees where no peak has two candidates. Source: see ``preset.source``.

    Examples
    --------
    >>> import numpy as np
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([58.065, 91.054]), intensity=np.array([9.0, 16.0]), precursor=Precursor(mz=150.1))
    >>> b = MassSpectrum(mz=np.array([58.066]), intensity=np.array([4.0]), precursor=Precursor(mz=150.1))
    >>> round(accurate_cosine(a, b, preset=ACCURATE_COSINE), 3)
    0.6
    """
    left, right = prepare_accurate(query, preset), prepare_accurate(reference, preset)
    query_weights, reference_weights = preset.weighting.weigh(left), preset.weighting.weigh(right)
    pairs = pair_peaks(left, right, query_weights, reference_weights, preset)
    return weighted_cosine(query_weights, reference_weights, pairs)
