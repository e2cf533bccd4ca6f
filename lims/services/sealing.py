"""Opening and closing seals, containers, and corrections of custody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lims.custody_errors import CustodyError
from lims.domain.aliquot import Aliquot
from lims.domain.aliquot_custody import begun_late
from lims.domain.custody import (
    Correction,
    Custody,
    EventKind,
    Holder,
    HolderKind,
    SealCondition,
    SealFact,
)
from lims.domain.mass_balance import MassBalance
from lims.domain.permissions import APPROVERS, Act, require_role
from lims.domain.photograph import Photograph
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError, StaleVersionError
from lims.services.custody_items import case_of, item_in
from lims.services.custody_steps import (
    CustodyPolicy,
    Happening,
    append_event,
    custody_in,
    event_of,
    member_with,
    require_confirmation,
    require_custodian,
    standing,
)
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.storing import require_room
from lims.services.versions import require_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionFacts:
    """What an earlier event ought to have said; None and empty text for what was right."""

    corrects: int
    """Its version in the chain."""
    reason: str
    approved_by: str
    occurred_at: datetime | None = None
    place: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOpening:
    """How the seal of one exhibit was found."""

    exhibit_number: str
    seal: str
    """The number as it was read; empty where the seal is missing."""
    condition: SealCondition
    photograph: str
    """Number of a photograph of this exhibit, made before the opening."""
    version: int | None = None
    """Of the custody that the person saw; None where nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeal:
    """The seal with which one exhibit was closed."""

    exhibit_number: str
    seal: str
    photograph: str = ""
    version: int | None = None
    """Of the custody that the person saw; None where nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An exhibit that goes into another one, or comes out of it."""

    exhibit_number: str
    version: int | None = None
    """Of the custody that the person saw; None where nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingService:
    """Acts on exhibits that stay with their holder."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    policy: CustodyPolicy = field(default_factory=CustodyPolicy)

    def open_seal(
        self, exhibit_number: str, *, seal: str, condition: SealCondition, photograph: str, actor: StaffMember
    ) -> Custody:
        """Record the seal that was found, how, and that it was opened; one that is not the expected one is a break.

        Parameters
        ----------
        seal : str
            The number as it was read; empty where the seal is missing.
        photograph : str
            Number of a photograph of this exhibit, made before the opening.

        Raises
        ------
        NotCustodianError
            If the actor does not hold the exhibit.
        NotFoundError
            If there is no such photograph.
        InvalidRecordError
            If the photograph is of another exhibit.
        """
        opening = SealOpening(exhibit_number=exhibit_number, seal=seal, condition=condition, photograph=photograph)
        return self.open_seals((opening,), actor=actor)[0]

    def open_seals(self, openings: Sequence[SealOpening], *, actor: StaffMember) -> tuple[Custody, ...]:
        """Record the seals of several exhibits that were opened together: all of them, or none.

        Raises
        ------
        NotCustodianError, NotFoundError, StaleVersionError, InvalidRecordError
            As ``open_seal``, for the first exhibit that is refused; and if there is none, or one twice.
        """
        require_role(actor, Act.CUSTODY_SEAL_OPENED)
        _require_each_once([one.exhibit_number for one in openings])
        with self.store.unit_of_work() as work:
            opened = tuple(self._open(work, one, actor) for one in openings)
            work.commit()
        return opened

    def close_seal(self, exhibit_number: str, *, seal: str, photograph: str = "", actor: StaffMember) -> Custody:
        """Close an exhibit with a seal that was never used (rule CC-7).

        Raises
        ------
        NotCustodianError
            If the actor does not hold the exhibit.
        CustodyError
            If it is closed.
        SealUsedError
            If the seal was used before.
        """
        return self.close_seals(
            (NewSeal(exhibit_number=exhibit_number, seal=seal, photograph=photograph),), actor=actor
        )[0]

    def close_seals(self, seals: Sequence[NewSeal], *, actor: StaffMember) -> tuple[Custody, ...]:
        """Close several exhibits together, each with a seal that was never used: all of them, or none.

        Raises
        ------
        NotCustodianError, CustodyError, SealUsedError, StaleVersionError, InvalidRecordError
            As ``close_seal``, for the first exhibit that is refused; and if there is none, or one twice.
        """
        require_role(actor, Act.CUSTODY_SEAL_CLOSED)
        _require_each_once([one.exhibit_number for one in seals])
        with self.store.unit_of_work() as work:
            closed = tuple(self._close(work, one, actor) for one in seals)
            work.commit()
        return closed

    def put_in(self, exhibit_number: str, container: str, *, purpose: str, actor: StaffMember) -> Custody:
        """Put an exhibit into another one, which it goes with from then on (rule CC-3).

        Raises
        ------
        NotCustodianError
            If the actor does not hold both.
        CustodyError
            If the container lies in the exhibit, or is closed with a seal.
        """
        return self.put_all_in((Moved(exhibit_number=exhibit_number),), container, purpose=purpose, actor=actor)[0]

    def put_all_in(
        self, moved: Sequence[Moved], container: str, *, purpose: str, actor: StaffMember
    ) -> tuple[Custody, ...]:
        """Put several exhibits into another one: all of them, or none.

        Raises
        ------
        NotCustodianError, CustodyError, StaleVersionError, InvalidRecordError
            As ``put_in``, for the first exhibit that is refused; and if there is none, or one twice.
        """
        require_role(actor, Act.CUSTODY_PUT_IN)
        _require_each_once([one.exhibit_number for one in moved])
        with self.store.unit_of_work() as work:
            outer = standing(work, container)
            _require_open(outer)
            require_custodian(work, outer, actor.number)
            put = tuple(self._put_in(work, one, outer, purpose, actor) for one in moved)
            work.commit()
        return put

    def take_from(self, exhibit_number: str, *, purpose: str, actor: StaffMember) -> Custody:
        """Take an exhibit out of the one that it lies in, into the hands of the person who holds that.

        Raises
        ------
        NotCustodianError
            If the actor does not hold the container.
        CustodyError
            If it lies in no container, or that is closed with a seal.
        """
        return self.take_all_from((Moved(exhibit_number=exhibit_number),), purpose=purpose, actor=actor)[0]

    def take_all_from(self, moved: Sequence[Moved], *, purpose: str, actor: StaffMember) -> tuple[Custody, ...]:
        """Take several exhibits out of those that they lie in: all of them, or none.

        Raises
        ------
        NotCustodianError, CustodyError, StaleVersionError, InvalidRecordError
            As ``take_from``, for the first exhibit that is refused; and if there is none, or one twice.
        """
        require_role(actor, Act.CUSTODY_TAKEN_FROM)
        _require_each_once([one.exhibit_number for one in moved])
        with self.store.unit_of_work() as work:
            taken = tuple(self._take_from(work, one, purpose, actor) for one in moved)
            work.commit()
        return taken

    def begin_late(self, aliquot_number: str, *, reason: str, actor: StaffMember) -> Custody:
        """Begin the custody of an aliquot that was taken without one, as the person who has it.

        The time before stays unknown.

        Raises
        ------
        NotFoundError
            If there is no such aliquot.
        CustodyError
            If it has a custody, or was used up.
        InvalidRecordError
            If no reason is given.
        """
        require_role(actor, Act.CUSTODY_BEGUN_LATE)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            aliquot = work.load(Aliquot, aliquot_number)
            if custody_in(work, aliquot_number) is not None:
                where = standing(work, aliquot_number).title
                raise CustodyError(f"aliquot {aliquot_number} has a custody; it is {where}")
            if work.load(MassBalance, f"{aliquot_number}-M").nothing_left:
                raise CustodyError(f"aliquot {aliquot_number} was used up; nobody can have it")
            words, case = clean_text("reason", reason), case_of(work, aliquot)
            begun = begun_late(aliquot, case_number=case, at=now, by=actor.number, reason=words)
            work.record(begun, act=Act.CUSTODY_BEGUN_LATE, actor=actor, at=now)
            work.commit()
        return begun

    def prepare_correction(self, exhibit_number: str, facts: CorrectionFacts, *, actor: StaffMember) -> Custody:
        """Make the correction that a second person then sees and approves; nothing is recorded.

        Raises
        ------
        NotPermittedError
            If the actor may not correct.
        CustodyError, InvalidRecordError
            If there is no such event, nothing would change, or the time is not yet.
        """
        require_role(actor, Act.CUSTODY_CORRECTED)
        clean, now = cleaned(facts), self.clock.now()
        with self.store.reading() as work:
            custody = standing(work, exhibit_number)
            happening = self._correction(clean, custody, now)
            return custody.add(event_of(custody, happening, actor=actor, now=now, policy=self.policy))

    def correct(self, corrected: Custody, *, actor: StaffMember, approval: SignatureConfirmation) -> Custody:
        """Record a correction that a second person approved: a new event beside the one it corrects (rule CC-4).

        Raises
        ------
        SignatureRefusedError
            If another person approved, or another correction.
        StaleVersionError
            If something happened to the exhibit since.
        NotPermittedError
            If the second person may not approve.
        NotFoundError, PlaceFullError
            If the place that is stated does not exist, or has no room.
        """
        require_role(actor, Act.CUSTODY_CORRECTED)
        correction, now = corrected.event.correction, self.clock.now()
        if correction is None or corrected.event.by != actor.number:
            raise InvalidRecordError(f"exhibit {corrected.number}: this is no correction of {actor.number}")
        if correction.approved_by == actor.number:
            raise InvalidRecordError(f"{actor.number} cannot approve the own correction")
        with self.store.unit_of_work() as work:
            day = now.astimezone(self.policy.time_zone).date()
            approver = member_with(work, correction.approved_by, APPROVERS, day=day)
            confirmed = require_confirmation(
                approval, person=approver.number, meaning=SignatureMeaning.APPROVER, record=corrected, now=now
            )
            self._require_follows(work, corrected, actor)
            if correction.place:
                require_room(work, correction.place, 1)
            proof = confirmed.proof(name=approver.name)
            work.record(corrected, act=Act.CUSTODY_CORRECTED, actor=actor, at=now, signature=proof)
            work.commit()
        return corrected

    # inside

    def _put_in(self, work: UnitOfWork, moved: Moved, outer: Custody, purpose: str, actor: StaffMember) -> Custody:
        number, container = moved.exhibit_number, outer.number
        if container == number or number in _containers(work, outer):
            raise CustodyError(f"exhibit {container} lies in {number} and cannot contain it")
        before = standing(work, number)
        require_seen(before, moved.version)
        taker = Holder(kind=HolderKind.CONTAINER, name=container)
        return self._here(work, before, EventKind.PUT_IN, purpose, actor, taker=taker)

    def _take_from(self, work: UnitOfWork, moved: Moved, purpose: str, actor: StaffMember) -> Custody:
        before = standing(work, moved.exhibit_number)
        require_seen(before, moved.version)
        if before.holder.kind is HolderKind.CONTAINER:
            _require_open(standing(work, before.holder.name))
        taker = Holder(kind=HolderKind.PERSON, name=actor.number)
        return self._here(work, before, EventKind.TAKEN_FROM, purpose, actor, taker=taker)

    def _open(self, work: UnitOfWork, opening: SealOpening, actor: StaffMember) -> Custody:
        _require_photograph(work, opening.photograph, opening.exhibit_number)
        before = standing(work, opening.exhibit_number)
        require_seen(before, opening.version)
        fact = SealFact(
            number=clean_text("seal", opening.seal),
            condition=opening.condition,
            photograph=opening.photograph,
            expected=before.seal,
        )
        return self._here(work, before, EventKind.SEAL_OPENED, "seal opened", actor, seal=fact)

    def _close(self, work: UnitOfWork, closing: NewSeal, actor: StaffMember) -> Custody:
        if closing.photograph:
            _require_photograph(work, closing.photograph, closing.exhibit_number)
        seal = clean_text("seal", closing.seal)
        fact = SealFact(number=seal, condition=SealCondition.INTACT, photograph=closing.photograph)
        before = standing(work, closing.exhibit_number)
        require_seen(before, closing.version)
        return self._here(work, before, EventKind.SEAL_CLOSED, "seal closed", actor, seal=fact)

    def _here(
        self,
        work: UnitOfWork,
        before: Custody,
        kind: EventKind,
        purpose: str,
        actor: StaffMember,
        *,
        taker: Holder | None = None,
        seal: SealFact | None = None,
    ) -> Custody:
        """Append what happens in the hands of the actor."""
        require_custodian(work, before, actor.number)
        now = self.clock.now()
        happening = Happening(
            kind=kind,
            taker=taker or before.holder,
            purpose=clean_text("purpose", purpose),
            occurred_at=now,
            stated_at=now,
            seal=seal,
        )
        return append_event(work, before.number, happening, actor=actor, now=now, policy=self.policy)

    @staticmethod
    def _correction(facts: CorrectionFacts, custody: Custody, now: datetime) -> Happening:
        correction = Correction(
            corrects=facts.corrects,
            reason=facts.reason,
            approved_by=facts.approved_by,
            occurred_at=facts.occurred_at,
            place=facts.place,
            purpose=facts.purpose,
        )
        if facts.occurred_at is not None and facts.occurred_at > now:
            raise InvalidRecordError(f"it happened at {facts.occurred_at}, which is not yet")
        return Happening(
            kind=EventKind.CORRECTED,
            taker=custody.holder,
            purpose="correction",
            occurred_at=now,
            stated_at=now,
            correction=correction,
        )

    @staticmethod
    def _require_follows(work: UnitOfWork, corrected: Custody, actor: StaffMember) -> None:
        """Refuse a correction that is not the next event of the chain; begin the chain of an older exhibit."""
        before = standing(work, corrected.number)
        if corrected.version != before.version + 1 or before.add(corrected.event) != corrected:
            raise StaleVersionError(Custody.KIND, corrected.number, before.version)
        if custody_in(work, corrected.number) is None:
            work.record(before, act=Act.CUSTODY_RECEIVED, actor=actor, at=corrected.event.recorded_at)


def _require_each_once(numbers: Sequence[str]) -> None:
    if not numbers or len(set(numbers)) != len(numbers):
        raise InvalidRecordError(f"{len(numbers)} exhibits; expected one or more, each once")


def _require_photograph(work: UnitOfWork, number: str, exhibit_number: str) -> None:
    """Refuse a photograph of something else; an aliquot may stand on one of its exhibit."""
    of, item = work.load(Photograph, number).exhibit_number, item_in(work, exhibit_number)
    if of not in {exhibit_number, item.exhibit_number if isinstance(item, Aliquot) else ""}:
        raise InvalidRecordError(f"photograph {number} is of exhibit {of}, not of {exhibit_number}")


def _require_open(custody: Custody) -> None:
    if custody.seal:
        raise CustodyError(f"exhibit {custody.number} is closed with seal {custody.seal}; open that first")


def _containers(work: UnitOfWork, custody: Custody) -> set[str]:
    found: set[str] = set()
    while custody.holder.kind is HolderKind.CONTAINER and custody.holder.name not in found:
        found.add(custody.holder.name)
        custody = standing(work, custody.holder.name)
    return found
