"""What waits to be done, and for whom: each record says it of itself, and a few say it of the exhibit that they are of.

What a record says replaces what it said before. An exhibit has two lines beside its own: how far the work on it is, and
whether it was weighed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import singledispatch
from types import MappingProxyType

from lims.domain.alert import Alert
from lims.domain.batch import Batch, BatchStatus
from lims.domain.case import Case
from lims.domain.competence import Competence
from lims.domain.custody import Custody, HolderKind
from lims.domain.deviation import Deviation, DeviationStatus
from lims.domain.discrepancy import Decision
from lims.domain.duties import Parent
from lims.domain.examination import Examination, ExaminationStatus
from lims.domain.exhibit import OF_A_DONOR, Exhibit, ExhibitKind
from lims.domain.finding import Finding
from lims.domain.identification import Identification, IdentificationStatus
from lims.domain.instrument import Instrument, InstrumentStatus
from lims.domain.inventory import Inventory
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.nonconformity import NonconformingWork, NonconformityStatus
from lims.domain.permissions import Act
from lims.domain.reagent import LotStatus, Reagent
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import Report, ReportStatus
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import PlanStatus, SamplingPlan
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferStatus
from lims.domain.weighing import Weighing, WeighingPurpose

WORK, WEIGHT, DECIDED, OF_A_REPORT = "work", "weight", "decided", "alert of a report"
"""Topics of lines that a record has beside its own: how far the work on an exhibit is, whether it was weighed, whether
the court decided its case, and an alert about an issued report. The topic of a record's own line is its kind."""
_KINDS = MappingProxyType({WORK: Exhibit.KIND, WEIGHT: Exhibit.KIND, DECIDED: Case.KIND, OF_A_REPORT: Alert.KIND})
_NOT_WEIGHED = OF_A_DONOR | {ExhibitKind.EQUIPMENT}


class Job(StrEnum):
    """What is to be done; never renamed once used."""

    REVIEW_REQUEST = "review the request"
    ASK_WHETHER_WANTED = "ask whether the work is wanted"
    """The court has decided the case."""
    GET_ANSWER = "get the sender's answer"
    TAKE_UP = "take up the exhibit"
    """Nobody has begun with it."""
    WEIGH = "weigh the exhibit"
    EXAMINE = "open an examination"
    """It was weighed, measured or sampled, and nobody examines it."""
    ANSWER_HAND_OVER = "answer the hand-over"
    OFFER_AGAIN = "offer again or withdraw"
    """Nobody answered a hand-over in time; no line says so, the clock does."""
    DRAW_UNITS = "draw the units"
    TEST_UNITS = "record the results of the units"
    MEASURE = "measure the batch"
    JUDGE = "judge the batch"
    CONCLUDE = "conclude the examination"
    REPORT = "write the report"
    IDENTIFY = "conclude the identification"
    CHECK = "check the identification"
    RESOLVE = "resolve the disagreement"
    FINISH_REPORT = "finish the report"
    """Its number was taken and nothing was signed."""
    REVIEW = "review the report"
    RESOLVE_REPORT = "resolve the disagreement about the report"
    REVIEW_PAPER = "review the report administratively"
    ISSUE = "issue the report"
    AMEND = "amend the report"
    NOTIFY = "tell the recipients"
    """That a report no longer stands."""
    AUTHORISE = "authorise the deviation"
    ACCEPT = "get the customer's acceptance"
    ASSESS = "assess the nonconformity"
    PLAN_ACTION = "plan an action"
    CORRECT = "carry out the action"
    VERIFY = "verify the action"
    RESUME = "decide whether work goes on"
    CLOSE = "close the nonconformity"
    CLOSE_MASS = "close the difference of mass"
    COUNT_AGAIN = "count the place again"
    CONFIRM_ROLES = "confirm the roles"
    RELEASE_REAGENT = "release the reagent"
    RELEASE_STANDARD = "release the reference standard"
    REPLACE_REAGENT = "replace the reagent"
    REPLACE_STANDARD = "replace the reference standard"
    CALIBRATE = "have the instrument calibrated"
    RENEW_COMPETENCE = "renew the competence"
    GIVE_BACK = "give the exhibit back"
    LOOK_AGAIN = "look at the component again"
    """A new release or edition says something of it."""
    ASSESS_REPORT = "assess the issued report"
    """It would read differently with a new release or edition."""


