"""Transfers: one paper for all exhibits that go the same way at the same time, and the two people who confirm it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Self

from lims.custody_errors import CustodyError, HandOverLapsedError
from lims.domain.custody import EventKind, Holder, HolderKind
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError

HAND_OVER_TIME = timedelta(minutes=15)
"""Within which both confirm where the laboratory sets nothing else (rule CC-1): long enough to compare a list with
what lies on the desk, short enough that both are still there."""


class TransferKind(StrEnum):
    """Which way the exhibits go."""

    HAND_OVER = "hand-over"
    STORING = "storing"
    TAKING_OUT = "taking out"
    RETURN = "return"
    DESTRUCTION = "destruction"


class TransferStatus(StrEnum):
    """offered -> taken, refused or withdrawn; what needs no answer is done at once."""

    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


FINAL = frozenset({TransferKind.RETURN, TransferKind.DESTRUCTION})
"""After which the laboratory does not have the exhibits any more: two people sign (rule E-6)."""
DONE_AS: Mapping[TransferKind, EventKind] = MappingProxyType(
    {
        TransferKind.STORING: EventKind.STORED,
        TransferKind.TAKING_OUT: EventKind.TAKEN_OUT,
        TransferKind.RETURN: EventKind.RETURNED,
        TransferKind.DESTRUCTION: EventKind.DESTROYED,
    }
)
_TAKERS = MappingProxyType(
    {
        TransferKind.HAND_OVER: HolderKind.PERSON,
        TransferKind.STORING: HolderKind.PLACE,
        TransferKind.TAKING_OUT: HolderKind.PERSON,
        TransferKind.RETURN: HolderKind.OUTSIDE,
        TransferKind.DESTRUCTION: HolderKind.DESTROYED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferItem:
    """One exhibit on the list, as it was when the list was made."""

    exhibit_number: str
    custody_version: int
    giver: Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A list of exhibits that go together. Immutable: every step returns a new transfer."""

    KIND: ClassVar[str] = "transfer"

    number: str
    """``T2026-00001``."""
    kind: TransferKind
    items: tuple[TransferItem, ...]
    taker: Holder
    purpose: str
    by: str
    """Staff number of the person who hands over, stores, takes out, returns or destroys."""
    occurred_at: datetime
    """As stated."""
    prepared_at: datetime
    status: TransferStatus
    expected_return: date | None = None
    """By when the exhibits come back."""
    permission_reference: str = ""
    """Of a return or a destruction: who permitted it, and under which number."""
    act_number: str = ""
    """Of the act of return or destruction."""
    protocol_number: str = ""
    needs_witness: bool = False
    """Whether a second person confirms on the spot: a vault, a return, a destruction."""
    witness: str = ""
    """Staff number of that person."""
    answered_at: datetime | None = None
    reason: str = ""
    """Of a refusal or a withdrawal."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an empty list, a list with an exhibit twice, and a final one without its papers."""
        require_text("transfer number", self.number)
        require_text("purpose", self.purpose)
        clean_text("reason", self.reason)
        numbers = [item.exhibit_number for item in self.items]
        if not numbers or len(set(numbers)) != len(numbers):
            raise InvalidRecordError(f"{self.number}: {len(numbers)} exhibits; expected one or more, each once")
        if self.taker.kind is not _TAKERS[self.kind]:
            raise CustodyError(f"{self.kind.value} {self.taker.words}; expected {_TAKERS[self.kind].value}")
        if (self.kind is TransferKind.HAND_OVER) == (self.status is TransferStatus.DONE):
            raise InvalidRecordError(f"a {self.kind.value} is never {self.status.value}")
        if self.kind in FINAL:
            require_text("reference of the permission", self.permission_reference)
            require_text("number of the act", self.act_number)
            require_text("number of the protocol", self.protocol_number)
        if self.needs_witness and not self.witness:
            raise InvalidRecordError(f"{self.number}: {self.kind.value} needs a second person as witness")
        if self.witness == self.by:
            raise InvalidRecordError(f"{self.number}: {self.witness} cannot witness the own act")

    @property
    def parent(self) -> str:
        """Belong to no one record: a list may name exhibits of several cases."""
        return ""

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show what goes where."""
        return f"{self.kind.value}: {len(self.items)} exhibit(s), {self.taker.words}"

    @property
    def exhibit_numbers(self) -> tuple[str, ...]:
        """Name the exhibits."""
        return tuple(item.exhibit_number for item in self.items)

    # steps

    def require_soon(self, at: datetime, *, within: timedelta) -> None:
        """Refuse a confirmation that comes too long after the list was made.

        Raises
        ------
        HandOverLapsedError
            If it does.
        InvalidRecordError
            If it comes before.
        """
        if at < self.prepared_at:
            raise InvalidRecordError(f"{self.number} was prepared at {self.prepared_at}, which is not yet")
        if at - self.prepared_at > within:
            raise HandOverLapsedError(self.number, int(within.total_seconds() // 60))

    def take(self, person: str, *, at: datetime, within: timedelta) -> Self:
        """Take what was offered, soon after it was offered (rule CC-1).

        Parameters
        ----------
        within : timedelta
            From the making of the list, which both confirm.

        Raises
        ------
        TransitionError
            If it is not offered, or to somebody else.
        HandOverLapsedError
            If the list is too old; the transfer stays offered.
        """
        self._require_offered(to=person)
        self.require_soon(at, within=within)
        return replace(self, status=TransferStatus.TAKEN, answered_at=at, version=self.version + 1)

    def refuse(self, person: str, *, at: datetime, reason: str) -> Self:
        """Refuse what was offered.

        Raises
        ------
        TransitionError
            If it is not offered, or to somebody else.
        """
        self._require_offered(to=person)
        require_text("reason", reason)
        return replace(self, status=TransferStatus.REFUSED, answered_at=at, reason=reason, version=self.version + 1)

    def withdraw(self, person: str, *, at: datetime, reason: str) -> Self:
        """Take an offer back.

        Raises
        ------
        TransitionError
            If it is not offered, or another person offered it.
        """
        self._require_offered()
        if person != self.by:
            raise TransitionError(f"{self.number} was offered by {self.by}, not by {person}")
        require_text("reason", reason)
        return replace(self, status=TransferStatus.WITHDRAWN, answered_at=at, reason=reason, version=self.version + 1)

    def _require_offered(self, *, to: str = "") -> None:
        if self.status is not TransferStatus.OFFERED:
            raise TransitionError(f"{self.number} is {self.state}, not offered")
        if to and to != self.taker.name:
            raise TransitionError(f"{self.number} is offered to {self.taker.name}, not to {to}")
