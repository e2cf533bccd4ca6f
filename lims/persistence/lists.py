"""Every list that follows from the ledger: its table, and the lines that an entry gives it.

A new list is one more line of ``LISTS``; comparison and its faults then come by themselves. ``ledger_tree`` and
``tree_node`` follow from the bytes of all entries and not from one: they are compared as a tree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from lims.domain.custody import Custody
from lims.domain.duties import Parent, case_numbers, side_of
from lims.domain.finding import Finding
from lims.domain.grounds import grounds_of
from lims.domain.record import Record
from lims.domain.run import RecordedRun
from lims.domain.waiting import waiting_of
from lims.ledger.checking import Facts
from lims.persistence.ground_list import ground_key
from lims.persistence.holding_list import holding_columns, seals_of
from lims.persistence.tables import (
    CASE_DUTY,
    COMPONENT,
    GROUND,
    HOLDING,
    RAW_NAMED,
    RAW_USE,
    RECORD,
    SEAL_USE,
    WAITING,
    WATCHED,
)
from lims.persistence.waiting_list import waiting_columns
from lims.persistence.watch_list import component_lines, watched_lines
from lims.services.named_raw import named_by

Line = tuple[Any, ...]
"""The values of one row, in the order of the table's columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerList:
    """One table that can be made from the ledger again."""

    table: Table
    """Its primary key stands in its first columns and tells the lines apart."""
    lines: Callable[[Facts, Record, Parent], Iterator[Line]]
    """Gives the lines of an entry, from its facts and its record; the parent of other records can be asked for."""
    first_counts: bool = False
    """Whether the first line of a key stays; otherwise the newest does."""

    @property
    def key_columns(self) -> int:
        """Count the columns of the key."""
        return len(self.table.primary_key.columns)


def _record_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    yield (
        *(facts["kind"], facts["number"], facts["version"], facts["sequence"]),
        *(record.parent, record.state, record.title, facts["recorded_at"]),
    )


def _raw_lines(_: Facts, record: Record, __: Parent) -> Iterator[Line]:
    for sha256 in raw_claims(record):
        yield sha256, record.number


def raw_claims(record: Record) -> tuple[str, ...]:
    """Name the raw data that this version of a record takes as its own evidence: nothing else may have them."""
    if isinstance(record, RecordedRun) and record.version == 1:
        return record.raw.digests
    return record.new_data if isinstance(record, Finding) else ()


def _named_lines(facts: Facts, _: Record, __: Parent) -> Iterator[Line]:
    for sha256, is_folder in named_by(facts["raw"], facts["body"]):
        yield sha256, int(is_folder), facts["sequence"]


def _duty_lines(facts: Facts, record: Record, parent: Parent) -> Iterator[Line]:
    side = side_of(facts["act"])
    if side is not None:
        for case in case_numbers(record, parent):
            if case:
                yield case, facts["actor"], side.value, facts["sequence"]


def _holding_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    if isinstance(record, Custody):
        yield tuple(holding_columns(record, facts["sequence"]).values())


def _seal_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    if isinstance(record, Custody):
        for seal in seals_of(record):
            yield seal, record.number, facts["sequence"]


def _ground_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    for one in grounds_of(record, actor=facts["actor"]):
        yield (*ground_key(one), facts["sequence"])


def _waiting_lines(facts: Facts, record: Record, parent: Parent) -> Iterator[Line]:
    for one in waiting_of(record, parent):
        yield tuple(waiting_columns(one, sequence=facts["sequence"], since=facts["recorded_at"]).values())


def _component_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    yield from component_lines(record, sequence=facts["sequence"])


def _watched_lines(facts: Facts, record: Record, _: Parent) -> Iterator[Line]:
    yield from watched_lines(record, sequence=facts["sequence"])


LISTS = (
    LedgerList(table=RECORD, lines=_record_lines),
    LedgerList(table=RAW_USE, lines=_raw_lines, first_counts=True),
    LedgerList(table=RAW_NAMED, lines=_named_lines, first_counts=True),
    LedgerList(table=CASE_DUTY, lines=_duty_lines, first_counts=True),
    LedgerList(table=HOLDING, lines=_holding_lines),
    LedgerList(table=SEAL_USE, lines=_seal_lines, first_counts=True),
    LedgerList(table=GROUND, lines=_ground_lines, first_counts=True),
    LedgerList(table=WAITING, lines=_waiting_lines),
    LedgerList(table=COMPONENT, lines=_component_lines),
    LedgerList(table=WATCHED, lines=_watched_lines, first_counts=True),
)
