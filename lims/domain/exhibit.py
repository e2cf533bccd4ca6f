"""Exhibits: the objects that are examined."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.wording import clean_text, require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One object of a case as it came in."""

    KIND: ClassVar[str] = "exhibit"

    number: str
    """The case number, a slash, the ordinal in the case: ``2026-0042/3``."""
    case_number: str
    description: str
    seal_number: str
    """Empty if it came without a seal."""
    seal_intact: bool | None
    """None if there was no seal, or nobody recorded its condition."""
    received_at: datetime
    received_by: str
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an object that nobody could recognise."""
        require_text("exhibit number", self.number)
        require_text("description", self.description)
        clean_text("seal number", self.seal_number)

    @property
    def parent(self) -> str:
        """Belong to the case."""
        return self.case_number

    @property
    def state(self) -> str:
        """Say that it is in the laboratory's keeping."""
        return "received"

    @property
    def title(self) -> str:
        """Show what it is."""
        return self.description
