"""What waits for whom: the own queue of a person, that of the whole laboratory, and what is late."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.deadline import DeadlineState
from lims.domain.exhibit import Exhibit
from lims.domain.nonconformity import NonconformingWork
from lims.domain.record import Record
from lims.domain.staff import Role, StaffMember
from lims.domain.transfer import HAND_OVER_TIME, Transfer
from lims.domain.waiting import Job
from lims.domain.work_queue import (
    OF_ITS_OWN_DAY,
    QueueItem,
    Standing,
    WaitingLine,
    Whose,
    in_order,
    is_for,
    jobs_of,
    on_side,
    queue_item,
    settled,
)
from lims.queue_settings import QueueSetting
from lims.services.case_clocks import CaseClocks
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.terms import TermService
from lims.translation import TIME_ZONE

READERS = (Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR)
"""Who sees what waits for others."""
MOST_OF_A_JOB = 1000
"""So many lines of one job are looked at for a queue, the oldest first; what is late is looked for in all of them."""
_PAGE = 100
_OF_OTHERS = frozenset({Job.VERIFY, Job.RESUME, Job.CLOSE})
"""Jobs that nobody does who caused or corrected what they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of a queue."""

    items: tuple[QueueItem, ...]
    counts: Mapping[Standing, int]
    """Of the whole queue."""
    not_shown: int = 0
    """What waits besides and was not looked at: see ``MOST_OF_A_JOB``."""

    @property
    def total(self) -> int:
        """How many things wait in the whole queue."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueingService:
    """Reads the list of what waits; nothing is written here."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    terms: TermService = field(repr=False)
    clocks: CaseClocks = field(default_factory=CaseClocks, repr=False)
    setting: QueueSetting = field(default_factory=QueueSetting)
    kinds: Mapping[str, type[Record]] = field(default_factory=dict, repr=False)
    """Every kind of record, by its word in the ledger: titles are looked up under it."""
    hand_over_time: timedelta = HAND_OVER_TIME
    """After which an offer that nobody answered is the giver's again."""
    release_by_reviewer: bool = False
    time_zone: tzinfo = TIME_ZONE
    """Whose days count."""

    def mine(self, person: StaffMember, *, limit: int = _PAGE, offset: int = 0, only: Standing | None = None) -> Queue:
        """Give what waits for a person: by name, or for one of the person's roles where the side of the case allows.

        Parameters
        ----------
        limit, offset : int, optional
            Which part of the queue is given with titles; it is counted whole.
        only : Standing, optional
            Leaves out what stands otherwise.
        """
        whose = Whose(person=person.number, jobs=jobs_of(person.roles))
        with self.store.reading() as work:
            lines = self._late_lines(work) if only is Standing.LATE else self._lines_of(work, whose)
            own = [line for line in lines if is_for(line.what, whose.person, whose.jobs)]
            allowed = self._allowed(work, own, whose.person)
            page = self._page(work, allowed, limit=limit, offset=offset, only=only)
            left = 0 if only is Standing.LATE else self._not_looked_at(work, whose)
        return replace(page, not_shown=left)

    def all(self, *, reader: StaffMember | None, limit: int = _PAGE, offset: int = 0) -> Queue:
        """Give what waits in the whole laboratory.

        Parameters
        ----------
        reader : StaffMember or None
            Head, quality manager or auditor; None for the console, which asks nobody.

        Raises
        ------
        NotPermittedError
            If the reader is none of them.
        """
        _require_reader(reader)
        with self.store.reading() as work:
            page = self._page(work, self._lines(work), limit=limit, offset=offset)
            left = self._not_looked_at(work)
        return replace(page, not_shown=left)

    def late(self, *, reader: StaffMember | None, limit: int | None = None, offset: int = 0) -> Queue:
        """Give everything that is late in the whole laboratory, however much waits.

        Raises
        ------
        NotPermittedError
            If the reader is no head, quality manager or auditor.
        """
        _require_reader(reader)
        with self.store.reading() as work:
            return self._page(work, self._late_lines(work), limit=limit, offset=offset, only=Standing.LATE)

    def prepare(self) -> None:
        """Read the clocks of all cases, so that nobody who asks what is late waits for it."""
        self.clocks.catch_up(self.store)

    # how a queue is made

    def _lines(self, work: UnitOfWork) -> tuple[WaitingLine, ...]:
        return self._told(work, settled(work.waiting(tuple(Job), until=self._until(), limit=MOST_OF_A_JOB)))

    def _lines_of(self, work: UnitOfWork, whose: Whose) -> tuple[WaitingLine, ...]:
        """Give what may wait for a person; the lines of others say whether work on the exhibit goes on."""
        found = work.waiting_for(whose, until=self._until(), limit=MOST_OF_A_JOB)
        exhibits = sorted({one.what.exhibit_number for one in found if one.what.exhibit_number})
        return self._told(work, settled(found, work.going_on(exhibits) if exhibits else ()))

    def _late_lines(self, work: UnitOfWork) -> tuple[WaitingLine, ...]:
        """Give everything that can be late: in late cases, in none or several, or with a day of its own."""
        late = self.clocks.late(work, self.terms)
        in_cases = work.waiting_in(("", *late), until=self._until())
        of_a_day = work.waiting(tuple(OF_ITS_OWN_DAY), until=self._until())
        lines = {(one.what.topic, one.what.number): one for one in (*in_cases, *of_a_day)}
        exhibits = sorted({one.what.exhibit_number for one in lines.values() if one.what.exhibit_number})
        return self._told(work, settled(tuple(lines.values()), work.going_on(exhibits) if exhibits else ()))

    def _not_looked_at(self, work: UnitOfWork, whose: Whose | None = None) -> int:
        counts = work.count_waiting(until=self._until(), whose=whose)
        return sum(max(count - MOST_OF_A_JOB, 0) for count in counts.values())

    def _told(self, work: UnitOfWork, lines: Sequence[WaitingLine]) -> tuple[WaitingLine, ...]:
        return tuple(_with_cases(work, self._to_the_giver(work, lines)))

    def _page(
        self,
        work: UnitOfWork,
        lines: Sequence[WaitingLine],
        *,
        limit: int | None,
        offset: int = 0,
        only: Standing | None = None,
    ) -> Queue:
        """Put lines into the order of a queue, and give titles to those that are shown."""
        deadlines, today = self._deadlines(work, lines), self._today()
        made = (queue_item(one, deadlines, today=today, soon_days=self.setting.soon_days) for one in lines)
        items = in_order(one for one in made if one is not None and only in {None, one.standing})
        shown = items[offset:] if limit is None else items[offset : offset + limit]
        return Queue(items=self._titled(work, shown), counts=Counter(one.standing for one in items))

    def _deadlines(self, work: UnitOfWork, lines: Iterable[WaitingLine]) -> dict[str, DeadlineState]:
        numbers = sorted({case for line in lines for case in line.cases})
        if not numbers:
            return {}
        return {case.number: self.terms.state(case) for case in work.several(Case, numbers)}

    def _titled(self, work: UnitOfWork, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        titles: dict[tuple[str, str], str] = {}
        for kind in sorted({one.kind for one in items} & set(self.kinds)):
            numbers = [one.number for one in items if one.kind == kind]
            if kind == "competence":  # the list of all competences is not for everybody who has one
                continue
            titles |= {(kind, line.number): line.title for line in work.lines(self.kinds[kind], numbers)}
        return tuple(replace(one, title=titles.get((one.kind, one.number), "")) for one in items)

    def _to_the_giver(self, work: UnitOfWork, lines: Sequence[WaitingLine]) -> Iterator[WaitingLine]:
        """Let an offer that nobody answered in time wait for the one who made it."""
        lapsed = self.clock.now() - self.hand_over_time
        offers = [one.what.number for one in lines if one.what.job is Job.ANSWER_HAND_OVER]
        transfers = {one.number: one for one in work.several(Transfer, offers)} if offers else {}
        for line in lines:
            offer = transfers.get(line.what.number) if line.what.job is Job.ANSWER_HAND_OVER else None
            if offer is not None and offer.prepared_at < lapsed:
                yield replace(line, what=replace(line.what, job=Job.OFFER_AGAIN, person=offer.by))
            else:
                yield line

    def _allowed(self, work: UnitOfWork, lines: Sequence[WaitingLine], person: str) -> list[WaitingLine]:
        """Leave out what the person's other side of a case, or part in a nonconformity, forbids."""
        cases = sorted({case for line in lines for case in line.cases})
        sides = work.sides(person, cases) if cases else {}
        barred = _barred(work, lines, person)
        return [
            line
            for line in lines
            if line.what.number not in barred and on_side(line, sides, release_by_reviewer=self.release_by_reviewer)
        ]

    def _today(self) -> date:
        return self.clock.now().astimezone(self.time_zone).date()

    def _until(self) -> date:
        return self._today() + timedelta(days=self.setting.ending_days)


def _require_reader(reader: StaffMember | None) -> None:
    if reader is not None:
        reader.require(*READERS)


def _barred(work: UnitOfWork, lines: Sequence[WaitingLine], person: str) -> frozenset[str]:
    numbers = [one.what.number for one in lines if one.what.job in _OF_OTHERS]
    found = work.several(NonconformingWork, numbers) if numbers else ()
    return frozenset(one.number for one in found if person in {one.caused_by, *one.correctors})


def _with_cases(work: UnitOfWork, lines: Iterable[WaitingLine]) -> Iterator[WaitingLine]:
    """Give lines of several exhibits the cases of these."""
    found = tuple(lines)
    exhibits = _exhibits_of(work, found)
    named = sorted({number for numbers in exhibits.values() for number in numbers})
    cases = {line.number: line.parent for line in work.lines(Exhibit, named)} if named else {}
    for line in found:
        numbers = exhibits.get((line.what.kind, line.what.number), ())
        own = tuple(sorted({cases[number] for number in numbers if number in cases}))
        yield replace(line, case_numbers=own) if own else line


def _exhibits_of(work: UnitOfWork, lines: Sequence[WaitingLine]) -> dict[tuple[str, str], tuple[str, ...]]:
    batches = [one.what.number for one in lines if one.what.kind == Batch.KIND]
    transfers = [one.what.number for one in lines if one.what.kind == Transfer.KIND]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for batch in work.several(Batch, batches) if batches else ():
        found[batch.KIND, batch.number] = tuple(one.exhibit_number for one in batch.exhibits())
    for transfer in work.several(Transfer, transfers) if transfers else ():
        found[transfer.KIND, transfer.number] = transfer.exhibit_numbers
    return found
