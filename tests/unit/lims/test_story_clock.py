"""The clock of the simulated week: it never goes back, and its week is one that is over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.demo.story_clock import StoryClock, is_over, last_monday, morning_of
from lims.errors import InvalidRecordError

ALMATY = ZoneInfo("Asia/Almaty")
MOMENT = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)


def test_it_says_what_the_story_sets_and_reads_no_computer() -> None:
    clock = StoryClock(moment=MOMENT)
    clock.later(90)
    assert clock.now() == MOMENT + timedelta(minutes=90)
    assert clock.now().tzinfo is UTC
    assert clock.reading() is None


def test_it_never_goes_back() -> None:
    clock = StoryClock(moment=MOMENT)
    with pytest.raises(InvalidRecordError, match="cannot go back"):
        clock.go_to(MOMENT - timedelta(seconds=1))
    assert clock.now() == MOMENT


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-21T07:59:59+05:00", date(2026, 11, 9)),
        ("2026-11-21T08:00:00+05:00", date(2026, 11, 16)),
        ("2026-11-22T23:59:00+05:00", date(2026, 11, 16)),
        ("2026-11-23T00:00:00+05:00", date(2026, 11, 16)),
        ("2026-11-20T23:59:00+05:00", date(2026, 11, 9)),
    ],
)
def test_a_week_is_over_when_its_saturday_begins_to_work(now: str, monday: date) -> None:
    assert last_monday(datetime.fromisoformat(now), ALMATY) == monday


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds the zone
def test_the_newest_week_that_is_over_is_over_and_the_next_is_not(now: datetime) -> None:
    monday = last_monday(now, ALMATY)
    assert monday.weekday() == 0
    assert is_over(monday, now, ALMATY)
    assert not is_over(monday + timedelta(days=7), now, ALMATY)
    assert morning_of(monday, ALMATY) < now
