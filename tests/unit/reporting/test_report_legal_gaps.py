"""What a report would not say of the law is named before anybody signs, and the report states it."""

from dataclasses import replace
from datetime import date

from fictitious_law import PREPARED, SECTION, SEIZED, identified, legal_report

from lims.domain.completeness import legal_gaps
from lims.domain.identification import Conclusion
from lims.reporting.sections.legal import legal
from lims.translation import Translator
from lims.ui.legal_gaps import gap_words


def gaps(*sections, named=("Etizolam",), seized_on=SEIZED, today=PREPARED):
    return tuple(map(str, legal_gaps([identified(one) for one in named], sections, seized_on=seized_on, today=today)))


def test_kz_4_a_determination_of_the_right_days_that_was_reviewed_leaves_no_gap():
    assert gaps(SECTION) == ()


def test_kz_4_each_substance_without_a_determination_is_named_once():
    assert gaps(named=("Etizolam", "Cathinone", "Cathinone")) == (
        "no legal determination of Etizolam is recorded",
        "no legal determination of Cathinone is recorded",
    )
    assert gaps(SECTION, named=("Cathinone",)) == ("no legal determination of Cathinone is recorded",)
    assert gaps(named=()) == ()


def test_kz_4_an_unknown_or_another_day_of_the_seizure_is_named():
    unknown = replace(SECTION, on_seizure=None)
    assert gaps(unknown, seized_on=None) == ("the day of the seizure is not on record: no status on that day",)
    assert gaps(unknown) == ("determination 2026-9001/3-L1 is of a seizure on an unknown day, not on 2021-03-05",)
    assert gaps(SECTION, seized_on=date(2022, 2, 1)) == (
        "determination 2026-9001/3-L1 is of a seizure on 2021-03-05, not on 2022-02-01",
    )


def test_a_determination_of_another_day_and_one_without_a_second_person_are_named():
    assert gaps(replace(SECTION, reviewed=False), today=date(2026, 12, 1)) == (
        "determination 2026-9001/3-L1 is of 2026-11-22; what became law since was not asked",
        "determination 2026-9001/3-L1 was not reviewed by a second person",
    )


def test_what_was_not_found_needs_no_determination():
    content = legal_report()
    (only,) = content.identifications
    absent = replace(content, identifications=(replace(only, conclusion=Conclusion.NOT_DETECTED),))
    assert [one.substance for one in content.named] == ["Etizolam"]
    assert absent.named == ()
    said = [block.text for block in legal(absent, t=Translator("en"))]
    assert not any(words.startswith("Etizolam") for words in said)


def test_each_gap_can_be_said_in_three_languages_with_days_as_people_write_them():
    found = legal_gaps([identified("Etizolam")], (SECTION,), seized_on=date(2022, 2, 1), today=date(2026, 12, 1))
    assert [gap_words(one, Translator("ru")) for one in found] == [
        "определение 2026-9001/3-L1 сделано для изъятия 05.03.2021, а не 01.02.2022",
        "определение 2026-9001/3-L1 сделано 22.11.2026; что стало законом с тех пор, не запрашивалось",
    ]
    assert [gap_words(one, Translator("kk")) for one in found] == [
        "2026-9001/3-L1 айқындауы 01.02.2022 емес, 05.03.2021 күні алынғанға жасалған",
        "2026-9001/3-L1 айқындауы 22.11.2026 күні жасалған; содан бері не заңға енгені сұралмаған",
    ]
