"""What the raw store is to those who look after it: everything that lies in it, what was set aside, and copies."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from lims.services.ports import RawStore


class KeptState(StrEnum):
    """What a file in the raw store is, by its name."""

    OBJECT = "object"
    UNFINISHED = "unfinished"
    """Was being written; its writer may have died."""
    STRANGE = "strange"
    """Nothing that this program puts there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """One thing that lies in the raw store."""

    name: str
    """Relative to the store, with ``/``."""
    state: KeptState
    sha256: str
    """Of an object, as its name says; empty for others."""
    size: int
    """Bytes."""
    changed_at: datetime
    """When it was written, or its bytes were brought again."""
    read_only: bool


class RawKeeper(RawStore, Protocol):
    """The raw store as those see it who look after it."""

    def check(self, sha256: str) -> None:
        """Read an object to its end without keeping it in memory.

        Raises
        ------
        MissingRawError, AlteredRawError
            If it is not there, or no longer what it was.
        """
        ...

    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        """Give the digests of the files that a folder's manifest names."""
        ...

    def files(self) -> Iterator[KeptFile]:
        """Give everything that lies in the store but the quarantine."""
        ...

    def quarantined(self) -> Iterator[KeptFile]:
        """Give what was set aside."""
        ...

    def digest_of(self, name: str) -> str:
        """Hash a file by its name in the store."""
        ...

    def set_aside(self, name: str, *, unchanged_since: datetime | None) -> str | None:
        """Move a file into the quarantine; give its name then, or None if it changed since or is gone."""
        ...

    def alone(self) -> AbstractContextManager[bool]:
        """Keep every other process from adding as long as the context lasts; False if one may be adding already."""
        ...

    def copy_from(self, other: Self, sha256: str) -> None:
        """Take an object from another store, checked on the way."""
        ...
