"""Three days in the laboratory, from the seizure to the verified report, through the pages only, in each language.

The real batch is played where it is present, else simulated runs in a library for training, and the report says so.
The clock of the served laboratory is set to the days of the measurement.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from lims.services.training import training_run
from lims.translation import LANGUAGES
from spectra.formats import write_andi_cdf
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import Served, serving
from tests.ui.story.days import in_short, three_days
from tests.ui.story.house import House, furnish, opened
from tests.ui.story.materials import Materials, materials, simulated
from tests.ui.story.play import Play

pytestmark = pytest.mark.browser
Furnished = Callable[[Materials], House]
PROGRAM = (sys.executable, "-m", "tests.ui.story.server")


@pytest.fixture
def furnished(kept_homes: KeptHomes, tmp_path: Path) -> Iterator[Furnished]:
    """Give a function that serves a laboratory in which nothing was received yet."""
    with ExitStack() as stack:

        def serve(found: Materials) -> House:
            home = tmp_path / "home"
            name = f"story-{found.method.number}"
            devices = kept_homes.copy(name, home, lambda first: furnish(first, found))
            url = stack.enter_context(serving(home, log=tmp_path / "serve.log", program=PROGRAM))
            return House(url=url, laboratory=opened(home), materials=found, devices=devices)

        yield serve


def test_an_exhibit_goes_from_its_parcel_to_its_issued_report(served: Served, browser: Browser, tmp_path: Path) -> None:
    house = House(url=served.url, laboratory=served.laboratory, materials=simulated(), devices=served.devices)
    run = tmp_path / "training.cdf"
    run.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(20261123))))
    play = Play(browser, house, "en", tmp_path, name="short", camera=False)
    in_short(play, run)
    assert play.faults == []
    assert served.laboratory.auditing.verify().intact
    _would_be_seen(play)
    play.go_home()


def _would_be_seen(play: Play) -> None:
    """Hold the control against it: an error on the console and a request that leaves the machine are noted."""
    person = play.person("head")
    person.page.evaluate("console.error('made by the test')")
    person.page.evaluate("location.assign('http://aigaq.invalid/')")
    person.waits(lambda: len(play.faults) > 1)
    assert any("made by the test" in fault for fault in play.faults)
    assert any("http://aigaq.invalid/" in fault for fault in play.faults)


@pytest.mark.nightly
@pytest.mark.parametrize("language", LANGUAGES)
def test_three_days_are_played(furnished: Furnished, browser: Browser, tmp_path: Path, language: str) -> None:
    _play(Play(browser, furnished(materials()), language, tmp_path))


@pytest.mark.nightly
@pytest.mark.real_data
@pytest.mark.usefixtures("shared_data")  # without them the plays above are these
def test_three_days_are_played_with_simulated_runs(furnished: Furnished, browser: Browser, tmp_path: Path) -> None:
    _play(Play(browser, furnished(simulated()), "en", tmp_path, name="simulated"))


def _play(play: Play) -> None:
    three_days(play)
    assert play.faults == []
    assert play.untranslated == []
    assert play.clipped == []
    assert play.house.laboratory.auditing.verify().intact
