import dataclasses
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lims.domain.examination import (
    Candidate,
    Decision,
    Examination,
    ExaminationStatus,
    ExaminedComponent,
    Review,
    SearchBasis,
)
from lims.errors import InvalidRecordError, NotFoundError, ReviewerIsExaminerError, TransitionError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def candidate(rank, name):
    return Candidate(
        rank=rank,
        accession=f"{rank:06d}",
        name=name,
        inchikey=None,
        match_factor=Decimal("950.00"),
        reverse_match_factor=Decimal("960.00"),
        matched_ions=40,
    )


def component(number):
    return ExaminedComponent(
        number=number,
        retention_time_s=Decimal("391.000"),
        area=1,
        area_percent=Decimal("50.00"),
        base_peak_mz=140,
        signal_to_noise=100,
        candidates=(candidate(1, "Bupivacaine"), candidate(2, "Ropivacaine")),
    )


OPEN = Examination(
    number="2026-0001/1-R1-E1",
    exhibit_number="2026-0001/1",
    run_number="2026-0001/1-R1",
    examiner="expert-a",
    basis=SearchBasis(
        release="SWGDRUG 3.4",
        release_sha256="cd" * 32,
        release_spectra=2988,
        release_purpose="",
        preset="ei-simple",
        preset_version=1,
        preset_source="s",
        detection="d",
        software_version="0.1.0",
    ),
    components=(component(1), component(2)),
    unreported_components=0,
)
APPROVAL = Review(reviewer="expert-b", reviewed_at=NOW, approved=True)
RETURN = Review(reviewer="expert-b", reviewed_at=NOW, approved=False, comment="m/z 91 is missing")


def decided():
    one = OPEN.identify(1, rank=1, examiner="expert-a", reason="", at=NOW)
    return one.leave_unidentified(2, examiner="expert-a", reason="too weak", at=NOW)


def concluded():
    return decided().conclude(examiner="expert-a")


def test_it_belongs_to_its_exhibit_and_shows_its_run():
    assert (OPEN.parent, OPEN.state, OPEN.title) == ("2026-0001/1", "open", "2026-0001/1-R1")


def test_a_component_is_identified_as_one_of_its_candidates():
    made = OPEN.identify(2, rank=2, examiner="expert-a", reason=" as the standard ", at=NOW)
    changed = made.component(2)
    assert changed.decision is Decision.IDENTIFIED
    assert changed.identity == candidate(2, "Ropivacaine")
    assert (changed.reason, changed.decided_at) == ("as the standard", NOW)
    assert made.component(1) == OPEN.component(1)
    assert made.version == 2
    assert made.identified == (changed,)
    assert OPEN.version == 1
    assert OPEN.identified == ()


def test_an_internal_standard_is_no_finding_of_the_exhibit():
    made = OPEN.mark_internal_standard(1, rank=1, examiner="expert-a", reason="added", at=NOW)
    assert made.component(1).decision is Decision.INTERNAL_STANDARD
    assert made.component(1).identity == candidate(1, "Bupivacaine")
    assert made.identified == ()


def test_a_component_is_left_unidentified_for_a_reason():
    identified = OPEN.identify(1, rank=1, examiner="expert-a", reason="", at=NOW)
    made = identified.leave_unidentified(1, examiner="expert-a", reason="too weak", at=NOW)
    assert made.component(1).decision is Decision.NOT_IDENTIFIED
    assert made.component(1).identity is None
    assert (made.component(1).reason, made.component(1).decided_at) == ("too weak", NOW)
    for reason in ("", "  \n"):
        with pytest.raises(InvalidRecordError, match="reason: empty; it is needed"):
            OPEN.leave_unidentified(1, examiner="expert-a", reason=reason, at=NOW)


def test_a_decision_may_be_changed_as_long_as_it_is_open():
    again = decided().identify(2, rank=1, examiner="expert-a", reason="", at=NOW)
    assert again.component(2).decision is Decision.IDENTIFIED
    assert again.version == 4


