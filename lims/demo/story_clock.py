"""The clock of the simulated week: it says what the story needs, and never goes back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lims.errors import InvalidRecordError

WORKING_DAYS = 5
_FIRST_HOUR = time(8)
_WEEK = timedelta(days=7)


@dataclass(slots=True)
class StoryClock:
    """Says a time that the story sets. It counts no time since a computer's start, so it notices no jump."""

    moment: datetime
    """Aware."""

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        return self.moment.astimezone(UTC)

    def reading(self) -> None:
        """Give no reading: nothing runs beside this clock that it could be held against."""

    def later(self, minutes: float = 1) -> None:
        """Let time pass."""
        self.go_to(self.moment + timedelta(minutes=minutes))

    def go_to(self, moment: datetime) -> None:
        """Set a later time.

        Raises
        ------
        InvalidRecordError
            If it is earlier.
        """
        if moment < self.moment:
            raise InvalidRecordError(f"the story is at {self.moment}, and cannot go back to {moment}")
        self.moment = moment


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Give the time at which a working day begins."""
    return datetime.combine(day, _FIRST_HOUR, zone)


def is_over(monday: date, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the working week of a Monday is over: its Saturday has begun to work."""
    return morning_of(monday, zone) + timedelta(days=WORKING_DAYS) <= now


def last_monday(now: datetime, zone: ZoneInfo) -> date:
    """Give the Monday of the newest working week that is over."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return monday if is_over(monday, now, zone) else monday - _WEEK
