"""What a database must promise so that an acknowledged act survives a crash: set, read back, else refused."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from lims.errors import LedgerError, SettingsError

_LOG = logging.getLogger(__name__)
_WAL_SAFE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite releases in which the WAL-reset bug is repaired, newest line first; 3.51.3 and everything after it."""
_LEVELS = {"FULL": 2, "EXTRA": 3}
_BUSY_MS = 30_000
_MOUNTS = Path("/proc/self/mountinfo")
_SHARED = (
    *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
    *("ocfs2", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    *("fuse.cephfs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"),
)
"""File systems on which locks or syncs of several computers are not to be relied on."""
_POSTGRESQL = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}


def journal_settings(version: tuple[int, int, int]) -> tuple[str, str]:
    """Give journal mode and synchronous level for an SQLite version.

    WAL is used only where the WAL-reset bug is repaired (see SECURITY.md); elsewhere a rollback journal with the
    folder synced too.
    """
    repaired = version >= _WAL_SAFE[0] or any(version[:2] == line[:2] and version >= line for line in _WAL_SAFE[1:])
    return ("wal", "FULL") if repaired else ("delete", "EXTRA")


def durable_engine(url: str) -> Engine:
    """Give an engine whose connections are durable; whether anything is there is not looked at.

    Raises
    ------
    SettingsError
        If the URL cannot be used, the database is of an unsupported kind, or its file lies on a file system of
        several computers.
    """
    try:
        dialect = make_url(url).get_backend_name()
        if dialect not in {"sqlite", "postgresql"}:
            raise SettingsError(f"database_url names {dialect}; supported are sqlite and postgresql")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    except (SQLAlchemyError, ImportError) as error:
        raise SettingsError(f"database_url: {error}") from error
    _make_durable(engine)
    return engine


def _make_durable(engine: Engine) -> None:
    """Set every connection of an engine, and refuse one that does not keep what it was set to."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _require_postgresql)
        event.listen(engine, "first_connect", _warn_without_checksums)
        return
    if engine.url.database:
        require_own_disk(Path(engine.url.database))
    event.listen(engine, "connect", _set_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def require_own_disk(path: Path, *, mounts: str | None = None) -> None:
    """Refuse a file on a file system that several computers share.

    Parameters
    ----------
    path : Path
        The file, which need not exist.
    mounts : str, optional
        Text of the form of Linux's ``/proc/self/mountinfo``, instead of that file. Elsewhere nothing is checked.

    Raises
    ------
    SettingsError
        Naming the file system.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", errors="surrogateescape") if _MOUNTS.exists() else ""
    folder, kind = Path(), ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = Path(before.split(" ")[4].replace(r"\040", " "))
        if path.absolute().is_relative_to(place) and len(place.parts) >= len(folder.parts):
            folder, kind = place, after.split(" ")[0]
    if kind in _SHARED:
        raise SettingsError(
            f"database_url: {path} lies on {folder}, a file system of kind {kind} that several computers share; an "
            "SQLite file belongs on a disk of this computer"
        )


def _set_sqlite(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    with _closed_if_refused(connection):
        _set_pragmas(connection)


def _set_pragmas(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    mode, synchronous = journal_settings(sqlite3.sqlite_version_info)
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")  # first: the next may have to wait
    wanted = {
        "journal_mode": (mode, "memory"),  # a database without a file keeps no journal; it is for tests
        "synchronous": (_LEVELS[synchronous],),
        "foreign_keys": (1,),
        "trusted_schema": (0,),
        "recursive_triggers": (1,),  # else INSERT OR REPLACE deletes without firing the guard
        "secure_delete": (1,),  # what is erased leaves no bytes in the file
    }
    for pragma, values in wanted.items():
        connection.execute(f"PRAGMA {pragma}={values[0]}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found not in values:
            raise LedgerError(f"SQLite keeps {pragma} at {found}; expected {values[0]}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _require_postgresql(connection: Any, _: Any) -> None:  # noqa: ANN401 - psycopg's connection, SQLAlchemy's record
    with _closed_if_refused(connection):
        for name, values in _POSTGRESQL.items():
            found = _shown(connection, name)
            if found not in values:
                raise SettingsError(
                    f"database_url: PostgreSQL runs with {name} = {found}, so that acts could be lost; expected "
                    f"{' or '.join(values)}"
                )


@contextmanager
def _closed_if_refused(connection: Any) -> Iterator[None]:  # noqa: ANN401 - a driver's connection
    """Close a connection that is refused: it never comes into a pool that would."""
    with ExitStack() as stack:
        stack.callback(connection.close)
        yield
        stack.pop_all()


def _warn_without_checksums(connection: Any, _: Any) -> None:  # noqa: ANN401 - as above
    if _shown(connection, "data_checksums") != "on":
        _LOG.warning("PostgreSQL keeps no page checksums: damage of its disk stays unseen until the ledger is verified")


def _shown(connection: Any, name: str) -> str:  # noqa: ANN401 - psycopg's connection
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        value = str(cursor.fetchone()[0])
    connection.rollback()  # reading a setting leaves no transaction open
    return value
