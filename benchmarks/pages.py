"""How long the server needs for each page: ``python -m benchmarks.pages HOME [--rounds 7]``; prints JSON.

HOME is a laboratory of any size, for example one that ``benchmarks.large_laboratory`` made. Every page of every role is
run by Streamlit's test driver against services that are opened once, as in a server; the time is that of the script,
without the browser. The first run of a page is told apart: what is kept between runs is made in it. A page of several
sections is run in each of them. What a page is about is chosen with ``--exhibit``, ``--examination`` and ``--report``.
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
from streamlit.testing.v1.element_tree import ButtonGroup

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
    parser.add_argument("--exhibit", default="2026-0001/1")
    parser.add_argument("--examination", default="")
    parser.add_argument("--report", default="", help="one that waits for its reviewer, whose run lies in the raw store")
    arguments = parser.parse_args()
    laboratory = opened(str(arguments.home))
    with redirect_stdout(sys.stderr):  # Streamlit shows its tracebacks there
        pages = [
            row
            for person in people(laboratory, arguments.people)
            for page in (one.path for one in pages_for(person))
            if arguments.only in ("", page)
            for row in measured(arguments.home, person, page, arguments.rounds, chosen=_chosen(arguments))
        ]
    late = sorted({_named(row) for row in pages if row["median_ms"] is None or row["median_ms"] > BUDGET_MS})
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


def measured(
    home: Path, person: StaffMember, page: str, rounds: int, *, chosen: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Run a page again and again, in each of its sections."""
    st.cache_data.clear()
    test = AppTest.from_function(run_page, args=(str(home), person.number, page), default_timeout=600)
    for key, value in chosen.items():
        test.session_state[key] = value
    first = _timed(test, rounds)
    sections = _sections(test)
    yield {"person": person.number, "page": page, "section": next(iter(sections), ""), **first}
    for section in sections[1:]:
        _choose(test, section)
        yield {"person": person.number, "page": page, "section": section, **_timed(test, rounds)}


def _timed(test: AppTest, rounds: int) -> dict[str, Any]:
    _took.clear()
    faults = []
    for _ in range(rounds):
        test.run()
        faults += [str(one.value) for one in test.exception]
    times = [round(wall * _MS, 1) for wall, _ in _took]
    work = [round(cpu * _MS, 1) for _, cpu in _took]
    return {
        "first_ms": times[0] if times else None,
        "median_ms": median(times[1:]) if times[1:] else None,
        "median_cpu_ms": median(work[1:]) if work[1:] else None,
        "most_ms": max(times[1:], default=None),
        "faults": faults[:1],
    }


def _section_choice(test: AppTest) -> ButtonGroup[str] | None:
    """Give the choice of a section, as ``chosen_section`` draws it; None where the page has none."""
    return next((one for one in test.button_group if (one.key or "").endswith("-section-en")), None)


class _ByItsWords(ButtonGroup[str]):
    """A choice whose value is what stands on it: what the browser sends."""

    @property
    def formatted_values(self) -> list[str]:
        return [str(self._value)]


def _choose(test: AppTest, words: str) -> None:
    choice = _section_choice(test)
    if choice is not None:
        choice.__class__ = _ByItsWords
        choice.set_value(words)


def _sections(test: AppTest) -> list[str]:
    choice = _section_choice(test)
    return [] if choice is None else [one.content for one in choice.proto.options]


def _chosen(arguments: argparse.Namespace) -> dict[str, str]:
    """Give what the session of the person remembers, as the pages keep it."""
    kept = {
        "chosen-exhibit": arguments.exhibit,
        "chosen-examination": arguments.examination,
        "review-report": arguments.report,
    }
    return {key: value for key, value in kept.items() if value}


def _named(row: dict[str, Any]) -> str:
    return " / ".join(filter(None, (row["page"], row["section"])))


if __name__ == "__main__":
    # the driver imports this module by its name: both must be the same one
    import_module("benchmarks.pages").main()
