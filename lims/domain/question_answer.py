"""Answers to the questions of an order, by their numbers: which conclusions answer each, or why nothing does.

The expert assigns them. A report answers every question under its number (content list of the expert's conclusion:
reasoned answers per question), or gives the reason why it does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class GroundKind(StrEnum):
    """Kinds of records that answer a question; the words are those of the ledger."""

    IDENTIFICATION = "identification"
    QUANTITATION = "quantitation"
    WEIGHING = "weighing"
    SAMPLING = "sampling plan"
    DETERMINATION = "determination"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGround:
    """One record that answers a question."""

    kind: GroundKind
    number: str

    def __post_init__(self) -> None:
        """Refuse a ground without a number."""
        require_text("number of a ground", self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """The answer to one question, or the reason why there is none."""

    question: int
    """Its number in the order, from 1."""
    wording: str
    """The question word for word, as it was answered."""
    stated_by: str
    stated_at: datetime
    grounds: tuple[AnswerGround, ...] = ()
    """The records that answer it; each gives its sentence in the language of the report."""
    words: str = ""
    """What the expert says beside them, or alone."""
    reason: str = ""
    """Why it is not answered; empty for an answer."""

    def __post_init__(self) -> None:
        """Refuse an answer that says nothing, or both answers and does not."""
        if self.question < 1:
            raise InvalidRecordError(f"question {self.question}; questions count from 1")
        require_text("question", self.wording)
        clean_text("answer", self.words)
        clean_text("reason", self.reason)
        answered = bool(self.grounds or self.words)
        if answered == bool(self.reason):
            found = "both an answer and a reason" if answered else "neither an answer nor a reason"
            raise InvalidRecordError(
                f"question {self.question}: {found}; expected what answers it, or why it is not answered"
            )
        if len(set(self.grounds)) < len(self.grounds):
            raise InvalidRecordError(f"question {self.question}: the same record answers it twice")

    @property
    def answered(self) -> bool:
        """Whether it is answered at all."""
        return not self.reason


def unanswered(questions: Sequence[str], answers: Sequence[QuestionAnswer]) -> tuple[int, ...]:
    """Give the numbers of the questions to which nobody gave an answer or a reason, as they are worded now."""
    return tuple(_unanswered(questions, answers))


def _unanswered(questions: Sequence[str], answers: Sequence[QuestionAnswer]) -> Iterator[int]:
    said = {(one.question, one.wording) for one in answers}
    for number, wording in enumerate(questions, start=1):
        if (number, wording) not in said:
            yield number
