"""The chain: every entry names the hash of the one before, so that no change stays unseen."""

from dataclasses import dataclass, field

StoredRow = tuple[int, str, str, int, str, bytes]
"""A row as the database gives it: sequence, kind, number, version, leaf hash, bytes. Nothing of it is trusted."""


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
    """The place by row."""
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
