"""Pictures of pages that the ten minutes do not come by: who looks where, and how far down."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.ui.guide.newcomer import Demonstration, Diary, Newcomer, arrive
from tests.ui.guide.outside import check_a_report

_ON_THE_BENCH = "2026-0002/1"
_FENTANYL = "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"

_EVERY_RUN_MS = 300_000
"""The detectors read every run in a process of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture of one page."""

    name: str
    """Of the file."""
    who: str
    page: str
    """Its title in English; empty for the page outside."""
    section: str = ""
    down_to: int = 1000
    prepare: Callable[[Newcomer], None] | None = field(default=None, repr=False)
    """What is done on the page before."""
    begin: str = ""
    """Heading with which the picture begins; empty for the top of the page."""


def _everything(one: Newcomer) -> None:
    one.page.get_by_test_id("stCheckbox").first.click()
    one.page.wait_for_timeout(600)


def _timeline(one: Newcomer) -> None:
    one.enter("Number or label", _ON_THE_BENCH)
    if one.page.get_by_role("button", name="Show", exact=True).count():
        one.press("Show")


def _on_the_bench(one: Newcomer) -> None:
    one.enter("Or type a number", _ON_THE_BENCH)


def _first_line(one: Newcomer) -> None:
    one.first_line()


def _detectors(one: Newcomer) -> None:
    one.press("Ask the detectors now")
    one.page.get_by_text(one.pattern("Last look: {moment}, by {name} ({number}).")).wait_for(timeout=_EVERY_RUN_MS)


def _ledger(one: Newcomer) -> None:
    one.press("Verify the ledger now")
    one.sees("■ The ledger is whole.")


def _counted(one: Newcomer) -> None:
    one.sees("Counted {moment}, with entry {entries} of the ledger.")
    one.page.locator(".js-plotly-plot").first.wait_for()


def _charted(one: Newcomer) -> None:
    one.page.wait_for_timeout(3000)


def _law(one: Newcomer) -> None:
    one.write("Structure, SMILES", _FENTANYL)
    one.press("Ask")
    one.sees("What the answer rests on")


def _trace(one: Newcomer) -> None:
    one.choose("What", "lot")
    one.enter("Number, or name in files", "KIT-R1")
    one.press("Show")
    one.page.get_by_test_id("stDataFrame").first.wait_for()


def _point(one: Newcomer) -> None:
    one.page.locator(".js-plotly-plot").nth(1).wait_for()
    one.settle()
    one.field("Point at component {number}", number=1).fill("Look at m/z 313 again.")
    one.press("Note the point")


VIEWS = (
    View(name="technician-my-work", who="technician", page="My work", down_to=900),
    View(name="custody-timeline", who="technician", page="Custody", section="Timeline", prepare=_timeline),
    View(name="bench-weighing", who="technician", page="Bench", prepare=_on_the_bench, down_to=1250),
    View(name="registers-reagents", who="technician", page="Registers", section="Reagents and kits", down_to=760),
    View(name="exhibits", who="expert-a", page="Exhibits", down_to=760),
    View(name="batches", who="expert-a", page="Batches", prepare=_charted, down_to=1400),
    View(name="law", who="expert-a", page="Law", section="Legal status", prepare=_law, down_to=860),
    View(name="head-my-work", who="head", page="My work", prepare=_everything, down_to=900),
    View(name="statistics", who="head", page="Statistics", prepare=_counted, down_to=1250),
    View(name="review-point", who="r2-rev", page="Review", prepare=_point, begin="Points to be mended", down_to=620),
    View(name="quality-nonconformities", who="quality", page="Quality", section="Nonconformities", down_to=1100),
    View(
        name="quality-detectors", who="quality", page="Quality", section="Detectors", prepare=_detectors, down_to=1100
    ),
    View(name="quality-ledger", who="quality", page="Quality", section="State of the ledger", prepare=_ledger),
    View(name="library-releases", who="admin", page="Library", section="Releases", down_to=540),
    View(name="library-imports", who="admin", page="Library", section="Imports", down_to=960),
    View(name="law-entry", who="admin", page="Law", section="Enter texts", down_to=1100),
    View(name="administration-staff", who="admin", page="Administration", section="Staff", prepare=_first_line),
    View(name="administration-accounts", who="admin", page="Administration", section="Accounts", prepare=_first_line),
    View(name="administration-state", who="admin", page="Administration", section="State of the service"),
    View(name="start", who="admin", page="Start", down_to=420),
    View(name="quality-trace", who="auditor-1", page="Quality", section="What touches which reports", prepare=_trace),
    View(name="report-of-the-auditor", who="auditor-1", page="Reports", down_to=1250),
    View(name="verify", who="", page=""),
)
"""In the order in which they are taken; who looks twice keeps the seat."""


def look(browser: Browser, house: Demonstration, diary: Diary) -> None:
    """Take every picture."""
    seated: dict[str, Newcomer] = {}
    for view in VIEWS:
        if not view.who:
            check_a_report(browser, house, diary, view.name)
            continue
        if view.who not in seated:
            for one in seated.values():
                one.leave()
            seated = {view.who: arrive(browser, house, view.who, diary=diary)}
        _take(seated[view.who], view)


def _take(one: Newcomer, view: View) -> None:
    one.go(view.page)
    if view.section:
        one.section(view.section)
    if view.prepare is not None:
        view.prepare(one)
    begins = (one.page.get_by_role("heading", name=view.begin, exact=True),) if view.begin else ()
    one.shot(view.name, *begins, down_to=view.down_to)
