"""Peaks of a library in the order of m/z or neutral loss, four bytes each: upper bounds of scores, found fast.

The bounds decide which rows can be among the best; ``FragmentRows`` then scores those exactly.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.search.fragment_rows import FragmentRows
from spectra.search.fragment_scoring import IntArray, PreparedQuery, times_log2
from spectra.spectrum import FloatArray

MAX_ROWS = 2**24
"""A posting is one 32-bit number: 24 bits for the row, 8 for the weight, rounded up."""

_CODE_BITS = 8
_TOP_CODE = 2**_CODE_BITS - 1
_FINEST_BUCKET_BITS = 10
"""Buckets of 1.024 mDa: at +-20 mDa 5 % more postings are read than match, and no m/z needs to be stored."""
_FEWEST_BUCKETS = 2**10
_MOST_BUCKETS = 2**21
_BUCKETS_PER_PEAK = 4
ROUND_UP = 1.0 + 1e-6
"""float32 and the logarithm of the code round down somewhere; the bounds must not."""
HIGHEST_CODE_WEIGHT = 0.5 * ROUND_UP
"""No weight of a library peak is larger, nor is that of any code."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentPostings:
    """All peaks of a library by bucket of m/z (or of m/z minus precursor), within a bucket by row."""

    lowest: int
    """Micro-daltons at which bucket 0 begins."""
    bucket_bits: int
    """A bucket is ``2**bucket_bits`` micro-daltons wide."""
    octaves: float
    """The codes divide the weights from ``2**-octaves / 2`` to 1/2 evenly on a logarithmic scale."""
    ends: npt.NDArray[np.uint32] = field(repr=False)
    """Shape (n_buckets + 1,): bucket ``i`` holds the postings from ``ends[i]`` up to ``ends[i + 1]``."""
    packed: npt.NDArray[np.uint32] = field(repr=False)
    """Shape (n_peaks,): row times 256 plus code of the weight."""

    code_weights: FloatArray = field(init=False, repr=False)
    """Shape (256,): the largest weight of each code."""
    code_terms: FloatArray = field(init=False, repr=False)
    """Shape (256,): its ``b log2 b``, so that a query needs one logarithm for a peak and a code."""

    def __post_init__(self) -> None:
        """Tabulate the codes."""
        steps = (np.arange(_TOP_CODE + 1) - _TOP_CODE) * (self.octaves / _TOP_CODE)
        object.__setattr__(self, "code_weights", 0.5 * np.exp2(steps) * ROUND_UP)
        object.__setattr__(self, "code_terms", times_log2(self.code_weights))

    @classmethod
    def of(cls, rows: FragmentRows, *, losses: bool) -> "FragmentPostings":
        """Sort the peaks of rows; by loss, rows without precursor have none."""
        owner = np.repeat(np.arange(len(rows), dtype=np.uint64), np.diff(rows.starts))
        first = int(rows.starts[rows.without_precursor]) if losses else 0
        owner, weight, key = owner[first:], rows.weight[first:], rows.mz[first:].astype(np.int64)
        if losses:
            key -= rows.precursor.astype(np.int64)[owner.astype(np.int64)]
        lowest = int(key.min()) if len(key) else 0
        key -= lowest
        bits = _bucket_bits(int(key.max(initial=0)), len(key))
        key >>= bits
        octaves = float(np.clip(np.ceil(-np.log2(2.0 * weight.min(initial=0.5))), 1.0, 16.0))
        ends = np.concatenate([[0], np.cumsum(np.bincount(key, minlength=1))]).astype(np.uint32)
        combined = key.view(np.uint64)
        combined <<= np.uint64(32)
        combined |= owner << np.uint64(_CODE_BITS)
        combined |= _codes(weight, octaves)
        combined.sort()  # plain integers: a third of the time of sorting positions
        return cls(lowest=lowest, bucket_bits=bits, octaves=octaves, ends=ends, packed=combined.astype(np.uint32))

    def scale(self) -> dict[str, int | float]:
        """Give what is no array, for a manifest."""
        return {"lowest": self.lowest, "bucket_bits": self.bucket_bits, "octaves": self.octaves}

    def slices(self, query: PreparedQuery, *, shift: int) -> tuple[IntArray, IntArray]:
        """Give the first and the last posting, exclusive, that may match each query peak moved by ``-shift``."""
        last = len(self.ends) - 1
        low = (query.low - (shift + self.lowest)) >> self.bucket_bits
        high = ((query.high - (shift + self.lowest)) >> self.bucket_bits) + 1
        begin = self.ends[np.minimum(np.maximum(low, 0), last)]
        end = self.ends[np.minimum(np.maximum(high, 0), last)]
        return begin.astype(np.int64), end.astype(np.int64)

    def most_of_one_row(self, query: PreparedQuery) -> int:
        """Give how many postings of one row at most may match one peak of a query.

        A slice spans the interval and, before and behind it, the rest of a bucket each.
        """
        span: int = int(np.maximum.reduce(query.high - query.low)) + 2 * (2**self.bucket_bits - 1)
        return 1 + span // query.library_gap

    def bounds(self, query: PreparedQuery, peaks: IntArray) -> FloatArray:
        """Give what a posting of each code adds at most to some query peaks, shape (n, 256)."""
        table = query.weight[peaks, None] + self.code_weights
        table *= np.log2(table)
        table -= query.term[peaks, None]
        table -= self.code_terms
        table *= ROUND_UP
        return table


def _codes(weight: FloatArray, octaves: float) -> npt.NDArray[np.uint64]:
    exact = _TOP_CODE + np.log2(2.0 * weight) * (_TOP_CODE / octaves)
    codes: npt.NDArray[np.uint64] = np.clip(np.ceil(exact - 1e-6), 0, _TOP_CODE).astype(np.uint64)
    return codes


def _bucket_bits(span: int, n_peaks: int) -> int:
    most = min(max(_BUCKETS_PER_PEAK * n_peaks, _FEWEST_BUCKETS), _MOST_BUCKETS)
    return max(_FINEST_BUCKET_BITS, (span // most).bit_length())


def rows_of(packed: npt.NDArray[np.uint32]) -> IntArray:
    """Give the rows of postings as the type that indexes fastest."""
    return (packed >> np.uint32(_CODE_BITS)).astype(np.int64)
