"""Procedures and deviations through the service, and what a procedure that is not in force stops."""

import dataclasses

import pytest

from lims.errors import InvalidRecordError, NotFoundError, NotInForceError, NotPermittedError, StaleVersionError
from lims.services.batching import BatchPlan
from lims.services.validating import AcceptanceFacts, ProcedureFacts
from tests.builders.batches import METHOD, injections, planned
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, TECHNICIAN
from tests.builders.people import LONG_AGO, QUALITY

FACTS = ProcedureFacts(
    number="EI-IDENTIFICATION",
    name=" GC-MS ",
    techniques=("mass spectrometry", "gas chromatography"),
    acceptance_criteria="c",
)


@pytest.fixture
def lab(bench):
    bench.hire()
    return bench


def test_17025_7_2_2_a_procedure_is_recorded_validated_and_withdrawn(lab):
    drafted = lab.validating.record(FACTS, actor=EXPERT)
    assert (drafted.name, drafted.state, drafted.version) == ("GC-MS", "in validation", 1)
    validated = lab.validating.validate(drafted.number, validated_on=LONG_AGO, record="VR", actor=HEAD)
    assert (validated.state, validated.validation.stated_by) == ("validated", "head")
    withdrawn = lab.validating.withdraw(drafted.number, reason="replaced", actor=QUALITY)
    assert (withdrawn.state, withdrawn.withdrawn_by) == ("withdrawn", "quality")
    assert lab.validating.procedure(drafted.number) == withdrawn
    assert [line.state for line in lab.validating.procedures()] == ["withdrawn"]


def test_a_new_text_replaces_the_version_that_was_seen(lab):
    lab.validating.record(FACTS, actor=EXPERT)
    for seen in (None, 7):
        with pytest.raises(StaleVersionError):
            lab.validating.record(FACTS, actor=EXPERT, replaces=seen)
    changed = dataclasses.replace(FACTS, register_number="0123")
    assert lab.validating.record(changed, actor=EXPERT, replaces=1).version == 2
    with pytest.raises(NotFoundError):
        lab.validating.record(dataclasses.replace(FACTS, number="OTHER"), actor=EXPERT, replaces=1)


def test_17025_7_2_2_who_works_by_it_does_not_put_it_in_force(lab):
    lab.validating.record(FACTS, actor=EXPERT)
    for person in (EXPERT, TECHNICIAN, ADMIN):
        with pytest.raises(NotPermittedError):
            lab.validating.validate(FACTS.number, validated_on=LONG_AGO, record="VR", actor=person)


def test_17025_7_2_2_a_batch_is_not_planned_under_a_procedure_that_is_not_in_force(bench):
    desk = planned(bench)
    plan = BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=injections(desk.exhibit))
    bench.validating.record(dataclasses.replace(FACTS, number=METHOD), actor=EXPERT)
    with pytest.raises(NotInForceError, match="M-TEST is not in force"):
        bench.batching.plan(plan, actor=TECHNICIAN)
    bench.validating.validate(METHOD, validated_on=LONG_AGO, record="VR", actor=QUALITY)
    assert bench.batching.plan(plan, actor=TECHNICIAN).number.endswith("0002")


def test_17025_7_2_2_an_examination_is_not_opened_under_a_procedure_that_is_not_in_force(lab, training_file):
    release = lab.curating.add_training_release(actor=ADMIN).number
    run = lab.run(training_file).number
    lab.validating.record(FACTS, actor=EXPERT)
    with pytest.raises(NotInForceError, match="EI-IDENTIFICATION is not in force"):
        lab.examining.open(run, release_name=release, actor=EXPERT)
    lab.validating.validate(FACTS.number, validated_on=LONG_AGO, record="VR", actor=QUALITY)
    assert lab.examining.open(run, release_name=release, actor=EXPERT).state == "open"


def test_17025_7_2_1_7_a_deviation_is_asked_authorised_and_accepted_by_different_people(lab):
    exhibit = lab.exhibit().number
    lab.validating.record(FACTS, actor=EXPERT)
    with pytest.raises(NotFoundError):
        lab.validating.ask_deviation(exhibit, "NONE", departure="d", justification="j", actor=EXPERT)
    asked = lab.validating.ask_deviation(exhibit, FACTS.number, departure="d", justification="j", actor=EXPERT)
    assert asked.number == f"{exhibit}-D1"
    with pytest.raises(NotPermittedError):
        lab.validating.authorise_deviation(asked.number, actor=EXPERT)
    lab.validating.authorise_deviation(asked.number, actor=QUALITY)
    said = AcceptanceFacts(customer="Court", reference=" ", accepted_on=LONG_AGO)
    with pytest.raises(InvalidRecordError, match="reference"):
        lab.validating.accept_deviation(asked.number, said, actor=EXPERT)
    done = lab.validating.accept_deviation(asked.number, dataclasses.replace(said, reference="5"), actor=EXPERT)
    assert lab.validating.deviations(exhibit) == (done,)
    later = lab.validating.ask_deviation(exhibit, FACTS.number, departure="d", justification="j", actor=EXPERT)
    listed = lab.validating.listed_deviations
    assert (listed(limit=1), listed(limit=1, offset=1), listed(limit=9, offset=2)) == ((later,), (done,), ())
    assert (listed(limit=9, states=("accepted",)), listed(limit=9, words="no such")) == ((done,), ())


def test_a_procedure_that_moved_on_since_it_was_seen_is_neither_validated_nor_withdrawn(lab):
    lab.validating.record(FACTS, actor=EXPERT)
    lab.validating.record(dataclasses.replace(FACTS, register_number="0123"), actor=EXPERT, replaces=1)
    with pytest.raises(StaleVersionError):
        lab.validating.validate(FACTS.number, validated_on=LONG_AGO, record="VR", actor=HEAD, version=1)
    lab.validating.validate(FACTS.number, validated_on=LONG_AGO, record="VR", actor=HEAD, version=2)
    with pytest.raises(StaleVersionError):
        lab.validating.withdraw(FACTS.number, reason="r", actor=HEAD, version=2)
    assert lab.validating.withdraw(FACTS.number, reason="r", actor=HEAD, version=3).state == "withdrawn"


def test_17025_7_2_1_7_a_deviation_that_moved_on_is_not_authorised_twice(lab, training_file):
    lab.run(training_file)
    lab.validating.record(FACTS, actor=EXPERT)
    asked = lab.validating.ask_deviation("2026-0001/1", FACTS.number, departure="d", justification="j", actor=EXPERT)
    assert lab.validating.deviation(asked.number) == asked
    lab.validating.authorise_deviation(asked.number, actor=HEAD, version=asked.version)
    with pytest.raises(StaleVersionError):
        lab.validating.authorise_deviation(asked.number, actor=HEAD, version=asked.version)
    said = AcceptanceFacts(customer="c", reference="letter", accepted_on=LONG_AGO)
    with pytest.raises(StaleVersionError):
        lab.validating.accept_deviation(asked.number, said, actor=HEAD, version=asked.version)
    assert lab.validating.accept_deviation(asked.number, said, actor=HEAD, version=2).state == "accepted"
