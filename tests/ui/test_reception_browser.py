"""Reception in Debian's Chromium: an order, a paste from a spreadsheet with the keyboard, the receipt as a document."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_three_days_browser.py
LINES = "parcel\t\t\tS-1\tintact\t\t\tdry\tbag\tB-1\ntablets\ttrue\ttablet\t\t\t10\tblue, a star"
FIRST_CELL = {"x": 60, "y": 52}


def test_an_order_is_written_down_registered_and_receipted(sit_down: Callable[[str], Desk], served: Served) -> None:
    desk = sit_down("technician")
    page = desk.page
    page.get_by_role("link", name="Reception").click()
    page.get_by_role("heading", name="Reception", exact=True).wait_for()
    desk.settle()
    desk.picture("40-reception-order")
    page.get_by_role("textbox", name="Appointing body").fill("Court of *Almaty* <b>")
    page.get_by_role("button", name="On to the seizures").click()
    page.get_by_role("button", name="On to the exhibits").wait_for()
    desk.settle()
    desk.picture("41-reception-seizures")
    page.get_by_role("button", name="On to the exhibits").click()
    page.get_by_text("Paste lines of a spreadsheet").wait_for()
    desk.settle()
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", LINES)
    page.locator(".stDataFrameGlideDataEditor").first.click(position=FIRST_CELL)
    page.keyboard.press("Control+V")
    desk.settle()
    page.wait_for_timeout(1500)  # the table tells the server of an edit after a pause
    desk.settle()
    desk.picture("42-reception-exhibits")
    page.get_by_role("button", name="Register all of it").click()
    page.get_by_text("is registered.").wait_for()
    desk.settle()
    desk.picture("43-reception-received")
    case = served.laboratory.accessioning.cases(limit=1)[0].number
    exhibits = served.laboratory.accessioning.exhibits_of(case)
    assert [one.number for one in exhibits] == [f"{case}/1", f"{case}/1.1"]
    assert (exhibits[0].seal_intact, exhibits[1].unit_count, exhibits[1].marks) == (True, 10, "blue, a star")
    link = page.get_by_role("link", name="Receipt for the bringer, PDF")
    answer = desk.context.request.get(f"{served.url}{link.get_attribute('href')}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    for language, title in (("Русский", "Приём"), ("Қазақша", "Қабылдау")):
        page.get_by_text(language, exact=True).click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        desk.settle()
        desk.picture(f"44-reception-{language}")
    assert desk.faults == []
