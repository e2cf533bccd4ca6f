"""Weighings, aliquots and mass balances; a difference beyond its uncertainty goes to the quality manager."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from lims.domain.aliquot import Aliquot
from lims.domain.aliquot_custody import aliquot_taken
from lims.domain.balance_check import BalanceCheck, Doubt, doubts
from lims.domain.case import Case
from lims.domain.custody import EventKind, Holder, HolderKind
from lims.domain.exhibit import Exhibit
from lims.domain.mass_balance import Consumed, Lost, MassBalance, Taken
from lims.domain.mass_discrepancy import DiscrepancyClosing, MassDiscrepancy
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.weighing import (
    Reading,
    Shown,
    SummedMass,
    WeighedItem,
    Weighing,
    WeighingPurpose,
    sum_weighings,
    weigh,
)
from lims.domain.wording import clean_text
from lims.errors import NotFoundError, TransitionError
from lims.services.balance_ports import BalanceLines, NoBalanceLines
from lims.services.custody_items import case_of, item_in
from lims.services.custody_steps import CustodyPolicy, Happening, append_event, custody_in
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.registering import RegisteringService
from lims.services.versions import require_seen

_PAGE = 500
_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A weighing, and what followed from it."""

    weighing: Weighing
    mass_balance: MassBalance | None
    discrepancy: MassDiscrepancy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AliquotFacts:
    """What a person states of an aliquot."""

    purpose: str
    container: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that was measured of the mass of one item."""

    item: str
    exhibit: str
    """The exhibit that the item is, or was taken from."""
    weighings: tuple[Weighing, ...]
    aliquots: tuple[Aliquot, ...]
    mass_balance: MassBalance | None
    """None before the item was weighed."""
    of_aliquots: tuple[MassBalance, ...]
    """In the order of the aliquots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingService:
    """Weighs items, takes aliquots of them, and keeps what becomes of their mass."""

    store: Store = field(repr=False)
    registering: RegisteringService = field(repr=False)
    clock: Clock = field(repr=False)
    balances: BalanceLines = field(default_factory=NoBalanceLines, repr=False)
    """Those that are read over a line."""

    def read_balance(self, balance: str, *, actor: StaffMember) -> Reading:
        """Give what the display of a balance shows at this moment; nothing is recorded.

        Raises
        ------
        NotPermittedError
            If the actor does not weigh.
        BalanceError
            If the balance has no line, or does not answer with a weight.
        """
        require_role(actor, Act.WEIGHING_RECORDED)
        return self.balances.read(balance)

    def weigh(
        self, item: str, shown: Shown, *, balance: str, purpose: WeighingPurpose, k: Decimal, actor: StaffMember
    ) -> Weighed:
        """Weigh an exhibit, a part or an aliquot.

        Before the examination the mass balance of the item begins with it; a remainder is compared with what should
        be left, and a difference beyond its uncertainty is raised to the quality manager in the same transaction.

        Raises
        ------
        NotFoundError, NotUsableError
            If there is no such item or balance, or the balance may not weigh now (rule WU-1).
        WeighingError
            If the readings cannot make a weight (rules WU-2, WU-3).
        TransitionError
            If the mass balance began already, or has not begun.
        """
        require_role(actor, Act.WEIGHING_RECORDED)
        if purpose is WeighingPurpose.ALIQUOT:
            raise TransitionError("an aliquot is weighed by the act that takes it")
        with self.store.unit_of_work() as work:
            target = WeighedItem(number=item, exhibit_number=_exhibit_of(work, item), purpose=purpose)
            weighing = self._weigh(work, target, shown, balance=balance, k=k, actor=actor)
            kept = raised = None
            if purpose is WeighingPurpose.BEFORE:
                kept = self._open(work, weighing, actor=actor)
            elif purpose is WeighingPurpose.REMAINDER:
                kept = self._weigh_back(work, weighing, actor=actor)
                raised = self._raise_difference(work, kept, actor=actor)
            work.commit()
        return Weighed(weighing=weighing, mass_balance=kept, discrepancy=raised)

    def take_aliquot(
        self, item: str, shown: Shown, facts: AliquotFacts, *, balance: str, k: Decimal, actor: StaffMember
    ) -> Aliquot:
        """Take an aliquot of an item and weigh it; its own mass balance and its own custody begin with it.

        Raises
        ------
        NotFoundError, NotUsableError, WeighingError
            As for ``weigh``.
        TransitionError
            If the item was not weighed before.
        ShortageError
            If it is more than is there, beyond the uncertainty.
        """
        require_role(actor, Act.ALIQUOT_TAKEN)
        with self.store.unit_of_work() as work:
            exhibit = _exhibit_of(work, item)
            kept = _mass_balance(work, item)
            prefix = f"{item}-A"
            number = f"{prefix}{work.count(Aliquot, prefix=prefix) + 1}"
            target = WeighedItem(number=number, exhibit_number=exhibit, purpose=WeighingPurpose.ALIQUOT)
            weighing = self._weigh(work, target, shown, balance=balance, k=k, actor=actor)
            aliquot = Aliquot(
                number=number,
                item_number=item,
                exhibit_number=exhibit,
                weighing_number=weighing.number,
                mass_g=weighing.net_g,
                u_g=weighing.u_g,
                purpose=clean_text("purpose", facts.purpose),
                container=clean_text("container", facts.container),
                taken_by=actor.number,
                taken_at=weighing.weighed_at,
            )
            taken = Taken(aliquot_number=number, mass_g=weighing.net_g, u_g=weighing.u_g)
            work.record(aliquot, act=Act.ALIQUOT_TAKEN, actor=actor, at=weighing.weighed_at)
            work.record(kept.take(taken), act=Act.MASS_TAKEN, actor=actor, at=weighing.weighed_at)
            self._open(work, weighing, actor=actor)
            held = aliquot_taken(aliquot, case_number=case_of(work, aliquot), recorded_at=weighing.weighed_at)
            work.record(held, act=Act.CUSTODY_ALIQUOT_TAKEN, actor=actor, at=weighing.weighed_at)
            work.commit()
        return aliquot

    def consume(self, item: str, mass_g: Decimal, *, u_g: Decimal, purpose: str, actor: StaffMember) -> MassBalance:
        """Record that some of an item was used up, under the permission of the appointing body (rule KZ-2).

        The custody of an aliquot of which nothing is left ends with it.

        Raises
        ------
        ConsumptionRefusedError
            If the case has no permission, or none for all that is left.
        TransitionError, ShortageError, NotFoundError
            If the item was not weighed before, less is there, or it does not exist.
        """
        require_role(actor, Act.MASS_CONSUMED)
        words = clean_text("purpose", purpose)

        def step(work: UnitOfWork, kept: MassBalance, now: datetime) -> MassBalance:
            case = work.load(Case, work.load(Exhibit, kept.exhibit_number).case_number)
            whole, everything = kept.item_number == kept.exhibit_number, kept.uses_everything(mass_g, u_g)
            permission = case.require_consumption(entire=whole and everything)
            consumed = Consumed(
                mass_g=mass_g,
                u_g=u_g,
                purpose=words,
                permission=permission.reference,
                consumed_by=actor.number,
                consumed_at=now,
            )
            return kept.consume(consumed)

        return self._change(item, Act.MASS_CONSUMED, actor, step)

    def lose(self, item: str, mass_g: Decimal, *, reason: str, actor: StaffMember) -> MassBalance:
        """Record that some of an item was lost, and how.

        Raises
        ------
        TransitionError, ShortageError, NotFoundError, InvalidRecordError
            If the item was not weighed before, less is there, it does not exist, or no reason is given.
        """
        require_role(actor, Act.MASS_LOST)
        words = clean_text("reason", reason)

        def step(_: UnitOfWork, kept: MassBalance, now: datetime) -> MassBalance:
            return kept.lose(Lost(mass_g=mass_g, reason=words, recorded_by=actor.number, recorded_at=now))

        return self._change(item, Act.MASS_LOST, actor, step)

    def close_discrepancy(
        self, number: str, *, finding: str, action: str, actor: StaffMember, version: int | None = None
    ) -> MassDiscrepancy:
        """Close a difference of mass; the quality manager does.

        Raises
        ------
        NotFoundError, TransitionError, NotPermittedError, InvalidRecordError
            If there is none, it is closed, the actor raised it, or words are missing.
        """
        require_role(actor, Act.MASS_DISCREPANCY_CLOSED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            closing = DiscrepancyClosing(
                finding=clean_text("finding", finding),
                action=clean_text("action", action),
                closed_by=actor.number,
                closed_at=now,
            )
            found = work.load(MassDiscrepancy, number)
            require_seen(found, version)
            closed = found.close(closing)
            work.record(closed, act=Act.MASS_DISCREPANCY_CLOSED, actor=actor, at=now)
            work.commit()
        return closed

    # what is there

    def would_weigh(
        self, item: str, shown: Shown, *, balance: str, purpose: WeighingPurpose, k: Decimal, actor: StaffMember
    ) -> Weighing:
        """Give the weighing that these readings would make now, or why they would make none; nothing is recorded.

        Raises
        ------
        NotFoundError, NotUsableError, WeighingError, InvalidRecordError
            As for ``weigh``.
        """
        with self.store.reading() as work:
            target = WeighedItem(number=item, exhibit_number=_exhibit_of(work, item), purpose=purpose)
            return self._intended(work, target, shown, balance=balance, k=k, actor=actor)

    def measured(self, item: str) -> Measured:
        """Give everything that was measured of the mass of an item, in one reading.

        Raises
        ------
        NotFoundError
            If there is no such exhibit or aliquot.
        """
        with self.store.reading() as work:
            taken = work.children(Aliquot, item)
            kept = [one for part in (item, *(one.number for one in taken)) for one in work.children(MassBalance, part)]
            return Measured(
                item=item,
                exhibit=_exhibit_of(work, item),
                weighings=work.children(Weighing, item),
                aliquots=taken,
                mass_balance=next((one for one in kept if one.item_number == item), None),
                of_aliquots=tuple(one for one in kept if one.item_number != item),
            )

    def weighings(self, item: str) -> tuple[Weighing, ...]:
        """Give all weighings of an item, oldest first."""
        with self.store.reading() as work:
            return work.children(Weighing, item)

    def aliquots(self, item: str) -> tuple[Aliquot, ...]:
        """Give all aliquots of an item, oldest first."""
        with self.store.reading() as work:
            return work.children(Aliquot, item)

    def mass_balance(self, item: str) -> MassBalance:
        """Give what became of the mass of an item.

        Raises
        ------
        TransitionError
            If it was not weighed before the examination.
        """
        with self.store.reading() as work:
            return _mass_balance(work, item)

    def total(self, numbers: tuple[str, ...]) -> SummedMass:
        """Add weighings, with linearity and calibration as correlated.

        Raises
        ------
        NotFoundError, WeighingError
            If one does not exist, stands there twice, or the coverage factors differ.
        """
        with self.store.reading() as work:
            return sum_weighings([work.load(Weighing, number) for number in numbers])

    def discrepancies(
        self, *, limit: int = _MAX_LISTED, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[MassDiscrepancy, ...]:
        """Give one page of all differences of mass, the last changed first.

        Parameters
        ----------
        states : sequence of str, optional
            ``open`` or ``closed``; none: both.
        words : str, optional
            That stand in the number, which begins with the subject's, or in the title.
        """
        with self.store.reading() as work:
            lines = work.listed(MassDiscrepancy, limit=limit, offset=offset, states=states, words=words)
            found = {one.number: one for one in work.several(MassDiscrepancy, [line.number for line in lines])}
        return tuple(found[line.number] for line in lines)

    def discrepancy(self, number: str) -> MassDiscrepancy:
        """Give one difference of mass.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(MassDiscrepancy, number)

    def discrepancies_of(self, subject: str) -> tuple[MassDiscrepancy, ...]:
        """Give the differences of mass of an exhibit, an aliquot or a reference standard, oldest first."""
        with self.store.reading() as work:
            return work.children(MassDiscrepancy, subject)

    def in_doubt(self, weighings: Sequence[Weighing]) -> Mapping[str, str]:
        """Name the weighings that a failed check of their balance puts in doubt, each with that check (rule WU-1)."""
        times = {balance: self._doubts(balance) for balance in {one.balance_number for one in weighings}}
        return {
            one.number: doubt.failed_check
            for one in weighings
            for doubt in times[one.balance_number]
            if doubt.covers(one.weighed_at)
        }

    def doubtful(self, balance: str) -> tuple[Weighing, ...]:
        """Give the weighings on a balance that a failed check puts in doubt, newest first (rule WU-1)."""
        times = self._doubts(balance)
        with self.store.reading() as work:
            return tuple(_doubtful(work, balance, times)) if times else ()

    # parts of the acts

    def _doubts(self, balance: str) -> tuple[Doubt, ...]:
        """Give the times in doubt; the checks are read only where one failed."""
        with self.store.reading() as work:
            failed = work.listed(BalanceCheck, limit=1, states=("failed",), words=f"{balance}/")
        return doubts(self.registering.checks(balance)) if failed else ()

    def _weigh(
        self, work: UnitOfWork, item: WeighedItem, shown: Shown, *, balance: str, k: Decimal, actor: StaffMember
    ) -> Weighing:
        weighing = self._intended(work, item, shown, balance=balance, k=k, actor=actor)
        work.record(weighing, act=Act.WEIGHING_RECORDED, actor=actor, at=weighing.weighed_at)
        return weighing

    def _intended(
        self, work: UnitOfWork, item: WeighedItem, shown: Shown, *, balance: str, k: Decimal, actor: StaffMember
    ) -> Weighing:
        now, prefix = self.clock.now(), f"{item.number}-W"
        return weigh(
            item,
            Shown(gross=shown.gross, tare=shown.tare, manual_reason=clean_text("reason", shown.manual_reason)),
            number=f"{prefix}{work.count(Weighing, prefix=prefix) + 1}",
            on_balance=self.registering.checked(work, balance),
            k=k,
            by=actor.number,
            at=now,
            on=self._day(now),
        )

    def _day(self, now: datetime) -> date:
        return now.astimezone(self.registering.time_zone).date()

    def _open(self, work: UnitOfWork, weighing: Weighing, *, actor: StaffMember) -> MassBalance:
        number = f"{weighing.item_number}-M"
        if work.count(MassBalance, prefix=number):
            raise TransitionError(f"{weighing.item_number} was weighed before; weigh the remainder")
        kept = MassBalance(
            number=number,
            item_number=weighing.item_number,
            exhibit_number=weighing.exhibit_number,
            weighing_number=weighing.number,
            before_g=weighing.net_g,
            before_u_g=weighing.u_g,
        )
        work.record(kept, act=Act.MASS_OPENED, actor=actor, at=weighing.weighed_at)
        return kept

    def _weigh_back(self, work: UnitOfWork, weighing: Weighing, *, actor: StaffMember) -> MassBalance:
        kept = _mass_balance(work, weighing.item_number).weigh_back(
            weighing.number, remainder_g=weighing.net_g, u_g=weighing.u_g, at=weighing.weighed_at
        )
        work.record(kept, act=Act.MASS_WEIGHED_BACK, actor=actor, at=weighing.weighed_at)
        return kept

    def _raise_difference(self, work: UnitOfWork, kept: MassBalance, *, actor: StaffMember) -> MassDiscrepancy | None:
        last, prefix = kept.weighed_back[-1], f"{kept.item_number}-D"
        if last.fits:
            return None
        raised = MassDiscrepancy(
            number=f"{prefix}{work.count(MassDiscrepancy, prefix=prefix) + 1}",
            subject_number=kept.item_number,
            exhibit_number=kept.exhibit_number,
            what=f"{last.remainder_g} g left, {kept.expected_g} g expected ({last.weighing_number})",
            difference=last.difference_g,
            u=last.difference_u_g,
            unit="g",
            raised_by=actor.number,
            raised_at=last.weighed_at,
        )
        work.record(raised, act=Act.MASS_DISCREPANCY_RAISED, actor=actor, at=last.weighed_at)
        return raised

    def _change(
        self,
        item: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[UnitOfWork, MassBalance, datetime], MassBalance],
    ) -> MassBalance:
        with self.store.unit_of_work() as work:
            _exhibit_of(work, item)
            now = self.clock.now()
            kept = _mass_balance(work, item)
            changed = step(work, kept, now)
            work.record(changed, act=act, actor=actor, at=now)
            if act is Act.MASS_CONSUMED and item != kept.exhibit_number and changed.nothing_left:
                self._end_custody(work, item, changed.consumed[-1].purpose, actor, now)
            work.commit()
        return changed

    def _end_custody(self, work: UnitOfWork, aliquot: str, purpose: str, actor: StaffMember, now: datetime) -> None:
        """End the custody of an aliquot that was used up; one without a chain has none to end."""
        if custody_in(work, aliquot) is None:
            return
        happening = Happening(
            kind=EventKind.CONSUMED,
            taker=Holder(kind=HolderKind.CONSUMED),
            purpose=purpose,
            occurred_at=now,
            stated_at=now,
        )
        append_event(work, aliquot, happening, actor=actor, now=now, policy=CustodyPolicy())


def _exhibit_of(work: UnitOfWork, item: str) -> str:
    """Give the exhibit that an item is, or was taken from.

    Raises
    ------
    NotFoundError
        If there is no such exhibit or aliquot.
    """
    found = item_in(work, item)
    return found.exhibit_number if isinstance(found, Aliquot) else found.number


def _mass_balance(work: UnitOfWork, item: str) -> MassBalance:
    try:
        return work.load(MassBalance, f"{item}-M")
    except NotFoundError as error:
        raise TransitionError(f"{item} was not weighed before the examination; weigh it first") from error


def _doubtful(work: UnitOfWork, balance: str, times: tuple[Doubt, ...]) -> Iterator[Weighing]:
    """Walk the weighings from the newest back to where no doubt reaches."""
    starts = [one.since for one in times]
    offset = 0
    while lines := work.listed(Weighing, limit=_PAGE, offset=offset):
        offset += len(lines)
        for line in lines:
            if None not in starts and line.recorded_at < min(filter(None, starts)):
                return
            weighing = work.load(Weighing, line.number)
            if weighing.balance_number == balance and any(one.covers(weighing.weighed_at) for one in times):
                yield weighing