ACTS: Mapping[Job, Act] = MappingProxyType(
    {
        Job.REVIEW_REQUEST: Act.CASE_REQUEST_REVIEWED,
        Job.ASK_WHETHER_WANTED: Act.CASE_WORK_WANTED,
        Job.GET_ANSWER: Act.DISCREPANCY_ANSWERED,
        Job.TAKE_UP: Act.WEIGHING_RECORDED,
        Job.WEIGH: Act.WEIGHING_RECORDED,
        Job.EXAMINE: Act.EXAMINATION_OPENED,
        Job.ANSWER_HAND_OVER: Act.TRANSFER_TAKEN,
        Job.OFFER_AGAIN: Act.TRANSFER_OFFERED,
        Job.DRAW_UNITS: Act.SAMPLING_DRAWN,
        Job.TEST_UNITS: Act.SAMPLING_RESULT_RECORDED,
        Job.MEASURE: Act.BATCH_MEASURED,
        Job.JUDGE: Act.BATCH_JUDGED,
        Job.CONCLUDE: Act.EXAMINATION_CONCLUDED,
        Job.REPORT: Act.REPORT_DRAFTED,
        Job.IDENTIFY: Act.IDENTIFICATION_CONCLUDED,
        Job.CHECK: Act.IDENTIFICATION_CHECKED,
        Job.RESOLVE: Act.IDENTIFICATION_RESOLVED,
        Job.FINISH_REPORT: Act.REPORT_DRAFTED,
        Job.REVIEW: Act.REPORT_REVIEWED,
        Job.RESOLVE_REPORT: Act.REPORT_RESOLVED,
        Job.REVIEW_PAPER: Act.REPORT_ADMINISTRATIVELY_REVIEWED,
        Job.ISSUE: Act.REPORT_ISSUED,
        Job.AMEND: Act.REPORT_DRAFTED,
        Job.NOTIFY: Act.REPORT_NOTIFIED,
        Job.AUTHORISE: Act.DEVIATION_AUTHORISED,
        Job.ACCEPT: Act.DEVIATION_ACCEPTED,
        Job.ASSESS: Act.NONCONFORMITY_ASSESSED,
        Job.PLAN_ACTION: Act.NONCONFORMITY_ACTION_PLANNED,
        Job.CORRECT: Act.NONCONFORMITY_CORRECTED,
        Job.VERIFY: Act.NONCONFORMITY_VERIFIED,
        Job.RESUME: Act.NONCONFORMITY_RESUMED,
        Job.CLOSE: Act.NONCONFORMITY_CLOSED,
        Job.CLOSE_MASS: Act.MASS_DISCREPANCY_CLOSED,
        Job.COUNT_AGAIN: Act.INVENTORY_COUNTED_AGAIN,
        Job.CONFIRM_ROLES: Act.ROLES_CONFIRMED,
        Job.RELEASE_REAGENT: Act.REAGENT_RELEASED,
        Job.RELEASE_STANDARD: Act.STANDARD_RELEASED,
        Job.REPLACE_REAGENT: Act.REAGENT_REGISTERED,
        Job.REPLACE_STANDARD: Act.STANDARD_REGISTERED,
        Job.CALIBRATE: Act.INSTRUMENT_CALIBRATED,
        Job.RENEW_COMPETENCE: Act.COMPETENCE_GRANTED,
        Job.GIVE_BACK: Act.TRANSFER_STORED,
        Job.LOOK_AGAIN: Act.ALERT_ANSWERED,
        Job.ASSESS_REPORT: Act.ALERT_ASSESSED,
    }
)
"""The act that ends the waiting: whose roles may do it, is for whom it waits."""
ENDING = frozenset(
    {
        *(Job.REPLACE_REAGENT, Job.REPLACE_STANDARD, Job.CALIBRATE, Job.RENEW_COMPETENCE),
        Job.GIVE_BACK,
    }
)
"""Jobs that wait only from some days before their own day on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line: what a topic of a record waits for."""

    topic: str
    number: str
    job: Job | None
    """None: nothing waits, in place of what did."""
    person: str = ""
    """Staff number of the one for whom it waits; empty: for everybody who may do it."""
    case_number: str = ""
    """Empty for none, several or unknown."""
    exhibit_number: str = ""
    due: date | None = None
    """Its own last day; None where only the case has one."""

    @property
    def kind(self) -> str:
        """The kind of the record that it is a line of."""
        return _KINDS.get(self.topic, self.topic)


