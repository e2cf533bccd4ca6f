"""The largest of many scores without sorting or partitioning all of them."""

import numpy as np
import numpy.typing as npt

_FOLDS = 64
"""Scores that share one maximum; larger folds leave fewer maxima but more scores to look at again."""
_FEW_FOLDS = 16
"""As above, where what is looked for is a hundredth of the scores rather than a few."""
_DENSE = 0.125
"""Share of the maxima from which looking at all scores is faster."""
_SHORT = 4096
"""Up to this length one partition costs less than the two passes."""


def largest_positions(scores: npt.NDArray[np.floating], count: int) -> npt.NDArray[np.int64]:
    """Find where the largest scores stand.

    Parameters
    ----------
    scores : ndarray, shape (n,), float
        No NaN.
    count : int
        How many are wanted; at least 1.

    Returns
    -------
    ndarray, shape (min(n, count),), int64
        Positions in no particular order. Of equal scores at the border any may be given.

    Notes
    -----
    The vector is folded to ``n / 64`` maxima. At least ``count`` of the scores reach the ``count``-th largest maximum,
    so nothing below it can belong to the result. A partition of the whole vector takes ten times as long where
    most scores are equal, as those of a library search are.

    Examples
    --------
    >>> sorted(largest_positions(np.array([0.1, 0.9, 0.3, 0.8]), 2).tolist())
    [1, 3]
    """
    if len(scores) <= count:
        return np.arange(len(scores))
    width = len(scores) // _FOLDS
    if len(scores) <= _SHORT or width <= count:
        return np.argpartition(scores, len(scores) - count)[len(scores) - count :].astype(np.int64)
    maxima = scores[: width * _FOLDS].reshape(_FOLDS, width).max(axis=0)
    limit = np.partition(maxima, width - count)[width - count]
    reached = np.flatnonzero(scores >= limit)
    return reached[np.argpartition(scores[reached], len(reached) - count)[len(reached) - count :]]


def positions_from(scores: npt.NDArray[np.number], least: float) -> npt.NDArray[np.int64]:
    """Find the scores that reach a limit.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        No NaN.
    least : float
        Closed limit, of a value that the type of the scores can hold.

    Returns
    -------
    ndarray, shape (n_found,), int64
        Positions in no particular order.

    Notes
    -----
    The vector is folded to ``n / 16`` maxima, and only the folds whose maximum reaches the limit are looked at.

    Examples
    --------
    >>> positions_from(np.array([0.1, 0.9, 0.3, 0.8]), 0.8).tolist()
    [1, 3]
    """
    width = len(scores) // _FEW_FOLDS
    if len(scores) > _SHORT:
        folds = scores[: width * _FEW_FOLDS].reshape(_FEW_FOLDS, width)
        columns = (np.maximum.reduce(folds, axis=0) >= least).nonzero()[0]
        if len(columns) < _DENSE * width:
            fold, column = (folds.take(columns, axis=1) >= least).nonzero()
            rest = (scores[width * _FEW_FOLDS :] >= least).nonzero()[0]
            return np.concatenate([fold * width + columns[column], rest + width * _FEW_FOLDS])
    return (scores >= least).nonzero()[0]
