"""The page of the library in Debian's Chromium: every section in every language, with an import that waits."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lims.services.collecting import CollectionFacts
from lims.translation import Translator
from substance_library.provenance import IonTechnique
from tests.builders.small_library import GAMMA, earlier, msp, record, written
from tests.ui.conftest import Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]
SitDown = Callable[[str], Desk]
SECTIONS = {"Imports": "What the checks found ({count})", "Alerts": "No alert was raised.", "Releases": "Spectra"}
"""Each with something that stands in it alone."""
CAFFEINE = "SMILES: Cn1c(=O)c2c(ncn2C)n(C)c1=O\nFormula: C8H10N4O2\n"


def test_every_section_speaks_the_language(sit_down: SitDown, served: Served, tmp_path: Path) -> None:
    laboratory = served.laboratory
    facts = CollectionFacts(name="Simulated collection 1", technique=IonTechnique.EI, licence="none")
    text = msp(earlier().strip(), record(GAMMA, number=9, extra=CAFFEINE))
    laboratory.collecting.import_file(written(tmp_path, text, "odd.msp"), facts, actor=laboratory.staffing.get("admin"))
    desk = sit_down("expert-b")
    desk.page.get_by_role("link", name="Library", exact=True).click()
    desk.page.get_by_role("heading", name="Library", exact=True).wait_for()
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        desk.page.get_by_text(language, exact=True).click()
        desk.settle()
        t = Translator(name)
        desk.page.get_by_role("heading", name=t("Library"), exact=True).wait_for()
        for place, (section, shown) in enumerate(SECTIONS.items()):
            desk.page.get_by_role("radio", name=t(section), exact=True).click()
            if section == "Imports":
                desk.page.get_by_text(t("Drawings of the structures ({count})", count=1)).click()
            elif section == "Alerts":
                desk.page.get_by_text(t(shown)).wait_for()
            desk.settle()
            desk.picture(f"61-library-{place}-{name}")
    assert desk.faults == []
