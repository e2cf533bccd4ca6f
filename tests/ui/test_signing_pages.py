"""Signing on the pages, by Streamlit's own test driver: what is shown, what is signed, and what a wrong proof does."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.examination import Examination
from lims.domain.report import Report, ReportStatus
from lims.domain.review_checklist import ReviewKind
from lims.domain.review_point import ReviewPlace
from lims.domain.signature import SignatureMeaning, record_digest
from lims.services.laboratory import Laboratory
from lims.settings import SETTINGS_FILE
from lims.translation import Translator
from tests.builders.devices import code_of_now, enrol
from tests.builders.kept_homes import KeptHomes
from tests.builders.plain_homes import GATES_OFF
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES
from tests.ui.checklists import answer_all
from tests.ui.conftest import PASSWORD, add_exhibit, make_laboratory, open_again
from tests.ui.test_pages import button, start

SIGNERS = ("expert-a", "expert-b", "head")
CODE = "Code from your device, six digits"


def decide(home: Path) -> str:
    """Decide every component of an examination, and enrol a device for each who signs."""
    laboratory = make_laboratory(home)
    for signer in SIGNERS:
        enrol(laboratory.authentication, signer)
    exhibit = add_exhibit(laboratory, home.parent, seed=7)
    run = laboratory.importing.runs(exhibit)[0]
    expert = laboratory.staffing.get("expert-a")
    number = laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number
    for component in laboratory.examining.get(number).components:
        laboratory.examining.identify(number, component.number, rank=1, actor=expert)
    return number


@pytest.fixture
def decided(kept_homes: KeptHomes, tmp_path: Path) -> str:
    found: str = kept_homes.copy("decided", tmp_path / "home", decide)
    return found


@pytest.fixture
def laboratory(decided: str, tmp_path: Path) -> Laboratory:
    del decided  # it is there
    return open_again(tmp_path / "home")


@pytest.fixture
def examination(decided: str) -> str:
    return decided


def field(test: AppTest, label: str):
    return next(found for found in test.text_input if found.label == label)


def area(test: AppTest, label: str):
    return next(found for found in test.text_area if found.label == label)


def sign(test: AppTest, person: str, laboratory: Laboratory, *, password: str = PASSWORD) -> AppTest:
    """Fill the open dialog and send it."""
    field(test, "Your password").input(password)
    field(test, CODE).input(code_of_now(laboratory.settings.home, person))
    button(test, "Sign").click()
    return test.run()


def concluded(laboratory: Laboratory, examination: str) -> Examination:
    return laboratory.examining.conclude(examination, actor=laboratory.staffing.get("expert-a"))


def drafted(laboratory: Laboratory, examination: str) -> Report:
    record = concluded(laboratory, examination)
    return laboratory.reporting.draft(
        examination,
        reviewer="expert-b",
        language="en",
        actor=laboratory.staffing.get("expert-a"),
        confirmation=confirmed(laboratory, "expert-a", SignatureMeaning.AUTHOR, record),
    )


def reviewed(laboratory: Laboratory, examination: str) -> Report:
    record = drafted(laboratory, examination)
    return laboratory.reviewing.approve(
        record.number,
        actor=laboratory.staffing.get("expert-b"),
        checklist=TECHNICAL_YES,
        confirmation=confirmed(laboratory, "expert-b", SignatureMeaning.TECHNICAL_REVIEWER, record),
    )


def cleared(laboratory: Laboratory, examination: str) -> Report:
    record = reviewed(laboratory, examination)
    return laboratory.administering.approve(
        record.number,
        actor=laboratory.staffing.get("head"),
        checklist=ADMINISTRATIVE_YES,
        confirmation=confirmed(laboratory, "head", SignatureMeaning.ADMINISTRATIVE_REVIEWER, record),
    )


def confirmed(laboratory: Laboratory, person: str, meaning: SignatureMeaning, record: Any):
    return laboratory.authentication.confirm(
        person,
        password=PASSWORD,
        code=code_of_now(laboratory.settings.home, person),
        meaning=meaning,
        record=record,
    )


def test_the_author_concludes_and_then_signs_what_is_shown(laboratory: Laboratory, examination: str) -> None:
    author = start(laboratory, "examination", "expert-a", chosen_examination=examination)
    button(author, "Conclude the examination").click()
    author.run()
    record = laboratory.examining.get(examination)
    assert record.state == "concluded"
    button(author, "Sign as the author").click()
    author.run()
    shown = [text.value for text in author.text]
    assert f"SHA-256 of the record: {record_digest(record)}" in shown
    assert "Who signs: Әлия Өтеген (test), test post (expert-a)" in shown
    assert any("You sign as the author" in text.value for text in author.text)
    sign(author, "expert-a", laboratory)
    assert not author.exception
    (report,) = laboratory.reporting.of_examination(examination)
    assert report.status is ReportStatus.DRAFTED
    assert "Sign" not in [found.label for found in author.button], "the dialog is closed"


def test_the_reviewer_signs_the_document_that_is_named(laboratory: Laboratory, examination: str) -> None:
    report = drafted(laboratory, examination)
    reviewer = start(laboratory, "review", "expert-b")
    area(reviewer, "Comment").input("agreed")
    button(reviewer, "Approve and sign").click()
    reviewer.run()
    assert any("identity, runs, controls" in message.value for message in reviewer.error)
    assert "Sign" not in [found.label for found in reviewer.button], "no dialog as long as a question is open"
    answer_all(reviewer, ReviewKind.TECHNICAL, report.number)
    button(reviewer, "Approve and sign").click()
    reviewer.run()
    shown = [text.value for text in reviewer.text]
    assert f"SHA-256 of the record: {record_digest(report)}" in shown
    assert f"SHA-256 of the document: {report.draft_sha256}" in shown
    sign(reviewer, "expert-b", laboratory)
    assert not reviewer.exception
    assert laboratory.reporting.get(report.number).status is ReportStatus.REVIEWED
    assert laboratory.examining.get(examination).reviews[-1].comment == "agreed"


def test_rp_1_9_the_administrative_reviewer_answers_and_signs(laboratory: Laboratory, examination: str) -> None:
    report = reviewed(laboratory, examination)
    head = start(laboratory, "issue", "head")
    answer_all(head, ReviewKind.ADMINISTRATIVE, report.number)
    button(head, "Sign the administrative review").click()
    head.run()
    assert any("You sign as the administrative reviewer" in text.value for text in head.text)
    assert f"SHA-256 of the document: {report.pdf_sha256}" in [text.value for text in head.text]
    sign(head, "head", laboratory)
    assert not head.exception
    made = laboratory.reporting.get(report.number)
    assert made.status is ReportStatus.ADMINISTRATIVELY_REVIEWED
    assert made.review_of(ReviewKind.ADMINISTRATIVE).checklist == ADMINISTRATIVE_YES
    shown = [text.value for text in head.text]
    assert any(text.startswith("administrative reviewer · Бас Сарапшы (test) · ") for text in shown), "21 CFR 11.50"


def test_g_6_a_disagreement_is_recorded_and_resolved_on_the_pages(laboratory: Laboratory, examination: str) -> None:
    report = drafted(laboratory, examination)
    reviewer = start(laboratory, "review", "expert-b")
    area(reviewer, "What you hold against it").input("no ketamine there")
    button(reviewer, "Record the disagreement").click()
    reviewer.run()
    assert not reviewer.exception
    disputed = laboratory.reporting.get(report.number)
    assert disputed.open_disagreement.words == "no ketamine there"
    author = start(laboratory, "review", "expert-a")
    assert "no ketamine there" in [text.value for text in author.text]
    area(author, "How the disagreement ended").input("measured again")
    button(author, "The report stands").click()
    author.run()
    assert laboratory.reporting.get(report.number).disagreements[0].resolution.stands


def test_rp_3_the_head_orders_an_amendment_and_a_delivery_is_recorded(laboratory: Laboratory, examination: str) -> None:
    report = cleared(laboratory, examination)
    head = laboratory.staffing.get("head")
    proof = confirmed(laboratory, "head", SignatureMeaning.RELEASER, report)
    laboratory.releasing.release(report.number, actor=head, confirmation=proof)
    page = start(laboratory, "reports", "head")
    assert list(page.dataframe[0].value["State"]) == ["■ issued"]
    links = {one.proto.label: one.proto.url for one in page.get("link_button")}
    assert links["Receipt"] == f"/reports/{report.number}.receipt.json"
    field(page, "Recipient").input("Court <b>bold</b>")
    page.date_input[0].set_value(laboratory.staffing.today())
    page.text_input(key="deliver-manner").input("by hand")
    button(page, "Record the delivery").click()
    page.run()
    assert any("Received by Court <b>bold</b>" in text.value for text in page.text)
    area(page, "What is to be changed").input("a name")
    area(page, "Why").input("misspelt")
    button(page, "Order the amendment").click()
    page.run()
    assert not page.exception
    ordered = laboratory.reporting.get(report.number)
    assert (ordered.order.what, ordered.order.why, ordered.status) == ("a name", "misspelt", ReportStatus.ISSUED)
    assert laboratory.examining.get(examination).state == "open"


def test_the_head_issues_and_takes_back(laboratory: Laboratory, examination: str) -> None:
    report = cleared(laboratory, examination)
    head = start(laboratory, "issue", "head")
    button(head, "Sign and issue").click()
    head.run()
    assert f"SHA-256 of the document: {report.pdf_sha256}" in [text.value for text in head.text]
    sign(head, "head", laboratory)
    assert not head.exception
    assert laboratory.reporting.get(report.number).status is ReportStatus.ISSUED
    assert any("No report waits for its issue." in message.value for message in head.info)
    head = start(laboratory, "reports", "head")
    area(head, "Reason").input("the seal was broken")
    button(head, "Sign and withdraw").click()
    head.run()
    assert any("Reason: the seal was broken" in text.value for text in head.text)
    sign(head, "head", laboratory)
    taken = laboratory.reporting.get(report.number)
    assert (taken.status, taken.withdrawal_reason) == (ReportStatus.WITHDRAWN, "the seal was broken")
    assert any("the seal was broken" in text.value for text in head.text)
    assert all(found.label != "Sign and withdraw" for found in head.button)


def test_the_head_returns_a_report_with_words(laboratory: Laboratory, examination: str) -> None:
    report = cleared(laboratory, examination)
    head = start(laboratory, "issue", "head")
    button(head, "Do not issue; return to the examiner").click()
    head.run()
    assert any("comment" in message.value for message in head.error)
    area(head, "Comment").input("the annex is missing")
    button(head, "Do not issue; return to the examiner").click()
    head.run()
    assert laboratory.reporting.get(report.number).status is ReportStatus.VOIDED
    assert laboratory.examining.get(examination).state == "open"


def test_the_reviewer_sends_back_and_the_examiner_reads_why(laboratory: Laboratory, examination: str) -> None:
    report = drafted(laboratory, examination)
    reviewer = start(laboratory, "review", "expert-b")
    assert "Send back to the examiner" not in [found.label for found in reviewer.button], "a point comes first"
    chosen = next(box for box in reviewer.selectbox if box.label == "Component")
    chosen.set_value(chosen.options[1] if isinstance(chosen.value, str) else 2).run()
    field(reviewer, "Point at component 2").input("look at m/z 189 again")
    button(reviewer, "Note the point").click()
    reviewer.run()
    assert button(reviewer, "Approve and sign").disabled
    button(reviewer, "Send back to the examiner").click()
    reviewer.run()
    assert not reviewer.exception
    assert any("No report waits for review." in message.value for message in reviewer.info)
    voided = laboratory.reporting.get(report.number)
    assert voided.status is ReportStatus.VOIDED
    assert [(one.place, one.component) for one in voided.reviews[0].placed] == [(ReviewPlace.COMPONENT, 2)]
    author = start(laboratory, "examination", "expert-a", chosen_examination=examination)
    assert "look at m/z 189 again" in " ".join(text.value for text in (*author.text, *author.warning))


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_a_wrong_proof_signs_nothing_and_says_so(laboratory: Laboratory, examination: str, wrong: str) -> None:
    report = drafted(laboratory, examination)
    reviewer = start(laboratory, "review", "expert-b")
    answer_all(reviewer, ReviewKind.TECHNICAL, report.number)
    button(reviewer, "Approve and sign").click()
    reviewer.run()
    if wrong == "password":
        sign(reviewer, "expert-b", laboratory, password="not the password")  # noqa: S106 - a wrong one
    else:
        sign(reviewer, "expert-a", laboratory)
    assert any("Nothing was recorded" in message.value for message in reviewer.error)
    assert laboratory.reporting.get(report.number).status is ReportStatus.DRAFTED
    assert "Sign" in [found.label for found in reviewer.button], "the dialog stays open"


def test_what_changed_after_it_was_shown_is_not_signed(laboratory: Laboratory, examination: str) -> None:
    report = drafted(laboratory, examination)
    reviewer = start(laboratory, "review", "expert-b")
    answer_all(reviewer, ReviewKind.TECHNICAL, report.number)
    button(reviewer, "Approve and sign").click()
    reviewer.run()
    person = laboratory.staffing.get("expert-b")
    laboratory.reviewing.send_back(report.number, actor=person, comment="in another window")
    sign(reviewer, "expert-b", laboratory)
    assert any("voided" in message.value for message in reviewer.error)
    assert laboratory.reporting.get(report.number).status is ReportStatus.VOIDED


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_dialog_speaks_the_language_of_the_page(laboratory: Laboratory, examination: str, language: str) -> None:
    report = drafted(laboratory, examination)
    t = Translator(language)
    page = start(laboratory, "review", "expert-b", language=language)
    answer_all(page, ReviewKind.TECHNICAL, report.number)
    button(page, t("Approve and sign")).click()
    page.run()
    assert not page.exception
    assert t("Sign") in [found.label for found in page.button]
    assert t("PIN of your token") not in [found.label for found in page.text_input]


def test_the_examiner_is_not_offered_the_own_review(laboratory: Laboratory, examination: str) -> None:
    drafted(laboratory, examination)
    own = start(laboratory, "review", "expert-a")
    assert "Approve and sign" not in [found.label for found in own.button]


def test_who_worked_on_it_is_told_why_it_cannot_be_issued(laboratory: Laboratory, examination: str) -> None:
    reviewed(laboratory, examination)
    page = start(laboratory, "issue", "expert-b")
    assert any("worked on" in message.value for message in page.error)
    assert button(page, "Sign the administrative review").disabled
    assert "Sign and issue" not in [found.label for found in page.button]


def test_17025_7_8_2_1_the_page_says_what_the_report_lacks_and_takes_the_reason(
    laboratory: Laboratory, examination: str
) -> None:
    (laboratory.settings.home / SETTINGS_FILE).write_text(GATES_OFF, "utf-8")  # no address is known
    laboratory = open_again(laboratory.settings.home)
    concluded(laboratory, examination)
    author = start(laboratory, "examination", "expert-a", chosen_examination=examination)
    assert ["the address" in message.value for message in author.error] == [True, False]
    assert "Sign as the author" not in [found.label for found in author.button]
    for reason in ("", "it moves today", "it moves today"):
        field(author, "Reason").input(reason)
        button(author, "State the reason").click()
        author.run()
    assert [(one.item.value, one.reason) for one in laboratory.examining.get(examination).omissions] == [
        ("b", "it moves today"),
        ("c", "it moves today"),
    ]
    assert "Sign as the author" in [found.label for found in author.button]
    assert any("found, and not identified" in message.value for message in author.info)
