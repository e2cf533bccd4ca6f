"""Turnaround by step held against a slow twin that counts the hours one by one, and the exactness of its figures."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lims.domain.deadline import TermEvent, TermStep
from lims.domain.turnaround import SPANS, Course, Step, Taken, group_of, spread, taken, turnaround

ZONE = ZoneInfo("Asia/Almaty")
BEGIN = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
_HOURS = 24 * 20


def event(step, on):
    return TermEvent(
        step=step,
        on=on,
        reason="" if step is TermStep.RESUMED else "more objects are asked for",
        until=None,
        decided_by="",
        recorded_by="head",
        recorded_at=BEGIN,
    )


@st.composite
def courses(draw):
    reached = {
        step: BEGIN + draw(st.integers(0, _HOURS)) * HOUR
        for step in Step
        if step is Step.RECEIVED or draw(st.integers(0, 4))
    }
    if draw(st.booleans()):
        reached = dict(zip(reached, sorted(reached.values()), strict=True))
    days = sorted(draw(st.lists(st.integers(0, 22), max_size=5)))
    steps = [TermStep.SUSPENDED, TermStep.RESUMED]
    events = [event(steps[place % 2], date(2026, 11, 1) + timedelta(days=day)) for place, day in enumerate(days)]
    return Course(
        case_number="2026-0001",
        laboratory=draw(st.sampled_from(["Astana", "Shymkent"])),
        region=draw(st.sampled_from(["", "KZ-75"])),
        category=draw(st.sampled_from(["", "simple"])),
        reached=reached,
        term_events=tuple(events),
    )


def slowly(course, span):
    """Count hour by hour whether the clock stood: an hour is suspended if its day is in a suspension."""
    if span.first not in course.reached or span.last not in course.reached:
        return None
    now, last = course.reached[span.first], course.reached[span.last]
    if last < now:
        return None
    running = stood = timedelta()
    while now < last:
        if suspended_on(course.term_events, now.astimezone(ZONE).date()):
            stood += HOUR
        else:
            running += HOUR
        now += HOUR
    return Taken(running=running, suspended=stood)


def suspended_on(events, day):
    standing = False
    for one in events:
        if one.on <= day:
            standing = one.step is TermStep.SUSPENDED
    return standing


@given(courses())
def test_kz_3_time_in_which_the_clock_stood_is_kept_apart(course):
    for span in SPANS:
        assert taken(course, span, time_zone=ZONE) == slowly(course, span), str(span)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**14)), max_size=40))
def test_kz_3_figures_are_exact(spans):
    known = sorted(value for value in spans if value is not None)
    found = spread(
        None if one is None else Taken(running=timedelta(microseconds=one), suspended=timedelta(microseconds=one % 3))
        for one in spans
    )
    assert (found.known, found.unknown) == (len(known), len(spans) - len(known))
    assert found.suspended == sum(value % 3 > 0 for value in known)
    assert Fraction(found.suspended_s) == Fraction(sum(value % 3 for value in known), 10**6)
    if not known:
        assert (found.median_s, found.percentile_90_s, found.longest_s) == (None, None, None)
        return
    assert Fraction(found.longest_s) == Fraction(known[-1], 10**6)
    assert Fraction(found.median_s) == Fraction(slow_median(known), 10**6)
    at_most = [value for value in known if Fraction(value, 10**6) <= Fraction(found.percentile_90_s)]
    assert 10 * len(at_most) >= 9 * len(known)
    shorter = [value for value in known if Fraction(value, 10**6) < Fraction(found.percentile_90_s)]
    assert 10 * len(shorter) < 9 * len(known), "a shorter time does not cover nine of ten"


def slow_median(values):
    """Take the smallest and the largest away until one or two are left."""
    rest = sorted(values)
    while len(rest) > 2:
        rest = rest[1:-1]
    return Fraction(sum(rest), len(rest))


@given(st.lists(courses(), max_size=12))
def test_groups_count_every_case_once_and_agree_with_the_cases_taken_alone(found):
    every = turnaround(found, time_zone=ZONE)
    assert every.cases == len(found)
    for span in SPANS:
        times = [taken(one, span, time_zone=ZONE) for one in found]
        assert every.whole[span] == spread(times)
        assert sum(group[span].known for group in every.groups.values()) == sum(one is not None for one in times)
    for group, spreads in every.groups.items():
        alone = [one for one in found if group_of(one, time_zone=ZONE) == group]
        assert spreads == turnaround(alone, time_zone=ZONE).whole


def test_the_month_is_that_of_the_laboratory():
    late_evening = datetime.combine(date(2026, 10, 31), time(20, 0), tzinfo=UTC)
    course = Course(
        case_number="1", laboratory="L", region="", category="", reached={Step.RECEIVED: late_evening}, term_events=()
    )
    assert group_of(course, time_zone=ZONE).month == "2026-11"
    assert group_of(course, time_zone=UTC).month == "2026-10"


def test_the_longest_of_one_case_is_its_only_time():
    one = spread([Taken(running=timedelta(days=2), suspended=timedelta())])
    assert (one.median_s, one.percentile_90_s, one.longest_s) == (Decimal(172800),) * 3
