"""Turnaround by step: how long cases take from receipt to issue, from the times of the ledger (rule KZ-3).

A step is reached with the first act that does it. Time in which the clock of the case stood is kept apart: days from a
suspension up to the day before the resumption. Where a step is missing, or came before the one before it, the time
between is unknown and counted as such.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from lims.domain.deadline import TermEvent, TermStep
from lims.domain.permissions import Act

_MICROSECOND = timedelta(microseconds=1)
_NOTHING = timedelta()
_SECOND = Decimal(1_000_000)
_PERCENTILE = 90


class Step(StrEnum):
    """How far a case is."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    """An expert signed the warning of liability, or an exhibit came into the hands of a person who took it up."""
    MEASURED = "measured"
    """The first weighing, run or finding."""
    CONCLUDED = "concluded"
    REVIEWED = "reviewed"
    ISSUED = "issued"


STEP_ACTS: Mapping[str, Step] = MappingProxyType(
    {
        Act.CASE_REGISTERED: Step.RECEIVED,
        Act.CASE_WARNING_SIGNED: Step.ASSIGNED,
        Act.CUSTODY_TAKEN: Step.ASSIGNED,
        Act.CUSTODY_TAKEN_OUT: Step.ASSIGNED,
        Act.WEIGHING_RECORDED: Step.MEASURED,
        Act.RUN_IMPORTED: Step.MEASURED,
        Act.FINDING_RECORDED: Step.MEASURED,
        Act.EXAMINATION_CONCLUDED: Step.CONCLUDED,
        Act.IDENTIFICATION_CONCLUDED: Step.CONCLUDED,
        Act.REPORT_REVIEWED: Step.REVIEWED,
        Act.REPORT_ISSUED: Step.ISSUED,
    }
)
"""The acts that reach a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one step to another."""

    first: Step
    last: Step

    def __str__(self) -> str:
        """Name both."""
        return f"{self.first} -> {self.last}"


SPANS = (
    *(Span(first=one, last=after) for one, after in zip(tuple(Step), tuple(Step)[1:], strict=False)),
    Span(first=Step.RECEIVED, last=Step.ISSUED),
)
"""From each step to the next, and the whole way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The way of one case."""

    case_number: str
    laboratory: str
    region: str
    """Code of the seizure's region; empty for unknown, ``several`` for more than one."""
    category: str
    """Of complexity; empty for unknown."""
    reached: Mapping[Step, datetime]
    """When each step was reached first."""
    term_events: tuple[TermEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How long a case took for a span."""

    running: timedelta
    """While the clock of the case ran."""
    suspended: timedelta


def taken(course: Course, span: Span, *, time_zone: tzinfo) -> Taken | None:
    """Measure a span of a case; None where one of its steps is missing, or they came in another order.

    Parameters
    ----------
    time_zone : tzinfo
        In which the days of a suspension begin and end.
    """
    first, last = course.reached.get(span.first), course.reached.get(span.last)
    if first is None or last is None or last < first:
        return None
    stood = sum((_shared(one, first, last) for one in _suspensions(course.term_events, time_zone)), _NOTHING)
    return Taken(running=_between(first, last) - stood, suspended=stood)


def _suspensions(events: Sequence[TermEvent], time_zone: tzinfo) -> Iterator[tuple[datetime, datetime | None]]:
    """Give from when to when the clock stood; None for the end of what lasts still."""
    since: datetime | None = None
    for event in events:
        if event.step is TermStep.SUSPENDED:
            since = _begin(event.on, time_zone)
        elif event.step is TermStep.RESUMED and since is not None:
            yield since, _begin(event.on, time_zone)
            since = None
    if since is not None:
        yield since, None


def _begin(day: date, time_zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=time_zone)


def _shared(suspension: tuple[datetime, datetime | None], first: datetime, last: datetime) -> timedelta:
    begin, end = suspension
    stop = last if end is None else min(end, last)
    return max(_between(max(begin, first), stop), _NOTHING)


def _between(first: datetime, last: datetime) -> timedelta:
    """Subtract times by the clock of the world: within one zone Python subtracts by that of the wall."""
    return last.astimezone(UTC) - first.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long cases took for one span, in seconds while the clock ran; exact."""

    known: int
    unknown: int
    """Cases without one of both steps, or with them in another order."""
    median_s: Decimal | None
    """The middle one, or half the sum of the two in the middle; None where nothing is known."""
    percentile_90_s: Decimal | None
    """The shortest time that nine of ten cases did not exceed (nearest rank)."""
    longest_s: Decimal | None
    suspended: int
    """Of the known: cases whose clock stood for a time."""
    suspended_s: Decimal
    """For how long altogether."""


def spread(found: Iterable[Taken | None]) -> Spread:
    """Summarise the times of a span."""
    every = tuple(found)
    known = [one for one in every if one is not None]
    running = sorted(one.running // _MICROSECOND for one in known)
    stood = [one.suspended // _MICROSECOND for one in known]
    return Spread(
        known=len(known),
        unknown=len(every) - len(known),
        median_s=_median(running),
        percentile_90_s=_nearest_rank(running, _PERCENTILE),
        longest_s=Decimal(running[-1]) / _SECOND if running else None,
        suspended=sum(one > 0 for one in stood),
        suspended_s=Decimal(sum(stood)) / _SECOND,
    )


def _median(values: Sequence[int]) -> Decimal | None:
    if not values:
        return None
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return Decimal(low + high) / (2 * _SECOND)


def _nearest_rank(values: Sequence[int], percent: int) -> Decimal | None:
    rank = -(-len(values) * percent // 100)  # rounded up
    return Decimal(values[rank - 1]) / _SECOND if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases that are counted together."""

    laboratory: str
    region: str
    category: str
    month: str
    """In which they were received, as ``2026-11``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """How long cases take."""

    cases: int
    whole: Mapping[Span, Spread]
    groups: Mapping[Group, Mapping[Span, Spread]]


def turnaround(courses: Iterable[Course], *, time_zone: tzinfo) -> Turnaround:
    """Count cases together, and by laboratory, region, category and month of receipt."""
    by_group: dict[Group, list[Course]] = defaultdict(list)
    for course in courses:
        by_group[group_of(course, time_zone=time_zone)].append(course)
    every = [course for group in by_group.values() for course in group]
    ordered = sorted(by_group, key=lambda one: (one.month, one.laboratory, one.region, one.category))
    return Turnaround(
        cases=len(every),
        whole=_spreads(every, time_zone),
        groups={group: _spreads(by_group[group], time_zone) for group in ordered},
    )


def group_of(course: Course, *, time_zone: tzinfo) -> Group:
    """Say with which cases a case is counted."""
    received = course.reached.get(Step.RECEIVED)
    month = f"{received.astimezone(time_zone):%Y-%m}" if received else ""
    return Group(laboratory=course.laboratory, region=course.region, category=course.category, month=month)


def _spreads(courses: Sequence[Course], time_zone: tzinfo) -> Mapping[Span, Spread]:
    return {span: spread(taken(one, span, time_zone=time_zone) for one in courses) for span in SPANS}
