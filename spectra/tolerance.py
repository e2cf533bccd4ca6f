"""How far apart two m/z values may be and still mean the same ion."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidToleranceError
from spectra.spectrum import FloatArray, MassSpectrum

MICRO_DALTON = 1_000_000
"""m/z is compared as whole micro-daltons: float edges make two functions of one program disagree."""

_WIDEST_DALTON = 5.0
_WIDEST_PPM = 10_000.0


@dataclass(frozen=True, slots=True)
class Dalton:
    """An absolute tolerance, the interval closed at both ends.

    Raises
    ------
    InvalidToleranceError
        If it is not above 0 and at most 5 Da.
    """

    width: float
    """Half width in Da."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (math.isfinite(self.width) and 0 < self.width <= _WIDEST_DALTON):
            raise InvalidToleranceError(f"{self.width} Da; expected above 0 and at most {_WIDEST_DALTON:g} Da")

    def half_width_udalton(self, mz: FloatArray) -> npt.NDArray[np.int64]:
        """Give the half width at each m/z, shape (n,), in whole micro-daltons."""
        return np.full(mz.shape, round(self.width * MICRO_DALTON), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Ppm:
    """A relative tolerance in parts per million of the query's m/z, the interval closed at both ends.

    Raises
    ------
    InvalidToleranceError
        If it is not above 0 and at most 10 000 ppm.
    """

    width: float
    """Half width in ppm."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (math.isfinite(self.width) and 0 < self.width <= _WIDEST_PPM):
            raise InvalidToleranceError(f"{self.width} ppm; expected above 0 and at most {_WIDEST_PPM:g} ppm")

    def half_width_udalton(self, mz: FloatArray) -> npt.NDArray[np.int64]:
        """Give the half width at each m/z, shape (n,), in whole micro-daltons, rounded down."""
        return np.floor(mz * self.width).astype(np.int64)


Tolerance = Dalton | Ppm


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMass:
    """Nominal masses: each m/z belongs to one whole number.

    Quadrupole spectra sit a little above the whole mass when the ion is rich in hydrogen, so the border
    is not in the middle: from ``round_up_from`` on, a fraction belongs to the next whole number. 0.649 is the
    border that the NIST search uses (Samokhin 2024, as described in the documentation of ``mssearchr``).

    Raises
    ------
    InvalidSettingError
        If the border is not inside (0, 1).
    """

    round_up_from: float = 0.649

    def __post_init__(self) -> None:
        """Refuse a border outside the unit interval."""
        if not 0.0 < self.round_up_from < 1.0:
            raise InvalidSettingError(f"round_up_from is {self.round_up_from}; expected inside (0, 1)")

    def nominal(self, mz: FloatArray) -> npt.NDArray[np.int64]:
        """Give the nominal mass of each m/z; shape (n,), computed in whole micro-daltons.

        Examples
        --------
        >>> UnitMass().nominal(np.array([58.1, 100.648, 100.649, 343.9])).tolist()
        [58, 100, 101, 344]
        """
        lift = MICRO_DALTON - round(self.round_up_from * MICRO_DALTON)
        return (to_udalton(mz) + lift) // MICRO_DALTON

    def bin(self, spectrum: MassSpectrum) -> MassSpectrum:
        """Sum the intensities that share a nominal mass; peaks of intensity 0 and mass 0 are left out."""
        nominal = self.nominal(spectrum.mz)
        present = (spectrum.intensity > 0) & (nominal > 0)
        masses, place = np.unique(nominal[present], return_inverse=True)
        sums: FloatArray = np.bincount(place, weights=spectrum.intensity[present], minlength=len(masses)).astype(
            np.float64
        )
        return MassSpectrum(mz=masses.astype(np.float64), intensity=sums, precursor=spectrum.precursor)


def to_udalton(mz: FloatArray) -> npt.NDArray[np.int64]:
    """Give m/z as whole micro-daltons; shape (n,). Files write at most six decimals, so nothing is lost."""
    return np.rint(mz * MICRO_DALTON).astype(np.int64)
