"""Many queries against few library spectra at once: which pairs reach a match factor.

A release brings a few hundred new spectra, an archive holds a hundred thousand components. The library's rows become a
dense table over nominal masses, and one sparse product gives every cosine; nothing has to be indexed.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.scores.match_factor import FULL_MATCH, MatchFactorPreset
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_rows import UnitMassChoices, UnitMassRows, unit_mass_rows
from spectra.spectrum import FloatArray

_AT_A_TIME = 2048
"""Queries whose cosines with the whole table are held at once."""
_SLACK = 1e-6
"""Sums in another order differ by less; a pair so near the limit is let through and looked at exactly by the caller."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScreenedPairs:
    """Pairs of a query and a library spectrum, by query and then by library spectrum."""

    query: npt.NDArray[np.int64]
    """Shape (n_pairs,): positions among the queries."""
    reference: npt.NDArray[np.int64]
    match_factor: FloatArray
    """0 to 999."""

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.query)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScreenTable:
    """Library spectra laid out for many queries whose scans begin at one m/z; make it with ``of``."""

    choices: UnitMassChoices
    weights: FloatArray = field(repr=False)
    """Shape (width + 1, n_spectra): row ``m`` holds the weights at mass ``m``; the last row is 0."""

    @classmethod
    def of(cls, library: PackedSpectra, *, preset: MatchFactorPreset, lowest_mz: float) -> Self:
        """Lay out a library.

        Parameters
        ----------
        library : PackedSpectra
            The spectra that are looked for.
        preset : MatchFactorPreset
            Of the match factor.
        lowest_mz : float, unit 1
            Lowest m/z that the queries' instrument scanned.

        Raises
        ------
        InvalidSettingError
            If the lowest m/z is outside its domain.
        InvalidSpectrumError
            If the intensities of one mass add up to infinity.
        """
        choices = UnitMassChoices(
            weighting=preset.weighting,
            unit_mass=preset.unit_mass,
            weakest_peak_fraction=preset.weakest_peak_fraction,
            lowest_mz=lowest_mz,
        )
        rows = unit_mass_rows(library, choices)
        weights = np.zeros((rows.width + 1, len(rows)))
        weights[rows.masses, np.repeat(np.arange(len(rows)), np.diff(rows.starts))] = rows.weights
        weights.flags.writeable = False
        return cls(choices=choices, weights=weights)

    def screen(self, queries: PackedSpectra, *, least: float) -> ScreenedPairs:
        """Find every pair whose match factor may reach a limit.

        Parameters
        ----------
        queries : PackedSpectra
            As measured; an empty one is in no pair.
        least : float
            Match factor, above 0 and up to 999.

        Returns
        -------
        ScreenedPairs
            All pairs that reach the limit, and none more than 1e-6 below it.

        Raises
        ------
        InvalidSettingError
            If the limit is outside its domain.

        Examples
        --------
        >>> from spectra.scores.match_factor import SIMPLE_EI
        >>> from spectra.spectrum import MassSpectrum
        >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))
        >>> b = MassSpectrum(mz=np.array([58.0, 77.0]), intensity=np.array([100.0, 25.0]))
        >>> table = ScreenTable.of(PackedSpectra.of([a, b]), preset=SIMPLE_EI, lowest_mz=1.0)
        >>> found = table.screen(PackedSpectra.of([b, a]), least=700.0)
        >>> found.query.tolist(), found.reference.tolist(), found.match_factor.round(3).tolist()
        ([0, 1], [1, 0], [999.0, 999.0])
        """
        if not 0.0 < least <= FULL_MATCH:
            raise InvalidSettingError(f"least match factor is {least}; expected above 0 and at most {FULL_MATCH:g}")
        rows = unit_mass_rows(queries, self.choices)
        found = [self._part(rows, first, least) for first in range(0, len(rows), _AT_A_TIME)]
        return ScreenedPairs(
            query=np.concatenate([np.empty(0, np.int64), *(one.query for one in found)]),
            reference=np.concatenate([np.empty(0, np.int64), *(one.reference for one in found)]),
            match_factor=np.concatenate([np.empty(0), *(one.match_factor for one in found)]),
        )

    def _part(self, rows: UnitMassRows, first: int, least: float) -> ScreenedPairs:
        from scipy.sparse import csr_array  # noqa: PLC0415 - a fifth of a second, which most commands do not need

        starts = rows.starts[first : first + _AT_A_TIME + 1]
        peaks = slice(starts[0], starts[-1])
        last = len(self.weights) - 1
        places = np.minimum(rows.masses[peaks].astype(np.int64), last)
        matrix = csr_array((rows.weights[peaks], places, starts - starts[0]), shape=(len(starts) - 1, last + 1))
        factors = FULL_MATCH * np.square(matrix @ self.weights)
        query, reference = np.nonzero(factors >= least - _SLACK)
        return ScreenedPairs(
            query=query + first, reference=reference, match_factor=np.minimum(factors[query, reference], FULL_MATCH)
        )
