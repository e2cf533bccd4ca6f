"""What is edited after a signature voids the report: in the transaction of the edit, whoever makes it (rule RP-2)."""

from collections.abc import Iterator

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.custody import Custody, EventKind
from lims.domain.duties import exhibit_numbers
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.grounds import Name
from lims.domain.record import Record
from lims.domain.report import BEFORE_ISSUE, Report
from lims.domain.seizure import Seizure
from lims.errors import NotFoundError
from lims.services.describing import DESCRIBED_KINDS, edits_of
from lims.services.ports import UnitOfWork

_WAITING = frozenset(status.value for status in BEFORE_ISSUE)


def voided_by(work: UnitOfWork, record: Record, *, actor: str) -> Iterator[Report]:
    """Give the reports that an act has made untrue, as they are then: void, with the reason.

    Parameters
    ----------
    work : UnitOfWork
        In which the act is recorded already.
    record : Record
        As the act left it.
    actor : str
        Staff number of the person who did it.
    """
    for number in _waiting_about(work, record):
        report = work.load(Report, number)
        changes = edits_of(work, report)
        if changes:
            yield report.void(reason=f"edited after it was signed, by {actor}: {'; '.join(changes)}")


def _waiting_about(work: UnitOfWork, record: Record) -> tuple[str, ...]:
    """Name the signed reports that wait for their issue and are about what a record is about."""
    exhibits = () if _is_at_the_beginning(record) else _exhibits(work, record)
    examinations = _resting_on(work, Exhibit.KIND, exhibits, kind=Examination.KIND)
    reports = _resting_on(work, Examination.KIND, examinations, kind=Report.KIND)
    return tuple(sorted(line.number for line in work.lines(Report, reports) if line.state in _WAITING))


def _is_at_the_beginning(record: Record) -> bool:
    """Tell whether a record is so new that no report can describe it: an intake of many exhibits asks nothing."""
    whole = not (isinstance(record, Exhibit) and record.part_of)
    return record.version == 1 and isinstance(record, Case | Seizure | Exhibit | Batch) and whole


def _exhibits(work: UnitOfWork, record: Record) -> tuple[str, ...]:
    """Name the exhibits whose reports may describe a record, with those that they are parts of."""
    if isinstance(record, Custody):
        found = {record.number} if record.event.kind is EventKind.CORRECTED else set()
    elif not isinstance(record, DESCRIBED_KINDS):
        return ()
    elif isinstance(record, Case | Seizure):
        case = record.number if isinstance(record, Case) else record.case_number
        found = set(_resting_on(work, Case.KIND, (case,), kind=Exhibit.KIND))
    else:
        found = exhibit_numbers(record, lambda kind, number: _parent(work, kind, number))
    return tuple(sorted({whole for number in found for whole in _wholes(number)}))


def _wholes(number: str) -> Iterator[str]:
    """Give an exhibit's number and those of the exhibits that it is a part of: ``/3.1`` is a part of ``/3``."""
    case, slash, ordinal = number.rpartition("/")
    parts = ordinal.split(".")
    yield from (f"{case}{slash}{'.'.join(parts[:count])}" for count in range(len(parts), 0, -1))


def _resting_on(work: UnitOfWork, on: str, numbers: tuple[str, ...], *, kind: str) -> tuple[str, ...]:
    if not numbers:
        return ()
    grounds = work.resting_on(tuple(Name(on, number) for number in numbers))
    return tuple(dict.fromkeys(one.record.number for one in grounds if one.record.kind == kind))


def _parent(work: UnitOfWork, kind: type[Record], number: str) -> str:
    try:
        return work.load(kind, number).parent
    except NotFoundError:
        return ""
