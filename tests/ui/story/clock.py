"""The clock of the story: the computer's, set back to the days on which the runs were measured."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

MOVED = "story-clock"
"""File in the home folder: by how many seconds the clock is moved. The server and the test read the same."""


@dataclass(frozen=True, slots=True)
class MovedClock:
    """Runs as the computer's does. It counts no time since a computer's start, so it notices no jump."""

    file: Path

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        return datetime.now(UTC) + self._moved()

    def reading(self) -> None:
        """Give no reading: nothing runs beside this clock that it could be held against."""

    def go_to(self, moment: datetime) -> None:
        """Set a time; everybody who reads the file has it from now on."""
        seconds = (moment - datetime.now(UTC)).total_seconds()
        written = self.file.with_suffix(".new")
        written.write_text(repr(seconds), "ascii")
        written.replace(self.file)

    def _moved(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text("ascii"))) if self.file.exists() else timedelta()


def clock_of(home: Path) -> MovedClock:
    """Give the clock of a home folder; without a file it is the computer's."""
    return MovedClock(home / MOVED)
