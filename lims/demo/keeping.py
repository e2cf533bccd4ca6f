"""Who has what, and where it lies: hand-overs, the vault, seals, an inventory, a return and a destruction."""

from collections.abc import Sequence
from datetime import timedelta

from lims.demo.crew import Site
from lims.demo.receiving import NOBODY, OpenCase
from lims.demo.registers import Shelves
from lims.demo.stage import Stage
from lims.domain.custody import SealCondition
from lims.domain.exhibit import Exhibit
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import Transfer, TransferKind
from lims.services.custody import TransferFacts


def store(stage: Stage, numbers: Sequence[str], *, by: str, witness: str, place: str) -> Transfer:
    """Put exhibits into a vault, before a witness."""
    transfer = _prepared(stage, TransferKind.STORING, numbers, by=by, to=place, purpose="kept", witness=witness)
    seen = stage.crew.confirm(witness, SignatureMeaning.WITNESS, transfer)
    return stage.laboratory.custody.store_in_place(transfer, actor=stage.crew[by], witnessed=seen)


def take_out(stage: Stage, numbers: Sequence[str], *, by: str, witness: str, purpose: str) -> Transfer:
    """Take exhibits out of a vault, before a witness."""
    transfer = _prepared(stage, TransferKind.TAKING_OUT, numbers, by=by, purpose=purpose, witness=witness)
    seen = stage.crew.confirm(witness, SignatureMeaning.WITNESS, transfer)
    return stage.laboratory.custody.take_out(transfer, actor=stage.crew[by], witnessed=seen)


def hand_over(stage: Stage, numbers: Sequence[str], *, by: str, to: str, purpose: str, back_in: int = 0) -> Transfer:
    """Hand exhibits over: both people confirm the same list."""
    offered = offer(stage, numbers, by=by, to=to, purpose=purpose, back_in=back_in)
    stage.clock.later(2)
    taking = stage.crew.confirm(to, SignatureMeaning.TAKER, offered)
    return stage.laboratory.custody.take(offered.number, actor=stage.crew[to], confirmation=taking)


def offer(stage: Stage, numbers: Sequence[str], *, by: str, to: str, purpose: str, back_in: int = 0) -> Transfer:
    """Offer exhibits to somebody, who has to take them.

    Parameters
    ----------
    back_in : int, optional
        Days from today by which they are given back; 0 for no such day.
    """
    transfer = _prepared(stage, TransferKind.HAND_OVER, numbers, by=by, to=to, purpose=purpose, back_in=back_in)
    giving = stage.crew.confirm(by, SignatureMeaning.GIVER, transfer)
    return stage.laboratory.custody.offer(transfer, actor=stage.crew[by], confirmation=giving)


def store_monday(stage: Stage, site: Site, shelves: Shelves, received: Sequence[OpenCase]) -> None:
    """Put everything of the day into the vault of the laboratory."""
    numbers = [exhibit.number for one in received if one.site is site for exhibit in one.exhibits]
    first, second = site.technicians
    store(stage, numbers, by=first, witness=second, place=shelves.vault)


def open_seals(stage: Stage, exhibits: Sequence[Exhibit], *, by: str) -> None:
    """Open the seals with which exhibits came, each with its picture."""
    for exhibit in exhibits:
        picture = stage.photograph(exhibit, "the seal before it is opened", actor=stage.crew[by])
        stage.laboratory.sealing.open_seal(
            exhibit.number,
            seal=exhibit.seal_number,
            condition=SealCondition.INTACT,
            photograph=picture.number,
            actor=stage.crew[by],
        )


def close_seals(stage: Stage, exhibits: Sequence[Exhibit], *, by: str) -> None:
    """Close what was opened with seals of the laboratory, each used once."""
    for exhibit in exhibits:
        stage.clock.later()
        seal = f"LAB-{exhibit.number.replace('/', '-')}"
        stage.laboratory.sealing.close_seal(exhibit.number, seal=seal, actor=stage.crew[by])


def count_vault(stage: Stage, site: Site, shelves: Shelves) -> None:
    """Count a vault twice, by two people; the second does not know what the first found."""
    stage.clock.later(20)
    storing = stage.laboratory.storing
    there = storing.contents(shelves.vault)
    first = storing.count(shelves.vault, there, actor=stage.crew[site.technicians[1]])
    stage.clock.later(20)
    storing.count_again(first.number, there, actor=stage.crew[site.experts[1]])


def give_back(stage: Stage, one: OpenCase) -> Transfer:
    """Return all exhibits of a case to whom they belong, before a witness."""
    by, witness = one.site.technicians
    return _ended(stage, one.exhibits, TransferKind.RETURN, by=by, witness=witness, to=NOBODY)


def destroy(stage: Stage, exhibit: Exhibit, *, by: str, witness: str) -> Transfer:
    """Destroy one exhibit before a witness."""
    return _ended(stage, (exhibit,), TransferKind.DESTRUCTION, by=by, witness=witness)


def _ended(
    stage: Stage, exhibits: Sequence[Exhibit], kind: TransferKind, *, by: str, witness: str, to: str = ""
) -> Transfer:
    numbers = [exhibit.number for exhibit in exhibits]
    take_out(stage, numbers, by=by, witness=witness, purpose=f"{kind.value} (demo)")
    stage.clock.later(5)
    facts = TransferFacts(
        kind=kind,
        exhibit_numbers=tuple(numbers),
        purpose=f"{kind.value} as permitted (demo)",
        to=to,
        witness=witness,
        permission_reference="letter of the demonstration, 7",
        act_number=f"DEMO-ACT-{numbers[0]}",
        protocol_number=f"DEMO-PROTOCOL-{numbers[0]}",
    )
    custody, actor = stage.laboratory.custody, stage.crew[by]
    transfer = custody.prepare(facts, actor=actor)
    signed = {
        "confirmation": stage.crew.confirm(by, SignatureMeaning.GIVER, transfer),
        "witnessed": stage.crew.confirm(witness, SignatureMeaning.WITNESS, transfer),
    }
    act = custody.give_back if kind is TransferKind.RETURN else custody.destroy
    return act(transfer, actor=actor, **signed)


def _prepared(
    stage: Stage,
    kind: TransferKind,
    numbers: Sequence[str],
    *,
    by: str,
    purpose: str,
    to: str = "",
    witness: str = "",
    back_in: int = 0,
) -> Transfer:
    stage.clock.later(5)
    facts = TransferFacts(
        kind=kind,
        exhibit_numbers=tuple(numbers),
        purpose=f"{purpose} (demo)",
        to=to,
        witness=witness,
        expected_return=stage.clock.moment.date() + timedelta(days=back_in) if back_in else None,
    )
    return stage.laboratory.custody.prepare(facts, actor=stage.crew[by])
