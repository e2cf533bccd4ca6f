"""Reviews, disagreements, what voids a signed report, and what comes after the issue, through the services."""

import dataclasses
import json
from datetime import date

import pytest

from lims.domain.case import Case
from lims.domain.custody import Correction, Custody, EventKind
from lims.domain.deviation import Deviation
from lims.domain.examination import Decision, Examination, ExaminationStatus
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act
from lims.domain.record import from_body
from lims.domain.report import Report, ReportStatus
from lims.domain.report_content import ReportContent
from lims.domain.review_checklist import TECHNICAL_1, Answer, ReviewKind, answered
from lims.domain.review_point import ReviewPlace, ReviewPoint
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import SYSTEM, Role, StaffMember
from lims.errors import (
    DutyConflictError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ReviewerIsExaminerError,
    StaleVersionError,
    TransitionError,
)
from lims.ledger import LedgerEntry
from lims.persistence.store import SqlStore
from lims.report_errors import (
    AmendmentNeededError,
    DisagreementOpenError,
    ReportOutdatedError,
    ReviewIncompleteError,
)
from lims.services.amending import DeliveryFacts, NoticeFacts
from lims.services.permitting import Rights
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, PASSWORD, REPORT, REVIEWER, TECHNICIAN, Bench
from tests.builders.people import QUALITY, add
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES

EXHIBIT = "2026-0001/1"
SECOND = "2026-0001-P2"
THIRD = StaffMember(number="expert-c", name="Expert C", post="chemist", roles=(Role.TECHNICAL_REVIEWER,))
WAITING = {
    "drafted": ReportStatus.DRAFTED,
    "reviewed": ReportStatus.REVIEWED,
    "cleared": ReportStatus.ADMINISTRATIVELY_REVIEWED,
}


@pytest.fixture
def lab(bench: Bench, training_file) -> Bench:
    bench.hire()
    bench.training_file = training_file
    return bench


def load(lab, kind, number, **which):
    with lab.store.reading() as work:
        return work.load(kind, number, **which)


def write(lab, record, *, act, actor=EXPERT, commit=True):
    """Write an act that its own service would need many steps for; the store is the real one, without rights."""
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(record, act=act, actor=actor, at=lab.clock.now())
        if commit:
            work.commit()


def entries(lab, act):
    found = (LedgerEntry.from_bytes(stored.data) for stored in lab.store.entries())
    return [entry for entry in found if entry.act == act]


def reach(lab, state):
    return getattr(lab, state)(lab.training_file)


def approve(lab, **facts):
    confirmed = lab.confirmed(REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER, lab.reporting.get(REPORT))
    usual = {"actor": REVIEWER, "checklist": TECHNICAL_YES, "confirmation": confirmed}
    return lab.reviewing.approve(REPORT, **usual | facts)


def clear(lab, person=HEAD, **facts):
    confirmed = lab.confirmed(person, SignatureMeaning.ADMINISTRATIVE_REVIEWER, lab.reporting.get(REPORT))
    usual = {"actor": person, "checklist": ADMINISTRATIVE_YES, "confirmation": confirmed}
    return lab.administering.approve(REPORT, **usual | facts)


# the checklist of the technical review


def test_17025_7_8_1_1_an_approval_needs_every_question_answered_and_none_with_no(lab):
    reach(lab, "drafted")
    before = lab.entries
    yes = dict.fromkeys(TECHNICAL_1.keys, Answer.YES)
    for answers in ({}, yes | {"weights": Answer.NO}):
        given = answered(ReviewKind.TECHNICAL, answers, {"weights": "another mass"})
        with pytest.raises(ReviewIncompleteError):
            approve(lab, checklist=given)
    with pytest.raises(ReviewIncompleteError):
        approve(lab, checklist=ADMINISTRATIVE_YES)
    assert lab.entries == before
    signed = approve(lab, comment="agreed")
    kept = signed.review_of(ReviewKind.TECHNICAL)
    assert (kept.by, kept.comment, kept.checklist) == (REVIEWER.number, "agreed", TECHNICAL_YES)
    assert kept.checklist.edition == TECHNICAL_1.edition
    assert from_body(Report, entries(lab, "report.reviewed")[0].body) == signed


