"""A long ledger checked by two processes at once: the later half by another one, on the same moment of the database.

Only an intact ledger is checked so to its end. Whatever is wrong, or hinders the other process, one process finds.
"""

import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lims.errors import LedgerError
from lims.ledger import LedgerChecking, StoredRow
from lims.ledger.checked_part import CheckedPart, record_namer
from lims.ledger.growing_tree import BLOCK_LEAVES
from lims.persistence.later_half import LaterHalf

_LOG = logging.getLogger(__name__)
LONG = 200_000
"""Entries from which a second process is worth its start."""
_PATIENCE = 2
_LEAST_WAIT_S = 60.0
_COMMAND = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "lims.persistence.later_half")

Half = Callable[[int], Iterable[list[StoredRow]]]
"""Gives the rows up to a place."""


def check_in_two(
    engine: Engine, *, size: int, snapshot: str, sizes: tuple[int, ...], rows_to: Half
) -> LedgerChecking | None:
    """Check a long ledger in two processes.

    Parameters
    ----------
    engine : Engine
    size : int
        Entries to check; what came later is left out.
    snapshot : str
        Name of the moment of PostgreSQL that both see; empty for SQLite.
    sizes : tuple of int
        Entries after which the root is wanted.
    rows_to : callable
        Gives the rows of the earlier half.

    Returns
    -------
    LedgerChecking or None
        None if the ledger is short, has a fault, or the other process could not be had: then nothing is known.
    """
    cut = size // 2 // BLOCK_LEAVES * BLOCK_LEAVES
    if size < LONG or not cut or _cores() < 2 or not _can_be_shared(engine):  # noqa: PLR2004 - two processes
        return None
    key = secrets.token_bytes(16)
    checking = LedgerChecking(sizes=sizes, name=record_namer(key))
    file, server = _place(engine)
    half = LaterHalf(after=cut, upto=size, sizes=sizes, key=key.hex(), file=file, server=server, snapshot=snapshot)
    with _started(half) as process:
        began = time.monotonic()
        for rows in rows_to(cut):
            checking.add(rows)
        part = _answer(process, wait_s=_LEAST_WAIT_S + _PATIENCE * (time.monotonic() - began))
    return checking if part is not None and checking.join(part) else None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_be_shared(engine: Engine) -> bool:
    """Tell whether another process can open the database: one without a file is this process's own."""
    return engine.dialect.name != "sqlite" or Path(engine.url.database or "").is_file()


def _place(engine: Engine) -> tuple[str, dict[str, Any]]:
    """Give SQLite's file, or how psycopg reaches the server."""
    if engine.dialect.name == "sqlite":
        return str(Path(engine.url.database or "").absolute()), {}
    _, server = engine.dialect.create_connect_args(engine.url)
    return "", {name: value for name, value in server.items() if isinstance(value, str | int)}


@contextmanager
def _started(half: LaterHalf) -> Iterator["subprocess.Popen[bytes] | None"]:
    """Start the other process; it is gone at the end, whatever happens."""
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        _LOG.warning("the ledger is checked by one process: no other one can be started: %s", error)
        yield None
        return
    with process:
        try:
            _ask(process, half)
            yield process
        finally:
            process.kill()


def _ask(process: "subprocess.Popen[bytes]", half: LaterHalf) -> None:
    pipe, process.stdin = process.stdin, None
    if pipe is not None:
        with suppress(OSError), pipe:  # one that ended at once gives no answer either
            pipe.write(half.to_bytes())


def _answer(process: "subprocess.Popen[bytes] | None", *, wait_s: float) -> CheckedPart | None:
    if process is None:
        return None
    try:
        answer, said = process.communicate(timeout=wait_s)
        if process.returncode == 0:
            return CheckedPart.from_bytes(answer)
        _LOG.info("the later half of the ledger: %s", said.decode(errors="replace").strip())
    except (subprocess.TimeoutExpired, LedgerError) as error:
        _LOG.warning("the ledger is checked again by one process: %s", error)
    return None
