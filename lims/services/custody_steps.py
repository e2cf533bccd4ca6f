"""What every act of custody needs: where an exhibit is, its chain, and one event appended to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from lims.custody_errors import CustodyError, NotCustodianError
from lims.domain.aliquot import Aliquot
from lims.domain.custody import Correction, Custody, CustodyEvent, EventKind, Holder, HolderKind, SealFact, received
from lims.domain.custody_timeline import Chains, HoldCheck, require_custody
from lims.domain.duties import exhibit_numbers
from lims.domain.examination import Examination
from lims.domain.finding import Finding
from lims.domain.mass_balance import MassBalance
from lims.domain.permissions import Act
from lims.domain.record import Record
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.domain.transfer import HAND_OVER_TIME
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError
from lims.ledger.canonical import JsonValue
from lims.services.custody_items import before_custody, item_in
from lims.services.ports import UnitOfWork
from lims.translation import TIME_ZONE

HANDS_ON = frozenset(
    {
        *(Act.RUN_IMPORTED, Act.EXAMINATION_OPENED, Act.FINDING_RECORDED),
        *(Act.WEIGHING_RECORDED, Act.ALIQUOT_TAKEN, Act.MASS_CONSUMED, Act.MASS_LOST),
    }
)
"""Acts that say that somebody worked on the object, or on an aliquot of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyPolicy:
    """What a laboratory chooses about custody."""

    hand_over_time: timedelta = HAND_OVER_TIME
    """Within which both people confirm (rule CC-1)."""
    late_after: timedelta = timedelta(0)
    """An event that is recorded later than this is marked (rule CC-5); by default every one that is stated to have
    happened before."""
    time_zone: tzinfo = TIME_ZONE
    """Whose days an expected return counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What an event says besides who, from where and to where."""

    kind: EventKind
    taker: Holder
    purpose: str
    occurred_at: datetime
    stated_at: datetime
    """When somebody said so: what was said late is marked."""
    witness: str = ""
    transfer: str = ""
    expected_return: date | None = None
    seal: SealFact | None = None
    correction: Correction | None = None


def custody_in(work: UnitOfWork, exhibit_number: str) -> Custody | None:
    """Give the end of an item's chain; None where it was registered before its custody was recorded."""
    try:
        return work.load(Custody, exhibit_number)
    except NotFoundError:
        return None


def standing(work: UnitOfWork, exhibit_number: str) -> Custody:
    """Give the end of an item's chain; an older exhibit is with the person who received it.

    An aliquot that was taken before aliquots had a custody is with nobody that the record names.

    Raises
    ------
    NotFoundError
        If there is no such exhibit or aliquot.
    """
    return custody_in(work, exhibit_number) or before_custody(work, exhibit_number)


def chains_of(work: UnitOfWork, exhibit_number: str) -> Chains:
    """Give the whole chain of an exhibit, and of every exhibit that it ever lay in."""
    chains: dict[str, tuple[Custody, ...]] = {}
    wanted = [exhibit_number]
    while wanted:
        number = wanted.pop()
        if number in chains:
            continue
        chains[number] = _chain(work, number)
        wanted += [one.holder.name for one in chains[number] if one.holder.kind is HolderKind.CONTAINER]
    return chains


def hold_check(work: UnitOfWork, exhibit_number: str, *, person: str, at: datetime) -> HoldCheck:
    """Tell whether a person had an exhibit at a moment (rule CC-6)."""
    return require_custody(exhibit_number, chains_of(work, exhibit_number), person=person, at=at)


def require_held(work: UnitOfWork, exhibit_numbers: Sequence[str], *, person: str, at: datetime) -> None:
    """Refuse work on an exhibit that a person does not have in hand.

    Raises
    ------
    NotCustodianError
        Naming the first such exhibit, and where it was.
    """
    for number in exhibit_numbers:
        check = hold_check(work, number, person=person, at=at)
        if not check.held:
            raise NotCustodianError(number, person, check.reasons[0].removeprefix(f"{number} was "))


def require_in_hand(work: UnitOfWork, record: Record, *, act: str, actor: str, at: datetime) -> None:
    """Refuse work on an exhibit or an aliquot to a person who does not have it in hand (rule CC-6).

    What an officer found before the receipt is no work of the laboratory. A finding that is recorded later is held
    against where the item was when the work was done; a run of an aliquot that was used up, against who used it up.

    Raises
    ------
    NotCustodianError
        Naming the item, and where it is.
    """
    if act not in HANDS_ON:
        return
    for number in _worked_on(work, record):
        custody = standing(work, number)
        if isinstance(record, RecordedRun | Examination) and custody.holder.kind is HolderKind.CONSUMED:
            _require_used_up_by(work, custody, actor)
        else:
            require_held(work, (number,), person=actor, at=record.occurred_at if isinstance(record, Finding) else at)


