"""The bench in Debian's Chromium: a label is scanned and what lies there is weighed, by keyboard alone."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from zlib import crc32

import pytest
from playwright.sync_api import expect

from lims.domain.exhibit_code import label_payload
from lims.domain.instrument import EquipmentKind
from lims.domain.weighing import typed
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator
from tests.builders.measuring_bench import BUDGET, RANGE
from tests.builders.people import QUALITY
from tests.ui.conftest import Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]


@pytest.fixture
def tablets(served: Served, request: pytest.FixtureRequest) -> str:
    """Give an exhibit in the hands of the technician, beside a balance that was checked."""
    laboratory = served.laboratory
    number = f"BAL-{crc32(request.node.name.encode())}"
    technician = laboratory.staffing.get("technician")
    facts = InstrumentFacts(
        number=number,
        kind=EquipmentKind.BALANCE,
        model="XPR204",
        serial="B1",
        place="room 4",
        balance_range=RANGE,
    )
    laboratory.registering.add(facts, actor=QUALITY)
    day = laboratory.staffing.today() - timedelta(days=9)
    calibration = CalibrationFacts(certificate="KZ-77", body="Metrology", calibrated_on=day, budget=BUDGET)
    laboratory.registering.calibrate(number, calibration, actor=QUALITY)
    weight = CheckWeight(number="W-100", nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))
    laboratory.registering.check_balance(number, weight, reading=typed("100.00 g"), actor=technician)
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    described = ExhibitFacts(description="ten tablets *star* <b>", unit_count=10, seal_number="S-1")
    return laboratory.accessioning.register_exhibit(case.number, described, actor=technician).number


def test_what_is_scanned_is_weighed_by_keyboard_alone(sit_down: SitDown, served: Served, tablets: str) -> None:
    desk = sit_down("technician")
    page = desk.page
    _scan(desk, tablets)
    for label, text in (("Why the reading is typed", "no line"), ("Tare, g", "3.00"), ("Gross, g", "15,34")):
        page.get_by_label(label).fill(text)
        page.keyboard.press("Enter")
        desk.settle()
    expect(page.get_by_text("(12.340 ± 0.045) g")).to_be_visible()
    assert served.laboratory.weighing.weighings(tablets) == ()
    desk.picture("40-bench-net")
    page.get_by_label("Gross, g").fill("15,35")
    page.keyboard.press("Control+Enter")  # not looked at yet: nothing of it is recorded
    expect(page.get_by_text("(12.350 ± 0.045) g")).to_be_visible()
    assert served.laboratory.weighing.weighings(tablets) == ()
    page.get_by_label("Gross, g").fill("15,34")
    page.keyboard.press("Enter")
    expect(page.get_by_text("(12.340 ± 0.045) g")).to_be_visible()
    desk.settle()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"{tablets}-W1 is recorded")).to_be_visible()
    assert [one.net_g for one in served.laboratory.weighing.weighings(tablets)] == [Decimal("12.34")]
    assert desk.faults == []


@pytest.mark.nightly
def test_every_section_is_readable_in_three_languages(sit_down: SitDown, tablets: str) -> None:
    desk = sit_down("expert-a")
    _scan(desk, tablets)
    _look_at_every_section(desk)
    assert desk.faults == []


def _scan(desk: Desk, number: str) -> None:
    page = desk.page
    page.get_by_role("link", name="Bench").click()
    page.get_by_role("heading", name="Bench", exact=True).wait_for()
    expect(page.get_by_role("textbox", name="Scan the label of an exhibit or an aliquot")).to_be_focused()
    page.keyboard.type(f"{label_payload(number)}\n", delay=1)
    expect(page.get_by_role("heading", name=number, exact=True)).to_be_visible()
    desk.settle()


def _look_at_every_section(desk: Desk) -> None:
    """Keep a picture of each section in each language."""
    for language in LANGUAGES:
        t = Translator(language)
        desk.page.get_by_text(LANGUAGE_NAMES[language], exact=True).click()
        for section in ("Weighing", "Sampling", "Aliquots", "Tests", "Registers"):
            desk.page.get_by_role("radio", name=t(section), exact=True).click()
            desk.page.wait_for_timeout(1000)  # a chosen section is drawn by a script that starts a moment later
            desk.settle()
            desk.picture(f"41-bench-{section}-{language}")
