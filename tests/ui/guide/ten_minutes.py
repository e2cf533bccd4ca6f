"""The ten minutes of docs/guide/README.md: from a run to a signed report, step by step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Browser, Locator

from lims.cli.demo import PRACTICE_RUN
from tests.ui.checklists import click_all
from tests.ui.guide.newcomer import Demonstration, Diary, Newcomer, arrive

BODY = "Practice of the guide"
EXHIBIT = "white powder, practice"
CONDITION = "dry"
SHEET = "no sheet: practice"
REVIEWER = "Demonstration Expert B (expert-b)"
TECHNICAL, ADMINISTRATIVE = 10, 6
"""Questions of the two checklists."""
_HAND_MS = 120
"""Between two keys in a table, which opens its cell at the first of them."""


@dataclass(slots=True, kw_only=True)
class Practice:
    """One newcomer's practice, who plays everybody in turn."""

    browser: Browser
    house: Demonstration
    diary: Diary
    people: dict[str, Newcomer] = field(default_factory=dict)

    def person(self, number: str, *, shot: str = "") -> Newcomer:
        """Give a person at a browser of the own; who is not there yet signs in."""
        if number not in self.people:
            self.people[number] = arrive(self.browser, self.house, number, diary=self.diary, shot=shot)
        return self.people[number]

    @property
    def exhibit(self) -> str:
        """Name the exhibit of the practice, which is the newest."""
        return self.house.laboratory.accessioning.exhibits(limit=1)[0].number

    @property
    def faults(self) -> list[str]:
        """Give what went wrong at any browser."""
        return [f"{one.number}: {fault}" for one in self.people.values() for fault in one.desk.faults]

    def go_home(self) -> Self:
        """Close every browser."""
        for one in self.people.values():
            one.leave()
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the guide."""

    title: str
    """As the heading of the guide has it."""
    act: Callable[[Practice], None] = field(repr=False)
    pages: tuple[str, ...]
    """Titles in English."""
    pictures: tuple[str, ...]
    """That are taken on the way."""


def receive(practice: Practice) -> None:
    """Write a short case down, with one exhibit."""
    one = practice.person("technician", shot="sign-in")
    one.go("Reception")
    one.write("Appointing body", BODY)
    one.tick("For demonstration or training, not evidence")
    one.shot("reception-order", _title(one), one.button("On to the seizures"))
    one.press("On to the seizures")
    one.press("On to the exhibits")
    one.sees("One line an exhibit. Cells of a spreadsheet may be pasted into the table, or below with their line.")
    one.page.locator(".stDataFrameGlideDataEditor").first.click(position={"x": 60, "y": 52})
    one.page.keyboard.type(EXHIBIT, delay=_HAND_MS)
    for _ in range(7):  # Tab leads to the next column: Condition is the seventh after Description
        one.page.keyboard.press("Tab", delay=_HAND_MS)
        one.page.wait_for_timeout(_HAND_MS)
    one.page.keyboard.type(CONDITION, delay=_HAND_MS)
    one.page.keyboard.press("Enter")
    one.page.wait_for_timeout(1500)  # the table tells the server of an edit after a pause
    one.shot("reception-exhibits", _title(one), one.button("Register all of it"))
    one.press("Register all of it")
    one.sees("Case {number} is registered.")
    one.shot("reception-received", _title(one), one.page.get_by_role("link", name="Receipt for the bringer, PDF"))


def _title(one: Newcomer) -> Locator:
    """Find the title of the page."""
    return one.page.get_by_role("heading", level=1).first


def hand_over(practice: Practice) -> None:
    """Offer the exhibit to the expert."""
    one = practice.person("technician")
    one.go("Custody")
    one.diary.used.add("Or type a number")
    field_of_number = one.field("Or type a number")
    field_of_number.click()
    one.page.keyboard.type(practice.exhibit)
    one.page.keyboard.press("Enter")
    one.sees("{count} exhibits on the list", count=1)
    one.diary.used.add("To whom")
    one.box("To whom").click()
    one.page.keyboard.type("expert-a")
    one.page.keyboard.press("Enter")
    one.write("Purpose", "examination")
    one.settle()
    one.shot("custody-hand-over", _title(one), one.button("Hand over"))
    one.diary.used.add("Hand over")
    one.page.get_by_role("button", name="Hand over", exact=True).last.click()
    one.confirm("Record")
    one.sees("The list is offered. It changes hands when the other person takes it.")


def take(practice: Practice) -> None:
    """Take the exhibit, as the expert."""
    one = practice.person("expert-a")
    one.go("Custody")
    one.sees("◆ {name} offers you {count} exhibits ({number}).")
    one.shot("custody-offer", _title(one), one.button("Take"))
    one.press("Take")
    one.confirm("Record", shot="custody-taking")
    one.sees("{number}: the exhibits are in your hands.")


def bring_the_run(practice: Practice) -> None:
    """Record the warning of liability, and bring the run in."""
    one = practice.person("expert-a")
    one.go("Exhibits")
    one.first_line()
    one.sees("Record that you signed the warning of liability")
    one.date("Day on the signed sheet", one.house.laboratory.staffing.today())
    one.write("Where the sheet is kept", SHEET)
    one.shot("exhibit-warning", one.page.get_by_role("heading", level=2).first, one.button("Record the signed sheet"))
    one.press("Record the signed sheet")
    one.sees("Warning of liability: {person} signed on {date}.")
    one.open("Import a run")
    one.bring(one.house.laboratory.settings.home / PRACTICE_RUN)
    one.press("Import")
    one.sees("Run {number} is imported: {scans} scans.")


def examine(practice: Practice) -> None:
    """Search the run, and decide about every component with one key each."""
    one = practice.person("expert-a")
    one.press("Examine")
    one.sees("{count} components, {undecided} undecided; {weaker} weaker peaks below the reporting limit.")
    one.page.locator(".js-plotly-plot").nth(1).wait_for()
    one.shot("examination", one.button("Conclude the examination"), _title(one), down_to=1500)
    examining = one.house.laboratory.examining
    number = examining.of_exhibit(practice.exhibit)[-1].number
    for component in examining.get(number).components:
        if component.number > 1:
            one.key("ArrowDown")
        one.key("i")
        one.waits(lambda wanted=component.number: _decided(practice, number, wanted))  # type: ignore[misc]
        one.settle()
    one.press("Conclude the examination")
    one.sees("Sign the report")


def _decided(practice: Practice, number: str, component: int) -> bool:
    examination = practice.house.laboratory.examining.get(number)
    return any(one.number == component and one.identity is not None for one in examination.components)


def sign(practice: Practice) -> None:
    """Sign the report as its author."""
    one = practice.person("expert-a")
    one.choose("Reviewer", REVIEWER, translated=False)
    one.shot(
        "examination-sign", one.page.get_by_role("heading", name="Sign the report"), one.button("Sign as the author")
    )
    one.press("Sign as the author", settled=False)
    one.confirm("Sign", shot="signing")
    one.sees("Report {number} waits for the reviewer's signature.")


def review(practice: Practice) -> None:
    """Look at the examination as the second expert, answer the checklist, and sign."""
    one = practice.person("expert-b")
    one.go("Review")
    _choose_the_report(practice, one)
    one.page.locator(".js-plotly-plot").nth(1).wait_for()
    one.settle()
    one.shot("review", down_to=1300)
    click_all(one.page, "yes", questions=TECHNICAL)
    one.settle()
    one.shot("review-checklist", one.page.get_by_text("Checklist, edition").first, one.button("Approve and sign"))
    one.press("Approve and sign", settled=False)
    one.confirm("Sign")


def _choose_the_report(practice: Practice, one: Newcomer) -> None:
    """Choose the report of the practice, where others wait too."""
    case = practice.exhibit.split("/", maxsplit=1)[0]
    label = "Report that waits for review"
    if not one.box(label).input_value().startswith(case):
        one.diary.used.add(label)
        one.box(label).click()
        one.page.get_by_role("option").filter(has_text=case).first.click()
        one.page.wait_for_timeout(300)
        one.settle()


def clear(practice: Practice) -> None:
    """Check the paper, as the head."""
    one = practice.person("head")
    one.go("Issue of reports")
    one.page.get_by_role("link", name="Open PDF (not issued)").last.wait_for()
    one.settle()
    click_all(one.page, "yes", questions=ADMINISTRATIVE)
    one.settle()
    one.shot("issue-checklist", _title(one), one.button("Sign the administrative review"))
    one.press("Sign the administrative review", settled=False)
    one.confirm("Sign")


def issue(practice: Practice) -> None:
    """Issue the report and read it."""
    one = practice.person("head")
    one.button("Sign and issue").wait_for()
    one.settle()
    one.shot("issue", one.page.get_by_role("heading", name="Issue", exact=True), one.button("Sign and issue"))
    one.press("Sign and issue", settled=False)
    one.confirm("Sign")
    one.go("Reports")
    one.page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first.wait_for()
    one.settle()
    one.shot("report", down_to=1250)


STEPS = (
    Step(
        title="A case comes in",
        act=receive,
        pages=("Reception",),
        pictures=("sign-in", "reception-order", "reception-exhibits", "reception-received"),
    ),
    Step(title="The exhibit goes to the expert", act=hand_over, pages=("Custody",), pictures=("custody-hand-over",)),
    Step(title="The expert takes it", act=take, pages=("Custody",), pictures=("custody-offer", "custody-taking")),
    Step(title="The run", act=bring_the_run, pages=("Exhibits",), pictures=("exhibit-warning",)),
    Step(title="The examination", act=examine, pages=("Examination",), pictures=("examination",)),
    Step(title="The author signs", act=sign, pages=("Examination",), pictures=("examination-sign", "signing")),
    Step(title="The second expert reviews", act=review, pages=("Review",), pictures=("review", "review-checklist")),
    Step(title="The head looks at the paper", act=clear, pages=("Issue of reports",), pictures=("issue-checklist",)),
    Step(title="The head issues", act=issue, pages=("Issue of reports", "Reports"), pictures=("issue", "report")),
)


def play(practice: Practice) -> None:
    """Do what the guide says, from the first step to the last."""
    for step in STEPS:
        step.act(practice)
    practice.go_home()
