"""One sorted part of an MS/MS index and its exact search."""

import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from spectra.search.fragment_postings import FragmentPostings, rows_of
from spectra.search.fragment_rows import FragmentRows
from spectra.search.fragment_scoring import (
    SAME_SCORE,
    IntArray,
    PartialBound,
    PreparedQuery,
    ScoredSpectra,
)
from spectra.spectrum import FloatArray

BoolArray = npt.NDArray[np.bool_]

_WORTH_PRUNING = 30_000
"""Postings; below, deciding what to skip costs more than reading all."""
_FIRST_MASS = 0.3
"""Of the query's weight (1/2 in all), read before anything is decided; 0.2 and 0.32 take the same time."""
_LEAST_SHARE = 0.5
"""Of the score to beat, that a candidate must have under the peaks read: less would read less and rescore more."""
_LEAST_SUM = 1e-30
"""Rows without a match have 0."""
_CHUNK = 128
"""Rows scored exactly at first; each next chunk is twice as long."""
_RICH = 40
"""The shortest list of postings with this many times ``top`` names the rows that set the score to beat."""
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
    """One vector of partial sums for each thread: clearing one is cheaper than a new one."""

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

    def workspace(self) -> tuple[npt.NDArray[np.float32], BoolArray]:
        """Give this thread's vector of zeros and a vector of booleans, shape (n_rows,) each."""
        found: tuple[npt.NDArray[np.float32], BoolArray] | None = getattr(self._local, "workspace", None)
        if found is None:
            found = np.zeros(len(self.rows), dtype=np.float32), np.zeros(len(self.rows), dtype=bool)
            self._local.workspace = found
        found[0].fill(0)
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
        self.sums, self.reached = segment.workspace()
        self.lists = [
            _Lists(postings, query, shift)
            for postings, shift, wanted in (
                (segment.by_mz, 0, fragments),
                (segment.by_loss, query.precursor, losses),
            )
            if wanted
        ]
        self.costs = np.sum([lists.lengths for lists in self.lists], axis=0)
        self.slack = 1.0 + 1.2e-7 * (2 * len(query.weight) + 8)
        """Sums of float32 may come out lower than the sum of their terms by this factor."""

    def run(self) -> ScoredSpectra:
        # Strong peaks first, but rather two rare ones than a common one: a few per cent less time than by weight.
        order = np.argsort(np.sqrt(self.costs + _FIXED_COST) / self.query.weight, kind="stable")
        if self.costs.sum() < _WORTH_PRUNING:
            self.read(order)
            return self.complete(PartialBound.of(np.zeros(1)), self.score_to_beat(order))
        n_first = 1 + int(np.searchsorted(np.cumsum(self.query.weight[order]), _FIRST_MASS))
        first, others = order[:n_first], order[n_first:]
        self.read(first)
        score = self.score_to_beat(first)
        bound, needed = self.plan(others, score)
        self.read(needed)
        return self.complete(bound, score)

    def exact(self, rows: IntArray) -> FloatArray:
        """Score rows exactly in the mode of the search."""
        return self.rows.scores(rows, self.query, fragments=self.fragments, losses=self.losses)

    def permitted(self, rows: IntArray) -> IntArray:
        """Leave out the rows that the filter excludes."""
        return rows if self.allowed is None else rows[self.allowed[self.rows.position[rows]]]

    def read(self, peaks: IntArray) -> None:
        """Add the bounds of some query peaks to the rows that they may match."""
        for lists in self.lists:
            for peak in peaks.tolist():
                packed = lists.postings(peak)
                if len(packed):
                    added = lists.bounds[peak].take(packed.astype(np.uint8))  # the low byte is the code
                    np.add.at(self.sums, rows_of(packed), added)

    def score_to_beat(self, peaks: IntArray) -> float:
        """Give a score that at least ``top`` rows reach, found among the rows of one peak that were read; or 0."""
        choices = [(int(lists.lengths[peak]), lists, peak) for lists in self.lists for peak in peaks.tolist()]
        rich = [choice for choice in choices if choice[0] >= _RICH * self.top]
        _, lists, peak = min(rich, key=_length) if rich else max(choices, key=_length)
        rows = self.permitted(rows_of(lists.postings(peak)))
        if len(rows) > 2 * self.top:
            rows = rows[np.argpartition(self.sums[rows], -2 * self.top)[-2 * self.top :]]
        return _worst_of_best(self.exact(np.unique(rows)), self.top)

    def plan(self, others: IntArray, score: float) -> tuple[PartialBound, IntArray]:
        """Choose which of the other peaks to read, dearest for its weight left out first."""
        dear = others[np.argsort(-self.costs[others] / self.query.weight[others], kind="stable")]
        skipped = np.concatenate([[0.0], np.cumsum(self.query.weight[dear])])
        bounds = PartialBound.of(skipped)
        least = bounds.least_partial(score - 2 * SAME_SCORE)
        good = np.flatnonzero(least >= _LEAST_SHARE * score)
        n_skipped = int(good[-1]) if len(good) and score > 0 else 0
        return bounds.row(n_skipped), dear[n_skipped:]

    def least(self, bound: PartialBound, score: float) -> np.float32:
        """Give the sum below which a row cannot reach the score to beat."""
        partial = float(bound.least_partial(score - 2 * SAME_SCORE)[0])
        return np.float32(max(partial / self.slack * (1.0 - 1e-7), _LEAST_SUM))

    def complete(self, bound: PartialBound, score: float) -> ScoredSpectra:
        """Score exactly, the most promising first, until no other row can reach the worst of the best."""
        reached = np.greater_equal(self.sums, self.least(bound, score), out=self.reached)
        rows = self.permitted(np.flatnonzero(reached))
        if len(rows) > _CHUNK:
            rows = rows[np.argsort(-self.sums[rows])]
        found: list[IntArray] = [rows[:0]]
        scores: list[FloatArray] = [np.empty(0)]
        done, step = 0, max(_CHUNK, 2 * self.top)
        while done < len(rows):
            found.append(rows[done : done + step])
            scores.append(self.exact(found[-1]))
            done, step = done + step, 2 * step
            if done < len(rows):
                score = max(score, _worst_of_best(np.concatenate(scores), self.top))
                least = self.least(bound, score)
                rows = rows[: int(np.searchsorted(-self.sums[rows], -least, side="right"))]
        chosen = np.concatenate(found)
        return ScoredSpectra(positions=self.rows.position[chosen], scores=np.concatenate(scores))


class _Lists:
    """The postings of one order that the peaks of a query may match."""

    def __init__(self, postings: FragmentPostings, query: PreparedQuery, shift: int) -> None:
        self._packed = postings.packed
        begin, end = postings.slices(query, shift=shift)
        self.lengths = end - begin
        self._begin, self._end = begin.tolist(), end.tolist()
        self.bounds = postings.bounds(query)

    def postings(self, peak: int) -> npt.NDArray[np.uint32]:
        """Give the postings of one peak of the query."""
        return self._packed[self._begin[peak] : self._end[peak]]


def _length(choice: tuple[int, _Lists, int]) -> int:
    return choice[0]


def _worst_of_best(scores: FloatArray, top: int) -> float:
    return float(np.partition(scores, -top)[-top]) if len(scores) >= top else 0.0
