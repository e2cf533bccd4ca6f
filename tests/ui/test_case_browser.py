"""The file of a case, the line of time with a gap, and the tree of places in Debian's Chromium, in three languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.transfer import TransferKind
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.custody import TransferFacts
from lims.services.donors import DonorIdentity
from lims.translation import LANGUAGE_NAMES, Translator
from tests.builders.custody_cells import old_aliquot
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]
SitDown = Callable[[str], Desk]


@pytest.fixture
def case(served: Served) -> str:
    """Give a case with exhibits in a place, a part, a donor, a suspended term, and an aliquot nobody wrote down."""
    laboratory = served.laboratory
    technician, head = laboratory.staffing.get("technician"), laboratory.staffing.get("head")
    today, now = laboratory.clock.now().date(), laboratory.clock.now()
    facts = CaseFacts(appointing_body="Court of <b>Almaty</b> *1*", order_number="7/26", questions=("What is it?",))
    number = laboratory.accessioning.register_case(facts, actor=technician).number
    laboratory.accessioning.register_seizure(
        number, SeizureFacts(seized_on=today, place="post office", region="KZ-75"), actor=technician
    )
    for seal in ("S-41", "S-42"):
        found = ExhibitFacts(description=f"bag, seal {seal}", seal_number=seal, seal_intact=True)
        laboratory.accessioning.register_exhibit(number, found, actor=technician)
    laboratory.accessioning.register_part(f"{number}/1", ExhibitFacts(description="tablets"), actor=technician)
    laboratory.donors.register(number, DonorIdentity(name="A. Donor (test)"), actor=technician)
    laboratory.terms.start(number, on=today, actor=technician)
    laboratory.terms.suspend(number, on=today, reason="materials asked for, letter 5", actor=head)
    room = laboratory.storing.add("evidence room", kind=PlaceKind.ROOM, capacity=20, actor=head).number
    shelf = laboratory.storing.add("shelf 1", kind=PlaceKind.SHELF, inside=room, capacity=1, actor=head).number
    stored = TransferFacts(kind=TransferKind.STORING, exhibit_numbers=(f"{number}/2",), purpose="keeping", to=shelf)
    prepared = laboratory.custody.prepare(stored, actor=technician)
    laboratory.custody.store_in_place(prepared, actor=technician)
    aliquot, balance = old_aliquot(f"{number}/2-A900", f"{number}/2", at=now - timedelta(hours=2))
    with laboratory.staffing.store.unit_of_work() as work:
        work.record(aliquot, act=Act.ALIQUOT_TAKEN, actor=technician, at=now)
        work.record(balance, act=Act.MASS_OPENED, actor=technician, at=now)
        work.commit()
    laboratory.sealing.begin_late(aliquot.number, reason="taken before", actor=technician)
    return number


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_case_custody_and_places_are_whole_in_each_language(sit_down: SitDown, case: str, language: str) -> None:
    t, desk = Translator(language), sit_down("head")
    desk.page.get_by_text(LANGUAGE_NAMES[language], exact=True).click()
    desk.settle()
    _section(desk, t("Cases"))
    find = desk.page.get_by_role("textbox", name=t("Find a case"))
    find.fill(f"{case}/1")
    find.press("Enter")
    desk.page.get_by_role("button", name=t("Open case {number}", number=case)).click()
    expect(desk.page.get_by_role("heading", name=case, exact=True)).to_be_visible()
    desk.settle()
    desk.page.set_viewport_size({"width": 1280, "height": 2600})
    desk.picture(f"40-case-top-{language}")
    for title in (t("Term"), t("Order, linked cases, court"), t("Donors")):
        summary = desk.page.locator("summary").filter(has_text=title).first
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    desk.settle()
    desk.picture(f"40-case-file-{language}")
    desk.page.get_by_role("link", name=t("Custody"), exact=True).click()
    desk.page.get_by_role("heading", name=t("Custody"), exact=True).wait_for()
    desk.settle()
    _section(desk, t("Timeline"))
    number = desk.page.get_by_role("textbox", name=t("Number or label"))
    number.fill(f"{case}/2-A900")
    number.press("Enter")
    expect(desk.page.get_by_role("heading", name=f"{case}/2-A900", exact=True)).to_be_visible()
    desk.page.locator(".js-plotly-plot .barlayer").wait_for(state="attached")
    desk.settle()
    desk.picture(f"41-custody-line-{language}")
    _section(desk, t("Places"))
    desk.picture(f"42-places-{language}")
    assert desk.faults == []


def _section(desk: Desk, title: str) -> None:
    desk.page.get_by_role("radio", name=title, exact=True).or_(
        desk.page.get_by_role("button", name=title, exact=True)
    ).first.click()
    desk.settle()
