"""Finding a known substance in a run: by retention and spectrum and ion ratios, never by the largest peak alone."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from spectra.chromatogram.ion_chromatogram import (
    IonChromatogram,
    IonIntegration,
    IonPeak,
    area_between,
    area_of_span,
    find_ion_peaks,
    ion_chromatogram,
    peak_at,
    total_ion_chromatogram,
)
from spectra.chromatogram.run import Run, UnitMassGrid
from spectra.chromatogram.target_ions import TargetIons
from spectra.errors import InvalidSettingError
from spectra.scores.match_factor import MatchFactorPreset, MatchFactors, match_factors
from spectra.spectrum import FloatArray, MassSpectrum


class QuantifiedSignal(StrEnum):
    """Whose area is measured, once the quantifier ion has said where the peak is."""

    QUANTIFIER_ION = "ion"
    TOTAL_ION_CURRENT = "tic"


class TargetOutcome(StrEnum):
    """What a search for a target ended with."""

    FOUND = "found"
    NO_PEAK = "no peak"
    """No peak in the window that is high and wide enough and has an area."""
    OTHER_SPECTRUM = "other spectrum"
    """A peak, but of something else."""
    RATIO_OUT = "qualifier ratio out"
    """The right spectrum by the match factor, but a qualifier does not agree with the calibrators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLimits:
    """All choices that decide whether a target is found.

    Raises
    ------
    InvalidSettingError
        If a limit is outside its domain.
    """

    integration: IonIntegration
    signal: QuantifiedSignal
    preset: MatchFactorPreset
    minimum_match_factor: float
    """0 to 999, of the peak's spectrum, its background taken off, with the library's."""
    retention_tolerance_s: float
    """How far an apex may be from the expected retention time, seconds."""
    ratio_tolerance: float
    """How far a qualifier's area over the quantifier's may be from the calibrators', as a fraction of theirs."""
    background_scans: int
    """How many scans before and after the peak make its background."""

    def __post_init__(self) -> None:
        """Refuse limits that would find everything or nothing."""
        for name in ("minimum_match_factor", "retention_tolerance_s", "ratio_tolerance", "background_scans"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise InvalidSettingError(f"{name} is {getattr(self, name)}; expected above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A substance that is looked for."""

    name: str
    references: tuple[MassSpectrum, ...] = field(repr=False)
    """Its library spectra; the best match counts."""
    ions: TargetIons


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifierRatio:
    """A qualifier's area over the quantifier's, between the same scans."""

    mz: int
    ratio: float
    expected: float
    """Of the calibrators; NaN where that is not known yet."""
    within: bool
    """False only where it is known to be out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPeak:
    """A peak that may be the target."""

    retention_time_s: float
    area: float
    """Of the signal that is quantified, counts times seconds."""
    area_standard_uncertainty: float
    signal_to_noise: float
    factors: MatchFactors
    qualifiers: tuple[QualifierRatio, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFinding:
    """What a run says about a target."""

    outcome: TargetOutcome
    peak: TargetPeak | None
    """The target's, or else the candidate that came nearest; None where there was none."""

    @property
    def found(self) -> bool:
        """Whether this is the target."""
        return self.outcome is TargetOutcome.FOUND


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunForTargets:
    """A run laid out for the search; made once for all targets."""

    run: Run
    grid: UnitMassGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTarget:
    """What the calibrators of a batch say about a target."""

    retention_time_s: float
    qualifier_ratios: tuple[float, ...]
    """In the order of the target's qualifiers."""


def search_everywhere(prepared: RunForTargets, target: Target, *, limits: TargetLimits) -> TargetFinding:
    """Look for a target in the whole run by its spectrum: for calibrators, which say where it is to be expected.

    Returns
    -------
    TargetFinding
        The peak with the best match factor; ratios are measured and not judged.
    """
    unknown = tuple(math.nan for _ in target.ions.qualifier_mz)
    times = prepared.run.scan_times_s
    return _search(prepared, target, (float(times[0]), float(times[-1])), unknown, limits)


def search_target(
    prepared: RunForTargets, target: Target, *, expected: ExpectedTarget, limits: TargetLimits
) -> TargetFinding:
    """Look for a target where the calibrators say that it elutes.

    Parameters
    ----------
    prepared : RunForTargets
        The run.
    target : Target
        What is looked for.
    expected : ExpectedTarget
        Retention and ratios.
    limits : TargetLimits
        The choices.

    Returns
    -------
    TargetFinding
        Found only where retention, signal-to-noise ratio, match factor and every qualifier agree; otherwise the first
        of these that failed for the peak that came nearest.
    """
    window = (
        expected.retention_time_s - limits.retention_tolerance_s,
        expected.retention_time_s + limits.retention_tolerance_s,
    )
    return _search(prepared, target, window, expected.qualifier_ratios, limits)


def response_at(prepared: RunForTargets, target: Target, *, expected: ExpectedTarget, limits: TargetLimits) -> float:
    """Give the area of all that the quantifier ion shows where the target elutes, counts times seconds, at least 0.

    Notes
    -----
    For blanks: no limit on noise, width or spectrum is applied, so that a residue is measured before it is judged.
    """
    chromatogram = ion_chromatogram(prepared.run, prepared.grid, nominal_mz=target.ions.quantifier_mz)
    return area_of_span(
        chromatogram,
        from_s=expected.retention_time_s - limits.retention_tolerance_s,
        to_s=expected.retention_time_s + limits.retention_tolerance_s,
        integration=limits.integration,
    )


def _search(
    prepared: RunForTargets,
    target: Target,
    window_s: tuple[float, float],
    ratios: tuple[float, ...],
    limits: TargetLimits,
) -> TargetFinding:
    quantifier = ion_chromatogram(prepared.run, prepared.grid, nominal_mz=target.ions.quantifier_mz)
    peaks = find_ion_peaks(quantifier, from_s=window_s[0], to_s=window_s[1], integration=limits.integration)
    judged = [_judge(prepared, target, quantifier, peak, ratios, limits) for peak in peaks]
    if not judged:
        return TargetFinding(outcome=TargetOutcome.NO_PEAK, peak=None)
    return max(judged, key=lambda finding: (_RANK[finding.outcome], _match_factor(finding)))


_RANK = {
    TargetOutcome.NO_PEAK: 0,
    TargetOutcome.OTHER_SPECTRUM: 1,
    TargetOutcome.RATIO_OUT: 2,
    TargetOutcome.FOUND: 3,
}


def _match_factor(finding: TargetFinding) -> float:
    return finding.peak.factors.match_factor if finding.peak is not None else 0.0


def _judge(
    prepared: RunForTargets,
    target: Target,
    quantifier: IonChromatogram,
    peak: IonPeak,
    ratios: tuple[float, ...],
    limits: TargetLimits,
) -> TargetFinding:
    qualifiers = tuple(
        _qualifier(prepared, quantifier, peak, mz, expected, limits)
        for mz, expected in zip(target.ions.qualifier_mz, ratios, strict=True)
    )
    factors = _factors(prepared, target, peak, limits)
    measured = _measured(prepared, peak, limits)
    if measured.area <= 0:
        outcome = TargetOutcome.NO_PEAK
    elif factors.match_factor < limits.minimum_match_factor:
        outcome = TargetOutcome.OTHER_SPECTRUM
    elif not all(qualifier.within for qualifier in qualifiers):
        outcome = TargetOutcome.RATIO_OUT
    else:
        outcome = TargetOutcome.FOUND
    return TargetFinding(
        outcome=outcome,
        peak=TargetPeak(
            retention_time_s=peak.retention_time_s,
            area=measured.area,
            area_standard_uncertainty=measured.area_standard_uncertainty,
            signal_to_noise=peak.signal_to_noise,
            factors=factors,
            qualifiers=qualifiers,
        ),
    )


def _measured(prepared: RunForTargets, peak: IonPeak, limits: TargetLimits) -> IonPeak:
    if limits.signal is QuantifiedSignal.QUANTIFIER_ION:
        return peak
    total = total_ion_chromatogram(prepared.run)
    # the sum of all ions may culminate a scan or two beside the quantifier, and a peak is walked down from its apex
    apex = peak.core_first + int(np.argmax(total.intensity[peak.core_first : peak.core_last + 1]))
    return peak_at(total, scan=apex, integration=limits.integration)


def _qualifier(
    prepared: RunForTargets,
    quantifier: IonChromatogram,
    peak: IonPeak,
    mz: int,
    expected: float,
    limits: TargetLimits,
) -> QualifierRatio:
    span = {"first_scan": peak.first_scan, "last_scan": peak.last_scan}
    below = area_between(quantifier, **span)
    above = area_between(ion_chromatogram(prepared.run, prepared.grid, nominal_mz=mz), **span)
    ratio = above / below if below > 0 else math.inf
    out = abs(ratio - expected) > limits.ratio_tolerance * expected  # False against NaN: not known, not out
    return QualifierRatio(mz=mz, ratio=ratio, expected=expected, within=not out)


def _factors(prepared: RunForTargets, target: Target, peak: IonPeak, limits: TargetLimits) -> MatchFactors:
    spectrum = _net_spectrum(prepared.grid, peak, limits.background_scans)
    found = [
        match_factors(spectrum, reference, preset=limits.preset, lowest_mz=prepared.run.lowest_mz)
        for reference in target.references
    ]
    return max(found, key=lambda factors: factors.match_factor)


def _net_spectrum(grid: UnitMassGrid, peak: IonPeak, background_scans: int) -> MassSpectrum:
    """Average the scans above half height and take off the mean of the scans outside the peak, each side alike."""
    core = grid.intensity[peak.core_first : peak.core_last + 1].mean(axis=0)
    before = grid.intensity[max(0, peak.first_scan - background_scans) : peak.first_scan]
    after = grid.intensity[peak.last_scan + 1 : peak.last_scan + 1 + background_scans]
    sides = [side.mean(axis=0) for side in (before, after) if len(side)]
    net: FloatArray = np.maximum(core - np.mean(sides, axis=0), 0.0) if sides else core
    present = net > 0
    return MassSpectrum(mz=grid.nominal_mz[present].astype(np.float64), intensity=net[present])
