"""Who may do which method, from when to when, and the record that shows it (ISO/IEC 17025:2017, 6.2.5 and 6.2.6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import ClassVar, Self

from lims.domain.permissions import Act
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError

IDENTIFICATION_METHOD = "EI-IDENTIFICATION"
"""Identification by electron ionisation spectra of runs that were measured in no batch."""

COMPETENT_ACTS = frozenset(
    {
        Act.BATCH_PLANNED,
        Act.BATCH_MEASURED,
        Act.BATCH_RUN_DISCARDED,
        Act.BATCH_JUDGED,
        Act.EXAMINATION_OPENED,
        Act.COMPONENT_IDENTIFIED,
        Act.COMPONENT_MARKED,
        Act.COMPONENT_LEFT,
        Act.EXAMINATION_CONCLUDED,
        Act.EXAMINATION_APPROVED,
        Act.EXAMINATION_RETURNED,
        Act.FINDING_RECORDED,
        Act.FINDING_CORRECTED,
        Act.FINDING_DISCARDED,
        Act.IDENTIFICATION_OPENED,
        Act.IDENTIFICATION_REVISED,
        Act.IDENTIFICATION_CONCLUDED,
        Act.IDENTIFICATION_CHECKED,
        Act.IDENTIFICATION_DISPUTED,
        Act.REPORT_INTENDED,
        Act.REPORT_DRAFTED,
        Act.REPORT_REVIEWED,
        Act.REPORT_DISPUTED,
    }
)
"""Acts that only a person may do who is competent for the method on that day. A run that is brought to a batch is
recorded together with the batch, which is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One person's competence for one method."""

    KIND: ClassVar[str] = "competence"

    number: str
    person: str
    method: str
    """Number of the method, or ``IDENTIFICATION_METHOD``."""
    valid_from: date
    """Days are those of the laboratory's time zone."""
    valid_until: date | None
    """The last day; None for one that does not end by itself."""
    basis: str
    """The record that shows it: training file, proficiency test."""
    granted_by: str
    granted_at: datetime
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a competence without a person, a method or a basis, for no day, or granted to oneself."""
        require_text("competence number", self.number)
        require_text("person", self.person)
        require_text("method", self.method)
        require_text("basis", self.basis)
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise InvalidRecordError(f"competence: from {self.valid_from} to {self.valid_until}; the last day is first")
        if self.granted_by == self.person:
            raise NotPermittedError(f"{self.person} cannot grant a competence to the own person")

    @property
    def parent(self) -> str:
        """Belong to the person."""
        return self.person

    @property
    def state(self) -> str:
        """Say until when it holds."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return f"until {self.valid_until}" if self.valid_until else "without end"

    @property
    def title(self) -> str:
        """Show the method."""
        return self.method

    def covers(self, method: str, day: date) -> bool:
        """Tell whether it allows a method on a day."""
        in_time = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return self.method == method and in_time and self.withdrawn_at is None

    def held_on(self, day: date, *, time_zone: tzinfo) -> bool:
        """Tell whether it held on a day that may have passed; the day of a withdrawal counts no more."""
        withdrawn_on = None if self.withdrawn_at is None else self.withdrawn_at.astimezone(time_zone).date()
        in_time = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return in_time and (withdrawn_on is None or day < withdrawn_on)

    def withdraw(self, *, by: str, at: datetime, reason: str) -> Self:
        """Take it back: it allows nothing from now on; what was done before stays valid.

        Raises
        ------
        TransitionError
            If it was withdrawn before.
        InvalidRecordError
            If no reason is given.
        NotPermittedError
            If it is the own one.
        """
        if self.withdrawn_at is not None:
            raise TransitionError(f"{self.number} is withdrawn already")
        if by == self.person:
            raise NotPermittedError(f"{by} cannot withdraw the own competence")
        require_text("reason", reason)
        return replace(self, withdrawn_by=by, withdrawn_at=at, withdrawal_reason=reason, version=self.version + 1)


def why_not_competent(held: tuple[Competence, ...], *, person: str, method: str, day: date) -> str:
    """Say what is missing for a method on a day; empty if nothing is.

    Parameters
    ----------
    held : tuple of Competence
        All that the person ever had.
    """
    if any(one.covers(method, day) for one in held):
        return ""
    of_method = [one for one in held if one.method == method]
    found = "; ".join(f"{one.number} from {one.valid_from} is {one.state}" for one in of_method)
    return f"{person} is not competent for {method} on {day}: {found or 'no competence was ever granted'}"
