"""The computer's clock held against the time since its start: one that was set is told from one that drifts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError

SLACK = timedelta(seconds=2)
"""By how much a clock may be off before it counts as set."""
DRIFT = 500e-6
"""By what part of the elapsed time a clock may be slowed or sped up: the tolerance of Linux's adjtimex(2), 500 ppm."""
RENEWED_AFTER = timedelta(hours=1)
"""Age at which a reading that agrees is replaced, so that what may be off does not grow with it."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """The clock and the time since the computer's start, read together."""

    boot_id: str
    """Names one start of one computer."""
    boot_time_us: int
    """Microseconds since that start, also of sleep; nobody can set them."""
    wall_time: datetime

    def moved_since(self, before: "ClockReading") -> timedelta:
        """Give by how much the clock went beyond the time that passed; negative for a clock set back.

        Raises
        ------
        InvalidRecordError
            If the other reading is of another start: between two starts nothing can be said.
        """
        if before.boot_id != self.boot_id:
            raise InvalidRecordError(f"readings of two starts, {before.boot_id} and {self.boot_id}, cannot be compared")
        return self.wall_time - before.wall_time - self.elapsed_since(before)

    def elapsed_since(self, before: "ClockReading") -> timedelta:
        """Give the time that passed by the computer's own count."""
        return (self.boot_time_us - before.boot_time_us) * _MICROSECOND

    def agrees_with(self, before: "ClockReading") -> bool:
        """Tell whether the clock moved no more than drift and ``SLACK`` allow."""
        return abs(self.moved_since(before)) <= SLACK + abs(self.elapsed_since(before)) * DRIFT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """The clock jumped, or a person found the ledger's time wrong and the clock right."""

    KIND: ClassVar[str] = "clock"

    number: str
    """The start of the computer in which it was noticed."""
    found: ClockReading
    before: ClockReading | None = None
    """The reading that it is held against; none where a person set the ledger's time right."""
    difference_us: int = 0
    """Microseconds by which the clock went beyond the time that passed; negative for back."""
    reason: str = ""
    """Why the ledger's time was wrong, in that person's words."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a change that is neither of the two."""
        if self.before is None:
            require_text("reason", self.reason)
        elif self.difference_us != (self.found.moved_since(self.before)) // _MICROSECOND:
            raise InvalidRecordError(f"difference_us is {self.difference_us}; the readings say otherwise")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say which of the two it is."""
        return "corrected" if self.before is None else "jumped"

    @property
    def title(self) -> str:
        """Show the jump, or the reason."""
        return self.reason or f"{self.difference_us / 1_000_000:+.3f} s"


def jump_between(before: ClockReading, found: ClockReading, *, version: int) -> ClockChange:
    """Give the record of a jump between two readings of one start."""
    difference = found.moved_since(before) // _MICROSECOND
    return ClockChange(number=found.boot_id, before=before, found=found, difference_us=difference, version=version)
