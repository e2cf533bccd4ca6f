"""A fresh copy of a finished history, for somebody who has the database and the folder all to himself.

The guards are taken off and put back as they were: who owns the database can do that, and no trace of it is left.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.pool import NullPool

from lims.persistence.guards import apply_guards
from lims.persistence.tables import METADATA, RECORDS

Rows = dict[str, list[dict[str, Any]]]
"""All rows of all tables, by the name of the table."""


class Copying(Protocol):
    """Where copies of a history's database are made."""

    engine: Engine
    """As the laboratory opens it."""

    def renew(self) -> None:
        """Make everything as it was at the end of the history."""
        ...

    def hands(self) -> Iterator[Connection]:
        """Open the database as its owner, without guards as long as the context lasts."""
        ...


@dataclass
class SqliteCopying:
    """Copies of a file."""

    original: Path
    working: Path
    engine: Engine
    """Opened on the working file."""
    _owner: Engine = field(init=False)

    def __post_init__(self) -> None:
        self._owner = create_engine(f"sqlite:///{self.working}", poolclass=NullPool)
        event.listen(self._owner, "connect", _set_loosely)
        event.listen(self._owner, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))

    def renew(self) -> None:
        self.engine.dispose()
        shutil.copyfile(self.original, self.working)

    @contextmanager
    def hands(self) -> Iterator[Connection]:
        with self._owner.begin() as connection:
            guards = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _ in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _, definition in guards:
                connection.exec_driver_sql(definition)


@dataclass
class PostgresqlCopying:
    """Copies into one database, row by row."""

    rows: Rows
    engine: Engine

    def renew(self) -> None:
        with self._owning() as connection:
            write_rows(connection, self.rows)

    @contextmanager
    def hands(self) -> Iterator[Connection]:
        with self._owning() as connection:
            yield connection

    @contextmanager
    def _owning(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            for table in RECORDS:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
            yield connection
            apply_guards(connection)


def _set_loosely(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA ignore_check_constraints=ON")


def read_rows(connection: Connection) -> Rows:
    """Read all tables."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for table in METADATA.sorted_tables
    }


def write_rows(connection: Connection, rows: Rows) -> None:
    """Put rows in place of all that the tables hold; guards must be off."""
    for table in METADATA.sorted_tables:
        connection.execute(table.delete())
        if rows[table.name]:
            connection.execute(insert(table), rows[table.name])
