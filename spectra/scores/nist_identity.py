"""Identity match factor of the kind that NIST's search program gives: two terms, whole intensities, 0 to 999.5."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.cleaning import scale_to_base_peak
from spectra.scores.match_factor import FULL_MATCH, MatchFactors
from spectra.scores.unit_mass_alignment import UnitMassPair, lay_together
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import UnitMass

_SCALE = 1000.0
_ROUNDING = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPreset:
    """All choices that change an identity match factor, under one name and version."""

    name: str
    version: int
    unit_mass: UnitMass
    least_counted: float
    """An ion counts only above this intensity (base peak 999): in the stronger spectrum if both have it."""
    source: str


NIST_IDENTITY_EI = IdentityPreset(
    name="ei-nist-identity",
    version=1,
    unit_mass=UnitMass(),
    least_counted=1.0,
    source="Identity, EI Normal, as described by Samokhin 2024, doi:10.1021/jasms.4c00350; "
    "terms: Stein and Scott 1994, doi:10.1016/1044-0305(94)87009-8",
)


def identity_match_factors(query: MassSpectrum, reference: MassSpectrum, *, preset: IdentityPreset) -> MatchFactors:
    """Compare two unit-mass spectra by their weighted cosine and by the ratios of neighbouring common ions.

    Parameters
    ----------
    query, reference : MassSpectrum
        The unknown and the library's spectrum, as they are.
    preset : IdentityPreset
        The choices, for example ``NIST_IDENTITY_EI``.

    Returns
    -------
    MatchFactors
        Both 0 to 999.5; 0 where nothing is in common.

    Notes
    -----
    Intensities are summed per nominal mass, scaled to a base peak of 999 and rounded. From the larger of the two
    first masses on, with ``w1 = sqrt(m I)`` and ``w2 = sqrt(I)``::

        T1 = (sum w1q w1r)^2 / (sum w1q^2 sum w1r^2)              over counted ions; n1 common ones
        T2 = sum m r / sum m,  r = min(a, 1/a),  a = (w2q / w2q') / (w2r / w2r')
        MF = 1000 (n1 T1 + n2 T2) / (n1 + n2) - 0.5

    T2 runs over the n2 pairs of a common ion and the common one before it (marked ') with no counted ion that only
    one spectrum has between them. In the reverse factor ions that only the query has are left out of its norm; T2
    stays. An ion of rounded intensity 0 is no ion. Source: see ``preset.source``; not compared with the program
    itself, which is not public.

    Examples
    --------
    >>> a = MassSpectrum(mz=np.array([50.0, 60.0, 100.0]), intensity=np.array([999.0, 100.0, 400.0]))
    >>> b = MassSpectrum(mz=np.array([50.0, 60.0]), intensity=np.array([999.0, 400.0]))
    >>> found = identity_match_factors(a, b, preset=NIST_IDENTITY_EI)
    >>> # T1 = 61950^2 / (95950 * 73950), reverse 61950^2 / (55950 * 73950), n1 = 2; T2 = 0.5, n2 = 1
    >>> round(found.match_factor, 3), round(found.reverse_match_factor, 3), found.matched_ions
    (526.752, 784.543, 2)
    """
    left, right = _prepare(query, preset), _prepare(reference, preset)
    if not (len(left) and len(right)):
        return MatchFactors(match_factor=0.0, reverse_match_factor=0.0, matched_ions=0)
    pair = _counted(lay_together(left, right), first=max(left.mz[0], right.mz[0]), preset=preset)
    common = pair.common
    ratios = neighbour_ratios(pair, np.sqrt(pair.query), np.sqrt(pair.reference), broken_by_lone_ions=True)
    seen = UnitMassPair(mz=pair.mz, query=np.where(pair.reference > 0, pair.query, 0.0), reference=pair.reference)
    count = int(common.sum())
    return MatchFactors(
        match_factor=_factor(_cosine_term(pair), count, ratios),
        reverse_match_factor=_factor(_cosine_term(seen), count, ratios),
        matched_ions=count,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeighbourRatios:
    """How alike the intensity steps from one common ion to the next are."""

    mz: FloatArray
    """Nominal mass of the later ion of each pair, shape (n_pairs,)."""
    ratio: FloatArray
    """The smaller step divided by the larger, in (0, 1], shape (n_pairs,)."""


def neighbour_ratios(
    pair: UnitMassPair, query_weights: FloatArray, reference_weights: FloatArray, *, broken_by_lone_ions: bool
) -> NeighbourRatios:
    """Compare the step from each common ion to the next one in both spectra.

    Parameters
    ----------
    pair : UnitMassPair
        Two spectra on one axis.
    query_weights, reference_weights : ndarray, shape (n_masses,), float64
        Weights on that axis, above 0 at common ions.
    broken_by_lone_ions : bool
        Whether an ion that only one spectrum has, between two common ones, takes that step out.

    Returns
    -------
    NeighbourRatios
        One for each step that is compared.

    Examples
    --------
    >>> mz = np.array([50.0, 60.0])
    >>> query, reference = np.array([4.0, 1.0]), np.array([4.0, 2.0])
    >>> pair = UnitMassPair(mz=mz, query=query, reference=reference)
    >>> neighbour_ratios(pair, query, reference, broken_by_lone_ions=True).ratio.tolist()
    [0.5]
    """
    common = np.flatnonzero(pair.common)
    quotient = query_weights[common] / reference_weights[common]
    step = quotient[1:] / quotient[:-1]
    kept: npt.NDArray[np.bool_] = np.diff(common) == 1 if broken_by_lone_ions else np.ones(len(step), dtype=bool)
    return NeighbourRatios(mz=pair.mz[common[1:]][kept], ratio=np.minimum(step, 1.0 / step)[kept])


def _prepare(spectrum: MassSpectrum, preset: IdentityPreset) -> MassSpectrum:
    scaled = scale_to_base_peak(preset.unit_mass.bin(spectrum), base=FULL_MATCH)
    whole = np.floor(scaled.intensity + _ROUNDING)
    return MassSpectrum(mz=scaled.mz[whole > 0], intensity=whole[whole > 0])


def _counted(pair: UnitMassPair, *, first: float, preset: IdentityPreset) -> UnitMassPair:
    keep = (pair.mz >= first) & (np.maximum(pair.query, pair.reference) > preset.least_counted)
    return UnitMassPair(mz=pair.mz[keep], query=pair.query[keep], reference=pair.reference[keep])


def _cosine_term(pair: UnitMassPair) -> float:
    dot = float((pair.mz * np.sqrt(pair.query * pair.reference)).sum())
    norms = float((pair.mz * pair.query).sum() * (pair.mz * pair.reference).sum())
    return min(1.0, dot * dot / norms) if norms > 0 else 0.0


def _factor(cosine_term: float, common: int, ratios: NeighbourRatios) -> float:
    if common == 0:
        return 0.0
    steps = len(ratios.ratio)
    ratio_term = float((ratios.mz * ratios.ratio).sum() / ratios.mz.sum()) if steps else 0.0
    return max(0.0, _SCALE * (common * cosine_term + steps * ratio_term) / (common + steps) - _ROUNDING)
