"""The process that checks the later half of a long ledger: ``python -m lims.persistence.later_half``.

It is told on standard input what to read, and writes a ``CheckedPart`` to standard output; nothing, and exit code 1, if
anything is wrong. It imports little, so that it begins at once.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from lims.errors import LimsError
from lims.ledger import LedgerChecking, StoredRow
from lims.ledger.checked_part import record_namer
from lims.ledger.checking import milestone_at
from lims.persistence.ledger_rows import postgresql_rows, sliced_rows

_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterHalf:
    """What to check."""

    after: int
    """Entries before the first one, a multiple of 256."""
    upto: int
    sizes: tuple[int, ...]
    """Entries after which the root of the tree is wanted."""
    key: str = field(repr=False)
    """Hex; of the names of records, drawn for this check."""
    file: str = ""
    """Of SQLite; else a server of PostgreSQL is asked."""
    server: dict[str, Any] = field(default_factory=dict, repr=False)
    """How psycopg reaches it."""
    snapshot: str = ""
    """Of PostgreSQL: the moment that both processes see."""

    def to_bytes(self) -> bytes:
        """Write it for the other process."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote."""
        facts = json.loads(data)
        return cls(**facts | {"sizes": tuple(facts["sizes"])})


def check(half: LaterHalf) -> bytes:
    """Check the half; give its ``CheckedPart``.

    Raises
    ------
    LimsError
        If anything is wrong.
    """
    with _rows(half) as batches:
        (before,) = next(batches)
        checking = LedgerChecking(
            sizes=half.sizes, name=record_namer(bytes.fromhex(half.key)), after=milestone_at(before)
        )
        for rows in batches:
            checking.add(rows)
        return checking.part().to_bytes()


@contextmanager
def _rows(half: LaterHalf) -> Iterator[Iterator[list[StoredRow]]]:
    """Give the row before the half alone, then those of the half."""
    with _sqlite(half) if half.file else _postgresql(half) as batches:
        yield batches


@contextmanager
def _sqlite(half: LaterHalf) -> Iterator[Iterator[list[StoredRow]]]:
    with closing(sqlite3.connect(f"{Path(half.file).as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

        @contextmanager
        def transaction() -> Iterator[sqlite3.Connection]:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

        yield _first_alone(sliced_rows(transaction, after=half.after - 1, upto=half.upto))


@contextmanager
def _postgresql(half: LaterHalf) -> Iterator[Iterator[list[StoredRow]]]:
    import psycopg  # noqa: PLC0415 - not for SQLite
    from psycopg.sql import SQL, Literal  # noqa: PLC0415

    with psycopg.connect(**half.server) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(half.snapshot)))
        yield _first_alone(postgresql_rows(connection, after=half.after - 1, upto=half.upto))


def _first_alone(batches: Iterator[list[StoredRow]]) -> Iterator[list[StoredRow]]:
    rows = next(batches, [])
    yield rows[:1]
    yield rows[1:]
    yield from batches


def main(told: bytes) -> int:
    """Check what one is told; give the exit code."""
    try:
        part = check(LaterHalf.from_bytes(told))
    except (LimsError, OSError, sqlite3.Error, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer.read()))