def test_a_report_is_returned_with_its_points_and_the_answers(lab):
    reach(lab, "drafted")
    given = answered(ReviewKind.TECHNICAL, {"identity": Answer.NO}, {"identity": "m/z 91 is missing"})
    lab.reviewing.send_back(REPORT, actor=REVIEWER, comment="look again", checklist=given, points=("m/z 91", "blank"))
    voided = lab.reporting.get(REPORT)
    assert voided.status is ReportStatus.VOIDED
    (said,) = voided.reviews
    assert (said.approved, said.points, said.checklist) == (False, ("m/z 91", "blank"), given)
    assert voided.review_of(ReviewKind.TECHNICAL) is None
    with pytest.raises(ReviewIncompleteError):
        lab.reviewing.send_back(REPORT, actor=REVIEWER, comment="x", checklist=ADMINISTRATIVE_YES)


def test_a_report_is_returned_with_points_at_their_places(lab):
    reach(lab, "drafted")
    points = (
        ReviewPoint.typed(ReviewPlace.COMPONENT, " m/z 91 is missing ", component=2),
        ReviewPoint(place=ReviewPlace.CUSTODY, words="the seal"),
    )
    version = lab.reporting.get(REPORT).version
    with pytest.raises(StaleVersionError):
        lab.reviewing.send_back(REPORT, actor=REVIEWER, placed=points, version=version - 1)
    nowhere = ReviewPoint(place=ReviewPlace.COMPONENT, component=99, words="w")
    with pytest.raises(NotFoundError, match="component 99"):
        lab.reviewing.send_back(REPORT, actor=REVIEWER, placed=(nowhere,), version=version)
    with pytest.raises(InvalidRecordError, match="comment"):
        lab.reviewing.send_back(REPORT, actor=REVIEWER, version=version)
    returned = lab.reviewing.send_back(REPORT, actor=REVIEWER, placed=points, version=version)
    assert returned.reviews[-1].comment == "component 2: m/z 91 is missing; custody and seals: the seal"
    (said,) = lab.reporting.get(REPORT).reviews
    assert [(one.place, one.component, one.words) for one in said.placed] == [
        (ReviewPlace.COMPONENT, 2, "m/z 91 is missing"),
        (ReviewPlace.CUSTODY, 0, "the seal"),
    ]


@pytest.mark.parametrize(("place", "component"), [(ReviewPlace.COMPONENT, 0), (ReviewPlace.LAW, 3)])
def test_a_point_names_a_component_or_another_place(place, component):
    with pytest.raises(InvalidRecordError, match="a component has a number"):
        ReviewPoint(place=place, component=component, words="w")


def test_an_examiner_takes_the_own_conclusion_back_and_the_waiting_report_is_given_up(lab):
    reach(lab, "drafted")
    concluded = lab.examining.get(EXAMINATION)
    with pytest.raises(StaleVersionError):
        lab.amending.take_back(EXAMINATION, reason="r", actor=EXPERT, version=concluded.version - 1)
    with pytest.raises(InvalidRecordError, match="reason"):
        lab.amending.take_back(EXAMINATION, reason=" ", actor=EXPERT, version=concluded.version)
    opened = lab.amending.take_back(EXAMINATION, reason="a typing error", actor=EXPERT, version=concluded.version)
    assert (opened.status, [one.reason for one in opened.taken_back]) == (ExaminationStatus.OPEN, ["a typing error"])
    voided = lab.reporting.get(REPORT)
    assert (voided.status, voided.void_reason) == (
        ReportStatus.VOIDED,
        f"{EXPERT.number} took the conclusion back: a typing error",
    )
    assert load(lab, Examination, EXAMINATION) == opened
    lab.examining.conclude(EXAMINATION, actor=EXPERT)
    assert lab.draft(EXAMINATION).number == SECOND


def test_nobody_takes_a_conclusion_back_after_its_review_or_that_of_another(lab):
    reach(lab, "reviewed")
    version = lab.examining.get(EXAMINATION).version
    with pytest.raises(TransitionError, match="reviewed, not concluded"):
        lab.amending.take_back(EXAMINATION, reason="r", actor=EXPERT, version=version)
    with pytest.raises(NotPermittedError):
        lab.amending.take_back(EXAMINATION, reason="r", actor=TECHNICIAN, version=version)


