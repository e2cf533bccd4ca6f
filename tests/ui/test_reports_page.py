"""The page of reports, by Streamlit's own test driver: what keeps a report back, copies, packets, corrections."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.report import Report, ReportStatus
from lims.domain.report_copy import CopyForm
from lims.domain.staff import Role
from lims.errors import NotFoundError
from lims.services.laboratory import Laboratory
from lims.services.validating import ProcedureFacts
from lims.translation import Translator
from lims.ui.background import Job
from tests.builders.devices import Device, enrol
from tests.builders.examining_cells import facts_of
from tests.builders.kept_homes import KeptHomes
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, PASSWORD, REPORT, PlainDesk
from tests.builders.people import QUALITY
from tests.builders.plain_homes import ADDRESS, plain_settings
from tests.builders.websites import OPENED, quick_laboratory
from tests.ui.test_forged_pages import make, with_desk

EXHIBIT = "2026-0001/1"
STATES = ("drafted", "reviewed", "issued")


def page(home: str, person: str, language: str) -> None:
    """Draw the page for one person; this body is what Streamlit runs, so it imports for itself."""
    from lims.translation import Translator
    from lims.ui.pages import reports
    from lims.ui.session import Visit
    from tests.builders.websites import OPENED

    laboratory = OPENED[home]
    member = laboratory.staffing.get(person)
    reports.render(Visit(laboratory=laboratory.seen_by(member), person=member, t=Translator(language)))


def start(laboratory: Laboratory, person: str, *, language: str = "en", **state: str) -> AppTest:
    test = AppTest.from_function(page, args=(str(laboratory.settings.home), person, language), default_timeout=120)
    for key, value in state.items():
        test.session_state[key.replace("_", "-")] = value
    found = test.run()
    assert not found.exception
    return found


def told(test: AppTest) -> str:
    shown = [str(getattr(element, "value", "")) + str(getattr(element, "label", "")) for element in test.main]
    return " ".join(shown).replace("\\", "")


def press(test: AppTest, label: str) -> AppTest:
    next(one for one in test.button if one.label == label).click()
    found = test.run()
    assert not found.exception
    return found


def links(test: AppTest) -> dict[str, str]:
    return {one.proto.label: one.proto.url for one in test.get("link_button")}


def finished(test: AppTest, key: str) -> AppTest:
    """Wait for the work beside the page, then draw it anew."""
    job = test.session_state[key]
    assert isinstance(job, Job)
    assert job.ended.wait(timeout=120)
    return test.run()


def without_gates(made: Laboratory) -> Laboratory:
    """Open it again without asking for warnings and custody, which are not what these tests are about."""
    home, desk = made.settings.home, PlainDesk()
    opened = with_desk(quick_laboratory(plain_settings(home, first=ADDRESS), clock=made.clock), desk)
    OPENED[str(home)] = replace(opened, copying=replace(opened.copying, desk=desk))
    return OPENED[str(home)]


@pytest.fixture
def issued(tmp_path: Path, kept_homes: KeptHomes, states: Any, training_file: Path) -> Laboratory:
    return without_gates(make(tmp_path, kept_homes, states, training_file, "issued"))


@pytest.fixture
def drafted(tmp_path: Path, kept_homes: KeptHomes, states: Any, training_file: Path) -> Laboratory:
    return without_gates(make(tmp_path, kept_homes, states, training_file, "drafted"))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_keeps_a_report_back_is_said_in_the_language_of_the_person(drafted: Laboratory, language: str) -> None:
    t = Translator(language)
    shown = told(start(drafted, HEAD.number, language=language))
    missing = t("{number} is not signed by its technical reviewer {person}", number=REPORT, person="expert-b")
    assert missing in shown
    assert t("Ask a technical reviewer who did none of the work") in shown
    assert language == "en" or "is not signed" not in shown


def test_a_reader_is_told_which_items_others_look_at_and_the_reviewer_the_next_step(drafted: Laboratory) -> None:
    assert "whether these items are met: RP-1.6." in told(start(drafted, "technician"))
    shown = start(drafted, EXPERT.number)
    assert "Review and sign it" not in [one.label for one in shown.button]
    assert "Review and sign it" in [one.label for one in start(drafted, "expert-b").button]


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("section", ["reports", "recipients", "outdated"])
def test_every_section_speaks_the_language(issued: Laboratory, section: str, language: str) -> None:
    test = start(issued, HEAD.number, language=language, reports_section=section)
    assert [one.value for one in test.title] == [Translator(language)("Reports")]


def signed(test: AppTest, laboratory: Laboratory, device: Device) -> AppTest:
    typed = {"Your password": PASSWORD, "Code from your device": device.code(laboratory.clock.now())}
    for field in test.text_input:
        for label, value in typed.items():
            if field.label.startswith(label):
                field.input(value)
    return press(test, "Sign")


def test_a_summary_is_made_with_a_signature_and_found_again(issued: Laboratory) -> None:
    device = enrol(issued.authentication, EXPERT.number)
    test = start(issued, EXPERT.number)
    box = next(one for one in test.selectbox if one.label == "To be made")
    assert [one for one in box.options if one.startswith("Copy: English")] == [], "its own language"
    box.set_value((CopyForm.SUMMARY, "ru"))
    press(test, "Sign and make it")
    assert any("You sign for this copy" in one.value for one in test.text)
    signed(test, issued, device)
    (copy,) = issued.reporting.get(REPORT).copies
    assert (copy.form, copy.language) == (CopyForm.SUMMARY, "ru")
    with issued.staffing.store.reading() as work:
        entry = work.entry_of(Report, REPORT, version=issued.reporting.get(REPORT).version)
    assert entry.signature["meaning"] == "copier"
    assert f"/reports/{REPORT}/copies/{copy.copy_sha256}.pdf" in [one.proto.url for one in test.get("link_button")]
    assert list(test.dataframe[0].value["Copies"]) == ["summary ru"]


def test_the_head_makes_a_packet_beside_the_page_and_fetches_it(issued: Laboratory) -> None:
    expert = start(issued, EXPERT.number)
    assert "Make the packet" not in [one.label for one in expert.button]
    test = press(start(issued, HEAD.number), "Make the packet")
    finished(test, f"packet-{REPORT}")
    assert not test.exception
    (made,) = issued.reporting.get(REPORT).disclosures
    assert links(test)["Fetch the ZIP"] == f"/reports/{REPORT}/packets/{made.bag_sha256}.zip"
    assert issued.disclosing.packet(REPORT, made.bag_sha256, actor=HEAD).is_file()
    with pytest.raises(NotFoundError):
        issued.disclosing.packet(REPORT, "0" * 64, actor=HEAD)


def test_an_issued_report_offers_what_readers_outside_need(issued: Laboratory) -> None:
    found = links(start(issued, HEAD.number))
    assert found["Receipt"] == f"/reports/{REPORT}.receipt.json"
    assert {
        found["Trust file"],
        found["Page that checks, for a browser"],
        found["Program that checks, for Python"],
    } == {
        "/verify/trust.pem",
        "/verify/verify_report.html",
        "/verify/verify_report.py",
    }


def test_the_author_takes_the_conclusion_back_and_is_told_what_becomes_of_the_report(drafted: Laboratory) -> None:
    test = start(drafted, EXPERT.number)
    assert f"you take your conclusion of {EXAMINATION} back, it is open again. Report given up: {REPORT}." in told(test)
    next(one for one in test.text_area if one.label == "What was found to be wrong").input("component 2")
    press(test, "Take my conclusion back")
    assert drafted.reporting.get(REPORT).status is ReportStatus.VOIDED
    assert drafted.examining.get(EXAMINATION).taken_back[0].reason == "component 2"
    assert "Given up: expert-a took the conclusion back: component 2" in told(start(drafted, EXPERT.number))


@pytest.mark.parametrize("act", ["correct", "discard"])
def test_a_mistaken_finding_is_corrected_with_a_reason_and_nothing_is_overwritten(issued: Laboratory, act: str) -> None:
    procedure = ProcedureFacts(
        number=IDENTIFICATION_METHOD, name="Colour", techniques=("colour test",), acceptance_criteria="c"
    )
    issued.validating.record(procedure, actor=QUALITY)
    today = issued.staffing.today()
    issued.validating.validate(IDENTIFICATION_METHOD, validated_on=today, record="V-1", actor=QUALITY)
    facts = facts_of(SimpleNamespace(bench=issued))
    finding = issued.finding.record(replace(facts, exhibit_number=EXHIBIT, sampling=1), actor=EXPERT)
    before = issued.reporting.get(REPORT)
    test = start(issued, EXPERT.number)
    assert "The report was issued and stays as it is." in told(test)
    box = next(one for one in test.selectbox if one.label == "Finding that is wrong")
    box.set_value(finding.number).run()
    if act == "correct":
        next(one for one in test.text_input if one.label == "Lot").input("lot 8")
        press(test, "Record the correction")
        assert test.error, "a reason is needed"
        next(one for one in test.text_area if one.label == "Why it is corrected").input("the wrong lot")
        press(test, "Record the correction")
    else:
        next(one for one in test.text_input if one.label == "Why it is taken out of use").input("the wrong tube")
        press(test, "Take it out of use")
    now = issued.finding.get(finding.number)
    assert now.version == finding.version + 1
    assert issued.finding.get(finding.number, version=1) == finding
    assert (now.system.lot, now.discard is None) == (("lot 8", True) if act == "correct" else ("", False))
    assert issued.reporting.get(REPORT) == before, "an issued report is never changed"


def test_an_order_names_the_version_that_was_on_the_screen(issued: Laboratory) -> None:
    test = start(issued, HEAD.number)
    issued.copying.summarise(REPORT, language="en", actor=EXPERT)  # somebody else, meanwhile
    for label, words in (("What is to be changed", "a name"), ("Why", "misspelt")):
        next(one for one in test.text_area if one.label == label).input(words)
    press(test, "Order the amendment")
    assert "was already recorded by somebody else" in told(test)
    assert issued.reporting.get(REPORT).order is None


def test_reports_that_were_edited_since_are_looked_for_beside_the_page(issued: Laboratory) -> None:
    issued.amending.order(REPORT, what="a name", why="misspelt", actor=HEAD)
    issued.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    assert f"Edited since it was signed: examination {EXAMINATION} is version" in told(start(issued, HEAD.number))
    test = press(start(issued, HEAD.number, reports_section="outdated"), "Look through all issued reports")
    finished(test, "outdated-reports")
    assert list(test.dataframe[0].value["Report"]) == [REPORT]


def test_readers_without_a_part_are_offered_nothing(issued: Laboratory) -> None:
    test = start(issued, f"p-{Role.AUDITOR}")
    assert [one.label for one in test.button if not one.key.startswith("way-")] == []
    assert "Receipt" not in links(test)
    assert REPORT in list(test.dataframe[0].value["Report"])


def test_reports_are_found_by_number_and_state_in_the_database(issued: Laboratory) -> None:
    test = start(issued, HEAD.number)
    test.text_input(key="report-filter").input("2026-9999").run()
    assert any("No report is like that." in one.value for one in test.info)
    test.text_input(key="report-filter").input("0001/1").run()
    assert list(test.dataframe[0].value["Report"]) == [REPORT]
    test.multiselect(key="report-states-en").set_value([ReportStatus.VOIDED]).run()
    assert any("No report is like that." in one.value for one in test.info)


def test_two_readers_see_who_signed_and_in_which_capacity(issued: Laboratory) -> None:
    shown = [one.value for one in start(issued, HEAD.number).text]
    assert any(one.startswith("author: ") for one in shown), "21 CFR 11.50"
    assert any(one.startswith("releaser: ") for one in shown)
