"""Spectra as rows of unit length over nominal masses: what a cosine at unit mass is computed from."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.search.packed import PackedSpectra
from spectra.spectrum import MAX_MZ, FloatArray, MassSpectrum
from spectra.tolerance import UnitMass
from spectra.weighting import Weighting

MassArray = npt.NDArray[np.unsignedinteger]

_ROWS_AT_A_TIME = 2048
"""Their peaks stay in the processor's cache from the first step to the last."""
_INFINITE = "the intensities of one nominal mass add up to infinity"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMassChoices:
    """All choices that change a cosine at unit mass.

    Raises
    ------
    InvalidSettingError
        If the fraction is outside [0, 1), or the lowest m/z is not finite, negative or above ``MAX_MZ``.
    """

    weighting: Weighting
    unit_mass: UnitMass
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise, on both sides."""
    lowest_mz: float
    """Lowest m/z that the queries' instrument scanned; the library is cut there too."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0.0 <= self.weakest_peak_fraction < 1.0:
            raise InvalidSettingError(f"weakest_peak_fraction is {self.weakest_peak_fraction}; expected in [0, 1)")
        if not 0.0 <= self.lowest_mz <= MAX_MZ:
            raise InvalidSettingError(f"lowest_mz is {self.lowest_mz}; expected in [0, {MAX_MZ:g}]")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassRows:
    """Cleaned, weighted spectra of Euclidean length 1, one after another; a spectrum without peaks is an empty row."""

    starts: npt.NDArray[np.int64]
    """Shape (n_rows + 1,): row ``i`` holds the peaks from ``starts[i]`` up to ``starts[i + 1]``."""
    masses: MassArray = field(repr=False)
    """Shape (n_peaks,): nominal masses, rising within a row."""
    weights: FloatArray = field(repr=False)
    """Shape (n_peaks,): float64, so that a cosine computed from them needs no second look."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    @property
    def width(self) -> int:
        """One more than the highest mass."""
        return int(self.masses.max(initial=0)) + 1

    def joined(self, other: "UnitMassRows") -> "UnitMassRows":
        """Give these rows followed by others."""
        return UnitMassRows(
            starts=np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            masses=np.concatenate([self.masses, other.masses]),
            weights=np.concatenate([self.weights, other.weights]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeakPlaces:
    """Where the peaks of some rows lie."""

    peaks: npt.NDArray[np.int64]
    """Positions in ``masses`` and ``weights``, row after row."""
    firsts: npt.NDArray[np.int64]
    """Where each row begins in ``peaks``; what ``reduceat`` wants."""
    counts: npt.NDArray[np.int64]


def peak_places(starts: npt.NDArray[np.int64], rows: npt.NDArray[np.integer]) -> PeakPlaces:
    """List the peaks of rows, in the order in which the rows are given."""
    begin = starts[rows]
    counts = starts[rows + 1] - begin
    ends = np.cumsum(counts)
    firsts = ends - counts
    peaks = np.repeat(begin - firsts, counts)
    peaks += np.arange(len(peaks))
    return PeakPlaces(peaks=peaks, firsts=firsts, counts=counts)


def unit_mass_rows(spectra: PackedSpectra, choices: UnitMassChoices) -> UnitMassRows:
    """Clean, weight and normalise every spectrum, as ``prepare_spectrum`` and ``Weighting.weigh`` do with one.

    Raises
    ------
    InvalidSpectrumError
        If the intensities of one mass add up to more than a float64 holds.

    Notes
    -----
    Intensities are divided by the base peak before the power is taken. A cosine does not depend on it, and no power
    can overflow.
    """
    highest = int(choices.unit_mass.nominal(np.array([spectra.mz.max(initial=0.0)]))[0])
    mass_type: type[np.unsignedinteger] = np.uint16 if highest <= np.iinfo(np.uint16).max else np.uint32
    masses = np.empty(len(spectra.mz), dtype=mass_type)  # pages that are never written never become memory
    weights = np.empty(len(spectra.mz))
    counts = np.zeros(len(spectra), dtype=np.int64)
    powers = np.power(np.arange(highest + 1, dtype=np.float64), choices.weighting.mz_exponent)
    filled = 0
    for first in range(0, len(spectra), _ROWS_AT_A_TIME):
        starts = spectra.starts[first : first + _ROWS_AT_A_TIME + 1]
        part = slice(starts[0], starts[-1])
        row, mass, weight = _weighted(np.diff(starts), spectra.mz[part], spectra.intensity[part], choices, powers)
        masses[filled : filled + len(mass)] = mass
        weights[filled : filled + len(mass)] = weight
        counts[first : first + len(starts) - 1] = np.bincount(row, minlength=len(starts) - 1)
        filled += len(mass)
    return UnitMassRows(
        starts=np.concatenate([[0], np.cumsum(counts)]), masses=masses[:filled], weights=weights[:filled]
    )


def unit_mass_row(spectrum: MassSpectrum, choices: UnitMassChoices) -> UnitMassRows:
    """Clean, weight and normalise one spectrum; the numbers of ``unit_mass_rows``, in a quarter of its time for one.

    Raises
    ------
    InvalidSpectrumError
        As ``unit_mass_rows``.
    """
    mass, height = _binned_one(spectrum, choices)
    strongest = height.max(initial=0.0)
    if strongest == np.inf:
        raise InvalidSpectrumError(_INFINITE)
    kept = (height >= choices.weakest_peak_fraction * strongest).nonzero()[0]
    mass = mass[kept]
    weight = _power(height[kept] / strongest, choices.weighting.intensity_exponent)
    if choices.weighting.mz_exponent:
        weight *= np.power(mass.astype(np.float64), choices.weighting.mz_exponent)
    weight /= np.sqrt(weight @ weight)
    return UnitMassRows(starts=np.array([0, len(mass)]), masses=mass.astype(np.uint32), weights=weight)


def _binned_one(spectrum: MassSpectrum, choices: UnitMassChoices) -> tuple[npt.NDArray[np.int64], FloatArray]:
    mass = choices.unit_mass.nominal(spectrum.mz)
    kept = ((spectrum.intensity > 0) & (mass >= _lowest_mass(choices))).nonzero()[0]
    mass, height = mass[kept], spectrum.intensity[kept]
    steps = mass[1:] != mass[:-1]
    if steps.all():
        return mass, height
    place = np.concatenate([[0], np.cumsum(steps)])
    return mass[np.concatenate([[True], steps])], np.bincount(place, weights=height).astype(np.float64)


def _lowest_mass(choices: UnitMassChoices) -> int:
    return max(1, math.ceil(choices.lowest_mz))


_Peaks = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]


def _weighted(
    counts: npt.NDArray[np.int64], mz: FloatArray, intensity: FloatArray, choices: UnitMassChoices, powers: FloatArray
) -> _Peaks:
    row, mass, height = _binned(counts, mz, intensity, choices)
    strongest = _row_maxima(row, height, len(counts))
    if not np.isfinite(strongest).all():
        raise InvalidSpectrumError(_INFINITE)
    kept = height >= (choices.weakest_peak_fraction * strongest)[row]
    if not kept.all():
        row, mass, height = row[kept], mass[kept], height[kept]
    weight = _power(height / strongest[row], choices.weighting.intensity_exponent)
    if choices.weighting.mz_exponent:
        weight *= powers[mass]
    length = np.sqrt(np.bincount(row, weights=weight * weight, minlength=len(counts)))
    weight /= length[row]
    return row, mass, weight


def _binned(counts: npt.NDArray[np.int64], mz: FloatArray, intensity: FloatArray, choices: UnitMassChoices) -> _Peaks:
    mass = choices.unit_mass.nominal(mz)
    row = np.repeat(np.arange(len(counts)), counts)
    kept = (intensity > 0) & (mass >= _lowest_mass(choices))
    if not kept.all():
        row, mass, intensity = row[kept], mass[kept], intensity[kept]
    begins = np.ones(len(mass), dtype=bool)
    begins[1:] = (mass[1:] != mass[:-1]) | (row[1:] != row[:-1])
    if begins.all():
        return row, mass, intensity
    # bincount adds in the order of the peaks, as UnitMass.bin does: a sum at the noise limit falls on the same side
    return row[begins], mass[begins], np.bincount(np.cumsum(begins) - 1, weights=intensity).astype(np.float64)


def _row_maxima(row: npt.NDArray[np.int64], height: FloatArray, rows: int) -> FloatArray:
    maxima = np.zeros(rows)
    if len(row):
        firsts = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
        maxima[row[firsts]] = np.maximum.reduceat(height, firsts)
    return maxima


def _power(values: FloatArray, exponent: float) -> FloatArray:
    """Raise to a power; the square root has an instruction of its own, twenty times as fast."""
    result: FloatArray = np.sqrt(values) if exponent == 0.5 else np.power(values, exponent)  # noqa: PLR2004 - a half
    return result
