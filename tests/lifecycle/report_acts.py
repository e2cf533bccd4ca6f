"""Acts on reports: drafted, reviewed twice, disputed, returned, issued, refused, withdrawn, amended, handed over."""

from datetime import timedelta

from lims.domain.examination import Examination
from lims.domain.identification import Identification
from lims.domain.permissions import Act
from lims.domain.report import Report
from lims.domain.report_item import ReportItem
from lims.domain.review_checklist import NEWEST, Answer, AnsweredChecklist, ReviewKind, answered
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.services.amending import DeliveryFacts, NoticeFacts
from lims.services.answering import AnswerFacts
from lims.services.disclosing import Packet
from tests.builders.laboratories import HEAD
from tests.builders.people import QUALITY
from tests.lifecycle.examining_acts import REVIEWERS
from tests.lifecycle.laboratory import BY_NUMBER, Life
from tests.lifecycle.receiving_acts import BENCH, EXPERTS, HEADS
from tests.lifecycle.registry import act


@act("reporting.draft", Act.REPORT_INTENDED, Act.REPORT_DRAFTED, Act.REPORT_VOIDED, several=True)
def draft(life: Life) -> None:
    number = life.some(Examination, "concluded")
    examination = life.load(Examination, number)
    actor = life.by(BY_NUMBER[examination.examiner])
    reviewer = life.by(*(one for one in REVIEWERS if one.number != actor.number))
    draft_of(life, number, reviewer=reviewer, actor=actor)


def draft_of(life: Life, examination: str, *, reviewer: StaffMember, actor: StaffMember) -> Report:
    """Compose and sign as the author."""
    confirmed = life.confirmed(actor, SignatureMeaning.AUTHOR, life.load(Examination, examination))
    language = life.chance.choice(("kk", "ru", "en"))
    return life.bench.reporting.draft(
        examination, reviewer=reviewer.number, language=language, actor=actor, confirmation=confirmed
    )


@act("examining.state_omission", Act.EXAMINATION_OMISSION_STATED)
def state_omission(life: Life) -> None:
    number = life.some(Examination, "open", "concluded")
    state_omission_of(life, life.load(Examination, number))


def state_omission_of(life: Life, examination: Examination) -> None:
    """Say why the condition of the object, or the date of work, is missing."""
    item = life.chance.choice((ReportItem.OBJECT, ReportItem.DATES_OF_WORK))
    actor = life.by(BY_NUMBER.get(examination.examiner, EXPERTS[0]))
    reason = "" if life.slips() else "nobody wrote it down at receipt"
    life.bench.examining.state_omission(examination.number, item, reason=reason, actor=actor)


@act("examining.answer_question", Act.EXAMINATION_QUESTION_ANSWERED)
def answer_question(life: Life) -> None:
    number = life.some(Examination, "open", "concluded")
    answer_question_of(life, life.load(Examination, number), life.chance.choice((1, 1, 1, 2)))


def answer_question_of(life: Life, examination: Examination, question: int) -> None:
    """Say what answers a question of the order, or why nothing does."""
    possible = [one.number for one in life.bench.examining.grounds(examination.number)]
    ground = life.chance.choice(possible) if possible else ""
    facts = AnswerFacts(grounds=(ground,)) if ground else AnswerFacts(reason="nothing was concluded yet")
    if life.slips():
        facts = life.chance.choice((AnswerFacts(), AnswerFacts(grounds=("2020-0001/1-N1",))))
    actor = life.by(BY_NUMBER.get(examination.examiner, EXPERTS[0]))
    life.bench.examining.answer_question(examination.number, question, facts, actor=actor)


def checklist(life: Life, kind: ReviewKind) -> AnsweredChecklist:
    """Answer every question with yes; at times forget one, or say no."""
    answers = dict.fromkeys(NEWEST[kind].keys, Answer.YES)
    if life.slips():
        answers[life.chance.choice(list(answers))] = Answer.NO
    if life.slips():
        del answers[life.chance.choice(list(answers))]
    return answered(kind, answers, dict.fromkeys(answers, "seen"))


