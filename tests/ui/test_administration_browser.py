"""Administration in Debian's Chromium: a newcomer by two people, and every section in every language."""

from collections.abc import Callable

import pytest

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.instrument import EquipmentKind
from lims.domain.staff import Role
from lims.services.registering import InstrumentFacts
from lims.translation import Translator
from tests.builders.people import QUALITY
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_administration_page.py
SitDown = Callable[[str], Desk]
SECTIONS = ("Staff", "Accounts", "Rights", "Competence", "Instruments", "Settings", "State of the service", "Upkeep")

_DRAWN_MS = 1500
"""After a choice the page begins to be drawn anew within this time."""


def test_a_newcomer_is_registered_by_one_and_confirmed_by_another(sit_down: SitDown, served: Served) -> None:
    admin = opened(sit_down("admin"))
    admin.page.get_by_text("Register a person").click()
    admin.page.get_by_label("Staff number, also the name").fill("newcomer")
    admin.page.get_by_label("Name, as reports print it").fill("Жаңа Қызметкер <b>*")
    admin.page.get_by_label("Post", exact=True).fill("химик")
    admin.page.get_by_label("Roles").last.click()
    admin.page.get_by_role("option", name="technician").click()
    admin.page.keyboard.press("Escape")
    admin.page.get_by_role("button", name="Register", exact=True).click()
    admin.page.get_by_text("First password of newcomer:").wait_for()
    admin.settle()
    admin.picture("60-administration-newcomer")
    manager = opened(sit_down(QUALITY.number))
    manager.page.get_by_role("button", name="newcomer: ").click()
    manager.page.get_by_role("button", name="Confirm the roles").click()
    manager.page.get_by_text("Roles of newcomer are in force.").wait_for()
    manager.settle()
    assert served.laboratory.staffing.get("newcomer").roles == (Role.TECHNICIAN,)
    manager.picture("61-administration-confirmed")
    assert (admin.faults, manager.faults) == ([], [])


def test_every_section_in_every_language(sit_down: SitDown, served: Served) -> None:
    laboratory = served.laboratory
    manager = laboratory.staffing.get(QUALITY.number)
    facts = InstrumentFacts(
        number="MIC-1",
        kind=EquipmentKind.MICROSCOPE,
        model="Olympus BX53 <b>*",
        serial="7",
        place="room 2",
        needs_calibration=False,
    )
    laboratory.registering.add(facts, actor=manager)
    today = laboratory.qualifying.today()
    laboratory.qualifying.grant("technician", "M-9", basis="file 7", valid_from=today, valid_until=today, actor=manager)
    assert laboratory.qualifying.of_person("technician")[0].method == IDENTIFICATION_METHOD
    desk = opened(sit_down(QUALITY.number))
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        desk.page.get_by_text(language, exact=True).click()
        desk.settle()
        t = Translator(name)
        for place, section in enumerate(SECTIONS):
            desk.page.get_by_role("radio", name=t(section), exact=True).click()
            desk.page.get_by_role("radio", name=t(section), exact=True, checked=True).wait_for()
            desk.page.wait_for_timeout(_DRAWN_MS)
            desk.settle()
            if section in {"Staff", "Accounts", "Competence", "Instruments"}:
                choose_first_row(desk)
            assert desk.page.get_by_role("alert").filter(has_text="translation").count() == 0
            desk.picture(f"62-administration-{name}-{place}")
    desk.page.set_viewport_size({"width": 1024, "height": 1400})
    desk.page.emulate_media(color_scheme="dark")
    for place, section in enumerate(SECTIONS):
        desk.page.get_by_role("radio", name=section, exact=True).click()
        desk.page.wait_for_timeout(_DRAWN_MS)
        desk.settle()
        desk.picture(f"63-administration-dark-{place}")
    assert desk.faults == []


def opened(desk: Desk) -> Desk:
    """Go to the page by the navigation."""
    desk.page.get_by_role("link", name="Administration", exact=True).click()
    desk.page.get_by_role("heading", name="Administration", exact=True).wait_for()
    desk.settle()
    return desk


def choose_first_row(desk: Desk) -> None:
    """Tick the first line of the table."""
    box = desk.page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + 16, box["y"] + 52)
    desk.page.wait_for_timeout(_DRAWN_MS)
    desk.settle()
