"""What a file says about each scan of a run besides its peaks: stage, polarity, isolated ion."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSpectrumError
from spectra.spectrum import MAX_MZ, FloatArray

IntArray = npt.NDArray[np.int64]

HIGHEST_MS_LEVEL = 10
"""Ion traps isolate and break up again at most this often."""
HIGHEST_CHARGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScanFacts:
    """One row a scan, in the order of the scans; what the file does not state has a value of its own.

    Parameters
    ----------
    ms_level : ndarray, shape (n_scans,), int64
        1 for whole molecules, 2 for the products of one isolated ion, and so on.
    polarity : ndarray, shape (n_scans,), int64
        1, -1, or 0 where it is not stated.
    centroided : ndarray, shape (n_scans,), int64
        1 for centroids, 0 for a profile, -1 where it is not stated.
    precursor_mz : ndarray, shape (n_scans,), float64, unit 1
        The isolated ion; NaN for MS1 and where it is not stated.
    precursor_charge : ndarray, shape (n_scans,), int64
        As the file writes it; 0 where it is not stated.
    isolation_lower_offset, isolation_upper_offset : ndarray, shape (n_scans,), float64, unit 1
        How far the isolation window reaches below and above its target, in m/z; NaN where it is not stated.
    collision_energy_ev : ndarray, shape (n_scans,), float64, electronvolt
        NaN where it is not stated in this unit.
    activation : tuple of str, n_scans long
        How the isolated ion was broken up; an empty string where it is not stated.

    Raises
    ------
    InvalidSpectrumError
        If lengths disagree, a value is outside its domain, or an MS1 scan has a precursor.
    """

    ms_level: IntArray
    polarity: IntArray
    centroided: IntArray
    precursor_mz: FloatArray
    precursor_charge: IntArray
    isolation_lower_offset: FloatArray
    isolation_upper_offset: FloatArray
    collision_energy_ev: FloatArray
    activation: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check everything once and freeze the arrays."""
        for name, kind in _ARRAYS.items():
            array = np.array(getattr(self, name), dtype=kind, copy=True)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        lengths = {name: np.shape(getattr(self, name)) for name in (*_ARRAYS, "activation")}
        if set(lengths.values()) != {(len(self.activation),)}:
            raise InvalidSpectrumError(f"facts of different lengths: {lengths}")
        for name, (allowed, words) in self._domains().items():
            wrong = np.flatnonzero(~allowed)
            if len(wrong):
                found = getattr(self, name)[wrong[0]]
                raise InvalidSpectrumError(f"scan {wrong[0] + 1}: {name} is {found}, expected {words}")

    def __len__(self) -> int:
        """Count the scans."""
        return len(self.activation)

    @classmethod
    def unstated(cls, n_scans: int) -> Self:
        """Make the facts of a file that has no place for them: all MS1, all else unknown."""
        unknown = np.full(n_scans, np.nan)
        zeros = np.zeros(n_scans, dtype=np.int64)
        return cls(
            ms_level=zeros + 1,
            polarity=zeros,
            centroided=zeros - 1,
            precursor_mz=unknown,
            precursor_charge=zeros,
            isolation_lower_offset=unknown,
            isolation_upper_offset=unknown,
            collision_energy_ev=unknown,
            activation=("",) * n_scans,
        )

    def of_scans(self, scans: IntArray) -> Self:
        """Take the rows of some scans, shape (n,), counted from 0, in the order given."""
        rows = {name: getattr(self, name)[scans] for name in _ARRAYS}
        return replace(self, **rows, activation=tuple(self.activation[scan] for scan in scans))

    def _domains(self) -> dict[str, tuple[npt.NDArray[np.bool_], str]]:
        first_stage = self.ms_level == 1
        mz_known = (self.precursor_mz > 0) & (self.precursor_mz <= MAX_MZ) & ~first_stage
        charged = (np.abs(self.precursor_charge) <= HIGHEST_CHARGE) & ~(first_stage & (self.precursor_charge != 0))
        not_negative = {
            name: (np.isnan(values) | ((values >= 0) & np.isfinite(values)), "a number from 0, or NaN")
            for name, values in (
                ("isolation_lower_offset", self.isolation_lower_offset),
                ("isolation_upper_offset", self.isolation_upper_offset),
                ("collision_energy_ev", self.collision_energy_ev),
            )
        }
        return {
            "ms_level": ((self.ms_level >= 1) & (self.ms_level <= HIGHEST_MS_LEVEL), f"1 to {HIGHEST_MS_LEVEL}"),
            "polarity": (np.isin(self.polarity, (-1, 0, 1)), "-1, 0 or 1"),
            "centroided": (np.isin(self.centroided, (-1, 0, 1)), "-1, 0 or 1"),
            "precursor_mz": (
                np.isnan(self.precursor_mz) | mz_known,
                f"an m/z above 0 and at most {MAX_MZ:g}, and none for MS1",
            ),
            "precursor_charge": (charged, f"at most {HIGHEST_CHARGE} either way, and 0 for MS1"),
            **not_negative,
        }


_ARRAYS: dict[str, type[np.int64 | np.float64]] = {
    item.name: np.int64 if item.name in {"ms_level", "polarity", "centroided", "precursor_charge"} else np.float64
    for item in fields(ScanFacts)
    if item.name != "activation"
}
"""The array fields with their kinds."""

UNSTATED = ScanFacts.unstated(0)
"""Stands for "nothing is stated" until a run knows how many scans it has."""
