"""A recorded quantitation computed again from its own numbers: curve, concentrations, content, mass. Pure.

Nothing is read but the record, so that anybody who holds the data of a report can do it.
"""

import math
from collections.abc import Iterator
from decimal import Decimal

from lims.domain.content_arithmetic import Portion, content_result, substance_mass
from lims.domain.quantitation import Concentration, QuantifiedInjection, Quantitation
from lims.errors import InvalidRecordError
from lims.services.quantitation_record import COEFFICIENT_FIGURES, concentration_of, kept
from spectra.chromatogram.calibration import Calibration, CalibrationModel, CalibrationWeighting, fit_calibration
from spectra.chromatogram.quantitation import StatedUncertainties, measure_concentration
from spectra.errors import SpectraError

_AGREEMENT = 1e-6
"""Relative: recorded responses have twelve figures, so what follows from them agrees to far more than is printed."""


def quantitation_differences(quantitation: Quantitation) -> tuple[str, ...]:
    """Name every number of a quantitation that does not follow from the others; nothing: all of it repeats.

    Notes
    -----
    The curve is fitted anew to the calibrators that are marked as used; each response is read off it; content and
    mass follow from recorded concentrations, portions and parts of the uncertainty, to the last digit.
    """
    try:
        calibration = _refitted(quantitation)
    except (SpectraError, ValueError) as error:
        return (f"no curve goes through its calibrators: {error}",)
    try:
        return (
            *_of_curve(quantitation, calibration),
            *_of_points(quantitation, calibration),
            *_of_injections(quantitation, calibration),
            *_of_content(quantitation),
        )
    except (ArithmeticError, SpectraError, InvalidRecordError) as error:
        return (f"it cannot be computed with: {error}",)


def _refitted(quantitation: Quantitation) -> Calibration:
    used = [one for one in quantitation.points if one.used and one.response is not None]
    curve = quantitation.curve
    model = CalibrationModel(
        degree=curve.degree, weighting=CalibrationWeighting(curve.weighting), through_origin=curve.through_origin
    )
    return fit_calibration(
        [float(one.nominal_ug_per_ml) for one in used], [float(one.response or math.nan) for one in used], model=model
    )


def _of_curve(quantitation: Quantitation, calibration: Calibration) -> Iterator[str]:
    curve = quantitation.curve
    powers = tuple(one.power for one in curve.coefficients)
    if powers != calibration.model.powers:
        yield f"the curve has coefficients of the powers {powers}, not {calibration.model.powers}"
        return
    for one, value in zip(curve.coefficients, calibration.coefficients.tolist(), strict=True):
        yield from _differs(f"coefficient of x^{one.power}", one.value, value, figures=COEFFICIENT_FIGURES)
    yield from _differs(
        "residual standard deviation", curve.residual_standard_deviation, calibration.residual_standard_deviation
    )
    yield from _differs("lowest calibrator", curve.lowest_ug_per_ml, calibration.lowest)
    yield from _differs("highest calibrator", curve.highest_ug_per_ml, calibration.highest)
    yield from _differs("detection limit", curve.detection_limit_ug_per_ml, calibration.detection_limit_estimate)
    yield from _differs(
        "quantitation limit", curve.quantitation_limit_ug_per_ml, calibration.quantitation_limit_estimate
    )
    if curve.degrees_of_freedom != calibration.degrees_of_freedom:
        yield f"degrees of freedom {curve.degrees_of_freedom}; the calibrators give {calibration.degrees_of_freedom}"


def _of_points(quantitation: Quantitation, calibration: Calibration) -> Iterator[str]:
    for one in quantitation.points:
        if one.used and one.response is not None:
            back = calibration.concentration(float(one.response))
            yield from _differs(f"calibrator {one.run_number}", one.back_calculated_ug_per_ml, back)
            residual = float(one.response) - calibration.response(float(one.nominal_ug_per_ml))
            yield from _differs(f"residual of {one.run_number}", one.residual, residual, within=float(one.response))


def _of_injections(quantitation: Quantitation, calibration: Calibration) -> Iterator[str]:
    for one in (*quantitation.injections, *quantitation.controls, *quantitation.blanks):
        if one.concentration is not None:
            yield from _of_injection(one, one.concentration, quantitation, calibration)


def _of_injection(
    one: QuantifiedInjection, said: Concentration, quantitation: Quantitation, calibration: Calibration
) -> Iterator[str]:
    if one.response is None or one.response_u is None:
        yield f"{one.run_number}: a concentration without a response"
        return
    stated = {part.name: float(part.relative_u) for part in quantitation.by.stated}
    found = concentration_of(
        measure_concentration(
            calibration,
            float(one.response),
            response_noise=float(one.response_u),
            stated=StatedUncertainties(
                **{name: stated.get(name, math.nan) for name in ("weighing", "volume", "purity")}
            ),
            confidence=float(quantitation.by.confidence),
        )
    )
    for name in ("value", "calibration_u", "standard_u", "k", "expanded_u"):
        yield from _differs(
            f"{one.run_number}: {name.replace('_', ' ')}", getattr(said, name), float(getattr(found, name))
        )


def _of_content(quantitation: Quantitation) -> Iterator[str]:
    if quantitation.result is None:
        return
    by_run = {one.run_number: one for one in quantitation.preparations}
    unprepared = [one.run_number for one in quantitation.injections if one.run_number not in by_run]
    if unprepared:
        yield f"a content, and no portion for {', '.join(unprepared)}"
        return
    portions = [
        Portion(preparation=by_run[one.run_number], concentration=one.concentration)
        for one in quantitation.injections
        if one.concentration is not None
    ]
    result = content_result(
        portions,
        stated=quantitation.by.stated,
        standard=quantitation.standard,
        calibration_degrees=quantitation.curve.degrees_of_freedom,
        confidence=quantitation.by.confidence,
    )
    if result != quantitation.result:
        said = quantitation.result
        yield (
            f"content ({said.percent} +- {said.u_percent}) %, k {said.k}; its numbers give "
            f"({result.percent} +- {result.u_percent}) %, k {result.k}, or other parts of the uncertainty"
        )
    yield from _of_total(quantitation, portions)


def _of_total(quantitation: Quantitation, portions: list[Portion]) -> Iterator[str]:
    said = quantitation.total
    if said is None or quantitation.result is None:
        return
    found = substance_mass(
        portions,
        quantitation.result,
        standard=quantitation.standard,
        weighing_number=said.weighing_number,
        exhibit_g=said.exhibit_g,
        exhibit_u_g=said.exhibit_u_g,
        exhibit_k=said.exhibit_k,
    )
    if found != said:
        yield f"mass ({said.mass_g} +- {said.u_g}) g; its numbers give ({found.mass_g} +- {found.u_g}) g, k {found.k}"


def _differs(name: str, said: Decimal | None, found: float, *, figures: int = 10, within: float = 0.0) -> Iterator[str]:
    """Name a number that is another one; ``within``: the size of what it is a difference of."""
    if said is None:
        if math.isfinite(found):
            yield f"{name} is not stated; the numbers give {kept(found, figures)}"
    elif not math.isclose(float(said), found, rel_tol=_AGREEMENT, abs_tol=_AGREEMENT * abs(within)):
        yield f"{name} {said}; the numbers give {kept(found, figures) if math.isfinite(found) else 'none'}"
