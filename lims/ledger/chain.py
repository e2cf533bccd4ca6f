"""The chain: every entry names the hash of the one before, so that no change stays unseen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger.entry import GENESIS, LedgerEntry, leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as the store holds it: its place, its bytes, its hash."""

    sequence: int
    data: bytes = field(repr=False)
    leaf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """One place where the chain does not hold."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """What was checked, and what was found."""

    entries: int
    head: str
    """Leaf hash of the newest entry; ``GENESIS`` for an empty ledger."""
    faults: tuple[ChainFault, ...]

    @property
    def intact(self) -> bool:
        """Tell whether no fault was found."""
        return not self.faults


def check_chain(stored: Iterable[StoredEntry]) -> ChainCheck:
    """Check every entry: its place, its hash, its link, its time, and the version of its record.

    Parameters
    ----------
    stored : iterable of StoredEntry
        In the order of their places.

    Returns
    -------
    ChainCheck
        All faults. Whoever holds the store can rewrite everything after the last hash that left it; that is not
        to be seen here.
    """
    state = _State()
    for entry in stored:
        state.add(entry)
    return ChainCheck(entries=state.count, head=state.head, faults=tuple(state.faults))


class _State:
    """What the next entry is held against."""

    def __init__(self) -> None:
        self.count = 0
        self.head = GENESIS
        self.faults: list[ChainFault] = []
        self._time: datetime | None = None
        self._versions: dict[tuple[str, str], int] = {}

    def add(self, stored: StoredEntry) -> None:
        self.count += 1
        self.faults.extend(ChainFault(sequence=stored.sequence, reason=reason) for reason in self._reasons(stored))
        self.head = leaf_hash(stored.data)

    def _reasons(self, stored: StoredEntry) -> list[str]:
        reasons = []
        if leaf_hash(stored.data) != stored.leaf:
            reasons.append("its bytes do not have the recorded hash")
        try:
            entry = LedgerEntry.from_bytes(stored.data)
        except (CanonicalFormError, LedgerError) as error:
            return [*reasons, f"its bytes cannot be read: {error}"]
        if not entry.sequence == stored.sequence == self.count:
            reasons.append(
                f"it is number {self.count} in the store, {stored.sequence} by row, {entry.sequence} by text"
            )
        if entry.previous != self.head:
            reasons.append("it does not follow the entry before it")
        return [*reasons, *self._order(entry)]

    def _order(self, entry: LedgerEntry) -> list[str]:
        reasons = []
        if self._time is not None and entry.recorded_at < self._time:
            reasons.append("it is dated before the entry before it")
        self._time = entry.recorded_at
        expected = self._versions.get((entry.kind, entry.number), 0) + 1
        if entry.version != expected:
            reasons.append(f"it is version {entry.version} of {entry.kind} {entry.number}, expected {expected}")
        self._versions[entry.kind, entry.number] = entry.version
        return reasons