def test_an_order_of_an_amendment_is_refused_on_a_version_that_is_not_the_newest(lab):
    reach(lab, "issued")
    seen = lab.reporting.get(REPORT).version
    lab.amending.deliver(
        REPORT, DeliveryFacts(recipient="Court", delivered_on=date(2026, 1, 2), manner="by hand"), actor=EXPERT
    )
    with pytest.raises(StaleVersionError):
        lab.amending.order(REPORT, what="w", why="w", actor=HEAD, version=seen)


def test_rp_3_the_reports_whose_records_were_edited_are_named_with_how_far_the_search_is(lab):
    reach(lab, "issued")
    told = []
    assert lab.amending.outdated(told=lambda *done: told.append(done)) == ()
    assert told == [(1, 1)]
    assert lab.amending.edits(REPORT) == ()
    lab.amending.order(REPORT, what="w", why="w", actor=HEAD)
    lab.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    (edit,) = lab.amending.edits(REPORT)
    assert edit.startswith(f"examination {EXAMINATION} is version")
    assert [one.number for one in lab.amending.outdated()] == [REPORT]


def test_the_next_review_sees_what_changed_since_the_last(lab):
    reach(lab, "drafted")
    assert lab.reviewing.changes(REPORT) == ()
    lab.reviewing.send_back(REPORT, actor=REVIEWER, comment="component 3 is too weak")
    lab.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    lab.examining.conclude(EXAMINATION, actor=EXPERT)
    again = lab.draft(EXAMINATION)
    (change,) = lab.reviewing.changes(again.number)
    assert (change.kind, change.number, change.before) == ("examination", EXAMINATION, 5)
    told = {one.place: (one.before, one.after) for one in change.fields}
    assert told["components 3, decision"] == ("identified", "not identified")
    assert told["components 3, reason"] == ("", "too weak")
    assert lab.reviewing.changes(REPORT) == ()


def test_a_comment_asks_for_nothing_and_stays(lab):
    reach(lab, "drafted")
    lab.reviewing.comment(REPORT, words=" please hurry ", actor=HEAD)
    lab.reviewing.comment(REPORT, words="done", actor=EXPERT)
    assert [(one.by, one.words) for one in lab.reporting.get(REPORT).remarks] == [
        ("head", "please hurry"),
        ("expert-a", "done"),
    ]
    with pytest.raises(NotPermittedError):
        lab.reviewing.comment(REPORT, words="x", actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError):
        lab.reviewing.comment(REPORT, words=" ", actor=HEAD)
    approve(lab)


# disagreement


def test_g_6_a_disagreement_stops_the_report_until_it_is_resolved_and_both_views_stay(lab):
    reach(lab, "drafted")
    disputed = lab.reviewing.dispute(REPORT, words="no ketamine there", third_person=QUALITY.number, actor=REVIEWER)
    assert disputed.open_disagreement.by == REVIEWER.number
    with pytest.raises(DisagreementOpenError):
        approve(lab)
    with pytest.raises(NotPermittedError, match="is ended by quality"):
        lab.reviewing.resolve(REPORT, words="it is", stands=True, actor=HEAD)
    lab.reviewing.resolve(REPORT, words="reference measured again", stands=True, actor=QUALITY)
    signed = approve(lab)
    (kept,) = signed.disagreements
    assert (kept.words, kept.resolution.by, kept.resolution.words) == (
        "no ketamine there",
        "quality",
        "reference measured again",
    )


@pytest.mark.parametrize("state", ["reviewed", "cleared"])
def test_g_6_an_open_disagreement_blocks_the_issue(lab, state):
    report = reach(lab, state)
    add(lab, THIRD, password=PASSWORD)
    lab.reviewing.dispute(REPORT, words="the isomer was not excluded", third_person=QUALITY.number, actor=THIRD)
    service = lab.administering if state == "reviewed" else lab.releasing
    (reason,) = service.hindrances(REPORT, actor=HEAD)
    assert isinstance(reason, DisagreementOpenError)
    lab.reviewing.resolve(REPORT, words="he is right", stands=False, actor=QUALITY)
    (reason,) = service.hindrances(REPORT, actor=HEAD)
    assert "ended against it" in str(reason)
    lab.releasing.refuse(REPORT, actor=HEAD, comment="see the disagreement")
    assert lab.reporting.get(REPORT).disagreements[0].resolution.words == "he is right"
    assert report.status is WAITING[state]


