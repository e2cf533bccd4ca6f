import dataclasses

import pytest

from lims.domain.report import Report, ReportStatus
from lims.domain.report_content import ReportContent
from lims.errors import InvalidRecordError, ReleaserWorkedError, ReviewerIsExaminerError, TransitionError
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


def reviewed():
    return drafted().review(reviewer="expert-b", pdf_sha256="3" * 64)


def issued():
    return reviewed().issue(releaser="head")


def withdrawn():
    return issued().withdraw(reason="the seal was broken")


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


def test_only_the_named_reviewer_completes_it():
    made = reviewed()
    assert (made.status, made.version, made.pdf_sha256) == (ReportStatus.REVIEWED, 3, "3" * 64)
    with pytest.raises(TransitionError, match="2026-0001-P1 is to be signed by expert-b, not by expert-c"):
        drafted().review(reviewer="expert-c", pdf_sha256="3" * 64)


def test_17025_7_8_1_1_somebody_else_than_author_and_reviewer_issues_it():
    made = issued()
    assert (made.status, made.version, made.releaser, made.pdf_sha256) == (ReportStatus.ISSUED, 4, "head", "3" * 64)
    for person in ("expert-a", "expert-b"):
        with pytest.raises(ReleaserWorkedError, match=f"{person} had a part in 2026-0001-P1") as refusal:
            reviewed().issue(releaser=person)
        assert (refusal.value.number, refusal.value.person) == ("2026-0001-P1", person)
        assert "no part in the work" in refusal.value.advice()


def test_the_reviewer_issues_only_a_report_that_says_so_and_its_author_never():
    of_two = dataclasses.replace(reviewed(), release_by_reviewer=True)
    assert of_two.issue(releaser="expert-b").releaser == "expert-b"
    with pytest.raises(ReleaserWorkedError):
        of_two.issue(releaser="expert-a")


def test_an_issued_report_is_withdrawn_for_a_reason_and_keeps_its_document():
    made = withdrawn()
    assert (made.status, made.withdrawal_reason, made.pdf_sha256) == (
        ReportStatus.WITHDRAWN,
        "the seal was broken",
        "3" * 64,
    )
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        issued().withdraw(reason="")


def test_a_report_is_given_up_for_a_reason_before_it_is_issued():
    assert (voided().status, voided().void_reason, voided().version) == (ReportStatus.VOIDED, "a mistake", 2)
    assert drafted().void(reason="sent back").draft_sha256 == "2" * 64
    assert reviewed().void(reason="not issued").pdf_sha256 == "3" * 64
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        INTENDED.void(reason="")


def test_the_name_of_the_file_says_what_the_document_is():
    assert issued().file_name == "2026-0001-P1.pdf"
    assert withdrawn().file_name == "2026-0001-P1-WITHDRAWN.pdf"
    for inside in (drafted(), reviewed(), voided()):
        assert inside.file_name == "2026-0001-P1-NOT-ISSUED.pdf"


STATES = {
    ReportStatus.INTENDED: lambda: INTENDED,
    ReportStatus.DRAFTED: drafted,
    ReportStatus.REVIEWED: reviewed,
    ReportStatus.ISSUED: issued,
    ReportStatus.VOIDED: voided,
    ReportStatus.WITHDRAWN: withdrawn,
}
STEPS = {
    "draft": lambda r: r.draft(content_sha256="1" * 64, draft_sha256="2" * 64, signature_level="B-B"),
    "review": lambda r: r.review(reviewer="expert-b", pdf_sha256="3" * 64),
    "issue": lambda r: r.issue(releaser="head"),
    "withdraw": lambda r: r.withdraw(reason="the seal was broken"),
    "void": lambda r: r.void(reason="a mistake"),
}
ALLOWED = {
    ReportStatus.INTENDED: {"draft", "void"},
    ReportStatus.DRAFTED: {"review", "void"},
    ReportStatus.REVIEWED: {"issue", "void"},
    ReportStatus.ISSUED: {"withdraw"},
    ReportStatus.VOIDED: set(),
    ReportStatus.WITHDRAWN: set(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", STATES)
def test_au_2_17025_7_8_1_1_each_state_allows_its_steps_and_no_other(status, step):
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
