"""The store of records: transactions over the ledger and the lists made from it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from lims import __version__
from lims.domain.record import Record, body_of, from_body
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.errors import DuplicateRawDataError, LedgerError, NotFoundError, StaleVersionError
from lims.ledger import GENESIS, JsonValue, LedgerEntry, StoredEntry, leaf_hash
from lims.ledger.entry import moment_text
from lims.persistence.projections import ProjectedRecord, compare_with_ledger, project
from lims.persistence.tables import LEDGER, RAW_USE, RECORD, can_be_stored
from lims.services.ports import LedgerHead, ListedRecord

R = TypeVar("R", bound=Record)
_CLOCK_SLACK = timedelta(seconds=2)
"""A clock set back by less is evened out; by more, the act is refused."""
_STREAM = 1000


class SqlStore:
    """Records in SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine made by ``open_engine``."""
        self._engine = engine

    def unit_of_work(self) -> "SqlUnitOfWork":
        """Begin a transaction that may write: the only writer as long as it lasts."""
        return SqlUnitOfWork(self._engine, write=True)

    def reading(self) -> "SqlUnitOfWork":
        """Begin a transaction that only reads."""
        return SqlUnitOfWork(self._engine, write=False)

    def entries(self) -> Iterator[StoredEntry]:
        """Give every ledger entry in order, a thousand at a time."""
        columns = (LEDGER.c.sequence, LEDGER.c.data, LEDGER.c.leaf)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_STREAM).execute(select(*columns).order_by(LEDGER.c.sequence))
            for sequence, data, leaf in rows:
                yield StoredEntry(sequence=sequence, data=bytes(data), leaf=leaf)

    def faults(self) -> tuple[str, ...]:
        """Compare the ledger's finding columns and every list with the ledger's bytes."""
        with self._engine.connect() as connection, connection.begin():
            return compare_with_ledger(connection)


class SqlUnitOfWork:
    """One transaction; left without ``commit`` it is rolled back."""

    def __init__(self, engine: Engine, *, write: bool) -> None:
        """Remember what to open."""
        self._engine = engine
        self._write = write
        self._open: Connection | None = None

    def __enter__(self) -> Self:
        """Begin; a writing transaction waits for the one before it."""
        with ExitStack() as stack:
            connection = stack.enter_context(self._engine.connect().execution_options(write=self._write))
            connection.begin()
            if self._write and connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE ledger IN EXCLUSIVE MODE"))  # readers go on
            stack.pop_all()  # it stays open until the end of the unit of work
        self._open = connection
        return self

    def __exit__(self, *failure: object) -> None:
        """Roll back what was not committed."""
        self._connection.close()
        self._open = None

    @property
    def _connection(self) -> Connection:
        if self._open is None:
            raise LedgerError("a unit of work is used outside its 'with' block")
        return self._open

    def load(self, kind: type[R], number: str, *, version: int | None = None) -> R:
        """Give the newest version of a record, or a stated one."""
        named = number if version is None else f"{number} version {version}"
        if not can_be_stored(number):
            raise NotFoundError(kind.KIND, named)
        query = select(LEDGER.c.data).where(LEDGER.c.kind == kind.KIND, LEDGER.c.number == number)
        if version is not None:
            query = query.where(LEDGER.c.version == version)
        row = self._connection.execute(query.order_by(LEDGER.c.version.desc()).limit(1)).one_or_none()
        if row is None:
            raise NotFoundError(kind.KIND, named)
        return from_body(kind, LedgerEntry.from_bytes(bytes(row.data)).body)

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        """Give the newest versions of all records that belong to another, oldest first."""
        if not can_be_stored(parent):
            return ()
        numbers = self._connection.scalars(
            select(RECORD.c.number)
            .join(LEDGER, (LEDGER.c.kind == RECORD.c.kind) & (LEDGER.c.number == RECORD.c.number))
            .where(RECORD.c.kind == kind.KIND, RECORD.c.parent == parent, LEDGER.c.version == 1)
            .order_by(LEDGER.c.sequence)
        ).all()
        return tuple(self.load(kind, number) for number in numbers)

    def listed(self, kind: type[Record], *, limit: int, offset: int = 0) -> tuple[ListedRecord, ...]:
        """Give one page of a list, newest first."""
        rows = self._connection.execute(
            select(RECORD)
            .where(RECORD.c.kind == kind.KIND)
            .order_by(RECORD.c.sequence.desc())
            .limit(limit)
            .offset(offset)
        )
        return tuple(
            ListedRecord(
                kind=row.kind,
                number=row.number,
                version=row.version,
                parent=row.parent,
                state=row.state,
                title=row.title,
                recorded_at=datetime.fromisoformat(row.recorded_at),
            )
            for row in rows
        )

    def count(self, kind: type[Record], *, prefix: str = "") -> int:
        """Count the records of a kind whose number begins with a prefix."""
        query = select(func.count()).where(
            RECORD.c.kind == kind.KIND, RECORD.c.number.startswith(prefix, autoescape=True)
        )
        return int(self._connection.scalar(query) or 0)

    def run_with_raw(self, sha256: str) -> str | None:
        """Give the number of the run that has these raw data, if any."""
        return self._connection.scalar(select(RAW_USE.c.run_number).where(RAW_USE.c.sha256 == sha256))

    def head(self) -> LedgerHead:
        """Give the end of the ledger as this transaction sees it."""
        row = self._newest()
        return LedgerHead(entries=row[0], leaf=row[1])

    def record(
        self,
        record: Record,
        *,
        act: str,
        actor: StaffMember,
        at: datetime,
        raw: Sequence[str] = (),
        signature: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Append one act to the ledger and bring the lists up to it."""
        sequence, previous, newest = self._newest()
        entry = LedgerEntry(
            sequence=sequence + 1,
            previous=previous,
            recorded_at=_not_before(at, newest),
            actor=actor.number,
            act=act,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            body=body_of(record),
            raw=tuple(raw),
            signature=signature,
            software=__version__,
        )
        self._append(entry)
        self._list(entry, record)

    def commit(self) -> None:
        """Make everything recorded in this transaction durable."""
        self._connection.commit()

    def _newest(self) -> tuple[int, str, datetime | None]:
        row = self._connection.execute(
            select(LEDGER.c.sequence, LEDGER.c.leaf, LEDGER.c.data).order_by(LEDGER.c.sequence.desc()).limit(1)
        ).one_or_none()
        if row is None:
            return 0, GENESIS, None
        return row.sequence, row.leaf, LedgerEntry.from_bytes(bytes(row.data)).recorded_at

    def _append(self, entry: LedgerEntry) -> None:
        data = entry.to_bytes()
        taken = self._connection.scalar(
            select(func.max(LEDGER.c.version)).where(LEDGER.c.kind == entry.kind, LEDGER.c.number == entry.number)
        )
        if entry.version != (taken or 0) + 1:
            raise StaleVersionError(entry.kind, entry.number, entry.version)
        try:
            self._connection.execute(
                insert(LEDGER).values(
                    sequence=entry.sequence,
                    kind=entry.kind,
                    number=entry.number,
                    version=entry.version,
                    leaf=leaf_hash(data),
                    data=data,
                )
            )
        except IntegrityError as error:
            raise StaleVersionError(entry.kind, entry.number, entry.version) from error

    def _list(self, entry: LedgerEntry, record: Record) -> None:
        line = project(entry, record)
        values = _columns(line)
        changed = self._connection.execute(
            update(RECORD).where(RECORD.c.kind == line.kind, RECORD.c.number == line.number).values(**values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(RECORD).values(**values))
        if isinstance(record, RecordedRun) and record.version == 1:
            self._claim_raw(record)

    def _claim_raw(self, run: RecordedRun) -> None:
        for sha256 in run.raw.digests:
            holder = self.run_with_raw(sha256)
            if holder is not None:
                raise DuplicateRawDataError(sha256, holder)
            self._connection.execute(insert(RAW_USE).values(sha256=sha256, run_number=run.number))


def _columns(line: ProjectedRecord) -> dict[str, object]:
    return {
        "kind": line.kind,
        "number": line.number,
        "version": line.version,
        "sequence": line.sequence,
        "parent": line.parent,
        "state": line.state,
        "title": line.title,
        "recorded_at": line.recorded_at,
    }


def _not_before(at: datetime, newest: datetime | None) -> datetime:
    """Keep the ledger's time from running backwards."""
    if newest is None or at >= newest:
        return at
    if newest - at > _CLOCK_SLACK:
        raise LedgerError(
            f"the clock says {moment_text(at)}, the newest entry {moment_text(newest)}: set the clock right"
        )
    return newest
