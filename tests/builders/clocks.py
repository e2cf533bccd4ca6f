"""A clock that a test sets."""

import dataclasses
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@dataclasses.dataclass
class SetClock:
    """Says the time that it was set to."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)
