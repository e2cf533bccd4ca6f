"""The laboratory as one person may see it: every unit of work refuses what that person's roles do not let read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, Self, TypeVar, cast

from lims.domain.custody import Custody, HolderKind
from lims.domain.donor import Donor, IdentityField, PersonalValue
from lims.domain.duties import Side
from lims.domain.exhibit import Exhibit
from lims.domain.grounds import Ground, Name
from lims.domain.permissions import Act
from lims.domain.reading_rights import OWN_KINDS, READABLE, may_read
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.staff import Role, StaffMember
from lims.domain.waiting import Job, Waiting
from lims.domain.work_queue import WaitingLine, Whose
from lims.errors import NotFoundError, NotPermittedError
from lims.ledger import JsonValue, LedgerEntry, StoredEntry
from lims.services.permitting import Rights, roles_on
from lims.services.ports import Clock, LedgerHead, LedgerTree, ListedRecord, Store, UnitOfWork

R = TypeVar("R", bound=Record)
S = TypeVar("S")
_WHOLE_LEDGER = frozenset({Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR})
"""Who may read every entry, and so every record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalStore:
    """The store as one person may use it. The roles are read anew in each transaction."""

    store: Store = field(repr=False)
    person: str
    """Staff number."""
    clock: Clock = field(repr=False)
    rights: Rights

    def unit_of_work(self) -> UnitOfWork:
        """Begin a transaction that may write what this person does, and nothing for anybody else."""
        return PersonalUnitOfWork(self, self.store.unit_of_work())

    def reading(self) -> UnitOfWork:
        """Begin a transaction that only reads."""
        return PersonalUnitOfWork(self, self.store.reading())

    def at_work(self, name: str) -> AbstractContextManager[bool]:
        """Hold a name: nothing is read or written."""
        return self.store.at_work(name)

    def entries(self, *, after: int = 0) -> Iterator[StoredEntry]:
        """Give every ledger entry to a person who may read every record.

        Raises
        ------
        NotPermittedError
            If the person may not.
        """
        self._require_whole_ledger()
        return self.store.entries(after=after)

    def entries_of(self, kinds: Collection[str], *, begins: str = "") -> Iterator[StoredEntry]:
        """Give entries of some kinds to a person who may read every record.

        Raises
        ------
        NotPermittedError
            If the person may not.
        """
        self._require_whole_ledger()
        return self.store.entries_of(kinds, begins=begins)

    def tree(self) -> LedgerTree:
        """Give the Merkle tree: hashes only."""
        return self.store.tree()

    def checkpoints(self) -> tuple[bytes, ...]:
        """Give every signed checkpoint: hashes only."""
        return self.store.checkpoints()

    def keep_checkpoint(self, note: bytes, *, size: int) -> None:
        """Keep a signed checkpoint."""
        self.store.keep_checkpoint(note, size=size)

    def rebuild_lists(self) -> None:
        """Refuse: lists are made anew by the laboratory's own service, which records who asked."""
        raise NotPermittedError(f"{self.person} does not rebuild lists here")

    def separation(self) -> str:
        """Say what the application's own account could do to the ledger."""
        return self.store.separation()

    def _require_whole_ledger(self) -> None:
        with self.store.reading() as work:
            if self.roles_in(work).isdisjoint(_WHOLE_LEDGER):
                raise NotPermittedError(f"{self.person} may not read the whole ledger")

    def roles_in(self, work: UnitOfWork) -> frozenset[Role]:
        """Give the person's roles of today as a transaction sees them.

        Raises
        ------
        NotPermittedError
            If the person is unknown, left or is absent: then nothing is read either.
        """
        day = self.rights.day(self.clock.now())
        member = _find(work, self.person)
        if member is None:
            raise NotPermittedError(f"{self.person} is not on the staff")
        member.require_present(day)
        return roles_on(member, day, lambda number: _find(work, number))


