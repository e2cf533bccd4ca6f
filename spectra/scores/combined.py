"""Several scores of one short list of candidate compounds, weighed together by fitted coefficients."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray, MassSpectrum

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCompound:
    """One compound of a short list with all spectra that the library holds of it.

    Raises
    ------
    InvalidSettingError
        If there is no spectrum.
    """

    group: Hashable
    """What spectra of one compound share."""
    spectra: tuple[MassSpectrum, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a compound that nothing can be compared with."""
        if not self.spectra:
            raise InvalidSettingError(f"the candidate {self.group!r} has no spectrum")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCompound:
    """A candidate with what speaks for it."""

    group: Hashable
    score: float
    """A relative logarithm of odds: only differences within one list mean anything."""
    evidence: tuple[tuple[str, float], ...]
    """Name and value of each piece of evidence, in the order of the preset's coefficients."""
    contributions: tuple[tuple[str, float], ...]
    """Name of each piece and what it adds to the score: value times coefficient."""
    mass_shift: int
    """Not 0: the candidate's ions were moved by so many masses to explain the query, as those of an isotopologue."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanations:
    """Ways in which candidates may explain a query, one a row: as they are, or with their masses moved.

    Raises
    ------
    InvalidSettingError
        If the three have different lengths.
    """

    candidate: IntArray
    """Place of the candidate that each row belongs to, shape (n_rows,)."""
    evidence: FloatArray
    """Values of each piece of evidence, shape (n_rows, n_names)."""
    mass_shift: IntArray
    """By how many masses the candidate's ions were moved, shape (n_rows,), unit 1."""

    def __post_init__(self) -> None:
        """Refuse rows that do not belong together."""
        if not len(self.candidate) == len(self.evidence) == len(self.mass_shift):
            raise InvalidSettingError(
                f"{len(self.candidate)} candidates, {len(self.evidence)} rows of evidence and {len(self.mass_shift)} "
                "mass shifts; expected as many of each"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedPreset:
    """Coefficients of pieces of evidence, under one name and version.

    Raises
    ------
    InvalidSettingError
        If there is no coefficient, a name stands twice, or a coefficient is not finite.
    """

    name: str
    version: int
    coefficients: tuple[tuple[str, float], ...]
    """Name of each piece of evidence and what one unit of it adds to the logarithm of odds."""
    provenance: str
    """How, on what and when the coefficients were fitted."""
    source: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a linear score."""
        names = [name for name, _ in self.coefficients]
        if not names or len(set(names)) != len(names):
            raise InvalidSettingError(f"coefficients {names}; expected at least one, each named once")
        if not np.isfinite([value for _, value in self.coefficients]).all():
            raise InvalidSettingError("coefficients must be finite")


def rank_by_evidence(
    groups: Sequence[Hashable], evidence: FloatArray, names: Sequence[str], *, preset: CombinedPreset
) -> tuple[RankedCompound, ...]:
    """Weigh the evidence for each candidate and sort.

    Parameters
    ----------
    groups : sequence of hashable
        One for each candidate.
    evidence : ndarray, shape (n_candidates, n_names), float64
        Values of each piece of evidence.
    names : sequence of str
        Names of the columns; the preset weighs some or all of them.
    preset : CombinedPreset
        The coefficients.

    Returns
    -------
    tuple of RankedCompound
        By falling score; of equal ones in the order given.

    Raises
    ------
    InvalidSettingError
        If the shape of the evidence does not fit, or the preset weighs what is no column.

    Notes
    -----
    ``score = sum coefficient * evidence``: the linear predictor of a conditional logit over the list. Source:
    McFadden, in Zarembka (ed.), Frontiers in Econometrics (1974) 105.

    Examples
    --------
    >>> preset = CombinedPreset(
    ...     name="x", version=1, coefficients=(("a", 2.0), ("b", -1.0)), provenance="by hand", source=""
    ... )
    >>> found = rank_by_evidence("pq", np.array([[1.0, 3.0], [2.0, 1.0]]), ["a", "b"], preset=preset)
    >>> [(compound.group, compound.score) for compound in found]
    [('q', 3.0), ('p', -1.0)]
    """
    if evidence.shape != (len(groups), len(names)):
        raise InvalidSettingError(f"evidence of shape {evidence.shape}; expected {(len(groups), len(names))}")
    unmoved = np.zeros(len(groups), dtype=np.int64)
    explained = Explanations(candidate=np.arange(len(groups)), evidence=evidence, mass_shift=unmoved)
    return rank_by_explanations(groups, explained, names, preset=preset)


def rank_by_explanations(
    groups: Sequence[Hashable], explanations: Explanations, names: Sequence[str], *, preset: CombinedPreset
) -> tuple[RankedCompound, ...]:
    """Weigh each explanation of each candidate, keep the candidate's best, and sort.

    Parameters
    ----------
    groups : sequence of hashable
        One for each candidate.
    explanations : Explanations
        At least one row for each candidate.
    names : sequence of str
        Names of the columns of evidence; the preset weighs some or all of them.
    preset : CombinedPreset
        The coefficients.

    Returns
    -------
    tuple of RankedCompound
        By falling score; of equal ones in the order given. Of equal explanations the first counts.

    Raises
    ------
    InvalidSettingError
        If the evidence has not one column for each name, a candidate has no row, or the preset weighs what is no
        column.

    Notes
    -----
    A candidate's score is the largest ``sum coefficient * evidence`` over its explanations: the linear predictor of a
    conditional logit whose alternatives are pairs of candidate and explanation. See ``rank_by_evidence``.

    Examples
    --------
    >>> preset = CombinedPreset(
    ...     name="x", version=1, coefficients=(("a", 2.0), ("b", -1.0)), provenance="by hand", source=""
    ... )
    >>> rows = Explanations(
    ...     candidate=np.array([0, 1, 0]),
    ...     evidence=np.array([[1.0, 0.0], [2.0, 0.0], [4.0, 1.0]]),
    ...     mass_shift=np.array([0, 0, 5]),
    ... )
    >>> found = rank_by_explanations("pq", rows, ["a", "b"], preset=preset)
    >>> [(compound.group, compound.score, compound.mass_shift) for compound in found]
    [('p', 7.0, 5), ('q', 4.0, 0)]
    """
    evidence, candidate = explanations.evidence, explanations.candidate
    if evidence.shape != (len(candidate), len(names)) or not np.isin(np.arange(len(groups)), candidate).all():
        raise InvalidSettingError(
            f"evidence of shape {evidence.shape}; expected {len(names)} columns and a row for each of {len(groups)} "
            "candidates"
        )
    weighed = [name for name, _ in preset.coefficients]
    unknown = sorted(set(weighed) - set(names))
    if unknown:
        raise InvalidSettingError(f"the preset weighs {unknown}; expected some of {sorted(names)}")
    columns = evidence[:, [list(names).index(name) for name in weighed]]
    contributions = columns * np.array([value for _, value in preset.coefficients])
    scores = contributions.sum(axis=1)
    order = np.lexsort((np.arange(len(candidate)), candidate, -scores))
    _, first = np.unique(candidate[order], return_index=True)
    return tuple(
        RankedCompound(
            group=groups[candidate[row]],
            score=float(scores[row]),
            evidence=tuple(zip(weighed, columns[row].tolist(), strict=True)),
            contributions=tuple(zip(weighed, contributions[row].tolist(), strict=True)),
            mass_shift=int(explanations.mass_shift[row]),
        )
        for row in order[np.sort(first)]
    )


def best_of_groups(values: FloatArray, sizes: Sequence[int]) -> FloatArray:
    """Give the largest value of each column within each run of rows.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_columns), float64
        Rows of one group stand together.
    sizes : sequence of int
        How many rows each group has, each at least 1.

    Returns
    -------
    ndarray, shape (n_groups, n_columns)

    Examples
    --------
    >>> best_of_groups(np.array([[1.0, 5.0], [2.0, 4.0], [0.0, 0.0]]), [2, 1]).tolist()
    [[2.0, 5.0], [0.0, 0.0]]
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    best: FloatArray = np.maximum.reduceat(values, starts, axis=0)
    return best
