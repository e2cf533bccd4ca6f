"""How much of a substance the exhibit holds: calibration, injections, portions, uncertainty, and the result."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from lims.domain.quantitation import (
    CalibrationPoint,
    Curve,
    Preparation,
    QuantifiedInjection,
    Quantitation,
    RelativePart,
    StandardUsed,
)
from lims.domain.weight_uncertainty import round_like, round_up
from lims.reporting.blocks import Align, Block, Bullets, Column, Fact, Facts, Heading, Paragraph, Picture, Table
from lims.reporting.figures.calibration_curve import calibration_curve
from lims.reporting.sections.weights import mass_words
from lims.reporting.wording import as_recorded, fixed, or_unknown
from lims.services.quantitation_wording import FLAG_TEXTS, LACKING_TEXTS, PART_TEXTS
from lims.translation import Translator

_FIGURES = 5
"""Significant figures of what is read off a curve; the attached data hold all of them."""
_HUNDRED = Decimal(100)


def quantitations(content: Iterable[Quantitation], *, figures: Iterator[int], t: Translator) -> Iterator[Block]:
    """Give every quantitation of the research part.

    Raises
    ------
    DocumentError
        If no curve can be drawn.
    """
    for one in content:
        yield Heading(level=2, text=t("Quantitation of {substance}", substance=one.analyte))
        yield Facts(rows=(*_facts(one, t=t), *_standard(one.standard, t=t)))
        yield from _calibration(one, figures=figures, t=t)
        yield from _injections(one, t=t)
        yield from _portions(one, t=t)
        yield from _budget(one, t=t)


def result_sentences(one: Quantitation, *, t: Translator) -> Iterator[str]:
    """Say what came out: the content with U and k, the mass in the whole exhibit, or why there is none."""
    if one.result is None:
        yield t(
            "The content of {substance} in exhibit {exhibit} is not stated: {reason}.",
            substance=one.analyte,
            exhibit=one.exhibit_number,
            reason="; ".join(t(LACKING_TEXTS[why]) for why in one.lacking) or t("unknown"),
        )
        return
    yield t(
        "The content of {substance} in the measured portions of exhibit {exhibit} is {content} % by mass; k = {k}, "
        "coverage {coverage} %.",
        substance=one.analyte,
        exhibit=one.exhibit_number,
        content=f"({as_recorded(one.result.percent, t=t)} ± {as_recorded(one.result.u_percent, t=t)})",
        k=t.number(one.result.k),
        coverage=t.number(one.result.coverage_percent),
    )
    yield from _total(one, t=t)
    yield (
        t("The amounts are expressed as: {form}.", form=one.expressed_as)
        if one.expressed_as
        else t("In which form, base or salt, the amounts are expressed is not on record.")
    )


def _total(one: Quantitation, *, t: Translator) -> Iterator[str]:
    if one.total is None:
        yield t(
            "The mass of the substance in the whole exhibit is not stated: {reason}.",
            reason="; ".join(t(LACKING_TEXTS[why]) for why in one.lacking) or t("unknown"),
        )
        return
    yield t(
        "Calculated for the net mass of the exhibit, {net}: {mass} of the substance; k = {k}, coverage {coverage} %. "
        "That holds if the measured portions stand for the whole exhibit.",
        net=mass_words(one.total.exhibit_g, one.total.exhibit_u_g, t=t),
        mass=mass_words(one.total.mass_g, one.total.u_g, t=t),
        k=t.number(one.total.k),
        coverage=t.number(one.total.coverage_percent),
    )


def quantitation_results(content: Iterable[Quantitation], *, t: Translator) -> Iterator[Block]:
    """Give the results of the conclusions, and the decision rule that stands behind them (17025, 7.8.6)."""
    stated = tuple(content)
    if not stated:
        return
    yield Heading(level=2, text=t("How much was found"))
    for one in stated:
        sentences = tuple(result_sentences(one, t=t))
        yield Paragraph(text=sentences[0], strong=True, with_next=True)
        yield Bullets(items=(*sentences[1:], t("See quantitation {number}.", number=one.number)))
    yield Paragraph(
        text=t(
            "Decision rule: a content is stated only if every injection of the exhibit shows the substance, lies at or "
            "above the estimated quantitation limit, and has its portion on record. U is the expanded uncertainty."
        )
    )


def _facts(one: Quantitation, *, t: Translator) -> Iterator[Fact]:
    by = one.by
    method = t("{number}, version {version}", number=by.method_number, version=by.method_version)
    yield Fact(label=t("Quantitation"), value=one.number)
    yield Fact(label=t("Exhibit"), value=one.exhibit_number)
    yield Fact(label=t("Batch"), value=one.batch_number)
    yield Fact(label=t("Method"), value=method)
    yield Fact(label=t("Preset of the quantitation"), value="; ".join((by.preset, *by.changed)))
    yield Fact(label=t("Internal standard"), value=one.internal_standard)
    yield Fact(label=t("Library release"), value=by.release)
    yield Fact(label=t("SHA-256 of the library"), value=by.release_sha256, is_digest=True)
    yield Fact(label=t("Amounts expressed as"), value=or_unknown(one.expressed_as, t=t))
    yield Fact(label=t("Computed by"), value=f"{one.expert}, {t.moment(one.measured_at)}")


def _standard(standard: StandardUsed | None, *, t: Translator) -> Iterator[Fact]:
    if standard is None:
        yield Fact(label=t("Reference standard of the calibrators"), value=t("unknown"))
        return
    yield Fact(
        label=t("Reference standard of the calibrators"),
        value=t(
            "{number}, {substance}, lot {lot}, certificate {certificate}",
            number=standard.number,
            substance=standard.substance,
            lot=standard.lot,
            certificate=standard.certificate,
        ),
    )
    yield Fact(label=t("Its purity"), value=_purity(standard, t=t))


def _purity(standard: StandardUsed, *, t: Translator) -> str:
    if standard.purity is None:
        return t("the certificate states none; the amounts of the calibrators were taken as they are")
    value = as_recorded(standard.purity, t=t)
    if standard.purity_u is not None and standard.purity_k is not None:
        u, k = as_recorded(standard.purity_u, t=t), t.number(standard.purity_k)
        value = f"{value} ± {u} (k = {k})"
    if standard.applied:
        return t("{purity}; the amounts of the calibrators are of the pure substance", purity=value)
    return t("{purity}; every content was multiplied by it", purity=value)


def _calibration(one: Quantitation, *, figures: Iterator[int], t: Translator) -> Iterator[Block]:
    yield Facts(rows=tuple(_curve(one.curve, t=t)))
    caption = t(
        "Figure {figure}. Calibration of {substance}. Filled circles: calibrators. Crosses: calibrators that are not "
        "in the curve. Hollow squares: injections of the exhibit. Line: the fitted curve, drawn within the range of "
        "the calibrators only.",
        figure=next(figures),
        substance=one.analyte,
    )
    equation = t("Equation: {equation}", equation=_equation(one.curve, t=t))
    yield Picture(svg=calibration_curve(one, t=t), alternative=f"{caption} {equation}", caption=caption)
    yield Paragraph(text=t("Calibrators"), strong=True, with_next=True)
    yield Table(columns=_point_columns(t=t), rows=tuple(_point(point, t=t) for point in one.points))


def _curve(curve: Curve, *, t: Translator) -> Iterator[Fact]:
    form = t("straight line") if curve.degree == 1 else t("parabola")
    origin = t("through the origin") if curve.through_origin else t("with a free intercept")
    yield Fact(label=t("Form of the curve"), value=f"{form}, {origin}")
    yield Fact(label=t("Weight of a calibrator"), value=_WEIGHTS_OF.get(curve.weighting, curve.weighting))
    yield Fact(label=t("Equation, y: area ratio, x: µg/ml"), value=_equation(curve, t=t))
    span = f"{t.number(curve.lowest_ug_per_ml)} – {t.number(curve.highest_ug_per_ml)}"
    yield Fact(label=t("Range of the calibrators, µg/ml"), value=span)
    yield Fact(label=t("Degrees of freedom"), value=t.number(curve.degrees_of_freedom))
    deviation = _short(curve.residual_standard_deviation, t=t)
    yield Fact(label=t("Residual standard deviation, of a response of weight 1"), value=deviation)
    yield Fact(label=t("Coefficient of determination"), value=_or_none(curve.r_squared, t=t))
    yield Fact(label=t("Test for lack of fit"), value=_lack_of_fit(curve, t=t))
    limits = (curve.detection_limit_ug_per_ml, curve.quantitation_limit_ug_per_ml)
    yield Fact(
        label=t("Estimated limits of detection and quantitation, µg/ml"),
        value=t(
            "{detection}; {quantitation} (3.3 and 10 standard deviations over the slope at the lowest calibrator)",
            detection=_or_none(limits[0], t=t),
            quantitation=_or_none(limits[1], t=t),
        ),
    )


_WEIGHTS_OF = {"1/x^2": "1/x²", "none": "1"}


def _equation(curve: Curve, *, t: Translator) -> str:
    powers = {0: "", 1: " x", 2: " x²"}
    parts: list[str] = []
    for one in curve.coefficients:
        sign = "−" if one.value < 0 else "+" if parts else ""
        parts.append(f"{sign} {_short(abs(one.value), t=t)}{powers[one.power]}".strip())
    return f"y = {' '.join(parts)}"


def _lack_of_fit(curve: Curve, *, t: Translator) -> str:
    test = curve.lack_of_fit
    if test is None:
        return t("unknown: no calibrator was measured repeatedly")
    return f"F = {_short(test.f_statistic, t=t)}, p = {_short(test.p_value, t=t)}"


def _point_columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("Run"), align=Align.LEFT, share=6),
        Column(title=t("Nominal, µg/ml"), align=Align.RIGHT, share=5),
        Column(title=t("Area ratio"), align=Align.RIGHT, share=4),
        Column(title=t("Residual"), align=Align.RIGHT, share=4),
        Column(title=t("By the curve, µg/ml"), align=Align.RIGHT, share=5),
        Column(title=t("Deviation, %"), align=Align.RIGHT, share=4),
        Column(title=t("In the curve"), align=Align.LEFT, share=3),
    )


def _point(one: CalibrationPoint, *, t: Translator) -> tuple[str, ...]:
    back = one.back_calculated_ug_per_ml
    deviation = None if back is None else (back / one.nominal_ug_per_ml - 1) * _HUNDRED
    return (
        one.run_number,
        t.number(one.nominal_ug_per_ml),
        _or_none(one.response, t=t),
        _or_none(one.residual, t=t),
        _or_none(back, t=t),
        t("unknown") if deviation is None else fixed(deviation, places=1, t=t),
        t("yes") if one.used else t("no"),
    )


def _injections(one: Quantitation, *, t: Translator) -> Iterator[Block]:
    listed = sorted((*one.blanks, *one.controls, *one.injections), key=lambda it: it.place)
    flags = (*(it.flags for it in listed), *(it.flags for it in one.points))
    said = list(dict.fromkeys(chain.from_iterable(flags)))
    yield Paragraph(text=t("Blanks, controls and injections of the exhibit"), strong=True, with_next=True)
    yield Table(columns=_injection_columns(t=t), rows=tuple(_injection(it, said, t=t) for it in listed))
    if said:
        yield Paragraph(text=t("Remarks:"), with_next=True)
        yield Bullets(items=tuple(_remark(flag, one, t=t) for flag in said), numbered=True)


def _remark(flag: str, one: Quantitation, *, t: Translator) -> str:
    """Give the sentence of a remark, and the calibrators that it is about."""
    words = t(FLAG_TEXTS[flag]) if flag in FLAG_TEXTS else flag
    about = [point.run_number for point in one.points if flag in point.flags]
    if not about or len(about) == len(one.points):
        return words
    return f"{words} ({', '.join(about)})"


def _injection_columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("Run"), align=Align.LEFT, share=6),
        Column(title=t("What it is"), align=Align.LEFT, share=5),
        Column(title=t("Nominal, µg/ml"), align=Align.RIGHT, share=5),
        Column(title=t("Area ratio"), align=Align.RIGHT, share=4),
        Column(title=t("Found ± U, µg/ml"), align=Align.RIGHT, share=6),
        Column(title="k", align=Align.RIGHT, share=2),
        Column(title=t("Remarks"), align=Align.LEFT, share=5),
    )


def _injection(one: QuantifiedInjection, said: list[str], *, t: Translator) -> tuple[str, ...]:
    found = one.concentration
    nominal = "" if one.nominal_ug_per_ml is None else t.number(one.nominal_ug_per_ml)
    if found is None:
        number, k = t("no number"), ""
    else:
        u = round_up(found.expanded_u)
        value = as_recorded(round_like(found.value, u), t=t)
        number, k = f"({value} ± {as_recorded(u, t=t)})", fixed(found.k, places=2, t=t)
    remarks = ", ".join(str(said.index(flag) + 1) for flag in one.flags)
    response = t("not found") if one.response is None else _short(one.response, t=t)
    return (one.run_number, t(one.kind.value), nominal, response, number, k, remarks)


def _portions(one: Quantitation, *, t: Translator) -> Iterator[Block]:
    if not one.preparations:
        yield Paragraph(text=t("Mass and volume of the measured portions are not on record."))
        return
    yield Paragraph(text=t("Measured portions"), strong=True, with_next=True)
    yield Table(
        columns=(
            Column(title=t("Run"), align=Align.LEFT, share=6),
            Column(title=t("Weighing"), align=Align.LEFT, share=6),
            Column(title=t("Mass ± U"), align=Align.RIGHT, share=8),
            Column(title=t("Volume ± U, ml"), align=Align.RIGHT, share=5),
            Column(title=t("Dilution"), align=Align.RIGHT, share=5),
            Column(title=t("Content, %"), align=Align.RIGHT, share=4),
        ),
        rows=tuple(_portion(portion, one, t=t) for portion in one.preparations),
    )


def _portion(portion: Preparation, one: Quantitation, *, t: Translator) -> tuple[str, ...]:
    found = next((it.concentration for it in one.injections if it.run_number == portion.run_number), None)
    u = t("unknown") if portion.volume_u_ml is None else as_recorded(portion.volume_u_ml, t=t)
    factor = Decimal(1)
    if one.standard is not None and one.standard.purity is not None and not one.standard.applied:
        factor = one.standard.purity
    content = None if found is None else portion.content_percent(found.value) * factor
    return (
        portion.run_number,
        portion.weighing_number,
        f"{mass_words(portion.sample_g, portion.sample_u_g, t=t)}; k = {t.number(portion.sample_k)}",
        f"{as_recorded(portion.volume_ml, t=t)} ± {u}",
        t.number(portion.dilution),
        _or_none(content, t=t),
    )


def _budget(one: Quantitation, *, t: Translator) -> Iterator[Block]:
    if one.result is None:
        return
    yield Paragraph(
        text=t("Parts of the uncertainty of the content, relative, in per cent"), strong=True, with_next=True
    )
    yield Facts(rows=tuple(_part(part, t=t) for part in one.result.parts))
    lacking = ", ".join(t(PART_TEXTS.get(name, name)) for name in one.result.not_stated)
    if lacking:
        yield Paragraph(text=t("Not stated by anybody, and so not in the uncertainty: {parts}.", parts=lacking))


def _part(part: RelativePart, *, t: Translator) -> Fact:
    degrees = "" if part.degrees_of_freedom is None else f" (ν = {t.number(part.degrees_of_freedom)})"
    return Fact(
        label=t(PART_TEXTS.get(part.name, part.name)), value=f"{_short(part.relative_u * _HUNDRED, t=t)}{degrees}"
    )


def _short(value: Decimal, *, t: Translator) -> str:
    """Write a number with a few significant figures."""
    return t.number(Decimal(f"{value:.{_FIGURES}g}"))


def _or_none(value: Decimal | None, *, t: Translator) -> str:
    return t("unknown") if value is None else _short(value, t=t)
