"""The lists of custody: who or what has each exhibit, and which seal was used on which, kept apart by their keys."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lims.custody_errors import SealUsedError
from lims.domain.custody import Custody, EventKind, HolderKind
from lims.domain.record import Record
from lims.errors import StaleVersionError
from lims.persistence.tables import HOLDING, SEAL_USE, can_be_stored


def holding_columns(custody: Custody, sequence: int) -> dict[str, object]:
    """Give the line of an exhibit, in the order of the table's columns."""
    expected = custody.expected_return
    return {
        "exhibit_number": custody.number,
        "holder_kind": custody.holder.kind.value,
        "holder": custody.holder.name,
        "expected_return": expected.isoformat() if expected else "",
        "version": custody.version,
        "sequence": sequence,
    }


def seals_of(custody: Custody) -> Iterator[str]:
    """Give the seal that an event brings: on receipt, or put on."""
    if custody.version == 1 and custody.seal:
        yield custody.seal
    elif custody.event.kind is EventKind.SEAL_CLOSED and custody.event.seal is not None:
        yield custody.event.seal.number


def take_holding(connection: Connection, record: Record, *, sequence: int) -> None:
    """Move an exhibit in the lists; the keys refuse a second holder and a seal's second use, whoever looked before.

    Raises
    ------
    StaleVersionError
        If the exhibit was moved meanwhile.
    SealUsedError
        If a seal that is put on was used before.
    """
    if not isinstance(record, Custody):
        return
    columns = holding_columns(record, sequence)
    where = (HOLDING.c.exhibit_number == record.number, HOLDING.c.version == record.version - 1)
    moved = connection.execute(update(HOLDING).where(*where).values(**columns)).rowcount
    if not moved:
        _add_holding(connection, record, columns)
    for seal in seals_of(record):
        _use_seal(connection, seal, record, sequence)


def relist_holding(connection: Connection, record: Record, *, sequence: int) -> None:
    """Bring the lists up to an entry when they are made anew: the newest holder counts, and a seal's first use."""
    if not isinstance(record, Custody):
        return
    columns = holding_columns(record, sequence)
    where = HOLDING.c.exhibit_number == record.number
    if not connection.execute(update(HOLDING).where(where).values(**columns)).rowcount:
        connection.execute(insert(HOLDING).values(**columns))
    for seal in seals_of(record):
        if seal_exhibit(connection, seal) is None:
            connection.execute(insert(SEAL_USE).values(_seal_columns(seal, record, sequence)))


def held_in(
    connection: Connection, kind: HolderKind, name: str, *, limit: int | None = None, offset: int = 0
) -> tuple[str, ...]:
    """Name the exhibits that a holder has, in order: all of them, or one page."""
    if not can_be_stored(name):
        return ()
    query = select(HOLDING.c.exhibit_number).where(HOLDING.c.holder_kind == kind.value, HOLDING.c.holder == name)
    return tuple(connection.scalars(query.order_by(HOLDING.c.exhibit_number).limit(limit).offset(offset)))


def count_held(connection: Connection, kind: HolderKind) -> dict[str, int]:
    """Count the exhibits of each holder of a kind."""
    query = select(HOLDING.c.holder, func.count()).where(HOLDING.c.holder_kind == kind.value)
    return {holder: int(count) for holder, count in connection.execute(query.group_by(HOLDING.c.holder))}


def expected_back(connection: Connection, before: date) -> tuple[str, ...]:
    """Name the exhibits that were to be given back before a day and are with the same holder still."""
    due = (HOLDING.c.expected_return != "") & (HOLDING.c.expected_return < before.isoformat())
    query = select(HOLDING.c.exhibit_number).where(due)
    return tuple(connection.scalars(query.order_by(HOLDING.c.expected_return, HOLDING.c.exhibit_number)))


def seal_exhibit(connection: Connection, seal: str) -> str | None:
    """Give the exhibit on which a seal was first seen; None if it never was."""
    if not can_be_stored(seal):
        return None
    return connection.scalar(select(SEAL_USE.c.exhibit_number).where(SEAL_USE.c.seal == seal))


def _add_holding(connection: Connection, custody: Custody, columns: dict[str, object]) -> None:
    if custody.version != 1:
        raise StaleVersionError(custody.KIND, custody.number, custody.version)
    try:
        with connection.begin_nested():
            connection.execute(insert(HOLDING).values(**columns))
    except IntegrityError as error:
        raise StaleVersionError(custody.KIND, custody.number, custody.version) from error


def _use_seal(connection: Connection, seal: str, custody: Custody, sequence: int) -> None:
    """Note a seal; on receipt another laboratory's number may stand here already, and stays where it was first."""
    holder = seal_exhibit(connection, seal)
    if holder is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(SEAL_USE).values(_seal_columns(seal, custody, sequence)))
        except IntegrityError as error:
            raise SealUsedError(seal, seal_exhibit(connection, seal) or "another") from error
    elif custody.version != 1:
        raise SealUsedError(seal, holder)


def _seal_columns(seal: str, custody: Custody, sequence: int) -> dict[str, object]:
    return {"seal": seal, "exhibit_number": custody.number, "sequence": sequence}
