"""A finding with its file of evidence, and an identification, in Debian's Chromium; the desk in every language."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lims.services.validating import ProcedureFacts
from lims.translation import Translator
from tests.builders.people import LONG_AGO, grant
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_identification_page.py
SitDown = Callable[[str], Desk]
FTIR = "infrared spectroscopy"


@pytest.fixture
def concluded(served: Served, exhibit: str) -> str:
    """Give an exhibit whose examination is concluded, with a procedure for FTIR in force."""
    laboratory = served.laboratory
    expert, head = laboratory.staffing.get("expert-a"), laboratory.staffing.get("head")
    grant(laboratory, expert, "FTIR-1")
    facts = ProcedureFacts(number="FTIR-1", name="FTIR", techniques=(FTIR,), acceptance_criteria="c")
    laboratory.validating.record(facts, actor=expert)
    laboratory.validating.validate("FTIR-1", validated_on=LONG_AGO, record="VR", actor=head)
    run = laboratory.importing.runs(exhibit)[0]
    number = laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number
    for component in laboratory.examining.get(number).components:
        laboratory.examining.identify(number, component.number, rank=1, actor=expert)
    laboratory.examining.conclude(number, actor=expert)
    return exhibit


def test_a_finding_and_a_question_are_recorded_in_a_browser(
    sit_down: SitDown, served: Served, concluded: str, tmp_path: Path
) -> None:
    expert = sit_down("expert-a")
    _open_examination(expert)
    _record_finding(expert, tmp_path)
    (found,) = served.laboratory.finding.of_exhibit(concluded)
    assert served.laboratory.finding.evidence(found.number, found.evidence[0].sha256) == b"##TITLE=a spectrum"
    expert.page.locator("summary", has_text="in question").click()
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        expert.page.get_by_text(language, exact=True).click()
        expert.page.get_by_role("heading", name=Translator(name)("Identification"), exact=True).wait_for()
        expert.settle()
        expert.picture(f"50-identification-{name}")
    assert expert.faults == []


def _open_examination(desk: Desk) -> None:
    desk.page.get_by_role("link", name="Exhibits").click()
    table = desk.page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + 15, box["y"] + 52)  # the box before the first row; the table is a picture
    desk.page.get_by_role("button", name="Open examination").click()
    desk.page.get_by_role("heading", name="Identification", exact=True).wait_for(timeout=60_000)
    desk.settle()


def _record_finding(desk: Desk, folder: Path) -> None:
    page, file = desk.page, folder / "spectrum.jdx"
    file.write_bytes(b"##TITLE=a spectrum")
    page.get_by_text("Record a finding of another technique").click()
    page.get_by_role("textbox", name="Instrument", exact=True).fill("FTIR 2")
    outcome = page.get_by_role("combobox", name=FTIR)
    outcome.click()
    page.get_by_role("option", name="positive", exact=True).click()
    expect(outcome).to_have_value("positive")
    page.get_by_role("textbox", name="Lot of the material").fill("RS-1")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("spectrum.jdx").wait_for()
    desk.picture("51-finding")
    page.get_by_role("button", name="Record the finding").click()
    page.get_by_text("-T1, sampling 1").first.wait_for(timeout=60_000)
    desk.settle()
