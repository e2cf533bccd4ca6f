"""Match factor and reverse match factor, 0 to 999, for unit-mass spectra."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.alignment import PeakPairs
from spectra.cleaning import drop_weak_peaks, keep_from
from spectra.scores.cosine import weighted_cosine
from spectra.spectrum import MassSpectrum
from spectra.tolerance import UnitMass
from spectra.weighting import Weighting

FULL_MATCH = 999.0
"""The match factor of a spectrum with itself, by the custom of library searches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFactorPreset:
    """All choices that change a match factor, under one name and version that reports print."""

    name: str
    version: int
    """Raised with every change that can change a number; old versions stay, so that old reports can be redone."""
    weighting: Weighting
    unit_mass: UnitMass
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise on both sides (0.001 is 1 of 999)."""
    source: str


SIMPLE_EI = MatchFactorPreset(
    name="ei-simple",
    version=1,
    weighting=Weighting(mz_exponent=0.0, intensity_exponent=0.5),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.002,
    source="simple similarity: squared cosine of the square roots of intensities "
    "(Stein and Scott 1994, doi:10.1016/1044-0305(94)87009-8; Samokhin 2024 for the term and the mass border)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFactors:
    """How alike two spectra are, counted both ways."""

    match_factor: float
    """0 to 999; every ion of both spectra counts."""
    reverse_match_factor: float
    """0 to 999; ions that only the query has are left out, as if they came from something else."""
    matched_ions: int
    """Nominal masses present in both."""


def prepare_spectrum(spectrum: MassSpectrum, preset: MatchFactorPreset, *, lowest_mz: float) -> MassSpectrum:
    """Bring a spectrum to the form that is compared: unit mass, the scanned range, no noise.

    Parameters
    ----------
    spectrum : MassSpectrum
        As measured or as in the library.
    preset : MatchFactorPreset
        The choices.
    lowest_mz : float, unit 1
        Lowest m/z that the query's instrument scanned. Both sides are cut there, and cut before noise
        is judged, so that an ion outside the range does not raise the limit for those inside.
    """
    binned = keep_from(preset.unit_mass.bin(spectrum), lowest_mz=lowest_mz)
    return drop_weak_peaks(binned, fraction_of_base_peak=preset.weakest_peak_fraction)


def match_factors(
    query: MassSpectrum, reference: MassSpectrum, *, preset: MatchFactorPreset, lowest_mz: float
) -> MatchFactors:
    """Compare two spectra at unit mass.

    Parameters
    ----------
    query, reference : MassSpectrum
        The unknown and the library's spectrum, as they are.
    preset : MatchFactorPreset
        The choices, for example ``SIMPLE_EI``.
    lowest_mz : float, unit 1
        Lowest m/z that the query's instrument scanned.

    Returns
    -------
    MatchFactors
        Both 0 where nothing is in common.

    Notes
    -----
    ``999 cos^2`` of the weighted spectra; for the reverse factor the query's norm runs over common ions only.
    Source: see ``preset.source``.

    Examples
    --------
    >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))
    >>> result = match_factors(a, a, preset=SIMPLE_EI, lowest_mz=40.0)
    >>> result.match_factor, result.reverse_match_factor, result.matched_ions
    (999.0, 999.0, 2)
    """
    left = prepare_spectrum(query, preset, lowest_mz=lowest_mz)
    right = prepare_spectrum(reference, preset, lowest_mz=lowest_mz)
    pairs = _same_nominal_mass(left.mz, right.mz)
    query_weights, reference_weights = preset.weighting.weigh(left), preset.weighting.weigh(right)
    common = PeakPairs(query=np.arange(len(pairs)), reference=pairs.reference)
    return MatchFactors(
        match_factor=_factor(weighted_cosine(query_weights, reference_weights, pairs)),
        reverse_match_factor=_factor(weighted_cosine(query_weights[pairs.query], reference_weights, common)),
        matched_ions=len(pairs),
    )


def _factor(cosine: float) -> float:
    return FULL_MATCH if cosine >= 1.0 - 1e-12 else FULL_MATCH * cosine * cosine  # 1e-12: rounding of two norms


def _same_nominal_mass(query: npt.NDArray[np.float64], reference: npt.NDArray[np.float64]) -> PeakPairs:
    _, left, right = np.intersect1d(query, reference, assume_unique=True, return_indices=True)
    return PeakPairs(query=left.astype(np.int64), reference=right.astype(np.int64))
