"""Legal determinations: what the law said of a substance of an exhibit on the day of the seizure and of the report.

The expert states which entries and rules take the substance in, by which edition; guilt and qualification stay with the
court. An override stands beside the answer and never in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, ReviewerIsExaminerError, TransitionError
from substance_library.determination import Content, Determination, LegalStatus
from substance_library.sizes import SizeStatement
from substance_library.thresholds import WeighedAmount


class StructureLevel(StrEnum):
    """How far the identification establishes the structure."""

    COMPLETE = "complete"
    NO_STEREO = "stereochemistry not established"
    ISOMERS = "one of a set of isomers"


class DeterminationStatus(StrEnum):
    """made -> reviewed; an override makes it one that waits for review again."""

    MADE = "made"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedStatus:
    """The law of one day, for every structure that the substance may have."""

    as_of: date
    answers: tuple[Determination, ...]
    """One for each structure; all that cannot be told apart."""
    sizes: tuple[SizeStatement, ...] = ()
    """Of the amount that was stated."""

    def __post_init__(self) -> None:
        """Refuse a status without an answer, or of another day."""
        if not self.answers or any(one.as_of != self.as_of for one in self.answers):
            raise InvalidRecordError(f"status on {self.as_of}: {len(self.answers)} answers; expected some, of that day")

    @property
    def result(self) -> LegalStatus:
        """The answer where all structures have the same, else that it cannot be decided."""
        results = {one.result for one in self.answers}
        return results.pop() if len(results) == 1 else LegalStatus.CANNOT_DECIDE

    @property
    def missing(self) -> tuple[str, ...]:
        """What a decision lacks, the isomers that are not told apart included."""
        return tuple(dict.fromkeys(self._missing()))

    def _missing(self) -> Iterator[str]:
        if len({one.result for one in self.answers}) > 1:
            pairs = (f"{one.parent_smiles} is {one.result.value}" for one in self.answers)
            yield f"isomers that are not told apart: {', '.join(pairs)}"
        for one in self.answers:
            yield from one.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What the expert says where the answer of the program does not fit, and why."""

    result: LegalStatus
    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse an override without its reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationReview:
    """That a second person looked at a determination."""

    by: str
    at: datetime
    of_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDetermination:
    """Immutable: every step returns a new one, the old one stays as evidence."""

    KIND: ClassVar[str] = "determination"

    number: str
    """The exhibit's number, ``-L`` and the ordinal."""
    exhibit_number: str
    substance: str
    """As it was identified; the name decides nothing."""
    structures: tuple[str, ...]
    """SMILES, the first of the substance itself; several where isomers are not told apart."""
    level: StructureLevel
    jurisdiction: str
    seized_on: date | None
    """None: nobody stated the day of the seizure."""
    on_seizure: DatedStatus | None
    on_report: DatedStatus
    expert: str
    made_at: datetime
    shipped_book_sha256: str
    """Of the book that came with the program."""
    program_version: str
    content: Content | None = None
    """Of a preparation; None: not known."""
    isotopologues_alike: bool = True
    """The laboratory's policy where a text does not speak of isotopes."""
    weighed: WeighedAmount | None = None
    weighing_number: str = ""
    quantitation_number: str = ""
    """Of the quantitation that the content, or the amount of the pure substance, is from; empty for none."""
    overrides: tuple[Override, ...] = ()
    reviews: tuple[DeterminationReview, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a determination of nothing, and one whose days do not fit."""
        for what in ("number", "substance", "jurisdiction", "expert"):
            require_text(what, getattr(self, what))
        if not self.structures or (self.level is StructureLevel.ISOMERS) != (len(self.structures) > 1):
            raise InvalidRecordError(
                f"determination {self.number}: {len(self.structures)} structures, {self.level.value}; expected several "
                "of a set of isomers, else one"
            )
        seizure = None if self.on_seizure is None else self.on_seizure.as_of
        if seizure != self.seized_on:
            raise InvalidRecordError(f"determination {self.number}: status of {seizure}, seizure on {self.seized_on}")

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
        """Show substance, jurisdiction and answer."""
        return f"{self.substance}, {self.jurisdiction}: {self.result.value}"

    @property
    def status(self) -> DeterminationStatus:
        """Where it stands: a review counts for what was there when it was made."""
        latest = self.overrides[-1].at if self.overrides else self.made_at
        reviewed = any(one.at >= latest for one in self.reviews)
        return DeterminationStatus.REVIEWED if reviewed else DeterminationStatus.MADE

    @property
    def counting(self) -> DatedStatus | None:
        """The status of the day that counts: that of the seizure (rule KZ-4); None where the day is not known."""
        return self.on_seizure

    @property
    def result(self) -> LegalStatus:
        """What stands: the expert's word where there is one, else the answer for the day of the seizure."""
        if self.overrides:
            return self.overrides[-1].result
        return LegalStatus.CANNOT_DECIDE if self.counting is None else self.counting.result

    @property
    def differs(self) -> bool:
        """Whether the law of the two days says different things; which counts, the court decides."""
        return self.on_seizure is not None and self.on_seizure.result is not self.on_report.result

    @property
    def editions(self) -> tuple[str, ...]:
        """Every edition that an answer rests on."""
        days = [one for one in (self.on_seizure, self.on_report) if one is not None]
        answers = [answer for day in days for answer in day.answers]
        return tuple(dict.fromkeys(one.number for answer in answers for one in answer.editions))

    def override(self, override: Override) -> Self:
        """Put the expert's word beside the answer.

        Raises
        ------
        TransitionError
            If another person made the determination.
        """
        if override.by != self.expert:
            raise TransitionError(f"determination {self.number} is by {self.expert}, not by {override.by}")
        return replace(self, overrides=(*self.overrides, override), version=self.version + 1)

    def review(self, *, by: str, at: datetime) -> Self:
        """Record that a second person looked at it.

        Raises
        ------
        TransitionError
            If it was reviewed as it stands.
        ReviewerIsExaminerError
            If the expert reviews it.
        """
        if by == self.expert:
            raise ReviewerIsExaminerError(self.number, by)
        if self.status is DeterminationStatus.REVIEWED:
            raise TransitionError(f"determination {self.number} is reviewed already")
        review = DeterminationReview(by=by, at=at, of_version=self.version)
        return replace(self, reviews=(*self.reviews, review), version=self.version + 1)
