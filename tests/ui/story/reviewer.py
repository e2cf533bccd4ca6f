"""What the second expert does: sends the report back once with a point at its place, then approves it."""

from tests.ui.checklists import click_all
from tests.ui.story.expert import come_back
from tests.ui.story.person import Person
from tests.ui.story.technician import put_on_the_bench

POINT = "Look at m/z 313 again: *is it* <b>there</b>?"
QUESTIONS = 10


def send_it_back(reviewer: Person) -> None:
    """Note a point at the first component, and send the report back with it."""
    reviewer.go("Review")
    reviewer.page.locator(".js-plotly-plot").nth(1).wait_for()
    reviewer.picture("review")
    with reviewer.tablet():
        reviewer.picture("review-on-a-tablet")
    reviewer.field("Point at component {number}", number=1).fill(POINT)
    reviewer.press("Note the point")
    reviewer.write("What else the examiner should know", "The rest is in order.")
    reviewer.picture("review-point")
    reviewer.press("Send back to the examiner")
    reviewer.sees("No report waits for review.")


def approve(reviewer: Person) -> None:
    """Look at what changed, answer the checklist, and sign."""
    reviewer.go("Review")
    reviewer.page.locator(".js-plotly-plot").nth(1).wait_for()
    reviewer.settle()
    reviewer.picture("review-again")
    click_all(reviewer.page, reviewer.t("yes"), questions=QUESTIONS)
    reviewer.picture("review-checklist")
    reviewer.press("Approve and sign", settled=False)
    reviewer.sign()
    reviewer.sees("No report waits for review.")
    reviewer.picture("review-approved")


def agree(reviewer: Person, exhibit: str) -> None:
    """Look at the identification, and come to the same conclusion; from then on the statistics count it."""
    put_on_the_bench(reviewer, exhibit)
    come_back(reviewer)
    reviewer.press("I come to the same conclusion")
    reviewer.sees("● {person}, {moment}: the same conclusion")
    reviewer.picture("identification-agreed")


def check_the_import(reviewer: Person) -> None:
    """Let the curator's import pass, as the second person."""
    reviewer.go("Library")
    reviewer.section("Imports")
    reviewer.picture("library-import-to-be-checked")
    reviewer.press("Let it pass", settled=False)
    reviewer.sign()
    reviewer.sees("● checked by a second person")
    reviewer.picture("library-import-checked")