def test_g_6_who_worked_on_the_case_does_not_dispute_and_who_cannot_decide_is_not_named(lab):
    reach(lab, "drafted")
    with pytest.raises(NotPermittedError):
        lab.reviewing.dispute(REPORT, words="w", third_person=QUALITY.number, actor=EXPERT)
    with pytest.raises(NotPermittedError):
        lab.reviewing.dispute(REPORT, words="w", third_person=TECHNICIAN.number, actor=REVIEWER)
    assert lab.reporting.get(REPORT).disagreements == ()


# administrative review


def test_rp_1_9_sg_1_a_third_person_signs_for_the_paper_with_name_time_and_meaning(lab):
    reach(lab, "reviewed")
    pdf = lab.reporting.document(REPORT)
    lab.clock.advance(minutes=5)
    made = clear(lab, QUALITY, comment="numbers compared")
    assert (made.status, made.pdf_sha256) == (
        ReportStatus.ADMINISTRATIVELY_REVIEWED,
        lab.reporting.get(REPORT).pdf_sha256,
    )
    assert lab.reporting.document(REPORT) == pdf
    (entry,) = entries(lab, "report.administratively-reviewed")
    assert entry.signature["meaning"] == "administrative reviewer"
    assert (entry.signature["name"], entry.actor) == (QUALITY.name, QUALITY.number)
    signatures = lab.reporting.signatures(REPORT)
    assert [(one.name, one.meaning) for one in signatures] == [
        (EXPERT.name, SignatureMeaning.AUTHOR),
        (REVIEWER.name, SignatureMeaning.TECHNICAL_REVIEWER),
        (QUALITY.name, SignatureMeaning.ADMINISTRATIVE_REVIEWER),
    ]
    assert signatures[-1].at == lab.clock.now()
    assert lab.release(REPORT).status is ReportStatus.ISSUED


@pytest.mark.parametrize("person", [EXPERT, REVIEWER, TECHNICIAN], ids=lambda one: one.number)
def test_at_15_author_reviewer_and_contributor_do_not_review_the_paper_even_as_heads(lab, person):
    reach(lab, "reviewed")
    before = load(lab, StaffMember, person.number)
    wide = dataclasses.replace(before, roles=(*before.roles, Role.HEAD), version=before.version + 1)
    write(lab, wide, act=Act.ROLES_CONFIRMED, actor=QUALITY)
    with pytest.raises((DutyConflictError, ReviewerIsExaminerError)):
        clear(lab, wide)
    kinds = {type(reason) for reason in lab.administering.hindrances(REPORT, actor=wide)}
    assert ReviewerIsExaminerError in kinds


def test_at_15_nobody_signs_one_report_twice_as_its_technical_reviewer(lab):
    reach(lab, "reviewed")
    with pytest.raises(TransitionError, match="is reviewed, not drafted"):
        approve(lab)


def test_rp_1_9_no_issue_without_the_administrative_review(lab):
    reach(lab, "reviewed")
    with pytest.raises(ReviewIncompleteError):
        clear(lab, checklist=TECHNICAL_YES)
    confirmed = lab.confirmed(HEAD, SignatureMeaning.RELEASER, lab.reporting.get(REPORT))
    with pytest.raises(TransitionError, match="is reviewed, not administratively reviewed"):
        lab.releasing.release(REPORT, actor=HEAD, confirmation=confirmed)


@pytest.mark.parametrize("state", ["reviewed", "cleared"])
def test_the_paper_is_returned_with_its_points(lab, state):
    reach(lab, state)
    given = answered(ReviewKind.ADMINISTRATIVE, {"numbers": Answer.NO}, {"numbers": "order number"})
    opened = lab.releasing.refuse(REPORT, actor=QUALITY, comment="see points", checklist=given, points=("order",))
    assert opened.status is ExaminationStatus.OPEN
    said = lab.reporting.get(REPORT).reviews[-1]
    assert (said.kind, said.approved, said.points, said.checklist.objections[0].remark) == (
        ReviewKind.ADMINISTRATIVE,
        False,
        ("order",),
        "order number",
    )


# what voids a signed report


def edited_case(lab):
    case = load(lab, Case, "2026-0001")
    return dataclasses.replace(case, questions=("Another?",), version=case.version + 1), Act.CASE_REQUEST_REVIEWED


def edited_exhibit(lab):
    exhibit = load(lab, Exhibit, EXHIBIT)
    return dataclasses.replace(exhibit, description="a powder", version=2), Act.DISCREPANCY_FOUND


