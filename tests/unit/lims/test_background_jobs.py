"""Work beside the pages: kept by person and key in the process, bounded, and never another person's."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from lims.domain.staff import Role, StaffMember
from lims.errors import BusyError, NotFoundError
from lims.translation import Translator
from lims.ui import background
from lims.ui.session import Visit
from tests.builders.clocks import SetClock

WAIT_S = 20


@dataclass
class Desk:
    """One laboratory whose people come with browser sessions of their own."""

    home: Path
    clock: SetClock = field(default_factory=SetClock)

    def visit(self, person: str = "technician", *roles: Role) -> Visit:
        member = StaffMember(number=person, name=person, post="p", roles=roles or (Role.TECHNICIAN,))
        laboratory: Any = SimpleNamespace(settings=SimpleNamespace(home=self.home), clock=self.clock)
        return Visit(laboratory=laboratory, person=member, t=Translator("en"))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "_JOBS", {})
    return Desk(tmp_path)


@pytest.fixture(autouse=True)
def new_session(monkeypatch):
    """Begin a browser session that knows nothing of the one before."""

    def begin():
        monkeypatch.setattr(st, "session_state", {})

    begin()
    return begin


def held(visit, key="import", *, lane=background.Lane.MEASURING, waits=True):
    """Begin a piece of work that waits; give what lets it go on."""
    go_on = threading.Event()
    background.start(visit, key, lambda tell: (tell(3, 9), go_on.wait(WAIT_S), "found")[-1], lane=lane, waits=waits)
    return go_on


def ended(visit, key="import"):
    job = background.job(visit, key)
    assert job is not None
    assert job.ended.wait(WAIT_S)
    return job


def test_work_is_found_again_from_a_new_session_of_the_same_person(desk, new_session):
    go_on = held(desk.visit())
    new_session()
    found = background.job(desk.visit(), "import")
    assert found is not None
    assert not found.ended.is_set()
    go_on.set()
    ended(desk.visit())
    new_session()
    assert background.result(desk.visit(), "import") == "found"
    assert (found.done, found.whole) == (3, 9)


def test_a_question_is_found_under_way_and_asked_anew_by_the_next_session(desk, new_session):
    go_on = held(desk.visit(), waits=False)
    new_session()
    assert background.job(desk.visit(), "import") is not None
    go_on.set()
    ended(desk.visit())
    assert background.result(desk.visit(), "import") == "found"
    new_session()
    assert background.result(desk.visit(), "import") is None


def test_nobody_else_finds_it_and_neither_does_another_laboratory(desk, tmp_path):
    held(desk.visit()).set()
    ended(desk.visit())
    session = st.session_state
    for other in (desk.visit("expert-a"), Desk(tmp_path / "other").visit()):
        assert background.result(other, "import") is None
        assert "import" not in session, "and a browser session that changed hands forgets it"
        st.session_state["import"] = background.job(desk.visit(), "import")
        assert background.result(other, "import") is None


def test_who_lost_the_role_does_not_see_the_result(desk):
    manager = desk.visit("quality", Role.QUALITY_MANAGER, Role.EXPERT)
    held(manager).set()
    ended(manager)
    assert background.result(desk.visit("quality", Role.EXPERT), "import") is None
    assert background.result(manager, "import") == "found"


def test_a_result_is_kept_for_a_day_of_work_and_dropped_when_it_was_read(desk, new_session):
    visit = desk.visit()
    held(visit).set()
    ended(visit)
    desk.clock.moment += background.KEPT_FOR - timedelta(seconds=1)
    assert background.result(visit, "import") == "found"
    desk.clock.moment += timedelta(seconds=1)
    assert background.result(visit, "import") is None
    held(visit).set()
    ended(visit)
    background.forget(visit, "import")
    background.forget(visit, "import")
    new_session()
    assert background.job(visit, "import") is None


def test_one_piece_of_work_runs_once_whoever_presses_twice_in_two_sessions(desk, new_session):
    go_on = held(desk.visit())
    first = background.job(desk.visit(), "import")
    new_session()
    held(desk.visit()).set()
    assert background.job(desk.visit(), "import") is first
    background.forget(desk.visit(), "import")
    assert background.job(desk.visit(), "import") is first, "what runs is not dropped"
    go_on.set()
    ended(desk.visit())


def test_a_race_of_two_sessions_begins_one(desk):
    go_on = held(desk.visit())
    first = background.job(desk.visit(), "import")
    other = background.Job(started_at=desk.clock.now(), owner=(str(desk.home), "technician", "import"))
    assert not background._keep(other)
    assert background.job(desk.visit(), "import") is first
    go_on.set()


def test_runs_do_not_wait_for_the_statistics_and_work_of_one_lane_waits(desk):
    visit = desk.visit()
    slow = held(visit, "statistics", lane=background.Lane.LONG)
    held(visit, "import").set()
    assert ended(visit, "import").finished
    second = held(visit, "detectors", lane=background.Lane.LONG)
    second.set()
    waiting = background.job(visit, "detectors")
    assert waiting is not None
    assert not waiting.ended.wait(0.2)
    slow.set()
    assert ended(visit, "detectors").finished


def test_a_refusal_reaches_the_person_and_is_kept(desk, new_session):
    def refuse(_tell):
        raise NotFoundError("batch", "B-1")

    background.start(desk.visit(), "import", refuse, waits=True)
    ended(desk.visit())
    new_session()
    with pytest.raises(NotFoundError, match="B-1"):
        background.result(desk.visit(), "import")


def test_a_fault_of_ours_is_said_and_what_it_says_stays_in_the_log(desk, monkeypatch):
    logged, written = [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda said: (logged.append(said.exc_type), written.set()))

    def break_down(_tell):
        raise KeyError("case data")

    background.start(desk.visit(), "import", break_down)
    assert written.wait(WAIT_S)
    assert logged == [KeyError]
    with pytest.raises(RuntimeError, match="stopped"):
        background.result(desk.visit(), "import")


def test_what_is_kept_is_bounded_and_too_much_at_once_is_refused(desk, monkeypatch):
    monkeypatch.setattr(background, "MAX_JOBS", 3)
    monkeypatch.setattr(background, "MAX_RUNNING", 2)
    visit = desk.visit()
    for number in range(5):
        held(visit, f"key-{number}").set()
        ended(visit, f"key-{number}")
    assert [key for *_, key in background._JOBS] == ["key-2", "key-3", "key-4"]
    waiting = [held(visit, "a"), held(visit, "b")]
    with pytest.raises(BusyError, match="2 pieces"):
        held(visit, "c")
    for one in waiting:
        one.set()
    ended(visit, "b")
