"""Which peak of one spectrum stands for which peak of another."""

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSpectrumError
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import Tolerance, to_udalton

Assignment = Literal["nearest", "optimal"]
"""Who gets a peak that several could take: the nearest, or whoever makes the sum over all pairs largest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeakPairs:
    """Matched peaks as two index arrays of equal length; no index stands twice in its array."""

    query: npt.NDArray[np.int64]
    """Positions in the query, shape (n_pairs,), rising."""
    reference: npt.NDArray[np.int64]
    """Positions in the reference, shape (n_pairs,)."""

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.query)


def match_peaks(
    query: MassSpectrum, reference: MassSpectrum, *, tolerance: Tolerance, shift_mz: float = 0.0
) -> PeakPairs:
    """Pair peaks within a tolerance, the nearest pair first, each peak at most once.

    Parameters
    ----------
    query, reference : MassSpectrum
        Any two spectra.
    tolerance : Dalton or Ppm
        A closed interval around the query's m/z, compared in whole micro-daltons.
    shift_mz : float, unit 1
        Added to the reference's m/z first: the difference of the precursors, where neutral losses are compared.

    Returns
    -------
    PeakPairs
        Sorted by the query's position. Ties in distance go to the lower query position, then to the
        lower reference position, so that the result is the same on every platform.
    """
    near = _near_pairs(query, reference, tolerance=tolerance, shift_mz=shift_mz)
    return _nearest_first(near.left, near.right, near.distance)


def assign_peaks(
    query: MassSpectrum,
    reference: MassSpectrum,
    *,
    tolerance: Tolerance,
    query_weights: FloatArray,
    reference_weights: FloatArray,
    shift_mz: float = 0.0,
) -> PeakPairs:
    """Pair peaks within a tolerance so that the sum of the products of their weights is the largest possible.

    Parameters
    ----------
    query, reference : MassSpectrum
        Any two spectra.
    tolerance : Dalton or Ppm
        As in ``match_peaks``.
    query_weights, reference_weights : ndarray, shape (n_peaks,), float64, unit 1
        What a pair is worth is the product of its two weights; a pair worth nothing is not made.
    shift_mz : float, unit 1
        As in ``match_peaks``.

    Returns
    -------
    PeakPairs
        Sorted by the query's position.

    Raises
    ------
    InvalidSpectrumError
        If a weight array does not fit its spectrum, or holds what is negative or not finite.

    Notes
    -----
    The assignment problem, solved cluster by cluster: peaks that no chain of near peaks connects cannot compete
    for a partner. Source: Crouse, IEEE Trans. Aerosp. Electron. Syst. 52 (2016) 1679, doi:10.1109/TAES.2016.140952
    (the algorithm of ``scipy.optimize.linear_sum_assignment``).

    Examples
    --------
    >>> from spectra.tolerance import Dalton
    >>> query = MassSpectrum(mz=np.array([100.0, 100.1]), intensity=np.array([1.0, 1.0]))
    >>> reference = MassSpectrum(mz=np.array([100.09]), intensity=np.array([1.0]))
    >>> weights = np.array([5.0, 1.0])
    >>> found = assign_peaks(
    ...     query, reference, tolerance=Dalton(0.2), query_weights=weights, reference_weights=np.array([1.0])
    ... )
    >>> found.query.tolist(), match_peaks(query, reference, tolerance=Dalton(0.2)).query.tolist()
    ([0], [1])
    """
    _require_weights(query, query_weights)
    _require_weights(reference, reference_weights)
    near = _near_pairs(query, reference, tolerance=tolerance, shift_mz=shift_mz)
    worth = query_weights[near.left] * reference_weights[near.right]
    chosen: list[tuple[int, int]] = []
    for cluster in _clusters(near):
        chosen += _best_of_cluster(near.left[cluster], near.right[cluster], worth[cluster])
    return _pairs(chosen)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _NearPairs:
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    distance: npt.NDArray[np.int64]
    """In micro-daltons."""


def _near_pairs(query: MassSpectrum, reference: MassSpectrum, *, tolerance: Tolerance, shift_mz: float) -> _NearPairs:
    """Give every pair within the tolerance, by the query's position, then by the reference's."""
    query_udalton = to_udalton(query.mz)
    reference_udalton = to_udalton(reference.mz + shift_mz) if shift_mz else to_udalton(reference.mz)
    half = tolerance.half_width_udalton(query.mz)
    first = np.searchsorted(reference_udalton, query_udalton - half, side="left")
    last = np.searchsorted(reference_udalton, query_udalton + half, side="right")
    counts = np.maximum(last - first, 0)
    left = np.repeat(np.arange(len(query)), counts)
    right = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return _NearPairs(left=left, right=right, distance=np.abs(query_udalton[left] - reference_udalton[right]))


def _nearest_first(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], distance: npt.NDArray[np.int64]
) -> PeakPairs:
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for position in np.lexsort((right, left, distance)):
        query_peak, reference_peak = int(left[position]), int(right[position])
        if query_peak not in pairs and reference_peak not in taken:
            pairs[query_peak] = reference_peak
            taken.add(reference_peak)
    return _pairs(sorted(pairs.items()))


def _clusters(near: _NearPairs) -> list[slice]:
    """Cut the list of pairs where no reference peak of what follows was near to a query peak of what came before."""
    reached = np.maximum.accumulate(near.right) if len(near.right) else near.right
    begins = np.flatnonzero((np.diff(near.left) > 0) & (near.right[1:] > reached[:-1])) + 1
    edges = [0, *begins.tolist(), len(near.left)]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges) if stop > start]


def _best_of_cluster(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], worth: FloatArray
) -> list[tuple[int, int]]:
    first_left, first_right = int(left.min()), int(right.min())
    table = np.zeros((int(left.max()) - first_left + 1, int(right.max()) - first_right + 1))
    table[left - first_left, right - first_right] = worth
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - a fifth of a second, which most commands do not need

    rows, columns = linear_sum_assignment(table, maximize=True)
    return [
        (first_left + int(row), first_right + int(column))
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] > 0
    ]


def _pairs(pairs: list[tuple[int, int]]) -> PeakPairs:
    return PeakPairs(
        query=np.array([pair[0] for pair in pairs], dtype=np.int64),
        reference=np.array([pair[1] for pair in pairs], dtype=np.int64),
    )


def _require_weights(spectrum: MassSpectrum, weights: FloatArray) -> None:
    if weights.shape != spectrum.mz.shape:
        raise InvalidSpectrumError(f"weights of shape {weights.shape} for {len(spectrum)} peaks")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise InvalidSpectrumError("peak weights must be finite and not negative")