def another_run(lab):
    run = load(lab, RecordedRun, f"{EXHIBIT}-R1")
    raw = dataclasses.replace(run.raw, sha256="7" * 64)
    return dataclasses.replace(run, number=f"{EXHIBIT}-R2", raw=raw), Act.RUN_IMPORTED


def edited_examination(lab):
    examination = load(lab, Examination, EXAMINATION)
    first = dataclasses.replace(examination.components[0], decision=Decision.NOT_IDENTIFIED, identity=None)
    components = (first, *examination.components[1:])
    return dataclasses.replace(examination, components=components, version=examination.version + 1), Act.COMPONENT_LEFT


def new_deviation(lab):
    deviation = Deviation(
        number=f"{EXHIBIT}-D1",
        exhibit_number=EXHIBIT,
        procedure_number="EI-IDENTIFICATION",
        departure="another column",
        justification="the usual one broke",
        asked_by=EXPERT.number,
        asked_at=lab.clock.now(),
    )
    return deviation, Act.DEVIATION_ASKED


def corrected_custody(lab):
    custody = load(lab, Custody, EXHIBIT)
    correction = Correction(corrects=1, reason="another day", approved_by=HEAD.number, occurred_at=lab.clock.now())
    event = dataclasses.replace(custody.event, kind=EventKind.CORRECTED, correction=correction)
    return dataclasses.replace(custody, event=event, version=custody.version + 1), Act.CUSTODY_CORRECTED


def new_part(lab):
    exhibit = load(lab, Exhibit, EXHIBIT)
    return dataclasses.replace(exhibit, number=f"{EXHIBIT}.1", part_of=EXHIBIT), Act.EXHIBIT_REGISTERED


