"""MS/MS spectra made ready for the spectral entropy similarity: cut, merged, freed of noise, normalised, weighted.

The steps and their figures are those of Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z.
Every step works on many packed spectra at once; the form for one spectrum packs it and does the same.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.search.packed import PackedSpectra
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import MICRO_DALTON, to_udalton

IntArray = npt.NDArray[np.int64]

ENTROPY_LIMIT_NATS = 3.0
"""Spectra of lower entropy are weighted; those of many even peaks stay as they are (Li et al. 2021)."""

_LEAST_EXPONENT = 0.25
_EXPONENT_PER_NAT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class MsmsCleaning:
    """What is left of an MS/MS spectrum before it is compared.

    Raises
    ------
    InvalidSettingError
        If a distance is negative or not finite, or the fraction is outside [0, 1).
    """

    cut_below_precursor_da: float | None
    """Peaks above precursor minus this many Da are left out; None keeps them, and needs no precursor."""
    weakest_peak_fraction: float
    """Merged peaks below this fraction of the base peak are noise; a peak of exactly this fraction stays."""
    merge_distance_da: float
    """Afterwards all peaks of a spectrum are further apart than this; 0 merges only equal m/z."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        cut = 0.0 if self.cut_below_precursor_da is None else self.cut_below_precursor_da
        for name, value in (("cut_below_precursor_da", cut), ("merge_distance_da", self.merge_distance_da)):
            if not (np.isfinite(value) and value >= 0):
                raise InvalidSettingError(f"{name} is {value}; expected a finite number of at least 0")
        if not 0.0 <= self.weakest_peak_fraction < 1.0:
            raise InvalidSettingError(f"weakest_peak_fraction is {self.weakest_peak_fraction}; expected in [0, 1)")


ENTROPY_CLEANING = MsmsCleaning(cut_below_precursor_da=1.6, weakest_peak_fraction=0.01, merge_distance_da=0.05)
"""As published, doi:10.1038/s41592-021-01331-z; 0.05 Da suits tolerances below 0.025 Da."""


def clean_msms(spectra: PackedSpectra, *, cleaning: MsmsCleaning) -> PackedSpectra:
    """Clean many MS/MS spectra.

    Parameters
    ----------
    spectra : PackedSpectra
        As measured.
    cleaning : MsmsCleaning
        The steps, for example ``ENTROPY_CLEANING``.

    Returns
    -------
    PackedSpectra
        As many spectra in the same order, m/z in whole micro-daltons, intensities that sum to 1. A spectrum
        of which nothing is left is empty.

    Raises
    ------
    InvalidSpectrumError
        If peaks are to be cut below the precursor and a spectrum has none.

    Notes
    -----
    In this order: peaks of intensity 0 and peaks above the cut are dropped; the strongest peak takes in all peaks
    no further than ``merge_distance_da`` from it (intensities summed, m/z their mean weighted by intensity), then
    the strongest of the others, and so on until no two peaks are that close; merged peaks below the fraction of the
    base peak are dropped; intensities are divided by their sum. Equal intensities: the lower m/z goes first.
    """
    owner = np.repeat(np.arange(len(spectra)), np.diff(spectra.starts))
    mz = to_udalton(spectra.mz)
    keep = spectra.intensity > 0
    if cleaning.cut_below_precursor_da is not None:
        keep &= mz <= np.repeat(_highest_mz(spectra, cleaning.cut_below_precursor_da), np.diff(spectra.starts))
    owner, mz = owner[keep], mz[keep]
    intensity = _relative_to_base_peak(owner, spectra.intensity[keep], len(spectra))
    owner, mz, intensity = _merged(owner, mz, intensity, round(cleaning.merge_distance_da * MICRO_DALTON))
    intensity = _relative_to_base_peak(owner, intensity, len(spectra))
    strong = intensity >= cleaning.weakest_peak_fraction
    owner, mz, intensity = owner[strong], mz[strong], intensity[strong]
    return PackedSpectra(
        starts=_starts(owner, len(spectra)),
        mz=mz / MICRO_DALTON,
        intensity=_normalised(owner, intensity, len(spectra)),
        precursor_mz=spectra.precursor_mz,
    )


def clean_msms_spectrum(spectrum: MassSpectrum, *, cleaning: MsmsCleaning) -> MassSpectrum:
    """Clean one MS/MS spectrum as ``clean_msms`` cleans many.

    Raises
    ------
    InvalidSpectrumError
        If peaks are to be cut below the precursor and the spectrum has none.

    Examples
    --------
    >>> from spectra.spectrum import Precursor
    >>> measured = MassSpectrum(
    ...     mz=[91.05, 105.03, 105.05, 188.14], intensity=[20.0, 60.0, 20.0, 900.0], precursor=Precursor(mz=189.2)
    ... )
    >>> cleaned = clean_msms_spectrum(measured, cleaning=ENTROPY_CLEANING)
    >>> cleaned.mz.tolist(), cleaned.intensity.tolist()
    ([91.05, 105.035], [0.2, 0.8])
    """
    cleaned = clean_msms(PackedSpectra.of([spectrum]), cleaning=cleaning)
    return MassSpectrum(mz=cleaned.mz, intensity=cleaned.intensity, precursor=spectrum.precursor)


