import dataclasses
from decimal import Decimal

import pytest

from lims.domain.acceptance import AcceptanceRule, Measured
from lims.domain.batch import BatchStatus
from lims.domain.method import MethodStatus
from lims.domain.run import RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.errors import (
    BatchNotUsableError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ReviewerIsExaminerError,
    StaleVersionError,
    TransitionError,
)
from lims.services.batching import BatchPlan, batch_for_report
from tests.builders.batches import LIMITS, METHOD, acquired, injections, method, planned
from tests.builders.laboratories import ADMIN, EXPERT, PASSWORD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY as MANAGER
from tests.builders.people import add

ANSWERS = {"cause": "the control was spilt", "action": "measured anew by hand", "impact": "none on identities"}


@pytest.fixture
def desk(bench):
    return planned(bench)


@pytest.fixture
def failed(desk):
    """A complete batch whose control is 40 % too high."""
    desk.measure_all()
    desk.measurement.found[4] = Measured(
        place=4,
        internal_standard_area=Decimal(1000),
        internal_standard_retention_s=Decimal(390),
        analyte_response=Decimal("0.56"),
        concentration_ug_per_ml=Decimal(56),
    )
    desk.bench.batching.judge(desk.batch.number, actor=EXPERT)
    return desk


def report_batch(desk, place):
    with desk.bench.store.reading() as work:
        return batch_for_report(work, work.load(RecordedRun, desk.now.run_at(place).run_number))


# methods


def test_a_method_is_changed_by_a_new_version_and_the_old_one_stays(desk):
    batching = desk.bench.batching
    stricter = dataclasses.replace(LIMITS, control_high=Decimal("1.05"))
    changed = batching.define_method(method(limits=stricter), actor=MANAGER, replaces=1)
    assert (changed.version, changed.defined_by, changed.defined_at) == (2, "quality", desk.bench.clock.now())
    assert batching.method(METHOD) == changed
    assert batching.method_of(desk.batch).limits == LIMITS  # the batch keeps what it was planned under
    with desk.bench.store.reading() as work, pytest.raises(NotFoundError, match="M-TEST version 7"):
        work.load(type(changed), METHOD, version=7)


def test_all_versions_of_a_method_are_given_newest_first(desk):
    batching = desk.bench.batching
    first = batching.method(METHOD)
    second = batching.define_method(method(name="changed"), actor=MANAGER, replaces=1)
    third = batching.withdraw_method(METHOD, actor=EXPERT, version=2)
    assert batching.versions(METHOD) == (third, second, first)
    with pytest.raises(NotFoundError):
        batching.versions("none")


def test_a_method_is_not_replaced_unseen(desk):
    batching = desk.bench.batching
    for replaces in (None, 2):
        with pytest.raises(StaleVersionError):
            batching.define_method(method(), actor=EXPERT, replaces=replaces)
    with pytest.raises(NotFoundError):
        batching.define_method(method(number="new"), actor=EXPERT, replaces=1)
    with pytest.raises(NotPermittedError):
        batching.define_method(method(number="new"), actor=TECHNICIAN)
    with pytest.raises(StaleVersionError):
        batching.withdraw_method(METHOD, actor=EXPERT, version=9)
    assert [line.version for line in batching.methods()] == [1]


def test_nothing_new_is_planned_under_a_withdrawn_method(desk):
    batching = desk.bench.batching
    assert batching.withdraw_method(METHOD, actor=EXPERT, version=1).status is MethodStatus.WITHDRAWN
    plan = BatchPlan(method_number=METHOD, instrument="", time_zone="UTC", injections=injections(desk.exhibit))
    with pytest.raises(TransitionError, match="withdrawn"):
        batching.plan(plan, actor=TECHNICIAN)
    with pytest.raises(TransitionError, match="withdrawn"):
        batching.withdraw_method(METHOD, actor=EXPERT)
    desk.measure_all()
    assert batching.judge(desk.batch.number, actor=EXPERT).verdicts[-1].method_version == 1


# plans


def test_a_plan_is_refused_with_every_fault(desk):
    batching = desk.bench.batching
    plan = BatchPlan(method_number=METHOD, instrument="", time_zone="UTC", injections=injections(desk.exhibit)[2:])
    moved = tuple(dataclasses.replace(one, place=place) for place, one in enumerate(plan.injections, start=1))
    with pytest.raises(InvalidRecordError, match="1 different calibrators; the method needs 2"):
        batching.plan(dataclasses.replace(plan, injections=moved), actor=TECHNICIAN)
    with pytest.raises(NotFoundError, match="exhibit 2026-9/9"):
        batching.plan(dataclasses.replace(plan, injections=injections("2026-9/9")), actor=TECHNICIAN)
    with pytest.raises(NotFoundError, match="method M-9"):
        batching.plan(dataclasses.replace(plan, method_number="M-9"), actor=TECHNICIAN)
    with pytest.raises(NotPermittedError):
        batching.plan(plan, actor=ADMIN)
    assert [line.number for line in batching.batches()] == ["B-2026-0001"]


