"""Places where exhibits lie: a tree of buildings, rooms, cabinets, shelves and boxes."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, TransitionError


class PlaceKind(StrEnum):
    """What a place is, from the largest to the smallest."""

    BUILDING = "building"
    ROOM = "room"
    CABINET = "cabinet"
    SHELF = "shelf"
    BOX = "box"


_SIZES = tuple(PlaceKind)


class PlaceStatus(StrEnum):
    """in use -> closed; nothing comes to a closed place any more."""

    IN_USE = "in use"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place. Immutable: every step returns a new place."""

    KIND: ClassVar[str] = "place"

    number: str
    """``PL-0001``; stands on its label."""
    name: str
    kind: PlaceKind
    inside: str = ""
    """Number of the place that it is in; empty for none."""
    capacity: int | None = None
    """How many exhibits it takes, with those of the places in it; None where nobody set one."""
    vault: bool = False
    """Whether a second person has to witness what goes in and out; holds for every place in it too."""
    added_by: str = ""
    status: PlaceStatus = PlaceStatus.IN_USE
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a place without a name, in itself, or for less than one exhibit."""
        require_text("place number", self.number)
        require_text("name of the place", self.name)
        if self.inside == self.number:
            raise InvalidRecordError(f"place {self.number} is in itself")
        if self.capacity is not None and self.capacity < 1:
            raise InvalidRecordError(f"place {self.number}: capacity {self.capacity}; expected 1 or more, or none")

    @property
    def parent(self) -> str:
        """Belong to the place that it is in."""
        return self.inside

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show kind and name."""
        return f"{self.kind.value} {self.name}"

    def require_inside(self, outer: "Place") -> None:
        """Refuse a place in one that is not larger, or that is closed.

        Raises
        ------
        InvalidRecordError
            Naming both.
        """
        if _SIZES.index(outer.kind) >= _SIZES.index(self.kind):
            raise InvalidRecordError(f"a {self.kind.value} in {outer.number}, a {outer.kind.value}; expected a smaller")
        outer.require_in_use()

    def require_in_use(self) -> None:
        """Refuse a closed place.

        Raises
        ------
        TransitionError
            If it is closed.
        """
        if self.status is PlaceStatus.CLOSED:
            raise TransitionError(f"place {self.number} is closed")

    def close(self) -> Self:
        """Take the place out of use.

        Raises
        ------
        TransitionError
            If it is closed already.
        """
        self.require_in_use()
        return replace(self, status=PlaceStatus.CLOSED, version=self.version + 1)