@act("reviewing.approve", Act.EXAMINATION_APPROVED, Act.REPORT_REVIEWED)
def approve(life: Life) -> None:
    report = life.load(Report, life.some(Report, "drafted"))
    approve_of(life, report, life.by(BY_NUMBER.get(report.reviewer, REVIEWERS[0])))


def approve_of(life: Life, report: Report, actor: StaffMember) -> Report:
    """Review and sign."""
    confirmed = life.confirmed(actor, SignatureMeaning.TECHNICAL_REVIEWER, report)
    return life.bench.reviewing.approve(
        report.number, actor=actor, confirmation=confirmed, checklist=checklist(life, ReviewKind.TECHNICAL)
    )


@act("reviewing.send_back", Act.EXAMINATION_RETURNED, Act.REPORT_VOIDED)
def send_back(life: Life) -> None:
    report = life.load(Report, life.some(Report, "drafted"))
    actor = life.by(BY_NUMBER.get(report.reviewer, REVIEWERS[0]))
    life.bench.reviewing.send_back(report.number, actor=actor, comment="" if life.slips() else "again")


@act("amending.take_back", Act.EXAMINATION_TAKEN_BACK, Act.REPORT_VOIDED)
def take_back(life: Life) -> None:
    examination = life.load(Examination, life.some(Examination, "concluded"))
    actor = life.by(BY_NUMBER.get(examination.examiner, EXPERTS[0]))
    reason = "" if life.slips() else "the wrong component"
    life.bench.amending.take_back(examination.number, reason=reason, actor=actor, version=examination.version)


@act("reviewing.comment", Act.REPORT_COMMENTED)
def comment(life: Life) -> None:
    number = life.some(Report, *SIGNED)
    words = "" if life.slips() else "page 2: the unit"
    life.bench.reviewing.comment(number, words=words, actor=life.by(*EXPERTS, *REVIEWERS, *HEADS))


@act("reviewing.dispute", Act.REPORT_DISPUTED)
def dispute_report(life: Life) -> None:
    report = life.load(Report, life.some(Report, *SIGNED))
    third = life.chance.choice((HEAD, QUALITY, BY_NUMBER.get(report.expert, HEAD))).number
    actor = life.by(BY_NUMBER.get(report.reviewer, REVIEWERS[0]))
    life.bench.reviewing.dispute(report.number, words="the ratio is off", third_person=third, actor=actor)


@act("reviewing.resolve", Act.REPORT_RESOLVED)
def resolve_report(life: Life) -> None:
    disputed = [one for one in _reports(life) if one.open_disagreement is not None]
    report = life.choose(disputed)
    resolve_of(life, report, life.by(HEAD, QUALITY, BY_NUMBER.get(report.expert, HEAD)))


def resolve_of(life: Life, report: Report, actor: StaffMember) -> None:
    """End a disagreement, mostly for the report."""
    stands = life.chance.random() < 0.7
    life.bench.reviewing.resolve(report.number, words="measured again", stands=stands, actor=actor)


def _reports(life: Life) -> list[Report]:
    return [life.load(Report, line.number) for line in life.listed(Report)]


@act("administering.approve", Act.REPORT_ADMINISTRATIVELY_REVIEWED)
def administer(life: Life) -> None:
    report = life.load(Report, life.some(Report, "reviewed"))
    administer_of(life, report, life.by(QUALITY, *HEADS))


def administer_of(life: Life, report: Report, actor: StaffMember) -> Report:
    """Review the paper and sign for that."""
    confirmed = life.confirmed(actor, SignatureMeaning.ADMINISTRATIVE_REVIEWER, report)
    return life.bench.administering.approve(
        report.number, actor=actor, confirmation=confirmed, checklist=checklist(life, ReviewKind.ADMINISTRATIVE)
    )


@act("releasing.release", Act.REPORT_ISSUED, Act.REPORT_SUPERSEDED)
def release(life: Life) -> None:
    report = life.load(Report, life.some(Report, "administratively reviewed"))
    release_of(life, report, life.by(*HEADS))


