"""The computer's clock, and the time since its start: the only place that reads either."""

import time
from datetime import UTC, datetime
from pathlib import Path

from lims.domain.clock import ClockReading

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux names the start of the computer."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        return datetime.now(UTC)

    def reading(self) -> ClockReading | None:
        """Read the clock beside the time since the computer's start; None where that is not counted."""
        counter = getattr(time, "CLOCK_BOOTTIME", None)
        if counter is None or not _BOOT_ID.exists():
            return None
        return ClockReading(
            boot_id=_BOOT_ID.read_text("ascii").strip(),
            boot_time_us=time.clock_gettime_ns(counter) // 1000,
            wall_time=self.now(),
        )
