"""The quality page in Debian's Chromium: the detectors beside the page, and every section in every language."""

from collections.abc import Callable

import pytest

from lims.domain.nonconformity import Subject
from lims.services.nonconforming import NonconformityFacts
from lims.translation import Translator
from tests.builders.people import QUALITY
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_quality_page.py
SitDown = Callable[[str], Desk]
SECTIONS = {
    "Nonconformities": "Raise a nonconformity",
    "Control charts": "No method is recorded.",
    "Deviations": "No deviation is like that.",
    "What touches which reports": "Number, or name in files",
    "State of the ledger": "■ The ledger is whole.",
    "Detectors": "Ask the detectors now",
}
"""Each with something that stands in it alone."""


def test_the_quality_manager_asks_the_detectors_and_sees_every_section(
    sit_down: SitDown, served: Served, exhibit: str
) -> None:
    _raise(served, exhibit)
    manager = sit_down(QUALITY.number)
    manager.page.get_by_role("link", name="Quality").click()
    manager.page.get_by_role("heading", name="Quality", exact=True).wait_for()
    manager.settle()
    manager.page.get_by_role("button", name="Ask the detectors now").click()
    manager.page.get_by_text("Last look:").wait_for(timeout=120_000)
    manager.settle()
    look = served.laboratory.detecting.last_look()
    assert look is not None, exhibit
    manager.page.get_by_text(look.number).wait_for()
    manager.page.get_by_role("radio", name="State of the ledger", exact=True).click()
    manager.page.get_by_role("button", name="Verify the ledger now").click()
    manager.page.get_by_text("■ The ledger is whole.").wait_for(timeout=120_000)
    manager.page.get_by_label("Who receives it, and where it is kept").fill("the prosecutor's office, safe 4")
    manager.page.get_by_role("button", name="Make a checkpoint and record it as handed out").click()
    manager.page.get_by_text("is recorded as handed out").wait_for()
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        manager.page.get_by_text(language, exact=True).click()
        manager.settle()
        _sections(manager, Translator(name))
    assert manager.faults == []


def _raise(served: Served, exhibit: str) -> None:
    """Put a nonconformity on record, with words as people write them."""
    laboratory = served.laboratory
    facts = NonconformityFacts(
        what="the balance drifted <b>*by 3 mg*</b>",
        subjects=(Subject(kind="exhibit", number=exhibit), Subject(kind="lot", number="L-7")),
        found_by="technician",
        found_at=laboratory.clock.now(),
    )
    laboratory.nonconforming.raise_one(facts, actor=laboratory.staffing.get("technician"))


def _sections(desk: Desk, t: Translator) -> None:
    """Open each section and keep its picture."""
    desk.page.get_by_role("heading", name=t("Quality"), exact=True).wait_for()
    for place, (section, shown) in enumerate(SECTIONS.items()):
        desk.page.get_by_role("radio", name=t(section), exact=True).click()
        desk.page.get_by_text(t(shown)).first.wait_for()
        desk.settle()
        desk.picture(f"40-quality-{place}-{t.language}")
