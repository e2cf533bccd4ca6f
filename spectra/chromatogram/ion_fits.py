"""Least squares for all ions at once: how much of each ion belongs to which model peak."""

import numpy as np
import numpy.typing as npt

from spectra.spectrum import FloatArray

_RIDGE = 1e-12
"""Keeps models solvable that are the same: as a share of the trace, far below any noise."""
_LEAST_GAIN = 1e-9
"""A bound height is let go where the fit would gain at least this, as a share of the ion's largest product."""
_ROUNDS = 10
"""Rounds per model; two or three are usual, and what is left then is as good as it was."""


def fitted_heights(models: FloatArray, signal: FloatArray) -> FloatArray:
    """Fit every ion as a sum of model peaks over a straight baseline.

    Parameters
    ----------
    models : ndarray, shape (n_scans, n_models), float64, unit 1
        Model peaks in a window of scans.
    signal : ndarray, shape (n_scans, n_masses), float64, counts
        The ions in the same window.

    Returns
    -------
    ndarray, shape (n_models, n_masses), float64, counts
        Heights of the model peaks, none below 0: for each ion those of the least sum of squares.

    Notes
    -----
    The baseline may have any height and slope; models and ions are freed of it by projection, which leaves the
    solution as it is. What remains is a non-negative least squares problem with one design for all ions. Ions with
    the same set of heights above 0 are solved together; a set loses what falls below 0 and regains the height that
    would improve the fit most, ion by ion, until neither is needed: the idea of Bro and de Jong, J. Chemom. 11 (1997)
    393, and of Van Benthem and Keenan, J. Chemom. 18 (2004) 441, doi:10.1002/cem.889.
    """
    line = np.stack([np.ones(len(models)), np.arange(len(models)) - (len(models) - 1) / 2.0], axis=1)
    line /= np.sqrt((line**2).sum(axis=0))
    design = models - line @ (line.T @ models)
    products = design.T @ design
    targets = design.T @ signal - (design.T @ line) @ (line.T @ signal)
    return _non_negative(products, targets)


def _non_negative(products: FloatArray, targets: FloatArray) -> FloatArray:
    """Solve ``min |A x - b|^2`` with x >= 0 for every column, given ``A' A`` and ``A' b``."""
    n_models = len(products)
    products = products + _RIDGE * products.trace() * np.eye(n_models)
    heights = np.zeros_like(targets)
    free = np.ones(targets.shape, dtype=bool)
    least_gain = _LEAST_GAIN * np.abs(targets).max(axis=0, initial=0.0)
    ions = np.arange(targets.shape[1])
    for _ in range(_ROUNDS * n_models):
        if not len(ions):
            break
        solved = _solved(products, targets[:, ions], free[:, ions])
        falls = free[:, ions] & (solved < 0)
        fine = ~falls.any(axis=0)
        heights[:, ions[fine]] = solved[:, fine]
        halted = ions[~fine]
        _step(heights, free, halted, solved[:, ~fine], falls[:, ~fine])
        gain = np.where(free[:, ions[fine]], 0.0, targets[:, ions[fine]] - products @ heights[:, ions[fine]])
        wanted = gain.max(axis=0) > least_gain[ions[fine]]
        improved = ions[fine][wanted]
        free[gain[:, wanted].argmax(axis=0), improved] = True
        ions = np.concatenate([halted, improved])
    return heights


def _solved(products: FloatArray, targets: FloatArray, free: npt.NDArray[np.bool_]) -> FloatArray:
    """Solve without bounds, for each ion with its free heights, the others being 0."""
    solved = np.zeros_like(targets)
    sets, member = np.unique(free, axis=1, return_inverse=True)
    for number, which in enumerate(sets.T):
        ions = np.flatnonzero(member == number)
        rows = np.flatnonzero(which)
        solved[np.ix_(rows, ions)] = np.linalg.solve(products[np.ix_(rows, rows)], targets[np.ix_(rows, ions)])
    return solved


def _step(
    heights: FloatArray,
    free: npt.NDArray[np.bool_],
    ions: npt.NDArray[np.int64],
    solved: FloatArray,
    falls: npt.NDArray[np.bool_],
) -> None:
    """Go from the heights towards the solution as far as none falls below 0, and bind what has come to 0."""
    now = heights[:, ions]
    room = np.full_like(now, np.inf)
    room[falls] = now[falls] / (now[falls] - solved[falls])
    share = room.min(axis=0)
    bound = room <= share
    heights[:, ions] = np.where(bound, 0.0, now + share * (solved - now))
    free[:, ions] &= ~bound
