"""What each record rests on: the things and people whose fault would be its own (ISO/IEC 17025:2017, 7.10).

A report rests on its examination, that on its run, that on raw data, instrument and batch; an exhibit rests on the
work that was done on it. A batch rests on its blanks, calibrators and controls, and not on the exhibits in it: what is
wrong with one exhibit says nothing of the next.
"""

from collections.abc import Iterator
from functools import singledispatch
from typing import NamedTuple

from lims.domain.aliquot import Aliquot
from lims.domain.balance_check import BalanceCheck
from lims.domain.batch import Batch
from lims.domain.custody import Custody
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.law_text import LawEdition
from lims.domain.legal_determination import LegalDetermination
from lims.domain.library import RecordedRelease
from lims.domain.library_import import LibraryImport
from lims.domain.mass_balance import MassBalance
from lims.domain.photograph import Photograph
from lims.domain.reading_rights import CASE_KINDS
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.staff import SYSTEM, StaffMember
from lims.domain.weighing import Weighing

INSTRUMENT = "instrument"
"""By its number in the register, or as it names itself in its files."""
LOT = "lot"
"""Of a reagent, a kit or a reference standard, as it is written at the bench."""
RAW = "raw data"
"""By its digest."""
OF_WORK = CASE_KINDS | {BalanceCheck.KIND}
"""Kinds of which every act makes the record rest on the person who did it."""


class Name(NamedTuple):
    """What a record, a thing or a person is found by; a tuple, since one trace makes and compares 100 000 of them."""

    kind: str
    number: str
    version: int = 0
    """0 where no version matters."""

    def __str__(self) -> str:
        """Give it in one line."""
        return f"{self.kind} {self.number}" + (f" version {self.version}" if self.version else "")


class Ground(NamedTuple):
    """One record and one thing that it rests on directly."""

    record: Name
    rests_on: Name


def grounds_of(record: Record, *, actor: str) -> tuple[Ground, ...]:
    """Give what rests on what by one act.

    Parameters
    ----------
    record : Record
        As the act left it.
    actor : str
        Staff number of the person who did it.
    """
    found = [one for one in _grounds(record) if one.record.number and one.rests_on.number]
    if record.KIND in OF_WORK and actor != SYSTEM.number:
        found.append(_on(record, StaffMember.KIND, actor))
    return tuple(dict.fromkeys(found))


@singledispatch
def _grounds(record: Record) -> Iterator[Ground]:
    yield from ()
    del record


@_grounds.register
def _(record: Exhibit) -> Iterator[Ground]:
    yield _on(record, Exhibit.KIND, record.part_of)
    yield _on(record, "case", record.case_number)


@_grounds.register
def _(record: Custody) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, Aliquot.KIND, record.number if record.aliquot_of else "")


@_grounds.register
def _(record: RecordedRun) -> Iterator[Ground]:
    yield _on(record, Exhibit.KIND, record.exhibit_number)
    yield _on(record, Batch.KIND, record.batch_number)
    yield _on(record, Aliquot.KIND, record.aliquot_number)
    yield _on(record, INSTRUMENT, record.instrument)
    yield _on(record, StaffMember.KIND, record.imported_by)
    for digest in record.raw.digests:
        yield _on(record, RAW, digest)
    if record.batch_number and not record.exhibit_number:
        yield Ground(record=Name(kind=Batch.KIND, number=record.batch_number), rests_on=_name(record))


@_grounds.register
def _(record: Batch) -> Iterator[Ground]:
    yield _on(record, "method", record.method_number, record.method_version)
    yield _on(record, INSTRUMENT, record.instrument)


@_grounds.register
def _(record: Examination) -> Iterator[Ground]:
    yield _on(record, RecordedRun.KIND, record.run_number)
    yield _on(record, Exhibit.KIND, record.exhibit_number)
    yield _on(record, "release", record.basis.release)
    yield _on(record, StaffMember.KIND, record.examiner)


@_grounds.register
def _(record: Report) -> Iterator[Ground]:
    yield _on(record, Examination.KIND, record.examination_number)
    for person in (record.expert, record.releaser):
        yield _on(record, StaffMember.KIND, person)


@_grounds.register
def _(record: Finding) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, "procedure", record.procedure_number, record.procedure_version)
    yield _on(record, INSTRUMENT, record.system.instrument)
    yield _on(record, LOT, record.system.lot)
    yield _on(record, Aliquot.KIND, record.aliquot_number)
    yield _on(record, "deviation", record.deviation_number)
    yield _on(record, StaffMember.KIND, record.examiner)
    for result in record.results:
        yield _on(record, LOT, result.reference)
    for evidence in record.evidence:
        yield _on(record, RAW, evidence.sha256)


@_grounds.register
def _(record: Identification) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, "procedure", record.procedure_number)
    yield _on(record, StaffMember.KIND, record.expert)
    for support in record.basis.supports:
        yield _on(record, support.kind.value, support.number)


@_grounds.register
def _(record: LegalDetermination) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, Weighing.KIND, record.weighing_number)
    yield _on(record, StaffMember.KIND, record.expert)
    for edition in record.editions:
        yield _on(record, LawEdition.KIND, edition)


@_grounds.register
def _(record: RecordedRelease) -> Iterator[Ground]:
    yield _on(record, RecordedRelease.KIND, record.base)
    for number in record.imports:
        yield _on(record, LibraryImport.KIND, number)


@_grounds.register
def _(record: LibraryImport) -> Iterator[Ground]:
    yield _on(record, RecordedRun.KIND, record.run)
    yield _on(record, LOT, record.standard)
    yield _on(record, RAW, record.raw.sha256)


@_grounds.register
def _(record: BalanceCheck) -> Iterator[Ground]:
    yield _on(record, INSTRUMENT, record.balance_number)


@_grounds.register
def _(record: Weighing) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, INSTRUMENT, record.balance_number)
    yield _on(record, BalanceCheck.KIND, record.check_number)
    yield _on(record, StaffMember.KIND, record.weighed_by)


@_grounds.register
def _(record: Aliquot) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, Weighing.KIND, record.weighing_number)
    yield _on(record, StaffMember.KIND, record.taken_by)


@_grounds.register
def _(record: MassBalance) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)
    yield _on(record, Weighing.KIND, record.weighing_number)


@_grounds.register(SamplingPlan)
@_grounds.register(Photograph)
def _(record: SamplingPlan | Photograph) -> Iterator[Ground]:
    yield _of_exhibit(record, record.exhibit_number)


def _name(record: Record) -> Name:
    return Name(kind=record.KIND, number=record.number)


def _on(record: Record, kind: str, number: str, version: int = 0) -> Ground:
    return Ground(record=_name(record), rests_on=Name(kind=kind, number=number, version=version))


def _of_exhibit(record: Record, exhibit_number: str) -> Ground:
    """Let the exhibit rest on the work that was done on it."""
    return Ground(record=Name(kind=Exhibit.KIND, number=exhibit_number), rests_on=_name(record))
