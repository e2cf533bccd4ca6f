"""The gate of a report (rule RP-1): everything that keeps it from being issued, one function for each numbered item.

What can be seen before anybody signs is asked when a report is drafted, too: no number is used for a report that could
never be issued.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.completeness import Premises, missing_items
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.question_answer import unanswered
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.transfer import HAND_OVER_TIME
from lims.errors import BatchNotUsableError, LimsError, NotPermittedError
from lims.said import said
from lims.services.answering import lost_grounds
from lims.services.batching import batch_for_report
from lims.services.custody_items import measured_aliquots
from lims.services.gate_custody import custody_faults
from lims.services.gate_identity import examinations_used, identity_gate_faults, quantitations_of
from lims.services.gate_measuring import mass_faults, sampling_faults, weight_faults
from lims.services.gate_people import administrative_faults, author_faults, competence_faults, reviewer_faults
from lims.services.ports import UnitOfWork
from lims.services.supporting import items_of
from lims.services.tracing import require_no_open_nonconformity
from lims.translation import TIME_ZONE
from lims.work_errors import AnswerNeededError, OmissionNeededError, ReportBlockedError


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePolicy:
    """What a laboratory chooses that the gate has to know."""

    premises: Premises = field(default_factory=Premises)
    hand_over_time: timedelta = HAND_OVER_TIME
    """Within which an offered exhibit is taken (rule CC-1)."""
    time_zone: tzinfo = TIME_ZONE
    """Whose days count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a gate looks at: an examination, what it belongs to, and its report where there is one."""

    work: UnitOfWork = field(repr=False)
    policy: IssuePolicy
    now: datetime
    examination: Examination = field(repr=False)
    exhibit: Exhibit = field(repr=False)
    case: Case = field(repr=False)
    items: tuple[str, ...]
    """Numbers of the exhibit and of all its parts."""
    report: Report | None = None


def matter_of(
    work: UnitOfWork, examination: Examination, *, policy: IssuePolicy, now: datetime, report: Report | None = None
) -> Matter:
    """Load what the gates look at."""
    exhibit = work.load(Exhibit, examination.exhibit_number)
    return Matter(
        work=work,
        policy=policy,
        now=now,
        examination=examination,
        exhibit=exhibit,
        case=work.load(Case, exhibit.case_number),
        items=items_of(work, exhibit.number),
        report=report,
    )


def runs_of_items(work: UnitOfWork, items: tuple[str, ...]) -> tuple[RecordedRun, ...]:
    """Give every run of an exhibit and its parts, used or not: a report lists them all (rule RP-1.12)."""
    return tuple(run for number in items for run in work.children(RecordedRun, number))


def issue_faults(work: UnitOfWork, report: Report, *, policy: IssuePolicy, now: datetime) -> tuple[LimsError, ...]:
    """Give every fault that keeps a report from being issued; nothing: the rule is met.

    Parameters
    ----------
    report : Report
        As it is now.
    policy : IssuePolicy
        Of the laboratory.
    now : datetime
        Aware; up to which custody has to be complete.
    """
    examination = work.load(Examination, report.examination_number)
    return _tried(GATES, matter_of(work, examination, policy=policy, now=now, report=report))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStanding:
    """What keeps a report from being issued, as far as one reader may know."""

    faults: tuple[LimsError, ...]
    not_seen: tuple[str, ...] = ()
    """Items of the rule that ask of records which the reader may not read."""


def issue_standing(work: UnitOfWork, report: Report, *, policy: IssuePolicy, now: datetime) -> IssueStanding:
    """Try each item of the rule by itself; one that this reader may not look at is named, and nobody is let pass."""
    examination = work.load(Examination, report.examination_number)
    matter = matter_of(work, examination, policy=policy, now=now, report=report)
    faults: list[LimsError] = []
    not_seen: list[str] = []
    for rule, gate in GATES.items():
        try:
            faults.extend(gate(rule, matter))
        except NotPermittedError:
            not_seen.append(rule)
    return IssueStanding(faults=tuple(faults), not_seen=tuple(not_seen))


def draft_faults(
    work: UnitOfWork, examination: Examination, *, policy: IssuePolicy, now: datetime
) -> tuple[LimsError, ...]:
    """Give every fault that a report of an examination would have before anybody signed it."""
    chosen = {rule: gate for rule, gate in GATES.items() if rule in BEFORE_SIGNING}
    return _tried(chosen, matter_of(work, examination, policy=policy, now=now))


def _tried(gates: Mapping[str, "Gate"], matter: Matter) -> tuple[LimsError, ...]:
    return tuple(fault for rule, gate in gates.items() for fault in gate(rule, matter))


def _identities(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in identity_gate_faults(matter.work, matter.exhibit.number):
        remedy = said(
            "Conclude, revise or resolve the identification that is named; then the report can name the substance"
        )
        yield ReportBlockedError(rule, fault, remedy=remedy)


def _batches(_rule: str, matter: Matter) -> Iterator[LimsError]:
    """Hold every batch against its verdict: of the run reported, and where identities and contents come from."""
    numbers = dict.fromkeys((matter.examination.number, *examinations_used(matter.work, matter.exhibit.number)))
    for number in numbers:
        run = matter.work.load(RecordedRun, matter.work.load(Examination, number).run_number)
        try:
            batch_for_report(matter.work, run)
        except LimsError as fault:
            yield fault
    for measured in quantitations_of(matter.work, matter.exhibit.number):
        batch = matter.work.load(Batch, measured.batch_number)
        if not batch.usable:
            yield BatchNotUsableError(measured.number, batch.number, said("it is {state}", state=batch.status))


def _custody(rule: str, matter: Matter) -> Iterator[LimsError]:
    policy, remedy = (
        matter.policy,
        said("Answer the offer, correct the record, or raise a nonconformity about the exhibit"),
    )
    measured = (one.number for one in measured_aliquots(matter.work, matter.items))
    for number in (*matter.items, *measured):
        faults = custody_faults(
            matter.work,
            number,
            now=matter.now,
            hand_over_time=policy.hand_over_time,
            time_zone=policy.time_zone,
        )
        for fault in faults:
            yield ReportBlockedError(
                rule, said("custody of {number} is not complete: {fault}", number=number, fault=fault), remedy=remedy
            )


def _weights(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in weight_faults(matter.work, matter.items):
        yield ReportBlockedError(rule, fault, remedy=said("Weigh again, on a balance that passed its check"))


def _sampling(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in sampling_faults(matter.work, matter.exhibit, matter.items):
        yield ReportBlockedError(
            rule, fault, remedy=said("Plan the sampling, test every unit drawn, and record each result")
        )


def _competence(rule: str, matter: Matter) -> Iterator[LimsError]:
    report = _report(matter)
    for fault in competence_faults(matter.work, report, time_zone=matter.policy.time_zone):
        yield ReportBlockedError(
            rule, fault, remedy=said("Have the work done and signed by a person who is competent for it")
        )


def _author(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in author_faults(matter.work, _report(matter)):
        yield ReportBlockedError(rule, fault, remedy=said("Have the report drafted and signed by its author"))


def _reviewer(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in reviewer_faults(matter.work, _report(matter), matter.items):
        yield ReportBlockedError(rule, fault, remedy=said("Ask a technical reviewer who did none of the work"))


def _administration(rule: str, matter: Matter) -> Iterator[LimsError]:
    for fault in administrative_faults(matter.work, _report(matter), matter.items):
        yield ReportBlockedError(
            rule, fault, remedy=said("Ask a head or quality manager who had no part in it to review it")
        )


def _complete(rule: str, matter: Matter) -> Iterator[LimsError]:
    reported = (matter.work.load(RecordedRun, matter.examination.run_number),)
    stated = {one.item for one in matter.examination.omissions}
    for missing in missing_items(premises=matter.policy.premises, exhibit=matter.exhibit, runs=reported):
        if missing.item not in stated:
            yield OmissionNeededError(rule, missing.item, missing.what)
    if matter.report is None:  # of a signed report the questions are known: a later edit voids it (rule RP-2)
        for question in unanswered(matter.case.questions, matter.examination.answers):
            yield AnswerNeededError(rule, question, matter.case.questions[question - 1])
        for ground in lost_grounds(matter.work, matter.examination):
            fault = said(
                "an answer rests on {kind} {number}, of which the report says nothing",
                kind=ground.kind,
                number=ground.number,
            )
            yield ReportBlockedError(
                rule, fault, remedy=said("Conclude it again, or answer the question by other records")
            )


def _nonconformities(rule: str, matter: Matter) -> Iterator[LimsError]:
    report = _report(matter)
    try:
        require_no_open_nonconformity(matter.work, report, matter.case.number)
    except LimsError as fault:
        yield fault
    for words in mass_faults(matter.work, matter.items):
        yield ReportBlockedError(rule, words, remedy=said("The quality manager closes it with what was found and done"))


def _all_runs(rule: str, matter: Matter) -> Iterator[LimsError]:
    listed = set(_report(matter).runs)
    missing = [run.number for run in runs_of_items(matter.work, matter.items) if run.number not in listed]
    if missing:
        yield ReportBlockedError(
            rule,
            said("{number} does not list {runs}", number=_report(matter).number, runs=", ".join(missing)),
            remedy=said("Return the examination; a new report lists every run of the exhibit"),
        )


def _report(matter: Matter) -> Report:
    if matter.report is None:
        raise LookupError("this gate is asked of a report")
    return matter.report


Gate = Callable[[str, Matter], Iterator[LimsError]]

GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "RP-1.1": _identities,
        "RP-1.2": _batches,
        "RP-1.3": _custody,
        "RP-1.4": _weights,
        "RP-1.5": _sampling,
        "RP-1.6": _competence,
        "RP-1.7": _author,
        "RP-1.8": _reviewer,
        "RP-1.9": _administration,
        "RP-1.10": _complete,
        "RP-1.11": _nonconformities,
        "RP-1.12": _all_runs,
    }
)
"""By the numbered item of the rule."""

BEFORE_SIGNING = frozenset({"RP-1.1", "RP-1.2", "RP-1.4", "RP-1.5", "RP-1.10"})
"""What is asked when a report is drafted; all runs are listed by the draft itself."""
