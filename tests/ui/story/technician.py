"""What the technician does: takes the parcels in, photographs them, hands them over, and works at the bench."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from lims.domain.exhibit_code import label_payload
from lims.domain.region import regions
from tests.ui.story.house import BALANCE, COLOUR, INFRARED, PROCEDURES
from tests.ui.story.materials import ANALYTE, INCHIKEY, picture_of_a_card
from tests.ui.story.person import Person

QUESTIONS = "Is there a narcotic substance on the cards?\nHow much of it?"
BODY = "Court of the *tests* <b>No. 2</b>"
LINES = "\n".join(
    "\t".join(cells)
    for cells in (
        ("card, seized in a prison", "", "", "S-101", "intact", "1", "white card, print", "dry", "bag", "P-1", "", "1"),
        ("sheet of paper", "", "", "S-102", "intact", "1", "lined paper", "dry", "bag", "P-2", "", "1"),
        ("card with a photograph", "", "", "S-103", "intact", "1", "colour print", "dry", "bag", "P-3", "", "1"),
    )
)
"""As a spreadsheet puts them into the clipboard."""
_FIRST_CELL = {"x": 60, "y": 52}


def write_the_order_down(technician: Person) -> None:
    """Fill the first two steps of the reception."""
    technician.go("Reception")
    technician.picture("reception-order")
    technician.write("Appointing body", BODY)
    technician.write("Who signed the order", "Judge Test")
    technician.write("Number of the order", "17/2")
    day = technician.house.clock.now().date()
    technician.write("Questions of the order, one a line", QUESTIONS)
    technician.choose("How it came", "by hand")
    technician.write("Who brought it, or number of the parcel", "Officer Test")
    technician.choose("What the order lets the examination use up", "a part may be used up")
    technician.write("Where it says so", "order 17/2, p. 2")
    technician.picture("reception-order-written")
    technician.press("On to the seizures")
    technician.date("Date of seizure", day - timedelta(days=2))
    technician.write("Place of seizure", "prison, cell 4")
    technician.choose("Region", getattr(regions()["KZ-71"], f"name_{technician.t.language}"), translated=False)
    technician.choose("Channel", "post")
    technician.write("Number of its record", "R-5")
    technician.press("Write the seizure down")
    technician.picture("reception-seizures")
    technician.press("On to the exhibits")


def write_a_short_order_down(technician: Person) -> None:
    """Fill what the reception cannot do without, for a case that is no evidence."""
    technician.go("Reception")
    technician.write("Appointing body", BODY)
    technician.tick("For demonstration or training, not evidence")
    technician.press("On to the seizures")
    technician.press("On to the exhibits")


def take_the_exhibits_in(technician: Person, *, lines: int) -> str:
    """Paste the lines of a spreadsheet into the table, register them, and give the case."""
    page = technician.page
    technician.sees("Paste lines of a spreadsheet")
    technician.desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(LINES.splitlines()[:lines]))
    page.locator(".stDataFrameGlideDataEditor").first.click(position=_FIRST_CELL)
    page.keyboard.press("Control+V")
    page.wait_for_timeout(1500)  # the table tells the server of an edit after a pause
    technician.settle()
    technician.picture("reception-exhibits")
    technician.press("Register all of it")
    technician.sees("Case {number} is registered.")
    technician.picture("reception-received")
    return technician.house.laboratory.accessioning.cases(limit=1)[0].number


def photograph(technician: Person, folder: Path) -> None:
    """Keep a photograph of the first exhibit as it came."""
    technician.open("Photographs")
    file = folder / "card.png"
    file.write_bytes(picture_of_a_card())
    technician.bring(file)
    technician.write("What it shows", "as it came, seal S-101")
    technician.press("Keep the photograph")
    technician.reads("as it came, seal S-101")
    technician.picture("reception-photographed")


def bring_a_run(person: Person, run: Path, exhibit: str) -> None:
    """Bring the file of a run for one exhibit, which is the newest."""
    person.go("Exhibits")
    person.open("Import a run")
    person.bring(run)
    person.press("Import")
    person.sees("Run {number} is imported: {scans} scans.")
    assert person.house.laboratory.importing.runs(exhibit)


def scan(person: Person, exhibits: Sequence[str]) -> None:
    """Scan labels as a scanner types them, without a pause."""
    person.go("Custody")
    field = person.page.get_by_role("textbox", name=person.t("Scan labels here, one after another"))
    expect(field).to_be_focused()
    for number in exhibits:
        person.page.keyboard.type(f"{label_payload(number)}\n", delay=1)
        expect(field).to_be_focused()
    person.sees("{count} exhibits on the list", count=len(exhibits))


def offer(giver: Person, exhibits: Sequence[str], *, to: str) -> None:
    """Offer what is scanned to another person, and confirm it."""
    scan(giver, exhibits)
    giver.picture("custody-scanned")
    giver.page.get_by_role("combobox", name=giver.t("To whom")).focus()
    giver.page.keyboard.type(to)
    giver.page.keyboard.press("Enter")
    giver.write("Purpose", "examination")
    giver.page.get_by_role("button", name=giver.t("Hand over"), exact=True).last.click()
    giver.sign(button="Record")
    giver.sees("The list is offered. It changes hands when the other person takes it.")
    giver.picture("custody-offered")


def take(taker: Person) -> None:
    """Take what is offered."""
    taker.go("Custody")
    taker.sees("◆ {name} offers you {count} exhibits ({number}).")
    taker.picture("custody-offered-to-me")
    taker.press("Take")
    taker.sign(button="Record")
    taker.sees("{number}: the exhibits are in your hands.")
    taker.picture("custody-taken")


def check_the_balance(person: Person) -> None:
    """Record the check of the day with a weight."""
    person.section("Registers")
    person.write("Number of the check weight", "W-100")
    person.write("Its mass, g", "100")
    person.write("Tolerance, g", "0.02")
    person.enter("The balance shows, g", "100.00")
    person.press("Record the check")
    person.sees("● passed")
    person.picture("bench-registers")
    assert BALANCE in person.page.locator("[data-testid=stApp]").inner_text()


def put_on_the_bench(person: Person, number: str) -> None:
    """Scan one exhibit at the bench."""
    person.go("Bench")
    field = person.page.get_by_role("textbox", name=person.t("Scan the label of an exhibit or an aliquot"))
    expect(field).to_be_focused()
    person.page.keyboard.type(f"{label_payload(number)}\n", delay=1)
    expect(person.page.get_by_role("heading", name=number, exact=True)).to_be_visible()
    person.settle()


def weigh(person: Person, number: str, *, gross: str) -> None:
    """Weigh what lies on the bench, by keyboard alone."""
    person.section("Weighing")
    for label, text in (
        ("Why the reading is typed and not taken from the balance", "no line to the balance"),
        ("Tare, g; empty if the balance was tared", "3.00"),
        ("Gross, g", gross),
    ):
        person.enter(label, text)
    person.picture("bench-weighing")
    person.page.keyboard.press("Control+Enter")
    person.sees("{number} is recorded: {mass}.", number=f"{number}-W1")
    person.picture("bench-weighed")


def take_an_aliquot(person: Person, number: str) -> str:
    """Take a part for the instrument, and give its number."""
    person.section("Aliquots")
    person.write("Purpose", "GC-MS")
    person.write("Container", "vial 7")
    person.enter("Tare, g; empty if the balance was tared", "2.00")
    person.enter("Gross, g", "2.25")
    person.page.keyboard.press("Control+Enter")
    person.sees("Aliquot {number} is recorded: {mass}.")
    person.picture("bench-aliquots")
    return person.house.laboratory.weighing.measured(number).aliquots[-1].number


def colour_test(person: Person) -> str:
    """Record a presumptive test of what lies on the bench, and give its number."""
    person.section("Tests")
    person.choose("Procedure", f"{COLOUR}  {PROCEDURES[COLOUR]}", translated=False)
    person.write("Substance or class", "benzodiazepines")
    person.tick("It is a class of substances")
    person.write("Column, plate, reagent or kit", "Zimmermann")
    person.write("Lot", "Z-1")
    person.choose("colour test", "positive")
    person.write("Lot of the material, or release of the library", "RS-1")
    person.press("Record the finding")
    person.sees("{number}, sampling {sampling}: {substance} - {results}", substance="benzodiazepines")
    person.picture("bench-test")
    return _newest_finding(person)


def infrared(person: Person, folder: Path) -> str:
    """Record what the spectrometer showed of a second sampling, with its file; give its number."""
    file = folder / "card-2.jdx"
    file.write_text("##TITLE=made up by a test, of no substance\n##JCAMP-DX=4.24\n##END=\n", encoding="ascii")
    person.choose("Procedure", f"{INFRARED}  {PROCEDURES[INFRARED]}", translated=False)
    person.write("Substance or class", ANALYTE)
    person.write("InChIKey, if known", INCHIKEY)
    person.count("Sampling", 2)
    person.write("Instrument", "FTIR 2")
    person.choose("infrared spectroscopy", "positive")
    person.choose("Comparison", "compared with a reference material")
    person.write("Lot of the material, or release of the library", "RS-1")
    person.bring(file, of="Files of evidence")
    person.press("Record the finding")
    person.sees("{number}, sampling {sampling}: {substance} - {results}", substance=ANALYTE)
    person.picture("bench-infrared")
    return _newest_finding(person)


def _newest_finding(person: Person) -> str:
    return person.house.laboratory.finding.of_exhibit(_on_the_bench(person))[-1].number


def _on_the_bench(person: Person) -> str:
    return person.page.get_by_role("heading", level=2).first.inner_text().strip()
