"""Where raw data lie: what the raw store asks of a folder of this computer and of an object store alike."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lims.errors import RawStoreError

BLOCK_BYTES = 1024 * 1024
"""Read, hashed and written at a time."""
QUARANTINE = "quarantine"
"""The folder of a shelf for what is set aside: on the same file system, so that setting aside moves no byte."""
UNFINISHED = ".new-"
"""What the names of files begin with that are being written."""
OBJECT_MODE = 0o400


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedFile:
    """One thing on a shelf."""

    name: str
    """Relative to the shelf, with ``/``."""
    size: int
    changed_at: datetime
    """Aware; also the last time that the same bytes were brought again."""
    mode: int | None
    """Permission bits; None where there are none. -1 for what is no plain file."""


class Shelf(Protocol):
    """A place where files are kept durably under names, never replaced, never deleted.

    Every method raises ``RawStoreError``, and ``MissingRawError`` for a file that is not there.
    """

    def add(self, name: str, blocks: Iterable[bytes], *, sha256: str) -> bool:
        """Keep a file durably, read it back and compare its digest; only then the name shows it.

        Returns
        -------
        bool
            False if the name is taken; what is there then stays.
        """
        ...

    def renew(self, name: str) -> bool:
        """Make a file that is there young again and durable; False if there is none."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes, block by block."""
        ...

    def view(self, name: str) -> memoryview:
        """Give a file's bytes at once, mapped into memory where the shelf is a folder."""
        ...

    def files(self) -> Iterator[ShelvedFile]:
        """Give everything on the shelf but the quarantine."""
        ...

    def quarantined(self) -> Iterator[ShelvedFile]:
        """Give what was set aside."""
        ...

    def set_aside(self, name: str, *, unchanged_since: datetime | None) -> str | None:
        """Move a file into the quarantine under a name of its own.

        Parameters
        ----------
        name : str
            The file.
        unchanged_since : datetime or None
            A file that changed later stays, also when it changes meanwhile; None moves it in any case.

        Returns
        -------
        str or None
            Its name now, relative to the shelf; None if it stays or is gone.
        """
        ...

    def free_bytes(self) -> int | None:
        """Give how much more can be kept; None where nobody knows."""
        ...

    def alone(self) -> AbstractContextManager[bool]:
        """Keep every other process from adding as long as the context lasts; False if one may be adding already."""
        ...


def digest_of(blocks: Iterable[bytes]) -> str:
    """Hash bytes to their end; hex SHA-256."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def require_digest(found: str, expected: str, *, place: object) -> None:
    """Refuse bytes that came back from the disk as others than those that were written.

    Raises
    ------
    RawStoreError
        Naming both digests.
    """
    if found != expected:
        raise RawStoreError(
            f"{place}: written with SHA-256 {expected}, read back with {found}",
            remedy="Stop work and have memory and disk of this computer checked: they do not keep what they are given",
        )
