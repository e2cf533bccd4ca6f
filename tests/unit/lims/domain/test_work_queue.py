"""Queues: how a deadline stands, what comes first, and what another line says better (rule KZ-3)."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.case import Case
from lims.domain.deadline import DeadlineState
from lims.domain.duties import Side
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import PERMITTED
from lims.domain.request import Adjudication
from lims.domain.staff import Role
from lims.domain.waiting import ACTS, ENDING, Job, Waiting, waiting_of
from lims.domain.work_queue import (
    Standing,
    WaitingLine,
    in_order,
    is_for,
    jobs_of,
    on_side,
    queue_item,
    settled,
    standing_of,
)

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CASE, EXHIBIT = "2026-0001", "2026-0001/1"


def line(job, *, topic="report", number="x", case=CASE, since=NOW, **facts):
    usual = {"exhibit_number": EXHIBIT, **facts}
    return WaitingLine(what=Waiting(topic=topic, number=number, job=job, case_number=case, **usual), since=since)


def state(due=None, *, suspended=False):
    late = None if due is None else max((TODAY - due).days, 0)
    return DeadlineState(due=due, late_by=late, suspended=suspended)


def item(one, deadlines, soon_days=3):
    return queue_item(one, deadlines, today=TODAY, soon_days=soon_days)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(-1, Standing.LATE), (0, Standing.DUE_SOON), (3, Standing.DUE_SOON), (4, Standing.IN_TIME)],
)
def test_kz_3_a_case_is_late_from_the_day_after_its_due_day_on(days, standing):
    assert standing_of(TODAY + timedelta(days=days), today=TODAY, soon_days=3) is standing


def test_kz_3_what_nobody_said_is_unknown_and_a_stopped_clock_is_stopped():
    assert item(line(Job.REVIEW), {}).standing is Standing.UNKNOWN
    assert item(line(Job.REVIEW), {CASE: state()}).standing is Standing.UNKNOWN
    stopped = item(line(Job.REVIEW), {CASE: state(suspended=True)})
    assert (stopped.standing, stopped.due) == (Standing.STOPPED, None)


def test_kz_3_what_is_of_several_cases_is_as_pressing_as_the_most_pressing_one():
    batch = dataclasses.replace(line(Job.JUDGE, topic="batch", case=""), case_numbers=("A", "B", "C", "D"))
    late, soon = TODAY - timedelta(days=2), TODAY + timedelta(days=1)
    found = item(batch, {"A": state(soon), "B": state(late), "C": state(suspended=True)})
    assert (found.standing, found.due, found.case_numbers) == (Standing.LATE, late, ("A", "B", "C", "D"))


def test_what_ends_on_a_day_of_its_own_does_not_ask_the_case():
    own = line(Job.GIVE_BACK, topic="custody", due=TODAY - timedelta(days=1))
    assert item(own, {CASE: state(TODAY + timedelta(days=9))}).standing is Standing.LATE
    action = line(Job.CORRECT, topic="nonconformity", due=TODAY + timedelta(days=9))
    assert item(action, {}).standing is Standing.IN_TIME


def test_kz_3_late_comes_first_then_by_due_day_and_what_waits_longest():
    ages = [timedelta(days=-4), timedelta(days=-2), timedelta(days=1), timedelta(days=8)]
    lines = [line(Job.REVIEW, number=str(place), case=str(place)) for place in range(4)]
    deadlines = {str(place): state(TODAY + age) for place, age in enumerate(ages)}
    unknown = [line(Job.REVIEW, number=f"u{hours}", case="", since=NOW - timedelta(hours=hours)) for hours in (1, 5)]
    stopped = line(Job.REVIEW, number="s", case="s")
    mixed = [stopped, *lines[::-1], *unknown[::-1]]
    found = in_order(item(one, {**deadlines, "s": state(suspended=True)}) for one in mixed)
    assert [one.number for one in found] == ["0", "1", "2", "3", "u5", "u1", "s"]


@given(st.permutations([Standing.LATE, Standing.DUE_SOON, Standing.IN_TIME, Standing.UNKNOWN, Standing.STOPPED]))
def test_the_order_does_not_depend_on_the_order_of_the_lines(standings):
    base = item(line(Job.REVIEW), {})
    items = [dataclasses.replace(base, standing=one, number=one.value) for one in standings]
    assert [one.standing for one in in_order(items)] == list(Standing)


def test_every_job_is_ended_by_an_act_that_somebody_may_do():
    assert set(ACTS) == set(Job)
    assert all(PERMITTED[act] for act in ACTS.values())
    assert set(Job) > ENDING


class TestForWhom:
    def test_a_named_person_and_nobody_else(self):
        own = line(Job.REVIEW, person="expert-b").what
        assert is_for(own, "expert-b", jobs_of((Role.TECHNICAL_REVIEWER,)))
        assert not is_for(own, "expert-c", jobs_of((Role.TECHNICAL_REVIEWER,)))

    def test_everybody_who_may_do_it_where_nobody_is_named(self):
        pool = line(Job.ISSUE).what
        assert is_for(pool, "head", jobs_of((Role.HEAD,)))
        assert not is_for(pool, "expert-a", jobs_of((Role.EXPERT, Role.TECHNICAL_REVIEWER)))

    def test_a_competence_waits_for_the_person_and_for_those_who_grant_it(self):
        ending = line(Job.RENEW_COMPETENCE, topic="competence", case="", person="expert-a").what
        assert is_for(ending, "expert-a", jobs_of(()))
        assert is_for(ending, "quality", jobs_of((Role.QUALITY_MANAGER,)))
        assert not is_for(ending, "expert-b", jobs_of((Role.EXPERT,)))

    def test_what_waits_for_nothing_waits_for_nobody(self):
        assert not is_for(line(None).what, "head", jobs_of((Role.HEAD,)))
        assert item(line(None), {}) is None

    def test_nothing_waits_for_a_person_of_another_side(self):
        review = line(Job.CHECK)
        assert not on_side(review, {CASE: Side.WORK}, release_by_reviewer=False)
        assert on_side(review, {CASE: Side.REVIEW}, release_by_reviewer=False)
        assert on_side(review, {"another": Side.WORK}, release_by_reviewer=False)
        issue = line(Job.ISSUE)
        assert not on_side(issue, {CASE: Side.REVIEW}, release_by_reviewer=False)
        assert on_side(issue, {CASE: Side.REVIEW}, release_by_reviewer=True)
        assert on_side(line(Job.CLOSE), {CASE: Side.WORK}, release_by_reviewer=False), "an act of no side"


class TestSettled:
    def jobs(self, *lines):
        return [one.what.job for one in settled(lines)]

    def test_an_exhibit_that_somebody_examines_waits_as_that_examination(self):
        work = line(Job.EXAMINE, topic="work", number=EXHIBIT)
        assert self.jobs(work) == [Job.EXAMINE]
        assert self.jobs(work, line(Job.CONCLUDE, topic="examination")) == [Job.CONCLUDE]

    def test_an_examination_with_a_report_on_its_way_waits_as_that_report(self):
        concluded = line(Job.REPORT, topic="examination")
        assert self.jobs(concluded, line(Job.REVIEW)) == [Job.REVIEW]
        assert self.jobs(concluded, line(Job.NOTIFY)) == [Job.REPORT, Job.NOTIFY], "of another, older report"

    def test_a_weighing_is_missing_only_where_work_began(self):
        weight = line(Job.WEIGH, topic="weight", number=EXHIBIT)
        taken = line(Job.TAKE_UP, topic="work", number=EXHIBIT)
        assert self.jobs(weight, taken) == [Job.TAKE_UP]
        assert self.jobs(weight, line(Job.EXAMINE, topic="work", number=EXHIBIT)) == [Job.WEIGH, Job.EXAMINE]
        assert self.jobs(weight, line(Job.CONCLUDE, topic="examination")) == [Job.WEIGH, Job.CONCLUDE]


class TestLines:
    def of(self, record):
        return {one.topic: one.job for one in waiting_of(record, lambda _, __: CASE)}

    def test_a_new_case_waits_for_the_review_of_its_request(self):
        case = Case(
            number=CASE,
            laboratory="L",
            appointing_body="Court",
            order_number="",
            order_date=None,
            seizure_date=None,
            seizure_place="",
            questions=(),
            demonstration=False,
        )
        assert self.of(case) == {"case": Job.REVIEW_REQUEST}
        decided = dataclasses.replace(
            case,
            version=2,
            adjudication=Adjudication(decided_on=TODAY, reference="verdict", recorded_by="x", recorded_at=NOW),
        )
        assert self.of(decided) == {"decided": Job.ASK_WHETHER_WANTED}
        wanted = decided.want_work(reason="appeal", wanted_by="Court", recorded_by="head", at=NOW)
        assert self.of(wanted) == {"decided": None}

    def test_what_was_divided_waits_as_its_parts(self):
        part = Exhibit(
            number=f"{EXHIBIT}.1",
            case_number=CASE,
            description="tablets",
            seal_number="",
            seal_intact=None,
            received_at=NOW,
            received_by="x",
            part_of=EXHIBIT,
        )
        found = {(one.topic, one.number): one.job for one in waiting_of(part, lambda _, __: CASE)}
        assert found["work", EXHIBIT] is None
        assert found["weight", EXHIBIT] is None
        assert found["work", f"{EXHIBIT}.1"] is Job.TAKE_UP
