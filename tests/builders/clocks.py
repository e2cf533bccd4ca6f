"""A clock that a test sets."""

import dataclasses
from datetime import UTC, datetime, timedelta

from lims.domain.clock import ClockReading

MORNING = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@dataclasses.dataclass
class SetClock:
    """Says the time that it was set to."""

    moment: datetime = MORNING
    jumped: timedelta = timedelta()
    """By how much it was set, other than by the time that passed."""

    def now(self) -> datetime:
        return self.moment

    def reading(self) -> ClockReading:
        running = self.moment - MORNING - self.jumped
        return ClockReading(boot_id="start-1", boot_time_us=running // timedelta(microseconds=1), wall_time=self.moment)

    def jump(self, **span: float) -> None:
        """Set it, while no time passes."""
        self.moment += timedelta(**span)
        self.jumped += timedelta(**span)

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)
