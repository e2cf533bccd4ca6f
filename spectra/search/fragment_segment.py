"""One sorted part of an MS/MS index and its exact search."""

import math
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from spectra.search.fragment_postings import HIGHEST_CODE_WEIGHT, ROUND_UP, FragmentPostings, rows_of
from spectra.search.fragment_rows import FragmentRows
from spectra.search.fragment_scoring import (
    SAME_SCORE,
    IntArray,
    PartialBound,
    PreparedQuery,
    ScoredSpectra,
    contribution,
    rough_least_partial,
)
from spectra.search.top_k import positions_from
from spectra.spectrum import FloatArray

BoolArray = npt.NDArray[np.bool_]
SumArray = npt.NDArray[np.unsignedinteger]

_WORTH_PRUNING = 30_000
"""Postings; below, deciding what to skip costs more than reading all."""
_FIRST_MASS = 0.25
"""Of the query's weight (1/2 in all), read before anything is decided; 0.2 and 0.3 take the same time."""
_LEAST_SHARE = 0.55
"""Of the score to beat, that a candidate must have under the peaks read: less would read less and rescore more."""
_NARROW = np.uint16
"""Of the sums: a million take 2 MB."""
_WIDE = np.uint64
"""Where ``_NARROW`` would be too coarse: for queries of very many peaks, or tolerances far below a bucket."""
_LARGEST_WIDE = 2**52
"""Whole numbers up to here are exact in float64 too."""
_FEWEST_UNITS = 2**12
_CELLS = 512
"""Of the bound that decides which rows are scored."""
_CHUNK = 128
"""Rows scored exactly at first; each next chunk is twice as long."""
_SEEDS = 4
"""Rows times ``top`` that are scored first: their scores set the score to beat."""
_KIN_UDALTON = 10_000
"""Rows with the precursor of the query, this far from it at most, are the first choice."""
_KIN_SHARE = 0.6
"""Of what a perfect match has under the peaks read, that the ``top``-th of them must have; or ``_RICH`` chooses."""
_RICH = 40
"""The rows of the shortest list of postings with this many times ``top`` are the second choice."""
_FIXED_COST = 500
"""Reading a list costs as much as this many postings, however short it is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentSegment:
    """Rows with postings by m/z and by neutral loss."""

    ARRAYS: ClassVar[tuple[str, ...]] = (*FragmentRows.ARRAYS, "mz_ends", "mz_packed", "loss_ends", "loss_packed")

    rows: FragmentRows
    by_mz: FragmentPostings
    by_loss: FragmentPostings
    _local: threading.local = field(default_factory=threading.local, repr=False)
    """One vector of partial sums for each thread: clearing one is cheaper than making one."""

    @classmethod
    def of(cls, rows: FragmentRows) -> "FragmentSegment":
        """Sort the postings of rows."""
        return cls(
            rows=rows,
            by_mz=FragmentPostings.of(rows, losses=False),
            by_loss=FragmentPostings.of(rows, losses=True),
        )

    def search(
        self, query: PreparedQuery, *, fragments: bool, losses: bool, top: int, allowed: BoolArray | None
    ) -> ScoredSpectra:
        """Score exactly at least all rows that can be among the best, ties included."""
        return _Search(self, query, fragments=fragments, losses=losses, top=top, allowed=allowed).run()

    def search_window(self, query: PreparedQuery, *, low: int, high: int, allowed: BoolArray | None) -> ScoredSpectra:
        """Score exactly the rows with a precursor in a closed interval: few, so postings would not help."""
        window = self.rows.window(low, high)
        positions = self.rows.position[window]
        scores = self.rows.scores(window, query, fragments=True, losses=False)
        if allowed is not None:
            positions, scores = positions[allowed[positions]], scores[allowed[positions]]
        return ScoredSpectra(positions=positions, scores=scores)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Give all arrays by name, in the order of ``ARRAYS``."""
        return {
            **{name: getattr(self.rows, name) for name in FragmentRows.ARRAYS},
            "mz_ends": self.by_mz.ends,
            "mz_packed": self.by_mz.packed,
            "loss_ends": self.by_loss.ends,
            "loss_packed": self.by_loss.packed,
        }

    def workspace(self) -> SumArray:
        """Give this thread's vector of zeros, shape (n_rows,)."""
        found: SumArray | None = getattr(self._local, "workspace", None)
        if found is None:
            found = np.zeros(len(self.rows), dtype=_NARROW)
            self._local.workspace = found
        found.fill(0)
        return found


