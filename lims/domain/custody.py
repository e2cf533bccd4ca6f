"""Custody: who holds one item, or where it lies, and the event that brought it there.

An item is an exhibit, a part of one, or an aliquot. Its custody is one chain: version 1 is its receipt, or the taking
of the aliquot, each further version one event, and nothing is ever taken back (rule CC-4). An item is in one hand or
in one place at a time because a chain has one end (rule CC-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Self

from lims.custody_errors import CustodyError
from lims.domain.exhibit import Exhibit
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class HolderKind(StrEnum):
    """What an exhibit can be with."""

    PERSON = "person"
    PLACE = "place"
    CONTAINER = "container"
    """Another exhibit, which it lies in and goes with."""
    OUTSIDE = "outside"
    """Not in the laboratory: before the receipt, or after the return."""
    DESTROYED = "destroyed"
    CONSUMED = "consumed"
    """Used up: of an aliquot, by its mass balance."""
    UNKNOWN = "unknown"
    """The record names nobody: of an aliquot from before aliquots had a custody."""


class EventKind(StrEnum):
    """What can happen to the custody of an exhibit."""

    RECEIVED = "received"
    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STORED = "stored"
    TAKEN_OUT = "taken-out"
    PUT_IN = "put-in"
    """Into a container."""
    TAKEN_FROM = "taken-from"
    """Out of a container."""
    SEAL_OPENED = "seal-opened"
    SEAL_CLOSED = "seal-closed"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    CORRECTED = "corrected"
    ALIQUOT_TAKEN = "aliquot-taken"
    """With it the chain of an aliquot begins."""
    BEGUN_LATE = "begun-late"
    """With it the chain of an aliquot begins whose taking was recorded without one."""
    CONSUMED = "consumed"


_PERSON, _PLACE, _CONTAINER = HolderKind.PERSON, HolderKind.PLACE, HolderKind.CONTAINER

MOVES: Mapping[EventKind, tuple[HolderKind, HolderKind]] = MappingProxyType(
    {
        EventKind.TAKEN: (_PERSON, _PERSON),
        EventKind.STORED: (_PERSON, _PLACE),
        EventKind.TAKEN_OUT: (_PLACE, _PERSON),
        EventKind.PUT_IN: (_PERSON, _CONTAINER),
        EventKind.TAKEN_FROM: (_CONTAINER, _PERSON),
        EventKind.RETURNED: (_PERSON, HolderKind.OUTSIDE),
        EventKind.DESTROYED: (_PERSON, HolderKind.DESTROYED),
    }
)
"""From what to what each event moves an exhibit. None leads from a place to a place (rule CC-2)."""
_ANSWERS = frozenset({EventKind.TAKEN, EventKind.REFUSED, EventKind.WITHDRAWN})
"""What ends an offer; as long as one stands, nothing else happens but a correction."""
_AT_ONCE = timedelta(0)
_SEALING = frozenset({EventKind.SEAL_OPENED, EventKind.SEAL_CLOSED})
BEGINNINGS = frozenset({EventKind.RECEIVED, EventKind.ALIQUOT_TAKEN, EventKind.BEGUN_LATE})
"""With what a chain begins; each happens once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person, a place, a container, or nobody here."""

    kind: HolderKind
    name: str = ""
    """Staff number, number of the place or of the containing exhibit, or who is outside; empty for unknown."""

    def __post_init__(self) -> None:
        """Refuse a person, a place or a container without a number."""
        clean_text("holder", self.name)
        if self.kind in {_PERSON, _PLACE, _CONTAINER}:
            require_text(self.kind.value, self.name)

    @property
    def here(self) -> bool:
        """Whether the laboratory has the exhibit."""
        return self.kind in {_PERSON, _PLACE, _CONTAINER}

    @property
    def words(self) -> str:
        """Say where that is."""
        return {
            _PERSON: f"in the hands of {self.name}",
            _PLACE: f"in place {self.name}",
            _CONTAINER: f"in exhibit {self.name}",
            HolderKind.OUTSIDE: f"outside, with {self.name or 'somebody unknown'}",
            HolderKind.DESTROYED: "destroyed",
            HolderKind.CONSUMED: "used up",
            HolderKind.UNKNOWN: "with nobody that the record names",
        }[self.kind]


class SealCondition(StrEnum):
    """How a seal was found."""

    INTACT = "intact"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFact:
    """A seal that was found and opened, or put on."""

    number: str
    """As it was read; empty where none was found."""
    condition: SealCondition
    photograph: str = ""
    """Number of the photograph that shows it."""
    expected: str = ""
    """The number that the record had before; empty for none."""

    def __post_init__(self) -> None:
        """Refuse a seal that is there and has no number, and one that is missing and has."""
        clean_text("seal", self.number)
        if (self.condition is SealCondition.MISSING) == bool(self.number):
            raise InvalidRecordError(
                f"seal {self.number!r} is {self.condition.value}; a number where, and only where, there is a seal"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an earlier event ought to have said (rule CC-4)."""

    corrects: int
    """The version of the custody that the earlier event made."""
    reason: str
    approved_by: str
    occurred_at: datetime | None = None
    """None where the time was right; so with the others."""
    place: str = ""
    purpose: str = ""

    def __post_init__(self) -> None:
        """Refuse a correction without a reason, of nothing, or approved by nobody."""
        require_text("reason", self.reason)
        require_text("approved by", self.approved_by)
        if self.occurred_at is None and not self.place and not self.purpose:
            raise InvalidRecordError("a correction that changes nothing; expected a time, a place or a purpose")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """One thing that happened: from, to, when, and why (rule E-3)."""

    kind: EventKind
    giver: Holder
    """Where it was."""
    taker: Holder
    """Where it went; the same where nothing moved."""
    occurred_at: datetime
    """When it happened, as stated (rule CC-5)."""
    recorded_at: datetime
    """The laboratory's clock when it was recorded."""
    purpose: str
    by: str
    """Staff number of the person who recorded it."""
    witness: str = ""
    late: bool = False
    """Whether it was recorded later than the laboratory allows; the case file shows it."""
    transfer: str = ""
    """Number of the transfer that it is part of."""
    expected_return: date | None = None
    seal: SealFact | None = None
    correction: Correction | None = None
    container: str = ""
    """What an aliquot was taken into; empty for unknown, and for every other event."""

    def __post_init__(self) -> None:
        """Refuse an event without a purpose, from the future, or from a place straight to another."""
        require_text("purpose", self.purpose)
        if self.occurred_at > self.recorded_at:
            raise InvalidRecordError(
                f"{self.kind.value} at {self.occurred_at}, recorded at {self.recorded_at}: expected a time that is past"
            )
        if self.kind in MOVES and (self.giver.kind, self.taker.kind) != MOVES[self.kind]:
            raise CustodyError(
                f"{self.kind.value}: from {self.giver.kind.value} to {self.taker.kind.value}; expected "
                f"from {MOVES[self.kind][0].value} to {MOVES[self.kind][1].value}"
            )
        if (self.kind is EventKind.CONSUMED) != (self.taker.kind is HolderKind.CONSUMED):
            raise InvalidRecordError(
                f"{self.kind.value}: {self.taker.words}; what is used up is used up by its own event"
            )
        if (self.kind in _SEALING) != (self.seal is not None):
            raise InvalidRecordError(
                f"{self.kind.value}: a seal is stated where, and only where, one is opened or closed"
            )
        if (self.kind is EventKind.CORRECTED) != (self.correction is not None):
            raise InvalidRecordError(f"{self.kind.value}: what is corrected is stated in a correction alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The end of an item's chain. Immutable: every event returns a new custody, the old one stays as evidence."""

    KIND: ClassVar[str] = "custody"

    number: str
    """That of the exhibit or aliquot."""
    case_number: str
    event: CustodyEvent
    """The newest."""
    holder: Holder
    offer: str = ""
    """Number of the transfer that offers it; empty for none."""
    offered_to: str = ""
    seal: str = ""
    """Number of the seal that closes it; empty where it is open, or came without."""
    expected_return: date | None = None
    """By when the present holder gives it back."""
    placed_by: int = 0
    """The version that put it into the place where it lies; 0 where it lies in none."""
    aliquot_of: str = ""
    """Number of the exhibit that an aliquot was taken from; empty for an exhibit."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a custody of nothing."""
        require_text("item number", self.number)

    @property
    def parent(self) -> str:
        """Belong to the case."""
        return self.case_number

    @property
    def exhibit_number(self) -> str:
        """The exhibit that this is, or that it was taken from."""
        return self.aliquot_of or self.number

    @property
    def state(self) -> str:
        """Say what it is with."""
        return "offered" if self.offer else self.holder.kind.value

    @property
    def title(self) -> str:
        """Show where it is."""
        return self.holder.words

    @property
    def here(self) -> bool:
        """Whether the laboratory has it; what was returned, destroyed or used up can do nothing any more."""
        return self.holder.here

    def add(self, event: CustodyEvent) -> Self:
        """Let one thing happen.

        Raises
        ------
        CustodyError
            If it does not follow from where the exhibit is.
        InvalidRecordError
            If it is said to have happened before the event before it.
        """
        self._require_next(event)
        after = replace(self, event=event, version=self.version + 1)
        if event.correction is not None:
            place = event.correction.place
            moved = place and event.correction.corrects == self.placed_by
            return replace(after, holder=Holder(kind=_PLACE, name=place)) if moved else after
        if event.kind is EventKind.OFFERED:
            return replace(after, offer=event.transfer, offered_to=event.taker.name)
        if event.kind in _ANSWERS:
            after = replace(after, offer="", offered_to="")
        if event.kind in MOVES or event.kind is EventKind.CONSUMED:
            placed_by = after.version if event.taker.kind is _PLACE else 0
            after = replace(after, holder=event.taker, expected_return=event.expected_return, placed_by=placed_by)
        return replace(after, seal=_seal_after(self.seal, event))

    def _require_next(self, event: CustodyEvent) -> None:
        if self.holder.kind is HolderKind.UNKNOWN:
            raise CustodyError(f"aliquot {self.number} has no custody on record; the person who has it begins it")
        if not self.here:
            raise CustodyError(f"{self.number} is {self.holder.words}; nothing happens to it any more")
        if event.kind in BEGINNINGS:
            raise CustodyError(f"{self.number} was received or taken; it is {self.holder.words}")
        if event.giver != self.holder:
            raise CustodyError(f"{self.number} is {self.holder.words}, not {event.giver.words}")
        if event.occurred_at < self.event.occurred_at:
            raise InvalidRecordError(
                f"{self.number}: {event.kind.value} at {event.occurred_at}, before {self.event.kind.value} at "
                f"{self.event.occurred_at}"
            )
        self._require_offer(event)
        self._require_seal(event)
        if event.correction is not None:
            self._require_correctable(event.correction)

    def _require_offer(self, event: CustodyEvent) -> None:
        if event.kind in _ANSWERS:
            if not self.offer or self.offer != event.transfer:
                raise CustodyError(f"{self.number}: {event.transfer} offers it no more")
            if event.kind is EventKind.TAKEN and event.taker.name != self.offered_to:
                raise CustodyError(f"{self.number} is offered to {self.offered_to}, not to {event.taker.name}")
        elif self.offer and event.kind is not EventKind.CORRECTED:
            raise CustodyError(f"{self.number} is offered to {self.offered_to} by {self.offer}; answer that first")
        if event.kind is EventKind.OFFERED and (
            {event.giver.kind, event.taker.kind} != {_PERSON} or event.giver == event.taker
        ):
            raise CustodyError(
                f"{self.number} is offered {event.giver.words}, to {event.taker.name}; expected another person"
            )

    def _require_seal(self, event: CustodyEvent) -> None:
        if event.kind is EventKind.SEAL_CLOSED and self.seal:
            raise CustodyError(f"{self.number} is closed with seal {self.seal}; open that first")
        if event.seal is not None and event.seal.expected != self.seal:
            raise CustodyError(f"{self.number} has seal {self.seal or 'none'}, not {event.seal.expected or 'none'}")

    def _require_correctable(self, correction: Correction) -> None:
        if not 1 <= correction.corrects <= self.version:
            raise CustodyError(f"event {correction.corrects}; {self.number} has {self.version}")
        if correction.place and correction.corrects != self.placed_by:
            raise CustodyError(f"{self.number}: only the place where it lies can be corrected")


def received(exhibit: Exhibit, *, recorded_at: datetime, by: str, late_after: timedelta = _AT_ONCE) -> Custody:
    """Begin the chain of an exhibit: the person who received it holds it, and a part lies in the whole.

    Parameters
    ----------
    recorded_at : datetime
        Aware.
    by : str
        Who records it: of an exhibit that was registered before custody was recorded, another than who received it.
    late_after : timedelta, optional
        After which the receipt is marked as recorded late.
    """
    person = Holder(kind=_PERSON, name=exhibit.received_by)
    whole = Holder(kind=_CONTAINER, name=exhibit.part_of) if exhibit.part_of else None
    event = CustodyEvent(
        kind=EventKind.RECEIVED,
        giver=whole or Holder(kind=HolderKind.OUTSIDE, name=exhibit.delivered_by),
        taker=whole or person,
        occurred_at=min(exhibit.received_at, recorded_at),
        recorded_at=recorded_at,
        purpose="receipt",
        by=by,
        late=recorded_at - exhibit.received_at > late_after,
    )
    return Custody(
        number=exhibit.number,
        case_number=exhibit.case_number,
        event=event,
        holder=event.taker,
        seal=exhibit.seal_number,
    )


def _seal_after(seal: str, event: CustodyEvent) -> str:
    if event.kind is EventKind.SEAL_OPENED:
        return ""
    return event.seal.number if event.seal is not None else seal
