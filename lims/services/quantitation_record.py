"""From a quantified batch to the record of one exhibit: every number as a decimal, nothing lost. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lims import __version__
from lims.domain.batch import Batch
from lims.domain.content_arithmetic import Portion, content_result, substance_mass
from lims.domain.method import Method
from lims.domain.quantitation import (
    CalibrationPoint,
    Coefficient,
    Concentration,
    ContentResult,
    Curve,
    Lacking,
    LackOfFitTest,
    Preparation,
    QuantifiedBy,
    QuantifiedInjection,
    Quantitation,
    RelativePart,
    StandardUsed,
    SubstanceMass,
)
from lims.domain.sequence import InjectionKind
from lims.domain.weighing import Weighing
from lims.services.quantifying import QuantifiedBatch, QuantifiedRun
from lims.services.quantitation_flags import QuantitationFlag
from spectra.chromatogram.quantitation import MeasuredConcentration

COEFFICIENT_FIGURES, RESPONSE_FIGURES, FIGURES = 15, 12, 10
"""Significant figures that are kept: more than any of it is worth, so that nothing is lost before the last rounding."""
_BELOW = frozenset({QuantitationFlag.BELOW_LOQ})
_ABSENT = frozenset({QuantitationFlag.NOT_DETECTED, QuantitationFlag.OTHER_SPECTRUM, QuantitationFlag.QUALIFIER_OUT})


def kept(value: float, figures: int = FIGURES) -> Decimal:
    """Keep so many significant figures of a number.

    Examples
    --------
    >>> kept(33.004800000000003), kept(0.1 + 0.2, 12)
    (Decimal('33.0048'), Decimal('0.3'))
    """
    return Decimal(f"{value:.{figures}g}")


def known(value: float, figures: int = FIGURES) -> Decimal | None:
    """Keep a number; None for one that is none, or has no end."""
    return kept(value, figures) if math.isfinite(value) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredExhibit:
    """What is known of an exhibit beside the batch that it was measured in."""

    exhibit_number: str
    batch: Batch
    method: Method
    release_sha256: str
    preparations: tuple[Preparation, ...]
    """Of the exhibit's injections."""
    standard: StandardUsed | None
    net: Weighing | None
    """The net mass; None where it is not recorded."""
    expressed_as: str
    expert: str


def quantitation_of(
    quantified: QuantifiedBatch, measured: MeasuredExhibit, *, number: str, at: datetime
) -> Quantitation:
    """Make the record of an exhibit from all runs of its batch."""
    batch, method, net = measured.batch, measured.method, measured.net
    own = set(exhibit_runs(batch, measured.exhibit_number))
    runs = [one for one in quantified.runs if one.line.run in own]
    by = quantified_by(quantified, method, measured.release_sha256)
    outcome = _Outcome(quantified, by, measured, runs)
    result = outcome.result()
    return Quantitation(
        number=number,
        exhibit_number=measured.exhibit_number,
        batch_number=batch.number,
        analyte=method.analyte.name,
        inchikey=method.analyte.inchikey,
        internal_standard=method.internal_standard.name,
        expert=measured.expert,
        measured_at=at,
        by=by,
        curve=curve_of(quantified),
        points=points_of(quantified),
        injections=tuple(injection_of(one) for one in runs),
        blanks=tuple(injection_of(one) for one in quantified.runs if one.line.kind is InjectionKind.BLANK),
        controls=tuple(injection_of(one) for one in quantified.runs if one.line.kind is InjectionKind.CONTROL),
        preparations=measured.preparations,
        standard=measured.standard,
        expressed_as=measured.expressed_as,
        result=result,
        total=None if result is None or net is None else outcome.total(result, net),
        lacking=outcome.lacking(net),
    )


class _Outcome:
    """What the injections of the exhibit come to."""

    def __init__(
        self, quantified: QuantifiedBatch, by: QuantifiedBy, measured: MeasuredExhibit, runs: Sequence[QuantifiedRun]
    ) -> None:
        self._quantified, self._by, self._standard, self._runs = quantified, by, measured.standard, runs
        self._preparations = {one.run_number: one for one in measured.preparations}

    def lacking(self, net: Weighing | None) -> tuple[Lacking, ...]:
        faults = dict.fromkeys(filter(None, (self._fault(run) for run in self._runs)))
        return tuple(faults) or (() if net is not None else (Lacking.NO_EXHIBIT_MASS,))

    def result(self) -> ContentResult | None:
        if any(self._fault(run) for run in self._runs):
            return None
        return content_result(
            self._portions(),
            stated=self._by.stated,
            standard=self._standard,
            calibration_degrees=self._quantified.calibration.degrees_of_freedom,
            confidence=self._by.confidence,
        )

    def total(self, result: ContentResult, net: Weighing) -> SubstanceMass:
        return substance_mass(
            self._portions(),
            result,
            standard=self._standard,
            weighing_number=net.number,
            exhibit_g=net.stated.mass_g,
            exhibit_u_g=net.stated.u_g,
            exhibit_k=net.stated.k,
        )

    def _portions(self) -> list[Portion]:
        return [
            Portion(preparation=self._preparations[run.line.run], concentration=concentration_of(run.measured))
            for run in self._runs
            if run.measured is not None
        ]

    def _fault(self, run: QuantifiedRun) -> Lacking | None:
        """Say what keeps an injection from giving a content; the first that holds."""
        if _ABSENT.intersection(run.flags):
            return Lacking.NOT_DETECTED
        if run.measured is None:
            return Lacking.NO_NUMBER
        if _BELOW.intersection(run.flags) or run.measured.concentration <= 0:
            return Lacking.BELOW_QUANTITATION_LIMIT
        return None if run.line.run in self._preparations else Lacking.NO_PREPARATION


