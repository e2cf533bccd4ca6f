"""What the expert does: the warning, the batch, the examination by keys, findings, the identification, the report."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import expect

from lims.domain.batch import Batch, BatchStatus
from lims.domain.examination import Decision, Examination, ExaminedComponent
from tests.ui.story.materials import ANALYTE
from tests.ui.story.person import Person


def record_the_warning(expert: Person) -> None:
    """Record that the sheet of the exhibit's case is signed; the exhibit was scanned before."""
    expert.go("Exhibits")
    expert.picture("exhibits")
    expert.date("Day on the signed sheet", expert.house.clock.now().date())
    expert.write("Where the sheet is kept", "file 17")
    expert.press("Record the signed sheet")
    expert.sees("Warning of liability: {person} signed on {date}.")
    expert.picture("warning-recorded")


def plan_the_batch(expert: Person, exhibits: Sequence[str]) -> None:
    """Paste the sequence and plan the batch."""
    materials = expert.house.materials
    expert.go("Batches")
    expert.picture("batches-empty")
    expert.write("Instrument, as it names itself in its files", materials.instrument)
    expert.write("Time zone of the instrument's clock", materials.zone)
    expert.write("or paste it here", materials.plan(exhibits))
    expert.press("Plan the batch")
    expert.page.locator(".js-plotly-plot").first.wait_for()
    expert.picture("batch-planned")


def bring_the_runs(expert: Person, folder: Path) -> None:
    """Bring every run of the batch; the page shows how far it is."""
    expert.bring(*expert.house.materials.write(folder))
    expert.press("Import", settled=False)
    expert.page.wait_for_timeout(1000)
    expert.picture("batch-importing")
    expert.waits(lambda: batch_of(expert).status is BatchStatus.MEASURED)
    expert.page.wait_for_timeout(1500)  # the page looks for itself once a second
    expert.settle()
    expert.picture("batch-imported")


def judge_the_batch(expert: Person) -> None:
    """Let the program measure and judge; look at the rules beside the control chart."""
    expert.press("Measure and judge")
    expert.waits(lambda: bool(batch_of(expert).verdicts))
    expert.settle()
    expert.page.locator(".js-plotly-plot").nth(1).wait_for()
    expert.picture("batch-judged")
    with expert.tablet():
        expert.picture("batch-judged-on-a-tablet")
    assert batch_of(expert).status is BatchStatus.ACCEPTED


def batch_of(person: Person) -> Batch:
    """Give the newest batch."""
    batching = person.house.laboratory.batching
    return batching.get(batching.batches(limit=1)[0].number)


def open_the_examination(expert: Person, exhibit: str) -> None:
    """Open the examination of the exhibit's run, from the page on which the exhibit was left."""
    expert.go("Exhibits")
    expert.picture("exhibit-measured")
    expert.press("Examine")
    expert.sees("{count} components, {undecided} undecided; {weaker} weaker peaks below the reporting limit.")
    expert.page.locator(".js-plotly-plot").nth(1).wait_for()
    expert.settle()
    expert.picture("examination")
    assert examination_of(expert).exhibit_number == exhibit


def decide_by_keys(expert: Person) -> None:
    """Walk through the components with the arrows, and decide about each with one key."""
    for place, component in enumerate(examination_of(expert).components):
        if place:
            expert.key("ArrowDown")
        _decide(expert, component)
        expert.waits(lambda number=component.number: _decided(expert, number))
        expert.settle()
    expert.picture("examination-decided")


def _decide(expert: Person, component: ExaminedComponent) -> None:
    named = [one.name for one in component.candidates[:1]]
    if named == [expert.house.materials.standard]:
        expert.press("Internal standard")
    elif named == [ANALYTE]:
        _look_closer(expert)
        expert.key("i")
    elif component.candidates and component.candidates[0].match_factor >= ENOUGH and not expert.house.materials.real:
        expert.key("i")
    else:
        expert.key("u")
        expert.picture("examination-unknown")
        expert.answers("the spectrum fits no candidate well enough")


