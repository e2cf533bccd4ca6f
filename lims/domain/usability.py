"""What may be used at the bench on a day: in date, in service, out of quarantine (ISO/IEC 17025:2017, 6.4 to 6.6).

Only a new act asks. What was done while a thing was usable stays valid when it is so no more (AT-16).
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from lims.errors import NotUsableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why a thing must not be used on a day, and what helps."""

    reason: str
    """With its day."""
    remedy: str


class Usable(Protocol):
    """What the bench uses: an instrument, a lot of a reagent, a lot of a reference standard."""

    @property
    def name_at_the_bench(self) -> str:
        """Kind and number, as an error names it."""
        ...

    def hindrances(self, on: date) -> tuple[Hindrance, ...]:
        """Give every reason against its use on a day."""
        ...


def require_usable(thing: Usable, *, on: date) -> None:
    """Refuse a thing at the bench.

    Parameters
    ----------
    thing : Usable
    on : date
        The laboratory's day.

    Raises
    ------
    NotUsableError
        If it is expired, overdue, in quarantine, used up or out of service; every reason is named.
    """
    found = thing.hindrances(on)
    if found:
        reasons = "; ".join(one.reason for one in found)
        raise NotUsableError(thing.name_at_the_bench, reasons, remedy=". ".join(one.remedy for one in found))
