"""Combined score for MS/MS spectra: collision energies and replicates of a compound pooled, several scores together."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spectra.alignment import match_peaks
from spectra.errors import InvalidSpectrumError
from spectra.scores.accurate_mass import precursor_mz, prepare_accurate
from spectra.scores.combined import (
    CandidateCompound,
    CombinedPreset,
    RankedCompound,
    rank_by_evidence,
)
from spectra.scores.cosine import weighted_cosine
from spectra.scores.spectral_entropy import WEIGHTED_ENTROPY, EntropyPreset, weigh_low_entropy
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.weighting import Weighting

MSMS_EVIDENCE = (
    "weighted entropy similarity",
    "cosine m^2 I^0.5",
    "cosine I^0.5",
    "logarithm of the entropy distance",
    "entropy similarity with the best two spectra",
    "logarithm of that distance",
    "entropy similarity with all spectra",
    "mean entropy similarity",
    "query explained by the best spectrum",
    "precursor distance in mDa",
)
"""Names of the columns of ``msms_evidence``."""

_HIGH_MASS = Weighting(mz_exponent=2.0, intensity_exponent=0.5)
_PLAIN = Weighting(mz_exponent=0.0, intensity_exponent=0.5)
_FULL = 1.01
"""Distances are taken from a little above 1, so that the logarithm of a full match is finite."""
_POOLED = 6
"""Pairs are made of this many best spectra of a compound."""
_MILLI = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedSpectra:
    """What a query and many reference spectra have in common."""

    query_shares: FloatArray
    """Weighted relative intensities of the query, shape (n_peaks,), summing to 1."""
    reference_shares: FloatArray
    """Those of the references at the query's peaks, shape (n_spectra, n_peaks); 0 where nothing matches."""
    high_mass_cosine: FloatArray
    """Cosine of ``m^2 I^0.5``, shape (n_spectra,)."""
    plain_cosine: FloatArray
    """Cosine of ``I^0.5``, shape (n_spectra,)."""
    precursor_distance: FloatArray
    """Distance of the precursors, shape (n_spectra,), unit 1."""


COMBINED_MSMS_OPEN = CombinedPreset(
    name="msms-combined-open",
    version=1,
    coefficients=(
        ("weighted entropy similarity", 3.1247),
        ("cosine m^2 I^0.5", 5.166),
        ("cosine I^0.5", -2.3782),
        ("logarithm of the entropy distance", -0.9741),
        ("entropy similarity with the best two spectra", 3.109),
        ("logarithm of that distance", 0.9102),
        ("entropy similarity with all spectra", -0.9336),
        ("mean entropy similarity", 5.0457),
        ("query explained by the best spectrum", 3.3883),
    ),
    provenance="conditional logit, ridge 1, by benchmarks/fit_combined.py on 2026-11-22 on 1 175 queries, one of each "
    "compound, of the permissive MS/MS records of MassBank 2025.05.1, records of the query's compound from the "
    "same contributor and instrument left out; in nested cross-validation 59.7 % first, best single score 55.7 %",
    source="conditional logit over published scores and mixtures of spectra; see msms_evidence for each",
)
COMBINED_MSMS_IDENTITY = CombinedPreset(
    name="msms-combined-identity",
    version=1,
    coefficients=(
        ("weighted entropy similarity", 0.158),
        ("cosine m^2 I^0.5", 1.3021),
        ("cosine I^0.5", 0.8374),
        ("logarithm of the entropy distance", 0.0076),
        ("entropy similarity with the best two spectra", 0.1489),
        ("logarithm of that distance", 0.1426),
        ("entropy similarity with all spectra", 0.5151),
        ("mean entropy similarity", 2.2341),
        ("query explained by the best spectrum", -0.8361),
        ("precursor distance in mDa", -0.3941),
    ),
    provenance="conditional logit, ridge 1, by benchmarks/fit_combined.py on 2026-11-22 on 1 175 queries, one of each "
    "compound, of the permissive MS/MS records of MassBank 2025.05.1, records of the query's compound from the "
    "same contributor and instrument left out; in nested cross-validation 90.7 % first, best single score 89.1 %",
    source="conditional logit over published scores and mixtures of spectra; see msms_evidence for each",
)


def rank_compounds_msms(
    query: MassSpectrum,
    candidates: Sequence[CandidateCompound],
    *,
    preset: CombinedPreset,
    cleaning: EntropyPreset = WEIGHTED_ENTROPY,
) -> tuple[RankedCompound, ...]:
    """Sort the compounds of a short list by all that their MS/MS spectra say together.

    Parameters
    ----------
    query : MassSpectrum
        The unknown, with its precursor.
    candidates : sequence of CandidateCompound
        The compounds that a first search found, with their spectra at all collision energies.
    preset : CombinedPreset
        The coefficients, for example ``COMBINED_MSMS_OPEN``.
    cleaning : EntropyPreset
        How spectra are cleaned and peaks paired; the coefficients were fitted with ``WEIGHTED_ENTROPY``.

    Returns
    -------
    tuple of RankedCompound
        By falling score.

    Raises
    ------
    InvalidSpectrumError
        If a spectrum has no precursor, or nothing of the query is left after cleaning.
    InvalidSettingError
        If the preset weighs what is not in ``MSMS_EVIDENCE``.

    Notes
    -----
    See ``msms_evidence`` for the terms and ``rank_by_evidence`` for the sum.

    Examples
    --------
    >>> from spectra.spectrum import Precursor
    >>> ion = Precursor(mz=200.1)
    >>> low = MassSpectrum(mz=np.array([58.065, 182.1]), intensity=np.array([2.0, 9.0]), precursor=ion)
    >>> high = MassSpectrum(mz=np.array([58.065, 182.1]), intensity=np.array([9.0, 2.0]), precursor=ion)
    >>> other = MassSpectrum(mz=np.array([58.065, 91.054]), intensity=np.array([5.0, 5.0]), precursor=ion)
    >>> query = MassSpectrum(mz=np.array([58.065, 182.1]), intensity=np.array([6.0, 5.0]), precursor=ion)
    >>> first = CandidateCompound(group="other", spectra=(other,))
    >>> second = CandidateCompound(group="same", spectra=(low, high))
    >>> [found.group for found in rank_compounds_msms(query, [first, second], preset=COMBINED_MSMS_OPEN)]
    ['same', 'other']
    """
    if not candidates:
        return ()
    prepared = prepare_accurate(query, cleaning)
    if not len(prepared):
        raise InvalidSpectrumError("the query has no fragment left after cleaning")
    references = [spectrum for compound in candidates for spectrum in compound.spectra]
    matched = _match(prepared, references, cleaning)
    evidence = msms_evidence(matched, [len(compound.spectra) for compound in candidates])
    return rank_by_evidence([compound.group for compound in candidates], evidence, MSMS_EVIDENCE, preset=preset)


