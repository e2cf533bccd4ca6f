"""What was done to the raw store itself: files set aside, damaged objects brought back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideFile:
    """One file that was moved into the quarantine; nothing is ever deleted."""

    name: str
    """Where it lay, relative to the store; empty if an earlier sweep moved it and ended before it was recorded."""
    kept_as: str
    """Where it lies now, relative to the store."""
    size: int
    """Bytes."""
    sha256: str
    """Of its bytes as they are; empty where they cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSweep:
    """One sweep that moved something: what no ledger entry names."""

    KIND: ClassVar[str] = "raw sweep"

    number: str
    swept_by: str
    swept_at: datetime
    moved: tuple[SetAsideFile, ...]
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a sweep that moved nothing: it is no act."""
        require_text("number of the sweep", self.number)
        if not self.moved:
            raise InvalidRecordError(f"sweep {self.number} moved nothing")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is done."""
        return "swept"

    @property
    def title(self) -> str:
        """Say how much was moved."""
        return f"{len(self.moved)} files, {sum(file.size for file in self.moved)} bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedObject:
    """One object that was brought back from the second copy."""

    sha256: str
    found: str
    """What was wrong with it, in words."""
    damaged: SetAsideFile | None
    """What lay in its place; None for an object that was missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRepair:
    """One repair of the raw store."""

    KIND: ClassVar[str] = "raw repair"

    number: str
    repaired_by: str
    repaired_at: datetime
    repaired: tuple[RepairedObject, ...]
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a repair that brought nothing back: it is no act."""
        require_text("number of the repair", self.number)
        if not self.repaired:
            raise InvalidRecordError(f"repair {self.number} brought nothing back")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is done."""
        return "repaired"

    @property
    def title(self) -> str:
        """Say how much was brought back."""
        return f"{len(self.repaired)} objects"
