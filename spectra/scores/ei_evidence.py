"""Pieces of evidence that one EI spectrum at unit mass gives about others: what the combined presets weigh."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.scores.spectral_entropy import weigh_low_entropy
from spectra.spectrum import FloatArray

EI_EVIDENCE = (
    "weighted entropy similarity",
    "cosine m^1.3 I^0.53",
    "neighbour ratios m^1.3 I^0.53",
    "neighbour ratios by mass",
    "identity",
    "identity, reverse",
    "closeness of logarithms",
    "closeness of intensities",
    "cosine m^0.7 ln(1 + I/10)",
    "query within the reference's range",
    "reference within the query's range",
)
"""Names of the columns of ``ei_evidence``."""

WHOLE_EVIDENCE = (
    "neighbour ratios by mass, nothing cut",
    "identity, nothing cut",
    "identity, reverse, nothing cut",
)
"""Names of the columns of ``whole_evidence``."""

WEAKEST_PEAK_FRACTION = 0.002
"""Weaker ions are noise in libraries of seized drugs: with them, every weight of high mass does harm."""
_DETECTABLE = 10.0
"""Of 999: below it an intensity says little, since replicate spectra scatter by as much."""
_BULK = 20.0
_MOLECULAR_ION = 10.0
"""Of 999: the highest mass at least as strong stands for the molecular ion, or the largest fragment."""
_ISOTOPES = 3
"""Masses above it that still belong to it."""
_LEAST_COUNTED = 1.0
"""Of 999: where neither spectrum has more, there is no ion to compare (``NIST_IDENTITY_EI``)."""
_ROUNDING = 0.5


def ei_evidence(masses: FloatArray, query: FloatArray, references: FloatArray) -> FloatArray:
    """Compare one spectrum with many in the ways of ``EI_EVIDENCE``.

    Parameters
    ----------
    masses : ndarray, shape (n_masses,), float64, unit 1
        Nominal masses, rising.
    query : ndarray, shape (n_masses,), float64
        Intensities, base peak 999, 0 where there is no ion.
    references : ndarray, shape (n_spectra, n_masses), float64
        As the query, one spectrum a row.

    Returns
    -------
    ndarray, shape (n_spectra, 11)
        All values 0.0 to 1.0, 1.0 for a spectrum with itself (the ratios: from three common ions on).

    Notes
    -----
    With ``q`` and ``r`` intensities of base peak 999 and ``r' = r sum(sqrt(q r)) / sum(r)``:

    1. weighted spectral entropy similarity: Li et al. 2021, doi:10.1038/s41592-021-01331-z;
    2. cosine of ``m^1.3 I^0.53``: Kim et al. 2012, doi:10.1093/bioinformatics/bts083;
    3. mean of ``min(x, 1/x)`` over neighbouring common ions, ``x`` the step of those weights in one spectrum divided
       by the step in the other: Stein and Scott 1994, doi:10.1016/1044-0305(94)87009-8;
    4. mean of ``min(x, 1/x)`` over pairs of ions that are neighbours in both spectra, ``x`` the steps of ``I^0.5``,
       weighted by m: Samokhin 2024, doi:10.1021/jasms.4c00350;
    5. the identity match factor with that term, and 6. its reverse, before scaling to 1000 and without rounding
       (``identity_match_factors``);
    7. ``1 / (1 + sum(ln((q + 10) / (r' + 10))^2) / 10)``: ratios, but blind below what can be repeated;
    8. ``1 / (1 + sum(|q - r'| / (q + r' + 20)) / 5)``: the Canberra distance of Lance and Williams, Comput. J. 9
       (1966) 60, doi:10.1093/comjnl/9.1.60, with a bulk of 20;
    9. cosine of ``m^0.7 ln(1 + I / 10)``;
    10. the share of the query's intensity not above the reference's highest mass of at least 10, plus 3;
    11. the same the other way round: a molecular ion that the other spectrum lacks.

    Examples
    --------
    >>> masses, one = np.array([58.0, 77.0, 91.0]), np.array([999.0, 300.0, 500.0])
    >>> bool(np.allclose(ei_evidence(masses, one, one[None, :]), 1.0))
    True
    """
    seen = query > 0
    kim_query, kim = _kim(masses, query), _kim(masses, references)
    scaled = _scaled(query, references)
    log_query, log = masses**0.7 * np.log1p(query / _DETECTABLE), masses**0.7 * np.log1p(references / _DETECTABLE)
    identity = _identity(masses, query, references)
    return np.stack(
        [
            _entropy(query, references),
            _cosine(kim_query, kim),
            _neighbours(kim_query[seen], kim[:, seen], kim[:, seen] > 0, np.ones(int(seen.sum()))).mean,
            *identity,
            1.0 / (1.0 + (np.log((query + _DETECTABLE) / (scaled + _DETECTABLE)) ** 2).sum(axis=1) / 10.0),
            1.0 / (1.0 + (np.abs(query - scaled) / (query + scaled + _BULK)).sum(axis=1) / 5.0),
            _cosine(log_query, log),
            _share_up_to(masses, query[None, :], _range_end(masses, references)),
            _share_up_to(masses, references, _range_end(masses, query[None, :])),
        ],
        axis=1,
    )


def whole_evidence(masses: FloatArray, query: FloatArray, references: FloatArray) -> FloatArray:
    """Compare one spectrum with many by the published identity, whose only cut is the rounding of intensities.

    Parameters
    ----------
    masses : ndarray, shape (n_masses,), float64, unit 1
        Nominal masses, rising.
    query : ndarray, shape (n_masses,), float64
        Intensities, base peak 999, 0 where there is no ion.
    references : ndarray, shape (n_spectra, n_masses), float64
        As the query, one spectrum a row.

    Returns
    -------
    ndarray, shape (n_spectra, 3)
        The ratio term, the identity match factor and its reverse, 0.0 to 1.0, before scaling to 1000 and before 0.5
        is taken off.

    Notes
    -----
    See ``identity_match_factors`` with ``NIST_IDENTITY_EI``. Source: Samokhin 2024, doi:10.1021/jasms.4c00350.

    Examples
    --------
    >>> masses = np.array([50.0, 60.0, 100.0])
    >>> query, reference = np.array([999.0, 100.0, 400.0]), np.array([[999.0, 400.0, 0.0]])
    >>> whole_evidence(masses, query, reference).round(3).tolist()
    [[0.5, 0.527, 0.785]]
    """
    whole = [np.floor(rows + _ROUNDING) for rows in (query, references)]
    return np.stack(_identity(masses, *whole), axis=1)


def _kim(masses: FloatArray, intensity: FloatArray) -> FloatArray:
    weights: FloatArray = masses**1.3 * intensity**0.53
    return weights


def _cosine(query: FloatArray, references: FloatArray) -> FloatArray:
    norms = np.linalg.norm(references, axis=1) * np.linalg.norm(query)
    cosine: FloatArray = np.divide(references @ query, norms, out=np.zeros(len(references)), where=norms > 0)
    return np.minimum(cosine, 1.0)


def _entropy(query: FloatArray, references: FloatArray) -> FloatArray:
    left = weigh_low_entropy(query) / 2.0
    right = np.stack([weigh_low_entropy(row) for row in references]) / 2.0
    terms = _p_log2_p(left + right) - _p_log2_p(left) - _p_log2_p(right)
    similarity: FloatArray = np.clip(terms.sum(axis=1), 0.0, 1.0)
    return similarity


def _p_log2_p(shares: FloatArray) -> FloatArray:
    terms: FloatArray = shares * np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return terms


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Steps:
    mean: FloatArray
    """Mean ratio of steps, shape (n_spectra,); 0 where there is none."""
    count: npt.NDArray[np.int64]


def _neighbours(
    query: FloatArray, references: FloatArray, counted: npt.NDArray[np.bool_], mass_weights: FloatArray
) -> _Steps:
    """Compare the steps from one common ion to the next; a counted ion of one spectrum alone breaks the step."""
    common = (references > 0) & (query > 0) & counted
    quotient = np.divide(references, query, out=np.zeros_like(references), where=common)
    last = np.maximum.accumulate(np.where(counted, np.arange(len(query)), -1), axis=1)
    before = np.concatenate([np.full((len(references), 1), -1), last[:, :-1]], axis=1)
    previous = np.maximum(before, 0)
    usable = common & (before >= 0) & np.take_along_axis(common, previous, axis=1)
    step = np.ones_like(quotient)
    np.divide(quotient, np.take_along_axis(quotient, previous, axis=1), out=step, where=usable)
    weights = np.where(usable, mass_weights, 0.0)
    total = weights.sum(axis=1)
    summed = (weights * np.minimum(step, 1.0 / step)).sum(axis=1)
    mean = np.divide(summed, total, out=np.zeros(len(references)), where=total > 0)
    return _Steps(mean=mean, count=usable.sum(axis=1))


def _identity(
    masses: FloatArray, query: FloatArray, references: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the ratio term, the identity and the reverse identity, each of shape (n_spectra,)."""
    first = np.maximum(masses[np.argmax(query > 0)], masses[np.argmax(references > 0, axis=1)])[:, None]
    counted = (np.maximum(query, references) > _LEAST_COUNTED) & (masses >= first)
    steps = _neighbours(np.sqrt(query), np.sqrt(references), counted, masses)
    common = (counted & (query > 0) & (references > 0)).sum(axis=1)
    dot = np.where(counted, masses * np.sqrt(query * references), 0.0).sum(axis=1)
    right = np.where(counted, masses * references, 0.0).sum(axis=1)
    left = np.where(counted, masses * query, 0.0)
    factors = []
    for norm in (left.sum(axis=1), np.where(references > 0, left, 0.0).sum(axis=1)):
        term = np.divide(dot * dot, norm * right, out=np.zeros(len(references)), where=norm * right > 0)
        mixed = (common * term + steps.count * steps.mean) / np.maximum(common + steps.count, 1)
        factors.append(np.minimum(mixed, 1.0))
    return steps.mean, factors[0], factors[1]


def _scaled(query: FloatArray, references: FloatArray) -> FloatArray:
    total = references.sum(axis=1)
    factor = np.divide(np.sqrt(references * query).sum(axis=1), total, out=np.zeros(len(references)), where=total > 0)
    scaled: FloatArray = references * factor[:, None]
    return scaled


def _range_end(masses: FloatArray, intensity: FloatArray) -> FloatArray:
    """Give the highest mass of each row that may hold its molecular ion, its isotopes included."""
    strong = np.where(intensity >= _MOLECULAR_ION, masses, 0.0)
    end: FloatArray = strong.max(axis=1) + _ISOTOPES
    return end


def _share_up_to(masses: FloatArray, intensity: FloatArray, end: FloatArray) -> FloatArray:
    total = intensity.sum(axis=1)
    inside = np.where(masses <= end[:, None], intensity, 0.0).sum(axis=1)
    share: FloatArray = np.divide(inside, total, out=np.zeros(len(inside)), where=total > 0)
    return share
