"""Reading the whole ledger for a check: rows as the driver gives them, and the lists as they are at its end.

On SQLite a reader may hold up whoever writes, so the ledger is read in slices, each for a moment; only the last, with
the lists, is one transaction. PostgreSQL shows one moment for as long as it takes.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, select

from lims.domain.record import Record, from_body
from lims.errors import LedgerError, LimsError
from lims.ledger import LedgerChecking, LedgerEntry, StoredRow
from lims.ledger.checking import Facts
from lims.persistence.index_checking import index_faults
from lims.persistence.list_comparison import ListComparison
from lims.persistence.tables import CHECKPOINT, LEDGER
from lims.persistence.transactions import begin_reading, reading
from lims.services.ledger_reading import KeptCheckpoint, ListFault

_COLUMNS = "sequence, kind, number, version, leaf, data"
_AT_ONCE = 500
_SLICE = 8000
"""Rows that SQLite gives in one transaction: about 50 ms."""
_BEFORE_ALL = -(2**63)


class SqlLedgerReading:
    """One look at the ledger from its first row to its end, and at the lists that belong to that end."""

    def __init__(self, engine: Engine) -> None:
        """Open nothing yet."""
        self._engine = engine
        self._last: Connection | None = None
        self._rows: Generator[list[StoredRow], None, None] | None = None
        self._comparison = ListComparison(self._parent_in_ledger)

    def close(self) -> None:
        """End the transaction of the last slice; a cursor that was not read to its end before its connection."""
        if self._rows is not None:
            self._rows.close()
        if self._last is not None:
            self._last.close()
            self._last = None

    def checkpoints(self) -> tuple[KeptCheckpoint, ...]:
        """Give the kept checkpoints in their order."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.sequence))
            return tuple(KeptCheckpoint(sequence=row.sequence, size=row.size, note=bytes(row.note)) for row in rows)

    def rows(self) -> Iterator[list[StoredRow]]:
        """Give every row in the order of its place, some hundred at a time; asked for once."""
        self._rows = self._read()
        return self._rows

    def _read(self) -> Generator[list[StoredRow], None, None]:
        after = _BEFORE_ALL
        if self._engine.dialect.name == "sqlite":
            count = _SLICE
            while count == _SLICE:
                count = 0
                with reading(self._engine) as connection:
                    for rows in _sqlite_rows(connection, after=after, limit=_SLICE):
                        count, after = count + len(rows), rows[-1][0]
                        yield rows
        self._last = begin_reading(self._engine)
        yield from _rows(self._last, after=after)

    def note(self, facts: Facts) -> None:
        """Tell the lists what the next entry says."""
        self._comparison.note(facts)

    def list_faults(self, checking: LedgerChecking) -> tuple[ListFault, ...]:
        """Compare every list with what the entries said, and the indexes with their rows, when all rows are read."""
        if self._last is None:
            raise LedgerError("the lists are compared before the ledger was read to its end")
        lists = self._comparison.faults(self._last, checking.tree, self._facts_again)
        return (*lists, *index_faults(self._last))

    def _facts_again(self) -> Iterable[Facts]:
        if self._last is None:
            raise LedgerError("the ledger is read again outside its reading")
        told: list[Facts] = []
        checking = LedgerChecking(observe=told.append)
        for rows in _rows(self._last, after=_BEFORE_ALL):
            checking.add(rows)
            yield from told
            told.clear()

    def _parent_in_ledger(self, kind: type[Record], number: str) -> str:
        query = select(LEDGER.c.data).where(LEDGER.c.kind == kind.KIND, LEDGER.c.number == number)
        with reading(self._engine) as connection:
            data = connection.scalar(query.order_by(LEDGER.c.version.desc()).limit(1))
        try:
            return "" if data is None else from_body(kind, LedgerEntry.from_bytes(bytes(data)).body).parent
        except LimsError:
            return ""  # the check of that entry says what is wrong with it


@contextmanager
def ledger_reading(engine: Engine) -> Iterator[SqlLedgerReading]:
    """Read the ledger for as long as the context lasts."""
    found = SqlLedgerReading(engine)
    try:
        yield found
    finally:
        found.close()


def _rows(connection: Connection, *, after: int) -> Iterator[list[StoredRow]]:
    if connection.dialect.name == "sqlite":
        return _sqlite_rows(connection, after=after, limit=-1)
    return _postgresql_rows(connection, after=after)


def _sqlite_rows(connection: Connection, *, after: int, limit: int) -> Iterator[list[StoredRow]]:
    query = f"SELECT {_COLUMNS} FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ?"  # noqa: S608 - fixed names
    cursor = _driver(connection).execute(query, (after, limit))
    return _batches(lambda: cursor.fetchmany(_AT_ONCE))


def _postgresql_rows(connection: Connection, *, after: int) -> Iterator[list[StoredRow]]:
    query = f"SELECT {_COLUMNS} FROM ledger WHERE sequence > %s ORDER BY sequence"  # noqa: S608 - fixed names
    with _driver(connection).cursor(name="aigaq_ledger", binary=True) as cursor:
        cursor.execute(query, (after,))
        yield from _batches(lambda: cursor.fetchmany(_AT_ONCE))


def _batches(fetch: Callable[[], list[StoredRow]]) -> Iterator[list[StoredRow]]:
    while rows := fetch():
        yield rows


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - sqlite3 or psycopg, each with methods of its own
    """Give the driver's own connection: the rows are a million, and nothing of SQLAlchemy is needed for them."""
    return connection.connection.driver_connection


def list_faults(engine: Engine) -> tuple[ListFault, ...]:
    """Compare every list with the ledger, without telling what else is wrong with its entries."""
    with ledger_reading(engine) as found:
        checking = LedgerChecking(observe=found.note)
        for rows in found.rows():
            checking.add(rows)
        return found.list_faults(checking)
