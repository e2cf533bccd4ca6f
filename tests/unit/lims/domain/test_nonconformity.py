"""Nonconforming work, step by step: who may not take which, and what comes before what."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from lims.domain.nonconformity import (
    CorrectiveAction,
    Decision,
    ImpactAssessment,
    NonconformingWork,
    NonconformityStatus,
    Subject,
    Verification,
)
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LOT = Subject(kind="lot", number="L1")
RAISED = NonconformingWork(
    number="NC-2026-0001",
    what="the lot was expired",
    subjects=(LOT,),
    found_by="expert-b",
    found_at=NOW,
    recorded_by="expert-b",
    recorded_at=NOW,
    caused_by="expert-a",
)
IMPACT = ImpactAssessment(
    words="two reports", touched=("P1", "P2"), recalled=("P1",), assessed_by="quality", assessed_at=NOW
)
ACTION = CorrectiveAction(
    words="discard it", person="technician", due_on=date(2026, 3, 9), planned_by="quality", planned_at=NOW
)
HELPED = Verification(helped=True, words="discarded", verified_by="quality", verified_at=NOW)
GO_ON = Decision(words="go on", by="quality", at=NOW)
CORRECTED = RAISED.assess(IMPACT).plan(ACTION).correct(done="discarded", by="expert-c", at=NOW)


def test_17025_7_10_a_nonconformity_goes_its_way_and_holds_work_until_somebody_lets_it_go_on():
    states = [RAISED, RAISED.assess(IMPACT), RAISED.assess(IMPACT).plan(ACTION), CORRECTED, CORRECTED.verify(HELPED)]
    assert [one.status for one in states] == list(NonconformityStatus)[:-1]
    assert all(one.holding for one in states)
    resumed = CORRECTED.resume(GO_ON)
    assert not resumed.holding
    closed = resumed.verify(HELPED).close(GO_ON)
    assert (closed.state, closed.version) == ("closed", 7)


def test_17025_7_10_what_did_not_help_is_corrected_again_and_both_actions_stay():
    again = CORRECTED.verify(dataclasses.replace(HELPED, helped=False))
    assert again.status is NonconformityStatus.ASSESSED
    assert len(again.plan(ACTION).actions) == 2
    assert again.plan(ACTION).status is NonconformityStatus.IN_ACTION


@pytest.mark.parametrize("person", ["expert-a", "technician", "expert-c"])
def test_17025_7_10_who_caused_or_corrected_it_neither_verifies_nor_resumes_nor_closes(person):
    own = dataclasses.replace(GO_ON, by=person)
    with pytest.raises(NotPermittedError, match=f"{person} caused or corrected NC-2026-0001 and cannot verify it"):
        CORRECTED.verify(dataclasses.replace(HELPED, verified_by=person))
    with pytest.raises(NotPermittedError, match="cannot let work go on after it"):
        CORRECTED.resume(own)
    with pytest.raises(NotPermittedError, match="cannot close it"):
        CORRECTED.resume(GO_ON).verify(HELPED).close(own)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda: RAISED.plan(ACTION), "is open, not assessed"),
        (lambda: RAISED.correct(done="d", by="p", at=NOW), "is open, not in action"),
        (lambda: RAISED.verify(HELPED), "is open, not corrected"),
        (lambda: RAISED.resume(GO_ON), "is open, not corrected or verified"),
        (lambda: CORRECTED.assess(IMPACT), "is corrected, not open or assessed"),
        (lambda: CORRECTED.close(GO_ON), "is corrected, not verified"),
        (lambda: CORRECTED.verify(HELPED).close(GO_ON), "holds work; somebody has to let it go on first"),
        (lambda: CORRECTED.resume(GO_ON).resume(GO_ON), "holds no work"),
        (lambda: dataclasses.replace(CORRECTED, hold=False).resume(GO_ON), "holds no work"),
    ],
)
def test_17025_7_10_no_step_comes_before_its_turn(step, words):
    with pytest.raises(TransitionError, match=words):
        step()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Subject(kind="weather", number="x"), "subject 'weather'; expected one of batch, case"),
        (lambda: Subject(kind="lot", number=""), "number of the subject: empty"),
        (lambda: Subject(kind="method", number="M", version=-1), "version -1; expected 0 or more"),
        (lambda: dataclasses.replace(RAISED, subjects=()), "no subject"),
        (lambda: dataclasses.replace(RAISED, subjects=(LOT, LOT)), "one twice"),
        (lambda: dataclasses.replace(RAISED, found_at=NOW + timedelta(seconds=1)), "found at"),
        (lambda: dataclasses.replace(IMPACT, recalled=("P9",)), "P9 rests on none of the subjects"),
        (lambda: dataclasses.replace(ACTION, words=""), "action: empty"),
        (lambda: dataclasses.replace(HELPED, words=""), "verification: empty"),
        (lambda: dataclasses.replace(GO_ON, words=""), "decision: empty"),
    ],
)
def test_17025_7_10_what_says_nothing_is_refused(make, words):
    with pytest.raises(InvalidRecordError, match=words):
        make()


def test_a_nonconformity_is_listed_by_what_it_is_about():
    assert (RAISED.parent, RAISED.title) == ("", "lot L1")
    assert str(Subject(kind="method", number="M", version=2).name) == "method M version 2"
