"""What a report says beside its identities: every item of the standard, every mass with its uncertainty, every run."""

import dataclasses
import io
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import fictitious_circumstances as full
import fictitious_reports
import pikepdf
import pytest

from lims.domain.report_circumstances import Circumstances, PermissionNote
from lims.domain.request import Consumption
from lims.domain.weighing import WeighingPurpose
from lims.errors import DocumentError
from lims.reporting.blocks import Bullets, Facts, Heading, Paragraph, Structure, Table
from lims.reporting.document import compose, page_data
from lims.reporting.sections import annexes, conclusions, introduction, research
from lims.reporting.sections.weights import mass_words
from lims.translation import LANGUAGES, Translator


def texts(blocks):
    """Give every sentence, label, value and cell of blocks; pictures have none that counts here."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Facts | Structure):
            for row in block.rows:
                yield f"{row.label}: {row.value}"
        elif isinstance(block, Table):
            yield from (column.title for column in block.columns)
            yield from ("\n".join(row) for row in block.rows)


def said(content, *sections):
    t = Translator(content.language)
    chosen = sections or (introduction, research, conclusions)
    return [text for section in chosen for text in texts(section(content, t=t))]


def with_circumstances(**facts):
    content = full.full_report()
    return replace(content, circumstances=replace(content.circumstances, **facts))


# ISO/IEC 17025:2017, 7.8.2.1, item by item

ITEMS = {
    "a": "Forensic examination report",
    "b": "Address: Example street 9, Exampletown",
    "c": "Place of the work: Example street 10, Exampletown",
    "d": "End of report 2026-9001/3-R1",
    "e": "Appointed by: Example Department of Investigations, investigator Example",
    "f": "Comparison preset: ei-simple, version 1",
    "g": "Condition on receipt: dry, bag closed",
    "h": "Received: 05.11.2026 09:30 (UTC+0500)",
    "i": "First record of the work: 06.11.2026 09:30 (UTC+0500)",
    "j": "Prepared on 22.11.2026 14:05 (UTC+0500)",
    "k": "Sampling plan 2026-9001/3-S1",
    "l": "The results concern the examined exhibit alone, in the state in which it was received.",
    "m": "(1.235 ± 0.045) g",
    "n": "Deviation 2026-9001/3-D1: 30 m column in place of 15 m.",
    "o": "Expert: Әлия Ғабитқызы Үлгі, expert of examples (staff number E-07)",
    "p": "Stated by the appointing body and the sender; the laboratory did not examine it:",
}


@pytest.mark.parametrize("item", ITEMS)
def test_17025_7_8_2_1_every_item_stands_in_the_report(item):
    content = full.full_report()
    frame = [
        value
        for value in page_data(content, t=Translator("en"), extract=None, pictures={}).values()
        if isinstance(value, str)
    ]
    assert any(ITEMS[item] in text for text in (*frame, *said(content))), ITEMS[item]


def test_17025_7_8_2_1_an_item_that_is_left_out_stands_there_with_its_reason():
    (omission,) = [text for text in said(full.full_report()) if "7.8.2.1" in text]
    assert (
        omission
        == "Item g of ISO/IEC 17025, 7.8.2.1 (description and condition of the object), is not complete in this "
        "report. Reason: The sender keeps no note."
    )


def test_17025_7_8_2_2_what_the_customer_states_is_marked():
    blocks = list(introduction(full.full_report(), t=Translator("en")))
    paragraphs = [i for i, block in enumerate(blocks) if isinstance(block, Paragraph) and block.strong]
    stated, recorded = (blocks[i + 1] for i in paragraphs[:2])
    labels = {row.label for row in stated.rows}
    assert {"Appointed by", "Order", "Date of seizure", "Place of seizure", "Seized by", "Delivered by"} <= labels
    assert {row.label for row in recorded.rows} & labels == set()
    assert "Received" in {row.label for row in recorded.rows}


def test_17025_7_8_6_no_deviation_is_said_too():
    plain = said(fictitious_reports.report())
    assert "None is on record for this exhibit." in plain
    assert "No sampling plan is on record." in " ".join(plain)
    assert "None is on record for this exhibit." not in said(full.full_report())


def test_17025_7_10_a_closed_nonconformity_stands_beside_the_gap_that_it_dealt_with():
    whole = said(full.full_report())
    assert "a seal that was not found as it was left, 06.11.2026 09:30 (UTC+0500); nonconformity: NC-2026-4" in whole
    assert any(text.startswith("Nonconformity NC-2026-4: The seal was damaged. Meaning") for text in whole)


# masses


def test_wu_5_every_mass_has_u_k_and_coverage_in_one_unit_with_the_same_decimals():
    rows = [text for text in said(full.full_report(), research) if "±" in text and "BAL-EXAMPLE" in text]
    assert len(rows) == 3
    for row in rows:
        mass, u, unit = re.search(r"\((\S+) ± (\S+)\) (\S+)", row).groups()
        assert unit == "g"
        assert len(mass.partition(".")[2]) == len(u.partition(".")[2])
        assert len(u.replace("0.", "").lstrip("0")) <= 2
        assert re.search(r"(2; 95\.45 %|3; 99\.73 %)", row)
    assert [re.search(r"\(.*?\) g", row)[0] for row in rows] == [
        "(14.200 ± 0.050) g",
        "(1.235 ± 0.045) g",  # U of 0.0443780 is rounded up
        "(0.103 ± 0.013) g",
    ]


@pytest.mark.parametrize(
    ("mass", "u", "words"),
    [
        ("12", "0.10", "(12.00 ± 0.10) g"),
        ("120", "15", "(120 ± 15) g"),
        ("1200", "1.5E+2", "(1,200 ± 150) g"),
        ("0.00012", "0.000010", "(0.000120 ± 0.000010) g"),
    ],
)
def test_wu_5_decimals_are_those_of_u(mass, u, words):
    assert mass_words(Decimal(mass), Decimal(u), t=Translator("en")) == words


def test_wu_3_a_typed_reading_stands_in_the_report_with_its_reason():
    assert "2026-9001/3-W2: the line to the balance broke" in said(full.full_report())


def test_wu_6_17025_7_8_6_a_threshold_stands_with_its_decision_rule():
    whole = said(full.full_report(), research)
    rule = next(i for i, text in enumerate(whole) if text.startswith("Decision rule:"))
    assert "exceeded if the mass less U is above it" in whole[rule]
    assert [text.rpartition(": ")[2] for text in whole[rule + 1 : rule + 4]] == [
        "the threshold is exceeded.",
        "the mass is within its uncertainty of the threshold.",
        "the threshold is not reached.",
    ]
    assert whole[rule + 1].startswith("(50.06 ± 0.05) g, threshold 50.00 g (an example")
    without = said(with_circumstances(thresholds=()), research)
    assert not any("threshold" in text for text in without)


def test_kz_2_what_was_used_up_stands_there_with_the_permission():
    whole = said(full.full_report())
    assert "of 2026-9001/3: colour test; permitted by order EX-77, point 3" in whole
    told = "Permission to use the object up"
    assert f"{told}: a part of the object may be used up (order EX-77, point 3)" in whole
    assert f"{told}: not stated: then nothing may be used up" in said(with_circumstances(permission=None))
    none = PermissionNote(extent=Consumption.NONE, reference="")
    assert f"{told}: none of the object may be used up" in said(with_circumstances(permission=none))


def test_kz_1_the_warning_stands_there_with_name_and_day_or_its_absence():
    whole = said(full.full_report())
    assert "Әлия Ғабитқызы Үлгі, 05.11.2026; the sheet is kept: folder 4, sheet 2" in whole
    without = said(with_circumstances(warnings=()))
    assert any(text.startswith("No signed note is on record that the expert was warned") for text in without)


def test_nothing_weighed_is_said_so():
    empty = said(fictitious_reports.report())
    assert "The mass of the exhibit is not stated: it was not weighed." in empty
    assert "Who was present at the examination, and which materials of the case were used, is not recorded." in empty
    assert "Masses" not in empty
    assert "The mass of the exhibit is not stated: it was not weighed." not in said(full.full_report())


# sampling


def test_sa_5_the_wording_comes_from_the_plan():
    whole = said(full.full_report(), research)
    sentence = "3 of 3 tested units contain Etizolam. With 95 % confidence at least 6 of 12 units contain Etizolam."
    assert sentence in whole


def test_sa_2_the_draw_can_be_made_again_or_is_a_black_box():
    drawn = [text for text in said(full.full_report(), research) if text.startswith("Units drawn: 2, 9, 11;")]
    assert "with the seed 20261122" in drawn[0]
    assert "by hand from a black box" in drawn[1]


def test_sa_7_how_each_unit_was_tested_is_said():
    words = "How each unit was tested: each unit screened by a colour test and confirmed by GC-MS."
    assert words in said(full.full_report(), research)


def test_sa_4_a_divided_population_names_its_parts():
    assert "The population was divided; see 2026-9001/3-S3, 2026-9001/3-S4." in said(full.full_report(), research)


# runs and custody


def test_at_23_a_discarded_run_stands_in_the_report_with_its_reason():
    rows = {text.split("\n")[0]: text for text in said(full.full_report(), research) if "_example_0" in text}
    listed = {number: row for number, row in rows.items() if number.startswith("2026-9001/3-R")}
    assert set(listed) == {"2026-9001/3-R1", "2026-9001/3-R2", "2026-9001/3-R3"}
    assert "discarded from the batch: the needle was blocked" in listed["2026-9001/3-R1"]
    assert "not examined" in listed["2026-9001/3-R1"]
    assert "described in this report" in listed["2026-9001/3-R2"]
    assert "found: Etizolam" in listed["2026-9001/3-R2"]
    assert "found: nothing" in listed["2026-9001/3-R3"]


def test_rp_1_12_what_an_instrument_wrote_into_a_listed_run_cannot_hide():
    hidden = full.listed(4, file_name="a\u202eb.D", acquired_at="1\u200b2")
    data = page_data(with_circumstances(all_runs=(hidden,)), t=Translator("en"), extract=None, pictures={})
    assert "a[U+202E]b.D" in str(data["blocks"])
    assert "1[U+200B]2" in str(data["blocks"])


def test_g_4_the_custody_of_each_measured_aliquot_stands_in_the_report():
    found = said(full.full_report(), research)
    first = found.index(f"Custody of aliquot {full.EXHIBIT}-A1, taken from {full.EXHIBIT}; container: vial 3")
    assert any("with a person: Үлгі (E-04)" in row for row in found[first:])
    assert any("used up" in row for row in found[first:])
    assert f"Custody of aliquot {full.EXHIBIT}-A2, taken from {full.EXHIBIT}; container: unknown" in found[first:]
    assert any("a time of which no custody was recorded" in row and "NC-2026-5" in row for row in found[first:])


def test_g_4_custody_stands_in_the_report_from_the_receipt_on():
    rows = [text for text in said(full.full_report(), research) if "PL-7" in text or "E-03" in text]
    assert rows == [
        "05.11.2026 09:30 (UTC+0500)\n05.11.2026 11:30 (UTC+0500)\nwith a person: Үлгі (E-03)",
        "05.11.2026 11:30 (UTC+0500)\nwhen this report was made\nin a place: PL-7",
    ]


def test_g_2_every_page_carries_case_and_report(tmp_path):
    pdf = compose(full.full_report(), Translator("en"))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    from test_report_document import text_of

    text = text_of(pdf, tmp_path).split("\f")[:pages]
    assert all("Case 2026-9001" in page and "Report 2026-9001/3-R1" in page for page in text)
    assert [f"page {number} of {pages}" in page for number, page in enumerate(text, start=1)] == [True] * pages


def test_g_1_the_attached_data_hold_everything_that_is_printed():
    data = page_data(full.full_report(), t=Translator("en"), extract=None, pictures={})["attachments"][0]["text"]
    around = full.circumstances()
    for one in (*around.weights, *around.sampling, *around.all_runs, *around.deviations, *around.nonconformities):
        assert f'"number":"{one.number}"' in data


# three languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_circumstance_is_set_in_every_language(language):
    assert compose(full.full_report(language), Translator(language)).startswith(b"%PDF")


def numbers(language):
    """Count the numbers of a report, with the signs of every language made one."""
    whole = "\n".join(said(full.full_report(language)))
    whole = re.sub(r"\b[0-9a-f]{12,}\b", "", whole)  # digests
    if language == "en":
        whole = re.sub(r"(?<=\d),(?=\d{3}\b)", "", whole)
    else:
        whole = re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}\b)", "", whole)
        whole = re.sub(r"(?<=\d),(?=\d)", ".", whole)
    return Counter(re.findall(r"\d+(?:\.\d+)*", whole))


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_l_10_at_24_the_numbers_are_the_same_in_every_language(language):
    assert numbers(language) == numbers("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_24_the_data_are_the_same_in_every_language(language):
    def data(spoken):
        return replace(full.full_report(spoken), language="")

    assert data(language) == data("en")


def test_at_24_a_number_that_differs_would_be_found():
    other = replace(full.weight(4, "1.5", "0.03", purpose=WeighingPurpose.UNIT))
    more = with_circumstances(weights=(*full.circumstances().weights, other))
    assert Counter(re.findall(r"\d+", "\n".join(said(more)))) != Counter(
        re.findall(r"\d+", "\n".join(said(full.full_report())))
    )


def test_a_report_from_before_says_nothing_of_what_it_does_not_have():
    plain = replace(fictitious_reports.report(), circumstances=Circumstances())
    whole = said(plain)
    assert "All runs of the exhibit" not in whole
    assert "Custody of the exhibit" not in whole
    assert "Address: unknown" in whole
    assert list(annexes(plain, data_sha256="", level=plain.signature_level, t=Translator("en")))


def test_a_hidden_character_in_what_a_person_wrote_is_refused():
    wrong = dataclasses.replace(full.circumstances(), losses=("a\u202eb",))
    with pytest.raises(DocumentError, match="cannot be seen on paper"):
        compose(replace(full.full_report(), circumstances=wrong), Translator("en"))
