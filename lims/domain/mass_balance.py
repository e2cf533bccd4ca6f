"""Mass balances: what was there, what was taken from it, and whether what is left fits (rule WU-7)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, ShortageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An aliquot that was taken."""

    aliquot_number: str
    mass_g: Decimal
    u_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """Something that was used up; it needs the permission of the appointing body (rule KZ-2)."""

    mass_g: Decimal
    u_g: Decimal
    purpose: str
    permission: str
    """Its reference."""
    consumed_by: str
    consumed_at: datetime

    def __post_init__(self) -> None:
        """Refuse what is used up for nothing."""
        require_text("purpose", self.purpose)
        _require_mass(self.mass_g, self.u_g)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Something that was lost, and how."""

    mass_g: Decimal
    reason: str
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse a loss without a reason."""
        require_text("reason", self.reason)
        _require_mass(self.mass_g, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedBack:
    """What was left at one time, and how far that is from what should be left."""

    weighing_number: str
    remainder_g: Decimal
    u_g: Decimal
    """Expanded uncertainty of the remainder."""
    difference_g: Decimal
    """Found less expected: below 0 where something is missing."""
    difference_u_g: Decimal
    """Expanded uncertainty of the difference."""
    weighed_at: datetime

    @property
    def fits(self) -> bool:
        """Whether the difference is within its uncertainty."""
        return abs(self.difference_g) <= self.difference_u_g


@dataclass(frozen=True, slots=True, kw_only=True)
class MassBalance:
    """What became of the mass of one item. Immutable: every step returns a new one."""

    KIND: ClassVar[str] = "mass balance"

    number: str
    """Of the item, and ``-M``."""
    item_number: str
    exhibit_number: str
    weighing_number: str
    """With which it begins."""
    before_g: Decimal
    """Net, before anything was taken."""
    before_u_g: Decimal
    taken: tuple[Taken, ...] = ()
    consumed: tuple[Consumed, ...] = ()
    lost: tuple[Lost, ...] = ()
    weighed_back: tuple[WeighedBack, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a balance of nothing."""
        for name in ("number", "item_number", "exhibit_number", "weighing_number"):
            require_text(f"mass balance {name.replace('_', ' ')}", getattr(self, name))
        _require_mass(self.before_g, self.before_u_g)

    @property
    def parent(self) -> str:
        """Belong to the item."""
        return self.item_number

    @property
    def state(self) -> str:
        """Say whether the newest remainder fits."""
        if not self.weighed_back:
            return "open"
        return "fits" if self.weighed_back[-1].fits else "does not fit"

    @property
    def title(self) -> str:
        """Show what should be left."""
        return f"{self.expected_g} g of {self.before_g} g"

    @property
    def expected_g(self) -> Decimal:
        """What should be left."""
        gone = (
            *(one.mass_g for one in self.taken),
            *(one.mass_g for one in self.consumed),
            *(one.mass_g for one in self.lost),
        )
        return self.before_g - sum(gone, Decimal(0))

    @property
    def expected_u_g(self) -> Decimal:
        """Expanded uncertainty of what should be left: root of the sum of squares."""
        return _root((self.before_u_g, *(one.u_g for one in self.taken), *(one.u_g for one in self.consumed)))

    # steps

    def take(self, taken: Taken) -> Self:
        """Take an aliquot.

        Raises
        ------
        ShortageError
            If it is more than is there, beyond the uncertainty.
        """
        self._require_there(taken.mass_g, taken.u_g)
        return replace(self, taken=(*self.taken, taken), version=self.version + 1)

    def consume(self, consumed: Consumed) -> Self:
        """Use some of it up.

        Raises
        ------
        ShortageError
            If it is more than is there, beyond the uncertainty.
        """
        self._require_there(consumed.mass_g, consumed.u_g)
        return replace(self, consumed=(*self.consumed, consumed), version=self.version + 1)

    def lose(self, lost: Lost) -> Self:
        """Record a loss.

        Raises
        ------
        ShortageError
            If it is more than is there, beyond the uncertainty.
        """
        self._require_there(lost.mass_g, Decimal(0))
        return replace(self, lost=(*self.lost, lost), version=self.version + 1)

    def weigh_back(self, weighing_number: str, *, remainder_g: Decimal, u_g: Decimal, at: datetime) -> Self:
        """Compare what is left with what should be.

        Raises
        ------
        InvalidRecordError
            If the mass cannot be.
        """
        _require_mass(remainder_g, u_g)
        found = WeighedBack(
            weighing_number=weighing_number,
            remainder_g=remainder_g,
            u_g=u_g,
            difference_g=remainder_g - self.expected_g,
            difference_u_g=_root((self.expected_u_g, u_g)),
            weighed_at=at,
        )
        return replace(self, weighed_back=(*self.weighed_back, found), version=self.version + 1)

    @property
    def nothing_left(self) -> bool:
        """Whether nothing that could be weighed should be left."""
        return self.expected_g <= self.expected_u_g

    def uses_everything(self, mass_g: Decimal, u_g: Decimal) -> bool:
        """Tell whether nothing that could be weighed would be left."""
        return self.expected_g - mass_g <= _root((self.expected_u_g, u_g))

    def _require_there(self, mass_g: Decimal, u_g: Decimal) -> None:
        allowed = self.expected_g + _root((self.expected_u_g, u_g))
        if mass_g > allowed:
            raise ShortageError(
                f"{mass_g} g of {self.item_number}: {self.expected_g} g should be left, at most {allowed:.6g} g"
            )


def _root(expanded: Iterable[Decimal]) -> Decimal:
    return sum((u**2 for u in expanded), Decimal(0)).sqrt()


def _require_mass(mass_g: Decimal, u_g: Decimal) -> None:
    if not (mass_g.is_finite() and mass_g > 0 and u_g.is_finite() and u_g >= 0):
        raise InvalidRecordError(f"{mass_g} g, U {u_g} g; expected a mass above 0 and an uncertainty not negative")
