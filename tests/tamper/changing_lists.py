"""Changes of lists: of every column of every table that is made from the ledger, as the tables themselves say."""

import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, and_, delete, insert, update

from lims.persistence.tables import LEDGER_TREE, LISTS
from tests.tamper.changes import Change, Kind, Place
from tests.tamper.targets import ImpossibleChangeError, Target

Row = dict[str, Any]
_TRIES = 20


def change_cell(target: Target, chance: random.Random) -> Change:
    """Change one column of one row."""
    table, row = _some_row(target, chance)
    column = chance.choice([*table.columns])
    known = [one[column.name] for one in target.rows(table)]
    changed = row | {column.name: other_value(column, row[column.name], known, chance)}
    with target.hands() as connection:
        _put(connection, table, row, changed)
    words = f"{table.name} {key_of(table, row)}: {column.name} from {row[column.name]!r} to {changed[column.name]!r}"
    return Change(words=words, places=_places(table, row, changed, (column,)))


def swap_cells(target: Target, chance: random.Random) -> Change:
    """Give two rows each other's value of one column."""
    table, one = _some_row(target, chance)
    column = chance.choice([column for column in table.columns if not column.primary_key] or _impossible())
    other = chance.choice([row for row in target.rows(table) if row[column.name] != one[column.name]] or _impossible())
    with target.hands() as connection:
        _put(connection, table, one, one | {column.name: other[column.name]})
        _put(connection, table, other, other | {column.name: one[column.name]})
    words = f"{table.name} {key_of(table, one)} and {key_of(table, other)}: {column.name} exchanged"
    return Change(words=words, places=_places(table, one, one, (column,)))


def swap_rows(target: Target, chance: random.Random) -> Change:
    """Give two rows each other's key."""
    table, one = _some_row(target, chance)
    free = [column.name for column in table.columns if not column.primary_key] or _impossible()
    other = chance.choice([row for row in target.rows(table) if _differ(row, one, free)] or _impossible())
    with target.hands() as connection:
        for row, values in ((one, other), (other, one)):
            _put(connection, table, row, row | {name: values[name] for name in free})
    changed = [table.columns[name] for name in free if one[name] != other[name]]
    words = f"{table.name} {key_of(table, one)} and {key_of(table, other)} exchanged"
    return Change(words=words, places=_places(table, one, one, changed))


def delete_row(target: Target, chance: random.Random) -> Change:
    """Delete one row."""
    table, row = _some_row(target, chance)
    with target.hands() as connection:
        connection.execute(delete(table).where(_is(table, row)))
    return Change(words=f"{table.name} {key_of(table, row)} deleted", places=(row_place(table, row),))


def insert_row(target: Target, chance: random.Random) -> Change:
    """Add a row that is like another one, under another key; to an empty list any row."""
    table = chance.choice(LISTS)
    row = chance.choice(target.rows(table) or [_any_row(table, chance)])
    keys = {key_of(table, one) for one in target.rows(table)}
    for _ in range(_TRIES):
        column = chance.choice([*table.primary_key])
        added = row | {column.name: other_value(column, row[column.name], (), chance)}
        if key_of(table, added) not in keys:
            break
    else:
        raise ImpossibleChangeError
    with target.hands() as connection:
        connection.execute(insert(table).values(added))
    return Change(words=f"{table.name} {key_of(table, added)} added", places=(row_place(table, added),))


def _any_row(table: Table, chance: random.Random) -> Row:
    """Make a row of values that the columns take."""
    row: Row = {}
    for column in table.columns:
        if isinstance(column.type, Text):
            row[column.name] = f"{chance.getrandbits(40):010x}"
        elif isinstance(column.type, LargeBinary):
            row[column.name] = chance.randbytes(32)
        else:
            row[column.name] = chance.randint(1, 300)
    return row


def empty_list(target: Target, chance: random.Random) -> Change:
    """Delete all rows of a list."""
    table, row = _some_row(target, chance)
    with target.hands() as connection:
        connection.execute(delete(table))
    return Change(words=f"{table.name} emptied", places=(row_place(table, row),))


def other_value(column: Column[Any], value: Any, known: Sequence[Any], chance: random.Random) -> Any:
    """Give another value that the column takes: one of another row, or one that is a little different."""
    others = [one for one in known if one != value]
    if others and chance.random() < 0.3:
        return chance.choice(others)
    if isinstance(column.type, Text):
        return other_text(str(value), chance)
    if isinstance(column.type, LargeBinary):
        return other_bytes(bytes(value), chance)
    return max(0, value + chance.choice((-1, 1, 2, 256))) if value else chance.randint(1, 300)


def other_text(text: str, chance: random.Random) -> str:
    """Change, add or take away one character."""
    place = chance.randrange(len(text) + 1)
    character = chance.choice([one for one in "0123456789abcdefxyz-/Қ " if text[place : place + 1] != one])
    shorter = text[:place] + text[place + 1 :]
    if shorter != text and chance.random() < 0.3:
        return shorter
    return text[:place] + character + text[place + chance.randint(0, 1) :]


def other_bytes(data: bytes, chance: random.Random) -> bytes:
    """Flip one bit, or cut or add some bytes."""
    if not data or chance.random() < 0.1:
        return data + chance.randbytes(chance.randint(1, 40))
    if chance.random() < 0.1:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def key_of(table: Table, row: Row) -> tuple[Any, ...]:
    """Give the key of a row."""
    return tuple(row[column.name] for column in table.primary_key)


def row_place(table: Table, row: Row) -> Place:
    """Point to a row; of a list of one line to the list."""
    if table is LEDGER_TREE:
        return (table.name,)
    return (table.name, *map(str, key_of(table, row)))


def _places(table: Table, row: Row, changed: Row, columns: Sequence[Column[Any]]) -> tuple[Place, ...]:
    if key_of(table, row) != key_of(table, changed):
        return (row_place(table, row), row_place(table, changed))
    return tuple((*row_place(table, row), column.name) for column in columns)


def _some_row(target: Target, chance: random.Random) -> tuple[Table, Row]:
    table = chance.choice([table for table in LISTS if target.rows(table)])
    return table, chance.choice(target.rows(table))


def _put(connection: Connection, table: Table, row: Row, changed: Row) -> None:
    connection.execute(update(table).where(_is(table, row)).values(changed))


def _is(table: Table, row: Row) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _differ(one: Row, other: Row, names: Sequence[str]) -> bool:
    return any(one[name] != other[name] for name in names)


def _impossible() -> list[Any]:
    raise ImpossibleChangeError


KINDS = (
    Kind(change=change_cell, weight=60),
    Kind(change=swap_cells),
    Kind(change=swap_rows),
    Kind(change=delete_row, weight=20),
    Kind(change=insert_row, weight=20),
    Kind(change=empty_list, weight=3),
)
