"""What is edited after a signature voids the report: in the transaction of the edit, whoever makes it (rule RP-2)."""

from collections.abc import Iterable, Iterator

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


def may_void(record: Record) -> bool:
    """Tell whether a report may describe a record: it is of a kind that reports describe, and not quite new.

    An intake of many exhibits asks nothing further. Of custody only a correction counts.
    """
    if isinstance(record, Custody):
        return record.event.kind is EventKind.CORRECTED
    whole = not (isinstance(record, Exhibit) and record.part_of)
    new = record.version == 1 and isinstance(record, Case | Seizure | Exhibit | Batch) and whole
    return isinstance(record, DESCRIBED_KINDS) and not new


def voided_by(work: UnitOfWork, records: Iterable[Record], *, actors: Iterable[str]) -> Iterator[Report]:
    """Give the reports that a transaction has made untrue, as they are then: void, with the reason.

    Parameters
    ----------
    work : UnitOfWork
        In which the acts are recorded already.
    records : iterable of Record
        As the acts left them; only those that ``may_void``.
    actors : iterable of str
        Staff numbers of the people who did them.
    """
    for number in _waiting_about(work, records):
        report = work.load(Report, number)
        changes = edits_of(work, report)
        if changes:
            people = ", ".join(dict.fromkeys(actors))
            yield report.void(reason=f"edited after it was signed, by {people}: {'; '.join(changes)}")


def _waiting_about(work: UnitOfWork, records: Iterable[Record]) -> tuple[str, ...]:
    """Name the signed reports that wait for their issue and are about what the records are about."""
    exhibits = tuple(dict.fromkeys(number for record in records for number in _exhibits(work, record)))
    examinations = _resting_on(work, Exhibit.KIND, exhibits, kind=Examination.KIND)
    reports = _resting_on(work, Examination.KIND, examinations, kind=Report.KIND)
    return tuple(sorted(line.number for line in work.lines(Report, reports) if line.state in _WAITING))


def _exhibits(work: UnitOfWork, record: Record) -> tuple[str, ...]:
    """Name the exhibits whose reports may describe a record, with those that they are parts of."""
    if isinstance(record, Custody):
        found = {record.exhibit_number}
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
