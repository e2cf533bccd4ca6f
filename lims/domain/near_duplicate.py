"""Whether two runs are one measurement: noise does not repeat, so low peaks that are equal in both were copied.

Source: the published failure in which another sample's run was used (rule book, section 16), and the control for it:
equality of at least 95 % of the low peaks, after scaling or trimming.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from spectra import Run

EQUAL_SHARE = 0.95
"""Of the low peaks; from here on two runs are near-identical."""
_MARKED_BY = 5
"""Strongest ions of a scan, whose order marks it: neither scaling nor trimming changes that."""
_BINS_PER_MZ = 20
"""A bin is 0.05, the step in which quadrupole files write m/z."""
_FEWEST_SHARED = 0.5
"""Of the scans of the shorter run: pairs below are no candidates and are not compared peak by peak."""
_MAX_BINS = 1 << 20

Marks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two runs and the share of low peaks that are equal in both."""

    one: str
    other: str
    share: float
    """0 to 1, of the low peaks of the run with fewer peaks."""


def near_duplicates(runs: Mapping[str, Run]) -> tuple[Likeness, ...]:
    """Give every pair of runs that are one measurement, by the names of the runs.

    Notes
    -----
    Only pairs that share half of their scans' marks are compared peak by peak; the marks are kept for all runs.
    """
    return likenesses({name: scan_marks(run) for name, run in runs.items()}, runs.__getitem__)


def likenesses(marks: Mapping[str, Marks], read: Callable[[str], Run]) -> tuple[Likeness, ...]:
    """Give every pair of runs that are one measurement, where the runs are too many to be held at once.

    Parameters
    ----------
    marks : mapping of str to ndarray
        ``scan_marks`` of each run, by its name.
    read : callable
        Reads a run by its name; asked for candidates alone.
    """
    likely = (
        Likeness(one=one, other=other, share=equal_low_peaks(read(one), read(other))) for one, other in _pairs(marks)
    )
    return tuple(like for like in likely if like.share >= EQUAL_SHARE)


def scan_marks(run: Run) -> Marks:
    """Mark each scan by the order of its strongest ions; 0 for a scan with too few.

    Returns
    -------
    ndarray, shape (n_scans,), int64
    """
    bins = _bins(run)
    marks = np.zeros(len(run), dtype=np.int64)
    for scan, (start, end) in enumerate(zip(run.scan_starts[:-1], run.scan_starts[1:], strict=True)):
        if end - start >= _MARKED_BY:
            strongest = np.argsort(-run.intensity[start:end], kind="stable")[:_MARKED_BY]
            marks[scan] = hash(tuple(bins[start:end][strongest].tolist())) or 1
    return marks


def equal_low_peaks(one: Run, other: Run) -> float:
    """Give the share of low peaks that are equal in both runs after shifting by whole scans and scaling.

    Returns
    -------
    float
        0 to 1; 0 where the runs have no scans in common.

    Notes
    -----
    Low are peaks up to the median. The scale is the median ratio of the others. Two intensities are equal if they
    differ by no more than rounding both to whole counts explains.
    """
    if len(one.mz) > len(other.mz):
        one, other = other, one
    shift = _shift(scan_marks(one), scan_marks(other))
    if shift is None:
        return 0.0
    keys, other_keys = _keys(one, shift), _keys(other, 0)
    common, here, there = np.intersect1d(keys, other_keys, return_indices=True)
    low = np.median(one.intensity)
    within = (keys >= other_keys.min()) & (keys <= other_keys.max())
    all_low = int(np.count_nonzero(within & (one.intensity <= low)))
    mine, theirs = one.intensity[here], other.intensity[there]
    strong = mine > low
    if not len(common) or not all_low or not strong.any():
        return 0.0
    scale = float(np.median(theirs[strong] / mine[strong]))
    equal = np.abs(theirs - scale * mine) <= 0.5 * (1.0 + scale) + 1e-3
    return int(np.count_nonzero(equal & ~strong)) / all_low


def _pairs(marks: Mapping[str, Marks]) -> Iterator[tuple[str, str]]:
    """Give the pairs of runs that share enough marks."""
    held = {name: set(of_run[of_run != 0].tolist()) for name, of_run in marks.items()}
    having: dict[int, list[str]] = defaultdict(list)
    for name, of_run in held.items():
        for mark in of_run:
            having[mark].append(name)
    shared: Counter[tuple[str, str]] = Counter()
    for names in having.values():
        shared.update(combinations(names, 2))
    for (one, other), count in sorted(shared.items()):
        if count >= _FEWEST_SHARED * min(len(held[one]), len(held[other])):
            yield one, other


def _shift(one: Marks, other: Marks) -> int | None:
    """Give by how many scans the first run has to be moved onto the second; None if no scan says so."""
    at = {mark: place for place, mark in enumerate(other.tolist()) if mark}
    found = Counter(at[mark] - place for place, mark in enumerate(one.tolist()) if mark in at)
    return found.most_common(1)[0][0] if found else None


def _keys(run: Run, shift: int) -> npt.NDArray[np.int64]:
    """Give each peak a number by its scan and its bin, so that equal peaks of two runs have one number."""
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts)) + shift
    keys: npt.NDArray[np.int64] = scan * _MAX_BINS + _bins(run)
    return keys


def _bins(run: Run) -> npt.NDArray[np.int64]:
    return np.rint(run.mz * _BINS_PER_MZ).astype(np.int64)
