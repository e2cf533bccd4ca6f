"""Examinations: what was found in a run, what the expert decided about it, and who reviewed that."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.completeness import Omission
from lims.domain.component_note import ComponentNote
from lims.domain.question_answer import QuestionAnswer
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, NotFoundError, ReviewerIsExaminerError, TransitionError


class ExaminationStatus(StrEnum):
    """open -> concluded -> reviewed; the reviewer, or the head before the report is issued, may return it to open."""

    OPEN = "open"
    CONCLUDED = "concluded"
    REVIEWED = "reviewed"


class Decision(StrEnum):
    """What the expert says of a component."""

    UNDECIDED = "undecided"
    IDENTIFIED = "identified"
    INTERNAL_STANDARD = "internal standard"
    """Added by the laboratory: identified, but nothing that the exhibit contained."""
    NOT_IDENTIFIED = "not identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One line of a hit list, as the search gave it."""

    rank: int
    accession: str
    """Of the reference spectrum in the release."""
    name: str
    inchikey: str | None
    match_factor: Decimal
    """0 to 999, two decimal places."""
    reverse_match_factor: Decimal
    matched_ions: int
    retention_index_difference: Decimal | None = None
    """Measured less library, index units; None where the run has no ladder or the library states no index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedComponent:
    """A component of the run with its hit list and the expert's decision."""

    number: int
    """From 1 in the order of retention."""
    retention_time_s: Decimal
    area: int
    """Counts times seconds."""
    area_percent: Decimal
    """Of the reported components of the run."""
    base_peak_mz: int
    signal_to_noise: int
    candidates: tuple[Candidate, ...]
    decision: Decision = Decision.UNDECIDED
    identity: Candidate | None = None
    """The candidate that the expert chose."""
    reason: str = ""
    decided_at: datetime | None = None
    retention_index: Decimal | None = None
    """Linear, by the ladder of the run's method; None without a ladder, or outside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBasis:
    """What the hit lists were made with, so that they can be made again."""

    release: str
    release_sha256: str
    release_spectra: int
    release_purpose: str
    preset: str
    preset_version: int
    preset_source: str
    detection: str
    """Component detection and its limits in words."""
    software_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A technical review's outcome."""

    reviewer: str
    reviewed_at: datetime
    approved: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A conclusion that its own examiner took back before anybody reviewed it."""

    by: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        """Refuse one without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Immutable: every step returns a new examination, the old one stays as evidence."""

    KIND: ClassVar[str] = "examination"

    number: str
    exhibit_number: str
    run_number: str
    examiner: str
    basis: SearchBasis
    components: tuple[ExaminedComponent, ...]
    unreported_components: int
    """Peaks below the reporting limit: counted, not searched."""
    status: ExaminationStatus = ExaminationStatus.OPEN
    reviews: tuple[Review, ...] = ()
    omissions: tuple[Omission, ...] = ()
    """Why reports of it leave items of ISO/IEC 17025:2017, 7.8.2.1 out."""
    answers: tuple[QuestionAnswer, ...] = ()
    """What answers each question of the order, or why nothing does; in the order of the questions."""
    notes: tuple[ComponentNote, ...] = ()
    """Of all components, the newest last."""
    taken_back: tuple[TakenBack, ...] = ()
    """Conclusions that the examiner took back, with the reasons."""
    version: int = 1

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
        """Show the run."""
        return self.run_number

    @property
    def identified(self) -> tuple[ExaminedComponent, ...]:
        """The components that the expert identified."""
        return tuple(c for c in self.components if c.decision is Decision.IDENTIFIED)

    def component(self, number: int) -> ExaminedComponent:
        """Give one component.

        Raises
        ------
        NotFoundError
            If the run has none of that number.
        """
        found = next((c for c in self.components if c.number == number), None)
        if found is None:
            raise NotFoundError("component", f"{self.number} component {number}")
        return found

    def notes_on(self, component_number: int) -> tuple[ComponentNote, ...]:
        """Give the notes on one component, the newest last."""
        return tuple(one for one in self.notes if one.component == component_number)

    def rejection(self, component_number: int, accession: str) -> ComponentNote | None:
        """Give the newest rejection of a candidate of a component; None if nobody rejected it."""
        told = (one for one in reversed(self.notes_on(component_number)) if one.rejected == accession)
        return next(told, None) if accession else None

    def identify(self, component_number: int, *, rank: int, examiner: str, reason: str, at: datetime) -> Self:
        """Decide that a component is one of its candidates.

        Raises
        ------
        TransitionError
            If the examination is not open, or belongs to another examiner.
        NotFoundError
            If there is no such component or candidate.
        InvalidRecordError
            If the candidate was rejected, and no reason is given why it stands all the same.
        """
        return self._choose(Decision.IDENTIFIED, component_number, rank=rank, examiner=examiner, reason=reason, at=at)

    def mark_internal_standard(
        self, component_number: int, *, rank: int, examiner: str, reason: str, at: datetime
    ) -> Self:
        """Decide that a component is what the laboratory itself added.

        Raises
        ------
        TransitionError
            If the examination is not open, or belongs to another examiner.
        NotFoundError
            If there is no such component or candidate.
        InvalidRecordError
            If the candidate was rejected, and no reason is given why it stands all the same.
        """
        return self._choose(
            Decision.INTERNAL_STANDARD, component_number, rank=rank, examiner=examiner, reason=reason, at=at
        )

    def leave_unidentified(self, component_number: int, *, examiner: str, reason: str, at: datetime) -> Self:
        """Decide that a component is not identified; the reason is needed.

        Raises
        ------
        TransitionError
            If the examination is not open, or belongs to another examiner.
        InvalidRecordError
            If there is no reason.
        """
        component = self.component(component_number)
        words = clean_text("reason", reason)
        require_text("reason", words)
        return self._decide(
            replace(component, decision=Decision.NOT_IDENTIFIED, identity=None, reason=words, decided_at=at), examiner
        )

    def note(self, component_number: int, *, words: str, examiner: str, at: datetime) -> Self:
        """Write a note beside a component; it decides nothing.

        Raises
        ------
        TransitionError
            If the examination is not open, or belongs to another examiner.
        NotFoundError
            If there is no such component.
        InvalidRecordError
            If the note says nothing.
        """
        return self._write(component_number, words=clean_text("note", words), examiner=examiner, at=at)

    def reject(self, component_number: int, *, rank: int, reason: str, examiner: str, at: datetime) -> Self:
        """Write down why a candidate is not what the component is; the component stays as it was decided.

        Raises
        ------
        TransitionError
            If the examination is not open, belongs to another examiner, or the component is identified as that.
        NotFoundError
            If there is no such component or candidate.
        InvalidRecordError
            If there is no reason.
        """
        candidate = self._candidate(component_number, rank)
        identity = self.component(component_number).identity
        if identity is not None and identity.accession == candidate.accession:
            raise TransitionError(f"{self.number} component {component_number} is decided to be {candidate.name}")
        words = clean_text("reason", reason)
        return self._write(component_number, words=words, examiner=examiner, at=at, rejected=candidate.accession)

    def conclude(self, *, examiner: str) -> Self:
        """End the examiner's work; nothing may be left undecided.

        Raises
        ------
        TransitionError
            If it is not open, or belongs to another examiner.
        InvalidRecordError
            If a component is undecided.
        """
        self._require(ExaminationStatus.OPEN, examiner)
        undecided = [c.number for c in self.components if c.decision is Decision.UNDECIDED]
        if undecided:
            shown = ", ".join(map(str, undecided))
            raise InvalidRecordError(f"{self.number}: component(s) {shown} undecided; identify each or say why not")
        return self._next(status=ExaminationStatus.CONCLUDED)

    def take_back(self, taken_back: TakenBack) -> Self:
        """Take the own conclusion back, because it was found to be wrong before anybody reviewed it.

        Raises
        ------
        TransitionError
            If it is not concluded, or belongs to another examiner.
        """
        self._require(ExaminationStatus.CONCLUDED, taken_back.by)
        return replace(self._next(status=ExaminationStatus.OPEN), taken_back=(*self.taken_back, taken_back))

    def omit(self, omission: Omission) -> Self:
        """State why its report leaves an item out; a later reason takes the place of the one before.

        Raises
        ------
        TransitionError
            If its review is over, or it belongs to another examiner.
        """
        self._require_before_review(omission.stated_by)
        others = tuple(one for one in self.omissions if one.item is not omission.item)
        return replace(self, omissions=(*others, omission), version=self.version + 1)

    def answer(self, answer: QuestionAnswer) -> Self:
        """State what answers a question of the order, or why nothing does; it takes the place of the one before.

        Raises
        ------
        TransitionError
            If its review is over, or it belongs to another examiner.
        """
        self._require_before_review(answer.stated_by)
        others = (one for one in self.answers if one.question != answer.question)
        answers = tuple(sorted((*others, answer), key=lambda one: one.question))
        return replace(self, answers=answers, version=self.version + 1)

    def approve(self, review: Review) -> Self:
        """Pass technical review.

        Raises
        ------
        TransitionError
            If it is not waiting for review.
        ReviewerIsExaminerError
            If the reviewer made it.
        """
        self._require_reviewable(review)
        return self._next(status=ExaminationStatus.REVIEWED, reviews=(*self.reviews, review))

    def send_back(self, review: Review) -> Self:
        """Return it to the examiner; the comment is needed.

        Raises
        ------
        TransitionError
            If it is not waiting for review.
        ReviewerIsExaminerError
            If the reviewer made it.
        InvalidRecordError
            If there is no comment.
        """
        self._require_reviewable(review)
        require_text("comment", review.comment)
        return self._next(status=ExaminationStatus.OPEN, reviews=(*self.reviews, review))

    def reopen(self, review: Review) -> Self:
        """Return it to the examiner after its review, because its report is not to be issued; a comment is needed.

        Raises
        ------
        TransitionError
            If it is not reviewed.
        ReviewerIsExaminerError
            If the examiner returns it.
        InvalidRecordError
            If there is no comment.
        """
        if self.status is not ExaminationStatus.REVIEWED:
            raise TransitionError(f"{self.number} is {self.status.value}, not {ExaminationStatus.REVIEWED.value}")
        if review.reviewer == self.examiner:
            raise ReviewerIsExaminerError(self.number, review.reviewer)
        require_text("comment", review.comment)
        return self._next(status=ExaminationStatus.OPEN, reviews=(*self.reviews, review))

    def _choose(
        self, decision: Decision, component_number: int, *, rank: int, examiner: str, reason: str, at: datetime
    ) -> Self:
        candidate = self._candidate(component_number, rank)
        words, component = clean_text("reason", reason), self.component(component_number)
        rejected = self.rejection(component_number, candidate.accession)
        if rejected is not None and not words.strip():
            raise InvalidRecordError(
                f"{self.number} component {component_number}: {candidate.name} was rejected ({rejected.words}); say "
                f"why it stands all the same"
            )
        return self._decide(
            replace(component, decision=decision, identity=candidate, reason=words, decided_at=at), examiner
        )

    def _candidate(self, component_number: int, rank: int) -> Candidate:
        found = next((c for c in self.component(component_number).candidates if c.rank == rank), None)
        if found is None:
            raise NotFoundError("candidate", f"{self.number} component {component_number} rank {rank}")
        return found

    def _write(self, component_number: int, *, words: str, examiner: str, at: datetime, rejected: str = "") -> Self:
        self._require(ExaminationStatus.OPEN, examiner)
        number = self.component(component_number).number
        note = ComponentNote(component=number, words=words, written_by=examiner, written_at=at, rejected=rejected)
        return replace(self, notes=(*self.notes, note), version=self.version + 1)

    def _decide(self, decided: ExaminedComponent, examiner: str) -> Self:
        self._require(ExaminationStatus.OPEN, examiner)
        components = tuple(decided if c.number == decided.number else c for c in self.components)
        return replace(self, components=components, version=self.version + 1)

    def _next(self, *, status: ExaminationStatus, reviews: tuple[Review, ...] | None = None) -> Self:
        kept = self.reviews if reviews is None else reviews
        return replace(self, status=status, reviews=kept, version=self.version + 1)

    def _require_before_review(self, examiner: str) -> None:
        status = self.status if self.status is not ExaminationStatus.REVIEWED else ExaminationStatus.CONCLUDED
        self._require(status, examiner)

    def _require(self, status: ExaminationStatus, examiner: str) -> None:
        if self.status is not status:
            raise TransitionError(f"{self.number} is {self.status.value}, not {status.value}")
        if self.examiner != examiner:
            raise TransitionError(f"{self.number} is examined by {self.examiner}, not by {examiner}")

    def _require_reviewable(self, review: Review) -> None:
        if self.status is not ExaminationStatus.CONCLUDED:
            raise TransitionError(f"{self.number} is {self.status.value}, not {ExaminationStatus.CONCLUDED.value}")
        if review.reviewer == self.examiner:
            raise ReviewerIsExaminerError(self.number, review.reviewer)
