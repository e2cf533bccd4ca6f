"""A batch quantified: calibration from its calibrators, a concentration with its uncertainty for every run. Pure."""

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lims.domain.sequence import InjectionKind
from lims.errors import LimsError
from lims.services.library_names import NamedCompound
from lims.services.quantitation_flags import QuantitationFlag
from lims.services.quantitation_method import Extrapolation, QuantitationMethod
from lims.services.quantitation_sequence import SequenceLine
from spectra import MassSpectrum, Run
from spectra.chromatogram import unit_mass_grid
from spectra.chromatogram.calibration import Calibration, fit_calibration
from spectra.chromatogram.quantitation import CalibratedRange, MeasuredConcentration, measure_concentration
from spectra.chromatogram.target_ions import TargetIons, choose_target_ions, standing_ions
from spectra.chromatogram.targets import (
    ExpectedTarget,
    RunForTargets,
    Target,
    TargetFinding,
    TargetOutcome,
    response_at,
    search_everywhere,
    search_target,
)


class CalibratorsNotFoundError(LimsError):
    """Too few calibrators in which analyte and internal standard were found."""

    def __init__(self, target: str, found: int, needed: int, reasons: Sequence[str]) -> None:
        """Keep who was looked for, and why it was not found in each run."""
        super().__init__(f"{target} was found in {found} calibrators, expected at least {needed}; {'; '.join(reasons)}")
        self.target = target
        self.found = found
        self.needed = needed
        self.reasons = tuple(reasons)

    def advice(self) -> str:
        """Name what is usually wrong."""
        return "Check the names of analyte and internal standard, the sequence, and the ions and limits of the method"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtTarget:
    """A target with what the calibrators say about it."""

    target: Target
    expected: ExpectedTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantifiedRun:
    """One run of the batch with its evidence."""

    line: SequenceLine
    analyte: TargetFinding
    internal_standard: TargetFinding
    response_at_retention: float
    """All that the quantifier ion shows where the analyte elutes, counts times seconds; what a blank is judged by."""
    area_ratio: float
    """Area of the analyte over that of the internal standard; NaN where either was not found."""
    area_ratio_noise: float
    """Standard uncertainty of the ratio from the noise of both peaks."""
    measured: MeasuredConcentration | None
    """None where nothing was found to measure, or the method refuses the number."""
    flags: tuple[QuantitationFlag, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuantifiedBatch:
    """A whole batch."""

    method: QuantitationMethod
    analyte: SoughtTarget
    internal_standard: SoughtTarget
    calibration: Calibration = field(repr=False)
    calibrators: tuple[str, ...]
    """The runs that the calibration was fitted to, in its order."""
    runs: tuple[QuantifiedRun, ...]
    """In the order of injection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searched:
    """A run after the search, before the calibration."""

    line: SequenceLine
    analyte: TargetFinding
    internal_standard: TargetFinding
    response_at_retention: float

    @property
    def area_ratio(self) -> float:
        """Area of the analyte over that of the internal standard; NaN where either was not found."""
        analyte, standard = self.analyte.peak, self.internal_standard.peak
        if analyte is None or standard is None or not (self.analyte.found and self.internal_standard.found):
            return math.nan
        return analyte.area / standard.area if standard.area > 0 else math.nan

    @property
    def area_ratio_noise(self) -> float:
        """Standard uncertainty of the ratio from the noise of both peaks."""
        analyte, standard = self.analyte.peak, self.internal_standard.peak
        if analyte is None or standard is None or not (analyte.area > 0 and standard.area > 0):
            return 0.0
        relative = (p.area_standard_uncertainty / p.area for p in (analyte, standard))
        return self.area_ratio * math.hypot(*relative)


def quantify_batch(
    lines: Sequence[SequenceLine],
    read: Callable[[SequenceLine], Run],
    *,
    analyte: NamedCompound,
    internal_standard: NamedCompound,
    method: QuantitationMethod,
) -> QuantifiedBatch:
    """Quantify one analyte in every run of a batch.

    Parameters
    ----------
    lines : sequence of SequenceLine
        In the order of injection.
    read : callable
        Gives the run of a line; called once for each.
    analyte, internal_standard : NamedCompound
        From the library.
    method : QuantitationMethod
        The choices.

    Returns
    -------
    QuantifiedBatch
        A result for every line, also where nothing was found.

    Raises
    ------
    CalibratorsNotFoundError
        If too few calibrators show both substances.
    CalibrationError
        If no sound curve goes through the calibrators.
    InvalidSpectrumError
        If a run is not centroided MS1.

    Notes
    -----
    Where the substances elute, and with which ion ratios, is learnt from the calibrators: in each the peak with the
    best match factor counts, over all calibrators the median. Only then each run, calibrators too, is searched in
    that window. Only calibrators that pass as every other run has to pass are in the curve.
    """
    calibrators = [line for line in lines if line.kind is InjectionKind.CALIBRATOR]
    prepared = {line.run: _prepare(read(line), method) for line in calibrators}
    sought = _sought(list(prepared.values()), calibrators, (analyte, internal_standard), method)
    searched = [
        _search(line, prepared.pop(line.run) if line.run in prepared else _prepare(read(line), method), sought, method)
        for line in sorted(lines, key=lambda line: line.kind is not InjectionKind.CALIBRATOR)  # theirs are in memory
    ]
    used = [one for one in searched if one.line.kind is InjectionKind.CALIBRATOR and not math.isnan(one.area_ratio)]
    _require_enough(used, searched, sought, method)
    calibration = fit_calibration(
        [one.line.nominal_ug_per_ml or math.nan for one in used], [one.area_ratio for one in used], model=method.model
    )
    searched.sort(key=lambda one: one.line.number)
    judge = _Judge(method, calibration, searched)
    return QuantifiedBatch(
        method=method,
        analyte=sought[0],
        internal_standard=sought[1],
        calibration=calibration,
        calibrators=tuple(one.line.run for one in used),
        runs=tuple(judge.result(place) for place in range(len(searched))),
    )


def _prepare(run: Run, method: QuantitationMethod) -> RunForTargets:
    return RunForTargets(run=run, grid=unit_mass_grid(run, unit_mass=method.ion_rule.unit_mass))


def _sought(
    prepared: Sequence[RunForTargets],
    lines: Sequence[SequenceLine],
    compounds: tuple[NamedCompound, NamedCompound],
    method: QuantitationMethod,
) -> tuple[SoughtTarget, SoughtTarget]:
    background = frozenset[int]().union(*(standing_ions(one.grid) for one in prepared))
    spectra = tuple(tuple(r.spectrum for r in compound.references) for compound in compounds)
    stated = (method.analyte_ions, method.internal_standard_ions)
    made = [
        _learn(
            Target(
                name=compound.name,
                references=own,
                ions=ions or _choose(own[0], other, background, method),
            ),
            prepared,
            lines,
            method,
        )
        for compound, own, other, ions in zip(compounds, spectra, reversed(spectra), stated, strict=True)
    ]
    return made[0], made[1]


def _choose(
    own: MassSpectrum, others: Sequence[MassSpectrum], background: frozenset[int], method: QuantitationMethod
) -> TargetIons:
    return choose_target_ions(own, others=others, background=background, rule=method.ion_rule)


def _learn(
    target: Target, prepared: Sequence[RunForTargets], lines: Sequence[SequenceLine], method: QuantitationMethod
) -> SoughtTarget:
    """Take retention and ion ratios of a target from the calibrators in which its spectrum is found."""
    findings = [search_everywhere(one, target, limits=method.limits) for one in prepared]
    peaks = [finding.peak for finding in findings if finding.found and finding.peak is not None]
    if len(peaks) < method.model.least_calibrators:
        reasons = [_reason(line, finding) for line, finding in zip(lines, findings, strict=True) if not finding.found]
        raise CalibratorsNotFoundError(target.name, len(peaks), method.model.least_calibrators, reasons)
    ratios = zip(*([ratio.ratio for ratio in peak.qualifiers] for peak in peaks), strict=True)
    expected = ExpectedTarget(
        retention_time_s=statistics.median(peak.retention_time_s for peak in peaks),
        qualifier_ratios=tuple(statistics.median(ratio) for ratio in ratios),
    )
    return SoughtTarget(target=target, expected=expected)


def _reason(line: SequenceLine, finding: TargetFinding) -> str:
    peak = finding.peak
    near = f", match factor {peak.factors.match_factor:.0f} at {peak.retention_time_s:.1f} s" if peak else ""
    return f"{line.run}: {finding.outcome.value}{near}"


def _search(
    line: SequenceLine,
    prepared: RunForTargets,
    sought: tuple[SoughtTarget, SoughtTarget],
    method: QuantitationMethod,
) -> _Searched:
    analyte, standard = (
        search_target(prepared, one.target, expected=one.expected, limits=method.limits) for one in sought
    )
    at_retention = response_at(prepared, sought[0].target, expected=sought[0].expected, limits=method.limits)
    return _Searched(line=line, analyte=analyte, internal_standard=standard, response_at_retention=at_retention)


def _require_enough(
    used: Sequence[_Searched],
    searched: Sequence[_Searched],
    sought: tuple[SoughtTarget, SoughtTarget],
    method: QuantitationMethod,
) -> None:
    if len(used) >= method.model.least_calibrators:
        return
    reasons = [
        f"{one.line.run}: {sought[0].target.name} {one.analyte.outcome.value}, "
        f"{sought[1].target.name} {one.internal_standard.outcome.value}"
        for one in searched
        if one.line.kind is InjectionKind.CALIBRATOR and one not in used
    ]
    both = f"{sought[0].target.name} together with {sought[1].target.name}"
    raise CalibratorsNotFoundError(both, len(used), method.model.least_calibrators, reasons)


class _Judge:
    """Gives each run its concentration and its flags."""

    def __init__(self, method: QuantitationMethod, calibration: Calibration, searched: Sequence[_Searched]) -> None:
        self._method = method
        self._calibration = calibration
        self._searched = searched
        calibrators = [one for one in searched if one.line.kind is InjectionKind.CALIBRATOR]
        lowest = min(calibrators, key=lambda one: one.line.nominal_ug_per_ml or math.inf)
        self._lowest_response = lowest.response_at_retention
        self._standard_area = statistics.median(
            one.internal_standard.peak.area
            for one in calibrators
            if one.internal_standard.found and one.internal_standard.peak is not None
        )

    def result(self, place: int) -> QuantifiedRun:
        one = self._searched[place]
        measured = self._measure(one)
        flags = (
            *self._finding_flags(one),
            *self._blank_flags(place),
            *(self._number_flags(one, measured) if measured is not None else ()),
        )
        refused = QuantitationFlag.NO_NUMBER in flags or QuantitationFlag.BEYOND_CURVE in flags
        return QuantifiedRun(
            line=one.line,
            analyte=one.analyte,
            internal_standard=one.internal_standard,
            response_at_retention=one.response_at_retention,
            area_ratio=one.area_ratio,
            area_ratio_noise=one.area_ratio_noise,
            measured=None if refused else measured,
            flags=flags,
        )

    def _measure(self, one: _Searched) -> MeasuredConcentration | None:
        if math.isnan(one.area_ratio):
            return None
        return measure_concentration(
            self._calibration,
            one.area_ratio,
            response_noise=one.area_ratio_noise,
            stated=self._method.stated,
            confidence=self._method.confidence,
        )

    def _finding_flags(self, one: _Searched) -> Iterator[QuantitationFlag]:
        if one.analyte.outcome in _NOT_FOUND:
            yield _NOT_FOUND[one.analyte.outcome]
        elif one.analyte.peak is not None and not one.analyte.peak.qualifiers:
            yield QuantitationFlag.NO_QUALIFIER
        standard = one.internal_standard.peak
        if not one.internal_standard.found or standard is None:
            yield QuantitationFlag.INTERNAL_STANDARD_NOT_FOUND
        elif abs(standard.area / self._standard_area - 1.0) > self._method.internal_standard_spread:
            yield QuantitationFlag.INTERNAL_STANDARD_UNUSUAL
        if one.line.kind is InjectionKind.CALIBRATOR and math.isnan(one.area_ratio):
            yield QuantitationFlag.CALIBRATOR_LEFT_OUT

    def _blank_flags(self, place: int) -> Iterator[QuantitationFlag]:
        one = self._searched[place]
        before = self._searched[place - 1] if place else None
        if one.line.kind is InjectionKind.BLANK:
            if self._clean(one):
                yield QuantitationFlag.CLEAN_BLANK
            else:
                yield QuantitationFlag.BLANK_NOT_CLEAN
                if before is not None and before.analyte.found:
                    yield QuantitationFlag.CARRY_OVER
        elif one.analyte.found and before is not None and self._soiled_blank(before):
            yield QuantitationFlag.CARRY_OVER

    def _soiled_blank(self, one: _Searched) -> bool:
        return one.line.kind is InjectionKind.BLANK and not self._clean(one)

    def _clean(self, one: _Searched) -> bool:
        small = one.response_at_retention < self._method.blank_fraction * self._lowest_response
        return small and not one.analyte.found

    def _number_flags(self, one: _Searched, measured: MeasuredConcentration) -> Iterator[QuantitationFlag]:
        if measured.place is CalibratedRange.BEYOND_CURVE:
            yield QuantitationFlag.BEYOND_CURVE
            return
        if one.line.kind is not InjectionKind.CALIBRATOR:  # calibrators are the range
            if measured.concentration < self._calibration.quantitation_limit_estimate:
                yield QuantitationFlag.BELOW_LOQ
            if measured.place is not CalibratedRange.WITHIN:
                yield _OUTSIDE[measured.place]
                refuse = self._method.extrapolation is Extrapolation.REFUSE
                yield QuantitationFlag.NO_NUMBER if refuse else QuantitationFlag.EXTRAPOLATED
        yield from self._deviation_flags(one, measured.concentration)
        if measured.not_stated:
            yield QuantitationFlag.CALIBRATION_ONLY

    def _deviation_flags(self, one: _Searched, concentration: float) -> Iterator[QuantitationFlag]:
        nominal = one.line.nominal_ug_per_ml
        if nominal is None:
            return
        deviation = abs(concentration / nominal - 1.0)
        if one.line.kind is InjectionKind.CALIBRATOR:
            lowest = nominal == self._calibration.lowest
            allowed = self._method.lowest_calibrator_deviation if lowest else self._method.calibrator_deviation
            if deviation > allowed:
                yield QuantitationFlag.CALIBRATOR_OUT
        elif one.line.kind is InjectionKind.CONTROL and deviation > self._method.control_deviation:
            yield QuantitationFlag.CONTROL_OUT


_NOT_FOUND = {
    TargetOutcome.NO_PEAK: QuantitationFlag.NOT_DETECTED,
    TargetOutcome.OTHER_SPECTRUM: QuantitationFlag.OTHER_SPECTRUM,
    TargetOutcome.RATIO_OUT: QuantitationFlag.QUALIFIER_OUT,
}
_OUTSIDE = {
    CalibratedRange.BELOW_LOWEST: QuantitationFlag.BELOW_LOWEST,
    CalibratedRange.ABOVE_HIGHEST: QuantitationFlag.ABOVE_HIGHEST,
}
