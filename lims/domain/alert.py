"""Alerts: what a new release says of a component that was examined before, or an edition of a determination."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.examination import Candidate, Decision
from lims.domain.watch import Trigger
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError


class AlertReason(StrEnum):
    """Why an alert was raised; never renamed once used."""

    UNKNOWN = "a new compound is like a component without an identity"
    BETTER = "a new compound is more like the component than the identified one"
    ISOMER = "a new isomer of the identified compound is like the component"
    LAW = "the law reads differently"


class AlertOutcome(StrEnum):
    """What a person found who looked."""

    STANDS = "what was decided stands"
    AGAIN = "to be examined again"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnswer:
    """What became of an alert, in the words of the person who looked."""

    outcome: AlertOutcome
    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse an answer without a reason."""
        require_text("reason", clean_text("reason", self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class LawReading:
    """How the law reads of one compound on the day that counts, before and after."""

    jurisdiction: str
    as_of: str
    """ISO date."""
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is new about one component, or one determination. Immutable: every step returns a new alert.

    raised -> answered by the expert; where a report was issued, it is assessed by the quality manager besides.
    """

    KIND: ClassVar[str] = "alert"

    number: str
    """Of component or determination, and what came: one alert for each pair, whoever looks and however often."""
    trigger: Trigger
    cause: str
    """Number of the release or edition."""
    watch_number: str
    """The re-search that raised it."""
    exhibit_number: str
    expert: str
    """Who examined, or determined: for whom it waits."""
    reason: AlertReason
    examination_number: str = ""
    """Empty where it is about a determination; so are the next four."""
    examination_version: int = 0
    """The version whose decision was looked at."""
    component_number: int = 0
    decision: Decision | None = None
    identity: Candidate | None = None
    """What the expert had identified; None for nothing."""
    hits: tuple[Candidate, ...] = ()
    """New compounds at or above the limit, with their ranks and scores against the whole release."""
    best_known: Candidate | None = None
    """The best compound of the same hit list that is not new; None if none is on it."""
    identity_now: Candidate | None = None
    """The identified compound's line in that hit list; None if it is not on it."""
    determination_number: str = ""
    """Empty where it is about a component."""
    law: LawReading | None = None
    reports: tuple[str, ...] = ()
    """Issued reports that would read differently."""
    answer: AlertAnswer | None = None
    assessment: AlertAnswer | None = None
    """Of the quality manager, about the issued reports."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an alert that says nothing new."""
        require_text("number of the alert", self.number)
        if (self.law is None) != (self.reason is not AlertReason.LAW):
            raise InvalidRecordError(f"alert {self.number}: reason {self.reason} and law {self.law}")
        if not self.hits and self.law is None:
            raise InvalidRecordError(f"alert {self.number} names no new compound")
        if bool(self.examination_number) == bool(self.determination_number):
            raise InvalidRecordError(f"alert {self.number}: about a component or a determination; expected one of them")
        if self.assessment is not None and not self.reports:
            raise InvalidRecordError(f"alert {self.number} touches no issued report; nothing is assessed")

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Say whether somebody has still to look."""
        return "raised" if self.waits_for_expert or self.waits_for_quality else "settled"

    @property
    def title(self) -> str:
        """Show the best new compound, or how the law reads now."""
        if self.law is not None:
            return f"{self.law.jurisdiction} {self.law.as_of}: {self.law.after}"
        return f"{self.hits[0].name} {self.hits[0].match_factor}"

    @property
    def waits_for_expert(self) -> bool:
        """Whether the examiner has still to look."""
        return self.answer is None

    @property
    def waits_for_quality(self) -> bool:
        """Whether the quality manager has still to say what is done about an issued report."""
        return bool(self.reports) and self.assessment is None

    def answered(self, answer: AlertAnswer) -> Self:
        """Record what an expert found.

        Raises
        ------
        TransitionError
            If somebody answered before.
        """
        if self.answer is not None:
            raise TransitionError(f"{self.number} was answered by {self.answer.by}: {self.answer.outcome.value}")
        return replace(self, answer=answer, version=self.version + 1)

    def assessed(self, assessment: AlertAnswer) -> Self:
        """Record what the quality manager decided about the issued reports.

        Raises
        ------
        TransitionError
            If no report was issued, or somebody assessed it before.
        """
        if not self.reports:
            raise TransitionError(f"{self.number} touches no issued report")
        if self.assessment is not None:
            raise TransitionError(f"{self.number} was assessed by {self.assessment.by}")
        return replace(self, assessment=assessment, version=self.version + 1)


def component_number(examination: str, component: int) -> str:
    """Give the number under which a component is spoken of."""
    return f"{examination}-C{component}"


def alert_number(subject: str, *, trigger: Trigger, cause: str) -> str:
    """Give the number of an alert about a component or a determination: a second one of a pair cannot be recorded."""
    return f"{subject} {trigger.value} {cause}"
