"""Rows of the ledger as the driver gives them: one of the two processes that read a long ledger imports no more."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from lims.ledger import StoredRow

_COLUMNS = "sequence, kind, number, version, leaf, data"
_AT_ONCE = 500
_SLICE = 8000
"""Rows that SQLite gives in one transaction: about 50 ms."""
BEFORE_ALL = -(2**63)
TO_THE_END = 2**63 - 1


def sliced_rows(
    transaction: Callable[[], AbstractContextManager[Any]], *, after: int = BEFORE_ALL, upto: int = TO_THE_END
) -> Iterator[list[StoredRow]]:
    """Give the rows behind a place up to another one from SQLite, a slice in each transaction.

    Parameters
    ----------
    transaction : callable
        Begins one that reads, and gives the driver's connection.
    """
    count = _SLICE
    while count == _SLICE:
        count = 0
        with transaction() as connection:
            for rows in sqlite_rows(connection, after=after, upto=upto, limit=_SLICE):
                count, after = count + len(rows), rows[-1][0]
                yield rows


def sqlite_rows(
    connection: Any,  # noqa: ANN401 - the driver's
    *,
    after: int = BEFORE_ALL,
    upto: int = TO_THE_END,
    limit: int = -1,
) -> Iterator[list[StoredRow]]:
    """Give rows in the order of their places, some hundred at a time."""
    query = f"SELECT {_COLUMNS} FROM ledger WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?"  # noqa: S608 - fixed names
    cursor = connection.execute(query, (after, upto, limit))
    return _batches(lambda: cursor.fetchmany(_AT_ONCE))


def postgresql_rows(
    connection: Any,  # noqa: ANN401 - the driver's
    *,
    after: int = BEFORE_ALL,
    upto: int = TO_THE_END,
) -> Iterator[list[StoredRow]]:
    """Give rows in the order of their places, some hundred at a time."""
    query = f"SELECT {_COLUMNS} FROM ledger WHERE sequence > %s AND sequence <= %s ORDER BY sequence"  # noqa: S608 - fixed names
    with connection.cursor(name="aigaq_ledger", binary=True) as cursor:
        cursor.execute(query, (after, upto))
        yield from _batches(lambda: cursor.fetchmany(_AT_ONCE))


def _batches(fetch: Callable[[], list[StoredRow]]) -> Iterator[list[StoredRow]]:
    while rows := fetch():
        yield rows
