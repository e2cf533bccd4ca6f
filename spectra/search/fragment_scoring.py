"""The arithmetic of the MS/MS index: what one pair of peaks adds, what all pairs can add at most, who comes first."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.cleaning_msms import ENTROPY_LIMIT_NATS, normalised_intensities, weighted_intensities
from spectra.errors import InvalidSpectrumError, InvalidToleranceError
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import MICRO_DALTON, Tolerance, to_udalton

IntArray = npt.NDArray[np.int64]
UdaltonArray = npt.NDArray[np.uint32] | IntArray

SAME_SCORE = 1e-12
"""Scores no further apart differ by rounding only: they are ties, and a score this close to 0 is no match."""
_LEAST_MATCH = math.nextafter(SAME_SCORE, 1.0)

_ROUGH_STEPS = 256
_ROUGH_CELLS = 64
_LEAST_WEIGHT = 1e-300
"""Of a peak so weak beside the others that its share rounds to 0: it adds nothing, but has a logarithm."""
_BEYOND_ALL = 2**63 - 1
"""Micro-daltons that no m/z reaches."""
_FINEST_BUCKET_BITS = 14
"""Buckets of 16 mDa: the table of a query up to m/z 1000 takes 244 kB at most, 61 kB at +-20 mDa."""


def contribution(one: FloatArray, other: FloatArray) -> FloatArray:
    """Give what pairs of matched peaks add to the spectral entropy similarity.

    Parameters
    ----------
    one, other : ndarray, broadcastable shapes, float64, unit 1
        Half the relative intensities ``a`` and ``b`` of the two peaks, not negative.

    Notes
    -----
    ``f(a, b) = (a + b) log2(a + b) - a log2 a - b log2 b``, 0 where a or b is 0; Li et al., Nat. Methods 18 (2021)
    1524, doi:10.1038/s41592-021-01331-z, with the terms of unmatched peaks cancelled. ``f`` rises in both, is concave
    and homogeneous, so ``sum f(a_i, b_i) <= f(sum a_i, sum b_i)``: the bound that the pruning rests on.

    Examples
    --------
    >>> contribution(np.array([0.5]), np.array([0.5])).tolist()
    [1.0]
    """
    return times_log2(one + other) - times_log2(one) - times_log2(other)


def times_log2(values: FloatArray) -> FloatArray:
    """Give ``x log2 x``, 0 at 0."""
    return values * np.log2(np.maximum(values, 5e-324))


def half_weights(owner: IntArray, intensity: FloatArray, n_spectra: int, *, weighted: bool) -> FloatArray:
    """Give half the relative intensities, weighted by entropy or not; shape (n_peaks,), above 0."""
    weigh = weighted_intensities if weighted else normalised_intensities
    halves: FloatArray = weigh(owner, intensity, n_spectra)
    halves *= 0.5
    return np.maximum(halves, _LEAST_WEIGHT, out=halves)


def half_weights_of_one(intensity: FloatArray, *, weighted: bool) -> FloatArray:
    """Give what ``half_weights`` gives for a single spectrum of at least one peak, in a quarter of the time."""
    relative: FloatArray = intensity / np.maximum.reduce(intensity)  # at most 1: the sum neither overflows nor vanishes
    total = np.add.reduce(relative)
    if weighted:
        relative /= total
        logarithms = np.log(np.maximum(relative, _LEAST_WEIGHT))
        entropy = -float(relative @ logarithms)
        exponent = 0.25 + 0.25 * entropy if entropy < ENTROPY_LIMIT_NATS else 1.0
        relative = np.exp(logarithms * exponent)
        total = np.add.reduce(relative)
    relative *= 0.5 / total
    return np.maximum(relative, _LEAST_WEIGHT, out=relative)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeakMatches:
    """Which library peaks match which query peaks."""

    places: IntArray
    """Shape (n_matches,): where the library peaks stand among those asked for."""
    peaks: npt.NDArray[np.integer]
    """Shape (n_matches,): the number of the query peak of each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PreparedQuery:
    """A query as closed intervals of micro-daltons that do not touch."""

    low: IntArray
    """Shape (n_peaks,), rising."""
    high: IntArray
    """Shape (n_peaks,), rising, each below the next ``low``."""
    weight: FloatArray
    """Shape (n_peaks,): half the relative intensities, above 0."""
    term: FloatArray
    """Shape (n_peaks,): ``a log2 a`` of each weight."""
    precursor: int
    """In micro-daltons; 0 where there is none."""
    library_gap: int
    """No two peaks of one library spectrum are closer, in micro-daltons."""
    padded_low: IntArray = field(repr=False)
    """``low`` and behind it a value that no m/z reaches."""
    bucket_bits: int
    """Buckets of m/z are ``2**bucket_bits`` micro-daltons wide: wider than every interval."""
    reaching: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n_buckets,): 1 + number of the first interval that reaches into each bucket, 0 where none does.

    The last entry is 0 and stands for all buckets behind it.
    """
    crowded: bool
    """Whether two intervals end in one bucket; otherwise none but the next one can reach into it too."""

    @classmethod
    def of(cls, spectrum: MassSpectrum, *, tolerance: Tolerance, weighted: bool, library_gap: int) -> "PreparedQuery":
        """Prepare one cleaned spectrum.

        Raises
        ------
        InvalidSpectrumError
            If it has no peak of an intensity above 0, or its precursor is not a possible m/z.
        InvalidToleranceError
            If one peak could match two of the other spectrum: the tolerance is too wide for how far apart the
            peaks of the query or of the library are.
        """
        mz, intensity = spectrum.mz, spectrum.intensity
        if np.count_nonzero(intensity) < len(intensity):
            present = intensity > 0
            mz, intensity = mz[present], intensity[present]
        if not len(mz):
            raise InvalidSpectrumError("the query has no peak; after cleaning nothing may be left of it")
        half = tolerance.half_width_udalton(mz)
        centre = to_udalton(mz)
        padded_low = np.empty(len(mz) + 1, dtype=np.int64)
        padded_low[-1] = _BEYOND_ALL
        low, high = np.subtract(centre, half, out=padded_low[:-1]), centre + half
        touching = high[:-1] >= low[1:]
        if np.count_nonzero(touching):
            peak = int(np.argmax(touching))
            raise InvalidToleranceError(
                f"{tolerance} at the query's peaks {mz[peak]:g} and {mz[peak + 1]:g}; expected less than half of "
                "their distance: clean the query, or narrow the tolerance"
            )
        widest = int(np.maximum.reduce(half))
        check_gap(library_gap, widest=widest, tolerance=tolerance, place="one library spectrum")
        weight = half_weights_of_one(intensity, weighted=weighted)
        bucket_bits = max((2 * widest).bit_length(), _FINEST_BUCKET_BITS)
        last_bucket = high >> bucket_bits
        return cls(
            low=low,
            high=high,
            weight=weight,
            term=weight * np.log2(weight),
            precursor=_precursor_udalton(spectrum),
            library_gap=library_gap,
            padded_low=padded_low,
            bucket_bits=bucket_bits,
            reaching=_reaching(low >> bucket_bits, last_bucket),
            crowded=bool(np.count_nonzero(last_bucket[1:] == last_bucket[:-1])),
        )

    def matches(self, mz: UdaltonArray) -> "PeakMatches":
        """Tell which m/z lie in an interval, and in which.

        Parameters
        ----------
        mz : ndarray, shape (n,), uint32 or int64, micro-daltons
            In any order; negative ones are allowed.

        Returns
        -------
        PeakMatches
            Each m/z at most once.

        Notes
        -----
        Most m/z are far from every interval, and the table of buckets tells so at once. For the others the binary
        search for the first interval that ends at or behind the m/z is spared too: of the two intervals that can
        reach into a bucket, it is the first one, or the next where the first one ends before the m/z.
        """
        reaching = self.reaching.take(mz >> self.bucket_bits, mode="clip")
        near = (reaching != 0).nonzero()[0]
        near_mz = mz.take(near).astype(np.int64)
        peak: npt.NDArray[np.integer]
        if self.crowded:
            peak = self.high.searchsorted(near_mz)
        else:
            peak = reaching.take(near) - 1
            peak += self.high.take(peak) < near_mz
        matched = (self.padded_low.take(peak) <= near_mz).nonzero()[0]
        return PeakMatches(places=near.take(matched), peaks=peak.take(matched))


def _reaching(first: IntArray, last: IntArray) -> npt.NDArray[np.int32]:
    """Tabulate ``PreparedQuery.reaching`` of the buckets, at most two, that each interval reaches into."""
    reaching = np.zeros(int(last[-1]) + 2, dtype=np.int32)
    number = np.arange(1, len(first) + 1, dtype=np.int32)
    reaching[np.maximum(first, 0)] = number  # an interval may begin below 0
    reaching[last] = number  # where one ends and others begin, the one that ends comes first
    return reaching


def check_gap(library_gap: int, *, widest: int, tolerance: Tolerance, place: str) -> None:
    """Refuse a tolerance with which one peak could match two peaks of one library spectrum.

    Raises
    ------
    InvalidToleranceError
        If the closest two peaks of the library are not further apart than twice the widest half width.
    """
    if library_gap <= 2 * widest:
        raise InvalidToleranceError(
            f"{tolerance} is {widest / MICRO_DALTON:g} Da, but peaks of {place} are only "
            f"{library_gap / MICRO_DALTON:g} Da apart; expected more than twice the tolerance: clean the library with "
            "a wider merge distance, or narrow the tolerance"
        )


def _precursor_udalton(spectrum: MassSpectrum) -> int:
    if spectrum.precursor is None:
        return 0
    mz = spectrum.precursor.mz
    if not (math.isfinite(mz) and mz > 0):
        raise InvalidSpectrumError(f"the query's precursor is m/z {mz}; expected a finite number above 0")
    return round(mz * MICRO_DALTON)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartialBound:
    """What a spectrum can reach in all when only some of the query's peaks were summed.

    Notes
    -----
    Summed query peaks hold the weight A, skipped ones R; a library spectrum that holds weight B under the summed
    peaks has at most ``f(A, B)`` there and ``f(R, 1/2 - B)`` elsewhere. ``reach[k]`` bounds the whole score of all
    spectra with B up to ``edges[k + 1]``, ``partial[k]`` is what B = ``edges[k]`` gives under the summed peaks.
    """

    partial: FloatArray
    """Shape (..., n_cells), rising along the last axis from 0."""
    reach: FloatArray
    """Shape (..., n_cells), not falling along the last axis."""

    @classmethod
    def of(cls, skipped: FloatArray, *, cells: int) -> "PartialBound":
        """Tabulate the bound for skipped weights, shape (n,), each in [0, 1/2]."""
        edges = np.linspace(0.0, 0.5, cells + 1)
        rest = np.minimum(skipped, 0.5)[:, None]
        summed = contribution(0.5 - rest, edges)
        elsewhere = contribution(rest, edges[::-1])
        return cls(
            partial=summed[:, :-1],
            reach=np.maximum.accumulate(summed[:, 1:] + elsewhere[:, :-1], axis=1),
        )

    def least_partial(self, score: float) -> FloatArray:
        """Give the partial sum below which no spectrum reaches a score, shape (n,); 0 where none is excluded."""
        cell = np.minimum((self.reach < score).sum(axis=1), self.reach.shape[1] - 1)
        least: FloatArray = self.partial[np.arange(len(cell)), cell]
        return least


def rough_least_partial(skipped: FloatArray, score: float) -> FloatArray:
    """Give ``PartialBound.least_partial`` or a little less, from a table made once.

    Notes
    -----
    The skipped weights are rounded up, which can only lower the result. Let A of the query's weight be summed and R
    skipped, and let B, under the summed peaks, be enough: ``f(A, B) + f(R, 1/2 - B) >= score``. Skip d more, and
    with it the library weight ``e = B d / A``. As ``f`` is homogeneous, ``f(A - d, B - e) = (1 - d / A) f(A, B)``: the
    partial sum is less. As ``f`` is concave too, ``f(R + d, 1/2 - B + e) >= f(R, 1/2 - B) + f(d, e)`` and ``f(d, e) =
    (d / A) f(A, B)``: the score is still reached.
    """
    table = _rough_bounds()
    number = np.minimum(np.ceil(skipped * (2 * _ROUGH_STEPS)).astype(np.int64), _ROUGH_STEPS)
    return PartialBound(partial=table.partial[number], reach=table.reach[number]).least_partial(score)


@functools.cache
def _rough_bounds() -> PartialBound:
    return PartialBound.of(np.linspace(0.0, 0.5, _ROUGH_STEPS + 1), cells=_ROUGH_CELLS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentHits:
    """The best library spectra of one query, best first; spectra without a common peak are left out."""

    positions: IntArray
    """Shape (n_hits,): the place of each hit in the library as it was built and added to."""
    scores: FloatArray
    """Shape (n_hits,): spectral entropy similarity, above 0 to 1."""

    def __len__(self) -> int:
        """Count the hits."""
        return len(self.positions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredSpectra:
    """Spectra with exact scores, in no order: at least all that can be among the best of their segment."""

    positions: UdaltonArray
    scores: FloatArray


def best(parts: Sequence[ScoredSpectra], *, top: int) -> FragmentHits:
    """Choose the best of all parts, ties by position.

    A score no more than ``SAME_SCORE`` below the best one not yet listed counts as equal to it.
    """
    positions, scores = parts[0].positions, parts[0].scores
    if len(parts) > 1:
        positions = np.concatenate([part.positions for part in parts])
        scores = np.concatenate([part.scores for part in parts])
    least = _LEAST_MATCH
    if len(scores) > top:
        least = max(least, float(np.partition(scores, -top)[-top]) - SAME_SCORE)
    kept = (scores >= least).nonzero()[0]
    positions, scores = positions.take(kept).astype(np.int64), scores.take(kept)
    order = np.lexsort((positions, -scores))
    falling = scores.take(order)
    if np.count_nonzero(falling[1:] >= falling[:-1] - SAME_SCORE):
        order = order[np.lexsort((positions[order], _tie_ranks(falling)))]
    order = order[:top]
    return FragmentHits(positions=positions[order], scores=scores[order])


def _tie_ranks(falling: FloatArray) -> IntArray:
    ranks = np.zeros(len(falling), dtype=np.int64)
    start = 0
    while start < len(falling):
        stop = int(np.searchsorted(-falling, SAME_SCORE - falling[start], side="right"))
        ranks[start:stop] = start
        start = stop
    return ranks
