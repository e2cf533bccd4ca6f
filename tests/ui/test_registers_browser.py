"""The registers in Debian's Chromium: scanned lots open without the mouse, and every section in every language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from lims.domain.exhibit_code import label_payload
from lims.domain.reagent import LotStatus
from lims.services.laboratory import Laboratory
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.translation import Translator
from tests.builders.people import QUALITY
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_registers_page.py
SitDown = Callable[[str], Desk]
SECTIONS = {
    "Reagents and kits": "Register a lot of a reagent or a test kit",
    "Reference standards": "Register a lot of a reference standard",
    "Instruments": "Register an instrument",
    "Differences of mass": "Close the difference",
    "Weighings in question": "No balance is registered.",
}
"""Each with something that stands in it alone."""


def stock(laboratory: Laboratory) -> None:
    """Bring lots in every standing, and a difference of mass."""
    expert, other = laboratory.staffing.get("expert-a"), laboratory.staffing.get("expert-b")
    today, stocking = laboratory.staffing.today(), laboratory.stocking
    marquis = ReagentFacts(
        number="R-2026-014",
        name="Marquis reagent *star* <b>",
        producer="Producer of the tests",
        lot="MQ-7781",
        received_on=today - timedelta(days=30),
        expires_on=today + timedelta(days=5),
        opened_life_days=2,
    )
    for number, expires, status in (
        ("R-2026-014", 5, LotStatus.RELEASED),
        ("R-2026-015", 300, None),
        ("R-2026-016", -3, LotStatus.RELEASED),
        ("R-2026-017", 0, LotStatus.RELEASED),
        ("R-2026-018", 9, LotStatus.DISCARDED),
    ):
        facts = replace(marquis, number=number, lot=f"MQ-{number[-3:]}", expires_on=today + timedelta(days=expires))
        stocking.add_reagent(facts, actor=expert)
        if status is LotStatus.RELEASED:
            stocking.release_reagent(number, reason="certificate and lot compared", actor=expert)
        elif status is not None:
            stocking.block_reagent(number, status=status, reason="turbid", actor=expert)
    standard = StandardFacts(
        number="RS-0042",
        substance="Etizolam",
        producer="Producer of the tests",
        lot="ETZ-3",
        certificate="C 12",
        received_on=today,
        received_mg=Decimal("10.00"),
        reweigh_tolerance_mg=Decimal("0.05"),
        purity=Decimal("0.985"),
        purity_u=Decimal("0.004"),
        purity_k=Decimal(2),
    )
    stocking.add_standard(standard, actor=expert)
    stocking.release_standard("RS-0042", reason="certificate and lot compared", actor=expert)
    stocking.use_standard("RS-0042", Decimal("1.25"), purpose="calibrators of the batch", actor=expert)
    stocking.reweigh_standard("RS-0042", Decimal("8.00"), u_mg=Decimal("0.02"), purpose="monthly", actor=other)


def test_a_scan_opens_a_lot_and_every_section_speaks_the_language(sit_down: SitDown, served: Served) -> None:
    stock(served.laboratory)
    technician = _at_registers(sit_down, "technician")
    technician.page.keyboard.type(f"{label_payload('RS-0042')}\n")
    technician.page.get_by_text("RS-0042 is open.").wait_for()
    technician.page.keyboard.type("R-2026-014\n")
    technician.page.get_by_text("R-2026-014 is open.").wait_for()
    technician.settle()
    technician.picture("70-registers-scanned")
    technician.page.get_by_role("button", name="Record that R-2026-014 was opened today").click()
    technician.page.get_by_text("R-2026-014 was opened today.").wait_for()
    assert served.laboratory.stocking.reagent("R-2026-014").opened_by == "technician"
    assert technician.faults == []
    manager = _at_registers(sit_down, QUALITY.number)
    manager.page.keyboard.type("RS-0042\n")
    manager.page.get_by_text("RS-0042 is open.").wait_for()
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        manager.page.get_by_text(language, exact=True).click()
        manager.settle()
        _sections(manager, Translator(name))
    assert manager.faults == []


def _at_registers(sit_down: SitDown, person: str) -> Desk:
    desk = sit_down(person)
    desk.page.get_by_role("link", name="Registers", exact=True).click()
    desk.page.get_by_role("heading", name="Registers", exact=True).wait_for()
    expect(desk.page.get_by_role("textbox", name="Scan the label of a lot")).to_be_focused()
    desk.settle()
    return desk


def _sections(desk: Desk, t: Translator) -> None:
    desk.page.get_by_role("heading", name=t("Registers"), exact=True).wait_for()
    for place, (section, shown) in enumerate(SECTIONS.items()):
        desk.page.get_by_role("radio", name=t(section), exact=True).click()
        desk.page.get_by_text(t(shown)).first.wait_for()
        desk.settle()
        desk.picture(f"71-registers-{place}-{t.language}")
