"""My work in Debian's Chromium: what is late stands first, and the chosen line leads to its page."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from lims.domain.work_queue import Standing
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_my_work_page.py
SitDown = Callable[[str], Desk]


def add_case(laboratory: Laboratory, *, due_in: int | None, suspended: bool = False) -> str:
    """Register a case with an exhibit, whose term was extended to a day; give the exhibit's number."""
    technician, expert, head = (laboratory.staffing.get(number) for number in ("technician", "expert-a", "head"))
    case = laboratory.accessioning.register_case(
        CaseFacts(appointing_body="Court <b>bold</b>", demonstration=True), actor=technician
    )
    exhibit = laboratory.accessioning.register_exhibit(
        case.number, ExhibitFacts(description="powder *star* <i>i</i>"), actor=technician
    )
    today = laboratory.clock.now().astimezone(ZoneInfo("Asia/Almaty")).date()
    if due_in is not None:
        long_ago = today - timedelta(days=30)
        laboratory.terms.start(case.number, on=long_ago, actor=expert)
        until = today + timedelta(days=due_in)
        laboratory.terms.extend(
            case.number, on=long_ago, until=until, reason="many objects", decided_by="Head", actor=head
        )
    if suspended:
        laboratory.terms.suspend(case.number, on=today, reason="more objects are asked for", actor=expert)
    return exhibit.number


def test_late_stands_first_and_leads_to_its_page(sit_down: SitDown, served: Served) -> None:
    laboratory = served.laboratory
    before = _counts(laboratory)  # the laboratory is that of other browser tests too
    add_case(laboratory, due_in=20)
    add_case(laboratory, due_in=None)
    add_case(laboratory, due_in=5, suspended=True)
    add_case(laboratory, due_in=1)
    late = add_case(laboratory, due_in=-3)
    technician = sit_down("technician")
    technician.page.get_by_role("link", name="My work").click()
    technician.page.get_by_role("heading", name="My work").wait_for()
    technician.settle()
    counts = _counts(laboratory)
    assert {standing: counts[standing] - before[standing] for standing in Standing} == dict.fromkeys(Standing, 1)
    shown = technician.page.locator("[data-testid=stText]").get_by_text(f"■ late: {counts[Standing.LATE]}")
    expect(shown).to_contain_text(
        f"◆ due soon: {counts[Standing.DUE_SOON]}   ○ in time: {counts[Standing.IN_TIME]}"
        f"   ? no known deadline: {counts[Standing.UNKNOWN]}   ‖ term suspended: {counts[Standing.STOPPED]}"
    )
    technician.picture("12-my-work")
    table = technician.page.locator("[data-testid=stDataFrame] canvas").first
    box = table.bounding_box()
    assert box is not None
    technician.page.mouse.click(box["x"] + 15, box["y"] + 52)  # the box before the first row; the table is a picture
    expect(technician.page.get_by_text(f"Take up the exhibit: nobody has begun with it: {late}")).to_be_visible()
    technician.settle()
    technician.picture("13-my-work-chosen")
    technician.page.get_by_role("button", name="Go to the page").click()
    technician.page.get_by_role("heading", name="Exhibits").wait_for()
    expect(technician.page.get_by_role("heading", name=late)).to_be_visible()
    assert technician.faults == []
    assert laboratory.queueing.late(reader=None).counts == {Standing.LATE: 2}, "the request waits for its review too"


def _counts(laboratory: Laboratory) -> Counter[Standing]:
    return Counter(laboratory.queueing.mine(laboratory.staffing.get("technician")).counts)


def test_the_page_speaks_kazakh(sit_down: SitDown, served: Served) -> None:
    add_case(served.laboratory, due_in=-1)
    head = sit_down("head")
    head.page.get_by_role("link", name="My work").click()
    head.page.get_by_role("heading", name="My work").wait_for()
    head.page.get_by_role("button", name="Қазақша").or_(head.page.get_by_role("radio", name="Қазақша")).first.click()
    expect(head.page.get_by_role("heading", name="Менің жұмысым")).to_be_visible()
    head.settle()
    head.picture("14-my-work-kazakh")
    assert head.faults == []
