"""Many spectra in a few arrays: what an index is built from without a Python object for each spectrum."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSpectrumError
from spectra.spectrum import MAX_MZ, FloatArray, MassSpectrum, Precursor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedSpectra:
    """Spectra one after another.

    Parameters
    ----------
    starts : ndarray, shape (n_spectra + 1,), int64
        Spectrum ``i`` holds the peaks from ``starts[i]`` up to ``starts[i + 1]``.
    mz : ndarray, shape (n_peaks,), float64, unit 1
        Rising within each spectrum.
    intensity : ndarray, shape (n_peaks,), float64
        Not negative.
    precursor_mz : ndarray, shape (n_spectra,), float64, unit 1
        NaN where a spectrum has no precursor.

    Raises
    ------
    InvalidSpectrumError
        As for ``MassSpectrum``, over all spectra at once.
    """

    starts: npt.NDArray[np.int64]
    mz: FloatArray = field(repr=False)
    intensity: FloatArray = field(repr=False)
    precursor_mz: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        """Check everything once; the arrays become read-only views, not copies: they may be large."""
        for name, kind in (("starts", np.int64), ("mz", np.float64), ("intensity", np.float64)):
            object.__setattr__(self, name, _read_only(np.asarray(getattr(self, name), dtype=kind)))
        object.__setattr__(self, "precursor_mz", _read_only(np.asarray(self.precursor_mz, dtype=np.float64)))
        _check_layout(self.starts, self.mz, self.intensity, self.precursor_mz)
        _check_values(self.starts, self.mz, self.intensity, self.precursor_mz)

    @classmethod
    def of(cls, spectra: Sequence[MassSpectrum]) -> Self:
        """Pack spectra in their order."""
        counts = [len(spectrum) for spectrum in spectra]
        return cls(
            starts=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
            mz=np.concatenate([np.empty(0), *(spectrum.mz for spectrum in spectra)]),
            intensity=np.concatenate([np.empty(0), *(spectrum.intensity for spectrum in spectra)]),
            precursor_mz=np.array([np.nan if s.precursor is None else s.precursor.mz for s in spectra]),
        )

    def __len__(self) -> int:
        """Count the spectra."""
        return len(self.starts) - 1

    def spectrum(self, position: int) -> MassSpectrum:
        """Give one spectrum.

        Raises
        ------
        IndexError
            If there is none at that position.
        """
        if not 0 <= position < len(self):
            raise IndexError(f"spectrum {position} of {len(self)}")
        peaks = slice(self.starts[position], self.starts[position + 1])
        precursor = float(self.precursor_mz[position])
        return MassSpectrum(
            mz=self.mz[peaks],
            intensity=self.intensity[peaks],
            precursor=None if np.isnan(precursor) else Precursor(mz=precursor),
        )

    def joined(self, other: "PackedSpectra") -> "PackedSpectra":
        """Give these spectra followed by others."""
        return PackedSpectra(
            starts=np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            mz=np.concatenate([self.mz, other.mz]),
            intensity=np.concatenate([self.intensity, other.intensity]),
            precursor_mz=np.concatenate([self.precursor_mz, other.precursor_mz]),
        )


def _read_only(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    view = array.view()
    view.flags.writeable = False
    return view


def _check_layout(
    starts: npt.NDArray[np.int64], mz: FloatArray, intensity: FloatArray, precursor_mz: FloatArray
) -> None:
    if starts.ndim != 1 or not len(starts) or starts[0] != 0 or (np.diff(starts) < 0).any():
        raise InvalidSpectrumError("starts must rise from 0, with one more than there are spectra")
    if mz.ndim != 1 or mz.shape != intensity.shape or starts[-1] != len(mz):
        raise InvalidSpectrumError(f"{starts[-1]} peaks by the starts, m/z {mz.shape}, intensity {intensity.shape}")
    if precursor_mz.shape != (len(starts) - 1,):
        raise InvalidSpectrumError(f"{precursor_mz.shape} precursors for {len(starts) - 1} spectra")


def _check_values(
    starts: npt.NDArray[np.int64], mz: FloatArray, intensity: FloatArray, precursor_mz: FloatArray
) -> None:
    wrong_mz = ~((mz > 0) & (mz <= MAX_MZ))  # false for NaN too
    wrong_intensity = ~((intensity >= 0) & np.isfinite(intensity))
    falls = np.zeros(len(mz), dtype=bool)
    falls[1:] = np.diff(mz) < 0
    falls[starts[:-1][starts[:-1] < len(mz)]] = False  # each spectrum begins anew
    for name, wrong in (("m/z", wrong_mz), ("intensity", wrong_intensity), ("order of m/z", falls)):
        if wrong.any():
            peak = int(np.argmax(wrong))
            number = int(np.searchsorted(starts, peak, side="right")) - 1
            raise InvalidSpectrumError(
                f"spectrum {number}, peak {peak - starts[number] + 1}: {name} is wrong at m/z {mz[peak]}, "
                f"intensity {intensity[peak]}"
            )
    if (np.isinf(precursor_mz) | (precursor_mz <= 0)).any():
        raise InvalidSpectrumError("a precursor m/z is not above 0, or infinite")
