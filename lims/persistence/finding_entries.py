"""Ledger entries found by kind and number: through the ledger's index, without reading the whole ledger."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from lims.ledger import StoredEntry
from lims.persistence.tables import LEDGER, can_be_stored

_STREAM = 1000
"""Rows that are fetched at once."""
_LAST = "\U0010ffff"
"""Stands behind every other sign, and in no number."""


def find_entries(connection: Connection, kinds: Collection[str], *, begins: str) -> Iterator[StoredEntry]:
    """Give the entries of some kinds whose number begins with a text, in order; an empty text takes every number."""
    if not can_be_stored(begins):
        return
    query = select(LEDGER.c.sequence, LEDGER.c.data, LEDGER.c.leaf).where(LEDGER.c.kind.in_(sorted(kinds)))
    if begins:
        query = query.where(_begins(connection, begins))
    rows = connection.execution_options(yield_per=_STREAM).execute(query.order_by(LEDGER.c.sequence))
    for sequence, data, leaf in rows:
        yield StoredEntry(sequence=sequence, data=bytes(data), leaf=leaf)


def _begins(connection: Connection, text: str) -> ColumnElement[bool]:
    """Compare as the index of the database can: SQLite's by bytes, where LIKE would read it all."""
    number = LEDGER.c.number
    if connection.dialect.name != "sqlite":
        return number.startswith(text, autoescape=True)
    return (number >= text) & (number < text + _LAST)
