"""The examination in Debian's Chromium: keys and dialogs; pictures for people to look at."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from lims.domain.examination import Decision
from tests.ui.conftest import Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]


@pytest.fixture
def examination(served: Served, exhibit: str) -> str:
    laboratory = served.laboratory
    run = laboratory.importing.runs(exhibit)[0]
    expert = laboratory.staffing.get("expert-a")
    return laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number


def _open(desk: Desk, number: str) -> None:
    desk.page.get_by_role("link", name="Examination", exact=True).click()
    table = desk.page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + 15, box["y"] + 52)  # the box before the first row; the table is a picture
    desk.page.get_by_text(f"› {number}").wait_for()
    desk.page.locator(".js-plotly-plot").nth(1).wait_for()
    desk.settle()


def _component(desk: Desk, number: int) -> None:
    expect(desk.page.get_by_role("combobox", name="Component")).to_have_value(re.compile(rf"^{number}: "))
    desk.settle()


def test_the_keys_walk_and_decide_and_nothing_fires_while_one_types(
    sit_down: SitDown, served: Served, examination: str
) -> None:
    expert, examining = sit_down("expert-a"), served.laboratory.examining
    page = expert.page
    candidates = page.get_by_role("radiogroup", name="Candidates of release").get_by_role("radio")
    _open(expert, examination)
    expert.picture("60-examination")
    page.keyboard.press("ArrowDown")
    _component(expert, 2)
    page.keyboard.press("ArrowUp")
    _component(expert, 1)
    page.keyboard.press("ArrowRight")
    expect(candidates.nth(1)).to_be_checked()
    expert.settle()
    page.keyboard.press("ArrowLeft")
    expect(candidates.nth(0)).to_be_checked()
    expert.settle()
    page.keyboard.press("i")
    page.get_by_text("3 components, 2 undecided").wait_for()
    expert.settle()
    ions = page.get_by_role("textbox", name="Ions to be shown")
    ions.fill("58, 91")
    ions.press("u")
    ions.press("i")
    ions.press("ArrowDown")
    _component(expert, 1)
    assert examining.get(examination).components[1].decision is Decision.UNDECIDED
    ions.fill("58, 91")
    ions.press("Enter")
    expert.settle()
    expert.picture("61-chosen-ions")
    ions.fill("")
    ions.press("Enter")
    ions.blur()
    expert.settle()
    page.keyboard.press("ArrowDown")
    _component(expert, 2)
    page.keyboard.press("u")
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").fill("no second technique yet")
    expert.picture("62-unknown")
    page.get_by_role("dialog").get_by_role("button", name="Record").click()
    page.get_by_text("3 components, 1 undecided").wait_for()
    expert.settle()
    assert examining.get(examination).components[1].reason == "no second technique yet"
    assert expert.faults == []
