import inspect
from pathlib import Path

import pytest

from lims import errors, work_errors
from lims.errors import (
    BatchNotUsableError,
    DuplicateRawDataError,
    LimsError,
    NotFoundError,
    ReviewerIsExaminerError,
    StaleVersionError,
    TransitionError,
    UnreadableFileError,
)

KINDS = [
    kind
    for kind in (vars(errors) | vars(work_errors)).values()
    if isinstance(kind, type) and issubclass(kind, LimsError)
]
WITH_FACTS = {
    BatchNotUsableError: BatchNotUsableError("2026-0001/1-R1", "B-2026-0001", "it is failed"),
    NotFoundError: NotFoundError("case", "2026-0001"),
    ReviewerIsExaminerError: ReviewerIsExaminerError("2026-0001-P1", "expert-a"),
    StaleVersionError: StaleVersionError("case", "2026-0001", 3),
    DuplicateRawDataError: DuplicateRawDataError("ab" * 32, "2026-0001/1-R1"),
    UnreadableFileError: UnreadableFileError(Path("a.msp"), "No such file"),
}


FACTS = {
    str: "What happened in this laboratory",
    int: 3,
    bool: True,
    Path: Path("a.msp"),
    tuple[str, ...]: ("line 2: no name", "line 3: no number"),
}


def example(kind):
    """Make an error of a kind; one that takes facts, from their types."""
    if kind in WITH_FACTS:
        return WITH_FACTS[kind]
    parameters = inspect.signature(kind.__init__).parameters.values()
    facts = [one for one in parameters if one.name != "self" and one.default is one.empty]
    if any(one.kind is one.VAR_POSITIONAL for one in facts):
        return kind("what happened")
    values = {one.name: FACTS[one.annotation] for one in facts}
    named = {one.name: values[one.name] for one in facts if one.kind is one.KEYWORD_ONLY}
    return kind(*(values[one.name] for one in facts if one.name not in named), **named)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_the_user_can_do(kind):
    error = example(kind)
    advice = error.advice()
    assert advice[0].isupper()
    assert len(advice) > 20
    assert not advice.endswith(".")
    assert str(error)
    assert kind.__name__.endswith(("Error", "Errors"))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (WITH_FACTS[NotFoundError], "there is no case 2026-0001"),
        (WITH_FACTS[ReviewerIsExaminerError], "expert-a worked on 2026-0001-P1 and cannot review it"),
        (WITH_FACTS[StaleVersionError], "case 2026-0001 version 3 was already recorded by somebody else"),
        (WITH_FACTS[DuplicateRawDataError], f"the raw data {'ab' * 32} is already run 2026-0001/1-R1"),
        (WITH_FACTS[UnreadableFileError], "a.msp: No such file"),
    ],
)
def test_an_error_carries_its_facts(error, message):
    assert str(error) == message
    assert all(value is not None for value in vars(error).values())


def test_a_reviewer_who_did_the_work_is_a_step_that_is_not_allowed():
    assert issubclass(ReviewerIsExaminerError, TransitionError)
