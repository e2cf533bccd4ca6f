"""What any record waits for, held against its state as lists show it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.batch import Batch
from lims.domain.custody import Custody
from lims.domain.deviation import Deviation
from lims.domain.examination import Examination
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.instrument import Instrument
from lims.domain.inventory import Inventory, InventoryStatus
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.nonconformity import NonconformingWork
from lims.domain.reagent import Reagent
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer
from lims.domain.waiting import ENDING, WEIGHT, WORK, Job, waiting_of
from lims.domain.weighing import Weighing, WeighingPurpose
from tests.builders.examples import fewer
from tests.builders.record_strategies import ENTITIES, any_record

CASE, EXHIBIT = "2026-0001", "2026-0001/1"
BY_STATE = {
    Transfer: {"offered": {Job.ANSWER_HAND_OVER}},
    SamplingPlan: {"planned": {Job.DRAW_UNITS}, "drawn": {Job.DRAW_UNITS, Job.TEST_UNITS}},
    Batch: {"planned": {Job.MEASURE}, "measured": {Job.JUDGE}},
    Examination: {"open": {Job.CONCLUDE}, "concluded": {Job.REPORT}},
    Identification: {"open": {Job.IDENTIFY}, "concluded": {Job.CHECK}, "disputed": {Job.RESOLVE}},
    Deviation: {"asked": {Job.AUTHORISE}, "authorised": {Job.ACCEPT}},
    MassDiscrepancy: {"open": {Job.CLOSE_MASS}},
    Inventory: {InventoryStatus.COUNTED.value: {Job.COUNT_AGAIN}},
    NonconformingWork: {
        "open": {Job.ASSESS},
        "assessed": {Job.PLAN_ACTION},
        "in action": {Job.CORRECT},
        "corrected": {Job.VERIFY},
        "verified": {Job.RESUME, Job.CLOSE},
    },
    Report: {
        "intended": {Job.FINISH_REPORT},
        "drafted": {Job.REVIEW},
        "reviewed": {Job.REVIEW_PAPER},
        "administratively reviewed": {Job.ISSUE},
        "issued": {Job.AMEND, None},
        "superseded": {Job.NOTIFY, None},
        "withdrawn": {Job.NOTIFY, None},
    },
}
"""What the state of a record may wait for; in a state that is not here, nothing."""


def parent(kind, number):
    return {"exhibit": CASE, "examination": EXHIBIT}[kind.KIND] if number else ""


def lines(record):
    return list(waiting_of(record, parent))


def own(record):
    (found,) = [one for one in lines(record) if one.topic == record.KIND and one.number == record.number]
    return found


@pytest.mark.parametrize("kind", BY_STATE, ids=lambda kind: kind.__name__)
@fewer(4)
@given(st.data())
def test_a_record_waits_for_what_its_state_says(kind, data):
    record = data.draw(any_record(kind))
    found = own(record)
    disputed = isinstance(record, Report) and record.open_disagreement is not None
    expected = {Job.RESOLVE_REPORT} if disputed else BY_STATE[kind].get(record.state, {None})
    assert found.job in expected
    if found.job is None:
        assert found.person == ""


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.__name__)
@fewer(4)
@given(st.data())
def test_no_version_says_two_things_of_one_topic(kind, data):
    found = lines(data.draw(any_record(kind)))
    keys = [(one.topic, one.number) for one in found]
    assert len(set(keys)) == len(keys)
    assert all(one.number for one in found)
    assert all(one.due is not None for one in found if one.job in ENDING)


@given(any_record(Reagent) | any_record(ReferenceStandard))
def test_a_lot_waits_for_its_release_and_then_for_its_end(lot):
    found = own(lot)
    last_day = lot.last_day if isinstance(lot, Reagent) else lot.expires_on
    if lot.state == "released":
        assert (found.due, found.job is None) == (last_day, last_day is None)
    else:
        assert found.job in ({Job.RELEASE_REAGENT, Job.RELEASE_STANDARD} if not lot.changes else {None})


@given(any_record(Instrument))
def test_an_instrument_out_of_service_waits_for_no_calibration(instrument):
    found = own(instrument)
    if instrument.state == "out of service" or not instrument.needs_calibration or not instrument.calibrations:
        assert found.job is None
    else:
        assert found.due == instrument.calibrations[-1].due_on


@given(any_record(StaffMember))
def test_proposed_roles_wait_to_be_confirmed(member):
    assert (own(member).job is Job.CONFIRM_ROLES) == (member.proposal is not None)


@given(any_record(Custody))
def test_what_left_the_laboratory_waits_for_nothing(custody):
    found = {one.topic: one.job for one in lines(custody)}
    if custody.here:
        assert WORK not in found
        assert (found["custody"] is Job.GIVE_BACK) == isinstance(custody.expected_return, date)
    else:
        assert found == {"custody": None, WORK: None, WEIGHT: None}


@given(any_record(Weighing))
def test_a_weighing_begins_the_work_unless_it_is_of_a_package_or_of_a_remainder(weighing):
    found = {one.topic: one.job for one in lines(weighing)}
    if weighing.version != 1 or weighing.purpose is WeighingPurpose.RECEIVED:
        assert found == {}
    elif weighing.purpose is WeighingPurpose.REMAINDER:
        assert found == {WEIGHT: None}
    else:
        assert found == {WEIGHT: None, WORK: Job.EXAMINE}


@given(any_record(Finding) | any_record(RecordedRun))
def test_a_first_result_begins_the_work_on_its_exhibit(record):
    begun = [one for one in lines(record) if one.topic == WORK]
    assert [one.job for one in begun] == [Job.EXAMINE] * (record.version == 1 and bool(record.exhibit_number))
