"""The statistics in Chromium: counted at the first look, every section in every language, a file taken away."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from lims.services.laboratory import Laboratory
from lims.translation import Translator
from lims.ui.pages.statistics import _SECTIONS
from tests.ui.conftest import Desk, Served
from tests.ui.test_statistics_page import seize

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_statistics_page.py
SitDown = Callable[[str], Desk]


def test_the_head_looks_at_every_section_and_takes_a_table_away(sit_down: SitDown, served: Served) -> None:
    laboratory: Laboratory = served.laboratory
    seize(laboratory)
    head = sit_down("head")
    head.page.get_by_role("link", name="Statistics").click()
    head.page.get_by_role("heading", name="Statistics", exact=True).wait_for()
    head.page.get_by_text("Counted by").wait_for(timeout=120_000)
    head.settle()
    with head.page.expect_download() as taken:
        head.page.get_by_role("button", name="Table as CSV").click()
    assert "East Kazakhstan" in Path(taken.value.path()).read_text("utf-8-sig")
    with head.page.expect_download() as taken:
        head.page.get_by_role("button", name="Table as XLSX").click()
    first = openpyxl.load_workbook(taken.value.path()).worksheets[0]
    assert "East Kazakhstan" in {cell.value for row in first.iter_rows() for cell in row}
    for language, name in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        head.page.get_by_text(language, exact=True).click()
        head.settle()
        _sections(head, Translator(name))
    assert head.faults == []


def _sections(desk: Desk, t: Translator) -> None:
    """Open each section with its definitions and keep its picture."""
    for place, title in enumerate(_SECTIONS.values()):
        desk.page.get_by_role("radio", name=t(title), exact=True).click()
        desk.settle()
        desk.page.get_by_text(t("What is counted, on which day, and what is left out")).first.click()
        desk.settle()
        desk.picture(f"60-statistics-{place}-{t.language}")