class PersonalUnitOfWork:
    """One transaction of one person."""

    def __init__(self, store: PersonalStore, work: UnitOfWork) -> None:
        """Remember whose it is."""
        self._store = store
        self._work = work
        self._roles: frozenset[Role] = frozenset()
        self._identities_read: set[str] = set()

    def __enter__(self) -> Self:
        """Begin, and read the person's roles."""
        with ExitStack() as stack:
            stack.enter_context(self._work)
            self._roles = self._store.roles_in(self._work)
            stack.pop_all()  # it stays open
        return self

    def __exit__(self, *failure: object) -> None:
        """Roll back what was not committed."""
        self._work.__exit__(*failure)

    def load(self, kind: type[R], number: str, *, version: int | None = None) -> R:
        """Give a record that the person may read; one that is not there is refused in the same words."""
        if self._may_read(kind):
            return self._work.load(kind, number, version=version)
        if kind.KIND in OWN_KINDS:
            try:
                record = self._work.load(kind, number, version=version)
            except NotFoundError:
                raise self._refusal(kind) from None
            if self._store.person in {record.number, record.parent}:
                return record
        raise self._refusal(kind)

    def entry_of(self, kind: type[Record], number: str, *, version: int) -> LedgerEntry:
        """Give the entry of a record that the person may read."""
        self._require(kind)
        return self._work.entry_of(kind, number, version=version)

    def children(self, kind: type[R], parent: str) -> tuple[R, ...]:
        """Give the records that belong to another."""
        if not (kind.KIND in OWN_KINDS and parent == self._store.person):
            self._require(kind)
        return self._work.children(kind, parent)

    def several(self, kind: type[R], numbers: Sequence[str]) -> tuple[R, ...]:
        """Give named records."""
        self._require(kind)
        return self._work.several(kind, numbers)

    def waiting(self, jobs: Sequence[Job], *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits, of records that the person may read, and of the own ones."""
        found = self._work.waiting(jobs, until=until, limit=limit)
        return tuple(line for line in found if self._may_see(line.what))

    def waiting_for(self, whose: Whose, *, until: date, limit: int | None = None) -> tuple[WaitingLine, ...]:
        """Give what waits for a person, of records that the person may read, and of the own ones."""
        found = self._work.waiting_for(whose, until=until, limit=limit)
        return tuple(line for line in found if self._may_see(line.what))

    def waiting_in(self, cases: Sequence[str], *, until: date) -> tuple[WaitingLine, ...]:
        """Give what waits in these cases, of records that the person may read, and of the own ones."""
        found = self._work.waiting_in(cases, until=until)
        return tuple(line for line in found if self._may_see(line.what))

    def going_on(self, exhibits: Sequence[str]) -> tuple[tuple[Job, str], ...]:
        """Give the jobs that say of these exhibits that work has begun."""
        self._require(Exhibit)
        return self._work.going_on(exhibits)

    def recorded_after(self, kind: type[Record], sequence: int, *, limit: int) -> tuple[tuple[int, str], ...]:
        """Give the numbers of records that were recorded or changed after an entry."""
        self._require(kind)
        return self._work.recorded_after(kind, sequence, limit=limit)

    def count_waiting(self, *, until: date, whose: Whose | None = None) -> Mapping[Job, int]:
        """Count what waits; of the whole laboratory for who may read its reports."""
        if whose is None or whose.person != self._store.person:
            self._require(Report)
        return self._work.count_waiting(until=until, whose=whose)

    def sides(self, person: str, cases: Sequence[str]) -> Mapping[str, Side]:
        """Give the sides that a person has taken."""
        self._require(Report)
        return self._work.sides(person, cases)

    def listed(
        self, kind: type[Record], *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[ListedRecord, ...]:
        """Give one page of a list."""
        self._require(kind)
        return self._work.listed(kind, limit=limit, offset=offset, states=states, words=words)

    def count(self, kind: type[Record], *, prefix: str = "") -> int:
        """Count the records of a kind."""
        self._require(kind)
        return self._work.count(kind, prefix=prefix)

    def lines(self, kind: type[Record], numbers: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of named records."""
        self._require(kind)
        return self._work.lines(kind, numbers)

    def lines_under(self, kind: type[Record], parents: Sequence[str]) -> tuple[ListedRecord, ...]:
        """Give the lines of records that belong to others."""
        self._require(kind)
        return self._work.lines_under(kind, parents)

    def resting_on(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what rests directly on any of these: numbers of cases, for those who may read of cases."""
        self._require(Report)
        return self._work.resting_on(names)

    def grounds_of(self, names: Sequence[Name]) -> tuple[Ground, ...]:
        """Give what any of these rests on directly."""
        self._require(Report)
        return self._work.grounds_of(names)

    def run_with_raw(self, sha256: str) -> str | None:
        """Give the number of the run that has these raw data, if any."""
        if not may_read("run", self._roles):
            raise NotPermittedError(f"{self._store.person} may not read runs")
        return self._work.run_with_raw(sha256)

    def held_in(self, kind: HolderKind, name: str, *, limit: int | None = None, offset: int = 0) -> tuple[str, ...]:
        """Name the exhibits that a person, a place or a container has."""
        self._require(Custody)
        return self._work.held_in(kind, name, limit=limit, offset=offset)

    def count_held(self, kind: HolderKind) -> Mapping[str, int]:
        """Count the exhibits of each holder."""
        self._require(Custody)
        return self._work.count_held(kind)

    def expected_back(self, before: date) -> tuple[str, ...]:
        """Name the exhibits that were to be given back before a day and were not."""
        self._require(Custody)
        return self._work.expected_back(before)

    def seal_exhibit(self, seal: str) -> str | None:
        """Give the exhibit on which a seal was first seen, if any."""
        self._require(Custody)
        return self._work.seal_exhibit(seal)

    def keep_personal(self, donor: str, values: Sequence[PersonalValue]) -> None:
        """Keep who a donor is."""
        self._work.keep_personal(donor, values)

    def personal(self, donor: str) -> tuple[PersonalValue, ...]:
        """Give who a donor is to a person who recorded that reading in this transaction, and to nobody else.

        Raises
        ------
        NotPermittedError
            If the person did not.
        """
        if donor not in self._identities_read:
            raise NotPermittedError(f"{self._store.person} reads who {donor} is only by the act that records it")
        return self._work.personal(donor)

    def unopened(self, donor: Donor) -> tuple[IdentityField, ...]:
        """Name the commitments that no kept value opens: names of fields, and nothing of the person."""
        self._require(Donor)
        return self._work.unopened(donor)

    def erase_personal(self, donor: str) -> int:
        """Erase who a donor is."""
        return self._work.erase_personal(donor)

    def head(self) -> LedgerHead:
        """Give the end of the ledger: a count and hashes."""
        return self._work.head()

    def permit(self, record: Record, *, act: str, actor: StaffMember, at: datetime) -> str:
        """Refuse what ``record`` would refuse for want of a right."""
        return self._work.permit(record, act=act, actor=actor, at=at)

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
        """Append one act of this person.

        Raises
        ------
        NotPermittedError
            If it is stated as another person's.
        """
        if actor.number != self._store.person:
            raise NotPermittedError(f"{self._store.person} is signed in and cannot act as {actor.number}")
        self._work.record(record, act=act, actor=actor, at=at, raw=raw, signature=signature)
        if act == Act.DONOR_IDENTITY_READ:
            self._identities_read.add(record.number)

    def commit(self) -> None:
        """Make everything recorded in this transaction durable."""
        self._work.commit()

    def _may_read(self, kind: type[Record]) -> bool:
        return may_read(kind.KIND, self._roles)

    def _may_see(self, what: Waiting) -> bool:
        own = what.kind in OWN_KINDS and what.person == self._store.person
        return own or may_read(what.kind, self._roles)

    def _require(self, kind: type[Record]) -> None:
        if not self._may_read(kind):
            raise self._refusal(kind)

    def _refusal(self, kind: type[Record]) -> NotPermittedError:
        wanted = " or ".join(role for role in Role if role in READABLE.get(kind.KIND, frozenset()))
        held = ", ".join(sorted(self._roles)) or "without a role"
        return NotPermittedError(f"{self._store.person} is {held}; reading a {kind.KIND} needs {wanted or 'no role'}")


def over(service: S, store: Store, *, keep: tuple[type, ...]) -> S:
    """Give a service, and every service inside it, over another store.

    Parameters
    ----------
    service : dataclass of this package
    store : Store
        Put in place of every field ``store``.
    keep : tuple of type
        Services that stay as they are, wherever they stand.
    """
    changes: dict[str, Any] = {}
    for one in fields(cast("Any", service)):
        value = getattr(service, one.name)
        if one.name == "store":
            changes[one.name] = store
        elif _is_service(value) and not isinstance(value, keep):
            changes[one.name] = over(value, store, keep=keep)
    return replace(cast("Any", service), **changes) if changes else service


def _is_service(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type) and type(value).__module__.startswith("lims.services.")


def _find(work: UnitOfWork, number: str) -> StaffMember | None:
    try:
        return work.load(StaffMember, number)
    except NotFoundError:
        return None
