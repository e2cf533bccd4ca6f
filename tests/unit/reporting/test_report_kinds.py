from dataclasses import replace

import fictitious_kinds as kinds
import pytest

from lims.domain.donor import IdentityField, personal_value
from lims.domain.exhibit import ExhibitKind
from lims.domain.report_kind import ReportKind
from lims.domain.report_object import BiologicalSection
from lims.domain.seizure import Channel
from lims.reporting.blocks import Facts, Table
from lims.reporting.document import compose
from lims.reporting.sections.objects import CHANNEL_TEXTS, KIND_TEXTS, not_concluded, object_kind
from lims.translation import LANGUAGES, Translator


@pytest.fixture(scope="module")
def words(pages_of):
    return lambda content: " ".join(pages_of(compose(content, Translator(content.language))))


def facts(content):
    """Give the facts of the part that the kind of the object makes."""
    blocks = object_kind(content, t=Translator(content.language))
    return {row.label: row.value for block in blocks if isinstance(block, Facts) for row in block.rows}


def test_every_kind_of_object_and_every_channel_has_words_in_each_language():
    assert set(KIND_TEXTS) == set(ExhibitKind)
    assert set(CHANNEL_TEXTS) == set(Channel)
    for language in LANGUAGES:
        t = Translator(language)
        assert all(t(words) for words in (*KIND_TEXTS.values(), *CHANNEL_TEXTS.values()))


class TestSynthesis:
    def test_all_objects_of_the_seizure_are_listed_and_one_is_reported(self):
        assert facts(kinds.synthesis_report())["Where it was found, as the sender says"] == "clandestine laboratory"
        (table,) = (one for one in object_kind(kinds.synthesis_report(), t=Translator("en")) if isinstance(one, Table))
        assert table.rows == (
            ("2026-9001/1", "equipment", "Glass flask with brown stains", "no"),
            ("2026-9001/2", "precursor", "Canister with a clear liquid", "no"),
            ("2026-9001/3", "unknown", "Twelve white tablets in a transparent bag", "yes"),
        )

    def test_nothing_is_concluded_of_a_making(self, words):
        said = words(kinds.synthesis_report())
        assert "by which route, and how much could be made of them, is not concluded." in said
        assert "it says nothing of what the other objects contain" in said

    def test_what_is_not_recorded_is_called_unknown(self):
        said = facts(kinds.synthesis_report(scene=replace(kinds.SCENE, seizure_number="", channel=None)))
        assert said["Seizure"] == "not recorded by itself: objects of the case"
        assert said["Where it was found, as the sender says"] == "unknown"


class TestBiological:
    def test_the_donor_stands_there_by_a_code_and_what_is_unknown_is_said(self, words):
        assert facts(kinds.biological_report()) == {
            "Matrix": "blood",
            "Donor, by a code": "7KQ2MXWP",
            "Taken from the person, as the sender says": "04.11.2026 23:40 (UTC+0500)",
            "Storage asked for": "cold, 2 to 8 °C",
            "Cut-offs of the methods": "unknown",
        }
        said = words(kinds.biological_report())
        for line in (
            "7KQ2MXWP",
            "Cut-offs and limits of detection for this matrix are not stated: unknown.",
            "of the state of the person, of a dose, or of the time at which it was taken, is not stated.",
        ):
            assert line in said

    def test_nothing_recorded_is_unknown(self):
        bare = BiologicalSection(matrix=ExhibitKind.URINE, donor_code="", collected_at=None, storage="")
        said = facts(kinds.biological_report(material=bare))
        unknown = ("Donor, by a code", "Taken from the person, as the sender says", "Storage asked for")
        assert (said["Matrix"], {said[one] for one in unknown}) == ("urine", {"unknown"})
        lacking = not_concluded(kinds.biological_report(material=bare), t=Translator("en"))
        assert "The time at which the biological material was taken is not recorded, and not stated." in lacking

    @pytest.mark.parametrize(
        ("results", "expected"),
        [
            ((("B1", 1, True), ("B2", 2, True)), "Etizolam: 1, 2; each was taken anew from the material."),
            ((("B1", 1, True), ("B2", 1, True)), "Etizolam: one portion alone; no second one confirmed it."),
            ((("B1", 1, True), ("B2", 2, False)), "Etizolam: one portion alone; no second one confirmed it."),
            ((("B1", 1, False),), "Etizolam: no result that counts."),
        ],
    )
    def test_id_5_the_portions_behind_a_conclusion_are_counted_as_the_rule_counts_them(self, words, results, expected):
        made = (kinds.result(number, sampling, counted=counted) for number, sampling, counted in results)
        content = replace(kinds.identified_report(*made), biological=kinds.BLOOD)
        assert expected in words(content)


def test_an_amendment_names_the_report_that_it_replaces_what_changed_and_why(words):
    said = words(kinds.amending_report())
    assert "Amendment to report no. 2026-9001/3-R1" in said
    replaced = "Once it is issued, this report replaces report no. 2026-9001/3-R1, which then does not stand any more."
    assert replaced in said
    assert "The wording of the second question." in said
    assert "The letter EX-78 of the appointing body corrects it." in said


def test_a_plain_report_has_neither_part(words):
    said = words(kinds.identified_report(kinds.result("B1", 1)))
    assert "Biological material" not in said
    assert "Objects of the seizure" not in said


def test_the_content_holds_no_value_of_the_donor():
    value = personal_value(IdentityField.NAME, "Somebody", random=bytes)
    assert value.value not in repr(kinds.biological_report())
    assert set(BiologicalSection.__dataclass_fields__) == {"matrix", "donor_code", "collected_at", "storage"}


def test_the_kinds_are_named():
    assert ReportKind.SYNTHESIS in kinds.synthesis_report().kinds
    assert ReportKind.BIOLOGICAL in kinds.biological_report().kinds
