"""Decisions about thresholds and size classes, from mass and uncertainty (rule WU-6)."""

from collections.abc import Iterator

from lims.domain.report_circumstances import ThresholdSection, WeightSection
from lims.domain.report_content import ReportContent
from lims.domain.report_law import LegalSection, SizeNote
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.translation import Translator
from substance_library.errors import SubstanceLibraryError
from substance_library.thresholds import (
    SizeResult,
    Threshold,
    WeighedAmount,
    decide_threshold,
    size_of,
)


def repeat_thresholds(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Hold every mass against its thresholds again."""
    tally = Tally(name=CheckName.THRESHOLD, t=t)
    for threshold in content.circumstances.thresholds:
        _judge(tally, _follows(threshold), what=threshold.basis)
    for section in content.circumstances.legal:
        _repeat_section(tally, section, weights=content.circumstances.weights)
    said = t("Decisions about thresholds that follow from mass and uncertainty: {count}.", count=tally.equal)
    return tally.result(said_of_equal=said, nothing=t("The report holds no mass against a threshold."))


def _judge(tally: Tally, follows: bool, *, what: str) -> None:  # noqa: FBT001 - the outcome of a check
    t = tally.t
    tally.equal += follows
    if not follows:
        wrong = t("{what}: the decision does not follow from mass, uncertainty and threshold.", what=what)
        tally.differing.append(wrong)


def _follows(said: ThresholdSection) -> bool:
    """Tell whether a decision follows, whether or not the text begins its class with the threshold itself."""
    try:
        found = [
            decide_threshold(said.mass_g, u_g=said.u_g, threshold_g=said.threshold_g, inclusive=inclusive).decision
            for inclusive in (False, True)
        ]
    except (SubstanceLibraryError, ArithmeticError):
        return False
    return said.decision in found


def _repeat_section(tally: Tally, section: LegalSection, *, weights: tuple[WeightSection, ...]) -> None:
    t, weighed = tally.t, section.weighed
    days = [day for day in (section.on_seizure, section.on_report) if day is not None]
    sizes = [size for day in days for size in day.sizes if _decides(size)]
    if not sizes:
        return
    if weighed is None:
        tally.lacking.append(t("Determination {number}: its amount is not in the data.", number=section.number))
        return
    for size in sizes:
        _judge(tally, _size_follows(size, weighed), what=f"{section.number}, {size.citation}")
    for weight in weights:
        if weight.number == section.weighing_number and (weight.mass_g, weight.u_g) != (weighed.amount, weighed.u):
            wrong = t(
                "Determination {number}: its amount is not that of weighing {weighing}.",
                number=section.number,
                weighing=weight.number,
            )
            tally.differing.append(wrong)


def _decides(size: SizeNote) -> bool:
    """Tell whether thresholds were compared; where something is missing there is nothing to repeat."""
    return bool(size.thresholds) or size.result is not SizeResult.CANNOT_DECIDE


def _size_follows(said: SizeNote, weighed: WeighedAmount) -> bool:
    try:
        found = size_of(weighed, tuple(_thresholds(said, weighed)))
    except (SubstanceLibraryError, ArithmeticError, ValueError):
        return False
    decisions = tuple(one.decision for one in found.comparisons)
    stated = tuple(one.decision for one in said.thresholds)
    return (found.result, found.readings, decisions) == (said.result, said.readings, stated)


def _thresholds(said: SizeNote, weighed: WeighedAmount) -> Iterator[Threshold]:
    """Give the thresholds as the report lists them; one on another basis than the amount is never listed."""
    for one in said.thresholds:
        yield Threshold(
            number=one.size.value,
            entry=said.citation,
            size=one.size,
            amount=one.amount,
            unit=one.unit,
            basis=weighed.basis,
            inclusive=one.inclusive,
        )
