import dataclasses

import pytest

from lims.domain.review_checklist import (
    ADMINISTRATIVE_1,
    CHECKLISTS,
    NEWEST,
    TECHNICAL_1,
    Answer,
    ChecklistAnswer,
    ReviewKind,
    answered,
    checklist,
)
from lims.errors import InvalidRecordError
from lims.report_errors import ReviewIncompleteError
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES

YES = dict.fromkeys(TECHNICAL_1.keys, Answer.YES)


def test_17025_7_8_1_1_a_review_asks_what_the_rule_book_names():
    assert TECHNICAL_1.keys == (
        *("identity", "runs", "controls", "in-date", "weights"),
        *("sampling", "custody", "calculations", "wording", "limitations"),
    )
    assert ADMINISTRATIVE_1.keys == ("numbers", "names", "pages", "attachments", "languages", "recipient")


def test_every_edition_is_found_and_every_review_has_a_newest():
    assert set(NEWEST) == set(ReviewKind)
    for one in CHECKLISTS:
        assert checklist(one.kind, one.edition) is one
        assert len(set(one.keys)) == len(one.keys)
    assert checklist(ReviewKind.TECHNICAL, 99) is None


def test_a_review_that_says_yes_to_everything_may_approve():
    TECHNICAL_YES.require_approval(ReviewKind.TECHNICAL)
    ADMINISTRATIVE_YES.require_approval(ReviewKind.ADMINISTRATIVE)
    assert TECHNICAL_YES.edition == TECHNICAL_1.edition


@pytest.mark.parametrize("item", TECHNICAL_1.keys)
def test_17025_7_8_1_1_a_no_or_an_open_question_approves_nothing(item):
    refused = answered(ReviewKind.TECHNICAL, YES | {item: Answer.NO}, {item: "it is not"})
    with pytest.raises(ReviewIncompleteError, match=f"answered with no: {item}"):
        refused.require_approval(ReviewKind.TECHNICAL)
    assert [one.item for one in refused.objections] == [item]
    unanswered = answered(ReviewKind.TECHNICAL, {key: value for key, value in YES.items() if key != item})
    with pytest.raises(ReviewIncompleteError, match=f"not answered: {item}") as refusal:
        unanswered.require_approval(ReviewKind.TECHNICAL)
    assert "Answer every question" in refusal.value.advice()
    absent = answered(ReviewKind.TECHNICAL, YES | {item: Answer.NOT_APPLICABLE}, {item: "nothing was weighed"})
    absent.require_approval(ReviewKind.TECHNICAL)


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_APPLICABLE])
def test_every_answer_but_yes_says_why(answer):
    with pytest.raises(InvalidRecordError, match="remark to weights"):
        answered(ReviewKind.TECHNICAL, {"weights": answer}).require_known(ReviewKind.TECHNICAL)


def test_answers_to_other_questions_are_refused():
    with pytest.raises(ReviewIncompleteError, match="checklist of the administrative review, edition 1"):
        ADMINISTRATIVE_YES.require_known(ReviewKind.TECHNICAL)
    older = dataclasses.replace(TECHNICAL_YES, edition=0)
    with pytest.raises(ReviewIncompleteError, match="edition 0; expected that of the technical review, edition 1"):
        older.require_approval(ReviewKind.TECHNICAL)
    strange = answered(ReviewKind.TECHNICAL, YES | {"weather": Answer.YES})
    with pytest.raises(ReviewIncompleteError, match="weather unknown"):
        strange.require_known(ReviewKind.TECHNICAL)
    twice = dataclasses.replace(TECHNICAL_YES, answers=(*TECHNICAL_YES.answers, TECHNICAL_YES.answers[0]))
    with pytest.raises(ReviewIncompleteError, match="identity unknown or answered twice"):
        twice.require_known(ReviewKind.TECHNICAL)


def test_a_remark_is_text_that_can_be_seen():
    with pytest.raises(InvalidRecordError, match="invisible"):
        ChecklistAnswer(item="identity", answer=Answer.YES, remark="a\u202eb")
