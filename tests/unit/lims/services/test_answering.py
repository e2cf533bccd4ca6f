"""Questions of the order: answered by records of the exhibit, or with a reason; else nobody signs the report."""

import dataclasses
import json

import pytest

from lims.domain.case import Case
from lims.domain.identification_basis import LeftOut
from lims.domain.question_answer import AnswerGround, GroundKind
from lims.errors import InvalidRecordError, LimsError, StaleVersionError, TransitionError
from lims.persistence.store import SqlStore
from lims.services.answering import AnswerFacts
from lims.services.identifying import BasisFacts
from lims.services.permitting import Rights
from lims.services.supporting import Question
from lims.work_errors import AnswerNeededError
from tests.builders.examining_cells import INCONCLUSIVE
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REVIEWER, Bench

EXHIBIT = "2026-0001/1"
QUESTIONS = ("What is it?", "How much?")
REASON = AnswerFacts(reason="it was not weighed")


@pytest.fixture
def asked(bench: Bench, training_file) -> Bench:
    """Conclude an examination in a case with two questions."""
    bench.hire()
    bench.concluded(training_file)
    with bench.store.reading() as work:
        case = work.load(Case, "2026-0001")
    written = dataclasses.replace(case, questions=QUESTIONS, version=case.version + 1)
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(written, act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()
    return bench


def inconclusive(bench):
    left_out = (LeftOut(number=EXAMINATION, reason="not looked at"),)
    opened = bench.identifying.open(
        Question(exhibit_number=EXHIBIT, substance="ketamine", inchikey=None),
        BasisFacts(left_out=left_out),
        actor=EXPERT,
    )
    return bench.identifying.conclude(opened.number, INCONCLUSIVE, actor=EXPERT)


def test_rp_1_10_a_question_without_an_answer_and_without_a_reason_keeps_the_report_from_being_signed(asked):
    found = asked.reporting.faults(EXAMINATION)
    assert [(type(one), one.rule, one.question) for one in found] == [
        (AnswerNeededError, "RP-1.10", 1),
        (AnswerNeededError, "RP-1.10", 2),
    ]
    before = asked.entries
    with pytest.raises(AnswerNeededError, match=r"question 1 of the order has neither .*'What is it\?' \(rule RP-1.10"):
        asked.draft(EXAMINATION)
    assert asked.entries == before  # no number was used
    asked.examining.answer_question(EXAMINATION, 1, AnswerFacts(words=" a  card "), actor=EXPERT)
    assert [one.question for one in asked.reporting.faults(EXAMINATION)] == [2]
    answered = asked.examining.answer_question(EXAMINATION, 2, REASON, actor=EXPERT)
    assert [(one.question, one.wording, one.words, one.reason) for one in answered.answers] == [
        (1, "What is it?", "a  card", ""),
        (2, "How much?", "", "it was not weighed"),
    ]
    assert asked.reporting.faults(EXAMINATION) == ()
    content = json.loads(asked.reporting.document(asked.draft(EXAMINATION).number).split(b"\n")[0])
    assert [one["reason"] for one in content["answers"]] == ["", "it was not weighed"]
    assert content["kinds"] == ["identification"]


def test_rp_1_10_an_answer_rests_on_records_of_the_exhibit_that_the_report_describes(asked):
    asked.examining.answer_question(EXAMINATION, 2, REASON, actor=EXPERT)
    assert asked.examining.grounds(EXAMINATION) == ()
    with pytest.raises(InvalidRecordError, match="2020-0001/1-N1 answers no question of this exhibit; it has: none"):
        asked.examining.answer_question(EXAMINATION, 1, AnswerFacts(grounds=("2020-0001/1-N1",)), actor=EXPERT)
    concluded = inconclusive(asked)
    ground = AnswerGround(kind=GroundKind.IDENTIFICATION, number=concluded.number)
    assert asked.examining.grounds(EXAMINATION) == (ground,)
    answered = asked.examining.answer_question(EXAMINATION, 1, AnswerFacts(grounds=(concluded.number,)), actor=EXPERT)
    assert answered.answers[0].grounds == (ground,)
    assert asked.reporting.faults(EXAMINATION) == ()
    asked.identifying.dispute(concluded.number, words="it is enough", actor=REVIEWER)
    lost = [str(one) for one in asked.reporting.faults(EXAMINATION)]
    assert any(
        "an answer rests on identification 2026-0001/1-N1, of which the report says nothing" in it for it in lost
    )


def test_an_answer_is_the_examiners_own_and_of_a_question_that_was_asked(asked):
    refused = {
        "the order of case 2026-0001 has 2": lambda: (3, EXPERT, None, InvalidRecordError),
        "is examined by expert-a, not by expert-b": lambda: (1, REVIEWER, None, TransitionError),
        "version": lambda: (1, EXPERT, 1, StaleVersionError),
    }
    before = asked.entries
    for words, facts in refused.items():
        question, actor, version, error = facts()
        with pytest.raises(error, match=words):
            asked.examining.answer_question(EXAMINATION, question, REASON, actor=actor, version=version)
    with pytest.raises(LimsError, match="head"):
        asked.examining.answer_question(EXAMINATION, 1, REASON, actor=HEAD)
    assert asked.entries == before


def test_rp_2_an_answer_that_is_changed_after_the_signature_voids_it(asked):
    for question in (1, 2):
        asked.examining.answer_question(EXAMINATION, question, REASON, actor=EXPERT)
    report = asked.draft(EXAMINATION)
    asked.examining.answer_question(EXAMINATION, 1, AnswerFacts(words="a card"), actor=EXPERT)
    voided = asked.reporting.get(report.number)
    assert voided.state == "voided"
    assert "examination 2026-0001/1-R1-E1 is version" in voided.void_reason
