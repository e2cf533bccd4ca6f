"""Deviations: work that departs from a validated procedure, justified, authorised and accepted beforehand.

Source: ISO/IEC 17025:2017, 7.2.1.7 and 7.2.2.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError


class DeviationStatus(StrEnum):
    """asked -> authorised -> accepted; only then work may depart from the procedure."""

    ASKED = "asked"
    AUTHORISED = "authorised"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """Who in the laboratory allowed it."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAcceptance:
    """Who outside accepted it."""

    customer: str
    """Body and person."""
    reference: str
    """The letter that says so."""
    accepted_on: date
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse an acceptance by nobody, or without anything to show."""
        require_text("customer", self.customer)
        require_text("reference of the acceptance", self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One departure from one procedure on one exhibit. Immutable: every step returns a new deviation."""

    KIND: ClassVar[str] = "deviation"

    number: str
    """The exhibit's number, ``-D`` and the ordinal."""
    exhibit_number: str
    procedure_number: str
    departure: str
    """What is done otherwise."""
    justification: str
    asked_by: str
    asked_at: datetime
    authorisation: Authorisation | None = None
    acceptance: CustomerAcceptance | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a departure that is not described or not justified."""
        require_text("deviation number", self.number)
        require_text("procedure number", self.procedure_number)
        require_text("departure", self.departure)
        require_text("justification", self.justification)

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the procedure."""
        return self.procedure_number

    @property
    def status(self) -> DeviationStatus:
        """Where it stands."""
        if self.acceptance is not None:
            return DeviationStatus.ACCEPTED
        return DeviationStatus.ASKED if self.authorisation is None else DeviationStatus.AUTHORISED

    def covers(self, *, exhibit_number: str, procedure_number: str, day: date) -> bool:
        """Tell whether it allows work on an exhibit under a procedure on a day."""
        same = (self.exhibit_number, self.procedure_number) == (exhibit_number, procedure_number)
        return same and self.acceptance is not None and self.acceptance.accepted_on <= day

    # steps

    def authorise(self, *, by: str, at: datetime) -> Self:
        """Allow it in the laboratory.

        Raises
        ------
        TransitionError
            If it was authorised before.
        NotPermittedError
            If the person asked for it.
        """
        if self.authorisation is not None:
            raise TransitionError(f"{self.number} was authorised by {self.authorisation.by}")
        if by == self.asked_by:
            raise NotPermittedError(f"{by} asked for {self.number} and cannot authorise it")
        return replace(self, authorisation=Authorisation(by=by, at=at), version=self.version + 1)

    def accept(self, acceptance: CustomerAcceptance, *, today: date) -> Self:
        """Record that the customer accepts it.

        Raises
        ------
        TransitionError
            If it is not authorised, or was accepted before.
        InvalidRecordError
            If the day of the acceptance has not come yet.
        """
        if self.status is not DeviationStatus.AUTHORISED:
            raise TransitionError(f"{self.number} is {self.state}, not {DeviationStatus.AUTHORISED.value}")
        if acceptance.accepted_on > today:
            raise InvalidRecordError(f"accepted on {acceptance.accepted_on}, today is {today}; expected a day past")
        return replace(self, acceptance=acceptance, version=self.version + 1)
