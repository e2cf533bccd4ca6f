"""Who may do which method, from when to when, and the record that shows it (ISO/IEC 17025:2017, 6.2.5 and 6.2.6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.exhibit import ExhibitKind
from lims.domain.permissions import Act
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError

IDENTIFICATION_METHOD = "EI-IDENTIFICATION"
"""Identification by electron ionisation spectra of runs that were measured in no batch."""


_A_DAY = timedelta(days=1)
"""The laboratory's day may be one further than that of universal time."""


class CompetenceTask(StrEnum):
    """What a person does with a method."""

    ANALYSIS = "analysis"
    REVIEW = "review"
    AUTHORISATION = "authorisation"


_ANALYSIS = frozenset(
    {
        Act.BATCH_PLANNED,
        Act.BATCH_MEASURED,
        Act.BATCH_RUN_DISCARDED,
        Act.BATCH_JUDGED,
        Act.QUANTITATION_RECORDED,
        Act.QUANTITATION_DISCARDED,
        Act.EXAMINATION_OPENED,
        Act.COMPONENT_IDENTIFIED,
        Act.COMPONENT_MARKED,
        Act.COMPONENT_LEFT,
        Act.COMPONENT_NOTED,
        Act.CANDIDATE_REJECTED,
        Act.EXAMINATION_CONCLUDED,
        Act.EXAMINATION_QUESTION_ANSWERED,
        Act.FINDING_RECORDED,
        Act.FINDING_CORRECTED,
        Act.FINDING_DISCARDED,
        Act.IDENTIFICATION_OPENED,
        Act.IDENTIFICATION_REVISED,
        Act.IDENTIFICATION_CONCLUDED,
        Act.REPORT_INTENDED,
        Act.REPORT_DRAFTED,
    }
)
_REVIEW = frozenset(
    {Act.EXAMINATION_APPROVED, Act.EXAMINATION_RETURNED, Act.IDENTIFICATION_CHECKED, Act.REPORT_REVIEWED}
)
TASK_OF: dict[str, CompetenceTask | None] = {
    **dict.fromkeys(_ANALYSIS, CompetenceTask.ANALYSIS),
    **dict.fromkeys(_REVIEW, CompetenceTask.REVIEW),
    Act.REPORT_ISSUED: CompetenceTask.AUTHORISATION,
    Act.IDENTIFICATION_DISPUTED: None,
    Act.REPORT_DISPUTED: None,
}
"""Acts that only a person may do who is competent for the method on that day, and the task of each; None where
competence for any task will do. A run that is brought to a batch is recorded together with the batch, which is
measured. Taking a report back needs no competence: nothing may stand in its way."""
COMPETENT_ACTS = frozenset(TASK_OF)


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
    tasks: tuple[CompetenceTask, ...] = ()
    """None: every task, as competences were before tasks were told apart."""
    matrices: tuple[ExhibitKind, ...] = ()
    """None: objects of every kind."""
    proficiency_on: date | None = None
    """Day of the last proficiency test passed; None where none is recorded."""
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
        if self.proficiency_on is not None and self.proficiency_on > self.granted_at.date() + _A_DAY:
            raise InvalidRecordError(f"proficiency test of {self.proficiency_on}: that day is still to come")

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

    def covers(self, work: "MethodWork", day: date) -> bool:
        """Tell whether it allows a piece of work on a day."""
        in_time = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return in_time and self.withdrawn_at is None and self.reaches(work)

    def reaches(self, work: "MethodWork") -> bool:
        """Tell whether it is for the method, the task and the kinds of objects of a piece of work, on whatever day."""
        for_task = not self.tasks or work.task is None or work.task in self.tasks
        return self.method == work.method and for_task and (not self.matrices or work.matrices <= set(self.matrices))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceScope:
    """What a competence is limited to, and the test that showed it last."""

    tasks: tuple[CompetenceTask, ...] = ()
    matrices: tuple[ExhibitKind, ...] = ()
    proficiency_on: date | None = None


EVERYTHING = CompetenceScope()
"""Every task on objects of every kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodWork:
    """What somebody is to be competent for."""

    method: str
    task: CompetenceTask | None = None
    """None where any task will do."""
    matrices: frozenset[ExhibitKind] = frozenset()
    """Kinds of the objects, as far as they are stated."""

    def __str__(self) -> str:
        """Name it for a refusal."""
        kinds = f" of {', '.join(sorted(self.matrices))}" if self.matrices else ""
        return f"{self.method}{f', {self.task}' if self.task else ''}{kinds}"


def why_not_competent(held: tuple[Competence, ...], *, person: str, work: MethodWork, day: date) -> str:
    """Say what is missing for a piece of work on a day; empty if nothing is.

    Parameters
    ----------
    held : tuple of Competence
        All that the person ever had.
    """
    if any(one.covers(work, day) for one in held):
        return ""
    found = "; ".join(_said(one) for one in held if one.method == work.method)
    return f"{person} is not competent for {work} on {day}: {found or 'no competence was ever granted'}"


def _said(one: Competence) -> str:
    limits = ", ".join((*one.tasks, *one.matrices))
    return f"{one.number} from {one.valid_from} is {one.state}{f', for {limits}' if limits else ''}"
