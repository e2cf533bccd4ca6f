"""What the services need of the world: a store, a place for raw data, a clock, a desk where reports are made."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, Self, TypeVar

from lims.domain.clock import ClockReading
from lims.domain.custody import HolderKind
from lims.domain.donor import Donor, IdentityField, PersonalValue
from lims.domain.duties import Side
from lims.domain.grounds import Ground, Name
from lims.domain.record import Record
from lims.domain.staff import StaffMember
from lims.domain.waiting import Job
from lims.domain.work_queue import WaitingLine, Whose
from lims.ledger.canonical import JsonValue
from lims.ledger.chain import StoredEntry
from lims.ledger.entry import LedgerEntry
from lims.ledger.merkle import CompactRange, ConsistencyProof, InclusionProof
from spectra.formats.msp import MspFile
from spectra.formats.reading import RunReading
from spectra.formats.text_record import RecordsReading

R = TypeVar("R", bound=Record)


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        ...

    def reading(self) -> ClockReading | None:
        """Read the clock beside the time since the computer's start; None where that is not counted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """Where the ledger ends."""

    entries: int
    leaf: str
    """Hex leaf hash of the newest entry; ``GENESIS`` for none."""
    root: str
    """Hex root of the Merkle tree over all entries (RFC 9162, section 2.1.1); that of the empty tree for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """One line of a list: the newest version of a record, without its body."""

    kind: str
    number: str
    version: int
    parent: str
    state: str
    title: str
    recorded_at: datetime


class UnitOfWork(Protocol):
    """One transaction. Left without ``commit``, it leaves nothing behind."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *failure: object) -> None:
        """Roll back what was not committed."""
        ...

    def load(self, kind: type[R], number: str, *, version: int | None = None) -> R:
        """Give the newest version of a record, or a stated one.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        ...

    def entry_of(self, kind: type[Record], number: str, *, version: int) -> LedgerEntry:
        """Give the ledger entry that made one version of a record: who did it, when, and with which signature.

        Raises
        ------
        NotFoundError
            If there is no such version.
        """
        ...

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        """Give the newest versions of all records that belong to another, in the order of their numbers."""
        ...

    def several(self, kind: type[R], numbers: Sequence[str]) -> tuple[R, ...]:
        """Give the newest versions of named records; of one that is not there, none."""
        ...

    def listed(
        self, kind: type[Record], *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[ListedRecord, ...]:
        """Give one page of a list, newest first.

        Parameters
        ----------
        states : sequence of str, optional
            Only records in one of these states; none: in any.
        words : str, optional
            Only records whose number or title has this text, whatever the case of its letters.
        """
        ...

    def count(self, kind: type[Record], *, prefix: str = "") -> int:
        """Count the records of a kind whose number begins with a prefix."""
        ...

    def lines(self, kind: type[Record], numbers: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of named records; of one that is not there, none."""
        ...

    def lines_under(self, kind: type[Record], parents: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of all records that belong to any of these, in the order in which they were last changed."""
        ...

    def waiting(self, jobs: Sequence[Job], *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits for these jobs, of each the oldest first, and not more than a limit of each.

        What ends on a day of its own waits only where that day is not later than ``until``.
        """
        ...

    def waiting_for(self, whose: Whose, *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits for a person, by name or for a role, of each job the oldest first up to a limit of each.

        Beside it come jobs that wait for this person in the end though they name another; see ``Whose.of_the_role``.
        """
        ...

    def waiting_in(self, cases: Sequence[str], *, until: date) -> tuple[WaitingLine, ...]:
        """Give everything that waits in these cases; the empty number stands for what has no case, or several."""
        ...

    def going_on(self, exhibits: Sequence[str]) -> tuple[tuple[Job, str], ...]:
        """Give the jobs that say of these exhibits that work has begun, each with its exhibit."""
        ...

    def recorded_after(self, kind: type[Record], sequence: int, *, limit: int) -> tuple[tuple[int, str], ...]:
        """Give the numbers of records of a kind whose newest entry is after another, each with it, in that order."""
        ...

    def count_waiting(self, *, until: date, whose: Whose | None = None) -> Mapping[Job, int]:
        """Count what waits, by job; for one person what names that person or nobody, of the person's jobs."""
        ...

    def sides(self, person: str, cases: Sequence[str]) -> Mapping[str, Side]:
        """Give the sides that a person has taken, by case; a case without one is left out."""
        ...

    def resting_on(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what rests directly on any of these, in the order of the entries that say so."""
        ...

    def grounds_of(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what any of these rests on directly, in the order of the entries that say so."""
        ...

    def run_with_raw(self, sha256: str) -> str | None:
        """Give the number of the run that has these raw data, if any."""
        ...

    def held_in(self, kind: HolderKind, name: str, *, limit: int | None = None, offset: int = 0) -> tuple[str, ...]:
        """Name the exhibits that a person, a place or a container has, in order: all of them, or one page."""
        ...

    def count_held(self, kind: HolderKind) -> Mapping[str, int]:
        """Count the exhibits of each person, place or container that has some."""
        ...

    def expected_back(self, before: date) -> tuple[str, ...]:
        """Name the exhibits that were to be given back before a day and are with the same holder still."""
        ...

    def seal_exhibit(self, seal: str) -> str | None:
        """Give the exhibit on which a seal was first seen; None if it never was."""
        ...

    def keep_personal(self, donor: str, values: Sequence[PersonalValue]) -> None:
        """Keep who a donor is, beside the ledger and in this transaction."""
        ...

    def personal(self, donor: str) -> tuple[PersonalValue, ...]:
        """Give who a donor is; nothing if that was erased. Who reads it records the reading in this transaction."""
        ...

    def unopened(self, donor: Donor) -> tuple[IdentityField, ...]:
        """Name the commitments of a donor that no kept value opens; the values themselves are not given out."""
        ...

    def erase_personal(self, donor: str) -> int:
        """Erase who a donor is, with the salts; give how many values there were."""
        ...

    def head(self) -> LedgerHead:
        """Give the end of the ledger as this transaction sees it."""
        ...

    def record(
        self,
        record: Record,
        *,
        act: str,
        actor: StaffMember,
        at: datetime,
        raw: Sequence[str] = (),
        signature: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Append one act to the ledger, the only way to change anything.

        Raises
        ------
        StaleVersionError
            If the version was already recorded.
        """
        ...

    def permit(self, record: Record, *, act: str, actor: StaffMember, at: datetime) -> str:
        """Refuse what ``record`` would refuse for want of a right, before anything dear is done.

        Returns
        -------
        str
            The authority that the act would stand on; empty for a role of the person's own.

        Raises
        ------
        NotPermittedError
            If the person lacks a role, is away, left, lacks a competence, or is on another side of the case.
        """
        ...

    def commit(self) -> None:
        """Make everything recorded in this transaction durable."""
        ...


class LedgerTree(Protocol):
    """The Merkle tree over the ledger as it was when it was asked for; entries of later acts are not in it."""

    @property
    def range(self) -> CompactRange:
        """Give the compact range as the store keeps it."""
        ...

    def leaves(self, start: int, end: int) -> tuple[bytes, ...]:
        """Give the leaf digests of the entries ``start + 1`` to ``end``."""
        ...

    def prove_inclusion(self, sequence: int, size: int | None = None) -> InclusionProof:
        """Prove that an entry is in the tree of the first ``size`` entries; without a size, of all.

        Raises
        ------
        ProofError
            If that tree does not hold the entry, or the ledger is shorter.
        """
        ...

    def prove_consistency(self, old_size: int, size: int | None = None) -> ConsistencyProof:
        """Prove that the tree of ``size`` entries begins with that of ``old_size``; without a size, of all.

        Raises
        ------
        ProofError
            If the ledger never had these sizes in this order.
        """
        ...


class Store(Protocol):
    """The laboratory's records."""

    def unit_of_work(self) -> UnitOfWork:
        """Begin a transaction that may write."""
        ...

    def reading(self) -> UnitOfWork:
        """Begin a transaction that only reads."""
        ...

    def at_work(self, name: str) -> AbstractContextManager[bool]:
        """Hold a name as long as a piece of work of several transactions lasts; False if somebody holds it already.

        A process that dies lets go of it.
        """
        ...

    def entries(self, *, after: int = 0) -> Iterator[StoredEntry]:
        """Give every ledger entry behind a place, in order."""
        ...

    def entries_of(self, kinds: Collection[str], *, begins: str = "") -> Iterator[StoredEntry]:
        """Give the entries of some kinds whose number begins with a text, in order; an empty one takes every number."""
        ...

    def tree(self) -> LedgerTree:
        """Give the Merkle tree over the ledger as it is now."""
        ...

    def checkpoints(self) -> tuple[bytes, ...]:
        """Give every signed checkpoint in the order in which they were kept, which is that of their sizes."""
        ...

    def keep_checkpoint(self, note: bytes, *, size: int) -> None:
        """Keep a signed checkpoint for good.

        Raises
        ------
        LedgerError
            If the ledger is shorter than the checkpoint, or one of a larger size is kept already.
        """
        ...

    def rebuild_lists(self) -> None:
        """Make every list anew from the ledger, in one transaction.

        Raises
        ------
        LimsError
            If an entry cannot be read; then every list stays as it was.
        """
        ...

    def separation(self) -> str:
        """Say what the application's own account could do to the ledger; empty if it can only append."""
        ...


class FileReader(Protocol):
    """Readers of files that others made; the laboratory's own reads each in a bounded process."""

    def run(self, path: Path) -> RunReading:
        """Read a run, also a zipped ``.D`` folder.

        Raises
        ------
        spectra.FormatError
            If it is refused, or cannot be read within the limits.
        """
        ...

    def msp(self, path: Path) -> MspFile:
        """Read a library file.

        Raises
        ------
        spectra.FormatError, spectra.FormatErrors
            If it is refused, or cannot be read within the limits.
        """
        ...

    def records(self, path: Path) -> RecordsReading:
        """Read a library file, archive or folder record by record; each record is taken or refused.

        Raises
        ------
        spectra.FormatError
            If there is no record, or it cannot be read within the limits.
        """
        ...


class RawStore(Protocol):
    """Raw data, addressed by what they are."""

    def put(self, data: bytes) -> str:
        """Keep bytes durably; give their SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """Give bytes back, checked against their digest.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        ...

    def view(self, sha256: str) -> memoryview:
        """Give the bytes of an object, checked against their digest; mapped where they lie on this computer.

        Raises
        ------
        RawStoreError
            If they are missing or no longer what they were.
        """
        ...

    def put_run(self, path: Path) -> str:
        """Keep every file of a run durably; give the run's digest."""
        ...

    def open_run(self, sha256: str, *, name: str, is_folder: bool) -> AbstractContextManager[Path]:
        """Lay a run out under its own name for a reader, for as long as the context lasts."""
        ...
