"""What a report says of the law: both days, entries with editions and proof, sizes, and what is missing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import fictitious_law as law
import pytest
from fictitious_law import NAMED, ON_REPORT, ON_SEIZURE, OVERRIDDEN, SECTION, legal_report

from lims.domain.legal_determination import StructureLevel
from lims.domain.report_law import LegalEntryNote
from lims.reporting.blocks import Bullets, Facts, Heading, Paragraph, Table
from lims.reporting.document import compose
from lims.reporting.sections.legal import legal
from lims.translation import LANGUAGES, Translator
from substance_library.determination import LegalStatus
from substance_library.thresholds import Basis, Matter, SizeResult

NEVER = ("not controlled", "не контролируется", "бақылауда емес")


def lines(content):
    found = []
    for block in legal(content, t=Translator(content.language)):
        match block:
            case Bullets():
                found += block.items
            case Facts():
                found += [f"{row.label}: {row.value}" for row in block.rows]
            case Table():
                found += [" | ".join(row) for row in block.rows]
            case Heading() | Paragraph():
                found.append(block.text)
    return found


def said(*sections, **facts):
    return lines(legal_report(*sections, **facts))


def test_kz_4_the_status_of_the_day_of_the_seizure_stands_with_its_editions_and_rows():
    found = said(SECTION)
    assert "Etizolam, law of ZZ" in found
    assert "On the day of the seizure, 05.03.2021: listed by name" in found
    assert "listed by name: Etizolam (Fictitious act ZZ-1, ZZ-1/1, Table I, 7)" in found
    assert "How it was matched: “the same structure”" in found
    assert "Note: “its salts are taken in”" in found
    assert "Missing: “Fictitious act ZZ-1, annex 3”" in found
    assert "Texts asked, in force: ZZ-1/1 (text as first adopted)" in found
    assert "Warning: “Fictitious act ZZ-1: amendments after 2024-02-06 are not loaded”" in found


def test_kz_4_two_days_that_differ_are_both_printed_and_left_to_the_court():
    found = said(SECTION)
    assert "On 22.11.2026, when this was determined: not covered by the texts asked, on that day" in found
    assert "Texts asked, not known whether in force: ZZ-1/2 (amended by No. 2 of 1 January 2023 (fictitious))" in found
    assert "The law of both days says different things. Which of them applies, the court decides." in found


def test_kz_4_one_answer_by_other_rows_is_printed_in_full_for_both_days():
    moved = replace(ON_SEIZURE, day=law.PREPARED, entries=(replace(NAMED, place="Table II, 3"),))
    found = said(replace(SECTION, on_report=moved))
    assert "listed by name: Etizolam (Fictitious act ZZ-1, ZZ-1/1, Table I, 7)" in found
    assert "listed by name: Etizolam (Fictitious act ZZ-1, ZZ-1/1, Table II, 3)" in found
    assert not any("says different things" in line for line in found)


def test_kz_4_a_day_that_reads_the_same_is_not_repeated_and_names_its_own_texts():
    again = replace(ON_SEIZURE, day=law.PREPARED, editions=(law.SECOND,))
    found = said(replace(SECTION, on_report=again))
    assert found.count("listed by name: Etizolam (Fictitious act ZZ-1, ZZ-1/1, Table I, 7)") == 1
    assert "The same rows and the same quantities as on the day of the seizure." in found
    assert sum(line.startswith("Texts asked, ") for line in found) == 2


def test_kz_4_an_unknown_day_of_the_seizure_is_said():
    found = said(replace(SECTION, on_seizure=None), seized=None)
    assert "The day of the seizure is not stated: the status on that day cannot be decided." in found
    assert not any(line.startswith("On the day of the seizure") for line in found)
    assert "On 22.11.2026, when this was determined: not covered by the texts asked, on that day" in found


@pytest.mark.parametrize("section", [SECTION, replace(SECTION, on_seizure=None)])
def test_kz_4_a_determination_of_another_day_than_that_on_record_says_so(section):
    words = "The day of the seizure on record is 01.02.2022. The determination does not speak of that day."
    assert words in said(section, seized=date(2022, 2, 1))
    assert words not in said(SECTION)


def test_kz_4_a_report_of_a_later_day_says_what_was_not_asked():
    words = "The report is of 22.11.2026; what became law in between was not asked."
    assert words in said(replace(SECTION, on_report=replace(ON_REPORT, day=date(2026, 11, 20))))
    assert words not in said(SECTION)


def test_law_5_4_16_one_substance_in_two_lists_has_all_its_rows_printed():
    found = said(SECTION)
    assert "Rows and rules that speak of it, all of them: 4" in found
    assert "listed by name: Etizolam (Fictitious decree ZZ-2, ZZ-2/1, list of potent substances, 31)" in found
    assert "covered by a rule: toy base (Fictitious act ZZ-1, ZZ-1/1, annex 1, 12)" in found


def test_law_5_3_a_rule_stands_with_its_slots_and_their_words():
    found = said(SECTION)
    assert "Rule TOY_THIENODIAZEPINE; form of the core: “toy form b”" in found
    assert "R1 | [*]CC | “alkyl with not more than six carbon atoms”" in found
    assert "R2 | [*]c1ccccc1Cl | “phenyl, also halogenated”" in found
    assert "It turns on: “whether the ring may carry a triazole”" in found
    assert "Exemption: “medicines of a toy register”" in found


def test_law_5_3_a_derivation_stands_with_its_base_and_the_row_of_each_substituent():
    found = said(SECTION)
    assert "Derived from row ZZ-1/12" in found
    assert "Substituents: [*]Cl (annex 3, row 4); [*]CC (annex 3, row 1)" in found


def test_law_5_4_03_the_level_of_the_structure_is_printed():
    assert "Level of the structure: Stereochemistry is not established" in said(SECTION)
    isomers = replace(SECTION, level=StructureLevel.ISOMERS, structures=("Cc1ccccc1F", "Cc1cccc(F)c1"))
    found = said(isomers)
    assert "Level of the structure: One of a set of isomers; all of them are given" in found
    assert "Structure asked: Cc1ccccc1F; Cc1cccc(F)c1" in found


def test_law_5_4_13_the_content_of_a_preparation_is_printed_with_its_uncertainty():
    assert "Content of the preparation: (5.2 ± 0.3) %" in said(SECTION)


def test_wu_6_an_amount_within_the_uncertainty_of_a_threshold_has_both_readings_and_the_rule():
    found = said(SECTION)
    assert (
        "Amount: (50.05 ± 0.06) g, U is the expanded uncertainty; basis: whole mixture, as is; weighing 2026-9001/3-W9"
        in found
    )
    place = "Fictitious act ZZ-1, ZZ-1/1, Etizolam"
    assert f"Quantity by {place}: not decided: a threshold lies within the uncertainty" in found
    assert "small quantity: more than 0.01 g; the threshold is exceeded" in found
    assert "large quantity: 50.00 g and more; not decided: the mass is within its uncertainty of the threshold" in found
    assert "At the lower end of the interval: small quantity; at the upper end: large quantity" in found
    assert any(line.startswith("Decision rule: ") and "may also be equal" in line for line in found)


def test_wu_6_what_an_amount_is_of_is_unknown_where_nobody_stated_it():
    basis = Basis(matter=Matter.PURE, form=None, dryness=None)
    section = replace(SECTION, weighed=replace(law.WEIGHED, basis=basis, amount=Decimal("50.1")), weighing_number="")
    (amount,) = [line for line in said(section) if line.startswith("Amount: ")]
    assert "(50.10 ± 0.06) g" in amount
    assert "basis: pure substance, unknown, unknown; weighing unknown" in amount


def test_wu_6_a_size_that_lacks_its_thresholds_names_them_and_no_amount_is_said():
    size = replace(law.STRADDLING, result=SizeResult.CANNOT_DECIDE, readings=(), thresholds=(), missing=("annex 2",))
    found = said(replace(SECTION, on_seizure=replace(ON_SEIZURE, sizes=(size,))))
    assert "Quantity by Fictitious act ZZ-1, ZZ-1/1, Etizolam: cannot be decided" in found
    assert "Missing: “annex 2”" in found
    none = said(OVERRIDDEN)
    assert "Amount: No amount was held against thresholds: no size class is stated." in none
    assert not any(line.startswith("Decision rule") for line in none)


def test_kz_4_what_cannot_be_decided_names_the_texts_that_are_missing():
    found = said(OVERRIDDEN)
    assert "On the day of the seizure, 05.03.2021: cannot be decided" in found
    assert "Missing: “Fictitious decree YY-470, annex 1 (list)”" in found
    assert "Reviewed by: not reviewed by a second person" in found


def test_an_override_stands_beside_the_answer_with_its_reason_and_its_author():
    found = said(OVERRIDDEN)
    words = "The expert says: listed by name. Reason: the printed official text of YY names it in row 4"
    (line,) = [one for one in found if one.startswith("The expert says")]
    assert line == f"{words} (E-07, 22.11.2026 13:00 (UTC+0500))"
    assert "On 22.11.2026, when this was determined: cannot be decided" in found


def test_rp_1_where_nothing_was_determined_the_report_states_no_status():
    found = said()
    assert found[:3] == [
        "Legal status",
        "No legal determination is recorded for this exhibit: no legal status is stated.",
        "Etizolam: no legal determination is recorded. That does not say whether a text of law covers it.",
    ]
    assert not any("quotation marks" in line for line in found)


def test_rp_1_each_identified_substance_without_a_determination_is_named():
    found = said(SECTION, substances=("Etizolam", "Cathinone", "Cathinone"))
    assert [line for line in found if "no legal determination" in line] == [
        "Cathinone: no legal determination is recorded. That does not say whether a text of law covers it."
    ]


def test_a_determination_is_of_a_substance_by_its_name_or_its_constitution():
    assert SECTION.is_of("etizolam", None)
    assert SECTION.is_of("another name", "VMZUTJCNQWMAGF-ABCDEFGHSA-N")
    assert not SECTION.is_of("another name", None)
    assert not replace(SECTION, inchikeys=()).is_of("another name", "")


def test_a_name_never_covers_another_structure_than_the_one_identified():
    """A determination of ethanol under the name of the substance is no determination of the substance."""
    other = replace(SECTION, structures=("CCO",), inchikeys=("LFQSCWFLJHTTHZ-UHFFFAOYSA-N",))
    content = legal_report(other)
    known = replace(content.identifications[0], inchikey=SECTION.inchikeys[0])
    words = "was identified with another structure"
    assert any(words in line for line in lines(replace(content, identifications=(known,))))
    right = replace(legal_report(SECTION), identifications=(known,))
    assert not any(words in line for line in lines(right))
    assert not other.differs_from("Etizolam", None), "an unknown structure contradicts nothing"
    assert not other.differs_from("Ethanol", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N")


def test_a_determination_of_what_is_not_identified_says_that_it_is_about_the_structure_alone():
    words = "This report does not identify this substance; what follows is about the structure alone."
    assert words in said(SECTION, substances=())
    assert words not in said(SECTION)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sections", [(), (SECTION,), (SECTION, OVERRIDDEN)])
def test_law_5_3_guilt_stays_with_the_court_and_nothing_is_called_uncontrolled(sections, language):
    found = said(*sections, language=language)
    t = Translator(language)
    assert found[-1] == t(
        "The expert states what the structure is and what the named texts say of it. Guilt and legal "
        "qualification are for the court."
    )
    assert not any(word in line for line in found for word in NEVER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_and_marks_what_is_quoted_in_english(language):
    found, english = (said(SECTION, OVERRIDDEN, language=one) for one in (language, "en"))
    assert len(found) == len(english)
    opening, closing = ("“", "”") if language == "en" else ("«", "»")
    assert any(f"{opening}the same structure{closing}" in line for line in found)
    if language != "en":
        for quoted in ("the rule takes it in", "phenyl, also halogenated", "annex 3 (substituents)", "are not loaded"):
            assert all(opening in line for line in found if quoted in line)
        assert not any("day of the seizure" in line or "Quantity by" in line for line in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_document_is_composed_in_every_language(language):
    assert compose(law.golden_report(language), Translator(language)).startswith(b"%PDF-1.7")


def test_a_note_from_before_the_fragments_had_fields_is_printed_as_it_was():
    before = LegalEntryNote(
        kind=NAMED.kind, name="toy", citation="act", editions=(), place="", proof=("R1: [*]C - alkyl",)
    )
    found = said(replace(SECTION, on_seizure=replace(ON_SEIZURE, entries=(before,), acts=(), editions=())))
    assert "R1: [*]C - alkyl" in found
    assert "listed by name: toy (act)" in found
    assert LegalStatus.LISTED_BY_NAME is ON_SEIZURE.status
