from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.clock import DRIFT, SLACK, ClockChange, ClockReading, jump_between
from lims.domain.record import body_of, from_body
from lims.errors import InvalidRecordError
from tests.builders.clocks import MORNING

BEFORE = ClockReading(boot_id="start-1", boot_time_us=5_000_000, wall_time=MORNING)
HOUR = timedelta(hours=1)


def after(elapsed, *, off=timedelta(), boot_id="start-1"):
    """Read the clock some time later, off by so much."""
    return ClockReading(
        boot_id=boot_id,
        boot_time_us=BEFORE.boot_time_us + elapsed // timedelta(microseconds=1),
        wall_time=MORNING + elapsed + off,
    )


@given(
    elapsed=st.timedeltas(timedelta(), timedelta(days=1000)),
    off=st.timedeltas(timedelta(days=-400), timedelta(days=400)),
)
def test_a_clock_agrees_as_long_as_it_is_off_by_no_more_than_drift_and_slack(elapsed, off):
    reading = after(elapsed, off=off)
    assert reading.moved_since(BEFORE) == off
    assert reading.elapsed_since(BEFORE) == elapsed
    assert reading.agrees_with(BEFORE) == (abs(off) <= SLACK + elapsed * DRIFT)


@pytest.mark.parametrize(
    ("elapsed", "off", "agrees"),
    [
        (timedelta(), timedelta(seconds=2), True),
        (timedelta(), timedelta(seconds=2, microseconds=1), False),
        (timedelta(), timedelta(seconds=-2, microseconds=-1), False),
        (HOUR, timedelta(seconds=3.8), True),
        (HOUR, timedelta(seconds=3.8, microseconds=1), False),
        (HOUR, timedelta(seconds=-3.8), True),
        (timedelta(days=1), timedelta(seconds=45.2), True),
        (timedelta(days=1), timedelta(seconds=45.3), False),
        (HOUR, timedelta(days=365), False),
    ],
)
def test_the_limit_is_two_seconds_and_500_parts_in_a_million(elapsed, off, agrees):
    assert after(elapsed, off=off).agrees_with(BEFORE) is agrees


def test_readings_of_two_starts_are_not_compared():
    with pytest.raises(InvalidRecordError, match="readings of two starts, start-1 and start-2"):
        after(HOUR, boot_id="start-2").moved_since(BEFORE)


@pytest.mark.parametrize(("off", "title"), [(HOUR, "+3600.000 s"), (-HOUR, "-3600.000 s")])
def test_a_jump_says_from_where_to_where(off, title):
    found = after(HOUR, off=off)
    jump = jump_between(BEFORE, found, version=3)
    assert (jump.number, jump.version, jump.before, jump.found) == ("start-1", 3, BEFORE, found)
    assert (jump.state, jump.title, jump.parent) == ("jumped", title, "")
    assert from_body(ClockChange, body_of(jump)) == jump


def test_a_correction_has_a_reason_and_nothing_to_be_held_against():
    correction = ClockChange(number="start-1", found=BEFORE, reason="the battery of the clock was empty")
    assert (correction.state, correction.title) == ("corrected", "the battery of the clock was empty")
    assert from_body(ClockChange, body_of(correction)) == correction
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        ClockChange(number="start-1", found=BEFORE)


def test_a_difference_that_is_not_that_of_the_readings_is_refused():
    with pytest.raises(InvalidRecordError, match="difference_us is 1; the readings say otherwise"):
        ClockChange(number="start-1", before=BEFORE, found=after(HOUR), difference_us=1)
