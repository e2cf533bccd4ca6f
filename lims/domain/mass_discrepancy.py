"""Differences of mass beyond their uncertainty: raised by the weighing itself, closed by the quality manager alone."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from lims.domain.weight_uncertainty import round_up
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyClosing:
    """What the quality manager found, and what was done."""

    finding: str
    action: str
    closed_by: str
    closed_at: datetime

    def __post_init__(self) -> None:
        """Refuse to close without words."""
        require_text("finding", self.finding)
        require_text("action", self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class MassDiscrepancy:
    """One difference of mass that its uncertainty does not explain (rule WU-7)."""

    KIND: ClassVar[str] = "discrepancy"

    number: str
    """Of the subject, ``-D`` and an ordinal."""
    subject_number: str
    """The exhibit, part, aliquot or reference standard that does not weigh what it should."""
    exhibit_number: str
    """Empty for a reference standard."""
    what: str
    difference: Decimal
    """Found less expected."""
    u: Decimal
    """What the difference may be without a cause: expanded uncertainty, and the tolerance of a standard."""
    unit: str
    """Of both."""
    raised_by: str
    raised_at: datetime
    closing: DiscrepancyClosing | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a difference of nothing."""
        for name in ("number", "subject_number", "what", "unit"):
            require_text(f"discrepancy {name.replace('_', ' ')}", getattr(self, name))
        clean_text("exhibit number", self.exhibit_number)
        if not (self.difference.is_finite() and self.u.is_finite() and self.u >= 0):
            raise InvalidRecordError(
                f"{self.number}: difference {self.difference}, U {self.u}; expected finite numbers"
            )

    @property
    def parent(self) -> str:
        """Belong to the subject."""
        return self.subject_number

    @property
    def state(self) -> str:
        """Say whether it waits for the quality manager."""
        return "open" if self.closing is None else "closed"

    @property
    def title(self) -> str:
        """Show by how much."""
        return f"{self.difference} {self.unit}, U {round_up(self.u)} {self.unit}"

    def close(self, closing: DiscrepancyClosing) -> Self:
        """Close it.

        Raises
        ------
        TransitionError
            If it is closed.
        NotPermittedError
            If the person who weighed closes it.
        """
        if self.closing is not None:
            raise TransitionError(f"{self.number} was closed by {self.closing.closed_by}")
        if closing.closed_by == self.raised_by:
            raise NotPermittedError(f"{self.raised_by} raised {self.number} and cannot close it")
        return replace(self, closing=closing, version=self.version + 1)
