"""The list of what waits: one line for each topic of a record, replaced by what a newer entry says of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from lims.domain.record import Record
from lims.domain.waiting import ENDING, WEIGHT, Job, Waiting, waiting_of
from lims.domain.work_queue import BEGUN, WaitingLine
from lims.ledger import LedgerEntry
from lims.ledger.entry import moment_text
from lims.persistence.tables import RECORD, WAITING


def waiting_columns(waiting: Waiting, *, sequence: int, since: str) -> dict[str, object]:
    """Give a line, in the order of the table's columns."""
    return {
        "topic": waiting.topic,
        "number": waiting.number,
        "job": waiting.job.value if waiting.job else "",
        "person": waiting.person,
        "case_number": waiting.case_number,
        "exhibit_number": waiting.exhibit_number,
        "due": waiting.due.isoformat() if waiting.due else "",
        "sequence": sequence,
        "since": since,
    }


def list_waiting(connection: Connection, entries: Sequence[tuple[LedgerEntry, Record]]) -> None:
    """Bring the list up to these entries; the records that others belong to are listed before."""

    def parent(kind: type[Record], number: str) -> str:
        query = select(RECORD.c.parent).where(RECORD.c.kind == kind.KIND, RECORD.c.number == number)
        return str(connection.scalar(query) or "")

    lines = [
        waiting_columns(one, sequence=entry.sequence, since=moment_text(entry.recorded_at))
        for entry, record in entries
        for one in waiting_of(record, parent)
    ]
    if not lines:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(WAITING)
    changed = {column.name: statement.excluded[column.name] for column in WAITING.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=WAITING.primary_key, set_=changed)
    connection.execute(statement, lines)


def waiting_lines(
    connection: Connection, jobs: Sequence[Job], *, until: date, limit: int | None
) -> tuple[WaitingLine, ...]:
    """Give what waits for these jobs, of each the oldest first; what ends later than a day waits not yet."""
    return tuple(line for job in jobs for line in _of_job(connection, job, until, limit))


def _of_job(connection: Connection, job: Job, until: date, limit: int | None) -> Iterator[WaitingLine]:
    query = select(WAITING).where(WAITING.c.job == job.value).order_by(WAITING.c.sequence, WAITING.c.number)
    if job in ENDING:
        query = query.where(WAITING.c.due <= until.isoformat())
    elif job is Job.WEIGH:  # of all exhibits that were never weighed only those on which work has begun
        begun = WAITING.alias()
        exhibits = select(begun.c.exhibit_number).where(begun.c.job.in_([one.value for one in BEGUN]))
        query = query.where(WAITING.c.topic == WEIGHT, WAITING.c.number.in_(exhibits))
    rows = connection.execute(query if limit is None else query.limit(limit))
    yield from (_line(row, job) for row in rows)


def count_waiting(connection: Connection, *, until: date) -> dict[Job, int]:
    """Count what waits, by job; missing weighings are not counted, because most of them do not wait yet."""
    here = or_(WAITING.c.job.not_in([job.value for job in ENDING]), WAITING.c.due <= until.isoformat())
    query = (
        select(WAITING.c.job, func.count())
        .where(WAITING.c.job.not_in(["", Job.WEIGH.value]), here)
        .group_by(WAITING.c.job)
    )
    return {Job(row[0]): row[1] for row in connection.execute(query)}


def _line(row: Row[tuple[object, ...]], job: Job) -> WaitingLine:
    waiting = Waiting(
        topic=row.topic,
        number=row.number,
        job=job,
        person=row.person,
        case_number=row.case_number,
        exhibit_number=row.exhibit_number,
        due=date.fromisoformat(row.due) if row.due else None,
    )
    return WaitingLine(what=waiting, since=datetime.fromisoformat(row.since))
