"""People before a report: who signed, who had a part in it, and whether they were competent then (RP-1.6 to RP-1.8)."""

from collections.abc import Iterator
from datetime import tzinfo

from lims.domain.batch import Batch
from lims.domain.competence import Competence
from lims.domain.examination import Examination
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.permissions import Act
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.signature import SignatureMeaning
from lims.ledger.entry import LedgerEntry
from lims.said import said
from lims.services.gate_measuring import weighings_of
from lims.services.permitting import method_work
from lims.services.ports import UnitOfWork


def signed_act(
    work: UnitOfWork, report: Report, act: Act, *, meaning: SignatureMeaning, person: str = ""
) -> LedgerEntry | None:
    """Give the newest entry by which somebody, or a stated person, signed a report in a capacity; None for none."""
    for version in range(report.version, 0, -1):
        entry = work.entry_of(Report, report.number, version=version)
        said = entry.signature or {}
        signed = (said.get("meaning"), said.get("person")) == (meaning, entry.actor)
        if entry.act == act and signed and person in {"", entry.actor}:
            return entry
    return None


def author_faults(work: UnitOfWork, report: Report) -> Iterator[str]:
    """Say that the author has not signed."""
    if _authored(work, report) is None:
        yield said("{number} is not signed by its author {person}", number=report.number, person=report.expert)


def reviewer_faults(work: UnitOfWork, report: Report, items: tuple[str, ...]) -> Iterator[str]:
    """Say that the technical reviewer has not signed, or had a part in the work."""
    if _reviewed(work, report) is None:
        yield said(
            "{number} is not signed by its technical reviewer {person}", number=report.number, person=report.reviewer
        )
    parts = sorted({number for person, number in contributions(work, report, items) if person == report.reviewer})
    if parts:
        yield said(
            "the technical reviewer {person} had a part in the work: {records}",
            person=report.reviewer,
            records=", ".join(parts),
        )


def administrative_faults(work: UnitOfWork, report: Report, items: tuple[str, ...]) -> Iterator[str]:
    """Say that nobody signed the administrative review, or one who had a part in what was reviewed."""
    entry = signed_act(
        work, report, Act.REPORT_ADMINISTRATIVELY_REVIEWED, meaning=SignatureMeaning.ADMINISTRATIVE_REVIEWER
    )
    if entry is None:
        yield said("{number} is not signed by an administrative reviewer", number=report.number)
        return
    person, barred = entry.actor, {one for one, _ in contributions(work, report, items)}
    if person in barred or (person == report.reviewer and not report.release_by_reviewer):
        yield said("the administrative reviewer {person} had a part in the work or its technical review", person=person)


def competence_faults(work: UnitOfWork, report: Report, *, time_zone: tzinfo) -> Iterator[str]:
    """Say whose competence did not hold on the day of the signature; what ended later changes nothing."""
    for entry in (_authored(work, report), _reviewed(work, report)):
        if entry is None:
            continue
        wanted = method_work(work, report, act=entry.act)
        day = entry.recorded_at.astimezone(time_zone).date()
        held = (one for one in work.children(Competence, entry.actor) if one.reaches(wanted))
        if not any(one.held_on(day, time_zone=time_zone) for one in held):
            yield said(
                "{person} signed {number} on {day} and was not competent for {method}",
                person=entry.actor,
                number=report.number,
                day=day,
                method=wanted,
            )


def contributions(work: UnitOfWork, report: Report, items: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give everybody who had a part in the work on an exhibit, each with a record that says so."""
    yield report.expert, report.number
    for number in items:
        for run in work.children(RecordedRun, number):
            yield run.imported_by, run.number
            if run.batch_number:
                yield from _of_batch(work.load(Batch, run.batch_number))
        yield from ((one.examiner, one.number) for one in work.children(Examination, number))
        yield from ((one.examiner, one.number) for one in work.children(Finding, number))
        yield from ((one.expert, one.number) for one in work.children(Identification, number))
        for plan in work.children(SamplingPlan, number):
            yield plan.planned_by, plan.number
            yield from ((one.drawn_by, plan.number) for one in plan.draws)
            yield from ((one.recorded_by, plan.number) for one in plan.results)
    yield from ((one.weighed_by, one.number) for one in weighings_of(work, items))


def _of_batch(batch: Batch) -> Iterator[tuple[str, str]]:
    yield batch.planned_by, batch.number
    yield from ((one.judged_by, batch.number) for one in batch.verdicts)
    yield from ((one.discarded_by, batch.number) for one in batch.discarded)


def _authored(work: UnitOfWork, report: Report) -> LedgerEntry | None:
    return signed_act(work, report, Act.REPORT_DRAFTED, person=report.expert, meaning=SignatureMeaning.AUTHOR)


def _reviewed(work: UnitOfWork, report: Report) -> LedgerEntry | None:
    meaning = SignatureMeaning.TECHNICAL_REVIEWER
    return signed_act(work, report, Act.REPORT_REVIEWED, person=report.reviewer, meaning=meaning)
