"""Exact hybrid search of EI spectra: every library ion where it is, and where the difference of molecules moves it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSpectrumError
from spectra.scores.hybrid import HybridEiPreset
from spectra.search.entries import UNKNOWN_MASS
from spectra.search.packed import PackedSpectra
from spectra.search.top_k import largest_positions
from spectra.search.unit_mass_rows import UnitMassChoices, peak_places, unit_mass_rows
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.weighting import Weighting

IntArray = npt.NDArray[np.int64]

_PEAKS_AT_A_TIME = 400_000
"""They stay in the processor's cache from the first step to the last."""
_AT_A_TIME = 64
"""Rows scored exactly in one go, at least."""
_ROUNDING = 1e-9
"""A bound and the score it bounds are sums in another order; they differ by less."""
_NO_ROWS: IntArray = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HybridHits:
    """The best rows in no particular order, all ties with the last of them included."""

    rows: IntArray
    scores: FloatArray
    """In (0, 1]."""
    reverse: FloatArray
    """The query's ions that the moved and unmoved reference lacks left out; in (0, 1]."""
    matched: IntArray
    """Masses that the query shares with the moved and unmoved reference."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HybridRows:
    """Library spectra at unit mass, their intensities raised to the preset's power."""

    starts: IntArray
    masses: npt.NDArray[np.unsignedinteger] = field(repr=False)
    powers: FloatArray = field(repr=False)
    """Shape (n_peaks,): ``I^b`` with a base peak of 1."""
    nominal_mass: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n_rows,), of the molecules, ``UNKNOWN_MASS`` where not known: such a row is never moved."""

    @classmethod
    def of(cls, spectra: PackedSpectra, nominal_mass: npt.NDArray[np.int32], preset: HybridEiPreset) -> "HybridRows":
        """Clean and raise every spectrum, as ``hybrid_ei`` does with one.

        Raises
        ------
        InvalidSpectrumError
            If the intensities of one mass add up to more than a float64 holds.
        """
        rows = unit_mass_rows(spectra, _choices(preset))
        counts = np.diff(rows.starts)
        base = np.ones(len(rows))
        filled = np.flatnonzero(counts)
        base[filled] = np.maximum.reduceat(rows.weights, rows.starts[filled]) if len(filled) else 1.0
        return cls(
            starts=rows.starts,
            masses=rows.masses,
            powers=rows.weights / np.repeat(base, counts),
            nominal_mass=nominal_mass,
        )

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    def joined(self, other: "HybridRows") -> "HybridRows":
        """Give these rows followed by others."""
        return HybridRows(
            starts=np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            masses=np.concatenate([self.masses, other.masses]),
            powers=np.concatenate([self.powers, other.powers]),
            nominal_mass=np.concatenate([self.nominal_mass, other.nominal_mass]),
        )

    def query(
        self,
        spectrum: MassSpectrum,
        *,
        nominal_mass: int,
        preset: HybridEiPreset,
        top: int,
        allowed: npt.NDArray[np.bool_] | None,
    ) -> HybridHits:
        """Find at least the ``top`` best rows.

        Parameters
        ----------
        spectrum : MassSpectrum
            The unknown, as measured.
        nominal_mass : int, unit Da
            Of its molecule.
        preset : HybridEiPreset
            As the rows were made with.
        top : int
            At least 1.
        allowed : ndarray, shape (n_rows,), bool, optional
            Which rows take part; None for all.

        Raises
        ------
        InvalidSpectrumError
            If nothing of the query is left after cleaning.

        Notes
        -----
        At one mass ``W(max(L, L')) <= W(L) + W(L')``, and the norm of the score is at least ``|W(L)|``. So

            score <= (W(L) . W(q) + W(L') . W(q)) / (|W(q)| |W(L)|),

        two sums over the ions that stand in the library, and only rows whose bound reaches the best are scored.
        """
        query = _Query.of(spectrum, nominal_mass=nominal_mass, preset=preset)
        bounds = self._bounds(query)
        if allowed is not None:
            bounds[~allowed] = 0.0
        scored = _Scored()
        while True:
            head = largest_positions(bounds, max(2 * top, _AT_A_TIME))
            head = head[bounds[head] > max(scored.threshold(top) - _ROUNDING, 0.0)]
            if not len(head):
                return scored.hits(top)
            scored.add(self._exact(head, query))
            bounds[head] = 0.0

    def _shifts(self, query: "_Query") -> IntArray:
        shifts = query.nominal_mass - self.nominal_mass.astype(np.int64)
        shifts[(self.nominal_mass == UNKNOWN_MASS) | (np.abs(shifts) > query.preset.largest_shift)] = 0
        return shifts

    def _bounds(self, query: "_Query") -> FloatArray:
        bounds = np.zeros(len(self))
        shifts = self._shifts(query)
        first = 0
        while first < len(self):
            after = int(np.searchsorted(self.starts, self.starts[first] + _PEAKS_AT_A_TIME, side="right")) - 1
            after = min(max(after, first + 1), len(self))
            bounds[first:after] = self._bounds_of(first, after, shifts[first:after], query)
            first = after
        return bounds

    def _bounds_of(self, first: int, after: int, shifts: IntArray, query: "_Query") -> FloatArray:
        peaks = slice(int(self.starts[first]), int(self.starts[after]))
        row = np.repeat(np.arange(after - first), np.diff(self.starts[first : after + 1]))
        direct_mass = self.masses[peaks].astype(np.int64)
        moved_mass = direct_mass + shifts[row]
        moved_mass[shifts[row] == 0] = 0  # counted once
        sums = np.bincount(
            row,
            weights=self.powers[peaks] * (query.times_mass(direct_mass) + query.times_mass(moved_mass)),
            minlength=after - first,
        )
        own = self.powers[peaks] * query.mass_power(direct_mass)
        norms = np.sqrt(np.bincount(row, weights=own * own, minlength=after - first)) * query.norm
        return np.divide(sums, norms, out=np.zeros(after - first), where=norms > 0)

    def _exact(self, rows: IntArray, query: "_Query") -> HybridHits:
        places = peak_places(self.starts, rows)
        owner = np.repeat(np.arange(len(rows)), places.counts)
        mass = self.masses[places.peaks].astype(np.int64)
        shift = self._shifts(query)[rows][owner]
        width = int(max(mass.max(initial=0) + np.abs(shift).max(initial=0), len(query.weights) - 1)) + 1
        plain, hybrid = np.zeros((len(rows), width)), np.zeros((len(rows), width))
        plain[owner, mass] = self.powers[places.peaks]
        moved = mass + shift
        kept = moved > 0
        hybrid[owner[kept], moved[kept]] = self.powers[places.peaks][kept]
        np.maximum(hybrid, plain, out=hybrid)
        power = query.mass_power(np.arange(width))
        hybrid *= power
        plain *= power
        dot = hybrid[:, : len(query.weights)] @ query.weights
        norm = np.maximum(np.linalg.norm(hybrid, axis=1), np.linalg.norm(plain, axis=1))
        common = (hybrid[:, : len(query.weights)] > 0) & (query.weights > 0)
        seen = np.sqrt(common @ (query.weights**2))
        return HybridHits(
            rows=rows,
            scores=_ratio(dot, norm * query.norm),
            reverse=_ratio(dot, norm * seen),
            matched=common.sum(axis=1),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Query:
    weights: FloatArray
    """Shape (highest mass + 1,): ``m^a I^b``."""
    norm: float
    nominal_mass: int
    preset: HybridEiPreset

    @classmethod
    def of(cls, spectrum: MassSpectrum, *, nominal_mass: int, preset: HybridEiPreset) -> "_Query":
        row = unit_mass_rows(PackedSpectra.of([spectrum]), _choices(preset))
        if not len(row.masses):
            raise InvalidSpectrumError("the query has no peak of an intensity above 0")
        mass = row.masses.astype(np.int64)
        weights = np.zeros(int(mass[-1]) + 1)
        weights[mass] = row.weights * np.power(mass.astype(np.float64), preset.weighting.mz_exponent)
        return cls(weights=weights, norm=float(np.linalg.norm(weights)), nominal_mass=nominal_mass, preset=preset)

    def mass_power(self, mass: IntArray) -> FloatArray:
        """Give ``m^a``, from a table; masses below 1 have none and give 0."""
        table = np.zeros(int(mass.max(initial=0)) + 1)
        table[1:] = np.power(np.arange(1.0, len(table)), self.preset.weighting.mz_exponent)
        return table[np.maximum(mass, 0)]

    def times_mass(self, mass: IntArray) -> FloatArray:
        """Give the query's weight at each mass times ``m^a``; 0 where it has no ion."""
        table = np.zeros(len(self.weights) + 1)
        table[1 : len(self.weights)] = self.weights[1:] * self.mass_power(np.arange(1, len(self.weights)))
        inside = np.where((mass > 0) & (mass < len(self.weights)), mass, len(self.weights))
        return table[inside]


class _Scored:
    """What was scored so far."""

    def __init__(self) -> None:
        self._parts: list[HybridHits] = []

    def add(self, hits: HybridHits) -> None:
        self._parts.append(hits)

    def threshold(self, top: int) -> float:
        """Give the score to reach: that of the ``top``-th best; 0 as long as there are fewer."""
        scores = np.concatenate([np.empty(0), *(part.scores for part in self._parts)])
        return float(np.partition(scores, len(scores) - top)[len(scores) - top]) if len(scores) >= top else 0.0

    def hits(self, top: int) -> HybridHits:
        found = HybridHits(
            rows=np.concatenate([_NO_ROWS, *(part.rows for part in self._parts)]),
            scores=np.concatenate([np.empty(0), *(part.scores for part in self._parts)]),
            reverse=np.concatenate([np.empty(0), *(part.reverse for part in self._parts)]),
            matched=np.concatenate([_NO_ROWS, *(part.matched for part in self._parts)]),
        )
        some = np.flatnonzero((found.matched > 0) & (found.scores >= self.threshold(top) - _ROUNDING))
        return HybridHits(
            rows=found.rows[some],
            scores=found.scores[some],
            reverse=found.reverse[some],
            matched=found.matched[some],
        )


def _choices(preset: HybridEiPreset) -> UnitMassChoices:
    """Give what ``unit_mass_rows`` needs; the power of m/z comes later, at the mass where the ion then stands."""
    return UnitMassChoices(
        weighting=Weighting(mz_exponent=0.0, intensity_exponent=preset.weighting.intensity_exponent),
        unit_mass=preset.unit_mass,
        weakest_peak_fraction=preset.weakest_peak_fraction,
        lowest_mz=1.0,
    )


def _ratio(dot: FloatArray, norms: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(dot, norms, out=np.zeros(len(dot)), where=norms > 0)
    return np.minimum(ratio, 1.0)
