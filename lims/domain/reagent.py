"""Lots of reagents and test kits: certificate, opened, expiry, quarantine (ISO/IEC 17025:2017, 6.5 and 6.6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.usability import Hindrance
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError


class LotStatus(StrEnum):
    """quarantine -> released -> quarantine or discarded; what is discarded stays so."""

    QUARANTINE = "quarantine"
    """Received and not yet accepted, or blocked later."""
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChange:
    """Why a lot was released, blocked or discarded."""

    status: LotStatus
    reason: str
    changed_by: str
    changed_at: datetime

    def __post_init__(self) -> None:
        """Refuse a change without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reagent:
    """One lot of a reagent or of a test kit. Immutable: every step returns a new one."""

    KIND: ClassVar[str] = "reagent"

    number: str
    name: str
    producer: str
    lot: str
    certificate: str
    """Empty for none."""
    expires_on: date | None
    """The last day; None where the producer states none."""
    received_on: date
    registered_by: str
    registered_at: datetime
    opened_life_days: int | None = None
    """Days for which it may be used once it is opened; None where nothing is stated."""
    opened_on: date | None = None
    opened_by: str = ""
    changes: tuple[LotChange, ...] = ()
    """The newest last; none: in quarantine since it was received."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a lot that nobody could tell from another."""
        for name in ("number", "name", "producer", "lot"):
            require_text(f"reagent {name}", getattr(self, name))
        clean_text("certificate", self.certificate)
        if self.opened_life_days is not None and self.opened_life_days < 0:
            raise InvalidRecordError(f"{self.number}: {self.opened_life_days} days after opening; expected 0 or more")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show name and lot."""
        return f"{self.name}, lot {self.lot}"

    @property
    def name_at_the_bench(self) -> str:
        """Name it as errors do."""
        return f"reagent {self.number} ({self.title})"

    @property
    def status(self) -> LotStatus:
        """Where it stands."""
        return self.changes[-1].status if self.changes else LotStatus.QUARANTINE

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be used; None where none is known."""
        opened = None
        if self.opened_on is not None and self.opened_life_days is not None:
            opened = self.opened_on + timedelta(days=self.opened_life_days)
        days = [day for day in (self.expires_on, opened) if day is not None]
        return min(days) if days else None

    def hindrances(self, on: date) -> tuple[Hindrance, ...]:
        """Give every reason against its use on a day."""
        return lot_hindrances(status=self.status, changes=self.changes, last_day=self.last_day, on=on)

    # steps

    def open(self, *, on: date, by: str) -> Self:
        """Record that it was opened.

        Raises
        ------
        TransitionError
            If it was opened before.
        """
        if self.opened_on is not None:
            raise TransitionError(f"{self.number} was opened on {self.opened_on} by {self.opened_by}")
        return replace(self, opened_on=on, opened_by=by, version=self.version + 1)

    def change(self, change: LotChange) -> Self:
        """Release it, block it or discard it.

        Raises
        ------
        TransitionError
            If it stands there already, or is discarded.
        """
        require_lot_step(self.number, self.status, change.status)
        return replace(self, changes=(*self.changes, change), version=self.version + 1)


def lot_hindrances(
    *, status: LotStatus, changes: tuple[LotChange, ...], last_day: date | None, on: date
) -> tuple[Hindrance, ...]:
    """Give every reason against the use of a lot on a day."""
    found = []
    since = f" since {changes[-1].changed_at:%Y-%m-%d} ({changes[-1].reason})" if changes else ", not released yet"
    if status is LotStatus.QUARANTINE:
        remedy = "The expert or the quality manager compares certificate and lot and releases it"
        found.append(Hindrance(reason=f"in quarantine{since}", remedy=remedy))
    if status is LotStatus.DISCARDED:
        found.append(Hindrance(reason=f"discarded{since}", remedy="Take another lot"))
    if last_day is not None and on > last_day:
        found.append(
            Hindrance(reason=f"could be used until {last_day}", remedy="Take another lot and discard this one")
        )
    return tuple(found)


def require_lot_step(number: str, now: LotStatus, then: LotStatus) -> None:
    """Refuse a step that leads nowhere, or back from the waste.

    Raises
    ------
    TransitionError
        Naming where it stands.
    """
    if now in {then, LotStatus.DISCARDED}:
        raise TransitionError(f"{number} is {now}; it cannot become {then}")
