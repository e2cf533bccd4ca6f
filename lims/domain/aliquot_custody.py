"""How the custody of an aliquot begins: with its taking, or late, or not at all (rule G4)."""

from dataclasses import replace
from datetime import datetime

from lims.domain.aliquot import Aliquot
from lims.domain.custody import Custody, CustodyEvent, EventKind, Holder, HolderKind


def aliquot_taken(aliquot: Aliquot, *, case_number: str, recorded_at: datetime) -> Custody:
    """Begin the chain of an aliquot: the person who took it holds it, in what it was taken into.

    Parameters
    ----------
    recorded_at : datetime
        Aware.
    """
    event = CustodyEvent(
        kind=EventKind.ALIQUOT_TAKEN,
        giver=Holder(kind=HolderKind.CONTAINER, name=aliquot.item_number),
        taker=Holder(kind=HolderKind.PERSON, name=aliquot.taken_by),
        occurred_at=min(aliquot.taken_at, recorded_at),
        recorded_at=recorded_at,
        purpose=aliquot.purpose,
        by=aliquot.taken_by,
        late=recorded_at > aliquot.taken_at,
        container=aliquot.container,
    )
    return _beginning(aliquot, event, case_number=case_number)


def not_recorded(aliquot: Aliquot, *, case_number: str) -> Custody:
    """Say of an aliquot without a chain what is known: it was taken, and nobody wrote down where it is."""
    taken = aliquot_taken(aliquot, case_number=case_number, recorded_at=aliquot.taken_at)
    unknown = Holder(kind=HolderKind.UNKNOWN)
    return replace(taken, event=replace(taken.event, taker=unknown), holder=unknown)


def begun_late(aliquot: Aliquot, *, case_number: str, at: datetime, by: str, reason: str) -> Custody:
    """Begin the chain of an aliquot that has none: from now on the person who has it holds it.

    The time before stays unknown, and is a gap.

    Parameters
    ----------
    at : datetime
        Aware; now.
    by : str
        Who has it.
    reason : str
        Why so late.
    """
    event = CustodyEvent(
        kind=EventKind.BEGUN_LATE,
        giver=Holder(kind=HolderKind.UNKNOWN),
        taker=Holder(kind=HolderKind.PERSON, name=by),
        occurred_at=at,
        recorded_at=at,
        purpose=reason,
        by=by,
        late=True,
        container=aliquot.container,
    )
    return _beginning(aliquot, event, case_number=case_number)


def _beginning(aliquot: Aliquot, event: CustodyEvent, *, case_number: str) -> Custody:
    return Custody(
        number=aliquot.number,
        case_number=case_number,
        event=event,
        holder=event.taker,
        aliquot_of=aliquot.exhibit_number,
    )
