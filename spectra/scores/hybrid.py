"""Hybrid similarity: ions that match as they are, or after the shift that one changed group causes."""

from dataclasses import dataclass

import numpy as np

from spectra.alignment import PeakPairs
from spectra.cleaning import drop_weak_peaks, scale_to_base_peak
from spectra.errors import InvalidSettingError
from spectra.scores.accurate_cosine import AccurateCosinePreset
from spectra.scores.accurate_mass import pair_peaks, precursor_mz, prepare_accurate
from spectra.scores.cosine import weighted_cosine
from spectra.scores.spectral_entropy import EntropyPreset, entropy_shares, spectral_entropy_similarity
from spectra.spectrum import MAX_MZ, FloatArray, MassSpectrum
from spectra.tolerance import UnitMass
from spectra.weighting import Weighting


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridEiPreset:
    """All choices that change an EI hybrid score, under one name and version."""

    name: str
    version: int
    weighting: Weighting
    unit_mass: UnitMass
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise on both sides."""
    largest_shift: int
    """Beyond this mass difference nothing is shifted."""
    source: str


SIMPLE_HYBRID_EI = HybridEiPreset(
    name="ei-simple-hybrid",
    version=1,
    weighting=Weighting(mz_exponent=0.5, intensity_exponent=0.5),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.0005,
    largest_shift=300,
    source="per-ion maximum of direct and shifted intensities, after the hybrid search of Moorthy et al., "
    "Anal. Chem. 89 (2017) 13261, doi:10.1021/acs.analchem.7b03320",
)


def hybrid_ei(
    query: MassSpectrum, reference: MassSpectrum, *, preset: HybridEiPreset, nominal_mass_difference: int
) -> float:
    """Compare two EI spectra, the reference's ions taken where they are and where the mass difference moves them.

    Parameters
    ----------
    query, reference : MassSpectrum
        The unknown and the library's spectrum, as they are.
    preset : HybridEiPreset
        The choices, for example ``SIMPLE_HYBRID_EI``.
    nominal_mass_difference : int, unit Da
        Nominal mass of the query's molecule minus that of the reference's.

    Returns
    -------
    float
        0.0 to 1.0.

    Raises
    ------
    InvalidSettingError
        If the mass difference is not a whole number.

    Notes
    -----
    With base peaks of 1 and ``L'`` the reference moved by the difference: ``H = max(L, L')`` at each mass,
    ``W(X) = m^a X^b``, score ``W(H) . W(q) / (|W(q)| max(|W(H)|, |W(L)|))``. Simpler than the search of the source,
    which moves parts of peaks. Source: see ``preset.source``.

    Examples
    --------
    >>> a = MassSpectrum(mz=np.array([91.0, 105.0]), intensity=np.array([1.0, 1.0]))
    >>> b = MassSpectrum(mz=np.array([91.0]), intensity=np.array([1.0]))
    >>> round(hybrid_ei(a, b, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=14), 3)
    1.0
    >>> round(hybrid_ei(a, b, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=0), 3)  # sqrt(91 / 196)
    0.681
    """
    shift = int(nominal_mass_difference)
    if shift != nominal_mass_difference:
        raise InvalidSettingError(f"nominal_mass_difference is {nominal_mass_difference}; expected a whole number")
    left, plain = _prepare(query, preset), _prepare(reference, preset)
    hybrid = _with_shifted(plain, shift) if abs(shift) <= preset.largest_shift else plain
    query_weights, hybrid_weights = preset.weighting.weigh(left), preset.weighting.weigh(hybrid)
    norm = float(np.linalg.norm(query_weights))
    norm *= float(max(np.linalg.norm(hybrid_weights), np.linalg.norm(preset.weighting.weigh(plain))))
    _, ours, theirs = np.intersect1d(left.mz, hybrid.mz, assume_unique=True, return_indices=True)
    return min(1.0, float(query_weights[ours] @ hybrid_weights[theirs]) / norm) if norm > 0 else 0.0


def hybrid_cosine(query: MassSpectrum, reference: MassSpectrum, *, preset: AccurateCosinePreset) -> float:
    """Compare two MS/MS spectra by the cosine of fragments, and of neutral losses where no fragment fits.

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
    Fragments have priority: a neutral loss is paired only between peaks that no fragment pair used. Source: Li and
    Fiehn, Nat. Methods 20 (2023) 1475, doi:10.1038/s41592-023-02012-9. ``ModifiedCosine`` of ``matchms`` 0.21.1 takes
    direct and shifted pairs together, the largest product first, and so may score higher.

    Examples
    --------
    >>> from spectra.scores.accurate_cosine import ACCURATE_COSINE
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([58.0, 82.0]), intensity=np.array([1.0, 1.0]), precursor=Precursor(mz=100.0))
    >>> b = MassSpectrum(mz=np.array([58.0, 96.0]), intensity=np.array([1.0, 1.0]), precursor=Precursor(mz=114.0))
    >>> round(hybrid_cosine(a, b, preset=ACCURATE_COSINE), 6)
    1.0
    """
    shift = precursor_mz(query) - precursor_mz(reference)
    left, right = prepare_accurate(query, preset), prepare_accurate(reference, preset)
    query_weights, reference_weights = preset.weighting.weigh(left), preset.weighting.weigh(right)
    pairs = _fragments_then_losses(left, right, query_weights, reference_weights, preset, shift)
    return weighted_cosine(query_weights, reference_weights, pairs)


def hybrid_entropy(query: MassSpectrum, reference: MassSpectrum, *, preset: EntropyPreset) -> float:
    """Compare two MS/MS spectra by the spectral entropy of fragments, and of neutral losses where no fragment fits.

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
    Pairs as in ``hybrid_cosine``, sum as in ``spectral_entropy_similarity``. Source: Li and Fiehn, Nat. Methods
    20 (2023) 1475, doi:10.1038/s41592-023-02012-9.

    Examples
    --------
    >>> from spectra.scores.spectral_entropy import WEIGHTED_ENTROPY
    >>> from spectra.spectrum import Precursor
    >>> a = MassSpectrum(mz=np.array([58.0, 82.0]), intensity=np.array([1.0, 1.0]), precursor=Precursor(mz=100.0))
    >>> b = MassSpectrum(mz=np.array([58.0, 96.0]), intensity=np.array([1.0, 1.0]), precursor=Precursor(mz=114.0))
    >>> round(hybrid_entropy(a, b, preset=WEIGHTED_ENTROPY), 6)
    1.0
    """
    shift = precursor_mz(query) - precursor_mz(reference)
    left, right = prepare_accurate(query, preset), prepare_accurate(reference, preset)
    query_shares, reference_shares = entropy_shares(left, preset), entropy_shares(right, preset)
    pairs = _fragments_then_losses(left, right, query_shares, reference_shares, preset, shift)
    return spectral_entropy_similarity(query_shares, reference_shares, pairs)


def _fragments_then_losses(
    query: MassSpectrum,
    reference: MassSpectrum,
    query_weights: FloatArray,
    reference_weights: FloatArray,
    preset: AccurateCosinePreset | EntropyPreset,
    shift_mz: float,
) -> PeakPairs:
    direct = pair_peaks(query, reference, query_weights, reference_weights, preset)
    free_query = np.setdiff1d(np.arange(len(query)), direct.query)
    free_reference = np.setdiff1d(np.arange(len(reference)), direct.reference)
    losses = pair_peaks(
        _some(query, free_query),
        _some(reference, free_reference),
        query_weights[free_query],
        reference_weights[free_reference],
        preset,
        shift_mz=shift_mz,
    )
    return PeakPairs(
        query=np.concatenate([direct.query, free_query[losses.query]]),
        reference=np.concatenate([direct.reference, free_reference[losses.reference]]),
    )


def _some(spectrum: MassSpectrum, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> MassSpectrum:
    return MassSpectrum(mz=spectrum.mz[places], intensity=spectrum.intensity[places], precursor=spectrum.precursor)


def _prepare(spectrum: MassSpectrum, preset: HybridEiPreset) -> MassSpectrum:
    kept = drop_weak_peaks(preset.unit_mass.bin(spectrum), fraction_of_base_peak=preset.weakest_peak_fraction)
    return scale_to_base_peak(kept, base=1.0)


def _with_shifted(spectrum: MassSpectrum, shift: int) -> MassSpectrum:
    """Give the larger of the direct and the moved intensity at each mass; what would leave the axis is lost."""
    moved = spectrum.mz + shift
    on_axis = (moved > 0) & (moved <= MAX_MZ)
    mz = np.concatenate([spectrum.mz, moved[on_axis]])
    masses, place = np.unique(mz, return_inverse=True)
    intensity = np.zeros(len(masses))
    np.maximum.at(intensity, place, np.concatenate([spectrum.intensity, spectrum.intensity[on_axis]]))
    return MassSpectrum(mz=masses, intensity=intensity)
