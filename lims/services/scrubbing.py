"""Scrubbing the raw store: every byte is read again, and everything that the ledger names is looked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.errors import AlteredRawError, InvalidRecordError, MissingRawError, RawStoreError
from lims.services.named_raw import NamedRaw
from lims.services.ports import Clock, Store
from lims.services.raw_ports import KeptFile, KeptState, RawKeeper

_DIGITS = 8
"""How many digits of a digest decide on which day its object is read."""


class RawFaultKind(StrEnum):
    """What can be wrong in a raw store."""

    MISSING = "missing"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    WRITABLE = "writable"
    """Whole, but with other permissions than those of an object."""
    STRANGE = "strange"
    """Nothing that this program puts there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFault:
    """One thing that is wrong."""

    kind: RawFaultKind
    name: str
    """Relative to the store; the digest of what is missing."""
    sha256: str
    """Of the object as it should be; empty for what is none."""
    said: str
    """The fault in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawScrub:
    """What was read and found."""

    objects: int
    """Read to their end."""
    bytes_read: int
    share: int
    """1 for everything, 7 for a seventh."""
    faults: tuple[RawFault, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing at all was found."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubbingService:
    """Scrubs the raw store, or its second copy."""

    store: Store = field(repr=False)
    raw_store: RawKeeper = field(repr=False)
    clock: Clock = field(repr=False)

    def scrub(
        self,
        *,
        share: int = 1,
        progress: Callable[[int], None] = lambda _: None,
        reader: StaffMember | None = None,
    ) -> RawScrub:
        """Hash objects and compare them with their names; look for those that the ledger names.

        Parameters
        ----------
        share : int, optional
            Of so many equal shares the one of today is read: whoever scrubs a seventh each day (UTC) reads every byte
            within seven days. What is missing, strange or writable is looked for in all.
        progress : callable, optional
            Told the number of objects read so far.
        reader : StaffMember, optional
            Who asks at a page; None for the console and the program itself.

        Raises
        ------
        NotPermittedError
            If the reader may not look after the raw store.
        InvalidRecordError
            If the share is below 1.
        """
        require_keeper(reader)
        if share < 1:
            raise InvalidRecordError(f"a share of 1/{share}; expected 1/1 or less, such as 1/7")
        named = self._named()
        files = tuple(self.raw_store.files())
        present = {file.sha256 for file in files}
        faults = [self._missing(sha256) for sha256 in sorted(named - present)]
        today = [file for file in files if file.state is KeptState.OBJECT and self._is_due(file, share)]
        for checked, file in enumerate(today, start=1):
            faults.extend(self._read(file))
            progress(checked)
        faults.extend(fault for file in files for fault in _at_first_sight(file))
        return RawScrub(
            objects=len(today), bytes_read=sum(file.size for file in today), share=share, faults=tuple(faults)
        )

    def _named(self) -> set[str]:
        """Give the digests that must be there; a manifest that cannot be read is a fault of its own object."""
        named = NamedRaw()
        for _ in named.noting(self.store.entries()):
            pass
        return set(named.digests(self.raw_store, faults=[]))

    def _is_due(self, file: KeptFile, share: int) -> bool:
        return int(file.sha256[:_DIGITS], 16) % share == self.clock.now().toordinal() % share

    def _missing(self, sha256: str) -> RawFault:
        said = f"raw object {sha256} is missing: the ledger names it"
        return RawFault(kind=RawFaultKind.MISSING, name=sha256, sha256=sha256, said=said)

    def _read(self, file: KeptFile) -> tuple[RawFault, ...]:
        try:
            self.raw_store.check(file.sha256)
        except MissingRawError as error:  # set aside since it was listed
            kind, said = RawFaultKind.MISSING, str(error)
        except AlteredRawError as error:
            kind, said = RawFaultKind.ALTERED, str(error)
        except RawStoreError as error:
            kind, said = RawFaultKind.UNREADABLE, str(error)
        else:
            return ()
        return (RawFault(kind=kind, name=file.name, sha256=file.sha256, said=said),)


def require_keeper(reader: StaffMember | None) -> None:
    """Refuse a look over the whole raw store to a person who may not repair it; None is the console.

    Raises
    ------
    NotPermittedError
        If the person may not.
    """
    if reader is not None:
        require_role(reader, Act.RAW_REPAIRED)


def _at_first_sight(file: KeptFile) -> tuple[RawFault, ...]:
    """Give what is wrong with a file without reading it."""
    if file.state is KeptState.STRANGE:
        kind, said = RawFaultKind.STRANGE, f"{file.name} is nothing that this program puts into the raw store"
    elif file.state is KeptState.OBJECT and not file.read_only:
        kind, said = RawFaultKind.WRITABLE, f"raw object {file.sha256} has other permissions than r-------- (0400)"
    else:
        return ()
    return (RawFault(kind=kind, name=file.name, sha256=file.sha256, said=said),)
