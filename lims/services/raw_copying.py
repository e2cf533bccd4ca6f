"""The second copy of the raw data: brought up to date, and used to repair the first."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lims.domain.permissions import Act, require_role
from lims.domain.raw_upkeep import RawRepair, RepairedObject, SetAsideFile
from lims.domain.staff import StaffMember
from lims.errors import RawStoreError, SettingsError
from lims.services.named_raw import NamedRaw
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.raw_ports import KeptFile, KeptState, RawKeeper
from lims.services.scrubbing import RawFault, RawFaultKind, RawScrub, ScrubbingService, require_keeper
from lims.services.sweeping import described

_REPAIRED = {RawFaultKind.MISSING, RawFaultKind.ALTERED, RawFaultKind.UNREADABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCopying:
    """What a run of the copy did."""

    copied: int
    present: int
    """Were in the copy already; 'aigaq raw scrub --copy' reads them."""
    faults: tuple[str, ...]
    """Objects that could not be copied, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRepairing:
    """What a repair did."""

    repairs: tuple[RawRepair, ...]
    """The acts; a second one where a manifest that was brought back named more that was missing."""
    faults: tuple[str, ...]
    """What is still wrong, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCopyService:
    """Keeps and uses the second copy."""

    store: Store = field(repr=False)
    raw_store: RawKeeper = field(repr=False)
    second: RawKeeper | None = field(repr=False)
    """None where the settings name no second copy."""
    clock: Clock = field(repr=False)

    def copy(
        self, *, progress: Callable[[int], None] = lambda _: None, reader: StaffMember | None = None
    ) -> RawCopying:
        """Copy every object that the ledger names and the copy lacks, checked on the way.

        Parameters
        ----------
        progress : callable, optional
            Told the number of objects done so far.
        reader : StaffMember, optional
            Who asks at a page; None for the console.

        Raises
        ------
        NotPermittedError
            If the reader may not look after the raw store.
        SettingsError
            If the settings name no second copy.
        """
        require_keeper(reader)
        second = self.require_second()
        named = NamedRaw()
        for _ in named.noting(self.store.entries()):
            pass
        faults: list[str] = []
        wanted = list(dict.fromkeys(named.digests(self.raw_store, faults=faults)))
        present = set(_objects(second))
        copied = 0
        for done, sha256 in enumerate(wanted, start=1):
            if sha256 not in present:
                copied += self._copied(sha256, second, faults)
            progress(done)
        return RawCopying(copied=copied, present=len(present.intersection(wanted)), faults=tuple(dict.fromkeys(faults)))

    def scrub_copy(
        self,
        *,
        share: int = 1,
        progress: Callable[[int], None] = lambda _: None,
        reader: StaffMember | None = None,
    ) -> RawScrub:
        """Scrub the second copy.

        Raises
        ------
        NotPermittedError
            If the reader may not look after the raw store.
        SettingsError
            If the settings name no second copy.
        """
        copy = ScrubbingService(store=self.store, raw_store=self.require_second(), clock=self.clock)
        return copy.scrub(share=share, progress=progress, reader=reader)

    def repair(self, *, actor: StaffMember) -> RawRepairing:
        """Scrub the store, then bring back from the copy what is missing or damaged.

        What is damaged goes into the quarantine and is never overwritten. An object that is damaged in the copy too is
        left as it is.

        Raises
        ------
        NotPermittedError
            If the actor may not repair.
        SettingsError
            If the settings name no second copy.
        """
        require_role(actor, Act.RAW_REPAIRED)
        self.require_second()
        repairs: list[RawRepair] = []
        faults: dict[str, str] = {}
        tried: set[str] = set()
        while found := self._repairable(tried):  # the last look proves that the repair holds
            tried.update(fault.sha256 for fault in found)
            with self.store.unit_of_work() as work:
                repaired = self._bring_back(found, faults)
                if repaired:
                    repairs.append(self._record(work, repaired, actor=actor))
        return RawRepairing(repairs=tuple(repairs), faults=tuple(faults.values()))

    def require_second(self) -> RawKeeper:
        """Give the second copy.

        Raises
        ------
        SettingsError
            If the settings name none.
        """
        if self.second is None:
            raise SettingsError("there is no second copy of the raw data: copy_url under [raw] is not set")
        return self.second

    def _copied(self, sha256: str, second: RawKeeper, faults: list[str]) -> bool:
        try:
            second.copy_from(self.raw_store, sha256)
        except RawStoreError as error:
            faults.append(str(error))
            return False
        return True

    def _repairable(self, tried: set[str]) -> tuple[RawFault, ...]:
        scrub = ScrubbingService(store=self.store, raw_store=self.raw_store, clock=self.clock).scrub()
        return tuple(fault for fault in scrub.faults if fault.kind in _REPAIRED and fault.sha256 not in tried)

    def _bring_back(self, found: tuple[RawFault, ...], faults: dict[str, str]) -> tuple[RepairedObject, ...]:
        """Bring back what the copy still has; note what it has not."""
        second = self.require_second()
        lying = _objects(self.raw_store)
        repaired = []
        for fault in found:
            try:
                second.check(fault.sha256)
            except RawStoreError as error:
                faults[fault.sha256] = f"{fault.said}; the copy cannot help: {error}"
                continue
            damaged = self._set_aside(lying.get(fault.sha256))
            self.raw_store.copy_from(second, fault.sha256)
            repaired.append(RepairedObject(sha256=fault.sha256, found=fault.kind.value, damaged=damaged))
        return tuple(repaired)

    def _set_aside(self, file: KeptFile | None) -> SetAsideFile | None:
        kept_as = self.raw_store.set_aside(file.name, unchanged_since=None) if file is not None else None
        if file is None or kept_as is None:
            return None
        return described(self.raw_store, file, name=file.name, kept_as=kept_as)

    def _record(self, work: UnitOfWork, repaired: tuple[RepairedObject, ...], *, actor: StaffMember) -> RawRepair:
        now = self.clock.now()
        prefix = f"RR-{now.year}-"
        number = f"{prefix}{work.count(RawRepair, prefix=prefix) + 1:04d}"
        repair = RawRepair(number=number, repaired_by=actor.number, repaired_at=now, repaired=repaired)
        work.record(repair, act=Act.RAW_REPAIRED, actor=actor, at=now)
        work.commit()
        return repair


def _objects(keeper: RawKeeper) -> dict[str, KeptFile]:
    return {file.sha256: file for file in keeper.files() if file.state is KeptState.OBJECT}
