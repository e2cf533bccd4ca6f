"""The database engine, set so that an acknowledged act survives a crash."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lims.errors import LedgerError, SettingsError
from lims.persistence.tables import GUARDS, METADATA, SQLITE_GUARDS

_WAL_SAFE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite releases in which the WAL-reset bug is repaired, newest line first; 3.51.3 and everything after it."""
_BUSY_MS = 30_000


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
    except ArgumentError as error:
        raise SettingsError(f"database_url: {error}") from error
    if dialect not in {"sqlite", "postgresql"}:
        raise SettingsError(f"database_url names {dialect}; supported are sqlite and postgresql")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    if dialect == "sqlite":
        _make_durable(engine)
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            METADATA.create_all(connection)
            for guard in GUARDS[dialect]:
                connection.exec_driver_sql(guard)
            _require_guards(connection)
    except SQLAlchemyError as error:
        raise SettingsError(f"database_url: {error}") from error
    return engine


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
        found = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
        missing = sorted(set(SQLITE_GUARDS) - found)
    else:
        names = connection.scalars(text("SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger'::regclass"))
        missing = sorted({"ledger_row_guard", "ledger_truncate_guard"} - set(names))
    if missing:
        raise LedgerError(f"the ledger's guard {missing[0]} is missing from the database")
