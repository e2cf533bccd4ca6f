import hashlib
import json

import pytest

from lims.domain.permissions import Act
from lims.domain.report import Report
from lims.domain.report_copy import CopyForm
from lims.domain.signature import SignatureMeaning
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    SignatureRefusedError,
    TransitionError,
)
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REPORT
from tests.builders.people import QUALITY


@pytest.fixture
def issued(bench, training_file):
    bench.hire()
    return bench.issued(training_file)


def test_a_copy_is_recorded_with_its_digest_and_its_bytes_are_kept(bench, issued):
    made = bench.copying.copy(REPORT, language="kk", actor=EXPERT)
    (copy,) = bench.reporting.get(REPORT).copies
    assert (copy.form, copy.language, copy.made_by) == (CopyForm.FULL, "kk", EXPERT.number)
    assert copy.copy_sha256 == hashlib.sha256(made).hexdigest()
    assert copy.of_sha256 == issued.pdf_sha256
    assert bench.raw_store.get(copy.copy_sha256) == made
    with bench.store.reading() as work:
        entry = work.entry_of(Report, REPORT, version=issued.version + 1)
    assert (entry.act, entry.actor, entry.raw) == (Act.REPORT_COPIED, EXPERT.number, (copy.copy_sha256,))


def test_a_copy_leaves_document_and_state_of_the_report_alone(bench, issued):
    before = bench.reporting.document(REPORT)
    bench.copying.copy(REPORT, language="ru", actor=HEAD)
    bench.copying.summarise(REPORT, language="en", actor=QUALITY)
    after = bench.reporting.get(REPORT)
    assert (after.status, after.pdf_sha256) == (issued.status, issued.pdf_sha256)
    assert [one.form for one in after.copies] == [CopyForm.FULL, CopyForm.SUMMARY]
    assert bench.reporting.document(REPORT) == before


def test_a_copy_names_the_report_and_how_it_stands(bench, issued):
    mark = json.loads(bench.copying.copy(REPORT, language="kk", actor=EXPERT))["mark"]
    assert (mark["report_number"], mark["report_language"], mark["report_sha256"]) == (REPORT, "en", issued.pdf_sha256)
    assert (mark["status"], mark["made_by"]["name"]) == ("issued", EXPERT.name)


@pytest.mark.usefixtures("issued")
def test_a_copy_of_a_withdrawn_report_gives_the_reason(bench):
    confirmed = bench.confirmed(HEAD, SignatureMeaning.WITHDRAWER, bench.reporting.get(REPORT))
    bench.releasing.withdraw(REPORT, actor=HEAD, reason="the wrong exhibit", confirmation=confirmed)
    mark = json.loads(bench.copying.summarise(REPORT, language="kk", actor=EXPERT))["mark"]
    assert (mark["status"], mark["withdrawal_reason"]) == ("withdrawn", "the wrong exhibit")


def test_nothing_is_copied_that_did_not_leave_the_laboratory(bench, training_file):
    bench.hire()
    bench.cleared(training_file)
    with pytest.raises(TransitionError, match="did not leave the laboratory"):
        bench.copying.copy(REPORT, language="kk", actor=EXPERT)
    assert bench.reporting.get(REPORT).copies == ()


@pytest.mark.usefixtures("issued")
def test_only_those_who_may_hand_reports_out_copy_them(bench):
    with pytest.raises(NotPermittedError):
        bench.copying.summarise(REPORT, language="kk", actor=ADMIN)
    assert bench.reporting.get(REPORT).copies == ()


@pytest.mark.usefixtures("issued")
def test_a_document_with_another_content_than_was_recorded_is_not_copied(bench, monkeypatch):
    content = bench.desk.content_in(bench.reporting.document(REPORT))
    monkeypatch.setattr(type(bench.desk), "content_in", lambda _, __: content.replace(b'"en"', b'"ru"'))
    with pytest.raises(InvalidRecordError, match="recorded is"):
        bench.copying.copy(REPORT, language="kk", actor=EXPERT)
    assert bench.reporting.get(REPORT).copies == ()


def test_who_makes_a_copy_at_a_page_signs_for_it_in_the_ledger(bench, issued):
    confirmed = bench.confirmed(EXPERT, SignatureMeaning.COPIER, issued)
    bench.copying.copy(REPORT, language="kk", actor=EXPERT, confirmation=confirmed)
    with bench.store.reading() as work:
        signature = work.entry_of(Report, REPORT, version=issued.version + 1).signature
    assert (signature["meaning"], signature["person"], signature["name"]) == ("copier", EXPERT.number, EXPERT.name)
    with pytest.raises(SignatureRefusedError):  # it was for the version before
        bench.copying.summarise(REPORT, language="kk", actor=EXPERT, confirmation=confirmed)
    assert len(bench.reporting.get(REPORT).copies) == 1


def test_a_confirmation_as_somebody_else_copies_nothing(bench, issued):
    before = len(bench.raw_objects)
    wrong = bench.confirmed(EXPERT, SignatureMeaning.AUTHOR, issued)
    with pytest.raises(SignatureRefusedError):
        bench.copying.copy(REPORT, language="kk", actor=EXPERT, confirmation=wrong)
    assert (bench.reporting.get(REPORT).copies, len(bench.raw_objects)) == ((), before)


@pytest.mark.usefixtures("issued")
def test_a_copy_is_read_by_its_digest_and_nothing_else_is(bench):
    made = bench.copying.copy(REPORT, language="kk", actor=EXPERT)
    (copy,) = bench.reporting.get(REPORT).copies
    assert bench.copying.document(REPORT, copy.copy_sha256) == made
    with pytest.raises(NotFoundError):
        bench.copying.document(REPORT, bench.reporting.get(REPORT).pdf_sha256)
