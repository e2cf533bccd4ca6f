"""Lists as they follow from the ledger, and the comparison of the two."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lims.domain.account import Account, SignInSession
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.competence import Competence
from lims.domain.duties import case_numbers, side_of
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.library import RecordedRelease
from lims.domain.method import Method
from lims.domain.raw_upkeep import RawRepair, RawSweep
from lims.domain.record import Record, from_body
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.errors import LimsError
from lims.ledger import LedgerEntry
from lims.ledger.entry import moment_text
from lims.persistence.tables import CASE_DUTY, LEDGER, RAW_USE, RECORD

KINDS: dict[str, type[Record]] = {
    kind.KIND: kind
    for kind in (
        *(Account, Batch, Case, Competence, Examination, Exhibit, Method, RecordedRelease, RecordedRun, Report),
        *(RawRepair, RawSweep, SignInSession, StaffMember),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectedRecord:
    """One line of the list of records."""

    kind: str
    number: str
    version: int
    sequence: int
    parent: str
    state: str
    title: str
    recorded_at: str


def project(entry: LedgerEntry, record: Record) -> ProjectedRecord:
    """Give the line that follows from an entry."""
    return ProjectedRecord(
        kind=entry.kind,
        number=entry.number,
        version=entry.version,
        sequence=entry.sequence,
        parent=record.parent,
        state=record.state,
        title=record.title,
        recorded_at=moment_text(entry.recorded_at),
    )


def compare_with_ledger(connection: Connection) -> tuple[str, ...]:
    """Make every list again from the ledger's bytes and name each difference to the tables."""
    expected: dict[tuple[str, str], ProjectedRecord] = {}
    raw_use: dict[str, str] = {}
    duties: dict[tuple[str, str], tuple[str, int]] = {}
    faults: list[str] = []

    def parent(kind: type[Record], number: str) -> str:
        found = expected.get((kind.KIND, number))
        return found.parent if found else ""

    for row in connection.execute(select(LEDGER).order_by(LEDGER.c.sequence)):
        try:
            entry = LedgerEntry.from_bytes(bytes(row.data))
            record = from_body(KINDS[entry.kind], entry.body)
        except (LimsError, KeyError) as error:
            faults.append(f"ledger entry {row.sequence}: {error}")
            continue
        if (row.kind, row.number, row.version) != (entry.kind, entry.number, entry.version):
            faults.append(f"ledger entry {row.sequence}: its columns name {row.kind} {row.number} {row.version}")
        expected[entry.kind, entry.number] = project(entry, record)
        if isinstance(record, RecordedRun):
            raw_use |= dict.fromkeys(record.raw.digests, record.number)
        side = side_of(entry.act)
        for case in case_numbers(record, parent) if side else ():
            duties.setdefault((case, entry.actor), (side.value if side else "", entry.sequence))
    return (
        *faults,
        *_record_faults(connection, expected),
        *_raw_faults(connection, raw_use),
        *_duty_faults(connection, duties),
    )


def _duty_faults(connection: Connection, expected: dict[tuple[str, str], tuple[str, int]]) -> Iterator[str]:
    found = {(row.case_number, row.person): (row.side, row.sequence) for row in connection.execute(select(CASE_DUTY))}
    for case, person in sorted(set(found) | set(expected)):
        if found.get((case, person)) != expected.get((case, person)):
            listed, wanted = found.get((case, person)), expected.get((case, person))
            yield f"duty of {person} in case {case}: list says {listed}, the ledger {wanted}"


def _record_faults(connection: Connection, expected: dict[tuple[str, str], ProjectedRecord]) -> Iterator[str]:
    missing = dict(expected)
    for row in connection.execute(select(RECORD)):
        line = ProjectedRecord(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        wanted = missing.pop((line.kind, line.number), None)
        if wanted is None:
            yield f"list: {line.kind} {line.number} stands in no ledger entry"
        elif wanted != line:
            yield f"list: {line.kind} {line.number} is {line}, the ledger says {wanted}"
    yield from (f"list: {kind} {number} is missing" for kind, number in missing)


def _raw_faults(connection: Connection, expected: dict[str, str]) -> Iterator[str]:
    found = {row.sha256: row.run_number for row in connection.execute(select(RAW_USE))}
    for sha256 in sorted(set(found) | set(expected)):
        if found.get(sha256) != expected.get(sha256):
            yield f"raw data {sha256}: list says run {found.get(sha256)}, the ledger {expected.get(sha256)}"
