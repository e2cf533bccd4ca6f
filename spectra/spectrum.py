"""Mass spectra as values: what a file says (``RawSpectrum``) and what may be computed with (``MassSpectrum``)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSpectrumError

FloatArray = npt.NDArray[np.float64]

MAX_MZ = 100_000.0
"""No instrument of this field records beyond it; a larger m/z is a damaged file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursor:
    """The ion that was isolated before fragmentation."""

    mz: float
    charge: int | None = None
    adduct: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSpectrum:
    """Peaks exactly as a file lists them: any order, duplicates kept, nothing checked but the count."""

    mz: tuple[float, ...]
    intensity: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MassSpectrum:
    """A spectrum that can be computed with.

    Parameters
    ----------
    mz : ndarray, shape (n_peaks,), float64, unit 1
        Mass-to-charge ratios, rising, each above 0 and at most ``MAX_MZ``. Equal neighbours are allowed:
        some instruments write them, and merging is a decision of its own.
    intensity : ndarray, shape (n_peaks,), float64, arbitrary counts
        Not negative.
    precursor : Precursor, optional
        The isolated ion; None for electron ionisation.

    Raises
    ------
    InvalidSpectrumError
        If shapes differ, a value is not finite, an m/z or intensity is out of range, or m/z does not rise.
    """

    mz: FloatArray
    intensity: FloatArray
    precursor: Precursor | None = None

    def __post_init__(self) -> None:
        """Check everything once, so that no function that takes a spectrum has to."""
        mz = _owned(self.mz)
        intensity = _owned(self.intensity)
        _check_peaks(mz, intensity)
        object.__setattr__(self, "mz", mz)
        object.__setattr__(self, "intensity", intensity)

    @classmethod
    def from_unsorted(cls, mz: npt.ArrayLike, intensity: npt.ArrayLike, *, precursor: Precursor | None = None) -> Self:
        """Make a spectrum of peaks in any order; the sort is stable and is the caller's stated repair.

        Raises
        ------
        InvalidSpectrumError
            As the class, but for the order.
        """
        mz_array = np.asarray(mz, dtype=np.float64)
        intensity_array = np.asarray(intensity, dtype=np.float64)
        if mz_array.ndim != 1 or mz_array.shape != intensity_array.shape:
            raise InvalidSpectrumError(_shape_message(mz_array, intensity_array))
        order = np.argsort(mz_array, kind="stable")
        return cls(mz=mz_array[order], intensity=intensity_array[order], precursor=precursor)

    def __len__(self) -> int:
        """Count the peaks."""
        return len(self.mz)

    def __eq__(self, other: object) -> bool:
        """Compare every number, bit for bit."""
        if not isinstance(other, MassSpectrum):
            return NotImplemented
        return (
            np.array_equal(self.mz, other.mz)
            and np.array_equal(self.intensity, other.intensity)
            and self.precursor == other.precursor
        )

    def __hash__(self) -> int:
        """Hash the numbers that ``__eq__`` compares."""
        return hash((self.mz.tobytes(), self.intensity.tobytes(), self.precursor))

    @property
    def base_peak_mz(self) -> float:
        """The m/z of the strongest peak; of equal ones the lowest.

        Raises
        ------
        InvalidSpectrumError
            If there is no peak.
        """
        if not len(self):
            raise InvalidSpectrumError("an empty spectrum has no base peak")
        return float(self.mz[int(np.argmax(self.intensity))])


def _owned(values: npt.ArrayLike) -> FloatArray:
    """Copy into a read-only array of this type, so that nobody can change a spectrum afterwards."""
    array = np.array(values, dtype=np.float64, copy=True)
    np.add(array, 0.0, out=array)  # -0.0 becomes 0.0: what is equal has the same bytes, and the same hash
    array.flags.writeable = False
    return array


def _check_peaks(mz: FloatArray, intensity: FloatArray) -> None:
    if mz.ndim != 1 or mz.shape != intensity.shape:
        raise InvalidSpectrumError(_shape_message(mz, intensity))
    for name, values in (("m/z", mz), ("intensity", intensity)):
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise InvalidSpectrumError(f"peak {bad[0] + 1}: {name} is {values[bad[0]]}, not a finite number")
    outside = np.flatnonzero((mz <= 0) | (mz > MAX_MZ))
    if len(outside):
        raise InvalidSpectrumError(
            f"peak {outside[0] + 1}: m/z is {mz[outside[0]]}, expected above 0 and at most {MAX_MZ:g}"
        )
    negative = np.flatnonzero(intensity < 0)
    if len(negative):
        raise InvalidSpectrumError(f"peak {negative[0] + 1}: intensity is {intensity[negative[0]]}, negative")
    falls = np.flatnonzero(np.diff(mz) < 0)
    if len(falls):
        raise InvalidSpectrumError(
            f"peak {falls[0] + 2}: m/z {mz[falls[0] + 1]} stands after {mz[falls[0]]}; expected rising m/z"
        )


def _shape_message(mz: FloatArray, intensity: FloatArray) -> str:
    return f"m/z has shape {mz.shape}, intensity {intensity.shape}; expected two equal one-dimensional shapes"
