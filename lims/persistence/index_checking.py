"""Indexes held against their tables: a record whose newest version an index leaves out would be shown as it was before.

The check of the ledger reads rows in their order; the program finds them by indexes. Whoever owns the database can
make an index that lacks a row and looks like any other.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, func, select, text, true

from lims.persistence.tables import LISTS, RECORDS
from lims.services.ledger_reading import ListFault

_MOST_NAMED = 20
_BY_TABLE = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
_BY_INDEX = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
"""Ways of PostgreSQL that are switched off, so that it goes the other one."""
_SUM = "SELECT count(*), coalesce(sum(hashtextextended(rows::text, 0)), 0) FROM ({}) rows"


def index_faults(connection: Connection) -> Iterator[ListFault]:
    """Compare every index of the ledger, the checkpoints and the lists with the rows of its table."""
    check = _sqlite_faults if connection.dialect.name == "sqlite" else _postgresql_faults
    for table in (*RECORDS, *LISTS):
        yield from check(connection, table)


def _sqlite_faults(connection: Connection, table: Table) -> Iterator[ListFault]:
    for (told,) in connection.exec_driver_sql(f"PRAGMA integrity_check({table.name})").fetchmany(_MOST_NAMED):
        if told != "ok":
            yield ListFault(table=table.name, key="", reason=str(told))


def _postgresql_faults(connection: Connection, table: Table) -> Iterator[ListFault]:
    for name, columns in _indexes(table):
        names = ", ".join(columns)
        rows = f"SELECT {names} FROM {table.name}"  # noqa: S608 - names of our own tables
        by_table = _sum(connection, rows, without=_BY_TABLE)
        by_index = _sum(connection, f"{rows} ORDER BY {names}", without=_BY_INDEX)
        if by_table != by_index:
            reason = (
                f"index {name} gives {by_index[0]} rows and the table {by_table[0]}, or others: it must be made anew"
            )
            yield ListFault(table=table.name, key="", reason=reason)


def _indexes(table: Table) -> Iterator[tuple[str, Sequence[str]]]:
    yield str(table.primary_key.name), [column.name for column in table.primary_key]
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield str(index.name), [column.name for column in index.columns]


def _sum(connection: Connection, rows: str, *, without: Sequence[str]) -> tuple[int, int]:
    """Count and sum up rows, read without some of the ways to read them."""
    _switch(connection, without, "off")
    found = connection.execute(text(_SUM.format(rows))).one()
    _switch(connection, without, "on")
    return int(found[0]), int(found[1])


def _switch(connection: Connection, settings: Sequence[str], state: str) -> None:
    """Set them until the transaction ends."""
    for setting in settings:
        connection.scalar(select(func.set_config(setting, state, true())))
