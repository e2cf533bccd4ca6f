"""The ten minutes of the guide in a browser, on the demonstration; by day ``test_guide.py`` compares its words."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.builders.commands import aigaq
from tests.ui.conftest import serving
from tests.ui.guide.newcomer import PICTURES, Demonstration, Diary, demonstration
from tests.ui.guide.outside import check_a_report
from tests.ui.guide.ten_minutes import Practice, play

pytestmark = [pytest.mark.browser, pytest.mark.nightly]
MOST_CLICKS, MOST_KEYS = 110, 900
"""What people can do in ten minutes beside reading."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Serve a demonstration, made by the command that the guide names."""
    folder = tmp_path_factory.mktemp("guide")
    home = folder / "practice"
    done = aigaq("demo", "--workspace", home, "--no-week")
    assert done.returncode == 0, done.stderr
    with serving(home, log=folder / "serve.log") as url:
        yield demonstration(url, home)


def test_the_ten_minutes_end_with_an_issued_report(browser: Browser, house: Demonstration) -> None:
    diary = Diary(pictures=None)
    practice = Practice(browser=browser, house=house, diary=diary)
    play(practice)
    assert practice.faults == []
    laboratory = house.laboratory
    case = practice.exhibit.split("/", maxsplit=1)[0]
    assert [one.state for one in laboratory.reporting.all() if one.number.startswith(case)] == ["issued"]
    assert laboratory.auditing.verify().intact
    _everything_that_was_used_is_in_the_guide(diary.used)
    _in_ten_minutes(diary.acts)


def _everything_that_was_used_is_in_the_guide(used: set[str]) -> None:
    text = " ".join((PICTURES.parent / "README.md").read_text("utf-8").split())
    named = set(re.findall(r"\*\*(.+?)\*\*", text))
    assert used - named == set()


def _in_ten_minutes(acts: Counter[str]) -> None:
    assert 0 < acts["pointerdown"] < MOST_CLICKS
    assert 0 < acts["keydown"] < MOST_KEYS


def test_a_court_checks_the_report_of_the_demonstration(browser: Browser, house: Demonstration) -> None:
    assert check_a_report(browser, house, Diary(pictures=None), "verify") == "VALID"