def waiting_of(record: Record, parent: Parent) -> Iterator[Waiting]:
    """Give every line that a recorded version replaces.

    Parameters
    ----------
    parent : callable
        Gives the number of the record that another belongs to.
    """
    yield from _own(record, parent)
    yield from _of_exhibits(record, parent)


# the line of the record itself


@singledispatch
def _own(record: Record, parent: Parent) -> Iterator[Waiting]:
    yield from ()
    del record, parent


@_own.register
def _(record: Case, parent: Parent) -> Iterator[Waiting]:
    del parent
    if record.version == 1 or record.reviews:
        job = None if record.reviews else Job.REVIEW_REQUEST
        yield Waiting(topic=record.KIND, number=record.number, job=job, case_number=record.number)
    if record.adjudication is not None:
        job = Job.ASK_WHETHER_WANTED if record.adjudication.stops_work else None
        yield Waiting(topic=DECIDED, number=record.number, job=job, case_number=record.number)


@_own.register
def _(record: Exhibit, parent: Parent) -> Iterator[Waiting]:
    del parent
    asked = any(one.answer is None for one in record.discrepancies)
    yield Waiting(
        topic=record.KIND,
        number=record.number,
        job=Job.GET_ANSWER if asked else None,
        case_number=record.case_number,
        exhibit_number=record.number,
    )


@_own.register
def _(record: Transfer, parent: Parent) -> Iterator[Waiting]:
    del parent
    offered = record.status is TransferStatus.OFFERED
    job = Job.ANSWER_HAND_OVER if offered else None
    yield Waiting(topic=record.KIND, number=record.number, job=job, person=record.taker.name if offered else "")


@_own.register
def _(record: SamplingPlan, parent: Parent) -> Iterator[Waiting]:
    jobs = {PlanStatus.PLANNED: Job.DRAW_UNITS, PlanStatus.DRAWN: Job.TEST_UNITS}
    job = Job.DRAW_UNITS if record.status is PlanStatus.DRAWN and record.to_draw else jobs.get(record.status)
    yield _of(record, record.exhibit_number, parent, job)


@_own.register
def _(record: Batch, parent: Parent) -> Iterator[Waiting]:
    del parent
    jobs = {BatchStatus.PLANNED: Job.MEASURE, BatchStatus.MEASURED: Job.JUDGE}
    yield Waiting(topic=record.KIND, number=record.number, job=jobs.get(record.status))


@_own.register
def _(record: Examination, parent: Parent) -> Iterator[Waiting]:
    jobs = {ExaminationStatus.OPEN: Job.CONCLUDE, ExaminationStatus.CONCLUDED: Job.REPORT}
    yield _of(record, record.exhibit_number, parent, jobs.get(record.status), person=record.examiner)


@_own.register
def _(record: Identification, parent: Parent) -> Iterator[Waiting]:
    jobs = {
        IdentificationStatus.OPEN: Job.IDENTIFY,
        IdentificationStatus.CONCLUDED: Job.CHECK,
        IdentificationStatus.DISPUTED: Job.RESOLVE,
    }
    person = record.expert if record.status is IdentificationStatus.OPEN else ""
    yield _of(record, record.exhibit_number, parent, jobs.get(record.status), person=person)


@_own.register
def _(record: Report, parent: Parent) -> Iterator[Waiting]:
    job = _report_job(record)
    disputed = record.open_disagreement
    people = {
        Job.FINISH_REPORT: record.expert,
        Job.REVIEW: record.reviewer,
        Job.AMEND: record.expert,
        Job.RESOLVE_REPORT: disputed.third_person if disputed else "",
    }
    person = people.get(job, "") if job else ""
    yield _of(record, parent(Examination, record.examination_number), parent, job, person=person)


