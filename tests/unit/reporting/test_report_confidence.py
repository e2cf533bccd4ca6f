"""The statement of confidence: always there; without a validated calibration it says so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import fictitious_reports
import pytest

from lims.domain.error_rate import error_rate_interval
from lims.domain.record import body_of, from_body
from lims.domain.report_confidence import Confidence, StatedRate
from lims.domain.report_content import ReportContent
from lims.errors import InvalidRecordError
from lims.reporting.blocks import Heading, Paragraph
from lims.reporting.sections import conclusions
from lims.reporting.sections.confidence import confidence
from lims.translation import LANGUAGES, Translator

NOTHING = "No validated error rate exists for this comparison method; none is stated."
RATE = StatedRate.of(
    error_rate_interval(1, 300, confidence=0.95), study="V-EXAMPLE, fictitious", validated_on=date(2026, 10, 1)
)


def content(rate=None, language="en"):
    return replace(fictitious_reports.report(language=language), confidence=Confidence(rate=rate))


def said(report):
    return [block.text for block in confidence(report, t=Translator(report.language))]


def test_law_5_5_without_a_validated_calibration_the_slot_says_so_and_states_no_number():
    heading, nothing, method = said(content())
    assert (heading, nothing) == ("Confidence", NOTHING)
    assert "preset ei-simple, version 1, of which no calibration was validated" in method
    assert "none can be read from a match factor" in method
    assert "%" not in method


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slot_stands_in_the_conclusions_of_every_language(language):
    t = Translator(language)
    blocks = list(conclusions(content(language=language), t=t))
    place = blocks.index(Heading(level=2, text=t("Confidence")))
    assert blocks[place + 1] == Paragraph(text=t(NOTHING))


def test_a_validated_rate_stands_with_its_study_its_counts_and_its_interval():
    _, words = said(content(RATE))
    assert words == (
        "Errors of this comparison in the validation V-EXAMPLE, fictitious of 01.10.2026: 1 in 300 trials; with 95 % "
        "confidence the error rate lies between 0.00 % and 1.85 %."
    )


def test_the_interval_is_rounded_outwards():
    exact = error_rate_interval(1, 300, confidence=0.95)
    assert RATE.low_percent / 100 <= Decimal(exact.low) < RATE.low_percent / 100 + Decimal("0.0001")
    assert RATE.high_percent / 100 >= Decimal(exact.high) > RATE.high_percent / 100 - Decimal("0.0001")


@pytest.mark.parametrize(
    "wrong",
    [
        {"study": " "},
        {"trials": 0},
        {"errors": 301},
        {"errors": -1},
        {"confidence_percent": Decimal(100)},
        {"confidence_percent": Decimal(0)},
        {"low_percent": Decimal(2)},
        {"high_percent": Decimal("100.1")},
        {"low_percent": Decimal("-0.1")},
    ],
)
def test_a_rate_that_rests_on_nothing_is_refused(wrong):
    with pytest.raises(InvalidRecordError):
        replace(RATE, **wrong)


def test_a_body_from_before_the_slot_had_a_field_is_read_and_says_that_there_is_none():
    body = dict(body_of(content()))
    del body["confidence"]
    assert from_body(ReportContent, body).confidence == Confidence(rate=None)
    assert from_body(ReportContent, body_of(content(RATE))).confidence.rate == RATE
