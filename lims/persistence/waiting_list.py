"""The list of what waits: one line for each topic of a record, replaced by what a newer entry says of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from lims.domain.record import Record
from lims.domain.waiting import ENDING, WEIGHT, Job, Waiting, waiting_of
from lims.domain.work_queue import BEGUN, WaitingLine, Whose
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


def lines_for(connection: Connection, whose: Whose, *, until: date, limit: int | None) -> tuple[WaitingLine, ...]:
    """Give what waits for one person, by name or for the roles, of each job the oldest first.

    What the person may not do and what names somebody else is left where it lies: a queue of some hundred lines is not
    read out of those of the whole laboratory.
    """
    named = select(WAITING.c.job).where(WAITING.c.person == whose.person, WAITING.c.job != "").distinct()
    own = {Job(job) for job in connection.scalars(named)}
    asked: list[tuple[Job, str | None]] = [(job, None) for job in Job if job in whose.of_the_role]
    asked += [(job, "") for job in Job if job in whose.jobs - whose.of_the_role]
    asked += [(job, whose.person) for job in Job if job in own - whose.of_the_role]
    return tuple(line for job, person in asked for line in _of_job(connection, job, until, limit, person=person))


def lines_of_cases(connection: Connection, cases: Sequence[str], *, until: date) -> tuple[WaitingLine, ...]:
    """Give what waits in these cases; the empty one stands for what has none, or several."""
    query = select(WAITING).where(WAITING.c.case_number.in_(cases), WAITING.c.job != "")
    found = connection.execute(query.order_by(WAITING.c.sequence, WAITING.c.number))
    lines = (_line(row, Job(row.job)) for row in found)
    last = until.isoformat()
    return tuple(one for one in lines if one.what.job not in ENDING or _ends_by(one.what, last))


def _ends_by(what: Waiting, last: str) -> bool:
    return what.due is not None and what.due.isoformat() <= last


def work_going_on(connection: Connection, exhibits: Sequence[str]) -> Iterator[tuple[Job, str]]:
    """Give the jobs that wait for these exhibits and say that work has begun on them."""
    query = select(WAITING.c.job, WAITING.c.exhibit_number).where(
        WAITING.c.exhibit_number.in_(exhibits), WAITING.c.job.in_([one.value for one in BEGUN])
    )
    yield from ((Job(row[0]), str(row[1])) for row in connection.execute(query))


def _of_job(
    connection: Connection, job: Job, until: date, limit: int | None, *, person: str | None = None
) -> Iterator[WaitingLine]:
    query = select(WAITING).where(WAITING.c.job == job.value).order_by(WAITING.c.sequence, WAITING.c.number)
    if person is not None:
        query = query.where(WAITING.c.person == person)
    if job in ENDING:
        query = query.where(WAITING.c.due <= until.isoformat())
    elif job is Job.WEIGH:  # of all exhibits that were never weighed only those on which work has begun
        begun = WAITING.alias()
        exhibits = select(begun.c.exhibit_number).where(begun.c.job.in_([one.value for one in BEGUN]))
        query = query.where(WAITING.c.topic == WEIGHT, WAITING.c.number.in_(exhibits))
    rows = connection.execute(query if limit is None else query.limit(limit))
    yield from (_line(row, job) for row in rows)


def count_waiting(connection: Connection, *, until: date, whose: Whose | None = None) -> dict[Job, int]:
    """Count what waits, by job; missing weighings are not counted, because most of them do not wait yet."""
    here = or_(WAITING.c.job.not_in([job.value for job in ENDING]), WAITING.c.due <= until.isoformat())
    query = (
        select(WAITING.c.job, func.count())
        .where(WAITING.c.job.not_in(["", Job.WEIGH.value]), here)
        .group_by(WAITING.c.job)
    )
    if whose is not None:
        jobs = sorted(job.value for job in whose.jobs)
        query = query.where(WAITING.c.person.in_(["", whose.person]), WAITING.c.job.in_(jobs))
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
