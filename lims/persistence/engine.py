"""The database engine, set so that an acknowledged act survives a crash."""

import sqlite3
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from lims.errors import LedgerError, SettingsError
from lims.persistence.listing import rebuild_lists
from lims.persistence.tables import (
    GUARDS,
    LEDGER,
    LEDGER_TREE,
    METADATA,
    POSTGRESQL_GUARD,
    POSTGRESQL_TRIGGERS,
    SQLITE_GUARDS,
)

_WAL_SAFE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite releases in which the WAL-reset bug is repaired, newest line first; 3.51.3 and everything after it."""
_BUSY_MS = 30_000
_OPENING = 0x41_69_67_61_71
"""PostgreSQL's lock under which one process at a time makes or checks the tables."""


def open_engine(url: str) -> Engine:
    """Open a database, make its tables on first use, and check its guards.

    Raises
    ------
    SettingsError
        If the URL cannot be used, or the database is of an unsupported kind.
    LedgerError
        If the ledger's guards are missing, or durability is not what it must be.
    """
    try:
        dialect = make_url(url).get_backend_name()
        if dialect not in GUARDS:
            raise SettingsError(f"database_url names {dialect}; supported are sqlite and postgresql")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    except (SQLAlchemyError, ImportError) as error:
        raise SettingsError(f"database_url: {error}") from error
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        if dialect == "sqlite":
            _make_durable(engine)
        try:
            with engine.connect().execution_options(write=True) as connection, connection.begin():
                _make_tables(connection)
        except SQLAlchemyError as error:
            raise SettingsError(f"database_url: {error}") from error
        stack.pop_all()  # it stays open
    return engine


def _make_tables(connection: Connection) -> None:
    """Make the tables of a new database with their guards; of a known one check that the guards are still there."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OPENING})
    known = inspect(connection).has_table(LEDGER.name)
    METADATA.create_all(connection)
    if not known:
        for guard in GUARDS[connection.dialect.name]:
            connection.exec_driver_sql(guard)
    if connection.scalar(select(func.count()).select_from(LEDGER_TREE)) == 0:
        rebuild_lists(connection)
    _require_guards(connection)


def journal_settings(version: tuple[int, int, int]) -> tuple[str, str]:
    """Give journal mode and synchronous level for an SQLite version.

    WAL is used only where the WAL-reset bug is repaired (see SECURITY.md); elsewhere a rollback journal with the
    folder synced too.
    """
    repaired = version >= _WAL_SAFE[0] or any(version[:2] == line[:2] and version >= line for line in _WAL_SAFE[1:])
    return ("wal", "FULL") if repaired else ("delete", "EXTRA")


def _make_durable(engine: Engine) -> None:
    mode, synchronous = journal_settings(sqlite3.sqlite_version_info)
    levels = {"FULL": 2, "EXTRA": 3}

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
        connection.isolation_level = None  # transactions begin where we say, see below
        for pragma in (
            f"journal_mode={mode}",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_MS}",
            "trusted_schema=OFF",
            "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without firing the guard
        ):
            connection.execute(f"PRAGMA {pragma}")
        found = connection.execute("PRAGMA journal_mode").fetchone()[0]
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        if (found, level) != (mode, levels[synchronous]) and found != "memory":
            raise LedgerError(f"journal mode {found} and synchronous {level}; expected {mode} and {synchronous}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _require_guards(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'"
        expected = SQLITE_GUARDS
    else:
        query = (
            "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = 'ledger'::regclass AND tgenabled = 'O'"
        )
        expected = dict.fromkeys(POSTGRESQL_TRIGGERS, POSTGRESQL_GUARD)
    found = {str(name): str(definition) for name, definition in connection.execute(text(query))}
    for name, definition in expected.items():
        if found.get(name) != definition:
            raise LedgerError(f"the ledger's guard {name} is missing from the database, switched off or altered")