def test_the_sequence_is_exported_under_the_methods_header(desk):
    lines = desk.bench.batching.export_csv(desk.batch.number).decode("utf-8").split("\r\n")
    assert lines[0] == "Vial,Sample Name,Sample Type,Data File,Method,Level"
    assert lines[2] == "2,cal 25,calibrator,B-2026-0001-002,,25"
    assert lines[6:] == ["6,EX-1,exhibit,B-2026-0001-006,,", "1,BLK,blank,B-2026-0001-007,,", ""]


# verdicts


def test_a_batch_that_passes_is_accepted_and_its_numbers_are_kept(desk):
    desk.measure_all()
    judged = desk.bench.batching.judge(desk.batch.number, actor=EXPERT)
    assert (judged.status, judged.verdicts[-1].failed) == (BatchStatus.ACCEPTED, ())
    assert [one.place for one in judged.verdicts[-1].measured] == list(range(1, 8))
    assert report_batch(desk, 6) == judged
    assert desk.bench.auditing.verify().intact


def test_an_incomplete_batch_is_not_judged(desk):
    desk.bring(1)
    with pytest.raises(TransitionError, match="1 of 7 runs"):
        desk.bench.batching.judge(desk.batch.number, actor=EXPERT)
    with pytest.raises(BatchNotUsableError, match="it is planned"):
        report_batch(desk, 1)


def test_a_batch_that_changed_while_it_was_measured_is_not_judged(desk):
    desk.measure_all()
    batching = desk.bench.batching

    def measure(batch, _):
        batching.discard(batch.number, 1, reason="a septum leaked", actor=EXPERT)
        return ()

    desk.measurement.measure = measure
    with pytest.raises(StaleVersionError):
        batching.judge(desk.batch.number, actor=EXPERT)
    assert desk.now.verdicts == ()


def test_a_failed_batch_blocks_until_another_person_says_what_was_done(failed):
    batching, number = failed.bench.batching, failed.batch.number
    assert [outcome.rule for outcome in failed.now.verdicts[-1].failed] == [AcceptanceRule.CONTROL_RECOVERY]
    with pytest.raises(BatchNotUsableError, match=r"it is failed \(control recovery\)") as refusal:
        report_batch(failed, 6)
    assert "nonconformity" in refusal.value.advice()
    with pytest.raises(NotPermittedError):
        batching.release(number, **ANSWERS, actor=EXPERT)
    with pytest.raises(InvalidRecordError, match="action"):
        batching.release(number, **{**ANSWERS, "action": " "}, actor=REVIEWER)
    with pytest.raises(StaleVersionError):
        batching.release(number, **ANSWERS, actor=REVIEWER, version=1)
    released = batching.release(number, **ANSWERS, actor=MANAGER, version=failed.now.version)
    assert released.status is BatchStatus.RELEASED
    assert released.nonconformities[-1].decided_by == "quality"
    assert report_batch(failed, 6) == released


@pytest.mark.parametrize("part", ["planned", "imported", "judged", "discarded"])
def test_who_did_any_of_the_work_does_not_release_it(desk, part):
    batching, number = desk.bench.batching, desk.batch.number
    both = StaffMember(number="both", name="Both", post="chemist", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))
    add(desk.bench, both, password=PASSWORD)
    if part == "planned":
        plan = BatchPlan(method_number=METHOD, instrument="", time_zone="UTC", injections=injections(desk.exhibit))
        number = batching.plan(plan, actor=both).number
    for place in range(1, 8):
        actor = both if (part, place) == ("imported", 3) else TECHNICIAN
        desk.bench.measuring.import_run(desk.file(place), batch_number=number, actor=actor)
    if part == "discarded":
        batching.discard(number, 7, reason="the blank was empty", actor=both)
        desk.bring(7, name="again.D", at=acquired(8))
    desk.bench.clock.advance(minutes=1)
    desk.measurement.found[1] = Measured(
        place=1,
        internal_standard_area=None,
        internal_standard_retention_s=None,
        analyte_response=None,
        concentration_ug_per_ml=None,
    )
    batching.judge(number, actor=both if part == "judged" else EXPERT)
    with pytest.raises(ReviewerIsExaminerError):
        batching.release(number, **ANSWERS, actor=both)
    assert batching.release(number, **ANSWERS, actor=MANAGER).usable


def test_a_discarded_run_carries_no_report_and_stays_listed(desk):
    desk.measure_all()
    batching, number = desk.bench.batching, desk.batch.number
    batching.judge(number, actor=EXPERT)
    seen = desk.now
    discarded = batching.discard(number, 6, reason="the wrong vial was opened", actor=EXPERT, version=seen.version)
    assert discarded.status is BatchStatus.PLANNED
    with desk.bench.store.reading() as work, pytest.raises(BatchNotUsableError, match="was discarded"):
        batch_for_report(work, work.load(RecordedRun, seen.run_at(6).run_number))
    with pytest.raises(StaleVersionError):
        batching.discard(number, 5, reason="again", actor=EXPERT, version=seen.version)
    with pytest.raises(NotPermittedError):
        batching.discard(number, 5, reason="again", actor=TECHNICIAN)


def test_a_run_outside_a_batch_needs_none(desk, training_file):
    run = desk.bench.importing.import_run(training_file, exhibit_number=desk.exhibit, actor=TECHNICIAN)
    with desk.bench.store.reading() as work:
        assert batch_for_report(work, run) is None
