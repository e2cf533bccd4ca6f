"""What the head does: the administrative review, the issue by keyboard, the delivery, and the statistics."""

from pathlib import Path

from lims.domain.report import Report
from lims.ui.pages.statistics import _SECTIONS
from tests.ui.checklists import click_all
from tests.ui.story.person import Person

QUESTIONS = 6


def clear(head: Person) -> None:
    """Answer the checklist of the administrative review, and sign."""
    head.go("Issue of reports")
    head.page.get_by_role("link", name=head.t("Open PDF (not issued)")).last.wait_for()
    head.settle()
    click_all(head.page, head.t("yes"), questions=QUESTIONS)
    head.settle()
    head.picture("administrative-review")
    head.press("Sign the administrative review", settled=False)
    head.sign()
    head.sees("No report waits for its administrative review.")


def issue(head: Person) -> None:
    """Issue without touching the mouse."""
    head.go("Issue of reports")
    head.picture("issue")
    head.button("Sign and issue").focus()
    head.page.keyboard.press("Enter")
    head.sign()
    head.sees("No report waits for its issue.")
    head.picture("issued")


def read_the_report(head: Person) -> None:
    """Look at the very document."""
    head.go("Reports")
    page = head.page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first
    page.wait_for()
    assert page.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 500
    head.settle()
    head.picture("report")
    with head.tablet():
        head.picture("report-on-a-tablet")


def deliver(head: Person) -> None:
    """Record who received the report."""
    head.open("Record who received this report")
    head.write("Recipient", "Court of the tests")
    head.date("Received on", head.house.clock.now().date())
    head.write("By which way", "by hand")
    head.press("Record the delivery")
    head.reads("Court of the tests")
    head.picture("report-delivered")


def fetch(head: Person, folder: Path) -> tuple[Path, Path]:
    """Give the document and its receipt, as the page's links give them."""
    report = issued_report(head)
    files = []
    for name in (f"{report.number}.pdf", f"{report.number}.receipt.json"):
        answer = head.desk.context.request.get(f"{head.house.url}/reports/{name}")
        assert answer.ok, (name, answer.status)
        path = folder / f"{head.t.language}-{name}"
        path.write_bytes(answer.body())
        files.append(path)
    return files[0], files[1]


def issued_report(head: Person) -> Report:
    """Give the report that was issued last."""
    laboratory = head.house.laboratory
    return next(one for one in reversed(laboratory.reporting.all()) if one.state == "issued")


def look_at_the_statistics(head: Person) -> None:
    """Look at every section of the statistics."""
    head.go("Statistics")
    head.sees("Counted {moment}, with entry {entries} of the ledger.")
    for name, title in _SECTIONS.items():
        head.section(title)
        head.picture(f"statistics-{name}")