class _Search:
    """One query on its way: sum upper bounds of the strongest peaks, learn the score to beat, read what is needed."""

    def __init__(
        self,
        segment: FragmentSegment,
        query: PreparedQuery,
        *,
        fragments: bool,
        losses: bool,
        top: int,
        allowed: BoolArray | None,
    ) -> None:
        self.rows = segment.rows
        self.query = query
        self.top = top
        self.allowed = allowed
        self.fragments, self.losses = fragments, losses
        self.lists = [
            _Lists(postings, query, shift)
            for postings, shift, wanted in (
                (segment.by_mz, 0, fragments),
                (segment.by_loss, query.precursor, losses),
            )
            if wanted
        ]
        self.costs = np.sum([lists.lengths for lists in self.lists], axis=0)
        self.units = self._units(np.iinfo(_NARROW).max)
        """A score of 1 in the sums; every term is rounded up to whole units, so that a sum is an upper bound too."""
        if self.units >= _FEWEST_UNITS:
            self.sums = segment.workspace()
        else:
            self.units = self._units(_LARGEST_WIDE)
            self.sums = np.zeros(len(self.rows), dtype=_WIDE)
        self.seeds = np.empty(0, dtype=np.int64)
        self.seed_scores = np.empty(0)

    def _units(self, largest: int) -> float:
        """Give into how many units a score of 1 can be divided so that no sum is larger than a number.

        A row has at most ``most`` postings under each peak, each worth at most the bound of the largest weight, and
        rounding up adds less than one unit to each.
        """
        most = sum(lists.most for lists in self.lists)
        highest = contribution(self.query.weight, np.array([HIGHEST_CODE_WEIGHT]))
        return (largest - most * len(self.query.weight)) / (most * ROUND_UP * float(highest.sum()))

    def run(self) -> ScoredSpectra:
        # Strong peaks first, but rather two rare ones than a common one: a few per cent less time than by weight.
        order = np.argsort(np.sqrt(self.costs + _FIXED_COST) / self.query.weight, kind="stable")
        if self.costs.sum() < _WORTH_PRUNING:
            self.read(order)
            return self.complete(0.0, self.score_to_beat(order))
        n_first = 1 + int(np.searchsorted(np.cumsum(self.query.weight[order]), _FIRST_MASS))
        first, others = order[:n_first], self.dearest(order[n_first:])
        self.read(first)
        score = self.score_to_beat(first)
        n_skipped = self.skippable(others, score)
        self.read(others[n_skipped:])
        return self.complete(float(self.query.weight[others[:n_skipped]].sum()), score)

    def exact(self, rows: IntArray) -> FloatArray:
        """Score rows exactly in the mode of the search."""
        return self.rows.scores(rows, self.query, fragments=self.fragments, losses=self.losses)

    def permitted(self, rows: IntArray) -> IntArray:
        """Leave out the rows that the filter excludes."""
        return rows if self.allowed is None else rows[self.allowed[self.rows.position[rows]]]

    def read(self, peaks: IntArray) -> None:
        """Add the bounds of some query peaks to the rows that they may match."""
        for lists in self.lists:
            for peak, counts in zip(peaks.tolist(), lists.counts(peaks, self.units, self.sums.dtype), strict=True):
                packed = lists.postings(peak)
                if len(packed):
                    added = counts.take(packed.astype(np.uint8))  # the low byte is the code
                    np.add.at(self.sums, rows_of(packed), added)

    def score_to_beat(self, peaks: IntArray) -> float:
        """Score some rows that are likely among the best; give a score that at least ``top`` rows reach, or 0."""
        self.seeds = self.likely(peaks)
        self.seed_scores = self.exact(self.seeds)
        return _worst_of_best(self.seed_scores, self.top)

    def likely(self, peaks: IntArray) -> IntArray:
        """Choose the rows to score first by their sums under the peaks read.

        Rows with the precursor of the query lie side by side: no choice is cheaper, and where the library knows the
        compound none is better. With both kinds of postings these rows count twice, and their sums say little.
        """
        if len(self.lists) == 1 and self.query.precursor:
            window = self.rows.window(self.query.precursor - _KIN_UDALTON, self.query.precursor + _KIN_UDALTON)
            rows = self.highest(self.permitted(np.arange(window.start, window.stop)))
            perfect = 2.0 * float(self.query.weight[peaks].sum()) * self.units
            if _worst_of_best(self.sums[rows], self.top) >= _KIN_SHARE * perfect:
                return rows
        choices = [(int(lists.lengths[peak]), lists, peak) for lists in self.lists for peak in peaks.tolist()]
        rich = [choice for choice in choices if choice[0] >= _RICH * self.top]
        _, lists, peak = min(rich, key=_length) if rich else max(choices, key=_length)
        return np.unique(self.highest(self.permitted(rows_of(lists.postings(peak)))))

    def highest(self, rows: IntArray) -> IntArray:
        """Give the rows, of those given, with the highest sums."""
        count = _SEEDS * self.top
        return rows if len(rows) <= count else rows[np.argpartition(self.sums[rows], -count)[-count:]]

    def dearest(self, peaks: IntArray) -> IntArray:
        """Sort peaks: those whose reading costs most for their weight first, to be skipped first."""
        return peaks[np.argsort(-self.costs[peaks] / self.query.weight[peaks], kind="stable")]

    def skippable(self, peaks: IntArray, score: float) -> int:
        """Give how many of the peaks, from the first on, need not be read."""
        if score <= 0:
            return 0
        skipped = np.cumsum(self.query.weight[peaks])
        least = rough_least_partial(skipped, score - 2 * SAME_SCORE)
        good = np.flatnonzero(least >= _LEAST_SHARE * score)
        return int(good[-1]) + 1 if len(good) else 0

    def least(self, bound: PartialBound, score: float) -> int:
        """Give the sum below which a row cannot reach the score to beat; rows without a match have 0."""
        partial = float(bound.least_partial(score - 2 * SAME_SCORE)[0])
        return max(math.floor(partial * self.units), 1)

    def complete(self, skipped: float, score: float) -> ScoredSpectra:
        """Score exactly, the most promising first, until no other row can reach the worst of the best.

        Ties are kept: what is left out stays below the score to beat by more than ``SAME_SCORE``.
        """
        bound = PartialBound.of(np.array([skipped]), cells=_CELLS)
        self.sums[self.seeds] = 0  # they have their scores
        rows = self.permitted(positions_from(self.sums, self.least(bound, score)))
        sums = self.sums[rows]
        if len(rows) > _CHUNK:
            falling = np.argsort(sums)[::-1]
            rows, sums = rows[falling], sums[falling]
        found, scores = [self.seeds], [self.seed_scores]
        done, step = 0, max(_CHUNK, 2 * self.top)
        while done < len(rows):
            found.append(rows[done : done + step])
            scores.append(self.exact(found[-1]))
            done, step = done + step, 2 * step
            if done < len(rows):
                score = max(score, _worst_of_best(np.concatenate(scores), self.top))
                rows = rows[: np.count_nonzero(sums[: len(rows)] >= self.least(bound, score))]
        chosen = np.concatenate(found)
        return ScoredSpectra(positions=self.rows.position[chosen], scores=np.concatenate(scores))


class _Lists:
    """The postings of one order that the peaks of a query may match."""

    def __init__(self, postings: FragmentPostings, query: PreparedQuery, shift: int) -> None:
        self._packed = postings.packed
        begin, end = postings.slices(query, shift=shift)
        self.lengths = end - begin
        self._begin, self._end = begin.tolist(), end.tolist()
        self.most = postings.most_of_one_row(query)
        self._source, self._query = postings, query

    def counts(self, peaks: IntArray, units: float, kind: np.dtype[Any]) -> SumArray:
        """Give what a posting of each code adds at most to some query peaks, shape (n, 256), in whole units."""
        bounds = self._source.bounds(self._query, peaks)
        bounds *= units
        counts: SumArray = np.ceil(bounds, out=bounds).astype(kind)
        return counts

    def postings(self, peak: int) -> npt.NDArray[np.uint32]:
        """Give the postings of one peak of the query."""
        return self._packed[self._begin[peak] : self._end[peak]]


def _length(choice: tuple[int, _Lists, int]) -> int:
    return choice[0]


def _worst_of_best(scores: FloatArray | SumArray, top: int) -> float:
    return float(np.partition(scores, -top)[-top]) if len(scores) >= top else 0.0