EDITS = {
    "case": edited_case,
    "exhibit": edited_exhibit,
    "part": new_part,
    "run": another_run,
    "examination": edited_examination,
    "deviation": new_deviation,
    "custody": corrected_custody,
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("state", WAITING)
def test_at_13_rp_2_an_edit_after_a_signature_voids_the_report_in_the_same_transaction(lab, state, edit):
    reach(lab, state)
    document = lab.reporting.document(REPORT)
    record, act = EDITS[edit](lab)
    before = lab.entries
    write(lab, record, act=act)
    voided = lab.reporting.get(REPORT)
    assert voided.status is ReportStatus.VOIDED
    assert f"edited after it was signed, by {EXPERT.number}: {record.KIND} {record.number}" in voided.void_reason
    newest = [LedgerEntry.from_bytes(stored.data) for stored in lab.store.entries(after=before)]
    assert [(entry.act, entry.actor) for entry in newest] == [
        (act.value, EXPERT.number),
        ("report.voided", SYSTEM.number),
    ]
    assert lab.reporting.document(REPORT) == document  # what was signed stays readable
    assert lab.auditing.verify().intact
    with pytest.raises(TransitionError, match="is voided"):
        {"drafted": approve, "reviewed": clear, "cleared": lambda one: one.release(REPORT)}[state](lab)


def unedited_case(lab):
    case = load(lab, Case, "2026-0001")
    return dataclasses.replace(case, category="2", version=case.version + 1), Act.CASE_CATEGORISED


def stored_custody(lab):
    custody = load(lab, Custody, EXHIBIT)
    return dataclasses.replace(custody, version=custody.version + 1), Act.CUSTODY_STORED


NO_EDITS = {"case": unedited_case, "custody": stored_custody}


@pytest.mark.parametrize("edit", NO_EDITS)
def test_rp_2_what_a_report_does_not_describe_voids_nothing(lab, edit):
    reach(lab, "reviewed")
    record, act = NO_EDITS[edit](lab)
    write(lab, record, act=act)
    assert lab.reporting.get(REPORT).status is ReportStatus.REVIEWED


def test_rp_2_an_edit_that_is_not_committed_voids_nothing(lab):
    reach(lab, "reviewed")
    record, act = edited_case(lab)
    before = lab.entries
    write(lab, record, act=act, commit=False)
    assert (lab.entries, lab.reporting.get(REPORT).status) == (before, ReportStatus.REVIEWED)


def test_rp_2_an_issued_report_is_not_voided_and_is_named_as_outdated(lab):
    reach(lab, "issued")
    assert lab.amending.outdated() == ()
    record, act = edited_case(lab)
    write(lab, record, act=act)
    assert lab.reporting.get(REPORT).status is ReportStatus.ISSUED
    (found,) = lab.amending.outdated()
    assert (found.number, found.changes) == (REPORT, (f"case 2026-0001 is version {record.version}, was 1",))


@pytest.mark.parametrize("state", WAITING)
def test_rp_2_every_signature_looks_at_the_records_once_more(lab, state):
    """A report that no longer says what is, however that came about, is signed by nobody."""
    reach(lab, state)
    report = lab.reporting.get(REPORT)
    other = tuple(dataclasses.replace(one, sha256="0" * 64) if one.kind == "exhibit" else one for one in report.basis)
    write(lab, dataclasses.replace(report, basis=other, version=report.version + 1), act=Act.REPORT_COMMENTED)
    with pytest.raises(ReportOutdatedError, match=f"exhibit {EXHIBIT} is version 1, was 1") as refusal:
        {"drafted": approve, "reviewed": clear, "cleared": lambda one: one.release(REPORT)}[state](lab)
    assert "a new one describes the records" in refusal.value.advice()


def test_rp_2_the_report_lists_every_record_that_it_describes_with_its_version_and_digest(lab):
    report = reach(lab, "drafted")
    kinds = {(one.kind, one.number) for one in report.basis}
    assert kinds == {
        ("case", "2026-0001"),
        ("exhibit", EXHIBIT),
        ("custody", EXHIBIT),
        ("run", f"{EXHIBIT}-R1"),
        ("examination", EXAMINATION),
    }
    content = from_body(ReportContent, json.loads(lab.reporting.document(REPORT).split(b"\n")[0]))
    assert content.described == report.basis
    assert all(len(one.sha256) == 64 for one in report.basis)


# after the issue


def order(lab, **facts):
    usual = {"what": "component 3 is not identified", "why": "its spectrum is too weak", "actor": HEAD}
    return lab.amending.order(REPORT, **usual | facts)


def amended(lab):
    """Take an amendment from its order to its draft."""
    order(lab)
    lab.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    lab.examining.conclude(EXAMINATION, actor=EXPERT)
    return lab.draft(EXAMINATION)


def test_rp_3_at_14_17025_7_8_8_an_amendment_replaces_the_report_that_it_cites(lab):
    issued = reach(lab, "issued")
    document = lab.reporting.document(REPORT)
    ordered = order(lab)
    assert (ordered.status, ordered.order.ordered_by) == (ReportStatus.ISSUED, HEAD.number)
    assert lab.examining.get(EXAMINATION).status is ExaminationStatus.OPEN
    lab.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    lab.examining.conclude(EXAMINATION, actor=EXPERT)
    draft = lab.draft(EXAMINATION)
    assert draft.number == SECOND
    assert (draft.amendment.replaces, draft.amendment.changes, draft.amendment.reason) == (
        REPORT,
        "component 3 is not identified",
        "its spectrum is too weak",
    )
    content = from_body(ReportContent, json.loads(lab.reporting.document(SECOND).split(b"\n")[0]))
    assert content.amendment == draft.amendment
    assert "examination" in {change.kind for change in lab.reviewing.changes(SECOND)}
    assert lab.reporting.get(REPORT).status is ReportStatus.ISSUED  # it stands until the other one is issued
    lab.release(lab.approve(SECOND).number)
    old = lab.reporting.get(REPORT)
    assert (old.status, old.superseded_by, old.pdf_sha256) == (ReportStatus.SUPERSEDED, SECOND, issued.pdf_sha256)
    assert lab.reporting.document(REPORT) == document
    assert [entry.number for entry in entries(lab, "report.superseded")] == [REPORT]
    assert lab.auditing.verify().intact


def test_rp_3_the_author_says_what_changed_in_the_end(lab):
    reach(lab, "issued")
    order(lab)
    lab.examining.conclude(EXAMINATION, actor=EXPERT)
    draft = lab.reporting.draft(
        EXAMINATION,
        reviewer=REVIEWER.number,
        language="en",
        actor=EXPERT,
        confirmation=lab.confirmed_author(EXAMINATION),
        changes="nothing but the wording",
    )
    assert draft.amendment.changes == "nothing but the wording"


def test_rp_3_without_an_order_there_is_no_second_report(lab):
    reach(lab, "issued")
    examination = load(lab, Examination, EXAMINATION)
    status, version = ExaminationStatus.CONCLUDED, examination.version + 1
    write(lab, dataclasses.replace(examination, status=status, version=version), act=Act.EXAMINATION_CONCLUDED)
    with pytest.raises(AmendmentNeededError, match=f"{REPORT} was issued") as refusal:
        lab.draft(EXAMINATION)
    assert "orders an amendment" in refusal.value.advice()


def test_rp_3_the_head_alone_orders_once_and_says_what_and_why(lab):
    reach(lab, "issued")
    for person in (EXPERT, REVIEWER, TECHNICIAN, QUALITY):
        with pytest.raises(NotPermittedError):
            order(lab, actor=person)
    for missing in ("what", "why"):
        with pytest.raises(InvalidRecordError, match="empty"):
            order(lab, **{missing: " "})
    assert lab.examining.get(EXAMINATION).status is ExaminationStatus.REVIEWED
    order(lab)
    with pytest.raises(TransitionError, match="ordered already"):
        order(lab)


def test_rp_3_what_the_old_report_rests_on_stays_readable(lab):
    reach(lab, "issued")
    amended(lab)
    (examination,) = [one for one in lab.amending.basis(REPORT) if one.KIND == "examination"]
    assert examination.component(3).decision is Decision.IDENTIFIED
    assert lab.examining.get(EXAMINATION).component(3).decision is Decision.NOT_IDENTIFIED
    (now,) = [one for one in lab.amending.basis(SECOND) if one.KIND == "examination"]
    assert now.component(3).decision is Decision.NOT_IDENTIFIED


def test_rp_3_a_withdrawn_report_is_replaced_too_and_stays_withdrawn(lab):
    reach(lab, "issued")
    confirmed = lab.confirmed(HEAD, SignatureMeaning.WITHDRAWER, lab.reporting.get(REPORT))
    lab.releasing.withdraw(REPORT, actor=HEAD, reason="a broken seal", confirmation=confirmed)
    lab.release(lab.approve(amended(lab).number).number)
    old = lab.reporting.get(REPORT)
    assert (old.status, old.superseded_by) == (ReportStatus.WITHDRAWN, SECOND)


def test_rp_3_recipients_are_recorded_and_told(lab):
    reach(lab, "issued")
    today = lab.clock.now().date()
    for recipient in ("Court", "Investigator"):
        facts = DeliveryFacts(recipient=recipient, delivered_on=today, manner="by hand", reference="receipt 7")
        lab.amending.deliver(REPORT, facts, actor=TECHNICIAN)
    assert lab.amending.owed() == ()
    lab.release(lab.approve(amended(lab).number).number)
    assert [(one.recipient, one.place, one.state, one.superseded_by) for one in lab.amending.owed()] == [
        ("Court", 1, "superseded", SECOND),
        ("Investigator", 2, "superseded", SECOND),
    ]
    told = lab.amending.notify(REPORT, 2, NoticeFacts(told_on=today, manner="letter"), actor=TECHNICIAN)
    assert told.deliveries[1].notice.recorded_by == TECHNICIAN.number
    assert [one.recipient for one in lab.amending.owed()] == ["Court"]
    assert lab.amending.unknown_recipients() == ()
    assert lab.reporting.get(REPORT).deliveries[0].document_sha256 == told.pdf_sha256


def test_rp_3_a_report_that_does_not_stand_and_has_no_recipient_is_named(lab):
    reach(lab, "issued")
    lab.release(lab.approve(amended(lab).number).number)
    assert lab.amending.unknown_recipients() == (REPORT,)


def test_a_delivery_on_a_day_to_come_or_of_another_document_is_none(lab):
    reach(lab, "issued")
    facts = DeliveryFacts(recipient="Court", delivered_on=date(2199, 1, 1), manner="by hand")
    with pytest.raises(InvalidRecordError, match="delivered on 2199-01-01; today is"):
        lab.amending.deliver(REPORT, facts, actor=TECHNICIAN)
    other = dataclasses.replace(facts, delivered_on=lab.clock.now().date(), document_sha256="4" * 64)
    with pytest.raises(InvalidRecordError, match="is not that of"):
        lab.amending.deliver(REPORT, other, actor=TECHNICIAN)
