"""Sweeping the raw store: what no entry names is moved into the quarantine, never deleted, and the move is an act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from lims.domain.permissions import Act, require_role
from lims.domain.raw_upkeep import RawRepair, RawSweep, SetAsideFile
from lims.domain.record import Record, from_body
from lims.domain.staff import SYSTEM, StaffMember
from lims.errors import LedgerError, LimsError, RawStoreError
from lims.ledger import LedgerEntry, StoredEntry
from lims.services.named_raw import NamedRaw
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.raw_ports import KeptFile, KeptState, RawKeeper

GRACE = timedelta(hours=24)
"""How long bytes may lie unnamed while another process may be about to record them."""


class SweptStore(Store, Protocol):
    """A store that tells what its ledger says about the raw store, without every entry being read."""

    def named_raw(self) -> NamedRaw:
        """Give the raw objects that the ledger names, from the list of them."""
        ...

    def entries_about(self, kinds: Sequence[type[Record]]) -> Iterator[StoredEntry]:
        """Give the entries about records of some kinds, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the ledger says about the raw store."""

    named: NamedRaw
    set_aside: set[str]
    """Names in the quarantine that entries account for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepingService:
    """Sweeps what imports left behind that never came to an end."""

    store: SweptStore = field(repr=False)
    raw_store: RawKeeper = field(repr=False)
    clock: Clock = field(repr=False)

    def sweep(self, *, actor: StaffMember = SYSTEM, grace: timedelta = GRACE) -> RawSweep | None:
        """Move what no entry names into the quarantine; give the act, or None if nothing was to be moved.

        The ledger's writer lock is held from the last look at the ledger to the recording of the act, so that nothing
        is moved that an entry is just about to name. What is younger than ``grace`` stays, unless no other process has
        the store open for writing: then nobody is about to record anything.

        Raises
        ------
        NotPermittedError
            If the actor may not sweep.
        LedgerError, RawStoreError
            If an earlier sweep's entry, or a manifest, cannot be read: what it names is unknown, and nothing is moved.
        """
        if actor != SYSTEM:
            require_role(actor, Act.RAW_SWEPT)
        reading = self._read()
        if not self._candidates(reading) and not self._unrecorded(reading):
            return None
        with self.store.unit_of_work() as work, self.raw_store.alone() as alone:
            reading = self._read()
            now = self.clock.now()
            self._permit(work, reading, actor=actor, now=now)
            left = self._left(reading)
            moved = self._move(self._candidates(reading), unchanged_since=None if alone else now - grace)
            return self._record(work, (*left, *moved), actor=actor, now=now)

    def _permit(self, work: UnitOfWork, reading: _Reading, *, actor: StaffMember, now: datetime) -> None:
        """Ask the door before anything is moved: a file that lies elsewhere is not rolled back."""
        files = (*self._candidates(reading), *self._unrecorded(reading))
        planned = tuple(SetAsideFile(name=file.name, kept_as="", size=file.size, sha256="") for file in files)
        if planned:
            sweep = RawSweep(number="planned", swept_by=actor.number, swept_at=now, moved=planned)
            work.permit(sweep, act=Act.RAW_SWEPT, actor=actor, at=now)

    def _read(self) -> _Reading:
        set_aside: set[str] = set()
        for stored in self.store.entries_about((RawSweep, RawRepair)):
            try:
                set_aside |= _set_aside_by(LedgerEntry.from_bytes(stored.data))
            except LimsError as error:
                raise LedgerError(
                    f"ledger entry {stored.sequence}: {error}; what it names is unknown, so nothing is moved"
                ) from error
        return _Reading(named=self.store.named_raw(), set_aside=set_aside)

    def _candidates(self, reading: _Reading) -> tuple[KeptFile, ...]:
        """Give what may be moved: unfinished files, and objects that no entry names."""
        faults: list[str] = []
        named = set(reading.named.digests(self.raw_store, faults=faults))
        if faults:
            raise RawStoreError(
                f"{faults[0]}: what it names is unknown, so nothing is moved",
                remedy="Bring the manifest back with 'aigaq raw repair', then sweep again",
            )
        return tuple(
            file
            for file in self.raw_store.files()
            if file.state is KeptState.UNFINISHED or (file.state is KeptState.OBJECT and file.sha256 not in named)
        )

    def _unrecorded(self, reading: _Reading) -> tuple[KeptFile, ...]:
        """Give what an earlier sweep moved that ended before it was recorded."""
        return tuple(file for file in self.raw_store.quarantined() if file.name not in reading.set_aside)

    def _left(self, reading: _Reading) -> tuple[SetAsideFile, ...]:
        return tuple(described(self.raw_store, file, name="", kept_as=file.name) for file in self._unrecorded(reading))

    def _move(self, files: tuple[KeptFile, ...], *, unchanged_since: datetime | None) -> tuple[SetAsideFile, ...]:
        moved = []
        for file in files:
            kept_as = self.raw_store.set_aside(file.name, unchanged_since=unchanged_since)
            if kept_as is not None:
                moved.append(described(self.raw_store, file, name=file.name, kept_as=kept_as))
        return tuple(moved)

    @staticmethod
    def _record(
        work: UnitOfWork, moved: tuple[SetAsideFile, ...], *, actor: StaffMember, now: datetime
    ) -> RawSweep | None:
        if not moved:
            return None
        prefix = f"RS-{now.year}-"
        number = f"{prefix}{work.count(RawSweep, prefix=prefix) + 1:04d}"
        sweep = RawSweep(number=number, swept_by=actor.number, swept_at=now, moved=moved)
        work.record(sweep, act=Act.RAW_SWEPT, actor=actor, at=now)
        work.commit()
        return sweep


def described(raw_store: RawKeeper, file: KeptFile, *, name: str, kept_as: str) -> SetAsideFile:
    """Say what was set aside, with the digest of its bytes as they are."""
    try:
        sha256 = raw_store.digest_of(kept_as)
    except RawStoreError:
        sha256 = ""
    return SetAsideFile(name=name, kept_as=kept_as, size=file.size, sha256=sha256)


def _set_aside_by(entry: LedgerEntry) -> set[str]:
    """Give the names in the quarantine that an entry accounts for."""
    if entry.kind == RawSweep.KIND:
        return {file.kept_as for file in from_body(RawSweep, entry.body).moved}
    repaired = from_body(RawRepair, entry.body).repaired
    return {item.damaged.kept_as for item in repaired if item.damaged is not None}
