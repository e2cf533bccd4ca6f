"""Answers to the questions of an order: which records may answer one, and which questions are still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Identification
from lims.domain.legal_determination import LegalDetermination
from lims.domain.quantitation import Quantitation
from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer
from lims.domain.record import Record
from lims.domain.report_circumstances import PRINTED_WEIGHINGS
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.staff import StaffMember
from lims.domain.weighing import Weighing
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError
from lims.services.gate_identity import REPORTED
from lims.services.ports import UnitOfWork
from lims.services.supporting import items_of

GROUNDS: Mapping[GroundKind, type[Record]] = MappingProxyType(
    {
        GroundKind.IDENTIFICATION: Identification,
        GroundKind.QUANTITATION: Quantitation,
        GroundKind.WEIGHING: Weighing,
        GroundKind.SAMPLING: SamplingPlan,
        GroundKind.DETERMINATION: LegalDetermination,
    }
)
"""The records that may answer a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """What the expert says to a question; see ``QuestionAnswer`` for the fields."""

    grounds: tuple[str, ...] = ()
    """Numbers of records of the exhibit."""
    words: str = ""
    reason: str = ""
    """Why it is not answered."""


def possible_grounds(work: UnitOfWork, exhibit_number: str) -> tuple[AnswerGround, ...]:
    """Give every record of an exhibit and its parts that a report describes and that may answer, kind by kind."""
    items = items_of(work, exhibit_number)
    return tuple(
        AnswerGround(kind=kind, number=record.number)
        for kind, record_type in GROUNDS.items()
        for item in items
        for record in work.children(record_type, item)
        if _is_reported(record)
    )


def lost_grounds(work: UnitOfWork, examination: Examination) -> tuple[AnswerGround, ...]:
    """Name what answers of an examination rest on and a report would say nothing of: reopened, or disputed."""
    possible = set(possible_grounds(work, examination.exhibit_number))
    return tuple(one for answer in examination.answers for one in answer.grounds if one not in possible)


def _is_reported(record: Record) -> bool:
    """Tell whether a report says something of a record."""
    if isinstance(record, Identification):
        return record.status in REPORTED and record.verdict is not None
    if isinstance(record, Quantitation):
        return record.discard is None
    return not isinstance(record, Weighing) or record.purpose in PRINTED_WEIGHINGS


def grounds_of(text: Sequence[str], possible: Sequence[AnswerGround]) -> tuple[AnswerGround, ...]:
    """Find records by their numbers among those that may answer.

    Raises
    ------
    InvalidRecordError
        If one of them is no record of the exhibit that answers questions.
    """
    by_number = {one.number: one for one in possible}
    unknown = [number for number in text if number not in by_number]
    if unknown:
        known = ", ".join(by_number) or "none"
        raise InvalidRecordError(f"{', '.join(unknown)} answers no question of this exhibit; it has: {known}")
    return tuple(by_number[number] for number in text)


def answer_of(
    work: UnitOfWork, examination: Examination, question: int, said: AnswerFacts, *, actor: StaffMember, at: datetime
) -> QuestionAnswer:
    """Make the answer of an examination to a question of its case.

    Raises
    ------
    InvalidRecordError
        If the order has no such question, a record is of another exhibit, or nothing is said.
    """
    case = work.load(Case, work.load(Exhibit, examination.exhibit_number).case_number)
    if not 1 <= question <= len(case.questions):
        raise InvalidRecordError(f"question {question}; the order of case {case.number} has {len(case.questions)}")
    possible = possible_grounds(work, examination.exhibit_number)
    return QuestionAnswer(
        question=question,
        wording=case.questions[question - 1],
        stated_by=actor.number,
        stated_at=at,
        grounds=grounds_of(said.grounds, possible),
        words=clean_text("answer", said.words),
        reason=clean_text("reason", said.reason),
    )
