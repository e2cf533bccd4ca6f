"""The cells of the rights matrix for custody, and the records that they begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lims.domain.aliquot import Aliquot
from lims.domain.custody import Custody, Holder, HolderKind, SealCondition
from lims.domain.exhibit import Exhibit
from lims.domain.image_content import ImageType
from lims.domain.inventory import Count, Inventory
from lims.domain.mass_balance import MassBalance
from lims.domain.permissions import Act
from lims.domain.photograph import Photograph
from lims.domain.place import Place, PlaceKind
from lims.domain.record import Record
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferItem, TransferKind, TransferStatus
from lims.services.sealing import CorrectionFacts, Moved, NewSeal, SealOpening

CASE = "2026-0001"
SHELF = "PL-0001"
FREE = "PL-0002"
OLD_ALIQUOT = f"{CASE}/1-A900"
"""Taken before aliquots had a custody."""
TAKER = "competent"
"""Who takes what another person offers, and witnesses what another person does."""
_PERSON, _PLACE = HolderKind.PERSON, HolderKind.PLACE
_PAPERS = {"permission_reference": "letter 1", "act_number": "A-1", "protocol_number": "P-1"}


def write_states(lab: Any, write: Callable[[Record], None]) -> None:
    """Write exhibits that each person holds, has in a place, offers, or is offered, and an inventory to count again."""
    exhibit = lab.load(Exhibit, f"{CASE}/1")
    basis = lab.load(Custody, f"{CASE}/1", version=1)
    write(Place(number=SHELF, name="shelf", kind=PlaceKind.SHELF))
    write(Place(number=FREE, name="box", kind=PlaceKind.BOX))
    now = lab.bench.clock.now()

    def custody(word: str, person: str, holder: Holder, **facts: Any) -> str:
        number = f"{word} of {person}"
        write(dataclasses.replace(exhibit, number=number, received_by=person, version=1))
        event = dataclasses.replace(basis.event, taker=holder)
        write(dataclasses.replace(basis, number=number, event=event, holder=holder, version=1, **facts))
        return number

    for person in lab.people:
        hand = Holder(kind=_PERSON, name=person)
        custody("held", person, hand)
        custody("bag", person, hand)
        custody("inside", person, Holder(kind=HolderKind.CONTAINER, name=f"bag of {person}"))
        custody("stored", person, Holder(kind=_PLACE, name=SHELF))
        sealed = custody("sealed", person, hand, seal=f"seal {person}")
        write(_photograph(lab, sealed))
        for by, taker in ((person, TAKER if person != TAKER else "never"), (TAKER, person)):
            if by == taker:
                continue
            word = "offered" if by == person else "wanted"
            number, transfer = f"{word} of {person}", f"T {word} {person}"
            holder, to = Holder(kind=_PERSON, name=by), Holder(kind=_PERSON, name=taker)
            custody(word, person, holder, offer=transfer, offered_to=taker)
            write(_offered(transfer, number, holder, to, now))
    for record in old_aliquot(OLD_ALIQUOT, exhibit.number, at=now):
        write(record)
    count = Count(by="somebody", counted_at=now, expected=(), found=())
    write(Inventory(number="I1", place_number=SHELF, first=count))


def old_aliquot(number: str, exhibit: str, *, at: datetime, grams: str = "1.00") -> tuple[Aliquot, MassBalance]:
    """Give an aliquot with its mass balance, as they were recorded before aliquots had a custody."""
    mass, u, weighing = Decimal(grams), Decimal("0.03"), f"{number}-W1"
    aliquot = Aliquot(
        number=number,
        item_number=exhibit,
        exhibit_number=exhibit,
        weighing_number=weighing,
        mass_g=mass,
        u_g=u,
        purpose="GC-MS",
        container="vial",
        taken_by="technician",
        taken_at=at,
    )
    kept = MassBalance(
        number=f"{number}-M",
        item_number=number,
        exhibit_number=exhibit,
        weighing_number=weighing,
        before_g=mass,
        before_u_g=u,
    )
    return aliquot, kept


def photograph(number: str, exhibit: str, *, at: datetime) -> Photograph:
    """Give a photograph of a seal, without its bytes."""
    return Photograph(
        number=number,
        exhibit_number=exhibit,
        shows="the seal",
        sha256="0" * 64,
        image_type=ImageType.PNG,
        file_name="seal.png",
        size=100,
        taken_at=None,
        taken_by="technician",
        added_by="technician",
        added_at=at,
    )


def _offered(number: str, exhibit: str, giver: Holder, taker: Holder, now: Any) -> Transfer:
    item = TransferItem(exhibit_number=exhibit, custody_version=1, giver=giver)
    return Transfer(
        number=number,
        kind=TransferKind.HAND_OVER,
        items=(item,),
        taker=taker,
        purpose="p",
        by=giver.name,
        occurred_at=now,
        prepared_at=now,
        status=TransferStatus.OFFERED,
    )


def _photograph(lab: Any, exhibit: str) -> Photograph:
    return photograph(f"photo {exhibit}", exhibit, at=lab.bench.clock.now())


def _prepared(lab: Any, actor: StaffMember, kind: TransferKind, **facts: Any) -> Transfer:
    """Give a list as it would be prepared; also for a person who may not prepare one."""
    word = "stored" if kind is TransferKind.TAKING_OUT else "held"
    number = f"{word} of {actor.number}"
    custody = lab.load(Custody, number)
    now = lab.bench.clock.now()
    taker = {
        TransferKind.HAND_OVER: Holder(kind=_PERSON, name=TAKER if actor.number != TAKER else "never"),
        TransferKind.STORING: Holder(kind=_PLACE, name=SHELF),
        TransferKind.TAKING_OUT: Holder(kind=_PERSON, name=actor.number),
        TransferKind.RETURN: Holder(kind=HolderKind.OUTSIDE, name="the court"),
        TransferKind.DESTRUCTION: Holder(kind=HolderKind.DESTROYED),
    }[kind]
    final = kind in {TransferKind.RETURN, TransferKind.DESTRUCTION}
    return Transfer(
        number=f"T {kind.value} {actor.number}",
        kind=kind,
        items=(TransferItem(exhibit_number=number, custody_version=custody.version, giver=custody.holder),),
        taker=taker,
        purpose="p",
        by=actor.number,
        occurred_at=now,
        prepared_at=now,
        status=TransferStatus.OFFERED if kind is TransferKind.HAND_OVER else TransferStatus.DONE,
        needs_witness=final,
        witness=_second(actor) if final else "",
        **(_PAPERS if final else {}),
        **facts,
    )


def _second(actor: StaffMember) -> str:
    return TAKER if actor.number != TAKER else "never"


def _confirmed(lab: Any, number: str, meaning: SignatureMeaning, record: Record) -> Any:
    return lab.confirmed(StaffMember(number=number, name="n", post="p", roles=()), meaning, record)


def _offer(lab: Any, actor: StaffMember) -> object:
    transfer = _prepared(lab, actor, TransferKind.HAND_OVER)
    confirmed = _confirmed(lab, actor.number, SignatureMeaning.GIVER, transfer)
    return lab.call("custody").offer(transfer, actor=actor, confirmation=confirmed)


def _take(lab: Any, actor: StaffMember) -> object:
    number = f"T wanted {actor.number}" if actor.number != TAKER else "T offered never"
    transfer = lab.load(Transfer, number)
    confirmed = _confirmed(lab, actor.number, SignatureMeaning.TAKER, transfer)
    return lab.call("custody").take(number, actor=actor, confirmation=confirmed)


def _refuse(lab: Any, actor: StaffMember) -> object:
    return lab.call("custody").refuse(f"T wanted {actor.number}", reason="r", actor=actor)


def _withdraw(lab: Any, actor: StaffMember) -> object:
    return lab.call("custody").withdraw(f"T offered {actor.number}", reason="r", actor=actor)


def _plain(name: str, kind: TransferKind) -> Callable[[Any, StaffMember], object]:
    def cell(lab: Any, actor: StaffMember) -> object:
        return getattr(lab.call("custody"), name)(_prepared(lab, actor, kind), actor=actor)

    return cell


def _final(name: str, kind: TransferKind) -> Callable[[Any, StaffMember], object]:
    def cell(lab: Any, actor: StaffMember) -> object:
        transfer = _prepared(lab, actor, kind)
        return getattr(lab.call("custody"), name)(
            transfer,
            actor=actor,
            confirmation=_confirmed(lab, actor.number, SignatureMeaning.GIVER, transfer),
            witnessed=_confirmed(lab, transfer.witness, SignatureMeaning.WITNESS, transfer),
        )

    return cell


def _correct(lab: Any, actor: StaffMember) -> object:
    facts = CorrectionFacts(corrects=1, reason="r", approved_by="head", purpose="another purpose")
    approver = "quality" if actor.number == "head" else "head"
    facts = dataclasses.replace(facts, approved_by=approver)
    sealing = lab.call("sealing")
    corrected = sealing.prepare_correction(f"held of {actor.number}", facts, actor=actor)
    approval = _confirmed(lab, approver, SignatureMeaning.APPROVER, corrected)
    return sealing.correct(corrected, actor=actor, approval=approval)


CUSTODY_CELLS: Mapping[str, tuple[str, Callable[[Any, StaffMember], object]]] = {
    "custody.offer": (Act.TRANSFER_OFFERED, _offer),
    "custody.take": (Act.TRANSFER_TAKEN, _take),
    "custody.refuse": (Act.TRANSFER_REFUSED, _refuse),
    "custody.withdraw": (Act.TRANSFER_WITHDRAWN, _withdraw),
    "custody.store_in_place": (Act.TRANSFER_STORED, _plain("store_in_place", TransferKind.STORING)),
    "custody.take_out": (Act.TRANSFER_TAKEN_OUT, _plain("take_out", TransferKind.TAKING_OUT)),
    "custody.give_back": (Act.TRANSFER_RETURNED, _final("give_back", TransferKind.RETURN)),
    "custody.destroy": (Act.TRANSFER_DESTROYED, _final("destroy", TransferKind.DESTRUCTION)),
    "sealing.open_seal": (
        Act.CUSTODY_SEAL_OPENED,
        lambda lab, actor: lab.call("sealing").open_seal(
            f"sealed of {actor.number}",
            seal=f"seal {actor.number}",
            condition=SealCondition.INTACT,
            photograph=f"photo sealed of {actor.number}",
            actor=actor,
        ),
    ),
    "sealing.close_seal": (
        Act.CUSTODY_SEAL_CLOSED,
        lambda lab, actor: lab.call("sealing").close_seal(f"held of {actor.number}", seal="new", actor=actor),
    ),
    "sealing.open_seals": (
        Act.CUSTODY_SEAL_OPENED,
        lambda lab, actor: lab.call("sealing").open_seals(
            (
                SealOpening(
                    exhibit_number=f"sealed of {actor.number}",
                    seal=f"seal {actor.number}",
                    condition=SealCondition.INTACT,
                    photograph=f"photo sealed of {actor.number}",
                ),
            ),
            actor=actor,
        ),
    ),
    "sealing.close_seals": (
        Act.CUSTODY_SEAL_CLOSED,
        lambda lab, actor: lab.call("sealing").close_seals(
            (NewSeal(exhibit_number=f"held of {actor.number}", seal="newer"),), actor=actor
        ),
    ),
    "sealing.put_in": (
        Act.CUSTODY_PUT_IN,
        lambda lab, actor: lab.call("sealing").put_in(
            f"held of {actor.number}", f"bag of {actor.number}", purpose="p", actor=actor
        ),
    ),
    "sealing.take_from": (
        Act.CUSTODY_TAKEN_FROM,
        lambda lab, actor: lab.call("sealing").take_from(f"inside of {actor.number}", purpose="p", actor=actor),
    ),
    "sealing.put_all_in": (
        Act.CUSTODY_PUT_IN,
        lambda lab, actor: lab.call("sealing").put_all_in(
            (Moved(exhibit_number=f"held of {actor.number}"),), f"bag of {actor.number}", purpose="p", actor=actor
        ),
    ),
    "sealing.take_all_from": (
        Act.CUSTODY_TAKEN_FROM,
        lambda lab, actor: lab.call("sealing").take_all_from(
            (Moved(exhibit_number=f"inside of {actor.number}"),), purpose="p", actor=actor
        ),
    ),
    "sealing.begin_late": (
        Act.CUSTODY_BEGUN_LATE,
        lambda lab, actor: lab.call("sealing").begin_late(OLD_ALIQUOT, reason="r", actor=actor),
    ),
    "sealing.correct": (Act.CUSTODY_CORRECTED, _correct),
    "storing.add": (
        Act.PLACE_ADDED,
        lambda lab, actor: lab.call("storing").add("cabinet", kind=PlaceKind.CABINET, actor=actor),
    ),
    "storing.close": (Act.PLACE_CLOSED, lambda lab, actor: lab.call("storing").close(FREE, actor=actor)),
    "storing.count": (Act.INVENTORY_COUNTED, lambda lab, actor: lab.call("storing").count(FREE, (), actor=actor)),
    "storing.count_again": (
        Act.INVENTORY_COUNTED_AGAIN,
        lambda lab, actor: lab.call("storing").count_again("I1", (), actor=actor),
    ),
}