def _report_job(report: Report) -> Job | None:
    """Say what a report waits for; one about which people disagree waits for nothing else."""
    if report.open_disagreement is not None:
        return Job.RESOLVE_REPORT
    if report.owed_notices:
        return Job.NOTIFY
    if report.status is ReportStatus.ISSUED:
        return Job.AMEND if report.order is not None else None
    return {
        ReportStatus.INTENDED: Job.FINISH_REPORT,
        ReportStatus.DRAFTED: Job.REVIEW,
        ReportStatus.REVIEWED: Job.REVIEW_PAPER,
        ReportStatus.ADMINISTRATIVELY_REVIEWED: Job.ISSUE,
    }.get(report.status)


@_own.register
def _(record: Deviation, parent: Parent) -> Iterator[Waiting]:
    jobs = {DeviationStatus.ASKED: Job.AUTHORISE, DeviationStatus.AUTHORISED: Job.ACCEPT}
    yield _of(record, record.exhibit_number, parent, jobs.get(record.status))


@_own.register
def _(record: NonconformingWork, parent: Parent) -> Iterator[Waiting]:
    del parent
    jobs = {
        NonconformityStatus.OPEN: Job.ASSESS,
        NonconformityStatus.ASSESSED: Job.PLAN_ACTION,
        NonconformityStatus.IN_ACTION: Job.CORRECT,
        NonconformityStatus.CORRECTED: Job.VERIFY,
        NonconformityStatus.VERIFIED: Job.RESUME if record.holding else Job.CLOSE,
    }
    job = jobs.get(record.status)
    action = record.actions[-1] if job is Job.CORRECT else None
    yield Waiting(
        topic=record.KIND,
        number=record.number,
        job=job,
        person=action.person if action else "",
        due=action.due_on if action else None,
    )


@_own.register
def _(record: Alert, parent: Parent) -> Iterator[Waiting]:
    job = Job.LOOK_AGAIN if record.waits_for_expert else None
    yield _of(record, record.exhibit_number, parent, job, person=record.expert)
    if record.reports:
        job = Job.ASSESS_REPORT if record.waits_for_quality else None
        yield replace(_of(record, record.exhibit_number, parent, job), topic=OF_A_REPORT)


@_own.register
def _(record: MassDiscrepancy, parent: Parent) -> Iterator[Waiting]:
    yield _of(record, record.exhibit_number, parent, Job.CLOSE_MASS if record.closing is None else None)


@_own.register
def _(record: Inventory, parent: Parent) -> Iterator[Waiting]:
    del parent
    job = Job.COUNT_AGAIN if record.second is None else None
    yield Waiting(topic=record.KIND, number=record.number, job=job)


@_own.register
def _(record: StaffMember, parent: Parent) -> Iterator[Waiting]:
    del parent
    job = Job.CONFIRM_ROLES if record.proposal is not None else None
    yield Waiting(topic=record.KIND, number=record.number, job=job)


@_own.register
def _(record: Reagent, parent: Parent) -> Iterator[Waiting]:
    del parent
    yield _lot(record, record.last_day, release=Job.RELEASE_REAGENT, replace=Job.REPLACE_REAGENT)


@_own.register
def _(record: ReferenceStandard, parent: Parent) -> Iterator[Waiting]:
    del parent
    yield _lot(record, record.expires_on, release=Job.RELEASE_STANDARD, replace=Job.REPLACE_STANDARD)


@_own.register
def _(record: Instrument, parent: Parent) -> Iterator[Waiting]:
    del parent
    in_use = record.status is InstrumentStatus.IN_SERVICE and record.needs_calibration
    due = record.calibration.due_on if in_use and record.calibration else None
    yield _ending(record, Job.CALIBRATE, due)


@_own.register
def _(record: Competence, parent: Parent) -> Iterator[Waiting]:
    del parent
    due = record.valid_until if record.withdrawn_at is None else None
    yield _ending(record, Job.RENEW_COMPETENCE, due, person=record.person)


@_own.register
def _(record: Custody, parent: Parent) -> Iterator[Waiting]:
    del parent
    due = record.expected_return if record.here else None
    person = record.holder.name if due and record.holder.kind is HolderKind.PERSON else ""
    yield Waiting(
        topic=record.KIND,
        number=record.number,
        job=Job.GIVE_BACK if due else None,
        person=person,
        case_number=record.case_number,
        exhibit_number=record.exhibit_number,
        due=due,
    )


