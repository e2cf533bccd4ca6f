"""Appending to the ledger inside one transaction: the head, and entries that wait to be written in one go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from lims import __version__
from lims.domain.clock import SLACK, ClockChange
from lims.domain.permissions import Act
from lims.domain.record import Record, body_of
from lims.domain.staff import SYSTEM, StaffMember
from lims.errors import ClockError, LedgerError, StaleVersionError
from lims.ledger import GENESIS, JsonValue, LedgerEntry, leaf_hash
from lims.ledger.entry import moment_text
from lims.persistence.clock_watch import ReadClock, keep_reading, notice_jump
from lims.persistence.duty_list import take_duties
from lims.persistence.ground_list import list_grounds
from lims.persistence.holding_list import take_holding
from lims.persistence.listing import claim_raw, list_records
from lims.persistence.projections import ProjectedRecord, project
from lims.persistence.raw_named_list import list_named
from lims.persistence.tables import LEDGER
from lims.persistence.tree import extend_tree, read_range
from lims.persistence.waiting_list import list_waiting
from lims.persistence.watch_list import list_components, take_watched
from lims.services.ports import LedgerHead

_AT_ONCE = 1000
"""Records that one question names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """An entry that is not yet in the table."""

    entry: LedgerEntry
    record: Record
    data: bytes
    leaf: str
    line: ProjectedRecord

    def is_of(self, record: Record) -> bool:
        """Tell whether it is an entry of this record."""
        return (self.entry.kind, self.entry.number) == (record.KIND, record.number)

    @property
    def row(self) -> dict[str, object]:
        """Give it as a row of the table."""
        entry = self.entry
        return {
            "sequence": entry.sequence,
            "kind": entry.kind,
            "number": entry.number,
            "version": entry.version,
            "leaf": self.leaf,
            "data": self.data,
        }


