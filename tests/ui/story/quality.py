"""What the quality manager does: looks at charts and the ledger, raises a nonconformity and brings it to its end."""

from datetime import timedelta

from tests.ui.story.person import Person


def look_at_the_charts(manager: Person) -> None:
    """Look at the control charts and verify the ledger."""
    manager.go("Quality")
    manager.section("Control charts")
    manager.press("Draw the control charts")
    manager.page.locator(".js-plotly-plot").first.wait_for()  # counted beside the page
    manager.settle()
    manager.picture("quality-charts")
    manager.section("State of the ledger")
    manager.press("Verify the ledger now")
    manager.sees("■ The ledger is whole.")
    manager.picture("quality-ledger")


def raise_a_nonconformity(manager: Person, case: str) -> None:
    """Raise one about the case, and plan what is done about it."""
    manager.section("Nonconformities")
    manager.picture("quality-nonconformities")
    manager.open("Raise a nonconformity")
    manager.write("What happened", "The label of a *parcel* <b>was smudged</b>.")
    manager.field("Number, {place}", place=1).fill(case)
    manager.tick("Work on this stands still until somebody lets it go on")
    manager.picture("quality-raising")
    manager.press("Raise")
    manager.sees("○ open")
    manager.write("Impact on results", "none: every label can be read")
    manager.press("Record the assessment")
    manager.write("What is done about it", "the parcel gets a new label")
    manager.date("Until", (manager.house.clock.now() + timedelta(days=7)).date())
    manager.press("Plan the action")
    manager.sees("Action: {words}, by {name} until {day}")
    manager.picture("quality-planned")


def correct(worker: Person) -> None:
    """Record, as the one at the bench, that it is corrected."""
    worker.go("Quality")
    worker.section("Nonconformities")
    worker.write("What was done", "labelled anew, and the others looked through")
    worker.press("Record as corrected")
    worker.sees("Done: {words} ({name}, {moment})")


def close(manager: Person) -> None:
    """Verify that it helped, and close it."""
    manager.go("Quality")
    manager.section("Nonconformities")
    manager.write("What you saw", "every parcel has its label")
    manager.press("It helped")
    manager.write("What was learnt", "labels are covered with film now")
    manager.press("Close")
    manager.sees("Closed: {words} ({name}, {moment})")
    manager.picture("quality-closed")
