"""The store of records: transactions over the ledger and the lists made from it."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import chain
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Row, func, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lims.domain.custody import HolderKind
from lims.domain.donor import Donor, IdentityField, PersonalValue
from lims.domain.duties import Side
from lims.domain.grounds import Ground, Name
from lims.domain.permissions import Act
from lims.domain.record import Record
from lims.domain.staff import SYSTEM, StaffMember
from lims.domain.waiting import Job
from lims.domain.work_queue import WaitingLine, Whose
from lims.errors import LedgerError, LimsError, NotFoundError
from lims.ledger import JsonValue, LedgerEntry, StoredEntry
from lims.persistence.appending import Appender
from lims.persistence.at_work import at_work
from lims.persistence.clock_watch import ReadClock
from lims.persistence.decoding import decoded
from lims.persistence.duty_list import sides_of
from lims.persistence.finding_entries import find_entries
from lims.persistence.ground_list import grounds_below, grounds_under
from lims.persistence.holding_list import count_held, expected_back, held_in, seal_exhibit
from lims.persistence.ledger_reading import SqlLedgerReading, ledger_reading, list_faults
from lims.persistence.listing import rebuild_lists
from lims.persistence.personal_data import erase_personal, keep_personal, personal_of
from lims.persistence.raw_named_list import named_raw
from lims.persistence.rights import Door
from lims.persistence.roles import separation
from lims.persistence.tables import CHECKPOINT, LEDGER, RAW_USE, RECORD, can_be_stored
from lims.persistence.transactions import begin_reading, begin_writing, reading, writing
from lims.persistence.tree import SqlLedgerTree, read_range
from lims.persistence.waiting_list import count_waiting, lines_for, lines_of_cases, waiting_lines, work_going_on
from lims.persistence.word_search import has_words
from lims.services.ledger_reading import KeptCheckpoint, ListFault
from lims.services.named_raw import NamedRaw
from lims.services.permitting import Rights
from lims.services.ports import LedgerHead, ListedRecord
from lims.services.voiding import may_void, voided_by

R = TypeVar("R", bound=Record)
_LOG = logging.getLogger(__name__)
_STREAM = 1000


class SqlStore:
    """Records in SQLite or PostgreSQL."""

    def __init__(
        self,
        engine: Engine,
        after_commit: Callable[[LedgerHead], None] | None = None,
        *,
        rights: Rights = Rights(),  # noqa: B008 - frozen
        read_clock: ReadClock = lambda: None,
    ) -> None:
        """Use an engine made by ``open_engine``.

        Parameters
        ----------
        engine : Engine
        after_commit : callable, optional
            Told the head after each transaction that appended entries, when that has ended. What it raises is
            logged: the act is done and stays done.
        rights : Rights, optional
            What the installation chose about rights; every act is held against them.
        read_clock : callable, optional
            Reads the clock beside the time since the computer's start; a clock that was set is then noticed.
        """
        self._read_clock = read_clock
        self._engine = engine
        self._after_commit = after_commit
        self._rights = rights

    def unit_of_work(self) -> "SqlUnitOfWork":
        """Begin a transaction that may write: the only writer as long as it lasts."""
        return SqlUnitOfWork(
            self._engine,
            write=True,
            after_commit=self._after_commit,
            rights=self._rights,
            read_clock=self._read_clock,
        )

    def reading(self) -> "SqlUnitOfWork":
        """Begin a transaction that only reads."""
        return SqlUnitOfWork(self._engine, write=False, rights=self._rights)

    def at_work(self, name: str) -> AbstractContextManager[bool]:
        """Hold a name as long as a piece of work lasts, by a lock that ends with this process."""
        return at_work(self._engine, name)

    def entries(self, *, after: int = 0) -> Iterator[StoredEntry]:
        """Give every ledger entry behind a place in order, a thousand at a time."""
        query = select(LEDGER.c.sequence, LEDGER.c.data, LEDGER.c.leaf).where(LEDGER.c.sequence > after)
        with reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=_STREAM).execute(query.order_by(LEDGER.c.sequence))
            for sequence, data, leaf in rows:
                yield StoredEntry(sequence=sequence, data=bytes(data), leaf=leaf)

    def entries_about(self, kinds: Sequence[type[Record]]) -> Iterator[StoredEntry]:
        """Give the entries about records of some kinds in order; there are few of them."""
        query = select(LEDGER.c.sequence, LEDGER.c.data, LEDGER.c.leaf)
        query = query.where(LEDGER.c.kind.in_([kind.KIND for kind in kinds])).order_by(LEDGER.c.sequence)
        with reading(self._engine) as connection:
            for sequence, data, leaf in connection.execute(query):
                yield StoredEntry(sequence=sequence, data=bytes(data), leaf=leaf)

    def entries_of(self, kinds: Collection[str], *, begins: str = "") -> Iterator[StoredEntry]:
        """Give the entries of some kinds whose number begins with a text, in order."""
        with reading(self._engine) as connection:
            yield from find_entries(connection, kinds, begins=begins)

    def named_raw(self) -> NamedRaw:
        """Give the raw objects that the ledger names, from the list of them."""
        with reading(self._engine) as connection:
            return named_raw(connection)

    def entry(self, sequence: int) -> StoredEntry | None:
        """Give one ledger entry; None if there is none at that place."""
        query = select(LEDGER.c.sequence, LEDGER.c.data, LEDGER.c.leaf).where(LEDGER.c.sequence == sequence)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else StoredEntry(sequence=row.sequence, data=bytes(row.data), leaf=row.leaf)

    def tree(self) -> SqlLedgerTree:
        """Give the Merkle tree over the ledger as it is now."""
        with reading(self._engine) as connection:
            return SqlLedgerTree(lambda: reading(self._engine), read_range(connection))

    def checkpoints(self) -> tuple[bytes, ...]:
        """Give every signed checkpoint in the order in which they were kept."""
        with reading(self._engine) as connection:
            notes = connection.scalars(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.sequence))
            return tuple(bytes(note) for note in notes)

    def newest_checkpoint(self) -> KeptCheckpoint | None:
        """Give the checkpoint that was kept last."""
        query = select(CHECKPOINT).order_by(CHECKPOINT.c.sequence.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else KeptCheckpoint(sequence=row.sequence, size=row.size, note=bytes(row.note))

    def keep_checkpoint(self, note: bytes, *, size: int) -> None:
        """Keep a signed checkpoint for good; the newest one is not kept twice."""
        with writing(self._engine) as connection:
            entries = read_range(connection, lock=True).size
            last = select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.sequence.desc()).limit(1)
            if connection.scalar(last) == note:
                return
            newest = connection.execute(
                select(func.count().label("kept"), func.coalesce(func.max(CHECKPOINT.c.size), 0).label("size"))
            ).one()
            if not newest.size <= size <= entries:
                raise LedgerError(
                    f"a checkpoint of {size} entries; the newest has {newest.size}, the ledger {entries} entries"
                )
            connection.execute(insert(CHECKPOINT).values(sequence=newest.kept + 1, size=size, note=note))

    def rebuild_lists(self) -> None:
        """Make every list anew from the ledger, in one transaction."""
        with writing(self._engine) as connection:
            rebuild_lists(connection)

    def separation(self) -> str:
        """Say what the application's own account could do to the ledger; empty if it can only append."""
        return separation(self._engine)

    def checking(self) -> AbstractContextManager[SqlLedgerReading]:
        """Read the whole ledger and its lists for as long as the context lasts."""
        return ledger_reading(self._engine)

    def faults(self) -> tuple[ListFault, ...]:
        """Compare every list with the ledger's bytes."""
        return list_faults(self._engine)


