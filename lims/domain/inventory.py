"""Inventories: what was scanned in a place beside what the record says, counted twice by two people (rule CC-8)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import TransitionError


class InventoryStatus(StrEnum):
    """counted once -> agreed, or differs."""

    COUNTED = "counted once"
    AGREED = "agreed"
    """Both counts found what the record says."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one person found in a place."""

    by: str
    counted_at: datetime
    expected: tuple[str, ...]
    """Exhibits that the record has there at that moment."""
    found: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name what is recorded there and was not found."""
        return tuple(sorted(set(self.expected) - set(self.found)))

    @property
    def unexpected(self) -> tuple[str, ...]:
        """Name what was found and is recorded elsewhere."""
        return tuple(sorted(set(self.found) - set(self.expected)))

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return not self.missing and not self.unexpected


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Two counts of one place. The second person sees nothing of the first count before the own one is recorded."""

    KIND: ClassVar[str] = "inventory"

    number: str
    """``I2026-0001``."""
    place_number: str
    first: Count
    second: Count | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an inventory of no place, and one person counting twice."""
        require_text("inventory number", self.number)
        require_text("place number", self.place_number)
        if self.second is not None and self.second.by == self.first.by:
            raise TransitionError(f"{self.number} was counted by {self.first.by}; another person counts again")

    @property
    def parent(self) -> str:
        """Belong to the place."""
        return self.place_number

    @property
    def state(self) -> str:
        """Give the status: of a first count nothing but that it was made, so that the second is blind."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the place."""
        return f"inventory of {self.place_number}"

    @property
    def status(self) -> InventoryStatus:
        """How far it is, and whether both counts agree with the record."""
        if self.second is None:
            return InventoryStatus.COUNTED
        return InventoryStatus.AGREED if self.first.agrees and self.second.agrees else InventoryStatus.DIFFERS

    def count_again(self, count: Count) -> Self:
        """Add the blind second count.

        Raises
        ------
        TransitionError
            If it was made already, or the same person counted first.
        """
        if self.second is not None:
            raise TransitionError(f"{self.number} was counted twice: {self.state}")
        return replace(self, second=count, version=self.version + 1)


def counted(by: str, at: datetime, *, expected: Iterable[str], found: Iterable[str]) -> Count:
    """Make a count of what was scanned, each exhibit once, in order of the numbers."""
    return Count(by=by, counted_at=at, expected=tuple(sorted(set(expected))), found=tuple(sorted(set(found))))
