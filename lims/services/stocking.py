"""The registers of reagents and reference standards: received, released, opened, used, reweighed, blocked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal
from typing import TypeVar

from lims.custody_errors import ScanError
from lims.domain.exhibit_code import SEPARATOR, parse_scan
from lims.domain.lot_standing import Lot, LotOnDay, lot_on_day
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.permissions import Act, require_role
from lims.domain.reagent import LotChange, LotStatus, Reagent
from lims.domain.reference_standard import AmountKind, ReferenceStandard, reweigh_difference
from lims.domain.staff import StaffMember
from lims.domain.usability import require_usable
from lims.domain.wording import clean_text, cleaned
from lims.errors import NotFoundError, NotPermittedError, TransitionError
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

_MAX_LISTED = 10_000
_LONGEST_CODE = 100
_KINDS: tuple[type[Lot], ...] = (Reagent, ReferenceStandard)

L = TypeVar("L", Reagent, ReferenceStandard)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReagentFacts:
    """What label and certificate of a reagent or a test kit state."""

    number: str
    name: str
    producer: str
    lot: str
    received_on: date
    certificate: str = ""
    expires_on: date | None = None
    opened_life_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardFacts:
    """What the certificate of a reference standard states."""

    number: str
    substance: str
    producer: str
    lot: str
    certificate: str
    received_on: date
    received_mg: Decimal
    reweigh_tolerance_mg: Decimal
    inchikey: str = ""
    purity: Decimal | None = None
    purity_u: Decimal | None = None
    purity_k: Decimal | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweigh:
    """What a reweigh found, and the difference that it raised, if any."""

    standard: ReferenceStandard
    discrepancy: MassDiscrepancy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockingService:
    """Keeps lots of reagents and of reference standards."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days count for expiry."""

    # reagents

    def add_reagent(self, facts: ReagentFacts, *, actor: StaffMember) -> Reagent:
        """Register a lot; it is in quarantine until it is released.

        Raises
        ------
        NotPermittedError, InvalidRecordError, StaleVersionError
            If the actor may not, a text is missing, or the number is taken.
        """
        require_role(actor, Act.REAGENT_REGISTERED)
        facts = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            reagent = Reagent(
                number=facts.number,
                name=facts.name,
                producer=facts.producer,
                lot=facts.lot,
                certificate=facts.certificate,
                expires_on=facts.expires_on,
                received_on=facts.received_on,
                opened_life_days=facts.opened_life_days,
                registered_by=actor.number,
                registered_at=now,
            )
            work.record(reagent, act=Act.REAGENT_REGISTERED, actor=actor, at=now)
            work.commit()
        return reagent

    def release_reagent(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Reagent:
        """Let a lot out of quarantine.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such lot, it is released or discarded, or no reason is given.
        """
        require_role(actor, Act.REAGENT_RELEASED)
        change = self._lot_change(LotStatus.RELEASED, reason, actor)
        act = Act.REAGENT_RELEASED
        return self._change(Reagent, number, act, actor, lambda lot: lot.change(change), version=version)

    def open_reagent(self, number: str, *, actor: StaffMember) -> Reagent:
        """Record that a lot was opened today.

        Raises
        ------
        NotFoundError, TransitionError, NotUsableError
            If there is no such lot, it was opened before, or must not be used.
        """
        require_role(actor, Act.REAGENT_OPENED)

        def step(lot: Reagent) -> Reagent:
            require_usable(lot, on=self._day())
            return lot.open(on=self._day(), by=actor.number)

        return self._change(Reagent, number, Act.REAGENT_OPENED, actor, step)

    def block_reagent(
        self, number: str, *, status: LotStatus, reason: str, actor: StaffMember, version: int | None = None
    ) -> Reagent:
        """Put a lot into quarantine, or discard it.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such lot, it stands there already or is to be released, or no reason is given.
        """
        require_role(actor, Act.REAGENT_BLOCKED)
        _require_blocking(number, status)
        change = self._lot_change(status, reason, actor)
        act = Act.REAGENT_BLOCKED
        return self._change(Reagent, number, act, actor, lambda lot: lot.change(change), version=version)

    def reagent(self, number: str) -> Reagent:
        """Give one lot.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Reagent, number)

    def reagents(self, *, limit: int = _MAX_LISTED, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """List lots of reagents, newest first."""
        with self.store.reading() as work:
            return work.listed(Reagent, limit=limit, offset=offset, words=words)

    # reference standards

    def add_standard(self, facts: StandardFacts, *, actor: StaffMember) -> ReferenceStandard:
        """Register a lot of a reference standard; it is in quarantine until it is released.

        Raises
        ------
        NotPermittedError, InvalidRecordError, StaleVersionError
            If the actor may not, a fact cannot be, or the number is taken.
        """
        require_role(actor, Act.STANDARD_REGISTERED)
        facts = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            standard = ReferenceStandard(
                number=facts.number,
                substance=facts.substance,
                inchikey=facts.inchikey,
                producer=facts.producer,
                lot=facts.lot,
                certificate=facts.certificate,
                purity=facts.purity,
                purity_u=facts.purity_u,
                purity_k=facts.purity_k,
                expires_on=facts.expires_on,
                received_on=facts.received_on,
                received_mg=facts.received_mg,
                reweigh_tolerance_mg=facts.reweigh_tolerance_mg,
                registered_by=actor.number,
                registered_at=now,
            )
            work.record(standard, act=Act.STANDARD_REGISTERED, actor=actor, at=now)
            work.commit()
        return standard

    def release_standard(
        self, number: str, *, reason: str, actor: StaffMember, version: int | None = None
    ) -> ReferenceStandard:
        """Let a lot out of quarantine.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such lot, it is released or discarded, or no reason is given.
        """
        require_role(actor, Act.STANDARD_RELEASED)
        change = self._lot_change(LotStatus.RELEASED, reason, actor)
        act = Act.STANDARD_RELEASED
        return self._change(ReferenceStandard, number, act, actor, lambda lot: lot.change(change), version=version)

    def use_standard(self, number: str, amount_mg: Decimal, *, purpose: str, actor: StaffMember) -> ReferenceStandard:
        """Take some of a reference standard; the running balance falls by it.

        Raises
        ------
        NotFoundError, NotUsableError, ShortageError, InvalidRecordError
            If there is no such lot, it must not be used, less is there by the book, or nothing is said of the purpose.
        """
        require_role(actor, Act.STANDARD_USED)
        words, now = clean_text("purpose", purpose), self.clock.now()

        def step(lot: ReferenceStandard) -> ReferenceStandard:
            require_usable(lot, on=self._day())
            return lot.use(amount_mg, purpose=words, by=actor.number, at=now)

        return self._change(ReferenceStandard, number, Act.STANDARD_USED, actor, step)

    def reweigh_standard(
        self,
        number: str,
        found_mg: Decimal,
        *,
        u_mg: Decimal,
        purpose: str,
        actor: StaffMember,
        version: int | None = None,
    ) -> Reweigh:
        """Compare what is there with the book; a difference beyond U and tolerance goes to the quality manager.

        Raises
        ------
        NotFoundError, InvalidRecordError
            If there is no such lot, or an amount cannot be.
        NotPermittedError
            If the person took from it last: another one reweighs.
        """
        require_role(actor, Act.STANDARD_REWEIGHED)
        words = clean_text("purpose", purpose)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            before = _seen(work, ReferenceStandard, number, version)
            _require_another(before, actor)
            after = before.reweigh(found_mg, u_mg=u_mg, purpose=words, by=actor.number, at=now)
            work.record(after, act=Act.STANDARD_REWEIGHED, actor=actor, at=now)
            raised = self._raise_difference(work, after, actor=actor)
            work.commit()
        return Reweigh(standard=after, discrepancy=raised)

    def correct_standard(
        self, number: str, balance_mg: Decimal, *, discrepancy: str, actor: StaffMember, version: int | None = None
    ) -> ReferenceStandard:
        """Set the running balance to what is there, after the discrepancy was closed.

        Raises
        ------
        NotFoundError, TransitionError
            If there is no such lot or discrepancy, it is another lot's, or not closed.
        """
        require_role(actor, Act.STANDARD_CORRECTED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            found = work.load(MassDiscrepancy, discrepancy)
            if found.subject_number != number or found.closing is None:
                raise TransitionError(f"{discrepancy} is {found.state} and of {found.subject_number}, not {number}")
            reason = f"{found.number}: {found.closing.finding}"
            before = _seen(work, ReferenceStandard, number, version)
            after = before.correct(balance_mg, reason=reason, by=actor.number, at=now)
            work.record(after, act=Act.STANDARD_CORRECTED, actor=actor, at=now)
            work.commit()
        return after

    def block_standard(
        self, number: str, *, status: LotStatus, reason: str, actor: StaffMember, version: int | None = None
    ) -> ReferenceStandard:
        """Put a lot into quarantine, or discard it.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such lot, it stands there already or is to be released, or no reason is given.
        """
        require_role(actor, Act.STANDARD_BLOCKED)
        _require_blocking(number, status)
        change = self._lot_change(status, reason, actor)
        act = Act.STANDARD_BLOCKED
        return self._change(ReferenceStandard, number, act, actor, lambda lot: lot.change(change), version=version)

    def standard(self, number: str) -> ReferenceStandard:
        """Give one lot of a reference standard.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(ReferenceStandard, number)

    def standards(self, *, limit: int = _MAX_LISTED, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """List lots of reference standards, newest first."""
        with self.store.reading() as work:
            return work.listed(ReferenceStandard, limit=limit, offset=offset, words=words)

    # both

    def lots(
        self, kind: type[Lot], *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[LotOnDay, ...]:
        """Give one page of a register with how each lot stands today, newest first.

        Parameters
        ----------
        kind : type
            ``Reagent`` or ``ReferenceStandard``.
        states : sequence of str, optional
            Values of ``LotStatus``; none: any.
        words : str, optional
            That stand in number or title.
        """
        with self.store.reading() as work:
            numbers = [one.number for one in work.listed(kind, limit=limit, offset=offset, states=states, words=words)]
            found = {one.number: one for one in work.several(kind, numbers)}
        return tuple(lot_on_day(found[number], on=self._day()) for number in numbers)

    def lot(self, kind: type[Lot], number: str) -> LotOnDay:
        """Give one lot with how it stands today.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return lot_on_day(work.load(kind, number), on=self._day())

    def scanned(self, text: str) -> LotOnDay | None:
        """Give the lot that a scanner, or a person who types, names; None if there is none, or more than one.

        Parameters
        ----------
        text : str
            A label of ours, a number in the register, or words of number or title such as the producer's lot.
        """
        number = _number_in(text)
        if not number:
            return None
        with self.store.reading() as work:
            found = _scanned(work, number)
        return None if found is None else lot_on_day(found, on=self._day())

    def _raise_difference(
        self, work: UnitOfWork, standard: ReferenceStandard, *, actor: StaffMember
    ) -> MassDiscrepancy | None:
        difference = reweigh_difference(standard)
        if difference is None:
            return None
        last, now = standard.lines[-1], self.clock.now()
        prefix = f"{standard.number}-D"
        raised = MassDiscrepancy(
            number=f"{prefix}{work.count(MassDiscrepancy, prefix=prefix) + 1}",
            subject_number=standard.number,
            exhibit_number="",
            what=f"{last.amount_mg} mg found, {last.balance_mg} mg by the book",
            difference=difference,
            u=(last.u_mg or Decimal(0)) + standard.reweigh_tolerance_mg,
            unit="mg",
            raised_by=actor.number,
            raised_at=now,
        )
        work.record(raised, act=Act.MASS_DISCREPANCY_RAISED, actor=actor, at=now)
        return raised

    def _lot_change(self, status: LotStatus, reason: str, actor: StaffMember) -> LotChange:
        words = clean_text("reason", reason)
        return LotChange(status=status, reason=words, changed_by=actor.number, changed_at=self.clock.now())

    def _day(self) -> date:
        return self.clock.now().astimezone(self.time_zone).date()

    def _change(
        self,
        kind: type[L],
        number: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[L], L],
        *,
        version: int | None = None,
    ) -> L:
        with self.store.unit_of_work() as work:
            changed = step(_seen(work, kind, number, version))
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed


def _seen(work: UnitOfWork, kind: type[L], number: str, version: int | None) -> L:
    """Give a lot, unless it is no more what the person had on the screen."""
    lot = work.load(kind, number)
    require_seen(lot, version)
    return lot


def _scanned(work: UnitOfWork, number: str) -> Lot | None:
    """Find a lot by its number, else the only one that has these words in number or title."""
    for kind in _KINDS:
        try:
            return work.load(kind, number)
        except NotFoundError:
            continue
    found = [(kind, line.number) for kind in _KINDS for line in work.listed(kind, limit=2, words=number)]
    return work.load(*found[0]) if len(found) == 1 else None


def _number_in(text: str) -> str:
    """Give what a scanner read of a lot: our own label without its check characters, else the code as it is."""
    typed = text.strip()[:_LONGEST_CODE]
    try:
        return parse_scan(typed).number if SEPARATOR in typed else typed
    except ScanError:
        return typed


def _require_blocking(number: str, status: LotStatus) -> None:
    if status is LotStatus.RELEASED:
        raise TransitionError(f"{number}: to release a lot is an act of its own")


def _require_another(standard: ReferenceStandard, actor: StaffMember) -> None:
    last = next((one for one in reversed(standard.lines) if one.kind is AmountKind.USE), None)
    if last is not None and last.recorded_by == actor.number:
        raise NotPermittedError(f"{actor.number} took from {standard.number} last; another person reweighs it")
