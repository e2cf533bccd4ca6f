"""Checklists of the two reviews of a report: versioned questions, each answered yes, no or not applicable.

An edition is never changed: a new wording or a new question is a new edition, and old answers keep theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from lims.domain.wording import clean_text, require_text
from lims.report_errors import ReviewIncompleteError
from lims.translation import marked


class ReviewKind(StrEnum):
    """The two reviews that a report passes before its issue (rules RP-1.8 and RP-1.9)."""

    TECHNICAL = "technical review"
    """Is the work right?"""
    ADMINISTRATIVE = "administrative review"
    """Is the paper right?"""


class Answer(StrEnum):
    """What a reviewer says to one question."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One question."""

    key: str
    """Its word in the ledger; never given another meaning."""
    question: str
    """In English; pages translate it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """One edition of the questions of a review."""

    kind: ReviewKind
    edition: int
    items: tuple[ChecklistItem, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the questions in their order."""
        return tuple(item.key for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistAnswer:
    """One question answered."""

    item: str
    answer: Answer
    remark: str = ""

    def __post_init__(self) -> None:
        """Refuse a remark that cannot be kept."""
        clean_text("remark", self.remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredChecklist:
    """The answers of one review, with the edition of the questions that they answer."""

    kind: ReviewKind
    edition: int
    answers: tuple[ChecklistAnswer, ...]

    @property
    def objections(self) -> tuple[ChecklistAnswer, ...]:
        """Give what was answered with no."""
        return tuple(one for one in self.answers if one.answer is Answer.NO)

    def require_known(self, kind: ReviewKind) -> None:
        """Refuse answers of another review or another edition, to unknown questions, or twice to one.

        Raises
        ------
        ReviewIncompleteError
            Naming what does not fit.
        """
        current = NEWEST[kind]
        if (self.kind, self.edition) != (current.kind, current.edition):
            found, expected = f"{self.kind}, edition {self.edition}", f"{current.kind}, edition {current.edition}"
            raise ReviewIncompleteError(f"checklist of the {found}; expected that of the {expected}")
        answered = [one.item for one in self.answers]
        strange = [item for item in answered if item not in current.keys or answered.count(item) > 1]
        if strange:
            raise ReviewIncompleteError(f"checklist: {', '.join(dict.fromkeys(strange))} unknown or answered twice")
        for one in self.answers:
            if one.answer is not Answer.YES:
                require_text(f"remark to {one.item} ({one.answer.value})", one.remark)

    def require_approval(self, kind: ReviewKind) -> None:
        """Refuse an approval as long as a question is open or answered with no.

        Raises
        ------
        ReviewIncompleteError
            Naming the questions.
        InvalidRecordError
            If a "not applicable" or a "no" has no remark.
        """
        self.require_known(kind)
        answered = {one.item for one in self.answers}
        missing = [key for key in NEWEST[kind].keys if key not in answered]
        if missing:
            raise ReviewIncompleteError(f"{kind}: not answered: {', '.join(missing)}")
        if self.objections:
            raise ReviewIncompleteError(f"{kind}: answered with no: {', '.join(one.item for one in self.objections)}")


def _checklist(kind: ReviewKind, edition: int, questions: Mapping[str, str]) -> Checklist:
    items = tuple(ChecklistItem(key=key, question=question) for key, question in questions.items())
    return Checklist(kind=kind, edition=edition, items=items)


TECHNICAL_1 = _checklist(
    ReviewKind.TECHNICAL,
    1,
    {
        "identity": marked("Does every reported identity follow from its results by the rule of identification?"),
        "runs": marked("Are all runs of the exhibit listed, also the discarded and repeated ones?"),
        "controls": marked("Are blanks and controls of every batch and technique within their criteria?"),
        "in-date": marked("Were calibrations, instruments, reagents and standards in date when they were used?"),
        "weights": marked("Are the weights those that were recorded, each with its uncertainty?"),
        "sampling": marked("Does the sampling statement say what the plan and its results support, and no more?"),
        "custody": marked("Is the custody of the exhibit complete, with its seals?"),
        "calculations": marked("Were the calculations and the transfers of data repeated or checked?"),
        "wording": marked("Does the wording answer the questions of the order and say no more than the results?"),
        "limitations": marked("Are limitations, deviations and disclaimers stated?"),
    },
)
"""Source: ISO/IEC 17025:2017, 7.7.1, 7.8.2.1 and 7.11.6; SWGDRUG Recommendations, parts III and IVA."""
ADMINISTRATIVE_1 = _checklist(
    ReviewKind.ADMINISTRATIVE,
    1,
    {
        "numbers": marked("Are the numbers of case, order, exhibit and report right, on every page?"),
        "names": marked("Are names, posts and addresses right?"),
        "pages": marked("Are all pages there, numbered, with a clear end?"),
        "attachments": marked("Are all attachments there and named in the report?"),
        "languages": marked("Is it in the language that was asked for, with the same numbers in every copy?"),
        "recipient": marked("Is it clear who receives it, and by which way?"),
    },
)
"""Source: ISO/IEC 17025:2017, 7.8.2.1 a to g."""
CHECKLISTS = (TECHNICAL_1, ADMINISTRATIVE_1)
"""Every edition that was ever in use, the newest of each kind last."""
NEWEST: Mapping[ReviewKind, Checklist] = MappingProxyType({one.kind: one for one in CHECKLISTS})


def checklist(kind: ReviewKind, edition: int) -> Checklist | None:
    """Give an edition; None for one that this version of the program does not know."""
    return next((one for one in CHECKLISTS if (one.kind, one.edition) == (kind, edition)), None)


def answered(
    kind: ReviewKind, answers: Mapping[str, Answer], remarks: Mapping[str, str] | None = None
) -> AnsweredChecklist:
    """Put answers and remarks by question together, in the order of the newest edition."""
    said = remarks or {}
    newest = NEWEST[kind]
    strange = tuple(key for key in answers if key not in newest.keys)
    return AnsweredChecklist(
        kind=kind,
        edition=newest.edition,
        answers=tuple(
            ChecklistAnswer(item=key, answer=answers[key], remark=clean_text("remark", said.get(key, "")))
            for key in (*newest.keys, *strange)
            if key in answers
        ),
    )
