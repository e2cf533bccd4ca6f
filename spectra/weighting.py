"""Peak weights: intensity and m/z raised to powers, the first step of most library scores."""

import math
from dataclasses import dataclass

import numpy as np

from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray, MassSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """The weight of a peak, ``mz ** mz_exponent * intensity ** intensity_exponent``.

    Source: Stein and Scott, J. Am. Soc. Mass Spectrom. 5 (1994) 859, doi:10.1016/1044-0305(94)87009-8.

    Raises
    ------
    InvalidSettingError
        If the intensity exponent is not above 0, the m/z exponent is negative, or either exceeds 10.
    """

    mz_exponent: float
    intensity_exponent: float

    def __post_init__(self) -> None:
        """Refuse exponents that would reverse or flatten the order of peaks, or overflow."""
        largest = 10.0
        if not (math.isfinite(self.mz_exponent) and 0.0 <= self.mz_exponent <= largest):
            raise InvalidSettingError(f"mz_exponent is {self.mz_exponent}; expected in [0, 10]")
        if not (math.isfinite(self.intensity_exponent) and 0.0 < self.intensity_exponent <= largest):
            raise InvalidSettingError(f"intensity_exponent is {self.intensity_exponent}; expected in (0, 10]")

    def weigh(self, spectrum: MassSpectrum) -> FloatArray:
        """Give the weight of each peak, shape (n_peaks,).

        Examples
        --------
        >>> simple = Weighting(mz_exponent=0.0, intensity_exponent=0.5)
        >>> simple.weigh(MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))).tolist()
        [10.0, 5.0]
        """
        weights: FloatArray = np.power(spectrum.mz, self.mz_exponent) * np.power(
            spectrum.intensity, self.intensity_exponent
        )
        return weights
