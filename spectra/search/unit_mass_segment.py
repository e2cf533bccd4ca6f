"""A part of a library that is searched as a whole: bounds first, exact cosines only where a bound reaches the best."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.search.top_k import largest_positions
from spectra.search.unit_mass_blocks import Blocks, blocks_of, grouped
from spectra.search.unit_mass_rows import UnitMassRows, peak_places
from spectra.search.unit_mass_sketch import ROUNDING, SketchArray, SketchBasis
from spectra.spectrum import FloatArray

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

SAME = 1e-12
"""Cosines closer than this differ by rounding only."""
BLOCKS_FROM = 40_000
"""Below, one pass over all sketches is faster than choosing blocks; at 12 500 rows nine of ten blocks would stay."""
_CHUNK = 65_536
"""Numbers gathered at a time: 256 kB, so that they are still in the cache when they are multiplied."""
_SEED_BLOCKS = 12
_MOST_AT_A_TIME = 1024
"""Exact cosines at a time: their peaks stay in the cache, and the threshold rises between."""
_SHARPENED = 4
"""How many times the rows that get exact cosines first are looked up in the fine sketches to choose them."""
_WHOLE_FROM = 0.3
"""Share of rows from which a pass over all sketches is faster than gathering some."""
_FEW_ALLOWED = 0.125
"""Share of allowed rows below which their bounds are computed outright."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassQuery:
    """One cleaned, weighted query in the forms that the steps need."""

    dense: FloatArray
    """Shape (width of the index,): weights by nominal mass."""
    sketch: SketchArray
    fine: SketchArray | None


class BestRows:
    """The best cosines so far, over all segments.

    Parameters
    ----------
    top : int
        How many are wanted.
    """

    def __init__(self, top: int) -> None:
        """Begin with nothing."""
        self.top = top
        self._positions: list[IntArray] = []
        self._cosines: list[FloatArray] = []
        self._best: FloatArray = np.empty(0)
        self.threshold = 0.0
        """The ``top``-th best cosine; 0 while fewer are known."""

    def add(self, positions: IntArray, cosines: FloatArray) -> None:
        """Take in exact cosines; those of 0 have nothing in common with the query and are left out."""
        kept = cosines >= max(self.threshold - ROUNDING, np.finfo(np.float64).tiny)
        self._positions.append(positions[kept])
        self._cosines.append(cosines[kept])
        best = np.concatenate([self._best, cosines[kept]])
        if len(best) >= self.top:
            best = np.partition(best, len(best) - self.top)[len(best) - self.top :]
            self.threshold = float(best[0])
        self._best = best

    def ranked(self) -> tuple[IntArray, FloatArray]:
        """Give the best, falling; cosines that differ by rounding only stand in the order of their positions."""
        positions = np.concatenate([np.empty(0, dtype=np.int64), *self._positions])
        cosines = np.concatenate([np.empty(0), *self._cosines])
        falling = np.argsort(-cosines, kind="stable")
        rank = np.zeros(len(falling), dtype=np.int64)
        rank[1:] = np.cumsum(-np.diff(cosines[falling]) > SAME)
        order = falling[np.lexsort((positions[falling], rank))][: self.top]
        return positions[order], cosines[order]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """Some spectra of a library, never changed once made."""

    rows: UnitMassRows = field(repr=False)
    """In the order of the library."""
    order: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n_sketches,): the row of each sketch; empty rows have none, for nothing can find them."""
    sketches: SketchArray = field(repr=False)
    fine: SketchArray | None = field(repr=False)
    """Longer sketches of the same rows, where the library has them."""
    blocks: Blocks | None = field(repr=False)

    @classmethod
    def of(cls, rows: UnitMassRows, basis: SketchBasis, fine: SketchBasis | None) -> "Segment":
        """Sketch all rows; put like with like if they are many."""
        order = np.flatnonzero(np.diff(rows.starts)).astype(np.int32)
        sketches = _of_rows(order, basis.sketches(rows))
        finer = None if fine is None else _of_rows(order, fine.sketches(rows))
        if len(order) < BLOCKS_FROM:
            return cls(rows=rows, order=order, sketches=sketches, fine=finer, blocks=None)
        block = grouped(sketches)
        by_block = np.argsort(block, kind="stable")
        sketches = sketches[by_block]
        return cls(
            rows=rows,
            order=order[by_block],
            sketches=sketches,
            fine=None if finer is None else finer[by_block],
            blocks=blocks_of(sketches, block[by_block]),
        )

    def joined(self, rows: UnitMassRows, basis: SketchBasis, fine: SketchBasis | None) -> "Segment":
        """Give a segment with some rows more; for segments without blocks."""
        added = Segment.of(rows, basis, fine)
        finer = None if self.fine is None or added.fine is None else np.concatenate([self.fine, added.fine])
        return Segment(
            rows=self.rows.joined(rows),
            order=np.concatenate([self.order, added.order + np.int32(len(self.rows))]),
            sketches=np.concatenate([self.sketches, added.sketches]),
            fine=finer,
            blocks=None,
        )

    def search(self, query: UnitMassQuery, best: BestRows, *, first: int, allowed: BoolArray | None) -> None:
        """Add to ``best`` every row that belongs there; ``first`` is the position of the segment's first row."""
        scan = _Scan(self, query, best, first=first, allowed=allowed)
        if allowed is not None and np.count_nonzero(allowed) < _FEW_ALLOWED * len(allowed):
            scan.places(np.flatnonzero(allowed[self.order]))
        elif self.blocks is None:
            scan.everything()
        else:
            scan.blocks(self.blocks)

    def exact(self, query: UnitMassQuery, rows: npt.NDArray[np.integer]) -> FloatArray:
        """Compute the cosines of some rows, none of them empty, in float64."""
        peaks = peak_places(self.rows.starts, rows)
        products = query.dense.take(self.rows.masses.take(peaks.peaks))
        products *= self.rows.weights.take(peaks.peaks)
        cosines: FloatArray = np.add.reduceat(products, peaks.firsts)
        cosines[cosines >= 1.0 - SAME] = 1.0  # as in match_factors: two norms round, equal spectra are equal
        return cosines