def exhibit_runs(batch: Batch, exhibit_number: str) -> tuple[str, ...]:
    """Name the runs of an exhibit in a batch, in their order."""
    return tuple(run.run_number for run in batch.runs if batch.injection(run.place).exhibit_number == exhibit_number)


def concentration_of(measured: MeasuredConcentration) -> Concentration:
    """Keep a concentration with its uncertainties."""
    calibration = next(part.standard_uncertainty for part in measured.budget if part.name == "calibration")
    return Concentration(
        value=kept(measured.concentration),
        calibration_u=kept(calibration),
        standard_u=kept(measured.standard_uncertainty),
        k=kept(measured.coverage_factor),
        expanded_u=kept(measured.expanded_uncertainty),
    )


def quantified_by(quantified: QuantifiedBatch, method: Method, release_sha256: str) -> QuantifiedBy:
    """Say under which choices the numbers were made."""
    quantitation, choices = quantified.method, method.quantitation
    return QuantifiedBy(
        method_number=method.number,
        method_version=method.version,
        preset=f"{quantitation.name}/{quantitation.version}",
        changed=tuple(f"{one.name} = {one.value}" for one in choices.settings),
        release=choices.release,
        release_sha256=release_sha256,
        confidence=kept(quantitation.confidence),
        stated=tuple(
            RelativePart(name=name, relative_u=kept(value)) for name, value in quantitation.stated.stated.items()
        ),
        program_version=__version__,
    )


def curve_of(quantified: QuantifiedBatch) -> Curve:
    """Keep the calibration curve."""
    fitted, model = quantified.calibration, quantified.method.model
    test = fitted.lack_of_fit
    return Curve(
        degree=model.degree,
        weighting=model.weighting.value,
        through_origin=model.through_origin,
        coefficients=tuple(
            Coefficient(power=power, value=kept(float(value), COEFFICIENT_FIGURES))
            for power, value in zip(model.powers, fitted.coefficients, strict=True)
        ),
        degrees_of_freedom=fitted.degrees_of_freedom,
        residual_standard_deviation=kept(fitted.residual_standard_deviation),
        lowest_ug_per_ml=kept(fitted.lowest),
        highest_ug_per_ml=kept(fitted.highest),
        detection_limit_ug_per_ml=known(fitted.detection_limit_estimate),
        quantitation_limit_ug_per_ml=known(fitted.quantitation_limit_estimate),
        r_squared=known(fitted.r_squared),
        lack_of_fit=None
        if test is None
        else LackOfFitTest(
            f_statistic=kept(test.f_statistic),
            degrees_of_freedom=test.degrees_of_freedom,
            p_value=kept(test.p_value),
        ),
    )


def points_of(quantified: QuantifiedBatch) -> tuple[CalibrationPoint, ...]:
    """Keep every calibrator, in the order of injection."""
    fitted = quantified.calibration
    place = {run: position for position, run in enumerate(quantified.calibrators)}
    calibrators = (one for one in quantified.runs if one.line.kind is InjectionKind.CALIBRATOR)
    residuals, back = fitted.residuals, fitted.back_calculated
    return tuple(
        CalibrationPoint(
            run_number=one.line.run,
            place=one.line.number,
            nominal_ug_per_ml=kept(one.line.nominal_ug_per_ml or math.nan),
            response=known(one.area_ratio, RESPONSE_FIGURES),
            residual=known(float(residuals[place[one.line.run]])) if one.line.run in place else None,
            back_calculated_ug_per_ml=known(float(back[place[one.line.run]])) if one.line.run in place else None,
            used=one.line.run in place,
            flags=tuple(flag.value for flag in one.flags),
        )
        for one in calibrators
    )


def injection_of(run: QuantifiedRun) -> QuantifiedInjection:
    """Keep what one run other than a calibrator gave."""
    found, nominal = not math.isnan(run.area_ratio), run.line.nominal_ug_per_ml
    return QuantifiedInjection(
        run_number=run.line.run,
        place=run.line.number,
        kind=run.line.kind,
        sample_name=run.line.sample_name,
        response=known(run.area_ratio, RESPONSE_FIGURES),
        response_u=known(run.area_ratio_noise, RESPONSE_FIGURES) if found else None,
        concentration=None if run.measured is None else concentration_of(run.measured),
        nominal_ug_per_ml=None if nominal is None else kept(nominal),
        flags=tuple(flag.value for flag in run.flags),
    )