class Appender:
    """The end of the ledger in one transaction."""

    def __init__(
        self, connection: Connection, *, lock: bool, read_clock: ReadClock, release_by_reviewer: bool = False
    ) -> None:
        """Read where the ledger ends; with ``lock``, be the only one who appends until the transaction ends.

        Parameters
        ----------
        read_clock : callable
            Reads the clock when the first act is appended.
        release_by_reviewer : bool, optional
            Whether one person may review and release a case; see ``lims.domain.duties``.

        Raises
        ------
        LedgerError
            If the tree in the store is not that of the ledger.
        """
        self._connection = connection
        self._release_by_reviewer = release_by_reviewer
        self._read_clock: ReadClock | None = read_clock
        self._range = read_range(connection, lock=lock)
        self._began_with = self._range.size
        self._leaf, self._newest_data = self._newest()
        self._newest_at: datetime | None = None
        self._waiting: list[_Waiting] = []
        self._broken = False

    @property
    def appended(self) -> bool:
        """Tell whether anything was appended, written or not."""
        return self._range.size + len(self._waiting) > self._began_with

    def head(self) -> LedgerHead:
        """Give the end of the ledger, with what waits."""
        leaves = (bytes.fromhex(waiting.leaf) for waiting in self._waiting)
        tree = self._range.extend(leaves)
        return LedgerHead(entries=tree.size, leaf=self._leaf, root=tree.root.hex())

    def append(
        self,
        record: Record,
        *,
        act: str,
        actor: StaffMember,
        at: datetime,
        raw: Sequence[str] = (),
        signature: Mapping[str, JsonValue] | None = None,
        authority: str = "",
    ) -> None:
        """Put one act at the end; it is checked against the ledger and written with the next ``flush``.

        Before the first one stands an entry that the clock jumped, if it did since the store was last written to.

        Raises
        ------
        StaleVersionError
            If the version is not the next one of the record in this transaction.
        ClockError
            If the clock is behind the newest entry.
        """
        if self._newest_data:
            self._newest_at = LedgerEntry.from_bytes(self._newest_data).recorded_at
            self._newest_data = b""
        self._look_at_clock(record, at)
        self._require_next_here(record)
        entry = LedgerEntry(
            sequence=self._range.size + len(self._waiting) + 1,
            previous=self._leaf,
            recorded_at=at if act == Act.CLOCK_CORRECTED else _not_before(at, self._newest_at),
            actor=actor.number,
            act=act,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            body=body_of(record),
            raw=tuple(raw),
            signature=signature,
            software=__version__,
            authority=authority,
        )
        data = entry.to_bytes()
        claim_raw(self._connection, record)
        self._leaf, self._newest_at = leaf_hash(data), entry.recorded_at
        line = project(entry, record)
        self._waiting.append(_Waiting(entry=entry, record=record, data=data, leaf=self._leaf, line=line))

    def flush(self) -> None:
        """Write what waits: entries, lists and tree. After an error nothing more can be written.

        Raises
        ------
        StaleVersionError
            If a version is not the next one of its record.
        LedgerError
            If the database refuses an entry, or something was refused before.
        DutyConflictError
            If a person would be on two sides of a case.
        SealUsedError
            If a seal that is put on was used before.
        """
        if self._broken:
            raise LedgerError("something in this transaction was refused, so nothing of it can be recorded")
        if not self._waiting:
            return
        self._broken = True  # until all is written: half of it must not be committed by whoever catches an error
        self._write(self._waiting)
        self._waiting, self._broken = [], False

    def _write(self, waiting: Sequence[_Waiting]) -> None:
        self._require_next(waiting)
        try:
            self._connection.execute(insert(LEDGER), [one.row for one in waiting])
        except IntegrityError as error:
            first, last = waiting[0].entry.sequence, waiting[-1].entry.sequence
            raise LedgerError(f"the database refused entries {first} to {last}: {error.orig}") from error
        list_records(self._connection, [one.line for one in waiting])
        for one in waiting:  # the lines above say which case a record belongs to
            take_duties(self._connection, one.record, entry=one.entry, release_by_reviewer=self._release_by_reviewer)
            take_holding(self._connection, one.record, sequence=one.entry.sequence)
            take_watched(self._connection, one.record, sequence=one.entry.sequence)
        list_named(self._connection, [one.entry for one in waiting])
        recorded = [(one.entry, one.record) for one in waiting]
        list_grounds(self._connection, recorded)
        list_waiting(self._connection, recorded)
        list_components(self._connection, recorded)
        self._range = extend_tree(self._connection, self._range, [bytes.fromhex(one.leaf) for one in waiting])

    def _look_at_clock(self, record: Record, at: datetime) -> None:
        """Look once in a transaction; a person who sets the time right has looked."""
        read_clock, self._read_clock = self._read_clock, None
        if isinstance(record, ClockChange):
            keep_reading(self._connection, record.found)
            return
        reading = read_clock() if read_clock else None
        jump = notice_jump(self._connection, reading) if reading else None
        if jump is not None:
            self.append(jump, act=Act.CLOCK_JUMPED, actor=SYSTEM, at=at)

    def _newest(self) -> tuple[str, bytes]:
        """Give leaf and bytes of the newest entry; no bytes if there is none."""
        columns = (LEDGER.c.sequence, LEDGER.c.leaf, LEDGER.c.data)
        row = self._connection.execute(select(*columns).order_by(LEDGER.c.sequence.desc()).limit(1)).one_or_none()
        entries = 0 if row is None else row.sequence
        if entries != self._range.size:
            raise LedgerError(f"the tree has {self._range.size} leaves, the ledger {entries} entries")
        return (GENESIS, b"") if row is None else (row.leaf, bytes(row.data))

    def _require_next_here(self, record: Record) -> None:
        here = [one.entry.version for one in self._waiting if one.is_of(record)]
        if here and record.version != here[-1] + 1:
            raise StaleVersionError(record.KIND, record.number, record.version)

    def _require_next(self, waiting: Sequence[_Waiting]) -> None:
        """Compare the first version of each record with the newest in the ledger: one question for all of them."""
        first: dict[tuple[str, str], int] = {}
        for one in waiting:
            first.setdefault((one.entry.kind, one.entry.number), one.entry.version)
        taken = dict.fromkeys(first, 0)
        for keys in _batched(first, _AT_ONCE):
            query = select(LEDGER.c.kind, LEDGER.c.number, func.max(LEDGER.c.version))
            query = query.where(tuple_(LEDGER.c.kind, LEDGER.c.number).in_(keys))
            rows = self._connection.execute(query.group_by(LEDGER.c.kind, LEDGER.c.number))
            taken |= {(kind, number): version for kind, number, version in rows}
        for (kind, number), version in first.items():
            if version != taken[kind, number] + 1:
                raise StaleVersionError(kind, number, version)


def _batched(keys: Iterable[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    """Cut keys into lists of at most some."""
    rest = list(keys)
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


def _not_before(at: datetime, newest: datetime | None) -> datetime:
    """Keep the ledger's time from running backwards."""
    if newest is None or at >= newest:
        return at
    if newest - at > SLACK:
        raise ClockError(
            f"the clock says {moment_text(at)}, the newest entry {moment_text(newest)}: set the clock right"
        )
    return newest
