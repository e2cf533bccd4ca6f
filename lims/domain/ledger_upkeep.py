"""What is done about the ledger itself: a checkpoint handed to somebody outside, the lists made anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCheckpoint:
    """One checkpoint that left the laboratory: from then on it is a witness."""

    KIND: ClassVar[str] = "checkpoint"

    number: str
    origin: str
    size: int
    """Entries that the checkpoint covers."""
    root: str
    """Hex."""
    handed_to: str
    """Where it was put: a folder, or a mail file."""
    handed_by: str
    handed_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse one that nobody could find again."""
        require_text("number of the handed checkpoint", self.number)
        require_text("receiver of the checkpoint", self.handed_to)
        if self.size < 1:
            raise InvalidRecordError(f"a checkpoint of {self.size} entries is a witness of nothing")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is outside."""
        return "handed out"

    @property
    def title(self) -> str:
        """Say how much it covers, and where it went."""
        return f"{self.size} entries, {self.handed_to}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsRebuild:
    """The lists made anew from the ledger."""

    KIND: ClassVar[str] = "lists"

    number: str
    rebuilt_by: str
    rebuilt_at: datetime
    differences: int
    """Between the lists and the ledger, before."""
    first_differences: tuple[str, ...] = ()
    """The first of them in words."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse one without a number."""
        require_text("number of the rebuild", self.number)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is done."""
        return "rebuilt"

    @property
    def title(self) -> str:
        """Say how much was wrong before."""
        return f"{self.differences} differences"
