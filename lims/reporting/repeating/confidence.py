"""The interval of the error rate, from errors and trials."""

from lims.domain.error_rate import error_rate_interval
from lims.domain.report_confidence import StatedRate
from lims.domain.report_content import ReportContent
from lims.errors import InvalidRecordError
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally, shown
from lims.translation import Translator

_PERCENT = 100.0


def repeat_confidence(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Compute the exact interval of the stated error rate again."""
    tally = Tally(name=CheckName.CONFIDENCE, t=t)
    said, equal = content.confidence.rate, ""
    if said is not None:
        equal = t(
            "The interval of the error rate follows from {errors} errors in {trials} trials.",
            errors=said.errors,
            trials=said.trials,
        )
        _repeat(tally, said)
    return tally.result(said_of_equal=equal, nothing=t("The report states no error rate."))


def _repeat(tally: Tally, said: StatedRate) -> None:
    t = tally.t
    try:
        confidence = float(said.confidence_percent) / _PERCENT
        interval = error_rate_interval(said.errors, said.trials, confidence=confidence)
        found = StatedRate.of(interval, study=said.study, validated_on=said.validated_on)
    except (InvalidRecordError, ArithmeticError, ValueError):
        tally.differing.append(t("The numbers of the error rate cannot be computed with."))
        return
    if (found.low_percent, found.high_percent) == (said.low_percent, said.high_percent):
        tally.equal += 1
        return
    tally.differing.append(
        t(
            "The report says {low} to {high} %; {errors} errors in {trials} trials give {found_low} to {found_high} %.",
            low=shown(said.low_percent, t),
            high=shown(said.high_percent, t),
            errors=said.errors,
            trials=said.trials,
            found_low=shown(found.low_percent, t),
            found_high=shown(found.high_percent, t),
        )
    )
