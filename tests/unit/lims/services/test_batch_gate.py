"""No report of a run whose batch nobody may rely on; and what a report says of the batch, or of its absence."""

import json
from dataclasses import replace

import pytest

from lims.domain.acceptance import Measured
from lims.domain.record import from_body
from lims.domain.report_content import ReportContent
from lims.errors import BatchNotUsableError, InvalidRecordError, TransitionError
from lims.reporting.document import compose
from lims.reporting.sections.batch import batch_of
from lims.translation import LANGUAGES, Translator
from tests.builders.batches import passing, planned, training_scans
from tests.builders.laboratories import ADMIN, EXPERT, REVIEWER


@pytest.fixture
def desk(bench):
    return planned(bench)


@pytest.fixture
def concluded(desk):
    """An exhibit of a complete batch, examined to the end; the batch is not judged yet."""
    for place in range(1, 8):
        desk.bring(place, **({"scans": training_scans()} if place == 6 else {}))
    release = desk.bench.curating.add_training_release(actor=ADMIN)
    examining = desk.bench.examining
    examination = examining.open(desk.now.run_at(6).run_number, release_name=release.number, actor=EXPERT)
    for component in examination.components:
        examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    desk.examination = examining.conclude(examination.number, actor=EXPERT).number
    return desk


def judge(desk, *, control="40", blank=None):
    desk.measurement.found |= {
        4: measured(desk, 4, concentration_ug_per_ml=control),
        5: measured(desk, 5, analyte_response=blank),
    }
    desk.bench.clock.advance(minutes=1)
    return desk.bench.batching.judge(desk.batch.number, actor=EXPERT)


def measured(desk, place, **changes):
    usual = passing(desk.batch.injection(place))
    facts = {name: getattr(usual, name) for name in Measured.__slots__}
    return Measured(
        **{**facts, **{name: value and type(usual.internal_standard_area)(value) for name, value in changes.items()}}
    )


def release(desk):
    return desk.bench.batching.release(
        desk.batch.number, cause="The control was spilt.", action="Measured anew.", impact="None.", actor=REVIEWER
    )


def content_of(desk, report):
    document = desk.bench.reporting.document(report.number)
    return from_body(ReportContent, json.loads(document.split(b"\n")[0]))


def refused(desk, match):
    entries = desk.bench.entries
    with pytest.raises(BatchNotUsableError, match=match):
        desk.bench.draft(desk.examination)
    assert desk.bench.entries == entries  # not even a number was used


def test_rp_1_2_a_report_waits_for_the_verdict_and_then_prints_it(concluded):
    refused(concluded, "it is measured")
    judged = judge(concluded, blank="0.001")
    batch = content_of(concluded, concluded.bench.draft(concluded.examination)).runs[0].batch
    assert (batch.number, batch.place, batch.injections) == (concluded.batch.number, 6, 7)
    assert (batch.passed, batch.failed_rules, batch.judged_at) == (True, (), judged.verdicts[-1].judged_at)
    assert (batch.blank.run_number, batch.blank.place, batch.blank.passed) == (judged.run_at(5).run_number, 5, True)
    assert str(batch.blank.value) == "0.0040"  # 0.001 over the 0.25 of the lowest calibrator
    assert (batch.nonconformities, batch.discarded) == ((), ())
    assert batch.method_title == "method of the tests (demonstration)"


def test_at_20_qc_13_a_failed_rule_blocks_until_a_nonconformity_and_the_report_prints_both(concluded):
    judge(concluded, control="90", blank="0.2")
    refused(concluded, r"failed \(blank clean, control recovery, no carry-over\)")
    release(concluded)
    batch = content_of(concluded, concluded.bench.draft(concluded.examination)).runs[0].batch
    assert not batch.passed
    assert batch.failed_rules == ("blank clean", "control recovery", "no carry-over")
    assert (batch.blank.passed, str(batch.blank.value)) == (False, "0.8000")
    assert [one.cause for one in batch.nonconformities] == ["The control was spilt."]


def test_rp_1_2_rp_2_a_batch_that_fails_after_the_draft_voids_the_report(concluded):
    judge(concluded)
    report = concluded.bench.draft(concluded.examination)
    judge(concluded, control="90")
    voided = concluded.bench.reporting.get(report.number)
    assert (voided.state, "batch" in voided.void_reason) == ("voided", True)
    entries = concluded.bench.entries
    with pytest.raises(TransitionError, match="is voided, not drafted"):
        concluded.bench.approve(report.number)
    assert concluded.bench.entries == entries
    refused(concluded, "failed")
    release(concluded)
    again = concluded.bench.draft(concluded.examination)
    assert concluded.bench.approve(again.number).state == "reviewed"


def test_the_report_of_a_discarded_run_is_refused(concluded):
    judge(concluded)
    concluded.bench.batching.discard(concluded.batch.number, 6, reason="the wrong vial", actor=EXPERT)
    refused(concluded, "the run was discarded from it")


def test_another_discarded_run_is_listed(concluded):
    concluded.bench.batching.discard(concluded.batch.number, 7, reason="An empty vial.", actor=EXPERT)
    concluded.bring(7, name="again.D", at=concluded.now.discarded[0].run.acquired_at.replace(second=30))
    judge(concluded)
    (listed,) = content_of(concluded, concluded.bench.draft(concluded.examination)).runs[0].batch.discarded
    assert (listed.sample_name, listed.reason) == ("BLK", "An empty vial.")


def test_a_run_measured_alone_says_so(bench, training_file):
    bench.hire()
    report = bench.drafted(training_file)
    content = from_body(ReportContent, json.loads(bench.reporting.document(report.number).split(b"\n")[0]))
    assert content.runs[0].batch is None
    (words,) = batch_of(content.runs[0], t=Translator("en"))
    assert "outside a batch: no blank before it and no control" in words.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("passed", [True, False])
def test_the_section_is_set_in_every_language(concluded, language, passed):
    if not passed:
        concluded.bench.batching.discard(concluded.batch.number, 7, reason="An empty vial.", actor=EXPERT)
        concluded.bring(7, name="again.D", at=concluded.now.discarded[0].run.acquired_at.replace(second=30))
    judge(concluded, **({} if passed else {"control": "90", "blank": "0.2"}))
    if not passed:
        release(concluded)
    content = content_of(concluded, concluded.bench.draft(concluded.examination))
    content = replace(content, language=language, signature_level="PAdES B-B")  # the plain desk has a level of its own
    assert compose(content, Translator(language)).startswith(b"%PDF")


def test_a_blank_is_judged_and_not_examined(desk):
    release = desk.bench.curating.add_training_release(actor=ADMIN)
    blank = desk.bring(1)
    with pytest.raises(InvalidRecordError, match=f"{blank.number} is of no exhibit"):
        desk.bench.examining.open(blank.number, release_name=release.number, actor=EXPERT)
