"""After a crash: a number without a document is given up, a document without an entry is named, nobody is disturbed."""

import pytest

from lims.domain.report import Report, ReportStatus
from lims.domain.staff import SYSTEM
from lims.errors import DocumentError, NotPermittedError, TransitionError
from lims.ledger import LedgerEntry
from lims.services.recovering import UNFINISHED, Recovery, alone_at_report
from tests.builders.laboratories import EXAMINATION, HEAD, REPORT, TECHNICIAN


@pytest.fixture
def concluded(bench, training_file):
    bench.hire()
    bench.concluded(training_file)
    return bench


@pytest.fixture
def unfinished(concluded):
    """Give a laboratory in which a number is taken and no document was made."""
    concluded.desk.unprintable = True
    with pytest.raises(DocumentError):
        concluded.draft(EXAMINATION)
    concluded.desk.unprintable = False
    return concluded


def newest(bench):
    *_, last = bench.store.entries()
    return LedgerEntry.from_bytes(last.data)


def test_a_number_without_a_document_is_given_up_by_the_program_itself(unfinished):
    assert unfinished.recovering.unfinished() == (REPORT,)
    recovery = unfinished.recovering.recover()
    (report,) = recovery.voided
    assert (report.number, report.status, report.void_reason) == (REPORT, ReportStatus.VOIDED, UNFINISHED)
    assert unfinished.reporting.get(REPORT) == report
    assert (newest(unfinished).act, newest(unfinished).actor) == ("report.voided", SYSTEM.number)
    before = unfinished.entries
    assert unfinished.recovering.recover() == Recovery()
    assert unfinished.entries == before
    assert unfinished.draft(EXAMINATION).number == "2026-0001-P2"


def test_a_person_who_may_give_reports_up_does_that_too(unfinished):
    with pytest.raises(NotPermittedError):
        unfinished.recovering.recover(actor=TECHNICIAN)
    assert unfinished.reporting.get(REPORT).status is ReportStatus.INTENDED
    unfinished.recovering.recover(actor=HEAD)
    assert (newest(unfinished).act, newest(unfinished).actor) == ("report.voided", HEAD.number)


def test_a_report_that_is_being_made_is_left_alone(unfinished):
    before = unfinished.entries
    with alone_at_report(unfinished.store, EXAMINATION):
        assert unfinished.recovering.unfinished() == ()
        assert unfinished.recovering.recover() == Recovery(at_work=(REPORT,))
        with pytest.raises(TransitionError, match="at this moment"):
            unfinished.draft(EXAMINATION)
    assert unfinished.entries == before
    assert [one.number for one in unfinished.recovering.recover().voided] == [REPORT]


def test_a_signed_document_that_was_not_recorded_is_named_and_given_up(unfinished):
    sha256 = unfinished.raw_store.put(b'{"number":"%s"}\nsigned as expert by nobody\n' % REPORT.encode())
    recovery = unfinished.recovering.recover()
    (document,) = recovery.documents
    assert (document.report, document.sha256) == (REPORT, sha256)
    assert recovery.voided[0].void_reason == f"{UNFINISHED}; a document that was not recorded: SHA-256 {sha256}"
    again = unfinished.recovering.recover()
    assert (again.voided, again.documents) == ((), recovery.documents)


def test_a_document_that_only_its_reviewer_signed_last_is_named_and_its_report_waits_on(concluded):
    drafted = concluded.draft(EXAMINATION)
    lost = concluded.raw_store.put(concluded.reporting.document(REPORT) + b"signed as reviewer by nobody\n")
    with alone_at_report(concluded.store, EXAMINATION):
        assert concluded.recovering.recover() == Recovery()
        with pytest.raises(TransitionError, match="at this moment"):
            concluded.approve(REPORT)
    recovery = concluded.recovering.recover()
    assert [(one.report, one.sha256) for one in recovery.documents] == [(REPORT, lost)]
    assert recovery.voided == ()
    assert concluded.reporting.get(REPORT) == drafted
    assert concluded.approve(REPORT).status is ReportStatus.REVIEWED


def test_what_is_no_document_or_of_no_known_report_is_no_concern(concluded):
    concluded.raw_store.put(b"%PDF-1.7 of somebody else")
    concluded.raw_store.put(b'{"number":"2020-0001-P1"}\nsigned as expert by nobody\n')
    assert concluded.recovering.recover() == Recovery()
    with concluded.store.reading() as work:
        assert work.count(Report) == 0
