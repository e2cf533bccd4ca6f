"""What all accurate-mass scores do first: leave out the precursor and the noise, then pair the peaks."""

from typing import Protocol

from spectra.alignment import Assignment, PeakPairs, assign_peaks, match_peaks
from spectra.cleaning import drop_weak_peaks
from spectra.errors import InvalidSpectrumError
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import Tolerance


class AccurateMassChoices(Protocol):
    """The part of a preset that these steps read."""

    @property
    def tolerance(self) -> Tolerance:
        """How far apart two peaks of one ion may be."""
        ...

    @property
    def assignment(self) -> Assignment:
        """Who gets a peak that several could take."""
        ...

    @property
    def weakest_peak_fraction(self) -> float:
        """Peaks below this fraction of the base peak are noise."""
        ...

    @property
    def precursor_margin_mz(self) -> float | None:
        """Peaks from this far below the precursor on are left out; None: all stay."""
        ...


def prepare_accurate(spectrum: MassSpectrum, preset: AccurateMassChoices) -> MassSpectrum:
    """Leave out the precursor's region, then peaks without intensity, then noise.

    Raises
    ------
    InvalidSpectrumError
        If the preset cuts at the precursor and the spectrum has none.
    """
    keep = spectrum.intensity > 0
    if preset.precursor_margin_mz is not None:
        keep &= spectrum.mz <= precursor_mz(spectrum) - preset.precursor_margin_mz
    kept = MassSpectrum(mz=spectrum.mz[keep], intensity=spectrum.intensity[keep], precursor=spectrum.precursor)
    return drop_weak_peaks(kept, fraction_of_base_peak=preset.weakest_peak_fraction)


def pair_peaks(
    query: MassSpectrum,
    reference: MassSpectrum,
    query_weights: FloatArray,
    reference_weights: FloatArray,
    preset: AccurateMassChoices,
    *,
    shift_mz: float = 0.0,
) -> PeakPairs:
    """Pair the peaks of two prepared spectra in the preset's way, the reference shifted first."""
    if preset.assignment == "nearest":
        return match_peaks(query, reference, tolerance=preset.tolerance, shift_mz=shift_mz)
    return assign_peaks(
        query,
        reference,
        tolerance=preset.tolerance,
        query_weights=query_weights,
        reference_weights=reference_weights,
        shift_mz=shift_mz,
    )


def precursor_mz(spectrum: MassSpectrum) -> float:
    """Give the precursor's m/z.

    Raises
    ------
    InvalidSpectrumError
        If there is none: unit-mass EI spectra are no input of these scores.
    """
    if spectrum.precursor is None:
        raise InvalidSpectrumError("the spectrum has no precursor; expected an MS/MS spectrum")
    return spectrum.precursor.mz
