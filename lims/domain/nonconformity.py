"""Nonconforming work: what happened, to what, what it means for reports, what was done, and who let work go on.

Source: ISO/IEC 17025:2017, 7.10 and 8.7. A failed batch that is released with reasons is another thing, and stands in
``lims.domain.batch``.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.grounds import INSTRUMENT, LOT, RAW, Name
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError


class NonconformityStatus(StrEnum):
    """open -> assessed -> in action -> corrected -> verified -> closed; what did not help is assessed again."""

    OPEN = "open"
    ASSESSED = "assessed"
    """What it means for reports is known."""
    IN_ACTION = "in action"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    """Somebody else saw that the action helped."""
    CLOSED = "closed"


SUBJECT_KINDS = frozenset(
    {
        *("case", "exhibit", "run", "batch", "examination", "report"),
        *("method", "procedure", "release", "reagent", "reference standard", "staff", "law edition"),
        *(INSTRUMENT, LOT, RAW),
    }
)
"""What nonconforming work can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing, person or record that it is about."""

    kind: str
    number: str
    version: int = 0
    """Of a method or procedure; 0 for every version."""

    def __post_init__(self) -> None:
        """Refuse a kind that nothing can be traced from."""
        require_text("number of the subject", self.number)
        if self.kind not in SUBJECT_KINDS:
            raise InvalidRecordError(f"subject {self.kind!r}; expected one of {', '.join(sorted(SUBJECT_KINDS))}")
        if self.version < 0:
            raise InvalidRecordError(f"{self.kind} {self.number}: version {self.version}; expected 0 or more")

    @property
    def name(self) -> Name:
        """What it is found by."""
        return Name(kind=self.kind, number=self.number, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactAssessment:
    """What it means for results, and which reports it touches."""

    words: str
    touched: tuple[str, ...]
    """Numbers of all reports that rest on a subject, as they were found then."""
    recalled: tuple[str, ...]
    """Those that are not to be relied on: withdrawn or amended, and their recipients told."""
    assessed_by: str
    assessed_at: datetime

    def __post_init__(self) -> None:
        """Refuse an assessment without words, and a recall of a report that is not touched."""
        require_text("impact on results", self.words)
        strange = sorted(set(self.recalled) - set(self.touched))
        if strange:
            raise InvalidRecordError(f"{', '.join(strange)} rests on none of the subjects; expected a touched report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether an action helped, as somebody else saw it."""

    helped: bool
    words: str
    verified_by: str
    verified_at: datetime

    def __post_init__(self) -> None:
        """Refuse a verification without words."""
        require_text("verification", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveAction:
    """What is done about it, by whom, until when."""

    words: str
    person: str
    """Staff number of who does it."""
    due_on: date
    planned_by: str
    planned_at: datetime
    done: str = ""
    """What was done; empty as long as nothing was."""
    done_by: str = ""
    done_at: datetime | None = None
    verification: Verification | None = None

    def __post_init__(self) -> None:
        """Refuse an action of nobody."""
        require_text("action", self.words)
        require_text("person", self.person)
        for name in ("done", "done_by"):
            clean_text(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a named person decided, and why."""

    words: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a decision without words."""
        require_text("decision", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class NonconformingWork:
    """One nonconformity. Immutable: every step returns a new one, the old one stays as evidence."""

    KIND: ClassVar[str] = "nonconformity"

    number: str
    """``NC-``, the year and an ordinal."""
    what: str
    subjects: tuple[Subject, ...]
    found_by: str
    found_at: datetime
    recorded_by: str
    recorded_at: datetime
    caused_by: str = ""
    """Staff number of who caused it; empty for nobody, or unknown."""
    hold: bool = True
    """Whether work on its subjects stands still until somebody lets it go on."""
    impact: ImpactAssessment | None = None
    actions: tuple[CorrectiveAction, ...] = ()
    """All of them, the newest last."""
    resumption: Decision | None = None
    """Who let held work go on."""
    closing: Decision | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse what is about nothing, or was found after it was recorded."""
        require_text("nonconformity number", self.number)
        require_text("what happened", self.what)
        require_text("found by", self.found_by)
        clean_text("caused by", self.caused_by)
        if not self.subjects or len(set(self.subjects)) != len(self.subjects):
            raise InvalidRecordError(f"{self.number}: no subject, or one twice; expected each thing it is about, once")
        if self.found_at > self.recorded_at:
            raise InvalidRecordError(f"{self.number}: found at {self.found_at}, recorded at {self.recorded_at}")

    @property
    def parent(self) -> str:
        """Belong to nothing alone."""
        return ""

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show what it is about."""
        return ", ".join(str(one.name) for one in self.subjects)

    @property
    def status(self) -> NonconformityStatus:
        """Where it stands."""
        if self.closing is not None:
            return NonconformityStatus.CLOSED
        if self.impact is None:
            return NonconformityStatus.OPEN
        last = self.actions[-1] if self.actions else None
        if last is None or (last.verification is not None and not last.verification.helped):
            return NonconformityStatus.ASSESSED
        if last.done_at is None:
            return NonconformityStatus.IN_ACTION
        return NonconformityStatus.CORRECTED if last.verification is None else NonconformityStatus.VERIFIED

    @property
    def holding(self) -> bool:
        """Whether work on its subjects stands still."""
        return self.hold and self.resumption is None

    @property
    def correctors(self) -> frozenset[str]:
        """Everybody who was to correct it, or did."""
        return frozenset({*(one.person for one in self.actions), *(one.done_by for one in self.actions)} - {""})

    # steps

    def assess(self, impact: ImpactAssessment) -> Self:
        """Say what it means for results; as long as no action stands, again with another outcome.

        Raises
        ------
        TransitionError
            If an action was planned, or it is closed.
        """
        self._require(NonconformityStatus.OPEN, NonconformityStatus.ASSESSED)
        return replace(self, impact=impact, version=self.version + 1)

    def plan(self, action: CorrectiveAction) -> Self:
        """Plan what is done about it.

        Raises
        ------
        TransitionError
            If its impact is not assessed, or an action stands.
        """
        self._require(NonconformityStatus.ASSESSED)
        return replace(self, actions=(*self.actions, action), version=self.version + 1)

    def correct(self, *, done: str, by: str, at: datetime) -> Self:
        """Record that the action was done.

        Raises
        ------
        TransitionError
            If none is planned.
        InvalidRecordError
            If it is not said what was done.
        """
        self._require(NonconformityStatus.IN_ACTION)
        require_text("what was done", done)
        return self._last(replace(self.actions[-1], done=done, done_by=by, done_at=at))

    def verify(self, verification: Verification) -> Self:
        """Record whether the action helped; if not, another one has to be planned.

        Raises
        ------
        TransitionError
            If no action is done.
        NotPermittedError
            If the person caused or corrected it.
        """
        self._require(NonconformityStatus.CORRECTED)
        self._require_other(verification.verified_by, "verify")
        return self._last(replace(self.actions[-1], verification=verification))

    def resume(self, decision: Decision) -> Self:
        """Let held work go on.

        Raises
        ------
        TransitionError
            If nothing is held, or the impact is not assessed and the cause not corrected.
        NotPermittedError
            If the person caused or corrected it.
        """
        if not self.holding:
            raise TransitionError(f"{self.number} holds no work")
        self._require(NonconformityStatus.CORRECTED, NonconformityStatus.VERIFIED)
        self._require_other(decision.by, "let work go on after")
        return replace(self, resumption=decision, version=self.version + 1)

    def close(self, decision: Decision) -> Self:
        """Close it.

        Raises
        ------
        TransitionError
            If the effect is not verified, or work is held still.
        NotPermittedError
            If the person caused or corrected it.
        """
        self._require(NonconformityStatus.VERIFIED)
        if self.holding:
            raise TransitionError(f"{self.number} holds work; somebody has to let it go on first")
        self._require_other(decision.by, "close")
        return replace(self, closing=decision, version=self.version + 1)

    def _last(self, action: CorrectiveAction) -> Self:
        return replace(self, actions=(*self.actions[:-1], action), version=self.version + 1)

    def _require(self, *allowed: NonconformityStatus) -> None:
        if self.status not in allowed:
            expected = " or ".join(one.value for one in allowed)
            raise TransitionError(f"{self.number} is {self.state}, not {expected}")

    def _require_other(self, person: str, step: str) -> None:
        if person == self.caused_by or person in self.correctors:
            raise NotPermittedError(f"{person} caused or corrected {self.number} and cannot {step} it")
