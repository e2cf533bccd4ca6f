"""Acts of custody: hand-overs, places, seals, containers, corrections, returns, destruction, inventories."""

import dataclasses
from datetime import timedelta
from typing import Any

from lims.domain.custody import Custody, HolderKind, SealCondition
from lims.domain.inventory import Inventory
from lims.domain.permissions import Act
from lims.domain.photograph import Photograph
from lims.domain.place import Place, PlaceKind
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferKind
from lims.services.custody import TransferFacts
from lims.services.sealing import CorrectionFacts, NewSeal, SealOpening
from tests.builders.people import QUALITY
from tests.lifecycle.laboratory import BOX, BY_NUMBER, EVERYBODY, SHELF, VAULT, Life
from tests.lifecycle.receiving_acts import BENCH, HEADS
from tests.lifecycle.registry import act


def somewhere(life: Life, kind: HolderKind) -> Custody:
    """Give the custody of an exhibit that is with a person, in a place or in a container."""
    fitting = [life.load(Custody, line.number) for line in life.listed(Custody)]
    wanted = [one for one in fitting if one.holder.kind is kind and not one.offer]
    return life.choose(fitting if life.slips() else wanted)


def holder_of(life: Life, custody: Custody) -> StaffMember:
    """Give the person who holds it; at times another."""
    return life.by(BY_NUMBER.get(custody.holder.name, BENCH[0]))


def prepared(life: Life, facts: TransferFacts, actor: StaffMember) -> Transfer:
    """Prepare a list, and let some time pass until it is confirmed: at times too much."""
    transfer = life.bench.custody.prepare(facts, actor=actor)
    life.clock.advance(minutes=20 if life.slips() else 1)
    return transfer


def facts_of(life: Life, kind: TransferKind, custody: Custody, **facts: Any) -> TransferFacts:
    """State a transfer of one exhibit; at times in the past, at times not yet."""
    early = None
    if life.chance.random() < 0.15:
        early = life.clock.now() + timedelta(minutes=life.chance.choice((-3, -3, -600, 5)))
    return TransferFacts(kind=kind, exhibit_numbers=(custody.number,), purpose="work", occurred_at=early, **facts)


def witness_of(life: Life, transfer: Transfer) -> Any:
    """Let the witness who is named confirm; None where none is."""
    if not transfer.witness:
        return None
    return life.confirmed(BY_NUMBER.get(transfer.witness, QUALITY), SignatureMeaning.WITNESS, transfer)


@act("custody.offer", Act.TRANSFER_OFFERED, Act.CUSTODY_OFFERED)
def offer(life: Life) -> None:
    custody = somewhere(life, HolderKind.PERSON)
    actor = holder_of(life, custody)
    to = life.chance.choice([one for one in BENCH if one.number != actor.number] if not life.slips() else EVERYBODY)
    expected = life.today + timedelta(days=3) if life.chance.random() < 0.2 else None
    facts = facts_of(life, TransferKind.HAND_OVER, custody, to=to.number, expected_return=expected)
    transfer = prepared(life, facts, actor)
    confirmed = life.confirmed(actor, SignatureMeaning.GIVER, transfer)
    life.bench.custody.offer(transfer, actor=actor, confirmation=confirmed)


@act("custody.take", Act.TRANSFER_TAKEN, Act.CUSTODY_TAKEN)
def take(life: Life) -> None:
    transfer = life.load(Transfer, life.some(Transfer, "offered"))
    actor = life.by(BY_NUMBER.get(transfer.taker.name, BENCH[0]))
    confirmed = life.confirmed(actor, SignatureMeaning.TAKER, transfer)
    life.bench.custody.take(transfer.number, actor=actor, confirmation=confirmed)


@act("custody.refuse", Act.TRANSFER_REFUSED, Act.CUSTODY_REFUSED)
def refuse(life: Life) -> None:
    transfer = life.load(Transfer, life.some(Transfer, "offered"))
    actor = life.by(BY_NUMBER.get(transfer.taker.name, BENCH[0]))
    life.bench.custody.refuse(transfer.number, actor=actor, reason="the seal is broken")


