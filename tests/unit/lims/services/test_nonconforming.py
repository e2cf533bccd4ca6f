"""Nonconforming work through the services: what it holds, which reports it touches, and what it keeps from issue."""

import pytest

from lims.domain.grounds import Name
from lims.domain.nonconformity import Subject
from lims.domain.signature import SignatureMeaning
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, OpenNonconformityError
from lims.services.nonconforming import NonconformityFacts
from tests.builders.laboratories import EXPERT, HEAD, REPORT, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY

RUN = Subject(kind="run", number="2026-0001/1-R1")


def raise_one(bench, *subjects, caused_by="", hold=True):
    facts = NonconformityFacts(
        what="the seal of the septum leaked",
        subjects=subjects,
        found_by=REVIEWER.number,
        found_at=bench.clock.now(),
        caused_by=caused_by,
        hold=hold,
    )
    return bench.nonconforming.raise_one(facts, actor=REVIEWER)


def close(bench, number):
    bench.nonconforming.assess(number, words="the report stands", actor=QUALITY)
    today = bench.clock.now().date()
    bench.nonconforming.plan(number, words="a new septum", person=TECHNICIAN.number, due_on=today, actor=QUALITY)
    bench.nonconforming.correct(number, done="changed", actor=TECHNICIAN)
    bench.nonconforming.verify(number, helped=True, words="no leak", actor=QUALITY)
    bench.nonconforming.resume(number, words="go on", actor=QUALITY)
    return bench.nonconforming.close(number, words="done", actor=QUALITY)


def test_rp_1_no_report_is_issued_as_long_as_a_nonconformity_stands_on_its_case(bench, training_file):
    bench.hire()
    report = bench.cleared(training_file)
    raised = raise_one(bench, RUN)
    assert bench.nonconforming.open_on("2026-0001") == (raised.number,)
    (reason,) = bench.releasing.hindrances(REPORT, actor=HEAD)
    assert isinstance(reason, OpenNonconformityError)
    confirmed = bench.confirmed(HEAD, SignatureMeaning.RELEASER, report)
    with pytest.raises(OpenNonconformityError, match=rf"{raised.number} stands on the case of {REPORT}"):
        bench.releasing.release(REPORT, actor=HEAD, confirmation=confirmed)
    closed = close(bench, raised.number)
    assert closed.impact.touched == (REPORT,)
    assert bench.nonconforming.open_on("2026-0001") == ()
    assert bench.release(REPORT).state == "issued"
    assert bench.auditing.verify().intact


def test_rp_1_a_nonconformity_of_something_else_keeps_no_report_back(bench, training_file):
    bench.hire()
    bench.cleared(training_file)
    raise_one(bench, Subject(kind="lot", number="of another laboratory"))
    assert bench.releasing.hindrances(REPORT, actor=HEAD) == ()


@pytest.mark.parametrize(
    "subject",
    [
        Subject(kind="case", number="2026-0001"),
        Subject(kind="exhibit", number="2026-0001/1"),
        Subject(kind="report", number=REPORT),
        Subject(kind="examination", number="2026-0001/1-R1-E1"),
        Subject(kind="staff", number=EXPERT.number),
    ],
)
def test_rp_1_a_nonconformity_of_anything_in_the_case_stands_on_it(bench, training_file, subject):
    bench.hire()
    bench.reviewed(training_file)
    raised = raise_one(bench, subject)
    assert bench.nonconforming.open_on("2026-0001") == (raised.number,)


def test_17025_7_10_work_on_a_subject_is_held_until_a_named_person_lets_it_go_on(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    raised = raise_one(bench, RUN, caused_by=TECHNICIAN.number)
    raise_one(bench, RUN, hold=False)
    assert bench.nonconforming.held(RUN.name) == (raised.number,)
    assert bench.nonconforming.held(Name(kind="run", number="another")) == ()
    today = bench.clock.now().date()
    bench.nonconforming.assess(raised.number, words="none", actor=QUALITY)
    bench.nonconforming.plan(raised.number, words="a", person=EXPERT.number, due_on=today, actor=QUALITY)
    bench.nonconforming.correct(raised.number, done="d", actor=EXPERT)
    resumed = bench.nonconforming.resume(raised.number, words="go on", actor=HEAD)
    assert resumed.resumption.by == HEAD.number
    assert bench.nonconforming.held(RUN.name) == ()
    listed = bench.nonconforming.listed
    assert [line.state for line in listed()] == ["corrected", "open"]
    assert [line.number for line in listed(limit=1, offset=1)] == [listed(states=("open",))[0].number]
    assert [line.number for line in listed(words=raised.number)] == [raised.number]


def test_17025_7_10_only_the_quality_manager_closes_and_only_what_is_on_record_is_named(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    raised = raise_one(bench, RUN)
    with pytest.raises(NotPermittedError):
        bench.nonconforming.close(raised.number, words="done", actor=HEAD)
    with pytest.raises(NotFoundError, match="there is no run 2026-0009/1-R1"):
        raise_one(bench, Subject(kind="run", number="2026-0009/1-R1"))
    with pytest.raises(NotFoundError, match="case 2026-0001 version 9"):
        raise_one(bench, Subject(kind="case", number="2026-0001", version=9))
    with pytest.raises(NotFoundError, match="staff nobody"):
        raise_one(bench, RUN, caused_by="nobody")
    with pytest.raises(InvalidRecordError, match="P9 rests on none of the subjects"):
        bench.nonconforming.assess(raised.number, words="w", recalled=("P9",), actor=QUALITY)
    assert bench.nonconforming.get(raised.number) == raised
