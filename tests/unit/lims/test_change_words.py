"""What changed from one report to the next, in words."""

import pytest

from lims.domain.examination import Decision
from lims.domain.record_changes import FieldChange, RecordChange, changes_by_component
from lims.translation import LANGUAGES, Translator
from lims.ui.change_words import mark_words, place_words, record_words, told_fields, value_words

FIELDS = (
    FieldChange(place="components 2, decision", before="identified", after="not identified"),
    FieldChange(place="components 2, identity, name", before="Ketamine", after=""),
    FieldChange(place="components 2, identity, accession", before="000142", after=""),
    FieldChange(place="components 2, decided at", before="a", after="b"),
    FieldChange(place="reviews 1, reviewer", before="", after="expert-b"),
    FieldChange(place="components 12, reason", before="", after="too weak"),
)
CHANGE = RecordChange(kind="examination", number="E1", before=5, after=8, fields=FIELDS)


def test_bookkeeping_is_not_told() -> None:
    assert [one.place for one in told_fields(CHANGE)] == [one.place for one in (*FIELDS[:3], FIELDS[5])]


def test_changes_stand_at_the_component_that_they_concern() -> None:
    found = changes_by_component((CHANGE, RecordChange(kind="finding", number="T1", before=0, after=1)), "E1")
    assert {number: len(fields) for number, fields in found.items()} == {2: 4, 12: 1}
    assert changes_by_component((CHANGE,), "another") == {}


def test_a_mark_says_name_and_decision_in_one_line() -> None:
    t = Translator("en")
    assert mark_words(t, FIELDS[:4]) == (
        "Changed since the last review: decision: identified → not identified; identity, name: Ketamine → nothing."
    )
    assert mark_words(t, FIELDS[2:3]) == "Changed since the last review: see the list."


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_ours_are_translated_and_others_stand_as_they_are(language: str) -> None:
    t = Translator(language)
    assert place_words(t, "components 2, identity, name") == f"{t('component')} 2, {t('identity')}, {t('name')}"
    assert place_words(t, "basis, supports 1") == "basis, supports 1"
    assert value_words(t, Decision.NOT_IDENTIFIED.value) == t("not identified")
    assert value_words(t, "YQEZLKZALYSWHR-UHFFFAOYSA-N") == "YQEZLKZALYSWHR-UHFFFAOYSA-N"
    assert value_words(t, "") == t("nothing")
    assert record_words(t, CHANGE).startswith(f"{t('Examination')} E1")
    gone = RecordChange(kind="moon", number="M1", before=1, after=0)
    assert record_words(t, gone) == t("{record} does not belong to it any more.", record="moon M1")
