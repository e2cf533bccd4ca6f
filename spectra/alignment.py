"""Which peak of one spectrum stands for which peak of another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.spectrum import MassSpectrum
from spectra.tolerance import Tolerance, to_udalton


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


def match_peaks(query: MassSpectrum, reference: MassSpectrum, *, tolerance: Tolerance) -> PeakPairs:
    """Pair peaks within a tolerance, the nearest pair first, each peak at most once.

    Parameters
    ----------
    query, reference : MassSpectrum
        Any two spectra.
    tolerance : Dalton or Ppm
        A closed interval around the query's m/z, compared in whole micro-daltons.

    Returns
    -------
    PeakPairs
        Sorted by the query's position. Ties in distance go to the lower query position, then to the
        lower reference position, so that the result is the same on every platform.
    """
    query_udalton, reference_udalton = to_udalton(query.mz), to_udalton(reference.mz)
    half = tolerance.half_width_udalton(query.mz)
    first = np.searchsorted(reference_udalton, query_udalton - half, side="left")
    last = np.searchsorted(reference_udalton, query_udalton + half, side="right")
    counts = np.maximum(last - first, 0)
    left = np.repeat(np.arange(len(query)), counts)
    right = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    distance = np.abs(query_udalton[left] - reference_udalton[right])
    return _nearest_first(left, right, distance)


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
    ordered = sorted(pairs.items())
    return PeakPairs(
        query=np.array([pair[0] for pair in ordered], dtype=np.int64),
        reference=np.array([pair[1] for pair in ordered], dtype=np.int64),
    )
