"""Indexes held against their tables: a record whose newest version an index leaves out would be shown as it was before.

The check of the ledger reads rows in their order; the program finds them by indexes. Whoever owns the database can
make an index that lacks a row and looks like any other.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, func, select, text, true

from lims.persistence.tables import LISTS, RECORDS
from lims.services.ledger_reading import ListFault

_TABLES = (*RECORDS, *LISTS)
_MOST_NAMED = 20
_BY_TABLE = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
_BY_INDEX = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
"""Ways of PostgreSQL that are switched off, so that it goes the other one."""
_SUM = "SELECT count(*), coalesce(sum(hashtextextended(rows::text, 0)), 0) FROM ({}) rows"


def index_faults(connection: Connection) -> Iterator[ListFault]:
    """Compare every index of the ledger, the checkpoints and the lists with the rows of its table."""
    if connection.dialect.name == "sqlite":
        return _sqlite_faults(connection)
    return _postgresql_faults(connection)


def _sqlite_faults(connection: Connection) -> Iterator[ListFault]:
    for table in _TABLES:
        told_of = func.pragma_integrity_check(table.name).table_valued("integrity_check")
        for (told,) in connection.execute(select(told_of.c.integrity_check)).fetchmany(_MOST_NAMED):
            if told != "ok":
                yield ListFault(table=table.name, key="", reason=str(told))


def _postgresql_faults(connection: Connection) -> Iterator[ListFault]:
    indexes = [(table, *index) for table in _TABLES for index in _indexes(table)]
    by_table = _sums(connection, [_rows(table, columns) for table, _, columns in indexes], without=_BY_TABLE)
    ordered = [f"{_rows(table, columns)} ORDER BY {columns}" for table, _, columns in indexes]
    by_index = _sums(connection, ordered, without=_BY_INDEX)
    for (table, name, _), wanted, found in zip(indexes, by_table, by_index, strict=True):
        if wanted != found:
            reason = f"index {name} gives {found[0]} rows and the table {wanted[0]}, or others: it must be made anew"
            yield ListFault(table=table.name, key="", reason=reason)


def _indexes(table: Table) -> Iterator[tuple[str, str]]:
    """Give name and columns of each index."""
    yield str(table.primary_key.name), ", ".join(column.name for column in table.primary_key)
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield str(index.name), ", ".join(column.name for column in index.columns)


def _rows(table: Table, columns: str) -> str:
    return f"SELECT {columns} FROM {table.name}"  # noqa: S608 - names of our own tables


def _sums(connection: Connection, queries: Sequence[str], *, without: Sequence[str]) -> list[tuple[int, int]]:
    """Count and sum up rows, read without some of the ways to read them."""
    _switch(connection, without, "off")
    found = [connection.execute(text(_SUM.format(rows))).one() for rows in queries]
    _switch(connection, without, "on")
    return [(int(count), int(total)) for count, total in found]


def _switch(connection: Connection, settings: Sequence[str], state: str) -> None:
    """Set them until the transaction ends."""
    connection.execute(select(*(func.set_config(setting, state, true()) for setting in settings))).one()
