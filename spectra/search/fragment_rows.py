"""The library spectra of an MS/MS index, row by row in the order of their precursors, and their exact scores."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from spectra.search.fragment_scoring import IntArray, PeakMatches, PreparedQuery, UdaltonArray, half_weights
from spectra.search.packed import PackedSpectra
from spectra.spectrum import FloatArray
from spectra.tolerance import to_udalton

NO_GAP = 2**62
"""The gap of a library in which no spectrum has two peaks."""
_LARGEST = {np.dtype(kind): np.iinfo(kind).max for kind in (np.uint32, np.int64)}
_OUT_OF_REACH = 2**61
"""Micro-daltons by which a peak is moved that must not match."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentRows:
    """Weighted spectra in the order of their precursors, those without one first."""

    ARRAYS: ClassVar[tuple[str, ...]] = ("starts", "mz", "weight", "precursor", "position")

    starts: IntArray
    """Shape (n_rows + 1,): row ``i`` holds the peaks from ``starts[i]`` up to ``starts[i + 1]``."""
    mz: UdaltonArray = field(repr=False)
    """Shape (n_peaks,), micro-daltons, rising within a row."""
    weight: FloatArray = field(repr=False)
    """Shape (n_peaks,): half the relative intensities, above 0. float64: the scores are exact."""
    precursor: UdaltonArray = field(repr=False)
    """Shape (n_rows,), micro-daltons, rising; 0 where there is none."""
    position: IntArray | npt.NDArray[np.uint32] = field(repr=False)
    """Shape (n_rows,): the place of each row in the library."""

    @classmethod
    def of(cls, spectra: PackedSpectra, *, weighted: bool, first_position: int) -> "FragmentRows":
        """Weight and sort spectra; peaks of intensity 0 are left out."""
        present = spectra.intensity > 0
        owner = np.repeat(np.arange(len(spectra)), np.diff(spectra.starts))
        mz, intensity = spectra.mz, spectra.intensity
        if not present.all():
            owner, mz, intensity = owner[present], mz[present], intensity[present]
        return cls._sorted(
            counts=np.bincount(owner, minlength=len(spectra)),
            mz=_compact(to_udalton(mz)),
            weight=half_weights(owner, intensity, len(spectra), weighted=weighted),
            precursor=to_udalton(np.nan_to_num(spectra.precursor_mz, nan=0.0)),
            position=np.arange(first_position, first_position + len(spectra)),
        )

    def joined(self, other: "FragmentRows") -> "FragmentRows":
        """Give the rows of both, sorted anew."""
        return self._sorted(
            counts=np.concatenate([np.diff(self.starts), np.diff(other.starts)]),
            mz=_compact(np.concatenate([self.mz, other.mz])),
            weight=np.concatenate([self.weight, other.weight]),
            precursor=np.concatenate([self.precursor, other.precursor]).astype(np.int64),
            position=np.concatenate([self.position, other.position]).astype(np.int64),
        )

    @classmethod
    def _sorted(
        cls, *, counts: IntArray, mz: UdaltonArray, weight: FloatArray, precursor: IntArray, position: IntArray
    ) -> "FragmentRows":
        order = np.lexsort((position, precursor))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        peaks = _runs(starts[order], counts[order])
        return cls(
            starts=np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64),
            mz=mz[peaks],
            weight=weight[peaks],
            precursor=_compact(precursor[order]),
            position=_compact(position[order]),
        )

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    @property
    def without_precursor(self) -> int:
        """How many rows have no precursor; they are the first."""
        return edge(self.precursor, 0, side="right")

    @property
    def highest_udalton(self) -> int:
        """The highest m/z; 0 where there is no peak."""
        return int(self.mz.max(initial=0))

    def closest_peaks(self) -> tuple[int, int]:
        """Give the smallest distance of two peaks of one spectrum, and the position of that spectrum."""
        gaps = np.diff(self.mz.astype(np.int64))
        border = self.starts[1:-1]
        gaps[border[(border > 0) & (border < len(self.mz))] - 1] = NO_GAP
        if gaps.min(initial=NO_GAP) == NO_GAP:
            return NO_GAP, -1
        closest = int(np.argmin(gaps))
        row = int(np.searchsorted(self.starts, closest, side="right")) - 1
        return int(gaps[closest]), int(self.position[row])

    def window(self, low: int, high: int) -> slice:
        """Give the rows with a precursor in a closed interval of micro-daltons."""
        first = edge(self.precursor, max(low, 1), side="left")  # 0 is no precursor
        return slice(first, first + edge(self.precursor[first:], high, side="right"))

    def peaks(self, rows: IntArray | slice) -> tuple[IntArray | slice, IntArray]:
        """Give where the peaks of rows lie, and to which of the rows each belongs."""
        if isinstance(rows, slice):
            starts = self.starts[rows.start : rows.stop + 1]
            counts = starts[1:] - starts[:-1]
            return slice(int(starts[0]), int(starts[-1])), np.arange(len(counts)).repeat(counts)
        begin = self.starts[rows]
        counts = self.starts[rows + 1] - begin
        return _runs(begin, counts), np.arange(len(rows)).repeat(counts)

    def scores(self, rows: IntArray | slice, query: PreparedQuery, *, fragments: bool, losses: bool) -> FloatArray:
        """Score rows exactly.

        Parameters
        ----------
        rows : ndarray or slice
            Which ones.
        query : PreparedQuery
            With a precursor if ``losses``.
        fragments, losses : bool
            Match by m/z, by precursor minus m/z, or both; then a loss counts only if neither peak has a partner
            by m/z, and a row without precursor has fragments only.

        Returns
        -------
        ndarray, shape (n_rows,), float64
            Spectral entropy similarity, 0 to 1.
        """
        places, owner = self.peaks(rows)
        mz = self.mz[places]
        if losses:
            found = query.matches(self._moved(mz, owner, rows, query))
            if fragments:
                found = _preferred(query.matches(mz), found, owner, len(query.low))
        else:
            found = query.matches(mz)
        if isinstance(places, slice):
            other = self.weight[places].take(found.places)
        else:
            other = self.weight.take(places.take(found.places))
        added = query.weight.take(found.peaks) + other
        added *= np.log2(added)
        added -= query.term.take(found.peaks)
        added -= other * np.log2(other)
        n_rows = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
        return np.minimum(np.bincount(owner.take(found.places), weights=added, minlength=n_rows), 1.0)

    def _moved(self, mz: UdaltonArray, owner: IntArray, rows: IntArray | slice, query: PreparedQuery) -> IntArray:
        """Give m/z as if each row had the precursor of the query; those of rows without one go out of reach."""
        precursor = self.precursor[rows].astype(np.int64)
        shift = np.where(precursor > 0, query.precursor - precursor, _OUT_OF_REACH)
        return mz.astype(np.int64) + shift[owner]


