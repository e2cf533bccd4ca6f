import dataclasses

import pytest

from lims.domain.report import Report, ReportStatus
from lims.domain.report_content import ReportContent
from lims.errors import InvalidRecordError, ReviewerIsExaminerError, TransitionError
from tests.builders.contents import content

INTENDED = Report(
    number="2026-0001-P1",
    examination_number="2026-0001/1-R1-E1",
    examination_version=4,
    language="kk",
    expert="expert-a",
    reviewer="expert-b",
    evidence=False,
)


def drafted():
    return INTENDED.draft(content_sha256="1" * 64, draft_sha256="2" * 64, signature_level="B-B")


def issued():
    return drafted().issue(reviewer="expert-b", pdf_sha256="3" * 64)


def voided():
    return INTENDED.void(reason="a mistake")


def test_it_belongs_to_its_examination():
    assert (INTENDED.parent, INTENDED.state, INTENDED.title) == ("2026-0001/1-R1-E1", "intended", "2026-0001/1-R1-E1")


def test_a_report_needs_a_number_and_two_persons():
    with pytest.raises(InvalidRecordError, match="report number: empty"):
        dataclasses.replace(INTENDED, number="")
    with pytest.raises(ReviewerIsExaminerError, match="expert-a worked on 2026-0001-P1 and cannot review it"):
        dataclasses.replace(INTENDED, reviewer="expert-a")


def test_a_draft_carries_the_digests_of_what_was_signed():
    made = drafted()
    assert (made.status, made.version) == (ReportStatus.DRAFTED, 2)
    assert (made.content_sha256, made.draft_sha256, made.signature_level) == ("1" * 64, "2" * 64, "B-B")
    assert made.pdf_sha256 is None


def test_only_the_named_reviewer_issues_it():
    made = issued()
    assert (made.status, made.version, made.pdf_sha256) == (ReportStatus.ISSUED, 3, "3" * 64)
    with pytest.raises(TransitionError, match="2026-0001-P1 is to be signed by expert-b, not by expert-c"):
        drafted().issue(reviewer="expert-c", pdf_sha256="3" * 64)


def test_a_report_is_given_up_for_a_reason_before_it_is_issued():
    assert (voided().status, voided().void_reason, voided().version) == (ReportStatus.VOIDED, "a mistake", 2)
    assert drafted().void(reason="sent back").draft_sha256 == "2" * 64
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        INTENDED.void(reason="")


STATES = {
    ReportStatus.INTENDED: lambda: INTENDED,
    ReportStatus.DRAFTED: drafted,
    ReportStatus.ISSUED: issued,
    ReportStatus.VOIDED: voided,
}
STEPS = {
    "draft": lambda r: r.draft(content_sha256="1" * 64, draft_sha256="2" * 64, signature_level="B-B"),
    "issue": lambda r: r.issue(reviewer="expert-b", pdf_sha256="3" * 64),
    "void": lambda r: r.void(reason="a mistake"),
}
ALLOWED = {
    ReportStatus.INTENDED: {"draft", "void"},
    ReportStatus.DRAFTED: {"issue", "void"},
    ReportStatus.ISSUED: set(),
    ReportStatus.VOIDED: set(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", STATES)
def test_each_state_allows_its_steps_and_no_other(status, step):
    report = STATES[status]()
    assert report.status is status
    if step in ALLOWED[status]:
        assert STEPS[step](report).version == report.version + 1
    else:
        with pytest.raises(TransitionError, match=f"2026-0001-P1 is {status.value}, not "):
            STEPS[step](report)


def test_a_content_gives_all_identities_in_order():
    made: ReportContent = content(identities=["Etizolam", None, "Bupivacaine"])
    assert [identity.name for identity in made.identities] == ["Etizolam", "Bupivacaine"]


def test_a_content_with_any_simulated_run_is_simulated():
    assert not content(statements=["", ""]).simulated
    assert content(statements=["", "SIMULATED DATA"]).simulated