@act("custody.withdraw", Act.TRANSFER_WITHDRAWN, Act.CUSTODY_WITHDRAWN)
def withdraw_offer(life: Life) -> None:
    transfer = life.load(Transfer, life.some(Transfer, "offered"))
    actor = life.by(BY_NUMBER.get(transfer.by, BENCH[0]))
    life.bench.custody.withdraw(transfer.number, actor=actor, reason="not today")


@act("custody.store_in_place", Act.TRANSFER_STORED, Act.CUSTODY_STORED)
def store(life: Life) -> None:
    custody = somewhere(life, HolderKind.PERSON)
    place = life.chance.choice((SHELF, SHELF, VAULT, BOX))
    store_at(life, custody, place, holder_of(life, custody))


def store_at(life: Life, custody: Custody, place: str, actor: StaffMember) -> None:
    """Put an exhibit into a place; into the vault with a witness."""
    witness = life.by(QUALITY).number if place == VAULT else ""
    facts = facts_of(life, TransferKind.STORING, custody, to=place, witness=witness)
    transfer = prepared(life, facts, actor)
    life.bench.custody.store_in_place(transfer, actor=actor, witnessed=witness_of(life, transfer))


@act("custody.take_out", Act.TRANSFER_TAKEN_OUT, Act.CUSTODY_TAKEN_OUT)
def take_out(life: Life) -> None:
    take_out_by(life, somewhere(life, HolderKind.PLACE), life.by(*BENCH))


def take_out_by(life: Life, custody: Custody, actor: StaffMember) -> None:
    """Take an exhibit out of its place; out of the vault with a witness."""
    witness = life.by(QUALITY).number if custody.holder.name == VAULT else ""
    transfer = prepared(life, facts_of(life, TransferKind.TAKING_OUT, custody, witness=witness), actor)
    life.bench.custody.take_out(transfer, actor=actor, witnessed=witness_of(life, transfer))


@act("custody.give_back", Act.TRANSFER_RETURNED, Act.CUSTODY_RETURNED)
def give_back(life: Life) -> None:
    _finally(life, TransferKind.RETURN, "the court")


@act("custody.destroy", Act.TRANSFER_DESTROYED, Act.CUSTODY_DESTROYED)
def destroy(life: Life) -> None:
    _finally(life, TransferKind.DESTRUCTION, "")


def _finally(life: Life, kind: TransferKind, to: str) -> None:
    """Return or destroy, with two signatures; papers are missing at times."""
    custody = somewhere(life, HolderKind.PERSON)
    actor = holder_of(life, custody)
    papers = {} if life.slips() else {"permission_reference": "letter 1", "act_number": "A-1", "protocol_number": "P-1"}
    facts = facts_of(life, kind, custody, to=to, witness=life.by(*HEADS, QUALITY).number, **papers)
    transfer = prepared(life, facts, actor)
    step = life.bench.custody.give_back if kind is TransferKind.RETURN else life.bench.custody.destroy
    confirmed = life.confirmed(actor, SignatureMeaning.GIVER, transfer)
    step(transfer, actor=actor, confirmation=confirmed, witnessed=witness_of(life, transfer))


@act("sealing.open_seal", Act.CUSTODY_SEAL_OPENED)
def open_seal(life: Life) -> None:
    custody = somewhere(life, HolderKind.PERSON)
    open_seal_of(life, custody, holder_of(life, custody))


def open_seal_of(life: Life, custody: Custody, actor: StaffMember) -> None:
    """Open an exhibit that was photographed; at times the seal is not the one that the record knows."""
    pictures = life.children(Photograph, custody.number)
    seal = f"OTHER-{life.chance.randint(1, 99)}" if life.slips(life.mistakes / 3) else custody.seal
    condition = SealCondition.INTACT if seal else SealCondition.MISSING
    picture = life.choose(pictures).number
    life.bench.sealing.open_seal(custody.number, seal=seal, condition=condition, photograph=picture, actor=actor)


@act("sealing.close_seal", Act.CUSTODY_SEAL_CLOSED)
def close_seal(life: Life) -> None:
    custody = somewhere(life, HolderKind.PERSON)
    close_seal_of(life, custody, holder_of(life, custody))


