"""The statement of confidence: the validated error rate, or in words that there is none; never left out."""

from collections.abc import Iterator

from lims.domain.report_confidence import StatedRate
from lims.domain.report_content import ReportContent
from lims.reporting.blocks import Block, Heading, Paragraph
from lims.reporting.wording import fixed
from lims.translation import Translator

_PLACES = 2


def confidence(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the slot that every report has."""
    yield Heading(level=2, text=t("Confidence"))
    rate = content.confidence.rate
    if rate is not None:
        yield Paragraph(text=_rate(rate, t=t))
        return
    method = content.method
    yield Paragraph(text=t("No validated error rate exists for this comparison method; none is stated."))
    yield Paragraph(
        text=t(
            "The comparison was made with preset {preset}, version {version}, of which no calibration was validated. "
            "No probability and no likelihood ratio of an identity is stated; none can be read from a match factor.",
            preset=method.preset,
            version=method.preset_version,
        )
    )


def _rate(rate: StatedRate, *, t: Translator) -> str:
    return t(
        "Errors of this comparison in the validation {study} of {day}: {errors} in {trials} trials; with "
        "{confidence} % confidence the error rate lies between {low} % and {high} %.",
        study=rate.study,
        day=t.date(rate.validated_on),
        errors=t.number(rate.errors),
        trials=t.number(rate.trials),
        confidence=t.number(rate.confidence_percent),
        low=fixed(rate.low_percent, places=_PLACES, t=t),
        high=fixed(rate.high_percent, places=_PLACES, t=t),
    )
