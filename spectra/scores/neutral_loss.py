"""What was lost rather than what was seen: fragments compared by their distance from the precursor."""

from spectra.scores.accurate_cosine import AccurateCosinePreset
from spectra.scores.accurate_mass import pair_peaks, precursor_mz, prepare_accurate
from spectra.scores.cosine import weighted_cosine
from spectra.scores.spectral_entropy import EntropyPreset, entropy_shares, spectral_entropy_similarity
from spectra.spectrum import MassSpectrum


def neutral_loss_cosine(query: MassSpectrum, reference: MassSpectrum, *, preset: AccurateCosinePreset) -> float:
    """Compare two MS/MS spectra by the cosine of peaks that lie as far below their precursors.

    Parameters
    ----------
    query, reference : MassSpectrum
        With precursors.
    preset : AccurateCosinePreset
        The choices, for example ``ACCURATE_COSINE``.

    Returns
    -------
    float
        0.0 to 1.0.

    Raises
    ------
    InvalidSpectrumError
        If a spectrum has no precursor.

    Notes
    -----
    The cosine over pairs with ``|m_q - (m_r + p_q - p_r)|`` within the tolerance, ``p`` the precursors: a common
    neutral loss is a common fragment of the reference moved by the difference of the precursors. A tolerance in ppm
    is of the query's fragment, not of the loss. Source: Aisporna et al., J. Am. Soc. Mass Spectrom. 33 (2022) 530,
    doi:10.1021/jasms.1c00343.

    Examples
    --------
    >>> import numpy as np
    >>> from spectra.scores.accurate_cosine import ACCURATE_COSINE
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([82.0]), intensity=np.array([1.0]), precursor=Precursor(mz=100.0))
    >>> b = MassSpectrum(mz=np.array([96.0]), intensity=np.array([1.0]), precursor=Precursor(mz=114.0))
    >>> neutral_loss_cosine(a, b, preset=ACCURATE_COSINE)
    1.0
    """
    shift = precursor_mz(query) - precursor_mz(reference)
    left, right = prepare_accurate(query, preset), prepare_accurate(reference, preset)
    query_weights, reference_weights = preset.weighting.weigh(left), preset.weighting.weigh(right)
    pairs = pair_peaks(left, right, query_weights, reference_weights, preset, shift_mz=shift)
    return weighted_cosine(query_weights, reference_weights, pairs)


def neutral_loss_entropy(query: MassSpectrum, reference: MassSpectrum, *, preset: EntropyPreset) -> float:
    """Compare two MS/MS spectra by the spectral entropy of their neutral losses.

    Parameters
    ----------
    query, reference : MassSpectrum
        With precursors.
    preset : EntropyPreset
        The choices, for example ``WEIGHTED_ENTROPY``.

    Returns
    -------
    float
        0.0 to 1.0.

    Raises
    ------
    InvalidSpectrumError
        If a spectrum has no precursor.

    Notes
    -----
    Pairs as in ``neutral_loss_cosine``, sum as in ``spectral_entropy_similarity``. Source: Li and Fiehn, Nat. Methods
    20 (2023) 1475, doi:10.1038/s41592-023-02012-9.

    Examples
    --------
    >>> import numpy as np
    >>> from spectra.scores.spectral_entropy import WEIGHTED_ENTROPY
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([82.0]), intensity=np.array([1.0]), precursor=Precursor(mz=100.0))
    >>> b = MassSpectrum(mz=np.array([96.0]), intensity=np.array([1.0]), precursor=Precursor(mz=114.0))
    >>> neutral_loss_entropy(a, b, preset=WEIGHTED_ENTROPY)
    1.0
    """
    shift = precursor_mz(query) - precursor_mz(reference)
    left, right = prepare_accurate(query, preset), prepare_accurate(reference, preset)
    query_shares, reference_shares = entropy_shares(left, preset), entropy_shares(right, preset)
    pairs = pair_peaks(left, right, query_shares, reference_shares, preset, shift_mz=shift)
    return spectral_entropy_similarity(query_shares, reference_shares, pairs)
