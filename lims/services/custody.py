"""Custody: hand-overs between two people, storing and taking out, return and destruction; each a list of exhibits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lims.custody_errors import NotCustodianError
from lims.domain.custody import Custody, EventKind, Holder, HolderKind
from lims.domain.custody_timeline import CustodyCheck, HoldCheck, Timeline, check_custody, is_overdue, timeline
from lims.domain.permissions import PERMITTED, WITNESSES, Act, require_role
from lims.domain.place import Place
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import DONE_AS, FINAL, Transfer, TransferItem, TransferKind, TransferStatus
from lims.domain.wording import cleaned
from lims.errors import InvalidRecordError, StaleVersionError
from lims.ledger.canonical import JsonValue
from lims.services.custody_items import begins_at, item_in
from lims.services.custody_steps import (
    CustodyPolicy,
    Happening,
    append_event,
    chains_of,
    hold_check,
    member_with,
    require_confirmation,
    standing,
)
from lims.services.custody_story import CustodyStory, story_in
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.storing import is_vault, require_room

_PREPARED_AS = {
    TransferKind.HAND_OVER: Act.TRANSFER_OFFERED,
    TransferKind.STORING: Act.TRANSFER_STORED,
    TransferKind.TAKING_OUT: Act.TRANSFER_TAKEN_OUT,
    TransferKind.RETURN: Act.TRANSFER_RETURNED,
    TransferKind.DESTRUCTION: Act.TRANSFER_DESTROYED,
}
_TAKER_KINDS = {
    TransferKind.HAND_OVER: HolderKind.PERSON,
    TransferKind.STORING: HolderKind.PLACE,
    TransferKind.TAKING_OUT: HolderKind.PERSON,
    TransferKind.RETURN: HolderKind.OUTSIDE,
    TransferKind.DESTRUCTION: HolderKind.DESTROYED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFacts:
    """What somebody says of exhibits that go together."""

    kind: TransferKind
    exhibit_numbers: tuple[str, ...]
    purpose: str
    to: str = ""
    """Staff number, place, or who gets them back; empty for taking out, which brings them to the actor, and for a
    destruction."""
    occurred_at: datetime | None = None
    """None for now."""
    expected_return: date | None = None
    permission_reference: str = ""
    act_number: str = ""
    protocol_number: str = ""
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyService:
    """Moves exhibits. First a list is prepared and shown; then the people it names confirm that very list."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    policy: CustodyPolicy = field(default_factory=CustodyPolicy)

    def prepare(self, facts: TransferFacts, *, actor: StaffMember) -> Transfer:
        """Make the list that people then see and confirm; nothing is recorded.

        Raises
        ------
        NotPermittedError
            If the actor may not move exhibits, or the person who is to take them may not.
        NotCustodianError
            If the actor does not hold one of them; of taking out, if one lies in no place (rules CC-2, CC-3).
        NotFoundError
            If there is no such exhibit or place.
        PlaceFullError
            If the place has no room.
        InvalidRecordError
            If a text is missing, a time is not yet, or a witness is missing where one is needed.
        """
        require_role(actor, _PREPARED_AS[facts.kind])
        now, clean = self.clock.now(), cleaned(facts)
        if clean.occurred_at is not None and clean.occurred_at > now:
            raise InvalidRecordError(f"it happened at {clean.occurred_at}, which is not yet")
        with self.store.reading() as work:
            items = tuple(_item(work, number) for number in clean.exhibit_numbers)
            taker = self._taker(work, clean, actor, len(items))
            transfer = Transfer(
                number=f"T{now.year}-{work.count(Transfer, prefix=f'T{now.year}-') + 1:05d}",
                kind=clean.kind,
                items=items,
                taker=taker,
                purpose=clean.purpose,
                by=actor.number,
                occurred_at=clean.occurred_at or now,
                prepared_at=now,
                status=TransferStatus.OFFERED if clean.kind is TransferKind.HAND_OVER else TransferStatus.DONE,
                expected_return=clean.expected_return,
                permission_reference=clean.permission_reference,
                act_number=clean.act_number,
                protocol_number=clean.protocol_number,
                needs_witness=clean.kind in FINAL or _through_vault(work, taker, items),
                witness=clean.witness,
            )
            self._require_givers(work, transfer, actor)
        return transfer

    def offer(self, transfer: Transfer, *, actor: StaffMember, confirmation: SignatureConfirmation) -> Transfer:
        """Offer exhibits to another person, as the one who holds them; they stay where they are until that one takes.

        Raises
        ------
        NotCustodianError
            If the actor does not hold one of them (rule CC-3).
        SignatureRefusedError
            If the actor did not confirm this very list.
        HandOverLapsedError
            If the list is too old.
        StaleVersionError
            If an exhibit was moved since the list was made.
        """
        require_role(actor, Act.TRANSFER_OFFERED)
        _require_kind(transfer, TransferKind.HAND_OVER)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            proof = self._first(work, transfer, actor, confirmation, now)
            work.record(transfer, act=Act.TRANSFER_OFFERED, actor=actor, at=now, signature=proof)
            self._happen(work, transfer, EventKind.OFFERED, actor=actor, now=now)
            work.commit()
        return transfer

    def take(self, number: str, *, actor: StaffMember, confirmation: SignatureConfirmation) -> Transfer:
        """Take what was offered: both have now confirmed the same list, and the exhibits change hands (rule CC-1).

        Raises
        ------
        TransitionError
            If it is not offered to the actor.
        HandOverLapsedError
            If the giver confirmed too long ago; it stays offered.
        SignatureRefusedError
            If the actor did not confirm this very list.
        """
        require_role(actor, Act.TRANSFER_TAKEN)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            offered = work.load(Transfer, number)
            taken = offered.take(actor.number, at=now, within=self.policy.hand_over_time)
            meaning = SignatureMeaning.TAKER
            confirmed = require_confirmation(
                confirmation, person=actor.number, meaning=meaning, record=offered, now=now
            )
            proof = confirmed.proof(name=actor.name)
            work.record(taken, act=Act.TRANSFER_TAKEN, actor=actor, at=now, signature=proof)
            self._happen(work, taken, EventKind.TAKEN, actor=actor, now=now)
            work.commit()
        return taken

    def refuse(self, number: str, *, actor: StaffMember, reason: str) -> Transfer:
        """Refuse what was offered, as the one to whom it was; the exhibits stay where they are.

        Raises
        ------
        TransitionError
            If it is not offered to the actor.
        """
        require_role(actor, Act.TRANSFER_REFUSED)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            refused = work.load(Transfer, number).refuse(actor.number, at=now, reason=reason.strip())
            work.record(refused, act=Act.TRANSFER_REFUSED, actor=actor, at=now)
            self._happen(work, refused, EventKind.REFUSED, actor=actor, now=now)
            work.commit()
        return refused

    def withdraw(self, number: str, *, actor: StaffMember, reason: str) -> Transfer:
        """Take an offer back, as the one who made it.

        Raises
        ------
        TransitionError
            If it is not offered any more, or another person offered it.
        """
        require_role(actor, Act.TRANSFER_WITHDRAWN)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            withdrawn = work.load(Transfer, number).withdraw(actor.number, at=now, reason=reason.strip())
            work.record(withdrawn, act=Act.TRANSFER_WITHDRAWN, actor=actor, at=now)
            self._happen(work, withdrawn, EventKind.WITHDRAWN, actor=actor, now=now)
            work.commit()
        return withdrawn

    def store_in_place(
        self, transfer: Transfer, *, actor: StaffMember, witnessed: SignatureConfirmation | None = None
    ) -> Transfer:
        """Put exhibits that the actor holds into a place; into a vault a witness confirms too (rule CC-2).

        Raises
        ------
        NotCustodianError, PlaceFullError, SignatureRefusedError, StaleVersionError, InvalidRecordError
            As for ``prepare`` and ``offer``; and if the witness is missing where one is needed.
        """
        require_role(actor, Act.TRANSFER_STORED)
        _require_kind(transfer, TransferKind.STORING)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            proof = self._witnessed(work, transfer, witnessed, now)
            self._require_as_shown(work, transfer, actor, now)
            require_room(work, transfer.taker.name, len(transfer.items))
            work.record(transfer, act=Act.TRANSFER_STORED, actor=actor, at=now, signature=proof)
            self._happen(work, transfer, EventKind.STORED, actor=actor, now=now)
            work.commit()
        return transfer

    def take_out(
        self, transfer: Transfer, *, actor: StaffMember, witnessed: SignatureConfirmation | None = None
    ) -> Transfer:
        """Take exhibits out of a place into the actor's hands; out of a vault a witness confirms too (rule CC-2).

        Raises
        ------
        NotCustodianError, SignatureRefusedError, StaleVersionError, InvalidRecordError
            As for ``store_in_place``.
        """
        require_role(actor, Act.TRANSFER_TAKEN_OUT)
        _require_kind(transfer, TransferKind.TAKING_OUT)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            proof = self._witnessed(work, transfer, witnessed, now)
            self._require_as_shown(work, transfer, actor, now)
            work.record(transfer, act=Act.TRANSFER_TAKEN_OUT, actor=actor, at=now, signature=proof)
            self._happen(work, transfer, EventKind.TAKEN_OUT, actor=actor, now=now)
            work.commit()
        return transfer

    def give_back(
        self,
        transfer: Transfer,
        *,
        actor: StaffMember,
        confirmation: SignatureConfirmation,
        witnessed: SignatureConfirmation,
    ) -> Transfer:
        """Return exhibits to whom they belong; two people sign, and the laboratory has them no more (rule E-6).

        Raises
        ------
        NotCustodianError, SignatureRefusedError, StaleVersionError, InvalidRecordError
            As for ``offer`` and ``store_in_place``.
        """
        require_role(actor, Act.TRANSFER_RETURNED)
        _require_kind(transfer, TransferKind.RETURN)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            proof = self._both(work, transfer, actor, confirmation, witnessed, now)
            work.record(transfer, act=Act.TRANSFER_RETURNED, actor=actor, at=now, signature=proof)
            self._happen(work, transfer, EventKind.RETURNED, actor=actor, now=now)
            work.commit()
        return transfer

    def destroy(
        self,
        transfer: Transfer,
        *,
        actor: StaffMember,
        confirmation: SignatureConfirmation,
        witnessed: SignatureConfirmation,
    ) -> Transfer:
        """Destroy exhibits; two people sign, and nothing happens to the exhibits any more (rule E-6).

        Raises
        ------
        NotCustodianError, SignatureRefusedError, StaleVersionError, InvalidRecordError
            As for ``give_back``.
        """
        require_role(actor, Act.TRANSFER_DESTROYED)
        _require_kind(transfer, TransferKind.DESTRUCTION)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            proof = self._both(work, transfer, actor, confirmation, witnessed, now)
            work.record(transfer, act=Act.TRANSFER_DESTROYED, actor=actor, at=now, signature=proof)
            self._happen(work, transfer, EventKind.DESTROYED, actor=actor, now=now)
            work.commit()
        return transfer

    # reading

    def custody(self, exhibit_number: str) -> Custody:
        """Give where an exhibit is.

        Raises
        ------
        NotFoundError
            If there is no such exhibit.
        """
        with self.store.reading() as work:
            return standing(work, exhibit_number)

    def chain(self, exhibit_number: str) -> tuple[Custody, ...]:
        """Give everything that ever happened to an exhibit, corrections beside what they correct."""
        with self.store.reading() as work:
            return tuple(chains_of(work, exhibit_number)[exhibit_number])

    def timeline(self, exhibit_number: str) -> Timeline:
        """Tell who had an exhibit, and where, from its receipt to now."""
        with self.store.reading() as work:
            return timeline(exhibit_number, chains_of(work, exhibit_number))

    def check(self, exhibit_number: str) -> CustodyCheck:
        """Look for every gap in an exhibit's custody."""
        with self.store.reading() as work:
            return self.check_in(work, exhibit_number)

    def story(self, exhibit_number: str) -> CustodyStory:
        """Tell the custody of an item whole, in one reading: timeline, gaps, events and corrections.

        Raises
        ------
        NotFoundError
            If there is no such exhibit or aliquot.
        """
        with self.store.reading() as work:
            return story_in(
                work,
                exhibit_number,
                now=self.clock.now(),
                hand_over_time=self.policy.hand_over_time,
                time_zone=self.policy.time_zone,
            )

    def check_in(self, work: UnitOfWork, exhibit_number: str) -> CustodyCheck:
        """Look for every gap in an exhibit's custody, in a transaction of the caller."""
        return check_custody(
            exhibit_number,
            chains_of(work, exhibit_number),
            received_at=begins_at(item_in(work, exhibit_number)),
            now=self.clock.now(),
            hand_over_time=self.policy.hand_over_time,
            time_zone=self.policy.time_zone,
        )

    def require_custody(self, exhibit_number: str, person: str, at: datetime) -> HoldCheck:
        """Tell whether a person had an exhibit at a moment, and if not, who had it (rule CC-6)."""
        with self.store.reading() as work:
            return hold_check(work, exhibit_number, person=person, at=at)

    def overdue(self) -> tuple[Custody, ...]:
        """Give the exhibits that should have been given back, the longest due first."""
        now = self.clock.now()
        with self.store.reading() as work:
            today = now.astimezone(self.policy.time_zone).date()
            late = (standing(work, number) for number in work.expected_back(today))
            return tuple(one for one in late if is_overdue(one, now=now, time_zone=self.policy.time_zone))

    def held_by(self, person: str) -> tuple[str, ...]:
        """Name the exhibits in a person's hands."""
        with self.store.reading() as work:
            return work.held_in(HolderKind.PERSON, person)

    def transfer(self, number: str) -> Transfer:
        """Give one transfer.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Transfer, number)

    def transfers(self, *, limit: int, offset: int = 0) -> tuple[ListedRecord, ...]:
        """Give one page of all transfers, newest first."""
        with self.store.reading() as work:
            return work.listed(Transfer, limit=limit, offset=offset)

    # inside

    def _taker(self, work: UnitOfWork, facts: TransferFacts, actor: StaffMember, count: int) -> Holder:
        if facts.kind is TransferKind.HAND_OVER:
            day = self.clock.now().astimezone(self.policy.time_zone).date()
            member_with(work, facts.to, PERMITTED[Act.TRANSFER_TAKEN], day=day)
        elif facts.kind is TransferKind.STORING:
            require_room(work, facts.to, count)
        name = actor.number if facts.kind is TransferKind.TAKING_OUT else facts.to
        return Holder(kind=_TAKER_KINDS[facts.kind], name=name)

    def _require_givers(self, work: UnitOfWork, transfer: Transfer, actor: StaffMember) -> None:
        """Refuse a list with an exhibit that the actor cannot move: not held, or in no place, or gone."""
        for number in transfer.exhibit_numbers:
            custody = standing(work, number)
            if transfer.kind is TransferKind.TAKING_OUT:
                if custody.holder.kind is not HolderKind.PLACE:
                    raise NotCustodianError(number, "any place", custody.holder.words)
            elif custody.holder != Holder(kind=HolderKind.PERSON, name=actor.number):
                raise NotCustodianError(number, actor.number, custody.holder.words)

    def _require_as_shown(self, work: UnitOfWork, transfer: Transfer, actor: StaffMember, now: datetime) -> None:
        """Refuse a list that is not the actor's, is too old, or names an exhibit that was moved since."""
        fresh = transfer.version == 1 and transfer.status in {TransferStatus.OFFERED, TransferStatus.DONE}
        if transfer.by != actor.number or not fresh:
            raise InvalidRecordError(f"{transfer.number} was prepared by {transfer.by}, or is recorded already")
        if transfer.kind is TransferKind.TAKING_OUT and transfer.taker.name != actor.number:
            raise InvalidRecordError(
                f"{transfer.number} brings exhibits to {transfer.taker.name}, not to {actor.number}"
            )
        transfer.require_soon(now, within=self.policy.hand_over_time)
        for item in transfer.items:
            found = standing(work, item.exhibit_number)
            if (found.version, found.holder) != (item.custody_version, item.giver):
                raise StaleVersionError(Custody.KIND, item.exhibit_number, found.version)
        self._require_givers(work, transfer, actor)
        if transfer.needs_witness != (transfer.kind in FINAL or _through_vault(work, transfer.taker, transfer.items)):
            raise InvalidRecordError(f"{transfer.number}: whether a witness is needed has changed; prepare it anew")

    def _first(
        self,
        work: UnitOfWork,
        transfer: Transfer,
        actor: StaffMember,
        confirmation: SignatureConfirmation,
        now: datetime,
    ) -> dict[str, JsonValue]:
        self._require_as_shown(work, transfer, actor, now)
        meaning = SignatureMeaning.GIVER
        confirmed = require_confirmation(confirmation, person=actor.number, meaning=meaning, record=transfer, now=now)
        return confirmed.proof(name=actor.name)

    def _witnessed(
        self, work: UnitOfWork, transfer: Transfer, witnessed: SignatureConfirmation | None, now: datetime
    ) -> dict[str, JsonValue] | None:
        if not transfer.witness:
            return None
        day = now.astimezone(self.policy.time_zone).date()
        witness = member_with(work, transfer.witness, WITNESSES, day=day)
        meaning = SignatureMeaning.WITNESS
        confirmed = require_confirmation(witnessed, person=witness.number, meaning=meaning, record=transfer, now=now)
        return confirmed.proof(name=witness.name)

    def _both(
        self,
        work: UnitOfWork,
        transfer: Transfer,
        actor: StaffMember,
        confirmation: SignatureConfirmation,
        witnessed: SignatureConfirmation,
        now: datetime,
    ) -> dict[str, JsonValue]:
        first = self._first(work, transfer, actor, confirmation, now)
        second = self._witnessed(work, transfer, witnessed, now)
        return {**first, "second": second}

    def _happen(
        self, work: UnitOfWork, transfer: Transfer, kind: EventKind, *, actor: StaffMember, now: datetime
    ) -> None:
        """Append the event of a transfer to the chain of each exhibit."""
        moves = kind in {EventKind.OFFERED, EventKind.TAKEN, *DONE_AS.values()}
        answer = kind in {EventKind.TAKEN, EventKind.REFUSED, EventKind.WITHDRAWN}
        stated = transfer.occurred_at < transfer.prepared_at
        occurred_at = transfer.occurred_at if moves and (stated or not answer) else now
        for item in transfer.items:
            happening = Happening(
                kind=kind,
                taker=transfer.taker if moves else item.giver,
                purpose=transfer.purpose if moves else transfer.reason,
                occurred_at=occurred_at,
                stated_at=transfer.prepared_at if moves and stated else occurred_at,
                witness=transfer.witness,
                transfer=transfer.number,
                expected_return=transfer.expected_return if moves else None,
            )
            append_event(work, item.exhibit_number, happening, actor=actor, now=now, policy=self.policy)


def _item(work: UnitOfWork, exhibit_number: str) -> TransferItem:
    custody = standing(work, exhibit_number)
    return TransferItem(exhibit_number=exhibit_number, custody_version=custody.version, giver=custody.holder)


def _through_vault(work: UnitOfWork, taker: Holder, items: Sequence[TransferItem]) -> bool:
    places = {one.name for one in (taker, *(item.giver for item in items)) if one.kind is HolderKind.PLACE}
    return any(is_vault(work, work.load(Place, number)) for number in places)


def _require_kind(transfer: Transfer, kind: TransferKind) -> None:
    if transfer.kind is not kind:
        raise InvalidRecordError(f"{transfer.number} is a {transfer.kind.value}, not a {kind.value}")
