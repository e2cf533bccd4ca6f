import dataclasses
from datetime import UTC, date, datetime

import pytest

from lims.domain.amendment import Amendment, AmendmentOrder
from lims.domain.delivery import Notice, ReportDelivery
from lims.domain.report import Report, ReportStatus
from lims.domain.report_content import ReportContent
from lims.domain.report_review import ReportDisagreement, ReportRemark, ReportResolution, ReportReview
from lims.domain.review_checklist import ReviewKind
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ReleaserWorkedError,
    ReviewerIsExaminerError,
    TransitionError,
)
from lims.report_errors import DisagreementOpenError
from tests.builders.contents import content
from tests.builders.reviews import ADMINISTRATIVE_YES

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DISAGREEMENT = ReportDisagreement(by="expert-b", at=AT, words="no ketamine there", third_person="expert-c")
DELIVERY = ReportDelivery(
    recipient="Court",
    document_sha256="3" * 64,
    delivered_on=date(2026, 11, 23),
    manner="by hand",
    recorded_by="technician",
    recorded_at=AT,
)
NOTICE = Notice(told_on=date(2026, 11, 24), manner="letter", reference="7", recorded_by="technician", recorded_at=AT)
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


def cleared(report=None, *, by="head"):
    review = ReportReview(kind=ReviewKind.ADMINISTRATIVE, by=by, at=AT, approved=True, checklist=ADMINISTRATIVE_YES)
    return (report or reviewed()).review_administratively(review)


def issued():
    return cleared().issue(releaser="head")


def ordered():
    return issued().order_amendment(AmendmentOrder(what="a name", why="misspelt", ordered_by="head", ordered_at=AT))


def superseded():
    return ordered().supersede(by="2026-0001-P2")


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
    assert (made.status, made.version, made.releaser, made.pdf_sha256) == (ReportStatus.ISSUED, 5, "head", "3" * 64)
    for person in ("expert-a", "expert-b"):
        with pytest.raises(ReleaserWorkedError, match=f"{person} had a part in 2026-0001-P1") as refusal:
            cleared().issue(releaser=person)
        assert (refusal.value.number, refusal.value.person) == ("2026-0001-P1", person)
        assert "no part in the work" in refusal.value.advice()


def test_the_reviewer_issues_only_a_report_that_says_so_and_its_author_never():
    of_two = dataclasses.replace(reviewed(), release_by_reviewer=True)
    assert cleared(of_two, by="expert-b").issue(releaser="expert-b").releaser == "expert-b"
    with pytest.raises(ReleaserWorkedError):
        cleared(of_two).issue(releaser="expert-a")
    with pytest.raises(ReviewerIsExaminerError):
        cleared(of_two, by="expert-a")


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
    assert superseded().file_name == "2026-0001-P1-SUPERSEDED.pdf"
    for inside in (drafted(), reviewed(), cleared(), voided()):
        assert inside.file_name == "2026-0001-P1-NOT-ISSUED.pdf"


