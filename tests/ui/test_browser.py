"""The way of an exhibit through the pages, played by two people in Debian's Chromium."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from lims.cli.verify import signed_reports
from lims.reporting.verification import Verdict, verify_report
from tests.ui.conftest import PASSWORD, Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]


def test_two_experts_bring_an_exhibit_to_an_issued_report(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    _conclude(expert, reviewer="Ёж Щербаков (test)")
    reviewer = sit_down("expert-b")
    _approve(reviewer)
    link = reviewer.page.get_by_role("link", name="Open PDF").first.get_attribute("href")
    assert link == f"/reports/{exhibit.split('/', maxsplit=1)[0]}-P1.pdf"
    answer = reviewer.context.request.get(f"{served.url}{link}")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    laboratory = served.laboratory
    with ThreadPoolExecutor() as pool:  # the browser's driver runs an event loop in this thread
        verification = pool.submit(
            verify_report, answer.body(), recorded=signed_reports(laboratory), trust_roots=laboratory.desk.trust_roots
        ).result()
    assert verification.verdict is Verdict.VALID, verification.reasons
    assert laboratory.auditing.verify().intact
    assert expert.faults == []
    assert reviewer.faults == []


def test_a_reviewer_sends_back_and_the_examiner_reads_why(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    _conclude(expert, reviewer="Ёж Щербаков (test)")
    reviewer = sit_down("expert-b")
    _go_to(reviewer, "Review and issue")
    reviewer.page.get_by_role("textbox", name="Comment").fill("Component 2: look at m/z 189 again.")
    reviewer.page.get_by_role("textbox", name="Your password").fill(PASSWORD)
    reviewer.page.get_by_role("button", name="Send back to the examiner").click()
    expect(reviewer.page.get_by_text("No report waits for review.")).to_be_visible()
    _go_to(expert, "Exhibits")
    expert.page.get_by_role("button", name="Open examination").click()
    expect(expert.page.get_by_text("Component 2: look at m/z 189 again.")).to_be_visible()
    case = exhibit.split("/", maxsplit=1)[0]
    assert served.laboratory.reporting.get(f"{case}-P1").state == "voided"


def test_a_wrong_password_signs_nothing(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    expert.page.get_by_role("textbox", name="Your password").fill("not the password")
    expert.page.get_by_role("button", name="Conclude and sign").click()
    expect(expert.page.get_by_text("Nothing was signed")).to_be_visible()
    case = exhibit.split("/", maxsplit=1)[0]
    assert [r for r in served.laboratory.reporting.all() if r.number.startswith(case)] == []


def test_texts_of_people_stay_text(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _choose_first_exhibit(expert)
    expect(expert.page.get_by_text("Test body <b>bold</b> ![x](http://example.org/x.png)")).to_be_visible()
    shown = served.laboratory.accessioning.exhibit(exhibit).description
    expect(expert.page.locator("[data-testid=stText]").get_by_text(shown, exact=True)).to_be_visible()
    assert expert.faults == []


def test_a_reload_keeps_the_session_and_signing_out_ends_it(sit_down: SitDown) -> None:
    expert = sit_down("expert-a")
    expert.page.reload()
    expert.settle()
    expect(expert.page.get_by_role("link", name="Sign out")).to_be_visible()
    expert.page.goto(expert.page.get_by_role("link", name="Sign out").evaluate("link => link.href"))
    expect(expert.page.get_by_role("button", name="Sign in")).to_be_visible()
    expert.page.goto(expert.page.url.replace("/auth/sign-in", "/"))
    expert.settle()
    expect(expert.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_technician_gets_no_page_of_an_expert(sit_down: SitDown, served: Served) -> None:
    technician = sit_down("technician")
    expect(technician.page.get_by_text("Exhibits").first).to_be_visible()
    expect(technician.page.get_by_text("Review and issue")).to_have_count(0)
    technician.page.goto(f"{served.url}/review")
    technician.settle()
    expect(technician.page.get_by_text("Approve, sign and issue")).to_have_count(0)


def test_reports_and_sign_in_refuse_strangers(served: Served) -> None:
    opener = urllib.request.build_opener(_NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(f"{served.url}/reports/2026-0001-P1.pdf", timeout=20)
    with answer.value as redirected:
        assert redirected.code == 303
        assert redirected.headers["location"] == "/auth/sign-in"
    form = b"csrf=forged&name=expert-a&password=whatever-it-is"
    with pytest.raises(urllib.error.HTTPError) as forged:
        opener.open(f"{served.url}/auth/sign-in", data=form, timeout=20)
    with forged.value as refused:
        assert refused.code == 403


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _choose_first_exhibit(desk: Desk) -> None:
    table = desk.page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + 15, box["y"] + 52)  # the box before the first row; the table is a picture
    desk.page.get_by_text("Appointing body: ").wait_for()
    desk.settle()


def _open_examination(desk: Desk) -> None:
    desk.picture("1-exhibits")
    _choose_first_exhibit(desk)
    desk.picture("2-exhibit")
    desk.page.get_by_role("button", name="Examine").click()
    desk.page.get_by_text("3 components, 3 undecided").wait_for()
    desk.page.locator(".js-plotly-plot").nth(1).wait_for()
    desk.settle()
    desk.picture("3-examination")


def _identify_everything(desk: Desk, *, components: int) -> None:
    for number in range(1, components + 1):
        desk.page.get_by_role("button", name="Identify as the chosen candidate").click()
        desk.page.get_by_text(f"3 components, {components - number} undecided").wait_for()
        desk.settle()
        if number < components:
            desk.page.get_by_role("button", name="Next").click()
            component = desk.page.get_by_role("combobox", name="Component")
            expect(component).to_have_value(re.compile(rf"^{number + 1}: "))
            desk.settle()
    desk.page.get_by_role("textbox", name="Your password").wait_for()
    desk.picture("4-decided")


def _conclude(desk: Desk, *, reviewer: str) -> None:
    expect(desk.page.get_by_role("combobox", name="Reviewer")).to_have_value(f"{reviewer} (expert-b)")
    desk.page.get_by_role("textbox", name="Your password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Conclude and sign").click()
    desk.page.get_by_text("waits for the reviewer's signature").wait_for(timeout=60_000)
    desk.settle()
    desk.picture("5-concluded")


def _go_to(desk: Desk, page: str) -> None:
    desk.page.get_by_role("link", name=page).click()
    desk.page.get_by_role("heading", name=page).wait_for()
    desk.settle()


def _approve(desk: Desk) -> None:
    _go_to(desk, "Review and issue")
    desk.page.locator(".js-plotly-plot").nth(3).wait_for()
    desk.picture("6-review")
    desk.page.get_by_role("textbox", name="Your password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Approve, sign and issue").click()
    desk.page.get_by_text("Issued reports").wait_for(timeout=60_000)
    desk.settle()
    desk.picture("7-issued")
