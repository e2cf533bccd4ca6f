"""Checking the record itself: chain, lists, raw data; and saying what such a check cannot know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lims.errors import LimsError
from lims.ledger import ChainCheck, LedgerEntry, StoredEntry, check_chain
from lims.services.ports import RawStore, Store

CANNOT_KNOW = (
    "whether what was entered is true: the ledger proves who entered what, in which order, and that it is unchanged",
    "whether somebody who controls this computer rewrote the newest entries: compare the head with one on paper",
)


class RawReader(RawStore, Protocol):
    """A raw store that also tells which files a folder's manifest names."""

    def files_of_run(self, sha256: str) -> tuple[str, ...]:
        """Give the digests of the files behind a manifest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerification:
    """What was checked and found."""

    chain: ChainCheck
    list_faults: tuple[str, ...]
    raw_objects: int
    raw_faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing at all was found."""
        return self.chain.intact and not self.list_faults and not self.raw_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditingService:
    """Verifies the ledger."""

    store: Store = field(repr=False)
    raw_store: RawReader = field(repr=False)

    def verify(self, *, progress: Callable[[int], None] = lambda _: None) -> LedgerVerification:
        """Check every entry, every list and every raw object that an entry names.

        Parameters
        ----------
        progress : callable, optional
            Told the number of raw objects checked so far.
        """
        named: dict[str, bool] = {}
        chain = check_chain(_noting_raw(self.store.entries(), named))
        raw_faults: list[str] = []
        checked = 0
        for sha256, is_folder in named.items():
            for member in (sha256, *self._members(sha256, raw_faults, is_folder=is_folder)):
                checked += 1
                raw_faults.extend(self._fault(member))
                progress(checked)
        return LedgerVerification(
            chain=chain, list_faults=self.store.faults(), raw_objects=checked, raw_faults=tuple(raw_faults)
        )

    def _members(self, sha256: str, faults: list[str], *, is_folder: bool) -> tuple[str, ...]:
        if not is_folder:
            return ()
        try:
            return self.raw_store.files_of_run(sha256)
        except LimsError as error:
            faults.append(str(error))
            return ()

    def _fault(self, sha256: str) -> Iterator[str]:
        try:
            self.raw_store.get(sha256)
        except LimsError as error:
            yield str(error)


def _noting_raw(entries: Iterator[StoredEntry], named: dict[str, bool]) -> Iterator[StoredEntry]:
    """Pass entries on, and note which raw objects they name and which of them are folders."""
    for stored in entries:
        try:
            entry = LedgerEntry.from_bytes(stored.data)
        except LimsError:
            yield stored  # the chain check says what is wrong with it
            continue
        for sha256 in entry.raw:
            named.setdefault(sha256, False)
        raw = entry.body.get("raw")
        if isinstance(raw, dict) and raw.get("is_folder") is True:
            named[str(raw.get("sha256"))] = True
        yield stored