STATES = {
    ReportStatus.INTENDED: lambda: INTENDED,
    ReportStatus.DRAFTED: drafted,
    ReportStatus.REVIEWED: reviewed,
    ReportStatus.ADMINISTRATIVELY_REVIEWED: cleared,
    ReportStatus.ISSUED: issued,
    ReportStatus.VOIDED: voided,
    ReportStatus.WITHDRAWN: withdrawn,
    ReportStatus.SUPERSEDED: superseded,
}
STEPS = {
    "draft": lambda r: r.draft(content_sha256="1" * 64, draft_sha256="2" * 64, signature_level="B-B"),
    "review": lambda r: r.review(reviewer="expert-b", pdf_sha256="3" * 64),
    "clear": cleared,
    "issue": lambda r: r.issue(releaser="head"),
    "withdraw": lambda r: r.withdraw(reason="the seal was broken"),
    "void": lambda r: r.void(reason="a mistake"),
    "remark": lambda r: r.remark(ReportRemark(by="head", at=AT, words="seen")),
    "dispute": lambda r: r.dispute(DISAGREEMENT),
    "order": lambda r: r.order_amendment(AmendmentOrder(what="w", why="y", ordered_by="head", ordered_at=AT)),
    "deliver": lambda r: r.deliver(DELIVERY),
}
ALLOWED = {
    ReportStatus.INTENDED: {"draft", "void"},
    ReportStatus.DRAFTED: {"review", "void", "remark", "dispute"},
    ReportStatus.REVIEWED: {"clear", "void", "remark", "dispute"},
    ReportStatus.ADMINISTRATIVELY_REVIEWED: {"issue", "void", "remark", "dispute"},
    ReportStatus.ISSUED: {"withdraw", "order", "deliver"},
    ReportStatus.VOIDED: set(),
    ReportStatus.WITHDRAWN: {"order", "deliver"},
    ReportStatus.SUPERSEDED: {"deliver"},
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


# review, disagreement, amendment, delivery


def test_rp_1_9_a_third_person_checks_the_paper_before_the_issue():
    made = cleared()
    assert (made.status, made.review_of(ReviewKind.ADMINISTRATIVE).by) == (
        ReportStatus.ADMINISTRATIVELY_REVIEWED,
        "head",
    )
    assert made.review_of(ReviewKind.TECHNICAL) is None
    with pytest.raises(TransitionError, match="is reviewed, not administratively reviewed"):
        reviewed().issue(releaser="head")


@pytest.mark.parametrize("person", ["expert-a", "expert-b"])
def test_at_15_the_paper_is_checked_by_neither_author_nor_technical_reviewer(person):
    with pytest.raises(ReviewerIsExaminerError):
        cleared(by=person)


@pytest.mark.parametrize("step", ["review", "clear", "issue"])
def test_g_6_nothing_is_signed_as_long_as_somebody_disagrees(step):
    before = {"review": drafted, "clear": reviewed, "issue": cleared}[step]()
    disputed = before.dispute(DISAGREEMENT)
    with pytest.raises(DisagreementOpenError, match="disagreement of expert-b about 2026-0001-P1 is open") as refusal:
        STEPS[step](disputed)
    assert "named third person" in refusal.value.advice()
    settled = disputed.resolve(ReportResolution(by="expert-c", at=AT, words="checked again", stands=True))
    assert STEPS[step](settled).disagreements == settled.disagreements
    against = disputed.resolve(ReportResolution(by="expert-c", at=AT, words="right, it is not", stands=False))
    with pytest.raises(DisagreementOpenError, match="ended against it"):
        STEPS[step](against)
    assert against.void(reason="returned").disagreements == against.disagreements


def test_g_6_a_disagreement_stays_beside_its_resolution_and_a_second_one_may_follow():
    ended = drafted().dispute(DISAGREEMENT)
    with pytest.raises(TransitionError, match="expert-b disagrees about 2026-0001-P1 already"):
        ended.dispute(DISAGREEMENT)
    ended = ended.resolve(ReportResolution(by="expert-a", at=AT, words="explained", stands=True))
    again = ended.dispute(dataclasses.replace(DISAGREEMENT, words="still not"))
    assert [(one.words, one.resolution.words if one.resolution else "") for one in again.disagreements] == [
        ("no ketamine there", "explained"),
        ("still not", ""),
    ]
    assert again.open_disagreement.words == "still not"


def test_g_6_the_author_ends_a_disagreement_only_where_the_reviewer_has_still_to_sign():
    own = ReportResolution(by="expert-a", at=AT, words="explained", stands=True)
    assert drafted().dispute(DISAGREEMENT).resolve(own).open_disagreement is None
    with pytest.raises(NotPermittedError, match="is ended by expert-c"):
        reviewed().dispute(DISAGREEMENT).resolve(own)
    with pytest.raises(NotPermittedError, match="is ended by expert-c"):
        drafted().dispute(DISAGREEMENT).resolve(dataclasses.replace(own, by="expert-b"))
    with pytest.raises(TransitionError, match="nobody disagrees"):
        drafted().resolve(own)


def test_who_disagrees_is_not_the_author_and_the_third_person_is_a_third_one():
    with pytest.raises(NotPermittedError, match="expert-a wrote 2026-0001-P1"):
        drafted().dispute(dataclasses.replace(DISAGREEMENT, by="expert-a"))
    for third in ("expert-a", "expert-b"):
        with pytest.raises(NotPermittedError, match="is one of the two"):
            drafted().dispute(dataclasses.replace(DISAGREEMENT, third_person=third))


def test_rp_3_an_issued_report_is_replaced_and_never_changed():
    made = superseded()
    assert (made.status, made.superseded_by, made.pdf_sha256) == (ReportStatus.SUPERSEDED, "2026-0001-P2", "3" * 64)
    with pytest.raises(TransitionError, match="an amendment to 2026-0001-P1 is ordered already"):
        STEPS["order"](ordered())
    with pytest.raises(TransitionError, match="no amendment to 2026-0001-P1 is ordered"):
        issued().supersede(by="2026-0001-P2")


def test_rp_3_a_withdrawn_report_stays_withdrawn_and_names_what_replaced_it():
    replaced = STEPS["order"](withdrawn()).supersede(by="2026-0001-P2")
    assert (replaced.status, replaced.superseded_by) == (ReportStatus.WITHDRAWN, "2026-0001-P2")


def test_17025_7_8_8_an_amendment_says_what_it_replaces_what_changed_and_why():
    for missing in ("replaces", "changes", "reason"):
        with pytest.raises(InvalidRecordError, match="empty"):
            Amendment(**({"replaces": "2026-0001-P1", "changes": "a name", "reason": "misspelt"} | {missing: ""}))
    for missing in ("what", "why"):
        with pytest.raises(InvalidRecordError, match="empty"):
            AmendmentOrder(**({"what": "w", "why": "y", "ordered_by": "head", "ordered_at": AT} | {missing: ""}))


def test_rp_3_each_recipient_of_a_report_that_does_not_stand_is_told():
    given = issued().deliver(DELIVERY).deliver(dataclasses.replace(DELIVERY, recipient="Investigator"))
    assert given.owed_notices == ()
    with pytest.raises(TransitionError, match="is issued, not withdrawn or superseded"):
        given.notify(1, NOTICE)
    gone = given.withdraw(reason="the seal was broken")
    assert [one.recipient for one in gone.owed_notices] == ["Court", "Investigator"]
    told = gone.notify(1, NOTICE)
    assert [one.recipient for one in told.owed_notices] == ["Investigator"]
    with pytest.raises(TransitionError, match="Court was told of 2026-0001-P1"):
        told.notify(1, NOTICE)
    for place in (0, 3):
        with pytest.raises(NotFoundError, match=f"no delivery {place} of 2026-0001-P1"):
            gone.notify(place, NOTICE)


def test_another_document_than_its_own_is_no_delivery_of_it():
    with pytest.raises(InvalidRecordError, match="is not that of 2026-0001-P1"):
        issued().deliver(dataclasses.replace(DELIVERY, document_sha256="4" * 64))


def test_a_content_gives_all_identities_in_order():
    made: ReportContent = content(identities=["Etizolam", None, "Bupivacaine"])
    assert [identity.name for identity in made.identities] == ["Etizolam", "Bupivacaine"]


def test_a_content_with_any_simulated_run_is_simulated():
    assert not content(statements=["", ""]).simulated
    assert content(statements=["", "SIMULATED DATA"]).simulated
