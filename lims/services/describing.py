"""Everything that a report of an examination describes, as the records stand in a transaction (rule RP-2)."""

import hashlib
from collections.abc import Iterator

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.custody import Custody, EventKind
from lims.domain.described import DescribedRecord, described, edits
from lims.domain.deviation import Deviation
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.legal_determination import LegalDetermination
from lims.domain.quantitation import Quantitation
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.seizure import Seizure
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.errors import NotFoundError
from lims.report_errors import ReportOutdatedError
from lims.services.custody_items import measured_aliquots
from lims.services.ports import UnitOfWork
from lims.services.supporting import items_of

DESCRIBED_KINDS: tuple[type[Record], ...] = (
    *(Case, Seizure, Exhibit, RecordedRun, Batch, Examination, Finding, Identification),
    *(Weighing, SamplingPlan, Deviation, LegalDetermination, Quantitation),
)
"""Kinds of records that reports describe; of custody only what corrects it."""
_OF_AN_ITEM: tuple[type[Record], ...] = (
    *(RecordedRun, Finding, Identification, Weighing, SamplingPlan, Deviation),
    LegalDetermination,
    Quantitation,
)


def described_by(work: UnitOfWork, examination: Examination) -> tuple[DescribedRecord, ...]:
    """Give every record that a report of an examination describes, as it is now.

    Case, seizure, exhibit with its parts, all runs with their batches, findings, identifications with the
    examinations that they rest on, weighings, sampling plans, deviations, legal determinations, and corrections of
    custody.
    """
    found = {(one.kind, one.number): one for one in _described(work, examination)}
    return tuple(found[key] for key in sorted(found))


def edits_of(work: UnitOfWork, report: Report) -> tuple[str, ...]:
    """Say what was edited since a report was signed; nothing of one that was signed before that was kept."""
    if not report.basis:
        return ()
    now = described_by(work, work.load(Examination, report.examination_number))
    return edits(report.basis, (one for one in now if not _older_than(work, one, report)))


def _older_than(work: UnitOfWork, one: DescribedRecord, report: Report) -> bool:
    """Tell of a determination that it was there when the report was begun, which did not keep determinations yet."""
    if one.kind != LegalDetermination.KIND or any(
        (it.kind, it.number) == (one.kind, one.number) for it in report.basis
    ):
        return False
    begun = work.entry_of(Report, report.number, version=1)
    return work.entry_of(LegalDetermination, one.number, version=one.version).sequence < begun.sequence


def require_unedited(work: UnitOfWork, report: Report) -> None:
    """Refuse a report of which something was edited after its author signed.

    Raises
    ------
    ReportOutdatedError
        Naming it.
    """
    changes = edits_of(work, report)
    if changes:
        raise ReportOutdatedError(report.number, "; ".join(changes))


def _described(work: UnitOfWork, examination: Examination) -> Iterator[DescribedRecord]:
    exhibit = work.load(Exhibit, examination.exhibit_number)
    yield described(work.load(Case, exhibit.case_number))
    if exhibit.seizure_number:
        yield described(work.load(Seizure, exhibit.seizure_number))
    yield described(examination)
    for number in items_of(work, exhibit.number):
        yield described(work.load(Exhibit, number))
        yield from _corrections(work, number)
        for kind in _OF_AN_ITEM:
            for record in work.children(kind, number):
                yield from _with_ground(work, record)
    for aliquot in measured_aliquots(work, items_of(work, exhibit.number)):
        # before the first correction there is nothing to describe: reports that were signed earlier stay true
        yield from (one for one in _corrections(work, aliquot.number) if one.version > 1)


def _with_ground(work: UnitOfWork, record: Record) -> Iterator[DescribedRecord]:
    """Give a record, with the batch of a run and the examinations behind an identification."""
    if isinstance(record, Weighing) and record.purpose is WeighingPurpose.REMAINDER:
        return  # what is left is weighed when the work is over
    yield described(record)
    if isinstance(record, RecordedRun) and record.batch_number:
        yield described(work.load(Batch, record.batch_number))
    if isinstance(record, Quantitation):
        yield described(work.load(Batch, record.batch_number))
    if isinstance(record, Identification):
        for support in record.basis.supports:
            if support.kind.value == Examination.KIND:
                yield described(work.load(Examination, support.number))


def _corrections(work: UnitOfWork, exhibit_number: str) -> Iterator[DescribedRecord]:
    """Note the corrections of an exhibit's custody; every other event leaves a report true."""
    try:
        newest = work.load(Custody, exhibit_number)
    except NotFoundError:
        return
    chain = (work.load(Custody, exhibit_number, version=version) for version in range(1, newest.version + 1))
    corrections = [one.version for one in chain if one.event.kind is EventKind.CORRECTED]
    digest = hashlib.sha256(",".join(map(str, corrections)).encode()).hexdigest()
    yield DescribedRecord(kind=Custody.KIND, number=exhibit_number, version=max(corrections, default=1), sha256=digest)
