"""The list of grounds: what each record rests on directly. It is only added to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects import postgresql, sqlite

from lims.domain.grounds import Ground, Name, grounds_of
from lims.domain.record import Record
from lims.ledger import LedgerEntry
from lims.persistence.tables import GROUND, can_be_stored

_AT_ONCE = 1000
"""Names that one question holds."""


def ground_key(ground: Ground) -> tuple[str, str, str, str, int]:
    """Give the key of a line, in the order of the table's columns."""
    record, on = ground.record, ground.rests_on
    return record.kind, record.number, on.kind, on.number, on.version


def list_grounds(connection: Connection, entries: Sequence[tuple[LedgerEntry, Record]]) -> None:
    """Note what rests on what by these entries; what was known before stays as it was."""
    names = [column.name for column in GROUND.columns]
    lines = [
        dict(zip(names, (*ground_key(one), entry.sequence), strict=True))
        for entry, record in entries
        for one in grounds_of(record, actor=entry.actor)
    ]
    if lines:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(GROUND).on_conflict_do_nothing(), lines)


def grounds_under(connection: Connection, names: Sequence[Name]) -> tuple[Ground, ...]:
    """Give what rests directly on any of these; a name without a version means every version."""
    wanted = {(name.kind, name.number): name.version for name in names if name.version}
    found: list[tuple[int, Ground]] = []
    for kind, numbers in _by_kind(names):
        query = select(GROUND).where(GROUND.c.rests_on_kind == kind, GROUND.c.rests_on_number.in_(numbers))
        found += _in_order(connection, query)
    grounds = (ground for _, ground in sorted(found))
    return tuple(one for one in grounds if not wanted or _is_wanted(one.rests_on, wanted))


def _is_wanted(name: Name, wanted: Mapping[tuple[str, str], int]) -> bool:
    """Tell whether a name has the version that is asked for, if one is."""
    return name.version == wanted.get((name.kind, name.number), name.version)


def grounds_below(connection: Connection, names: Sequence[Name]) -> tuple[Ground, ...]:
    """Give what any of these rests on directly."""
    found: list[tuple[int, Ground]] = []
    for kind, numbers in _by_kind(names):
        found += _in_order(connection, select(GROUND).where(GROUND.c.kind == kind, GROUND.c.number.in_(numbers)))
    return tuple(ground for _, ground in sorted(found))


def _in_order(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, Ground]]:
    """Give grounds with the entries that say so."""
    for kind, number, on_kind, on_number, on_version, sequence in connection.execute(query):
        yield sequence, Ground(Name(kind, number), Name(on_kind, on_number, on_version))


def _by_kind(names: Sequence[Name]) -> Iterator[tuple[str, list[str]]]:
    """Give the numbers of each kind, some at a time; nothing is found under one that cannot be stored."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        if can_be_stored(name.number):
            numbers[name.kind].append(name.number)
    for kind, all_of_it in numbers.items():
        for start in range(0, len(all_of_it), _AT_ONCE):
            yield kind, all_of_it[start : start + _AT_ONCE]
