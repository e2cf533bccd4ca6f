"""A name that one piece of work holds as long as it lasts; a process that dies lets go of it, whatever killed it."""

import errno
import fcntl
import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, TextClause, text

from lims.errors import StoreUnavailableError

SUFFIX = "-at-work"
"""Of the empty file beside an SQLite database whose bytes stand for names; the file may be removed at rest."""
_TAKE = text("SELECT pg_try_advisory_lock(:place)")
_LET_GO = text("SELECT pg_advisory_unlock(:place)")
_TAKEN = frozenset({errno.EAGAIN, errno.EACCES})


@contextmanager
def at_work(engine: Engine, name: str) -> Iterator[bool]:
    """Hold a name, against other processes and other threads of this one; False if somebody holds it already.

    PostgreSQL keeps it as an advisory lock of one connection, beside SQLite it is the lock of one byte of a file: both
    end with the process, so what nobody holds was finished, or its process is dead.

    Raises
    ------
    StoreUnavailableError
        If the database, or the folder of its file, does not answer.
    """
    place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])  # seven bytes are positive in either
    if engine.dialect.name == "postgresql":
        with _held_by_connection(engine, place) as held:
            yield held
    else:
        with _held_by_file(Path(f"{engine.url.database}{SUFFIX}"), place) as held:
            yield held


@contextmanager
def _held_by_connection(engine: Engine, place: int) -> Iterator[bool]:
    with engine.connect() as opened:
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")  # no transaction stays open meanwhile
        held = _ask(connection, _TAKE, place)
        try:
            yield held
        finally:
            if held:
                with suppress(StoreUnavailableError):  # a connection that is lost holds nothing
                    _ask(connection, _LET_GO, place)


def _ask(connection: Connection, question: TextClause, place: int) -> bool:
    return bool(connection.scalar(question, {"place": place}))


@contextmanager
def _held_by_file(path: Path, place: int) -> Iterator[bool]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror or error}") from error
    try:
        yield _lock_byte(descriptor, place)
    finally:
        os.close(descriptor)  # which lets go of it


def _lock_byte(descriptor: int, place: int) -> bool:
    """Lock one byte for this open file, not for the process: threads keep each other away, too."""
    wanted = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)  # struct flock of Linux with 64 bits
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, wanted)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise StoreUnavailableError(f"a lock beside the database: {error.strerror or error}") from error
    return True
