"""How the service itself stands: database, ledger, raw store and clock, in counts and ages; no record of a case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lims.domain.clock import ClockChange
from lims.domain.ledger_upkeep import HandedCheckpoint
from lims.services.ports import Clock, Store
from lims.services.raw_ports import KeptState, RawKeeper

_CHANGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What the database says of itself."""

    kind: str
    version: str
    """Of the database program."""
    tables: str
    """Number of the last change of the tables."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredEntries:
    """How far the newest checkpoint reaches."""

    size: int
    newest_at: datetime
    """When the last entry under it was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMeasure:
    """What lies in the raw store, counted and not read."""

    objects: int
    size_bytes: int
    unfinished: int
    strange: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """Everything of it at one moment."""

    at: datetime
    database: DatabaseFacts
    entries: int
    separation: str
    """What the application's own account could do to the ledger; empty if it can only append."""
    covered: CoveredEntries | None
    """None: no checkpoint was ever made."""
    handed: HandedCheckpoint | None
    """The last checkpoint that left the laboratory; None: none ever did."""
    raw_free_bytes: int | None
    """None where nobody knows, as of an object store."""
    has_second_copy: bool
    clock_changes: tuple[ClockChange, ...]
    """The newest first."""


class ServiceFacts(Protocol):
    """What database and disks say; no row of a record is read for it."""

    def database(self) -> DatabaseFacts:
        """Give kind, version and size of the database."""
        ...

    def covered(self) -> CoveredEntries | None:
        """Say how far the newest checkpoint reaches; None if there is none."""
        ...

    def raw_free_bytes(self) -> int | None:
        """Give how much more the raw store can keep; None where nobody knows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OverseeingService:
    """Says how the service stands to those who may read of the ledger's upkeep."""

    store: Store = field(repr=False)
    facts: ServiceFacts = field(repr=False)
    raw_store: RawKeeper = field(repr=False)
    has_second_copy: bool
    clock: Clock = field(repr=False)

    def require_reader(self) -> None:
        """Refuse a person who may not read of the ledger's upkeep.

        Raises
        ------
        NotPermittedError
            If this is the store of such a person.
        """
        with self.store.reading() as work:
            work.count(HandedCheckpoint)

    def state(self) -> ServiceState:
        """Give the state of the service.

        Raises
        ------
        NotPermittedError
            If this is the store of a person who may not read of the ledger's upkeep.
        """
        with self.store.reading() as work:
            handed = work.listed(HandedCheckpoint, limit=1)
            last = work.load(HandedCheckpoint, handed[0].number) if handed else None
            changes = work.listed(ClockChange, limit=_CHANGES)
            changed = tuple(work.load(ClockChange, one.number) for one in changes)
            entries = work.head().entries
        return ServiceState(
            at=self.clock.now(),
            database=self.facts.database(),
            entries=entries,
            separation=self.store.separation(),
            covered=self.facts.covered(),
            handed=last,
            raw_free_bytes=self.facts.raw_free_bytes(),
            has_second_copy=self.has_second_copy,
            clock_changes=changed,
        )

    def measure_raw(self, *, progress: Callable[[int], None] = lambda _: None) -> RawMeasure:
        """Count what lies in the raw store; with many files this takes a while.

        Parameters
        ----------
        progress : callable, optional
            Told the number of files looked at so far.

        Raises
        ------
        NotPermittedError
            If this is the store of a person who may not read of the ledger's upkeep.
        """
        self.require_reader()
        counts = dict.fromkeys(KeptState, 0)
        size = 0
        for seen, file in enumerate(self.raw_store.files(), start=1):
            counts[file.state] += 1
            size += file.size
            progress(seen)
        return RawMeasure(
            objects=counts[KeptState.OBJECT],
            size_bytes=size,
            unfinished=counts[KeptState.UNFINISHED],
            strange=counts[KeptState.STRANGE],
            quarantined=sum(1 for _ in self.raw_store.quarantined()),
        )