ENOUGH = 900
"""From this match factor on the simulated substances are named."""


def _look_closer(expert: Person) -> None:
    """Look at the second candidate, reject it, note why, and come back to the first."""
    expert.picture("examination-component")
    with expert.tablet():
        expert.picture("examination-on-a-tablet")
    expert.key("n")
    expert.answers("clean spectrum, no second component below it")
    expert.key("ArrowRight")
    expert.picture("examination-second-candidate")
    expert.key("x")
    expert.answers("its base peak is missing")
    expert.key("ArrowLeft")


def _decided(expert: Person, number: int) -> bool:
    return examination_of(expert).component(number).decision is not Decision.UNDECIDED


def examination_of(person: Person) -> Examination:
    """Give the newest examination of the exhibit that came first."""
    laboratory = person.house.laboratory
    exhibit = laboratory.accessioning.exhibits_of(laboratory.accessioning.cases(limit=1)[0].number)[0]
    return laboratory.examining.of_exhibit(exhibit.number)[-1]


def conclude(expert: Person) -> None:
    """Record that the examination is complete."""
    expert.press("Conclude the examination")
    expert.sees("Sign the report")
    expert.picture("examination-concluded")


def identify(expert: Person) -> None:
    """Put the substance in question on every result, and draw the conclusion that the rule allows."""
    expert.choose("Substance in question", ANALYTE, translated=False)
    expert.open("Put {substance} in question", substance=ANALYTE)
    expert.choose("Retention", "positive")
    expert.choose("Evaluated", "by a reference standard of the same batch")
    standard = next(one for one in batch_of(expert).standards)
    sample = batch_of(expert).injection(standard.place).sample_name
    expert.choose("Run of the standard", f"{sample} ({standard.run_number})", translated=False)
    expert.choose("Isomers", "no isomer is known")
    expert.write("What this rests on: tables, knowledge of the expert", "the tables of the package")
    expert.picture("identification-basis")
    expert.press("Open the identification")
    expert.sees("The rule is met; the expert decides.")
    expert.picture("identification-open")
    expert.choose("Conclusion", "identified")
    expert.press("Draw the conclusion")
    expert.sees("Conclusion: {words}")
    expert.picture("identification-concluded")


def answer_the_questions(expert: Person) -> None:
    """Answer the first question by a record, and say why the second has no answer."""
    expert.choose_place("Records that answer it")
    expert.write("In the expert's words", "Yes, as the table of results says (test).")
    expert.press("Record the answer")
    expert.choose_place("Question", 1)
    expert.write("Why it is not answered", "no quantity was asked of this method (test)")
    expert.press("Record the answer")
    expert.sees("Not answered. Reason: {reason}")
    expert.picture("questions-answered")


def sign_the_report(expert: Person) -> None:
    """Sign as the author; the reviewer is the only one there is."""
    expert.settle()
    expect(expert.box("Reviewer")).to_have_value("Ёж Щербаков (test) (expert-b)")
    expert.press("Sign as the author", settled=False)
    expert.sign()
    expert.sees("Report {number} waits for the reviewer's signature.")
    expert.picture("report-signed")


def come_back(expert: Person) -> None:
    """Open the examination of the exhibit that was scanned last."""
    expert.go("Exhibits")
    found = examination_of(expert)
    words = expert.t("Open examination {number} ({state})", number=found.number, state=expert.t(found.state))
    expert.page.get_by_role("button", name=words).click()
    expert.page.locator(".js-plotly-plot").nth(1).wait_for()
    expert.settle()


def mend(expert: Person) -> None:
    """Open the examination that came back, read the point, answer it with a note, and conclude anew."""
    come_back(expert)
    expert.sees("Returned by {person} on {moment}:")
    expert.picture("examination-returned")
    expert.key("n")
    expert.answers("m/z 313 is there, see the spectrum")
    expert.press("Conclude the examination")
    expert.sees("Sign the report")
    expert.picture("examination-mended")