def edge(values: UdaltonArray, value: int, *, side: str) -> int:
    """Search in the array's own type: a plain integer would make NumPy convert the whole array first."""
    if value > _LARGEST[values.dtype]:
        return len(values)
    return int(values.searchsorted(np.asarray(max(value, 0), dtype=values.dtype), side=side))  # type: ignore[call-overload]  # side is one of two words


def _preferred(direct: PeakMatches, by_loss: PeakMatches, owner: IntArray, n_query_peaks: int) -> PeakMatches:
    """Join matches by m/z with those by loss of which neither peak has a match by m/z."""
    matched = np.zeros(len(owner), dtype=bool)
    matched[direct.places] = True
    used = np.zeros((int(owner[-1]) + 1 if len(owner) else 0) * n_query_peaks, dtype=bool)
    used[owner[direct.places] * n_query_peaks + direct.peaks] = True
    taken = matched[by_loss.places] | used[owner[by_loss.places] * n_query_peaks + by_loss.peaks]
    free = (~taken).nonzero()[0]
    return PeakMatches(
        places=np.concatenate([direct.places, by_loss.places[free]]),
        peaks=np.concatenate([direct.peaks, by_loss.peaks[free]]),
    )


def _runs(begin: IntArray, counts: IntArray) -> IntArray:
    """Give ``begin[i], begin[i] + 1, ...``, ``counts[i]`` numbers of each run, one run after another."""
    ends = counts.cumsum()
    runs: IntArray = (begin - ends + counts).repeat(counts)
    runs += np.arange(len(runs))
    return runs


def _compact(values: UdaltonArray) -> UdaltonArray:
    """Halve the memory where the values allow it; up to 4294 Da they do."""
    fits = not len(values) or int(values.max()) <= np.iinfo(np.uint32).max
    return values.astype(np.uint32) if fits else values.astype(np.int64)