def _of(record: Record, exhibit: str, parent: Parent, job: Job | None, *, person: str = "") -> Waiting:
    """Give the line of a record of an exhibit; what is settled waits for nobody."""
    case = parent(Exhibit, exhibit) if exhibit else ""
    return Waiting(
        topic=record.KIND,
        number=record.number,
        job=job,
        person=person if job else "",
        case_number=case,
        exhibit_number=exhibit,
    )


def _lot(lot: Reagent | ReferenceStandard, last_day: date | None, *, release: Job, replace: Job) -> Waiting:
    """Give the line of a lot: it waits for its release once, and in use for its end."""
    if lot.status is LotStatus.QUARANTINE and not lot.changes:
        return Waiting(topic=lot.KIND, number=lot.number, job=release)
    return _ending(lot, replace, last_day if lot.status is LotStatus.RELEASED else None)


def _ending(record: Record, job: Job, due: date | None, *, person: str = "") -> Waiting:
    """Give the line of what ends on a day, if one is known."""
    return Waiting(topic=record.KIND, number=record.number, job=job if due else None, person=person, due=due)


# the lines of the exhibit that it is of


@singledispatch
def _of_exhibits(record: Record, parent: Parent) -> Iterator[Waiting]:
    yield from ()
    del record, parent


@_of_exhibits.register
def _(record: Exhibit, parent: Parent) -> Iterator[Waiting]:
    """Begin with a new exhibit; what was divided waits as its parts, and what is not to be examined waits no more."""
    del parent
    closed = any(one.answer and one.answer.decision is Decision.DO_NOT_EXAMINE for one in record.discrepancies)
    if closed:
        yield from _done(record.number, record.case_number)
    elif record.version == 1:
        yield _work(record.number, record.case_number, Job.TAKE_UP)
        yield _weight(record.number, record.case_number, None if record.kind in _NOT_WEIGHED else Job.WEIGH)
    if record.version == 1 and record.part_of:
        yield from _done(record.part_of, record.case_number)


@_of_exhibits.register
def _(record: Custody, parent: Parent) -> Iterator[Waiting]:
    """End with what left the laboratory; an aliquot ends nothing of its exhibit."""
    del parent
    if not record.here and not record.aliquot_of:
        yield from _done(record.number, record.case_number)


@_of_exhibits.register
def _(record: Report, parent: Parent) -> Iterator[Waiting]:
    """End with what was reported."""
    if record.status is ReportStatus.ISSUED:
        exhibit = parent(Examination, record.examination_number)
        case = parent(Exhibit, exhibit)
        yield from _done(exhibit, case)
        yield Waiting(topic=Case.KIND, number=case, job=None, case_number=case)


@_of_exhibits.register(Finding)
@_of_exhibits.register(RecordedRun)
@_of_exhibits.register(SamplingPlan)
def _(record: Finding | RecordedRun | SamplingPlan, parent: Parent) -> Iterator[Waiting]:
    if record.version == 1 and record.exhibit_number:
        yield _work(record.exhibit_number, parent(Exhibit, record.exhibit_number), Job.EXAMINE)


@_of_exhibits.register
def _(record: Weighing, parent: Parent) -> Iterator[Waiting]:
    """Take the weighing of a package as no work on the exhibit, and that of a remainder as none any more."""
    if record.version == 1 and record.purpose is not WeighingPurpose.RECEIVED:
        case = parent(Exhibit, record.exhibit_number)
        yield _weight(record.exhibit_number, case, None)
        if record.purpose is not WeighingPurpose.REMAINDER:
            yield _work(record.exhibit_number, case, Job.EXAMINE)


@_of_exhibits.register(Examination)
@_of_exhibits.register(Identification)
def _(record: Examination | Identification, parent: Parent) -> Iterator[Waiting]:
    """Let its own line say how far the work is."""
    if record.version == 1:
        yield _work(record.exhibit_number, parent(Exhibit, record.exhibit_number), None)


def _done(exhibit: str, case: str) -> Iterator[Waiting]:
    yield _work(exhibit, case, None)
    yield _weight(exhibit, case, None)


def _work(exhibit: str, case: str, job: Job | None) -> Waiting:
    return Waiting(topic=WORK, number=exhibit, job=job, case_number=case, exhibit_number=exhibit)


def _weight(exhibit: str, case: str, job: Job | None) -> Waiting:
    return Waiting(topic=WEIGHT, number=exhibit, job=job, case_number=case, exhibit_number=exhibit)