def msms_evidence(matched: MatchedSpectra, sizes: Sequence[int]) -> FloatArray:
    """Compare one spectrum with all spectra of each candidate compound in the ten ways of ``MSMS_EVIDENCE``.

    Parameters
    ----------
    matched : MatchedSpectra
        Spectra of one compound stand together.
    sizes : sequence of int
        How many spectra each compound has, each at least 1.

    Returns
    -------
    ndarray, shape (n_compounds, 10)
        Similarities 0.0 to 1.0; logarithms ``-ln(1.01 - s)``; the distance in mDa, not above 10.

    Notes
    -----
    A spectrum between two collision energies is nearly a mixture of theirs, so the query is compared with mixtures.
    With ``s(q, r)`` the weighted spectral entropy similarity (Li et al. 2021, doi:10.1038/s41592-021-01331-z) and
    ``r`` the weighted relative intensities of a compound's spectra:

    1. ``max s``; 2., 3. largest cosine of ``m^2 I^0.5`` and ``I^0.5``; 4. ``-ln(1.01 - max s)``;
    5. ``max s(q, (r_i + r_j) / 2)`` over pairs of the six best spectra; 6. its ``-ln(1.01 - s)``;
    7. ``s(q, mean r)`` over all spectra; 8. ``mean s`` over all spectra;
    9. the share of the query that is matched in the best spectrum;
    10. the smallest distance of the precursors (for identity search; an open search may not use it).

    The mixtures and 9 as defined here are this project's own.

    Examples
    --------
    >>> one = np.array([0.5, 0.5])
    >>> matched = MatchedSpectra(
    ...     query_shares=one,
    ...     reference_shares=np.array([[0.9, 0.1], [0.1, 0.9]]),
    ...     high_mass_cosine=np.ones(2),
    ...     plain_cosine=np.ones(2),
    ...     precursor_distance=np.array([0.002, 0.001]),
    ... )
    >>> msms_evidence(matched, [2])[0, [4, 6, 9]].round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    single = _similarity(matched.query_shares, matched.reference_shares)
    explained = (matched.query_shares * (matched.reference_shares > 0)).sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    rows = []
    for start, stop in itertools.pairwise(starts):
        compound = slice(start, stop)
        shares, alone = matched.reference_shares[compound], single[compound]
        best = np.argsort(-alone, kind="stable")[:_POOLED]
        mixtures = (shares[best][:, None] + shares[best][None, :]) / 2.0
        pair = float(_similarity(matched.query_shares, mixtures).max())
        rows.append(
            [
                alone.max(),
                matched.high_mass_cosine[compound].max(),
                matched.plain_cosine[compound].max(),
                -np.log(_FULL - alone.max()),
                pair,
                -np.log(_FULL - pair),
                _similarity(matched.query_shares, shares.mean(axis=0)),
                alone.mean(),
                explained[compound][best[0]],
                min(10.0, _MILLI * matched.precursor_distance[compound].min()),
            ]
        )
    return np.array(rows, dtype=np.float64)


def _match(query: MassSpectrum, references: Sequence[MassSpectrum], cleaning: EntropyPreset) -> MatchedSpectra:
    shares = np.zeros((len(references), len(query)))
    high_mass, plain, distance = (np.zeros(len(references)) for _ in range(3))
    for row, spectrum in enumerate(references):
        reference = prepare_accurate(spectrum, cleaning)
        pairs = match_peaks(query, reference, tolerance=cleaning.tolerance)
        shares[row, pairs.query] = weigh_low_entropy(reference.intensity)[pairs.reference]
        for weighting, cosine in ((_HIGH_MASS, high_mass), (_PLAIN, plain)):
            cosine[row] = weighted_cosine(weighting.weigh(query), weighting.weigh(reference), pairs)
        distance[row] = abs(precursor_mz(query) - precursor_mz(spectrum))
    return MatchedSpectra(
        query_shares=weigh_low_entropy(query.intensity),
        reference_shares=shares,
        high_mass_cosine=high_mass,
        plain_cosine=plain,
        precursor_distance=distance,
    )


def _similarity(query: FloatArray, references: FloatArray) -> FloatArray:
    left, right = query / 2.0, references / 2.0
    terms = np.where(right > 0, _p_log2_p(left + right) - _p_log2_p(left) - _p_log2_p(right), 0.0)
    similarity: FloatArray = np.clip(terms.sum(axis=-1), 0.0, 1.0)
    return similarity


def _p_log2_p(shares: FloatArray) -> FloatArray:
    terms: FloatArray = shares * np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return terms