class _Scan:
    """One query against one segment."""

    def __init__(
        self, segment: Segment, query: UnitMassQuery, best: BestRows, *, first: int, allowed: BoolArray | None
    ) -> None:
        self._segment = segment
        self._query = query
        self._best = best
        self._first = first
        self._allowed = allowed

    def everything(self) -> None:
        if self._allowed is not None:
            self.places(np.flatnonzero(self._allowed[self._segment.order]))
        else:
            self._refine(None, self._segment.sketches @ self._query.sketch)

    def places(self, places: IntArray) -> None:
        """Look at some sketches; ``places`` rise, so that reading runs forward."""
        self._refine(places, _products(self._segment.sketches, self._query.sketch, places))

    def blocks(self, blocks: Blocks) -> None:
        """Let the nearest blocks say how good the best are, then look into every block that may hold as good ones."""
        similarity = blocks.similarity(self._query.sketch)
        nearest = largest_positions(similarity, _SEED_BLOCKS)
        self.places(self._permitted(np.sort(blocks.rows(nearest))))
        similarity[nearest] = -2.0  # below every limit: they are done
        reaching = blocks.reaching(similarity, cosine=self._best.threshold)
        places = self._permitted(blocks.rows(reaching))
        if len(places) > _WHOLE_FROM * len(self._segment.order):
            bounds = self._segment.sketches @ self._query.sketch
            self._refine(places, bounds[places])
        else:
            self.places(places)

    def _permitted(self, places: IntArray) -> IntArray:
        if self._allowed is None:
            return places
        return places[self._allowed[self._segment.order[places]]]

    def _refine(self, places: IntArray | None, bounds: SketchArray) -> None:
        """Compute exact cosines, highest bounds first, until no bound reaches the best."""
        count = 2 * self._best.top
        head = largest_positions(bounds, _SHARPENED * count)
        head = self._sharpened(places, bounds, head[bounds[head] >= self._limit()])
        head = head[largest_positions(bounds[head], count)]
        self._score(places, head)
        bounds[head] = -2.0
        rest = self._sharpened(places, bounds, np.flatnonzero(bounds >= self._limit()))
        if len(rest) > count:
            rest = rest[np.argsort(-bounds[rest])]
        first = 0
        while first < len(rest) and bounds[rest[first]] >= self._limit():
            self._score(places, rest[first : first + count])
            first += count
            count = min(2 * count, _MOST_AT_A_TIME)

    def _sharpened(self, places: IntArray | None, bounds: SketchArray, chosen: IntArray) -> IntArray:
        """Lower the bounds of some rows to those of the fine sketches; give the rows that still reach the best."""
        fine = self._segment.fine
        if fine is None or self._query.fine is None:
            return chosen
        bounds[chosen] = _products(fine, self._query.fine, chosen if places is None else places[chosen])
        return chosen[bounds[chosen] >= self._limit()]

    def _limit(self) -> np.float32:
        return np.float32(self._best.threshold - 2 * ROUNDING)

    def _score(self, places: IntArray | None, chosen: IntArray) -> None:
        if len(chosen):
            rows = self._segment.order[chosen if places is None else places[chosen]].astype(np.int64)
            self._best.add(rows + self._first, self._segment.exact(self._query, rows))


def _of_rows(order: npt.NDArray[np.int32], sketches: SketchArray) -> SketchArray:
    return sketches if len(order) == len(sketches) else sketches[order]


def _products(sketches: SketchArray, query: SketchArray, places: IntArray) -> SketchArray:
    bounds = np.empty(len(places), dtype=np.float32)
    chunk = _CHUNK // len(query)
    buffer = np.empty((min(chunk, len(places)), len(query)), dtype=np.float32)
    for first in range(0, len(places), chunk):
        part = places[first : first + chunk]
        rows = sketches.take(part, axis=0, out=buffer[: len(part)], mode="clip")  # "raise" would copy once more
        np.dot(rows, query, out=bounds[first : first + chunk])
    return bounds
