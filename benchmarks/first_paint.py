"""How soon a person sees a page: ``python -m benchmarks.first_paint HOME [--people expert-b head admin]``; prints JSON.

HOME is a laboratory of any size. ``aigaq serve`` serves it, Debian's Chromium opens every page of each person by its
address, as after typing it: the page's own files, the connection, the first drawing. Told are the first contentful
paint (W3C Paint Timing) and when the page's title and content stand there and nothing is being drawn any more, both
since the navigation began. The very first page after the start of the server is told apart, and so is the first one
with an empty cache of the browser. Beside the times stands the processor time of the server: on a machine with other
work the clock says more about that work.
"""

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.served import Served, serving, session_of
from lims.bootstrap import open_laboratory
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from lims.ui.page_list import pages_for

BUDGET_MS = 2_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_THERE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning' && document.querySelector('h1')
    && !document.querySelector('[data-stale=true]') ? performance.now() : 0;
}"""
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--people", nargs="+", default=["expert-b", "head", "admin", "technician"])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    laboratory = open_laboratory(load_settings({}, home=arguments.home))
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.error("Debian's chromium is not installed")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        with serving(arguments.home, log=Path(folder) / "serve.log") as served:
            rows = list(measured(browser, served, laboratory, arguments.people, arguments.rounds))
            memory = served.memory_mb()
        browser.close()
    late = sorted({row["page"] for row in rows if row["content_ms"] > BUDGET_MS})
    facts = {
        "load_average": os.getloadavg()[0],
        "server_started_s": served.started_s,
        "server_memory_mb": memory,
        "budget_ms": BUDGET_MS,
        "content_over_budget": late,
        "paint_over_budget": sorted({row["page"] for row in rows if row["paint_ms"] > BUDGET_MS}),
    }
    print(json.dumps(facts | {"pages": rows}, indent=2, ensure_ascii=False))


def measured(
    browser: Browser, served: Served, laboratory: Laboratory, people: list[str], rounds: int
) -> Iterator[dict[str, Any]]:
    """Open every page of each person; the first one of all twice with an empty cache of the browser."""
    for place, number in enumerate(people):
        context = _seat(browser, served, session_of(laboratory, number))
        page = context.new_page()
        for position, entry in enumerate(pages_for(laboratory.staffing.get(number))):
            cold = [_opened(page, served, entry.path)] if position == 0 else []
            times = [_opened(page, served, entry.path) for _ in range(rounds)]
            if cold:
                yield _row(number, entry.path, cold, note="first of the server" if place == 0 else "empty cache")
            yield _row(number, entry.path, times, note="")
        context.close()


def _seat(browser: Browser, served: Served, cookie: dict[str, str]) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 1500}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(120_000)
    context.add_cookies([{"url": served.url, "name": cookie["name"], "value": cookie["value"]}])
    return context


def _opened(page: Page, served: Served, path: str) -> tuple[float, float, float]:
    """Open a page anew; give paint and content in ms, and the server's processor time in ms."""
    page.goto("about:blank")
    worked = served.processor_s()
    page.goto(f"{served.url}/{path}", wait_until="commit")
    content = page.wait_for_function(_THERE, polling="raf").json_value()
    worked = served.processor_s() - worked
    paint = page.wait_for_function(_PAINT, polling="raf").json_value()
    return float(paint), float(content), worked * 1000


def _row(person: str, page: str, times: list[tuple[float, float, float]], *, note: str) -> dict[str, Any]:
    paints, contents, work = zip(*times, strict=True)
    return {
        "person": person,
        "page": page,
        "note": note,
        "paint_ms": round(median(paints)),
        "content_ms": round(median(contents)),
        "content_most_ms": round(max(contents)),
        "server_cpu_ms": round(median(work)),
    }


if __name__ == "__main__":
    main()
