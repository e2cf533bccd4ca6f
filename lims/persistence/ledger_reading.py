"""Reading the whole ledger for a check: rows as the driver gives them, and the lists as they are at its end.

On SQLite a reader may hold up whoever writes, so the ledger is read in slices, each for a moment; only the last, with
the lists, is one transaction. PostgreSQL shows one moment for as long as it takes.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from lims.domain.record import Record, from_body
from lims.errors import LedgerError, LimsError
from lims.ledger import LedgerChecking, LedgerEntry, StoredRow
from lims.ledger.checking import Facts
from lims.persistence.index_checking import index_faults
from lims.persistence.ledger_rows import BEFORE_ALL, postgresql_rows, sliced_rows, sqlite_rows
from lims.persistence.list_comparison import ListComparison
from lims.persistence.tables import CHECKPOINT, LEDGER
from lims.persistence.transactions import begin_reading, reading
from lims.persistence.two_halves import check_in_two
from lims.services.ledger_reading import KeptCheckpoint, ListFault


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

    def checked(self, *, sizes: Iterable[int] = ()) -> LedgerChecking:
        """Check every entry and the tree, and tell nobody what they say; asked for instead of ``rows``."""
        wanted = tuple(sizes)
        size, snapshot = self._moment()
        found = check_in_two(self._engine, size=size, snapshot=snapshot, sizes=wanted, rows_to=self._rows_to)
        checking = found or LedgerChecking(sizes=wanted)
        self._rows = self._read(after=checking.result().entries if found else BEFORE_ALL)
        for rows in self._rows:
            checking.add(rows)
        return checking

    def _moment(self) -> tuple[int, str]:
        """Give the entries that there are, and the name of a moment that another process can see too."""
        size = select(func.max(LEDGER.c.sequence))
        if self._is_sqlite:
            with reading(self._engine) as connection:
                return int(connection.scalar(size) or 0), ""
        self._last = begin_reading(self._engine)
        return int(self._last.scalar(size) or 0), str(self._last.scalar(select(func.pg_export_snapshot())))

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def _rows_to(self, place: int) -> Iterator[list[StoredRow]]:
        if self._last is not None:
            return postgresql_rows(_driver(self._last), upto=place)
        return sliced_rows(self._slice, upto=place)

    @contextmanager
    def _slice(self) -> Iterator[Any]:
        with reading(self._engine) as connection:
            yield _driver(connection)

    def _read(self, *, after: int = BEFORE_ALL) -> Generator[list[StoredRow], None, None]:
        if self._is_sqlite:
            for rows in sliced_rows(self._slice, after=after):
                after = rows[-1][0]
                yield rows
        if self._last is None:
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
        for rows in _rows(self._last):
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


def _rows(connection: Connection, *, after: int = BEFORE_ALL) -> Iterator[list[StoredRow]]:
    rows = sqlite_rows if connection.dialect.name == "sqlite" else postgresql_rows
    return rows(_driver(connection), after=after)


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
