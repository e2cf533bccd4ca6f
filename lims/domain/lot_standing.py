"""How a lot stands on a day: in one word, with the days that are left (ISO/IEC 17025:2017, 6.6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lims.domain.reagent import LotStatus, Reagent
from lims.domain.reference_standard import ReferenceStandard

Lot = Reagent | ReferenceStandard


class LotStanding(StrEnum):
    """What decides about the use of a lot on a day; the first that holds, in this order."""

    DISCARDED = "discarded"
    QUARANTINE = "quarantine"
    OVERDUE = "overdue"
    """The last day on which it could be used is past."""
    USED_UP = "used up"
    """By the book nothing is left of a reference standard."""
    USABLE = "usable"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOnDay:
    """A lot, and how it stands on a day."""

    lot: Lot
    standing: LotStanding
    last_day: date | None
    """The last day on which it may be used; None where none is known."""
    days_left: int | None
    """Until then; 0 on that day, negative after it."""


def lot_on_day(lot: Lot, *, on: date) -> LotOnDay:
    """Say how a lot stands on a day.

    ``hindrances`` of the lot gives the same with every reason; a lot is usable where that is empty.
    """
    last_day = lot.last_day
    left = None if last_day is None else (last_day - on).days
    return LotOnDay(lot=lot, standing=_standing(lot, left), last_day=last_day, days_left=left)


def _standing(lot: Lot, days_left: int | None) -> LotStanding:
    if lot.status is LotStatus.DISCARDED:
        return LotStanding.DISCARDED
    if lot.status is LotStatus.QUARANTINE:
        return LotStanding.QUARANTINE
    if days_left is not None and days_left < 0:
        return LotStanding.OVERDUE
    used_up = isinstance(lot, ReferenceStandard) and lot.balance_mg == 0
    return LotStanding.USED_UP if used_up else LotStanding.USABLE
