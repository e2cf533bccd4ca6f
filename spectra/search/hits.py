"""What a library search gives back, and in which order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.spectrum import FloatArray

SAME_FACTOR = 1e-9
"""Match factors closer than this differ by rounding only: they are ties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One library spectrum and how well it fits."""

    identifier: str
    """Of the library spectrum, unique in its library."""
    match_factor: float
    """0 to 999, not rounded: 999 cos^2 for unit mass, 999 times the similarity for accurate mass."""
    reverse_match_factor: float
    """The same with the query's peaks that have no partner in the reference left out; 0 to 999, not rounded."""
    matched_ions: int
    """Peaks of the query with a partner in the reference: by m/z, by neutral loss, or both, as the search compares."""
    mass_difference: float | None = None
    """Query minus reference: nominal molecular masses at unit mass, precursor m/z otherwise; None where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitList:
    """Hits in falling match factor; equal ones by reverse match factor, then by identifier."""

    hits: tuple[Hit, ...]
    preset: str
    """Name and version of the preset, for example ``ei-simple/1``."""
    searched: int
    """How many spectra were compared."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """An order of spectra that does not depend on how their factors were rounded."""

    order: npt.NDArray[np.int64]
    """Shape (n,): the best first."""
    tied: npt.NDArray[np.int64]
    """Shape (n,), in that order: from 0 up, equal for neighbours whose match factors are ties."""


def rank_hits(match_factor: FloatArray, reverse: FloatArray, name_order: npt.NDArray[np.int64]) -> Ranking:
    """Sort by match factor, ties by reverse match factor, ties of both by name.

    Parameters
    ----------
    match_factor, reverse : ndarray, shape (n,), float64
        0 to 999.
    name_order : ndarray, shape (n,), int64
        The place of each spectrum's identifier in their alphabetical order.

    Notes
    -----
    Neighbours no further apart than ``SAME_FACTOR`` are ties, on every platform alike, even along a chain.

    Examples
    --------
    >>> found = rank_hits(np.array([5.0, 9.0, 9.0 + 1e-12]), np.array([0.0, 7.0, 7.0]), np.array([0, 1, 2]))
    >>> found.order.tolist(), found.tied.tolist()
    ([1, 2, 0], [0, 0, 1])
    """
    falling = np.argsort(-match_factor, kind="stable")
    tied = _ranks(-np.diff(match_factor[falling]) > SAME_FACTOR, len(falling))
    by_reverse = np.lexsort((-reverse[falling], tied))
    order, tied = falling[by_reverse], tied[by_reverse]
    apart = (np.diff(tied) > 0) | (-np.diff(reverse[order]) > SAME_FACTOR)
    last = np.lexsort((name_order[order], _ranks(apart, len(order))))
    return Ranking(order=order[last], tied=tied[last])


def _ranks(falls: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.int64]:
    ranks = np.zeros(count, dtype=np.int64)
    ranks[1:] = np.cumsum(falls)
    return ranks