def release_of(life: Life, report: Report, actor: StaffMember) -> Report:
    """Sign that it leaves the laboratory."""
    confirmed = life.confirmed(actor, SignatureMeaning.RELEASER, report)
    return life.bench.releasing.release(report.number, actor=actor, confirmation=confirmed)


@act("releasing.refuse", Act.EXAMINATION_REOPENED, Act.REPORT_VOIDED)
def refuse_report(life: Life) -> None:
    number = life.some(Report, "reviewed", "administratively reviewed")
    life.bench.releasing.refuse(number, actor=life.by(*HEADS, QUALITY), comment="" if life.slips() else "again")


@act("releasing.withdraw", Act.REPORT_WITHDRAWN)
def withdraw_report(life: Life) -> None:
    withdraw_of(life, life.load(Report, life.some(Report, "issued")), life.by(*HEADS))


def withdraw_of(life: Life, report: Report, actor: StaffMember) -> None:
    """Take an issued report back."""
    confirmed = life.confirmed(actor, SignatureMeaning.WITHDRAWER, report)
    life.bench.releasing.withdraw(report.number, actor=actor, reason="exhibits exchanged", confirmation=confirmed)


@act("amending.order", Act.REPORT_AMENDMENT_ORDERED, Act.EXAMINATION_REOPENED, Act.IDENTIFICATION_REOPENED)
def order_amendment(life: Life) -> None:
    order_of(life, life.load(Report, life.some(Report, "issued", "withdrawn")), life.by(*HEADS))


def order_of(life: Life, report: Report, actor: StaffMember) -> None:
    """Order that an issued report is replaced; at times its identifications are to be drawn anew."""
    examination = life.load(Examination, report.examination_number)
    known = life.children(Identification, examination.exhibit_number)
    anew = tuple(one.number for one in known) if life.chance.random() < 0.4 else ()
    why = "" if life.slips() else "a letter of the court"
    life.bench.amending.order(report.number, what="the unit", why=why, identifications=anew, actor=actor)


@act("amending.deliver", Act.REPORT_DELIVERED)
def deliver(life: Life) -> None:
    number = life.some(Report, "issued", "withdrawn", "superseded")
    day = life.today + timedelta(days=1 if life.slips() else 0)
    facts = DeliveryFacts(recipient="Court", delivered_on=day, manner="by hand")
    life.bench.amending.deliver(number, facts, actor=life.by(*BENCH, *HEADS))


@act("amending.notify", Act.REPORT_NOTIFIED)
def notify(life: Life) -> None:
    owed = [one for one in _reports(life) if one.owed_notices]
    report = life.choose(owed)
    place = next(n for n, one in enumerate(report.deliveries, start=1) if one.notice is None)
    facts = NoticeFacts(told_on=life.today, manner="letter 9")
    life.bench.amending.notify(report.number, place + life.slips(), facts, actor=life.by(*BENCH, *HEADS))


@act("disclosing.record", Act.REPORT_DISCLOSED)
def disclose(life: Life) -> None:
    report = life.load(Report, life.some(Report, "issued", "withdrawn", "superseded"))
    packet = Packet(report=report, case_number="c", origin="o", ledger_size=2, entries=1, files=())
    life.bench.disclosing.record(packet, bag_sha256="0" * 64, actor=life.by(*HEADS))


SIGNED = ("drafted", "reviewed", "administratively reviewed")


@act("copying.copy", Act.REPORT_COPIED)
def copy(life: Life) -> None:
    number = life.some(Report, "issued", "withdrawn", "superseded")
    life.bench.copying.copy(number, language="kk", actor=life.by(*BENCH, *HEADS))


@act("copying.summarise", Act.REPORT_COPIED)
def summarise(life: Life) -> None:
    number = life.some(Report, "issued", "withdrawn", "superseded")
    life.bench.copying.summarise(number, language="ru", actor=life.by(*BENCH, *HEADS))
