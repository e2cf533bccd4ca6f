"""How long the server needs for each page: ``python -m benchmarks.pages HOME [--rounds 7]``; prints JSON.

HOME is a laboratory of any size, for example one that ``benchmarks.large_laboratory`` made. Every page of every role is
run by Streamlit's test driver against services that are opened once, as in a server; the time is that of the script,
without the browser. The first run of a page is told apart: what is kept between runs is made in it.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from lims.bootstrap import open_laboratory
from lims.domain.staff import StaffMember
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from lims.translation import Translator
from lims.ui.page_list import PAGES, pages_for
from lims.ui.session import Visit

BUDGET_MS = 400
_MS = 1000
_RENDER = {page.path: page.render for page in PAGES}
_opened: dict[str, Laboratory] = {}
"""The services of this process: opened once, as a server does."""
_took: list[tuple[float, float]] = []
"""Of each run: seconds by the clock, and of the processor."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--people", nargs="*", default=[])
    parser.add_argument("--only", default="", help="url path of one page")
    arguments = parser.parse_args()
    laboratory = opened(str(arguments.home))
    with redirect_stdout(sys.stderr):  # Streamlit shows its tracebacks there
        pages = [
            measured(arguments.home, person, page, arguments.rounds)
            for person in people(laboratory, arguments.people)
            for page in (one.path for one in pages_for(person))
            if arguments.only in ("", page)
        ]
    late = sorted({row["page"] for row in pages if row["median_ms"] is None or row["median_ms"] > BUDGET_MS})
    facts = {"load_average": os.getloadavg()[0], "budget_ms": BUDGET_MS, "over_budget": late, "pages": pages}
    print(json.dumps(facts, indent=2, ensure_ascii=False))


def opened(home: str) -> Laboratory:
    """Give the services of a folder, the same ones each time."""
    if home not in _opened:
        _opened[home] = open_laboratory(load_settings({}, home=Path(home)))
    return _opened[home]


def people(laboratory: Laboratory, wanted: list[str]) -> Iterator[StaffMember]:
    """Give the named people; without names one of each set of roles."""
    seen: set[frozenset[str]] = set()
    for member in laboratory.staffing.everybody():
        roles = frozenset(member.roles)
        if member.number in wanted or (not wanted and roles and roles not in seen):
            seen.add(roles)
            yield member


def run_page(home: str, number: str, page: str) -> None:
    """Draw one page for one person; this is what the driver runs."""
    from importlib import import_module  # noqa: PLC0415 - the driver runs this body by itself

    import_module("benchmarks.pages").draw(home, number, page)


def draw(home: str, number: str, page: str) -> None:
    """Draw one page and note how long that took."""
    laboratory = opened(home)
    person = laboratory.staffing.get(number)
    began, worked = time.perf_counter(), time.process_time()
    visit = Visit(laboratory=laboratory.seen_by(person), person=person, t=Translator("en"))
    _RENDER[page](visit)
    _took.append((time.perf_counter() - began, time.process_time() - worked))


def measured(home: Path, person: StaffMember, page: str, rounds: int) -> dict[str, Any]:
    """Run a page again and again."""
    st.cache_data.clear()
    _took.clear()
    test = AppTest.from_function(run_page, args=(str(home), person.number, page), default_timeout=600)
    faults = []
    for _ in range(rounds):
        test.run()
        faults += [str(one.value) for one in test.exception]
    times = [round(wall * _MS, 1) for wall, _ in _took]
    work = [round(cpu * _MS, 1) for _, cpu in _took]
    return {
        "person": person.number,
        "roles": [role.value for role in person.roles],
        "page": page,
        "first_ms": times[0] if times else None,
        "median_ms": median(times[1:]) if times[1:] else None,
        "median_cpu_ms": median(work[1:]) if work[1:] else None,
        "most_ms": max(times[1:], default=None),
        "faults": faults[:1],
    }


if __name__ == "__main__":
    # the driver imports this module by its name: both must be the same one
    import_module("benchmarks.pages").main()
