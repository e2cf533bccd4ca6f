"""The page of an exhibit takes the signed warning of liability, and says who signed."""

from datetime import date
from pathlib import Path

import pytest

from lims.errors import LimsError
from lims.services.laboratory import Laboratory
from lims.settings import SETTINGS_FILE
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import add_exhibit, open_again, staffed
from tests.ui.test_pages import button, start

SWITCHES = '[custody]\ngate = "off"\n'
"""The warning is asked for, as everywhere; custody is not what is tested here."""


def test_kz_1_an_expert_records_the_signed_sheet_on_the_page_and_may_work(
    kept_homes: KeptHomes, tmp_path: Path
) -> None:
    laboratory = staffed(kept_homes, tmp_path / "home")
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)  # while the switch was off
    laboratory = _asking(laboratory)
    expert = laboratory.staffing.get("expert-a")
    (run,) = laboratory.importing.runs(exhibit)
    with pytest.raises(LimsError, match="signed the warning"):
        laboratory.examining.open(run.number, release_name="principal-ions", actor=expert)
    page = start(laboratory, "exhibits", "expert-a", chosen_exhibit=exhibit)
    button(page, "Record the signed sheet").click().run()
    assert [error.value for error in page.error] == ["Enter the day on the signed sheet."]
    page.date_input[0].set_value(date(2026, 1, 2))
    button(page, "Record the signed sheet").click().run()
    assert not page.exception
    assert any("expert-a signed on" in text.value for text in page.text)
    assert "Record the signed sheet" not in [found.label for found in page.button]
    assert laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).examiner == "expert-a"


@pytest.mark.parametrize(("person", "offered"), [("expert-b", True), ("technician", False), ("head", False)])
def test_kz_1_only_an_expert_who_has_not_signed_is_asked(
    kept_homes: KeptHomes, tmp_path: Path, person: str, *, offered: bool
) -> None:
    laboratory = staffed(kept_homes, tmp_path / "home")
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    page = start(_asking(laboratory), "exhibits", person, language="ru", chosen_exhibit=exhibit)
    assert not page.exception
    assert ("Записать подписанный лист" in [found.label for found in page.button]) is offered


def _asking(laboratory: Laboratory) -> Laboratory:
    (laboratory.settings.home / SETTINGS_FILE).write_text(SWITCHES, "utf-8")
    return open_again(laboratory.settings.home)
