"""The clock held against its last reading at each writing transaction; one reading is kept for each start."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, func, insert, select

from lims.domain.clock import RENEWED_AFTER, ClockChange, ClockReading, jump_between
from lims.ledger.entry import moment_text, read_moment
from lims.persistence.tables import CLOCK_READING, LEDGER

ReadClock = Callable[[], ClockReading | None]
"""Reads the clock; None where the computer does not count the time since its start."""


def notice_jump(connection: Connection, reading: ClockReading) -> ClockChange | None:
    """Compare a reading with the one that is kept; give the jump between the two, if there is one.

    The first reading of a start is kept; later ones take its place after a jump and when it has grown old.
    """
    kept = _kept(connection, reading.boot_id)
    if kept is None:
        keep_reading(connection, reading)
        return None
    agrees = reading.agrees_with(kept)
    if not agrees or reading.elapsed_since(kept) > RENEWED_AFTER:
        keep_reading(connection, reading)
    return None if agrees else jump_between(kept, reading, version=_next_version(connection, reading.boot_id))


def keep_reading(connection: Connection, reading: ClockReading) -> None:
    """Keep a reading in place of the one before of the same start."""
    connection.execute(delete(CLOCK_READING).where(CLOCK_READING.c.boot_id == reading.boot_id))
    connection.execute(
        insert(CLOCK_READING).values(
            boot_id=reading.boot_id,
            boot_time_us=reading.boot_time_us,
            wall_time=moment_text(reading.wall_time),
        )
    )


def _kept(connection: Connection, boot_id: str) -> ClockReading | None:
    row = connection.execute(select(CLOCK_READING).where(CLOCK_READING.c.boot_id == boot_id)).one_or_none()
    if row is None:
        return None
    return ClockReading(boot_id=row.boot_id, boot_time_us=row.boot_time_us, wall_time=read_moment(row.wall_time))


def _next_version(connection: Connection, boot_id: str) -> int:
    query = select(func.max(LEDGER.c.version)).where(LEDGER.c.kind == ClockChange.KIND, LEDGER.c.number == boot_id)
    return int(connection.scalar(query) or 0) + 1
