"""What a report says of the law: both days, entries with editions, sizes, and what is missing."""

from dataclasses import replace
from datetime import date

import pytest

from lims.domain.report_law import LegalDay, LegalEntryNote, LegalSection, SizeNote
from lims.reporting.blocks import Bullets, Paragraph
from lims.reporting.sections.legal import legal
from lims.translation import LANGUAGES, Translator
from substance_library.determination import FindingKind, LegalStatus
from substance_library.thresholds import SizeResult

ENTRY = LegalEntryNote(
    kind=FindingKind.COVERED,
    name="toy class",
    citation="Fictitious act",
    editions=("No. 2 of 1 January 2020",),
    place="Table I, 7",
    proof=("R1: [*]C - alkyl",),
    substituents=("[*]C (row 1)",),
    open_points=("a point",),
    exemption="medicine: toy",
)
SIZE = SizeNote(
    citation="Fictitious act",
    result=SizeResult.NOT_DECIDED,
    readings=(SizeResult.SMALL, SizeResult.LARGE),
    missing=("annex 2",),
)
SEIZED = LegalDay(
    day=date(2021, 3, 5), status=LegalStatus.COVERED_BY_RULE, entries=(ENTRY,), missing=("annex 3",), sizes=(SIZE,)
)
NOW = LegalDay(day=date(2026, 11, 23), status=LegalStatus.NOT_COVERED, entries=(), missing=())
SECTION = LegalSection(
    number="2026-0001/1-L1", substance="toy", jurisdiction="ZZ", on_seizure=SEIZED, on_report=NOW, reviewed=True
)


def lines(*sections, language="en"):
    found = []
    for block in legal(sections, t=Translator(language)):
        found += block.items if isinstance(block, Bullets) else [block.text]
    return found


def test_kz_4_the_report_states_the_day_of_the_seizure_and_the_edition():
    said = lines(SECTION)
    assert said[:2] == ["Legal status", "toy, law of ZZ:"]
    assert said[2].startswith("on the day of the seizure, ")
    assert said[2].endswith(": covered by a rule")
    assert said[3] == "covered by a rule: toy class (Fictitious act, No. 2 of 1 January 2020, Table I, 7)"
    assert said[4:8] == [
        "R1: [*]C - alkyl",
        "Substituents: [*]C (row 1)",
        "It turns on: a point",
        "Exemption: medicine: toy",
    ]
    assert "Missing: annex 3" in said
    assert any("the court decides" in line for line in said)
    assert "Guilt and legal" in said[-1]


def test_wu_6_a_size_that_is_not_decided_has_both_readings_and_the_rule():
    said = lines(SECTION)
    assert "Quantity by Fictitious act: not decided: a threshold lies within the uncertainty" in said
    assert "At the lower end of the interval: small quantity; at the upper end: large quantity" in said
    assert any(line.startswith("Decision rule: ") for line in said)


def test_kz_4_without_a_day_of_the_seizure_the_report_says_so():
    said = lines(replace(SECTION, on_seizure=None, reviewed=False))
    assert "The day of the seizure is not stated: the status on that day cannot be decided." in said
    assert "Determination 2026-0001/1-L1 was not reviewed by a second person." in said
    assert not any(line.startswith("Decision rule") for line in said)


def test_an_override_stands_with_its_reason():
    said = lines(replace(SECTION, on_report=SEIZED, override=LegalStatus.CANNOT_DECIDE, override_reason="a mixture"))
    assert "The expert says: cannot be decided. Reason: a mixture" in said
    assert not any("Which of them applies" in line for line in said)


def test_where_nothing_was_determined_the_report_decides_nothing():
    heading, paragraph = legal((), t=Translator("en"))
    assert isinstance(paragraph, Paragraph)
    assert heading.text == "Legal status"
    assert paragraph.text.startswith("Cannot decide")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_the_words(language):
    said = lines(SECTION, language=language)
    assert len(said) == len(lines(SECTION))
    if language != "en":
        assert not any("day of the seizure" in line or "Quantity by" in line for line in said)
