"""What the check of the ledger needs of the store: every row, and the lists that belong to the last of them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from lims.ledger import LedgerChecking, StoredEntry, StoredRow
from lims.ledger.checking import Facts
from lims.services.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFault:
    """One difference between a list and the ledger."""

    table: str
    key: str
    """Of the line; empty where the whole table is meant."""
    column: str = ""
    """Empty where a whole line is missing, or stands in no ledger entry."""
    found: str = ""
    expected: str = ""
    reason: str

    def __str__(self) -> str:
        """Say where it is and what is wrong."""
        place = f"{self.table} {self.key}" if self.key else self.table
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A row of the store's checkpoints; nothing of it is trusted."""

    sequence: int
    size: int
    note: bytes


class LedgerReading(Protocol):
    """One look at the ledger."""

    def checkpoints(self) -> tuple[KeptCheckpoint, ...]:
        """Give the kept checkpoints in their order; asked for before the rows, so that none is newer than these."""
        ...

    def rows(self) -> Iterator[Sequence[StoredRow]]:
        """Give every row in the order of its place, some hundred at a time."""
        ...

    def checked(self, *, sizes: Iterable[int] = ()) -> LedgerChecking:
        """Check every entry and the tree, as quickly as it goes; asked for instead of ``rows``.

        Parameters
        ----------
        sizes : iterable of int
            Entries after which the root of the tree is wanted.
        """
        ...

    def note(self, facts: Facts) -> None:
        """Tell the lists what the next entry says."""
        ...

    def list_faults(self, checking: LedgerChecking) -> tuple[ListFault, ...]:
        """Compare every list with what the entries said, when all rows are read."""
        ...


class CheckedStore(Store, Protocol):
    """A store whose ledger can be read row by row."""

    def entry(self, sequence: int) -> StoredEntry | None:
        """Give one ledger entry; None if there is none at that place."""
        ...

    def checking(self) -> AbstractContextManager[LedgerReading]:
        """Read the ledger for as long as the context lasts."""
        ...

    def faults(self) -> tuple[ListFault, ...]:
        """Compare every list with the ledger; name each difference."""
        ...

    def newest_checkpoint(self) -> KeptCheckpoint | None:
        """Give the checkpoint that was kept last; None if there is none."""
        ...