class SqlUnitOfWork:
    """One transaction; left without ``commit`` it is rolled back."""

    def __init__(
        self,
        engine: Engine,
        *,
        write: bool,
        rights: Rights,
        after_commit: Callable[[LedgerHead], None] | None = None,
        read_clock: ReadClock = lambda: None,
    ) -> None:
        """Remember what to open."""
        self._read_clock = read_clock
        self._rights = rights
        self._door = self._new_door()
        self._engine = engine
        self._write = write
        self._after_commit = after_commit
        self._open: Connection | None = None
        self._appender: Appender | None = None
        self._committed: LedgerHead | None = None
        self._edits: list[tuple[Record, str, datetime]] = []

    def __enter__(self) -> Self:
        """Begin; a writing transaction waits for the one before it."""
        self._door = self._new_door()
        self._committed = None
        self._edits = []
        if not self._write:
            self._open = begin_reading(self._engine)
            return self
        self._open = begin_writing(self._engine)
        try:
            self._end()  # which holds the head from here on
        except (LimsError, SQLAlchemyError):
            self._close()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        """Roll back what was not committed; tell the head of what was."""
        self._connection()
        self._close()
        if self._committed is not None and self._after_commit is not None:
            _tell(self._after_commit, self._committed)

    def _new_door(self) -> Door:
        """Give a door that has seen nobody yet."""
        return Door(self, self._rights, lambda: self._seeing)

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._appender = None

    def _connection(self) -> Connection:
        if self._open is None:
            raise LedgerError("a unit of work is used outside its 'with' block")
        return self._open

    @property
    def _seeing(self) -> Connection:
        """Give the connection to read from, with everything recorded so far in its tables."""
        connection = self._connection()
        if self._appender is not None:
            self._appender.flush()
        return connection

    def _end(self) -> Appender:
        connection = self._connection()
        if self._appender is None:
            self._appender = Appender(
                connection,
                lock=self._write,
                read_clock=self._read_clock,
                release_by_reviewer=self._rights.release_by_reviewer,
            )
        return self._appender

    def load(self, kind: type[R], number: str, *, version: int | None = None) -> R:
        """Give the newest version of a record, or a stated one."""
        return decoded(kind, self._data(kind, number, version))

    def entry_of(self, kind: type[Record], number: str, *, version: int) -> LedgerEntry:
        """Give the ledger entry that made one version of a record."""
        return LedgerEntry.from_bytes(self._data(kind, number, version))

    def _data(self, kind: type[Record], number: str, version: int | None) -> bytes:
        named = number if version is None else f"{number} version {version}"
        if not can_be_stored(number):
            raise NotFoundError(kind.KIND, named)
        query = select(LEDGER.c.data).where(LEDGER.c.kind == kind.KIND, LEDGER.c.number == number)
        if version is not None:
            query = query.where(LEDGER.c.version == version)
        row = self._seeing.execute(query.order_by(LEDGER.c.version.desc()).limit(1)).one_or_none()
        if row is None:
            raise NotFoundError(kind.KIND, named)
        return bytes(row.data)

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        """Give the newest versions of all records that belong to another, oldest first."""
        if not can_be_stored(parent):
            return ()
        first = LEDGER.alias()
        newest = (LEDGER.c.sequence == RECORD.c.sequence) & (RECORD.c.kind == kind.KIND) & (RECORD.c.parent == parent)
        begun = (first.c.kind == RECORD.c.kind) & (first.c.number == RECORD.c.number) & (first.c.version == 1)
        query = select(LEDGER.c.data).join(RECORD, newest).join(first, begun).order_by(first.c.sequence)
        return tuple(decoded(kind, bytes(data)) for data in self._seeing.scalars(query))

    def several(self, kind: type[R], numbers: Sequence[str]) -> tuple[R, ...]:
        """Give the newest versions of named records; of one that is not there, none."""
        newest = (LEDGER.c.sequence == RECORD.c.sequence) & (RECORD.c.kind == kind.KIND)
        query = select(LEDGER.c.data).join(RECORD, newest)
        found = chain.from_iterable(
            self._seeing.scalars(query.where(RECORD.c.number.in_(some))) for some in _batched(numbers)
        )
        return tuple(decoded(kind, bytes(data)) for data in found)

    def listed(
        self, kind: type[Record], *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[ListedRecord, ...]:
        """Give one page of a list, newest first."""
        if not can_be_stored(words):
            return ()
        connection = self._seeing
        query = select(RECORD).where(RECORD.c.kind == kind.KIND)
        if states:
            query = query.where(RECORD.c.state.in_(states))
        if words:
            query = query.where(has_words(connection, words, RECORD.c.number, RECORD.c.title))
        rows = connection.execute(query.order_by(RECORD.c.sequence.desc()).limit(limit).offset(offset))
        return tuple(_listed(row) for row in rows)

    def count(self, kind: type[Record], *, prefix: str = "") -> int:
        """Count the records of a kind whose number begins with a prefix."""
        query = select(func.count()).where(
            RECORD.c.kind == kind.KIND, RECORD.c.number.startswith(prefix, autoescape=True)
        )
        return int(self._seeing.scalar(query) or 0)

    def lines(self, kind: type[Record], numbers: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of named records; of one that is not there, none."""
        found = chain.from_iterable(
            self._seeing.execute(select(RECORD).where(RECORD.c.kind == kind.KIND, RECORD.c.number.in_(some)))
            for some in _batched(numbers)
        )
        return tuple(_listed(row) for row in found)

    def lines_under(self, kind: type[Record], parents: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of all records that belong to any of these."""
        wanted = [one for one in parents if can_be_stored(one)]
        found = chain.from_iterable(
            self._seeing.execute(select(RECORD).where(RECORD.c.kind == kind.KIND, RECORD.c.parent.in_(some)))
            for some in _batched(wanted)
        )  # put into order here: SQLite would walk through the whole kind by the index of its sequences
        return tuple(_listed(row) for row in sorted(found, key=lambda row: row.sequence))

    def waiting(self, jobs: Sequence[Job], *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits for these jobs."""
        return waiting_lines(self._seeing, jobs, until=until, limit=limit)

    def waiting_for(self, whose: Whose, *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits for a person."""
        return lines_for(self._seeing, whose, until=until, limit=limit)

    def waiting_in(self, cases: Sequence[str], *, until: date) -> tuple[WaitingLine, ...]:
        """Give everything that waits in these cases."""
        return tuple(line for some in _batched(cases) for line in lines_of_cases(self._seeing, some, until=until))

    def going_on(self, exhibits: Sequence[str]) -> tuple[tuple[Job, str], ...]:
        """Give the jobs that say of these exhibits that work has begun."""
        return tuple(one for some in _batched(exhibits) for one in work_going_on(self._seeing, some))

    def recorded_after(self, kind: type[Record], sequence: int, *, limit: int) -> tuple[tuple[int, str], ...]:
        """Give the numbers of records that were recorded or changed after an entry."""
        query = select(RECORD.c.sequence, RECORD.c.number).where(
            RECORD.c.kind == kind.KIND, RECORD.c.sequence > sequence
        )
        found = self._seeing.execute(query.order_by(RECORD.c.sequence).limit(limit))
        return tuple((int(row[0]), str(row[1])) for row in found)

    def count_waiting(self, *, until: date, whose: Whose | None = None) -> Mapping[Job, int]:
        """Count what waits, by job."""
        return count_waiting(self._seeing, until=until, whose=whose)

    def sides(self, person: str, cases: Sequence[str]) -> Mapping[str, Side]:
        """Give the sides that a person has taken, by case."""
        found = (sides_of(self._seeing, person, some) for some in _batched(cases))
        return {case: side for sides in found for case, side in sides.items()}

    def resting_on(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what rests directly on any of these."""
        return grounds_under(self._seeing, names)

    def grounds_of(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what any of these rests on directly."""
        return grounds_below(self._seeing, names)

    def run_with_raw(self, sha256: str) -> str | None:
        """Give the number of the run that has these raw data, if any."""
        return self._seeing.scalar(select(RAW_USE.c.run_number).where(RAW_USE.c.sha256 == sha256))

    def held_in(self, kind: HolderKind, name: str, *, limit: int | None = None, offset: int = 0) -> tuple[str, ...]:
        """Name the exhibits that a person, a place or a container has."""
        return held_in(self._seeing, kind, name, limit=limit, offset=offset)

    def count_held(self, kind: HolderKind) -> Mapping[str, int]:
        """Count the exhibits of each holder."""
        return count_held(self._seeing, kind)

    def expected_back(self, before: date) -> tuple[str, ...]:
        """Name the exhibits that were to be given back before a day and were not."""
        return expected_back(self._seeing, before)

    def seal_exhibit(self, seal: str) -> str | None:
        """Give the exhibit on which a seal was first seen, if any."""
        return seal_exhibit(self._seeing, seal)

    def keep_personal(self, donor: str, values: Sequence[PersonalValue]) -> None:
        """Keep who a donor is, beside the ledger and in this transaction."""
        keep_personal(self._connection(), donor, values)

    def personal(self, donor: str) -> tuple[PersonalValue, ...]:
        """Give who a donor is; nothing if that was erased."""
        return personal_of(self._connection(), donor)

    def unopened(self, donor: Donor) -> tuple[IdentityField, ...]:
        """Name the commitments of a donor that no kept value opens."""
        return donor.unopened(self.personal(donor.number))

    def erase_personal(self, donor: str) -> int:
        """Erase who a donor is, with the salts; give how many values there were."""
        return erase_personal(self._connection(), donor)

    def head(self) -> LedgerHead:
        """Give the end of the ledger as this transaction sees it."""
        return self._end().head()

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
        authority = self._door.admit(record, act=act, actor=actor, at=at)
        self._end().append(record, act=act, actor=actor, at=at, raw=raw, signature=signature, authority=authority)
        self._door.recorded(record)
        if may_void(record):
            self._edits.append((record, actor.number, at))

    def permit(self, record: Record, *, act: str, actor: StaffMember, at: datetime) -> str:
        """Refuse what ``record`` would refuse for want of a right; give the authority that the act would stand on."""
        return self._door.permit(record, act=act, actor=actor, at=at)

    def commit(self) -> None:
        """Make everything recorded in this transaction durable, with the voiding of reports that it makes untrue."""
        self._void_edited()
        connection = self._seeing
        head = self._appender.head() if self._appender is not None and self._appender.appended else None
        connection.commit()
        self._appender, self._door = None, self._new_door()  # after this others may append
        self._committed = head or self._committed

    def _void_edited(self) -> None:
        """Void the signed reports of which something was edited here (rule RP-2); the program itself records that."""
        edits, self._edits = self._edits, []
        if not edits:
            return
        records, actors, times = zip(*edits, strict=True)
        for report in voided_by(self, records, actors=actors):
            self._end().append(report, act=Act.REPORT_VOIDED, actor=SYSTEM, at=max(times))


def _listed(row: Row[Any]) -> ListedRecord:
    return ListedRecord(
        kind=row.kind,
        number=row.number,
        version=row.version,
        parent=row.parent,
        state=row.state,
        title=row.title,
        recorded_at=datetime.fromisoformat(row.recorded_at),
    )


def _batched(numbers: Sequence[str]) -> Iterator[list[str]]:
    """Cut numbers that can be stored into lists of at most some; nothing is found under any other."""
    rest = [number for number in numbers if can_be_stored(number)]
    for start in range(0, len(rest), _STREAM):
        yield rest[start : start + _STREAM]


def _tell(after_commit: Callable[[LedgerHead], None], head: LedgerHead) -> None:
    try:
        after_commit(head)
    except (LimsError, DBAPIError, OSError):
        _LOG.exception("after entry %d", head.entries)
