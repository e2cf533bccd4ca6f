"""Steps that change a spectrum before it is compared, each explicit and each returning a new spectrum."""

import numpy as np

from spectra.errors import InvalidSettingError
from spectra.spectrum import MassSpectrum


def scale_to_base_peak(spectrum: MassSpectrum, *, base: float) -> MassSpectrum:
    """Scale so that the strongest peak has intensity ``base``; an empty or all-zero spectrum stays as it is.

    Raises
    ------
    InvalidSettingError
        If ``base`` is not above 0.
    """
    if not base > 0:
        raise InvalidSettingError(f"base is {base}; expected above 0")
    strongest = spectrum.intensity.max(initial=0.0)
    if strongest == 0:
        return spectrum
    return MassSpectrum(mz=spectrum.mz, intensity=spectrum.intensity / strongest * base, precursor=spectrum.precursor)


def drop_weak_peaks(spectrum: MassSpectrum, *, fraction_of_base_peak: float) -> MassSpectrum:
    """Leave out peaks weaker than a fraction of the base peak.

    Parameters
    ----------
    spectrum : MassSpectrum
        Any.
    fraction_of_base_peak : float
        In [0, 1); a peak of exactly this fraction stays.

    Raises
    ------
    InvalidSettingError
        If the fraction is outside [0, 1).
    """
    if not 0.0 <= fraction_of_base_peak < 1.0:
        raise InvalidSettingError(f"fraction_of_base_peak is {fraction_of_base_peak}; expected in [0, 1)")
    limit = fraction_of_base_peak * spectrum.intensity.max(initial=0.0)
    return _kept(spectrum, spectrum.intensity >= limit)


def keep_from(spectrum: MassSpectrum, *, lowest_mz: float) -> MassSpectrum:
    """Leave out peaks below the lowest m/z that the other spectrum's instrument scanned.

    What an instrument did not look at can count neither for nor against a candidate.
    """
    return _kept(spectrum, spectrum.mz >= lowest_mz)


def _kept(spectrum: MassSpectrum, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> MassSpectrum:
    return MassSpectrum(mz=spectrum.mz[keep], intensity=spectrum.intensity[keep], precursor=spectrum.precursor)