@act("sealing.open_seals", Act.CUSTODY_SEAL_OPENED)
def open_seals(life: Life) -> None:
    """Open several exhibits of one person together; all of them, or none."""
    first = somewhere(life, HolderKind.PERSON)
    mine = [one for one in _held(life) if one.holder == first.holder and one.seal]
    openings = []
    for custody in mine[:3]:
        pictures = life.children(Photograph, custody.number)
        picture = pictures[0].number if pictures else "none"
        openings.append(
            SealOpening(
                exhibit_number=custody.number, seal=custody.seal, condition=SealCondition.INTACT, photograph=picture
            )
        )
    life.bench.sealing.open_seals(openings, actor=holder_of(life, first))


@act("sealing.close_seals", Act.CUSTODY_SEAL_CLOSED)
def close_seals(life: Life) -> None:
    """Close several exhibits of one person together; at times with one seal for two of them."""
    first = somewhere(life, HolderKind.PERSON)
    mine = [one for one in _held(life) if one.holder == first.holder and not one.seal][:3]
    same = life.slips()
    seals = [
        NewSeal(exhibit_number=one.number, seal=f"LAB-{life.bench.entries:06d}-{0 if same else place}")
        for place, one in enumerate(mine)
    ]
    life.bench.sealing.close_seals(seals, actor=holder_of(life, first))


def _held(life: Life) -> list[Custody]:
    return [life.load(Custody, line.number) for line in life.listed(Custody, "person")]


def close_seal_of(life: Life, custody: Custody, actor: StaffMember) -> None:
    """Close with the next seal of the roll; at times with one that may have been used."""
    ordinal = life.chance.randint(1, 20) if life.slips() else life.bench.entries
    life.bench.sealing.close_seal(custody.number, seal=f"LAB-{ordinal:06d}", actor=actor)


@act("sealing.put_in", Act.CUSTODY_PUT_IN)
def put_in(life: Life) -> None:
    inner = somewhere(life, HolderKind.PERSON)
    actor = holder_of(life, inner)
    mine = [line.number for line in life.listed(Custody) if life.load(Custody, line.number).holder == inner.holder]
    life.bench.sealing.put_in(inner.number, life.choose(mine), purpose="packed together", actor=actor)


@act("sealing.take_from", Act.CUSTODY_TAKEN_FROM)
def take_from(life: Life) -> None:
    inner = somewhere(life, HolderKind.CONTAINER)
    take_from_by(life, inner, life.by(*BENCH))


def take_from_by(life: Life, inner: Custody, actor: StaffMember) -> None:
    """Take an exhibit out of the one that it lies in."""
    life.bench.sealing.take_from(inner.number, purpose="unpacked", actor=actor)


@act("sealing.correct", Act.CUSTODY_CORRECTED)
def correct_custody(life: Life) -> None:
    custody = life.load(Custody, life.some(Custody))
    actor, approver = life.by(*BENCH), life.by(*HEADS, QUALITY)
    wrong = life.chance.choice(({"purpose": "weighing"}, {"place": BOX}, {"occurred_at": life.clock.now()}))
    facts = CorrectionFacts(
        corrects=life.chance.randint(1, custody.version), reason="mistyped", approved_by=approver.number
    )
    facts = dataclasses.replace(facts, **wrong)
    corrected = life.bench.sealing.prepare_correction(custody.number, facts, actor=actor)
    approval = life.confirmed(approver, SignatureMeaning.APPROVER, corrected)
    life.bench.sealing.correct(corrected, actor=actor, approval=approval)


@act("storing.add", Act.PLACE_ADDED)
def add_place(life: Life) -> None:
    life.bench.storing.add("cabinet", kind=PlaceKind.CABINET, capacity=3, actor=life.by(*HEADS, QUALITY))


@act("storing.close", Act.PLACE_CLOSED)
def close_place(life: Life) -> None:
    life.bench.storing.close(life.some(Place), actor=life.by(*HEADS, QUALITY))


@act("storing.count", Act.INVENTORY_COUNTED)
def count(life: Life) -> None:
    found = [line.number for line in life.listed(Custody, "place")][:2]
    life.bench.storing.count(life.some(Place), found, actor=life.by(*BENCH, QUALITY))


@act("storing.count_again", Act.INVENTORY_COUNTED_AGAIN)
def count_again(life: Life) -> None:
    life.bench.storing.count_again(life.some(Inventory), (), actor=life.by(*BENCH, QUALITY))
