"""A copy of a finished history in somebody's hands, and how it is made whole again."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from lims.errors import LimsError
from lims.persistence.ledger_key import FileSigner
from lims.persistence.listing import rebuild_lists
from lims.services.auditing import AuditingService
from lims.services.checkpointing import CheckpointingService
from tests.builders.laboratories import Bench
from tests.tamper.copies import Copying, Rows, write_rows
from tests.tamper.histories import History
from tests.tamper.walking import ledger_signer


class ImpossibleChangeError(Exception):
    """There is nothing in this history to which this change could be done."""


@dataclass
class Target:
    """A copy of a history, and the hands that change it."""

    history: History
    copying: Copying
    bench: Bench
    auditing: AuditingService = field(init=False)
    _originals: dict[Path, tuple[bytes, int] | None] = field(default_factory=dict)
    """Bytes and mode of the files that may have changed; None for a file that was not there."""
    _is_changed: bool = False

    def __post_init__(self) -> None:
        checkpointing = CheckpointingService(store=self.bench.store, signer=self.signer, clock=self.bench.clock)
        self.auditing = AuditingService(
            store=self.bench.store,
            raw_store=self.bench.raw_store,
            checkpointing=checkpointing,
            draw=self.bench.auditing.draw,
            sample=1,
        )

    @property
    def size(self) -> int:
        """Count the entries of the history."""
        return len(self.history.rows["ledger"])

    @property
    def checkpoint_sizes(self) -> Sequence[int]:
        """Give the sizes of all kept checkpoints."""
        return [row["size"] for row in self.history.rows["checkpoint"]]

    @property
    def newest_checkpoint(self) -> int:
        """Give the entries that the newest checkpoint covers."""
        if not self.checkpoint_sizes:
            raise ImpossibleChangeError
        return max(self.checkpoint_sizes)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Give the rows that a table had at the end of the history."""
        return [*self.history.rows[table.name]]

    @contextmanager
    def hands(self) -> Iterator[Connection]:
        """Open the database as its owner; what its unique indexes stop is no change."""
        self._is_changed = True
        try:
            with self.copying.hands() as connection:
                yield connection
        except IntegrityError as error:
            raise ImpossibleChangeError from error

    def make_lists(self, connection: Connection) -> None:
        """Make tree and lists from the ledger as it is now, by the program's own means."""
        try:
            rebuild_lists(connection)
        except LimsError as error:
            raise ImpossibleChangeError from error

    def require_free(self, table: Table, row: dict[str, Any], names: Sequence[str]) -> None:
        """Leave a change out that the database's own unique index would stop."""
        taken = {tuple(one[name] for name in names) for one in self.history.rows[table.name]}
        if tuple(row[name] for name in names) in taken:
            raise ImpossibleChangeError

    @property
    def signer(self) -> FileSigner:
        """Give the signer of the checkpoints, with its key and what it remembers."""
        return ledger_signer(self.history.folder)

    def some_object(self, chance: random.Random) -> tuple[str, bytes]:
        """Choose a raw object that the ledger names."""
        sha256 = chance.choice(self.history.objects)
        return sha256, self.file_of(sha256).read_bytes()

    def file_of(self, sha256: str) -> Path:
        """Give the file of a raw object."""
        return self.history.folder / "raw" / sha256[:2] / sha256

    def put_file(self, path: Path, data: bytes) -> None:
        """Write a file in place of what is there, and leave its mode as it was."""
        self.remember(path)
        mode = path.stat().st_mode if path.exists() else 0o600
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        path.chmod(mode)

    def remember(self, path: Path) -> None:
        """Keep what a file is before it is changed."""
        there = path.exists()
        self._originals.setdefault(path, (path.read_bytes(), path.stat().st_mode) if there else None)

    def renew(self) -> None:
        """Make everything as it was at the end of the history."""
        if self._is_changed:
            self.copying.renew()
            self._is_changed = False
        for path, original in self._originals.items():
            path.unlink(missing_ok=True)
            if original is not None:
                path.write_bytes(original[0])
                path.chmod(original[1])
        self._originals.clear()

    def put_database(self, rows: Rows) -> None:
        """Put another state of the whole database in place of this one."""
        with self.hands() as connection:
            write_rows(connection, rows)
