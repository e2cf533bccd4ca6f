"""Runs of several stages: the scans of one MS level, product spectra, and which of them share a precursor."""

from dataclasses import dataclass, field

import numpy as np

from spectra.chromatogram.run import Run
from spectra.chromatogram.scan_facts import IntArray
from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.spectrum import MassSpectrum, Precursor
from spectra.tolerance import Tolerance, to_udalton

_PRODUCT_LEVEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductScan:
    """One MS2 scan."""

    scan: int
    """Its number in the run, counted from 0."""
    retention_time_s: float
    polarity: int
    """1, -1, or 0 where the file does not say."""
    collision_energy_ev: float
    """NaN where the file does not say."""
    spectrum: MassSpectrum = field(repr=False)
    """Its precursor is None where the file does not say which ion was isolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecursorGroup:
    """MS2 scans of what is taken to be one ion."""

    precursor_mz: float
    """Median of the scans' precursors."""
    precursor_charge: int
    """0 where the file does not say."""
    polarity: int
    first_time_s: float
    last_time_s: float
    scans: tuple[int, ...]
    """Numbers of the scans in the run, counted from 0, in the order of time."""


def scans_of_level(run: Run, ms_level: int) -> Run:
    """Take the scans of one MS level out of a run, in their order, with all that is known about them.

    Raises
    ------
    InvalidSpectrumError
        If the run has no scan of this level.
    """
    scans = np.flatnonzero(run.facts.ms_level == ms_level)
    if not len(scans):
        raise InvalidSpectrumError(f"no scan of MS level {ms_level} among {len(run)}")
    starts, ends = run.scan_starts[scans], run.scan_starts[scans + 1]
    peaks = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
    return Run(
        scan_times_s=run.scan_times_s[scans],
        scan_starts=np.concatenate([[0], np.cumsum(ends - starts)]),
        mz=run.mz[peaks],
        intensity=run.intensity[peaks],
        metadata=run.metadata,
        facts=run.facts.of_scans(scans),
    )


def product_spectra(run: Run) -> tuple[ProductScan, ...]:
    """Give each MS2 scan of a run as a spectrum with its precursor, in the order of the scans."""
    facts = run.facts
    return tuple(
        ProductScan(
            scan=int(scan),
            retention_time_s=float(run.scan_times_s[scan]),
            polarity=int(facts.polarity[scan]),
            collision_energy_ev=float(facts.collision_energy_ev[scan]),
            spectrum=_spectrum(run, int(scan)),
        )
        for scan in np.flatnonzero(facts.ms_level == _PRODUCT_LEVEL)
    )


def grouped_by_precursor(run: Run, *, tolerance: Tolerance, longest_gap_s: float) -> tuple[PrecursorGroup, ...]:
    """Group the MS2 scans of a run by precursor and retention time.

    Parameters
    ----------
    run : Run
        Any run; only MS2 scans with a stated precursor are grouped.
    tolerance : Tolerance
        How far a precursor may lie above the lowest m/z of its group.
    longest_gap_s : float, seconds
        The longest time between two neighbouring scans of a group.

    Returns
    -------
    tuple of PrecursorGroup
        In the order of their first scans; each MS2 scan with a stated precursor is in exactly one.

    Raises
    ------
    InvalidSettingError
        If the gap is not above 0.

    Notes
    -----
    Scans of different polarity or stated charge are never grouped. The rest is sorted by precursor, and a group ends
    where the next precursor lies more than the tolerance above the lowest of the group, compared in whole
    micro-daltons with both ends included; what is left together is cut where the time between two scans is longer
    than the gap. A group is thus never wider than the tolerance, however many scans it has, and the result does not
    depend on the order in which the instrument made scans of equal time.
    """
    if not longest_gap_s > 0:
        raise InvalidSettingError(f"longest_gap_s is {longest_gap_s}; expected above 0")
    facts = run.facts
    known = np.flatnonzero((facts.ms_level == _PRODUCT_LEVEL) & ~np.isnan(facts.precursor_mz))
    order = np.lexsort(
        (known, facts.precursor_mz[known], facts.precursor_charge[known], facts.polarity[known])
    )  # the last key sorts first
    groups = [
        _group(run, part)
        for alike in _alike(run, known[order], tolerance)
        for part in _without_gaps(run, alike, longest_gap_s)
    ]
    return tuple(sorted(groups, key=lambda group: group.scans))


def _spectrum(run: Run, scan: int) -> MassSpectrum:
    peaks = slice(run.scan_starts[scan], run.scan_starts[scan + 1])
    mz, charge = float(run.facts.precursor_mz[scan]), int(run.facts.precursor_charge[scan])
    precursor = None if np.isnan(mz) else Precursor(mz=mz, charge=charge or None)
    return MassSpectrum(mz=run.mz[peaks], intensity=run.intensity[peaks], precursor=precursor)


def _alike(run: Run, scans: IntArray, tolerance: Tolerance) -> list[IntArray]:
    """Cut scans, sorted by polarity, charge and precursor, where a precursor leaves the reach of the lowest."""
    facts = run.facts
    mz = facts.precursor_mz[scans]
    lowest_udalton = to_udalton(mz).tolist()
    reach_udalton = tolerance.half_width_udalton(mz).tolist()
    kind = np.stack([facts.polarity[scans], facts.precursor_charge[scans]], axis=1).tolist()
    cuts: list[int] = []
    first = 0
    for place in range(1, len(scans)):
        beyond = lowest_udalton[place] - lowest_udalton[first] > reach_udalton[first]
        if beyond or kind[place] != kind[first]:
            cuts.append(place)
            first = place
    return [part for part in np.split(scans, cuts) if len(part)]


def _without_gaps(run: Run, scans: IntArray, longest_gap_s: float) -> list[IntArray]:
    in_time = np.sort(scans)  # the scans of a run never go back in time
    gaps = np.diff(run.scan_times_s[in_time])
    return np.split(in_time, np.flatnonzero(gaps > longest_gap_s) + 1)


def _group(run: Run, scans: IntArray) -> PrecursorGroup:
    return PrecursorGroup(
        precursor_mz=float(np.median(run.facts.precursor_mz[scans])),
        precursor_charge=int(run.facts.precursor_charge[scans[0]]),
        polarity=int(run.facts.polarity[scans[0]]),
        first_time_s=float(run.scan_times_s[scans[0]]),
        last_time_s=float(run.scan_times_s[scans[-1]]),
        scans=tuple(scans.tolist()),
    )
