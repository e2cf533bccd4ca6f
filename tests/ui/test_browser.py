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
from tests.ui.checklists import click_all
from tests.ui.conftest import PASSWORD, Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]


# by day: test_three_days_browser.py; here with dialogs that are left, of which a dismissal is lost now and then
@pytest.mark.nightly
def test_three_people_bring_an_exhibit_to_an_issued_report(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    _conclude(expert, reviewer="Ёж Щербаков (test)")
    _sign(expert, served.code("expert-a"), picture="5-signing")
    expert.page.get_by_text("waits for the reviewer's signature").wait_for(timeout=60_000)
    expert.settle()
    expert.picture("6-signed")
    reviewer = sit_down("expert-b")
    _approve(reviewer)
    _sign(reviewer, served.code("expert-b"), picture="8-approving")
    reviewer.page.get_by_text("No report waits for review.").wait_for(timeout=60_000)
    assert _verdict(reviewer, served) is Verdict.NOT_ISSUED
    head = sit_down("head")
    _clear(head)
    _sign(head, served.code("head"), picture="9-administrative-review")
    head.page.get_by_text("No report waits for its administrative review.").wait_for(timeout=60_000)
    head.settle()
    _look_and_leave(head)
    _issue_by_keyboard(head, served.code("head"))
    assert _verdict(head, served) is Verdict.VALID
    assert served.laboratory.auditing.verify().intact
    assert exhibit.split("/", maxsplit=1)[0] in str(_document_link(head))
    assert [desk.faults for desk in (expert, reviewer, head)] == [[], [], []]


@pytest.mark.nightly  # by day: test_signing_pages.py
def test_a_reviewer_sends_back_and_the_examiner_reads_why(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    _conclude(expert, reviewer="Ёж Щербаков (test)")
    _sign(expert, served.code("expert-a"))
    expert.page.get_by_text("waits for the reviewer's signature").wait_for(timeout=60_000)
    reviewer = sit_down("expert-b")
    _go_to(reviewer, "Review")
    reviewer.page.get_by_role("textbox", name="Point at component 1", exact=True).fill("look at m/z 189 again")
    reviewer.page.get_by_role("button", name="Note the point", exact=True).click()
    reviewer.page.get_by_role("button", name="Send back to the examiner").click()
    expect(reviewer.page.get_by_text("No report waits for review.")).to_be_visible()
    _go_to(expert, "Exhibits")
    expert.page.get_by_role("button", name="Open examination").click()
    expect(expert.page.get_by_text("Component 1: look at m/z 189 again").first).to_be_visible()
    case = exhibit.split("/", maxsplit=1)[0]
    assert served.laboratory.reporting.get(f"{case}-P1").state == "voided"


@pytest.mark.nightly  # by day: test_signing_pages.py
def test_a_wrong_password_signs_nothing(sit_down: SitDown, served: Served, exhibit: str) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _identify_everything(expert, components=3)
    _conclude(expert, reviewer="Ёж Щербаков (test)")
    _sign(expert, served.code("expert-a"), password="not the password")  # noqa: S106 - a wrong one
    expect(expert.page.get_by_role("dialog").get_by_text("Nothing was recorded")).to_be_visible()
    expert.picture("9-refused")
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
    expert.page.get_by_role("button", name="Sign out").click()
    expect(expert.page.get_by_role("button", name="Sign in")).to_be_visible()
    expert.page.goto(expert.page.url.replace("/auth/sign-in", "/"))
    expert.settle()
    expect(expert.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_technician_gets_no_page_of_an_expert(sit_down: SitDown, served: Served) -> None:
    technician = sit_down("technician")
    expect(technician.page.get_by_text("Exhibits").first).to_be_visible()
    for page in ("Review", "Issue of reports"):
        expect(technician.page.get_by_role("link", name=page)).to_have_count(0)
    technician.page.goto(f"{served.url}/review")
    technician.settle()
    expect(technician.page.get_by_text("Approve and sign")).to_have_count(0)


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
        desk.page.get_by_role("button", name=re.compile("^Identify as")).click()
        desk.page.get_by_text(f"3 components, {components - number} undecided").wait_for()
        desk.settle()
        if number < components:
            desk.page.get_by_role("button", name="Next").click()
            component = desk.page.get_by_role("combobox", name="Component")
            expect(component).to_have_value(re.compile(rf"^{number + 1}: "))
            desk.settle()
    desk.page.get_by_role("button", name="Conclude the examination").wait_for()
    desk.picture("4-decided")


def _conclude(desk: Desk, *, reviewer: str) -> None:
    """Conclude, and open the dialog that signs the report."""
    desk.page.get_by_role("button", name="Conclude the examination").click()
    expect(desk.page.get_by_role("combobox", name="Reviewer")).to_have_value(f"{reviewer} (expert-b)")
    desk.settle()
    desk.page.get_by_role("button", name="Sign as the author").click()


def _sign(desk: Desk, code: str, *, password: str = PASSWORD, picture: str = "") -> None:
    """Fill the dialog and send it."""
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Your password").fill(password)
    dialog.get_by_role("textbox", name="Code from your device").fill(code)
    if picture:
        desk.picture(picture)
    dialog.get_by_role("button", name="Sign", exact=True).click()


def _go_to(desk: Desk, page: str) -> None:
    desk.page.get_by_role("link", name=page, exact=True).click()
    desk.page.get_by_role("heading", name=page, exact=True).first.wait_for()
    desk.settle()


def _approve(desk: Desk) -> None:
    _go_to(desk, "Review")
    desk.page.locator(".js-plotly-plot").nth(1).wait_for()
    click_all(desk.page, "yes", questions=10)
    desk.picture("7-review")
    desk.page.get_by_role("button", name="Approve and sign").click()


def _clear(desk: Desk) -> None:
    """Answer the checklist of the administrative review, and open the dialog that signs it."""
    _go_to(desk, "Issue of reports")
    desk.page.get_by_role("link", name="Open PDF").last.wait_for()
    desk.settle()
    click_all(desk.page, "yes", questions=6)
    desk.settle()
    desk.picture("8-administrative-checklist")
    desk.page.get_by_role("button", name="Sign the administrative review").click()


def _look_and_leave(desk: Desk) -> None:
    """Open the dialog in the other languages, and leave it without signing."""
    _go_to(desk, "Issue of reports")
    for language, words in (("Русский", "Подписать и выдать"), ("Қазақша", "Қол қойып беру")):
        desk.page.get_by_text(language, exact=True).click()
        desk.page.get_by_role("button", name=words).click()
        dialog = desk.page.get_by_role("dialog")
        dialog.get_by_role("textbox").last.wait_for()
        desk.settle()
        desk.picture(f"11-issuing-{language}")
        desk.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        desk.settle()
    desk.page.get_by_text("English", exact=True).click()
    desk.page.get_by_role("heading", name="Issue of reports").wait_for()
    desk.settle()


def _issue_by_keyboard(desk: Desk, code: str) -> None:
    """Issue without touching the mouse."""
    _go_to(desk, "Issue of reports")
    desk.picture("10-issue")
    desk.page.get_by_role("button", name="Sign and issue").focus()
    desk.page.keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Sign", exact=True).wait_for()  # drawn last: Enter sends nothing before
    dialog.get_by_role("textbox", name="Your password").focus()
    desk.page.keyboard.type(PASSWORD)
    for _ in range(2):  # over the eye that shows the password
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(code)
    desk.picture("11-issuing")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_text("No report waits for its issue.").wait_for(timeout=60_000)
    desk.settle()
    desk.picture("12-issued")


def _document_link(desk: Desk) -> str | None:
    return desk.page.get_by_role("link", name="Open PDF").first.get_attribute("href")


def _verdict(desk: Desk, served: Served) -> Verdict:
    """Read the newest document on the page of the reports, and verify the file that it offers."""
    _go_to(desk, "Reports")
    page = desk.page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first
    page.wait_for()
    assert page.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 500
    desk.picture("13-report")
    answer = desk.context.request.get(f"{served.url}{_document_link(desk)}")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    laboratory = served.laboratory
    with ThreadPoolExecutor() as pool:  # the browser's driver runs an event loop in this thread
        return (
            pool.submit(
                verify_report,
                answer.body(),
                recorded=signed_reports(laboratory),
                trust_roots=laboratory.desk.trust_roots,
            )
            .result()
            .verdict
        )