def entropy_weighted(spectra: PackedSpectra) -> PackedSpectra:
    """Normalise spectra to sum 1 and lift the weak peaks of those with little entropy.

    Parameters
    ----------
    spectra : PackedSpectra
        Any; normalised here, so the sum does not matter.

    Returns
    -------
    PackedSpectra
        The same peaks with intensities that sum to 1; an all-zero spectrum stays all zero.

    Notes
    -----
    ``S = -sum I ln I`` over intensities that sum to 1; where ``S < 3`` nats, ``I`` becomes ``I^(0.25 + 0.25 S)``,
    normalised again. Source: Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z.

    Examples
    --------
    >>> even = PackedSpectra.of([MassSpectrum(mz=[50.0, 60.0], intensity=[3.0, 1.0])])
    >>> entropy_weighted(even).intensity.round(4).tolist()
    [0.6057, 0.3943]
    """
    owner = np.repeat(np.arange(len(spectra)), np.diff(spectra.starts))
    return PackedSpectra(
        starts=spectra.starts,
        mz=spectra.mz,
        intensity=weighted_intensities(owner, spectra.intensity, len(spectra)),
        precursor_mz=spectra.precursor_mz,
    )


def entropy_weighted_spectrum(spectrum: MassSpectrum) -> MassSpectrum:
    """Normalise and weight one spectrum as ``entropy_weighted`` does many."""
    weighted = entropy_weighted(PackedSpectra.of([spectrum]))
    return MassSpectrum(mz=spectrum.mz, intensity=weighted.intensity, precursor=spectrum.precursor)


def normalised_intensities(owner: IntArray, intensity: FloatArray, n_spectra: int) -> FloatArray:
    """Divide intensities, shape (n_peaks,), by the sum of their spectrum; ``owner`` tells which one that is."""
    return _normalised(owner, _relative_to_base_peak(owner, intensity, n_spectra), n_spectra)


def weighted_intensities(owner: IntArray, intensity: FloatArray, n_spectra: int) -> FloatArray:
    """Weight intensities, shape (n_peaks,), by the entropy of their spectrum, as in ``entropy_weighted``."""
    relative = normalised_intensities(owner, intensity, n_spectra)
    logarithms = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    entropy = -np.bincount(owner, weights=relative * logarithms, minlength=n_spectra)
    exponent = np.where(entropy < ENTROPY_LIMIT_NATS, _LEAST_EXPONENT + _EXPONENT_PER_NAT * entropy, 1.0)
    lifted = np.exp(logarithms * exponent[owner])  # the logarithm is there already: half the price of a power
    lifted[relative == 0] = 0.0
    return _normalised(owner, lifted, n_spectra)


def _highest_mz(spectra: PackedSpectra, cut_da: float) -> IntArray:
    missing = np.flatnonzero(np.isnan(spectra.precursor_mz))
    if len(missing):
        raise InvalidSpectrumError(f"spectrum {missing[0]} has no precursor to cut {cut_da:g} Da below")
    return to_udalton(spectra.precursor_mz) - round(cut_da * MICRO_DALTON)


def _relative_to_base_peak(owner: IntArray, intensity: FloatArray, n_spectra: int) -> FloatArray:
    """Divide by the base peak first: sums of what is at most 1 neither overflow nor vanish."""
    base = np.zeros(n_spectra)
    first = _firsts(owner)
    if len(first):
        base[owner[first]] = np.maximum.reduceat(intensity, first)
    return np.divide(intensity, base[owner], out=np.zeros_like(intensity), where=intensity > 0)


def _normalised(owner: IntArray, intensity: FloatArray, n_spectra: int) -> FloatArray:
    sums = np.bincount(owner, weights=intensity, minlength=n_spectra)
    return np.divide(intensity, sums[owner], out=np.zeros_like(intensity), where=intensity > 0)


def _starts(owner: IntArray, n_spectra: int) -> IntArray:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n_spectra))]).astype(np.int64)


def _firsts(labels: IntArray) -> IntArray:
    """Give the positions at which a new label begins."""
    return np.flatnonzero(np.concatenate([[True], np.diff(labels) != 0])[: len(labels)])


def _merged(
    owner: IntArray, mz: IntArray, intensity: FloatArray, distance: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Merge until no two peaks of a spectrum are as close as the distance; a mean may come close to a neighbour."""
    while _chained(owner, mz, distance).any():
        winner = _winners(owner, mz, intensity, distance)
        weight = np.bincount(winner, weights=intensity, minlength=len(mz))
        moment = np.bincount(winner, weights=intensity * (mz - mz[winner]), minlength=len(mz))
        left = np.unique(winner)
        centre = mz[left] + np.rint(moment[left] / weight[left]).astype(np.int64)
        order = np.lexsort((centre, owner[left]))
        owner, mz, intensity = owner[left][order], centre[order], np.asarray(weight[left][order], dtype=np.float64)
    return owner, mz, intensity


def _chained(owner: IntArray, mz: IntArray, distance: int) -> npt.NDArray[np.bool_]:
    """Tell for each peak but the first whether it is close to the one before it."""
    close: npt.NDArray[np.bool_] = (np.diff(mz) <= distance) & (np.diff(owner) == 0)
    return close


def _winners(owner: IntArray, mz: IntArray, intensity: FloatArray, distance: int) -> IntArray:
    """Give for each peak the peak that takes it in: itself, or a stronger one.

    Chains of close peaks cannot disturb each other, so the strongest peak of every chain has its turn in the same
    round; what it leaves falls into new, shorter chains.
    """
    winner = np.arange(len(mz))
    rank = np.empty(len(mz), dtype=np.int64)
    rank[np.lexsort((winner, -intensity))] = winner
    waiting = winner
    while len(waiting):
        breaks = ~_chained(owner[waiting], mz[waiting], distance)
        chain = np.concatenate([[0], np.cumsum(breaks)])
        best_rank = np.minimum.reduceat(rank[waiting], _firsts(chain))
        is_best = rank[waiting] == best_rank[chain]
        best = waiting[is_best][chain]
        taken = np.abs(mz[waiting] - mz[best]) <= distance
        winner[waiting[taken]] = best[taken]
        waiting = waiting[~taken]
    return winner
