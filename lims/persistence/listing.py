"""Writing the lists: what an entry adds to each, as it is recorded and as the lists are made anew."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from lims.domain.record import Record, from_body
from lims.errors import DuplicateRawDataError, LedgerError
from lims.ledger import LedgerEntry
from lims.ledger.merkle import CompactRange
from lims.persistence.duty_list import relist_duties
from lims.persistence.ground_list import list_grounds
from lims.persistence.holding_list import relist_holding
from lims.persistence.lists import raw_claims
from lims.persistence.projections import KINDS, ProjectedRecord, project
from lims.persistence.raw_named_list import list_named
from lims.persistence.tables import (
    CASE_DUTY,
    COMPONENT,
    GROUND,
    HOLDING,
    LEDGER,
    RAW_NAMED,
    RAW_USE,
    RECORD,
    SEAL_USE,
    WAITING,
    WATCHED,
)
from lims.persistence.tree import clear_tree, extend_tree
from lims.persistence.waiting_list import list_waiting
from lims.persistence.watch_list import list_components, relist_watched

_AT_ONCE = 1024
_MADE_ANEW = (RECORD, RAW_USE, RAW_NAMED, CASE_DUTY, HOLDING, SEAL_USE, GROUND, WAITING, COMPONENT, WATCHED)


def list_records(connection: Connection, lines: Sequence[ProjectedRecord]) -> None:
    """Bring the list of records up to these lines; the last of each record counts."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(RECORD)
    changed = {column.name: statement.excluded[column.name] for column in RECORD.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=RECORD.primary_key, set_=changed)
    connection.execute(statement, [asdict(line) for line in lines])


def claim_raw(connection: Connection, record: Record) -> None:
    """Note which raw data a new run, or a finding, has.

    Raises
    ------
    DuplicateRawDataError
        If another run or finding has them.
    """
    for sha256 in raw_claims(record):
        holder = connection.scalar(select(RAW_USE.c.run_number).where(RAW_USE.c.sha256 == sha256))
        if holder is not None:
            raise DuplicateRawDataError(sha256, holder)
        connection.execute(insert(RAW_USE).values(sha256=sha256, run_number=record.number))


def rebuild_lists(connection: Connection) -> None:
    """Make every list anew from the ledger's bytes, in the transaction of the caller.

    Raises
    ------
    LimsError
        If an entry cannot be read.
    """
    for table in _MADE_ANEW:
        connection.execute(delete(table))
    clear_tree(connection)
    tree = CompactRange()
    while rows := connection.execute(
        select(LEDGER.c.sequence, LEDGER.c.leaf, LEDGER.c.data)
        .where(LEDGER.c.sequence > tree.size)
        .order_by(LEDGER.c.sequence)
        .limit(_AT_ONCE)
    ).all():
        entries = [_read(row.sequence, bytes(row.data)) for row in rows]
        for _, record in entries:
            claim_raw(connection, record)
        list_records(connection, [project(entry, record) for entry, record in entries])
        for entry, record in entries:
            relist_duties(connection, record, entry)
            relist_holding(connection, record, sequence=entry.sequence)
            relist_watched(connection, record, sequence=entry.sequence)
        list_named(connection, [entry for entry, _ in entries])
        list_grounds(connection, entries)
        list_waiting(connection, entries)
        list_components(connection, entries)
        grown = extend_tree(connection, tree, [bytes.fromhex(row.leaf) for row in rows])
        if grown.size != rows[-1].sequence:
            raise LedgerError(f"an entry before {rows[-1].sequence} is missing from the ledger")
        tree = grown


def _read(sequence: int, data: bytes) -> tuple[LedgerEntry, Record]:
    entry = LedgerEntry.from_bytes(data)
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise LedgerError(f"ledger entry {sequence}: {entry.kind!r} is no kind of record that this program knows")
    return entry, from_body(kind, entry.body)
