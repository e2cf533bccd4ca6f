"""Review and Reports in Debian's Chromium: a report returned with a point, mended, signed, issued, and given out."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lims.domain.review_point import ReviewPlace
from lims.domain.signature import SignatureMeaning
from lims.translation import Translator
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES
from tests.ui.conftest import Desk, Served
from tests.ui.test_signing_pages import confirmed

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_reports_page.py, test_signing_pages.py
SitDown = Callable[[str], Desk]
LANGUAGES = (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en"))


def drafted(served: Served, examination: str) -> str:
    """Conclude an examination and sign its report as the author."""
    laboratory, expert = served.laboratory, served.laboratory.staffing.get("expert-a")
    concluded = laboratory.examining.conclude(examination, actor=expert)
    proof = confirmed(laboratory, "expert-a", SignatureMeaning.AUTHOR, concluded)
    return laboratory.reporting.draft(
        examination, reviewer="expert-b", language="en", actor=expert, confirmation=proof
    ).number


def examined(served: Served, exhibit: str) -> str:
    """Decide every component of a new examination."""
    laboratory, expert = served.laboratory, served.laboratory.staffing.get("expert-a")
    run = laboratory.importing.runs(exhibit)[0]
    number = laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number
    for component in laboratory.examining.get(number).components:
        laboratory.examining.identify(number, component.number, rank=1, actor=expert)
    return number


def issued(served: Served, number: str) -> None:
    """Bring a drafted report through both reviews and its issue."""
    laboratory = served.laboratory
    reviewer, head = laboratory.staffing.get("expert-b"), laboratory.staffing.get("head")

    def proof(person: str, meaning: SignatureMeaning):
        return confirmed(laboratory, person, meaning, laboratory.reporting.get(number))

    laboratory.reviewing.approve(
        number,
        actor=reviewer,
        checklist=TECHNICAL_YES,
        confirmation=proof("expert-b", SignatureMeaning.TECHNICAL_REVIEWER),
    )
    laboratory.administering.approve(
        number,
        actor=head,
        checklist=ADMINISTRATIVE_YES,
        confirmation=proof("head", SignatureMeaning.ADMINISTRATIVE_REVIEWER),
    )
    laboratory.releasing.release(number, actor=head, confirmation=proof("head", SignatureMeaning.RELEASER))


def in_each_language(desk: Desk, title: str, picture: str) -> None:
    for language, name in LANGUAGES:
        desk.page.get_by_text(language, exact=True).click()
        desk.settle()
        desk.page.get_by_role("heading", name=Translator(name)(title), exact=True).wait_for()
        desk.picture(f"{picture}-{name}")


def test_a_report_is_returned_mended_issued_and_given_out(
    sit_down: SitDown, served: Served, exhibit: str, tmp_path: Path
) -> None:
    laboratory = served.laboratory
    examination = examined(served, exhibit)
    first = drafted(served, examination)
    reviewer = sit_down("expert-b")
    page = reviewer.page
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("heading", name="Review", exact=True).wait_for()
    page.get_by_label("Point at component 1").fill("m/z 91 is missing")
    page.get_by_role("button", name="Note the point", exact=True).click()
    reviewer.settle()
    reviewer.picture("80-review-point")
    back = page.get_by_role("button", name="Send back to the examiner")
    back.click()
    back.wait_for(state="detached")
    reviewer.settle()
    (said,) = laboratory.reporting.get(first).reviews
    assert [(one.place, one.component) for one in said.placed] == [(ReviewPlace.COMPONENT, 1)]
    expert = laboratory.staffing.get("expert-a")
    laboratory.examining.leave_unidentified(examination, 1, actor=expert, reason="too weak")
    second = drafted(served, examination)
    page.get_by_role("link", name="My work", exact=True).click()
    reviewer.settle()
    page.get_by_role("link", name="Review", exact=True).click()
    reviewer.settle()
    page.get_by_text("Changed since the last review").first.wait_for()
    in_each_language(reviewer, "Review", "81-review")
    issued(served, second)
    head = sit_down("head")
    page = head.page
    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_role("heading", name="Reports", exact=True).wait_for()
    head.settle()
    in_each_language(head, "Reports", "82-reports")
    page.get_by_text("Disclosure packet (0)").click()
    page.get_by_role("button", name="Make the packet").click()
    page.get_by_role("link", name="Fetch the ZIP").wait_for()
    head.settle()
    head.picture("83-reports-packet")
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch the ZIP").click()
    download.value.save_as(tmp_path / "packet.zip")
    assert zipfile.is_zipfile(tmp_path / "packet.zip")
    shown = {
        "Recipients to be told": "Nobody has to be told anything",
        "Edited since": "Look through all issued reports",
    }
    for place, (section, words) in enumerate(shown.items()):
        page.get_by_role("radio", name=section, exact=True).click()
        page.get_by_text(words).wait_for()
        head.settle()
        head.picture(f"84-reports-section-{place}")
    assert (reviewer.faults, head.faults) == ([], [])