def test_what_is_not_there_cannot_be_decided():
    with pytest.raises(NotFoundError, match="there is no component 2026-0001/1-R1-E1 component 3"):
        OPEN.component(3)
    for step in (OPEN.identify, OPEN.mark_internal_standard):
        with pytest.raises(NotFoundError, match="component 3"):
            step(3, rank=1, examiner="expert-a", reason="", at=NOW)
        with pytest.raises(NotFoundError, match="there is no candidate 2026-0001/1-R1-E1 component 1 rank 3"):
            step(1, rank=3, examiner="expert-a", reason="", at=NOW)
    with pytest.raises(NotFoundError, match="component 0"):
        OPEN.leave_unidentified(0, examiner="expert-a", reason="x", at=NOW)


@pytest.mark.parametrize("reason", ["a\u202eb", "x" * 10_001])
def test_a_reason_that_cannot_be_printed_is_refused(reason):
    with pytest.raises(InvalidRecordError, match=r"^reason: "):
        OPEN.identify(1, rank=1, examiner="expert-a", reason=reason, at=NOW)
    with pytest.raises(InvalidRecordError, match=r"^reason: "):
        OPEN.leave_unidentified(1, examiner="expert-a", reason=reason, at=NOW)


def test_only_its_examiner_works_on_it():
    told = "2026-0001/1-R1-E1 is examined by expert-a, not by expert-b"
    with pytest.raises(TransitionError, match=told):
        OPEN.identify(1, rank=1, examiner="expert-b", reason="", at=NOW)
    with pytest.raises(TransitionError, match=told):
        OPEN.mark_internal_standard(1, rank=1, examiner="expert-b", reason="", at=NOW)
    with pytest.raises(TransitionError, match=told):
        OPEN.leave_unidentified(1, examiner="expert-b", reason="x", at=NOW)
    with pytest.raises(TransitionError, match=told):
        decided().conclude(examiner="expert-b")


def test_nothing_is_left_undecided_at_the_end():
    with pytest.raises(InvalidRecordError, match=r"component\(s\) 1, 2 undecided"):
        OPEN.conclude(examiner="expert-a")
    one = OPEN.identify(1, rank=1, examiner="expert-a", reason="", at=NOW)
    with pytest.raises(InvalidRecordError, match=r"component\(s\) 2 undecided"):
        one.conclude(examiner="expert-a")
    assert concluded().status is ExaminationStatus.CONCLUDED
    assert concluded().version == decided().version + 1


def test_17025_7_5_1_a_note_is_kept_with_who_and_when_and_decides_nothing():
    noted = OPEN.note(2, words=" m/z 58 also comes from the solvent ", examiner="expert-a", at=NOW)
    (note,) = noted.notes_on(2)
    assert (note.words, note.written_by, note.written_at) == ("m/z 58 also comes from the solvent", "expert-a", NOW)
    assert (noted.components, noted.notes_on(1), noted.version) == (OPEN.components, (), OPEN.version + 1)
    again = noted.note(2, words="seen again", examiner="expert-a", at=NOW)
    assert [one.words for one in again.notes] == ["m/z 58 also comes from the solvent", "seen again"]
    with pytest.raises(InvalidRecordError, match="note: empty"):
        OPEN.note(2, words=" ", examiner="expert-a", at=NOW)
    with pytest.raises(NotFoundError, match="component 3"):
        OPEN.note(3, words="w", examiner="expert-a", at=NOW)


def test_a_candidate_is_rejected_for_a_reason_and_the_component_stays_as_it_was():
    rejected = OPEN.reject(1, rank=2, reason="m/z 126 is missing", examiner="expert-a", at=NOW)
    told = rejected.rejection(1, "000002")
    assert told is not None
    assert told.words == "m/z 126 is missing"
    assert (rejected.rejection(1, "000001"), rejected.rejection(2, "000002"), rejected.rejection(1, "")) == (None,) * 3
    assert rejected.components == OPEN.components
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        OPEN.reject(1, rank=2, reason="", examiner="expert-a", at=NOW)
    with pytest.raises(NotFoundError, match="rank 3"):
        OPEN.reject(1, rank=3, reason="x", examiner="expert-a", at=NOW)
    with pytest.raises(TransitionError, match="component 1 is decided to be Bupivacaine"):
        decided().reject(1, rank=1, reason="x", examiner="expert-a", at=NOW)


