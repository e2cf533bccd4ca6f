"""Answers to questions: what an answer is, and of which kinds a report is."""

from datetime import UTC, datetime

import pytest

from lims.domain.identification import Conclusion
from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer, unanswered
from lims.domain.report_kind import ReportKind, report_kinds
from lims.errors import InvalidRecordError

AT = datetime(2026, 11, 22, tzinfo=UTC)
GROUND = AnswerGround(kind=GroundKind.IDENTIFICATION, number="2026-0001/1-N1")


def answer(question=1, wording="What is it?", **facts):
    return QuestionAnswer(question=question, wording=wording, stated_by="expert-a", stated_at=AT, **facts)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "neither an answer nor a reason"),
        ({"grounds": (GROUND,), "reason": "r"}, "both an answer and a reason"),
        ({"words": "w", "reason": "r"}, "both an answer and a reason"),
        ({"grounds": (GROUND, GROUND)}, "twice"),
        ({"question": 0, "words": "w"}, "count from 1"),
        ({"wording": "", "words": "w"}, "question: empty"),
    ],
)
def test_an_answer_says_something_and_one_thing(facts, words):
    with pytest.raises(InvalidRecordError, match=words):
        answer(**facts)


def test_a_question_is_open_until_it_has_an_answer_to_its_very_words():
    questions = ("What is it?", "How much?", "What is it?")
    assert unanswered(questions, ()) == (1, 2, 3)
    said = (answer(1, words="w"), answer(2, "How much is it?", words="w"), answer(3, reason="the same as question 1"))
    assert unanswered(questions, said) == (2,)
    assert [one.answered for one in said] == [True, True, False]


@pytest.mark.parametrize(
    ("conclusions", "found", "measured", "expected"),
    [
        ([], 0, 0, [ReportKind.NEGATIVE]),
        ([], 1, 0, [ReportKind.IDENTIFICATION]),
        ([Conclusion.IDENTIFIED], 1, 1, [ReportKind.IDENTIFICATION, ReportKind.QUANTITATION]),
        ([Conclusion.NOT_DETECTED], 0, 0, [ReportKind.NEGATIVE]),
        ([Conclusion.NOT_DETECTED], 1, 0, [ReportKind.IDENTIFICATION, ReportKind.NEGATIVE]),
        ([Conclusion.INCONCLUSIVE], 0, 0, [ReportKind.IDENTIFICATION]),
        ([Conclusion.NOT_DETECTED], 0, 1, [ReportKind.QUANTITATION, ReportKind.NEGATIVE]),
    ],
)
def test_the_kinds_of_a_report_follow_from_what_was_found(conclusions, found, measured, expected):
    assert list(report_kinds(conclusions=conclusions, found=found, measured=measured)) == expected
