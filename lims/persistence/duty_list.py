"""The list of duties: who is on which side of which case, kept apart by the key of the table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from lims.domain.duties import Side, case_numbers, compatible, side_of
from lims.domain.record import Record
from lims.errors import DutyConflictError
from lims.ledger import LedgerEntry
from lims.persistence.tables import CASE_DUTY, LEDGER, RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One person's side of one case."""

    case_number: str
    person: str
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    side: Side
    sequence: int


def duties_of(seeing: Callable[[], Connection], record: Record, *, act: str, person: str) -> Iterator[Duty]:
    """Give the duties that an act takes; none for an act of no side.

    Parameters
    ----------
    seeing : callable
        Gives the connection on which the list of records is up to date; asked only where the record itself does not
        say its case.
    """
    side = side_of(act)
    if side is None:
        return

    def parent(kind: type[Record], number: str) -> str:
        query = select(RECORD.c.parent).where(RECORD.c.kind == kind.KIND, RECORD.c.number == number)
        return str(seeing().scalar(query) or "")

    for case in case_numbers(record, parent):
        if case:
            yield Duty(case_number=case, person=person, side=side)


def require_duty(connection: Connection, duty: Duty, *, release_by_reviewer: bool) -> bool:
    """Refuse a duty beside another one in the same case; tell whether it is taken already.

    Raises
    ------
    DutyConflictError
        Naming what the person did in that case, and when.
    """
    taken = _taken(connection, duty)
    if taken is None:
        return False
    if not compatible(taken.side, duty.side, release_by_reviewer=release_by_reviewer):
        raise _conflict(duty, taken.side, _done(connection, taken.sequence))
    return True


def take_duties(connection: Connection, record: Record, *, entry: LedgerEntry, release_by_reviewer: bool) -> None:
    """Note the duties that an entry takes; the key of the table refuses a second side, whoever looked before.

    Raises
    ------
    DutyConflictError
        If the person is on another side of the case.
    """
    for duty in duties_of(lambda: connection, record, act=entry.act, person=entry.actor):
        if require_duty(connection, duty, release_by_reviewer=release_by_reviewer):
            continue
        try:
            with connection.begin_nested():
                connection.execute(insert(CASE_DUTY).values(**_columns(duty, entry.sequence)))
        except IntegrityError as error:
            require_duty(connection, duty, release_by_reviewer=release_by_reviewer)
            raise _conflict(duty, "another act", "recorded at the same time") from error


def sides_of(connection: Connection, person: str, cases: Sequence[str]) -> dict[str, Side]:
    """Give the sides that a person has taken, by case."""
    query = select(CASE_DUTY.c.case_number, CASE_DUTY.c.side).where(
        CASE_DUTY.c.person == person, CASE_DUTY.c.case_number.in_(cases)
    )
    return {row.case_number: Side(row.side) for row in connection.execute(query)}


def relist_duties(connection: Connection, record: Record, entry: LedgerEntry) -> None:
    """Note the duties that an entry took when the list is made anew: the first act of a person in a case counts."""
    for duty in duties_of(lambda: connection, record, act=entry.act, person=entry.actor):
        if _taken(connection, duty) is None:
            connection.execute(insert(CASE_DUTY).values(**_columns(duty, entry.sequence)))


def _taken(connection: Connection, duty: Duty) -> _Taken | None:
    query = select(CASE_DUTY.c.side, CASE_DUTY.c.sequence).where(
        CASE_DUTY.c.case_number == duty.case_number, CASE_DUTY.c.person == duty.person
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _Taken(side=Side(row.side), sequence=row.sequence)


def _columns(duty: Duty, sequence: int) -> dict[str, object]:
    return {
        "case_number": duty.case_number,
        "person": duty.person,
        "side": duty.side.value,
        "sequence": sequence,
    }


def _done(connection: Connection, sequence: int) -> str:
    data = connection.scalar(select(LEDGER.c.data).where(LEDGER.c.sequence == sequence))
    if data is None:
        return f"ledger entry {sequence}"
    entry = LedgerEntry.from_bytes(bytes(data))
    return f"{entry.act} {entry.number} on {_minute(entry.recorded_at)}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _conflict(duty: Duty, taken: str, done: str) -> DutyConflictError:
    return DutyConflictError(case=duty.case_number, person=duty.person, wanted=duty.side.value, taken=taken, done=done)
