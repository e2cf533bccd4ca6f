"""The list of the raw objects that the ledger names, so that a start need not read every entry to know them."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lims.ledger import LedgerEntry
from lims.persistence.tables import RAW_NAMED
from lims.services.named_raw import NamedRaw, named_by


def list_named(connection: Connection, entries: Iterable[LedgerEntry]) -> None:
    """Note what entries name; what was named before stays as it was."""
    lines = [
        {"sha256": sha256, "is_folder": int(is_folder), "sequence": entry.sequence}
        for entry in entries
        for sha256, is_folder in named_by(entry.raw, entry.body)
    ]
    if lines:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(RAW_NAMED).on_conflict_do_nothing(), lines)


def named_raw(connection: Connection) -> NamedRaw:
    """Give what the entries recorded so far name, in the order in which it was first named."""
    rows = connection.execute(
        select(RAW_NAMED.c.sha256, func.max(RAW_NAMED.c.is_folder))
        .group_by(RAW_NAMED.c.sha256)
        .order_by(func.min(RAW_NAMED.c.sequence), RAW_NAMED.c.sha256)
    )
    return NamedRaw.of((sha256, bool(is_folder)) for sha256, is_folder in rows)
