"""Follow the guide in a browser and take its pictures: ``python scripts/guide_pictures.py``, or ``nox -s guide``.

It makes a demonstration, serves it, does what docs/guide says with Debian's Chromium, writes docs/guide/pictures anew
and prints what the ten minutes took.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the steps of the guide are the tests' own

from lims.cli.demo import WantedWeek, run_demo
from tests.ui.conftest import CHROMIUM, FLAGS, serving
from tests.ui.guide.newcomer import PICTURES, Demonstration, Diary, demonstration
from tests.ui.guide.server_time import processor_seconds
from tests.ui.guide.ten_minutes import Practice, play
from tests.ui.guide.views import look


def main() -> int:
    """Take every picture."""
    if CHROMIUM is None:
        sys.stderr.write("Debian's chromium is not installed: apt-get install chromium\n")
        return 1
    with TemporaryDirectory() as folder:
        home = Path(folder) / "practice"
        run_demo(
            workspace=home,
            run=None,
            library=None,
            internal_standard="",
            language="en",
            as_json=False,
            week=WantedWeek(),
        )
        with serving(home, log=Path(folder) / "serve.log") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            took = photographed(browser, demonstration(url, home))
            browser.close()
    sys.stdout.write(json.dumps(took, indent=2) + "\n")
    return 0


def photographed(browser: Browser, house: Demonstration) -> dict[str, float]:
    """Follow the guide, then look at the other pages; give what the ten minutes took."""
    for old in PICTURES.glob("*.png"):
        old.unlink()
    PICTURES.mkdir(exist_ok=True)
    diary, begun, worked = Diary(pictures=PICTURES), time.monotonic(), processor_seconds()
    play(Practice(browser=browser, house=house, diary=diary))
    took = {
        "clicks": diary.acts["pointerdown"],
        "keys": diary.acts["keydown"],
        "clock_s": round(time.monotonic() - begun, 1),
        "server_processor_s": round(processor_seconds() - worked, 1),
    }
    look(browser, house, diary)
    return {**took, "pictures": len(diary.taken)}


if __name__ == "__main__":
    sys.exit(main())
