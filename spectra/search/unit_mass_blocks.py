"""Rows that are alike lie together in blocks, so that one angle can rule out a whole block.

For unit vectors the angle obeys the triangle inequality: a row within ``r`` of its block's centre is at least
``angle(q, centre) - r`` away from the query. Measured on 350 000 spectra: this leaves 3 % of the rows (median) to be
looked at one by one. Block maxima of each coordinate leave 21 %, the distance in place of the angle 31 %.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.search.unit_mass_sketch import ROUNDING, SketchArray

_ROWS_A_BLOCK = 16
_COARSE = 256
_ROUNDS = 2
"""How often the coarse centres move to the middle of their rows."""
_CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blocks:
    """Blocks of neighbouring rows, by their centres on the unit sphere."""

    starts: npt.NDArray[np.int64]
    """Shape (n_blocks + 1,)."""
    centres: SketchArray = field(repr=False)
    """Shape (n_blocks, sketch length), of length 1."""
    radius_cosine: SketchArray = field(repr=False)
    """Shape (n_blocks,): cosine of the angle between the centre and the farthest row, rounded down."""
    radius_sine: SketchArray = field(repr=False)

    def similarity(self, query: SketchArray) -> SketchArray:
        """Give the cosine of the angle between the query and each centre; shape (n_blocks,)."""
        result: SketchArray = self.centres @ (query / np.linalg.norm(query))
        return result

    def reaching(self, similarity: SketchArray, *, cosine: float) -> npt.NDArray[np.int64]:
        """Give the blocks that may hold a row with this cosine to the query, which has a length of at most 1."""
        wanted = min(max(cosine - ROUNDING, 0.0), 1.0)
        limit = self.radius_cosine * np.float32(wanted)
        limit -= self.radius_sine * np.float32(np.sqrt(1.0 - wanted * wanted))
        limit -= np.float32(2 * ROUNDING)
        return np.flatnonzero(similarity >= limit)

    def rows(self, blocks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """List the rows of some blocks."""
        begin = self.starts[blocks]
        counts = self.starts[blocks + 1] - begin
        rows = np.repeat(begin - np.cumsum(counts) + counts, counts)
        rows += np.arange(len(rows))
        return rows


def grouped(sketches: SketchArray) -> npt.NDArray[np.int64]:
    """Give each row the number of its block; shape (n_rows,). Rows must have length 1.

    Two levels of nearest centres: 256 coarse ones, moved twice to the middle of their rows, then as many inside each
    as make 16 rows a block. What is grouped how decides about speed only, never about results.
    """
    centres = sketches[_evenly(len(sketches), _COARSE)]
    for _ in range(_ROUNDS):
        centres = _middles(sketches, _nearest(sketches, centres))
    coarse = _nearest(sketches, centres)
    order = np.argsort(coarse, kind="stable")
    ends = np.cumsum(np.bincount(coarse, minlength=len(centres)))
    block = np.empty(len(sketches), dtype=np.int64)
    used = 0
    for rows in np.split(order, ends[:-1]):
        inner = sketches[rows]
        chosen = _evenly(len(rows), 1 + len(rows) // _ROWS_A_BLOCK)
        block[rows] = used + _nearest(inner, inner[chosen])
        used += len(chosen)
    return block


def blocks_of(sketches: SketchArray, block: npt.NDArray[np.int64]) -> Blocks:
    """Measure the blocks; rows stand in the order of their block numbers, which may have gaps."""
    firsts = np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1]]))
    counts = np.diff(firsts, append=len(block))
    centres = np.add.reduceat(sketches, firsts, axis=0)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    cosine = np.empty(len(sketches), dtype=np.float32)
    place = np.repeat(np.arange(len(firsts)), counts)
    for first in range(0, len(sketches), _CHUNK):
        part = slice(first, first + _CHUNK)
        cosine[part] = np.einsum("ij,ij->i", sketches[part], centres[place[part]])
    radius = np.clip(np.minimum.reduceat(cosine, firsts).astype(np.float64) - 2 * ROUNDING, 0.0, 1.0)
    return Blocks(
        starts=np.append(firsts, len(block)),
        centres=centres,
        radius_cosine=radius.astype(np.float32),
        radius_sine=np.sqrt(1.0 - radius * radius).astype(np.float32),
    )


def _evenly(length: int, count: int) -> npt.NDArray[np.int64]:
    return (
        np.unique(np.linspace(0, length - 1, min(count, length)).astype(np.int64)) if length else np.empty(0, np.int64)
    )


def _nearest(sketches: SketchArray, centres: SketchArray) -> npt.NDArray[np.int64]:
    nearest = np.empty(len(sketches), dtype=np.int64)
    turned = np.ascontiguousarray(centres.T)
    for first in range(0, len(sketches), _CHUNK):
        nearest[first : first + _CHUNK] = (sketches[first : first + _CHUNK] @ turned).argmax(axis=1)
    return nearest


def _middles(sketches: SketchArray, nearest: npt.NDArray[np.int64]) -> SketchArray:
    order = np.argsort(nearest, kind="stable")
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(nearest[order]) > 0]))
    middles = np.add.reduceat(sketches[order], firsts, axis=0)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return middles
