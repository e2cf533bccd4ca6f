"""When a case is due: days of its category from the start, with suspensions and extensions (rule KZ-3).

How many days a category has, and whether days off count, is for the order on terms to say: both are settings without a
default, and what is not set leaves the deadline unknown. The day of the start is not counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError

_DAY = timedelta(days=1)
_SATURDAY = 5


class TermStep(StrEnum):
    """What happens to the clock of a case."""

    STARTED = "started"
    """All objects and materials are there."""
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEvent:
    """One step of the clock."""

    step: TermStep
    on: date
    """The laboratory's day from which it holds."""
    reason: str
    """Empty for a start."""
    until: date | None
    """The new due day of an extension; None for all others."""
    decided_by: str
    """Who allowed an extension or a suspension, as the paper names that person; empty for a start."""
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse a suspension or an extension without a reason, and a due day that is none."""
        clean_text("reason", self.reason)
        clean_text("decided by", self.decided_by)
        if self.step is TermStep.SUSPENDED:
            require_text("reason", self.reason)
        if (self.step is TermStep.EXTENDED) != (self.until is not None):
            raise InvalidRecordError(f"{self.step}: until {self.until}; an extension names its last day, others do not")
        if self.until is not None:
            require_text("reason", self.reason)
            require_text("decided by", self.decided_by)
            if self.until < self.on:
                raise InvalidRecordError(f"extended on {self.on} until {self.until}; expected a later day")


class DayCount(StrEnum):
    """Which days of a term count."""

    CALENDAR = "calendar"
    WORKING = "working"
    """Monday to Friday without the days off that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an installation was told about terms; nothing by default."""

    days: Mapping[str, int]
    """By category of complexity."""
    counting: DayCount | None
    """None as long as nobody said which days count: then no term is computed."""
    days_off: frozenset[date] = frozenset()


NO_TERMS = Terms(days={}, counting=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The day on which the question is asked, and which days count."""

    today: date
    counting: DayCount | None
    days_off: frozenset[date] = frozenset()

    def counts(self, day: date) -> bool:
        """Tell whether a day is counted."""
        return self.counting is not DayCount.WORKING or (day.weekday() < _SATURDAY and day not in self.days_off)

    def after(self, day: date, days: int) -> date:
        """Give the day that many counted days after another."""
        while days:
            day += _DAY
            days -= self.counts(day)
        return day

    def between(self, first: date, end: date) -> int:
        """Count the days from one up to the day before another."""
        return sum(self.counts(first + _DAY * place) for place in range((end - first).days))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineState:
    """Where the clock of a case stands."""

    due: date | None
    """None: not started, suspended, or no term is known."""
    late_by: int | None
    """Calendar days past the due day, 0 for none; None where nothing is due. While the clock stands, as it was when it
    was stopped."""
    suspended: bool


def deadline(events: Sequence[TermEvent], terms: Terms, calendar: Calendar, *, category: str) -> DeadlineState:
    """Compute when a case is due and how late it is.

    Parameters
    ----------
    events : sequence of TermEvent
        In their order; see ``require_next``.
    category : str
        Of complexity; empty or not among the terms: the days are unknown, and only an extension makes a due day.

    Notes
    -----
    The due day is the start plus the days of the category. An extension puts its own day in its place. Each counted day
    from a suspension up to the day before the resumption moves the due day on by one counted day.
    """
    due: date | None = None
    stopped: date | None = None
    for event in events:
        if event.step is TermStep.STARTED:
            due = _first_due(event.on, terms, calendar, category)
        elif event.step is TermStep.EXTENDED:
            due = event.until
        elif event.step is TermStep.SUSPENDED:
            stopped = event.on
        elif stopped is not None:
            due = None if due is None else _moved(due, stopped, event.on, calendar)
            stopped = None
    reached = calendar.today if stopped is None else min(stopped, calendar.today)
    late_by = None if due is None else max((reached - due).days, 0)
    return DeadlineState(due=due if stopped is None else None, late_by=late_by, suspended=stopped is not None)


def _first_due(start: date, terms: Terms, calendar: Calendar, category: str) -> date | None:
    days = terms.days.get(category)
    return None if days is None or calendar.counting is None else calendar.after(start, days)


def _moved(due: date, stopped: date, resumed: date, calendar: Calendar) -> date:
    return calendar.after(due, calendar.between(stopped, resumed))


def require_next(events: Sequence[TermEvent], event: TermEvent) -> None:
    """Refuse a step that does not follow from those before.

    Raises
    ------
    TransitionError
        If the clock was started already, or not yet; stands already, or runs; or the day is before the last step's.
    """
    last = events[-1] if events else None
    if (event.step is TermStep.STARTED) != (last is None):
        raise TransitionError(f"the clock cannot be {event.step}: it {'was not started' if last is None else 'runs'}")
    if last is None:
        return
    standing = is_suspended(events)
    if (event.step is TermStep.SUSPENDED and standing) or (event.step is TermStep.RESUMED and not standing):
        raise TransitionError(f"the clock cannot be {event.step}: it is {'suspended' if standing else 'running'}")
    if event.on < last.on:
        raise TransitionError(f"{event.step} on {event.on}; the step before is of {last.on}")


def is_suspended(events: Sequence[TermEvent]) -> bool:
    """Tell whether the clock stands."""
    steps = [event.step for event in events if event.step in {TermStep.SUSPENDED, TermStep.RESUMED}]
    return bool(steps) and steps[-1] is TermStep.SUSPENDED
