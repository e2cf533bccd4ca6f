"""The page of the law in Debian's Chromium: rows are typed into the sheet, and every section in every language."""

from collections.abc import Callable

import pytest

from lims.translation import Translator
from tests.builders.people import QUALITY
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]
SitDown = Callable[[str], Desk]
SECTIONS = {
    "Texts of the law": "No text of the law was entered here; only what the program ships is in the book.",
    "Enter texts": "Draft the rows",
    "Status of an exhibit": "Number of the exhibit",
    "Legal status": "Structure, SMILES",
}
"""Each with something that stands in it alone."""


def test_the_law_is_asked_and_every_section_speaks_the_language(sit_down: SitDown, served: Served) -> None:
    manager = sit_down(QUALITY.number)
    manager.page.get_by_role("link", name="Law", exact=True).click()
    manager.page.get_by_role("heading", name="Law", exact=True).wait_for()
    manager.page.get_by_label("Structure, SMILES").fill("CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1")
    manager.page.get_by_role("button", name="Ask", exact=True).click()
    manager.page.get_by_text("What the answer rests on").wait_for()
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        manager.page.get_by_text(language, exact=True).click()
        manager.settle()
        t = Translator(name)
        manager.page.get_by_role("heading", name=t("Law"), exact=True).wait_for()
        for place, (section, shown) in enumerate(SECTIONS.items()):
            manager.page.get_by_role("radio", name=t(section), exact=True).click()
            manager.page.get_by_text(t(shown)).first.wait_for()
            manager.settle()
            if section == "Legal status":
                manager.page.get_by_label(t("Structure, SMILES")).fill("CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1")
                manager.page.get_by_role("button", name=t("Ask"), exact=True).click()
                manager.page.get_by_text(t("What the answer rests on")).wait_for()
                manager.settle()
            manager.picture(f"60-law-{place}-{name}")
    assert manager.faults == []
    assert not served.laboratory.legislating.texts()
