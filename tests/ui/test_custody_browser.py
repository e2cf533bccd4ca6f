"""The scan loop in Debian's Chromium: eleven labels by keyboard alone, then a hand-over between two people."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from lims.domain.exhibit_code import label_payload
from lims.services.accessioning import CaseFacts, ExhibitFacts
from tests.ui.conftest import PASSWORD, Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]
SCANS = 11


@pytest.fixture
def exhibits(served: Served) -> list[str]:
    """Give eleven exhibits in the hands of the technician."""
    laboratory = served.laboratory
    technician = laboratory.staffing.get("technician")
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    facts = [ExhibitFacts(description=f"bag {number} *star* <b>") for number in range(1, SCANS + 1)]
    return [laboratory.accessioning.register_exhibit(case.number, one, actor=technician).number for one in facts]


def test_eleven_labels_are_scanned_by_keyboard_alone_and_handed_over(
    sit_down: SitDown, served: Served, exhibits: list[str]
) -> None:
    giver = sit_down("technician")
    _open(giver)
    field = giver.page.get_by_role("textbox", name="Scan labels here, one after another")
    expect(field).to_be_focused()
    for number in exhibits:
        giver.page.keyboard.type(f"{label_payload(number)}\n", delay=1)  # a scanner without a pause
        expect(field).to_be_focused()
    expect(giver.page.get_by_role("heading", name="11 exhibits on the list")).to_be_visible(timeout=60_000)
    giver.settle()
    _languages(giver)
    _reload(giver)
    _offer(giver)
    assert {served.laboratory.custody.custody(number).holder.name for number in exhibits} == {"technician"}
    taker = sit_down("expert-a")
    _take(taker, served)
    assert {served.laboratory.custody.custody(number).holder.name for number in exhibits} == {"expert-a"}
    assert [desk.faults for desk in (giver, taker)] == [[], []]


def test_labels_are_for_those_who_may_read_them(sit_down: SitDown, served: Served, exhibits: list[str]) -> None:
    technician = sit_down("technician")
    address = f"{served.url}/labels/sheet.pdf?number={exhibits[0]}&number={exhibits[1]}&language=kk"
    answer = technician.context.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body().startswith(b"%PDF-")
    assert technician.context.request.get(address.replace("sheet", "other")).status == 404
    assert technician.context.request.get(f"{served.url}/labels/sheet.pdf?number=2031-0009/1").status == 404
    stranger = technician.context.browser.new_context()
    refused = stranger.request.get(address, max_redirects=0)
    assert refused.headers["location"] == "/auth/sign-in"
    stranger.close()


def _open(desk: Desk) -> None:
    desk.page.get_by_role("link", name="Custody").click()
    desk.page.get_by_role("heading", name="Custody", exact=True).wait_for()
    desk.settle()


def _reload(desk: Desk) -> None:
    """Load the page anew; Streamlit looks for itself under the page's own path first, and that is not there."""
    missing: list[str] = []
    desk.page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
    before = list(desk.faults)
    desk.page.reload()
    desk.settle()
    expect(desk.page.get_by_role("heading", name="11 exhibits on the list")).to_be_visible(timeout=60_000)
    assert all("/custody/_stcore/" in url for url in missing)
    assert len(desk.faults) - len(before) == len(missing)
    desk.faults[:] = before


def _languages(desk: Desk) -> None:
    """Keep a picture of the full list in each language."""
    for language, title in (("Русский", "Хранение"), ("Қазақша", "Сақтау"), ("English", "Custody")):
        desk.page.get_by_text(language, exact=True).click()
        desk.page.get_by_role("heading", name=title, exact=True).wait_for()
        desk.settle()
        desk.picture(f"30-custody-{language}")


def _offer(desk: Desk) -> None:
    desk.page.get_by_role("combobox", name="To whom").focus()
    desk.page.keyboard.type("expert-a")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_role("textbox", name="Purpose").fill("examination")
    desk.page.get_by_role("button", name="Hand over", exact=True).last.click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Your password").fill(PASSWORD)
    desk.picture("31-offering")
    dialog.get_by_role("button", name="Record").click()
    desk.page.get_by_text("The list is offered").wait_for(timeout=60_000)
    desk.settle()
    desk.picture("32-offered")


def _take(desk: Desk, served: Served) -> None:
    _open(desk)
    desk.page.get_by_text("offers you 11 exhibits").wait_for()
    desk.settle()  # a click while the page is drawn anew is lost
    desk.picture("33-offered-to-me")
    desk.page.get_by_role("button", name="Take", exact=True).click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Your password").fill(PASSWORD)
    dialog.get_by_role("textbox", name="Code from your device").fill(served.code("expert-a"))
    dialog.get_by_role("button", name="Record").click()
    desk.page.get_by_text("the exhibits are in your hands").wait_for(timeout=60_000)
    desk.settle()
    desk.picture("34-taken")
