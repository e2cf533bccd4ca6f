"""What the database says of itself, and how much room the raw store has."""

from sqlalchemy import Engine, select, text

from lims.ledger import LedgerEntry
from lims.persistence.raw_store import AddressedRawStore
from lims.persistence.schema import revision
from lims.persistence.tables import CHECKPOINT, LEDGER
from lims.persistence.transactions import reading
from lims.services.overseeing import CoveredEntries, DatabaseFacts

_VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class SqlServiceFacts:
    """Facts about one database and one raw store."""

    def __init__(self, engine: Engine, raw_store: AddressedRawStore) -> None:
        """Ask these two."""
        self._engine = engine
        self._raw_store = raw_store

    def database(self) -> DatabaseFacts:
        """Give kind, version and size of the database."""
        kind = self._engine.dialect.name
        with reading(self._engine) as connection:
            return DatabaseFacts(
                kind=_NAMES[kind],
                version=str(connection.scalar(text(_VERSION[kind]))),
                tables=revision(connection) or "",
                size_bytes=int(connection.scalar(text(_SIZE[kind])) or 0),
            )

    def covered(self) -> CoveredEntries | None:
        """Say how far the newest checkpoint reaches."""
        newest = select(CHECKPOINT.c.size).order_by(CHECKPOINT.c.sequence.desc()).limit(1)
        with reading(self._engine) as connection:
            size = connection.scalar(newest)
            data = connection.scalar(select(LEDGER.c.data).where(LEDGER.c.sequence == size)) if size else None
        if size is None or data is None:
            return None
        return CoveredEntries(size=int(size), newest_at=LedgerEntry.from_bytes(bytes(data)).recorded_at)

    def raw_free_bytes(self) -> int | None:
        """Give how much more the raw store can keep."""
        return self._raw_store.free_bytes()