def test_a_rejected_candidate_is_identified_only_with_a_reason():
    rejected = OPEN.reject(1, rank=2, reason="m/z 126 is missing", examiner="expert-a", at=NOW)
    with pytest.raises(InvalidRecordError, match=r"Ropivacaine was rejected \(m/z 126 is missing\); say why"):
        rejected.identify(1, rank=2, examiner="expert-a", reason="", at=NOW)
    identified = rejected.identify(1, rank=2, examiner="expert-a", reason="it is there in the second run", at=NOW)
    assert identified.identified[0].identity is not None
    assert identified.notes == rejected.notes


def test_a_run_without_components_can_be_concluded():
    assert dataclasses.replace(OPEN, components=()).conclude(examiner="expert-a").state == "concluded"


def test_a_second_person_approves_what_is_concluded():
    reviewed = concluded().approve(APPROVAL)
    assert reviewed.status is ExaminationStatus.REVIEWED
    assert reviewed.reviews == (APPROVAL,)
    assert reviewed.version == concluded().version + 1


def test_a_second_person_returns_what_is_concluded_with_words():
    returned = concluded().send_back(RETURN)
    assert returned.status is ExaminationStatus.OPEN
    assert returned.reviews == (RETURN,)
    again = returned.conclude(examiner="expert-a").approve(APPROVAL)
    assert again.reviews == (RETURN, APPROVAL)
    with pytest.raises(InvalidRecordError, match="comment: empty; it is needed"):
        concluded().send_back(dataclasses.replace(RETURN, comment=""))


@pytest.mark.parametrize("step", ["approve", "send_back"])
def test_nobody_reviews_their_own_work(step):
    with pytest.raises(ReviewerIsExaminerError) as refusal:
        getattr(concluded(), step)(dataclasses.replace(RETURN, reviewer="expert-a"))
    assert (refusal.value.number, refusal.value.person) == ("2026-0001/1-R1-E1", "expert-a")


STATES = {
    ExaminationStatus.OPEN: decided,
    ExaminationStatus.CONCLUDED: concluded,
    ExaminationStatus.REVIEWED: lambda: concluded().approve(APPROVAL),
}
STEPS = {
    "identify": lambda e: e.identify(1, rank=1, examiner="expert-a", reason="", at=NOW),
    "mark_internal_standard": lambda e: e.mark_internal_standard(1, rank=1, examiner="expert-a", reason="", at=NOW),
    "leave_unidentified": lambda e: e.leave_unidentified(1, examiner="expert-a", reason="x", at=NOW),
    "note": lambda e: e.note(1, words="w", examiner="expert-a", at=NOW),
    "reject": lambda e: e.reject(1, rank=2, reason="x", examiner="expert-a", at=NOW),
    "conclude": lambda e: e.conclude(examiner="expert-a"),
    "approve": lambda e: e.approve(APPROVAL),
    "send_back": lambda e: e.send_back(RETURN),
}
ALLOWED = {
    ExaminationStatus.OPEN: {
        *("identify", "mark_internal_standard", "leave_unidentified", "note", "reject", "conclude")
    },
    ExaminationStatus.CONCLUDED: {"approve", "send_back"},
    ExaminationStatus.REVIEWED: set(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", STATES)
def test_each_state_allows_its_steps_and_no_other(status, step):
    examination = STATES[status]()
    assert examination.status is status
    if step in ALLOWED[status]:
        assert STEPS[step](examination).version == examination.version + 1
    else:
        with pytest.raises(TransitionError, match=f"is {status.value}, not "):
            STEPS[step](examination)


def test_the_head_opens_a_reviewed_examination_again():
    refusal = Review(reviewer="head", reviewed_at=NOW, approved=False, comment="the annex is missing")
    reviewed = concluded().approve(APPROVAL)
    opened = reviewed.reopen(refusal)
    assert (opened.status, opened.reviews) == (ExaminationStatus.OPEN, (APPROVAL, refusal))
    with pytest.raises(InvalidRecordError, match="comment: empty"):
        reviewed.reopen(dataclasses.replace(refusal, comment=""))
    with pytest.raises(ReviewerIsExaminerError):
        reviewed.reopen(dataclasses.replace(refusal, reviewer="expert-a"))
    for other in (OPEN, concluded()):
        with pytest.raises(TransitionError, match="not reviewed"):
            other.reopen(refusal)