def _worked_on(work: UnitOfWork, record: Record) -> tuple[str, ...]:
    """Name the items that an act is work on: the aliquot where one is named, the exhibit otherwise."""
    if isinstance(record, Weighing):
        return () if record.purpose is WeighingPurpose.ALIQUOT else (record.item_number,)
    if isinstance(record, Aliquot | MassBalance):
        return (record.item_number,)
    if isinstance(record, Finding):
        return () if record.field_screen is not None else (record.aliquot_number or record.exhibit_number,)
    if isinstance(record, Examination):
        return _worked_on(work, work.load(RecordedRun, record.run_number))
    if isinstance(record, RecordedRun) and record.aliquot_number:
        return (record.aliquot_number,)
    return tuple(sorted(exhibit_numbers(record, lambda kind, number: work.load(kind, number).parent)))


def _require_used_up_by(work: UnitOfWork, custody: Custody, person: str) -> None:
    """Refuse what was measured on an aliquot that another person used up."""
    giver = custody.event.giver
    if giver.kind is HolderKind.CONTAINER:
        require_held(work, (giver.name,), person=person, at=custody.event.occurred_at)
    elif giver != Holder(kind=HolderKind.PERSON, name=person):
        raise NotCustodianError(custody.number, person, f"{custody.holder.words}, {giver.words}")


def actual_holder(work: UnitOfWork, custody: Custody) -> Holder:
    """Give who or what has an exhibit; of one in a container, who or what has that."""
    seen = {custody.number}
    holder = custody.holder
    while holder.kind is HolderKind.CONTAINER and holder.name not in seen:
        seen.add(holder.name)
        holder = standing(work, holder.name).holder
    return holder


def require_custodian(work: UnitOfWork, custody: Custody, person: str) -> None:
    """Refuse an act on an exhibit that a person does not hold, by itself or in a container (rule CC-3).

    Raises
    ------
    NotCustodianError
        Saying where it is.
    """
    holder = actual_holder(work, custody)
    if holder != Holder(kind=HolderKind.PERSON, name=person):
        raise NotCustodianError(custody.number, person, holder.words)


def append_event(
    work: UnitOfWork,
    exhibit_number: str,
    happening: Happening,
    *,
    actor: StaffMember,
    now: datetime,
    policy: CustodyPolicy,
    signature: dict[str, JsonValue] | None = None,
) -> Custody:
    """Append one event to the chain of an exhibit, in a transaction of the caller.

    The chain of an older exhibit begins with its receipt, which is recorded before; that of an older aliquot has to be
    begun by the person who has it.

    Raises
    ------
    CustodyError, InvalidRecordError
        If it does not follow from where the item is.
    """
    custody = custody_in(work, exhibit_number)
    if custody is None:
        item = item_in(work, exhibit_number)
        if isinstance(item, Aliquot):
            raise CustodyError(f"aliquot {exhibit_number} has no custody on record; the person who has it begins it")
        custody = received(item, recorded_at=now, by=actor.number, late_after=policy.late_after)
        work.record(custody, act=Act.CUSTODY_RECEIVED, actor=actor, at=now)
    after = custody.add(event_of(custody, happening, actor=actor, now=now, policy=policy))
    act = Act(f"{Custody.KIND}.{happening.kind.value}")
    work.record(after, act=act, actor=actor, at=now, signature=signature)
    return after


def event_of(
    custody: Custody, happening: Happening, *, actor: StaffMember, now: datetime, policy: CustodyPolicy
) -> CustodyEvent:
    """Make the event that would follow; what was stated late is marked."""
    return CustodyEvent(
        kind=happening.kind,
        giver=custody.holder,
        taker=happening.taker,
        occurred_at=happening.occurred_at,
        recorded_at=now,
        purpose=happening.purpose,
        by=actor.number,
        witness=happening.witness,
        late=happening.stated_at - happening.occurred_at > policy.late_after,
        transfer=happening.transfer,
        expected_return=happening.expected_return,
        seal=happening.seal,
        correction=happening.correction,
    )


def require_confirmation(
    confirmation: SignatureConfirmation | None,
    *,
    person: str,
    meaning: SignatureMeaning,
    record: Record,
    now: datetime,
) -> SignatureConfirmation:
    """Give the confirmation of a person for this very record; one factor will do at the exhibits (rule CC-1).

    Raises
    ------
    SignatureRefusedError
        As for ``SignatureBinding.require``.
    InvalidRecordError
        If there is none.
    """
    if confirmation is None:
        raise InvalidRecordError(f"{record.KIND} {record.number}: {person} has to confirm as {meaning.value}")
    confirmation.require(person=person, meaning=meaning, record=record, now=now)
    return confirmation


def member_with(work: UnitOfWork, number: str, roles: frozenset[Role], *, day: date) -> StaffMember:
    """Give a second person, who is on the staff, present, and of one of some roles.

    Raises
    ------
    NotPermittedError
        If there is no such person, or no such role.
    """
    try:
        member = work.load(StaffMember, number)
    except NotFoundError as error:
        raise NotPermittedError(f"{number} is not on the staff") from error
    member.require_present(day)
    member.require(*sorted(roles))
    return member


def _chain(work: UnitOfWork, exhibit_number: str) -> tuple[Custody, ...]:
    newest = custody_in(work, exhibit_number)
    if newest is None:
        return (before_custody(work, exhibit_number),)
    older = (work.load(Custody, exhibit_number, version=version) for version in range(1, newest.version))
    return (*older, newest)
