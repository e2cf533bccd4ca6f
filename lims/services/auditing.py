"""Checking the record itself: chain, lists, raw data; and saying what such a check cannot know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lims.errors import LimsError
from lims.ledger import ChainCheck, check_chain
from lims.services.named_raw import ManifestReader, NamedRaw
from lims.services.ports import RawStore, Store

CANNOT_KNOW = (
    "whether what was entered is true: the ledger proves who entered what, in which order, and that it is unchanged",
    "whether somebody who controls this computer rewrote the newest entries: compare the head with one on paper",
)


class RawReader(RawStore, ManifestReader, Protocol):
    """A raw store that also tells which files a folder's manifest names."""


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
        named = NamedRaw()
        chain = check_chain(named.noting(self.store.entries()))
        raw_faults: list[str] = []
        checked = 0
        for checked, sha256 in enumerate(named.digests(self.raw_store, faults=raw_faults), start=1):
            raw_faults.extend(self._fault(sha256))
            progress(checked)
        return LedgerVerification(
            chain=chain, list_faults=self.store.faults(), raw_objects=checked, raw_faults=tuple(raw_faults)
        )

    def _fault(self, sha256: str) -> Iterator[str]:
        try:
            self.raw_store.get(sha256)
        except LimsError as error:
            yield str(error)
