from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lims.domain.deadline import (
    NO_TERMS,
    Calendar,
    DayCount,
    DeadlineState,
    Terms,
    TermStep,
    deadline,
    is_suspended,
    require_next,
)
from lims.errors import InvalidRecordError, TransitionError
from tests.builders.receiving import event

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
TERMS = Terms(days={"simple": 10}, counting=DayCount.CALENDAR)


def state(events, *, today, terms=TERMS, category="simple"):
    calendar = Calendar(today=today, counting=terms.counting, days_off=terms.days_off)
    return deadline(events, terms, calendar, category=category)


def start(day=MONDAY):
    return event(TermStep.STARTED, day)


def test_kz_3_the_day_of_the_start_is_not_counted():
    assert state([start()], today=MONDAY) == DeadlineState(due=date(2026, 11, 12), late_by=0, suspended=False)
    assert state([start()], today=date(2026, 11, 15)).late_by == 3


def test_kz_3_working_days_leave_out_weekends_and_days_off():
    terms = Terms(days={"simple": 5}, counting=DayCount.WORKING, days_off=frozenset({date(2026, 11, 4)}))
    assert state([start()], today=MONDAY, terms=terms).due == date(2026, 11, 10)


def test_kz_3_suspended_days_are_added():
    stopped = event(TermStep.SUSPENDED, date(2026, 11, 5))
    going = event(TermStep.RESUMED, date(2026, 11, 9))
    assert state([start(), stopped], today=date(2026, 11, 20)) == DeadlineState(due=None, late_by=0, suspended=True)
    assert state([start(), stopped, going], today=date(2026, 11, 20)).due == date(2026, 11, 16)


def test_a_resumption_without_a_suspension_changes_nothing():
    assert state([start(), event(TermStep.RESUMED, MONDAY)], today=MONDAY) == state([start()], today=MONDAY)


def test_kz_3_what_was_late_when_the_clock_was_stopped_stays_late():
    stopped = event(TermStep.SUSPENDED, date(2026, 11, 14))
    assert state([start(), stopped], today=date(2026, 12, 1)).late_by == 2


def test_kz_3_an_extension_names_its_own_day():
    longer = event(TermStep.EXTENDED, date(2026, 11, 10), until=date(2026, 11, 30))
    assert state([start(), longer], today=MONDAY).due == date(2026, 11, 30)
    assert state([start(), longer], today=MONDAY, terms=NO_TERMS).due == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("terms", "category"),
    [
        (NO_TERMS, "simple"),
        (TERMS, ""),
        (TERMS, "complex"),
        (Terms(days={"simple": 10}, counting=None), "simple"),
    ],
)
def test_kz_3_what_nobody_said_stays_unknown(terms, category):
    events = [start(), event(TermStep.SUSPENDED, MONDAY), event(TermStep.RESUMED, MONDAY + DAY)]
    for count in (1, 3):
        found = state(events[:count], today=date(2027, 1, 1), terms=terms, category=category)
        assert found == DeadlineState(due=None, late_by=None, suspended=False)
    assert state([], today=MONDAY) == DeadlineState(due=None, late_by=None, suspended=False)


def day_by_day(start_day, pauses, days, counting, days_off):
    """Walk the calendar: a day counts if it is one, and does not lie in a pause."""
    day, left = start_day, days
    while left:
        day += DAY
        working = day.weekday() < 5 and day not in days_off
        paused = any(first <= day < end for first, end in pauses)
        left -= (working or counting is DayCount.CALENDAR) and not paused
    return day


@given(
    start_day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    days=st.integers(1, 60),
    counting=st.sampled_from(DayCount),
    off=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 6, 1)), max_size=20),
    steps=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), max_size=3),
)
def test_the_deadline_is_that_of_a_walk_through_the_calendar(start_day, days, counting, off, steps):
    events, pauses, day = [start(start_day)], [], start_day
    for wait, length in steps:
        first = day + wait * DAY
        day = first + length * DAY
        pauses.append((first, day))
        events += [event(TermStep.SUSPENDED, first), event(TermStep.RESUMED, day)]
    terms = Terms(days={"simple": days}, counting=counting, days_off=off)
    expected = day_by_day(start_day, pauses, days, counting, off)
    reached = day_by_day(start_day, [], days, counting, off)
    assume(not pauses or pauses[-1][0] <= reached)  # a pause after the due day moves it; the walk has ended by then
    assert state(events, today=start_day, terms=terms).due == expected


def test_steps_follow_each_other():
    stopped, going = event(TermStep.SUSPENDED, MONDAY), event(TermStep.RESUMED, MONDAY)
    for before, step in (([], start()), ([start()], stopped), ([start(), stopped], going)):
        require_next(before, step)
    for before, step, words in (
        ([], stopped, "was not started"),
        ([start()], start(), "it runs"),
        ([start()], going, "it is running"),
        ([start(), stopped], stopped, "it is suspended"),
        ([start()], event(TermStep.SUSPENDED, MONDAY - DAY), "the step before"),
    ):
        with pytest.raises(TransitionError, match=words):
            require_next(before, step)
    assert not is_suspended([start(), stopped, going])


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (TermStep.SUSPENDED, {"reason": ""}),
        (TermStep.EXTENDED, {}),
        (TermStep.STARTED, {"until": MONDAY}),
        (TermStep.EXTENDED, {"until": MONDAY - DAY}),
        (TermStep.EXTENDED, {"until": MONDAY + DAY, "reason": ""}),
        (TermStep.EXTENDED, {"until": MONDAY + DAY, "decided_by": ""}),
    ],
)
def test_a_step_states_what_it_needs(step, facts):
    with pytest.raises(InvalidRecordError):
        event(step, MONDAY, **facts)
