"""Weighings: gross, tare and net with their uncertainty, from a balance that is in date and was checked that day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from lims.domain.balance_check import BalanceCheck
from lims.domain.instrument import Instrument
from lims.domain.mt_sics import MASS_UNITS, BalanceWeight, read_weight
from lims.domain.usability import require_usable
from lims.domain.weight_uncertainty import (
    COVERAGE_95,
    COVERAGE_99_7,
    BalanceBudget,
    Component,
    combine,
    round_like,
    round_up,
)
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, WeighingError

COVERAGE_PERCENT = {COVERAGE_95: Decimal("95.45"), COVERAGE_99_7: Decimal("99.73")}
"""Of a normal distribution, for the two coverage factors that are used."""
CORRELATED = frozenset({Component.LINEARITY, Component.CALIBRATION})
"""What errs the same way in every weighing on one balance (SWGDRUG SD-3)."""
_TYPED = re.compile(r"(?P<value>\d+(?:\.\d+)?) (?P<unit>g|mg|kg)", re.ASCII)
_BARE = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


class ReadingSource(StrEnum):
    """Where a reading came from."""

    BALANCE = "balance"
    TYPED = "typed"
    """By a person, from the display: allowed with a reason, and flagged (rule WU-3)."""


class WeighingPurpose(StrEnum):
    """What was weighed."""

    RECEIVED = "as received"
    """With its package."""
    BEFORE = "before examination"
    """The net mass that the mass balance begins with."""
    REMAINDER = "remainder"
    ALIQUOT = "aliquot"
    UNIT = "unit"
    """One unit of a population."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of the display, and the text that it came in."""

    raw: str
    mass_g: Decimal
    stable: bool
    source: ReadingSource
    serial: str = ""
    """Of the balance, as it answered itself; empty where the reading was typed."""

    def __post_init__(self) -> None:
        """Refuse a mass that the text does not state."""
        require_text("reading", self.raw)
        clean_text("serial number", self.serial)
        if self.source is ReadingSource.BALANCE:
            require_text("serial number", self.serial)
            said = read_weight(self.raw)
        else:
            said = _typed(self.raw)
        if (said.mass_g, said.stable) != (self.mass_g, self.stable):
            raise InvalidRecordError(f"the reading {self.raw!r} says {said.mass_g} g; {self.mass_g} g is recorded")


def from_balance(weight: BalanceWeight, *, serial: str) -> Reading:
    """Take a reading from what a balance answered."""
    return Reading(
        raw=weight.raw, mass_g=weight.mass_g, stable=weight.stable, source=ReadingSource.BALANCE, serial=serial
    )


def typed(text: str) -> Reading:
    """Take a reading that a person typed, with its unit.

    Raises
    ------
    WeighingError
        If it is no mass.

    Examples
    --------
    >>> typed("12.34 g").mass_g
    Decimal('12.34')
    """
    said = _typed(text.strip())
    return Reading(raw=said.raw, mass_g=said.mass_g, stable=True, source=ReadingSource.TYPED)


def typed_at_bench(text: str) -> Reading:
    """Take a reading that a person typed into a field in grams: a number without a unit is grams, a comma is a point.

    Raises
    ------
    WeighingError
        If it is no mass.

    Examples
    --------
    >>> typed_at_bench("12,34").raw
    '12.34 g'
    """
    number = text.strip().replace(",", ".")
    return typed(f"{number} g" if _BARE.fullmatch(number) else number)


def _typed(text: str) -> BalanceWeight:
    found = _TYPED.fullmatch(text)
    if found is None:
        raise WeighingError(f"the reading {text!r}; expected a mass with its unit, as '12.34 g'")
    return BalanceWeight(raw=text, mass_g=Decimal(found["value"]) * MASS_UNITS[found["unit"]], stable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMass:
    """A mass as it is printed: with its uncertainty, both with the same decimals (rule WU-5)."""

    mass_g: Decimal
    u_g: Decimal
    """Expanded uncertainty, rounded up to two figures."""
    k: Decimal
    coverage_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One weighing; nothing of it is ever changed: weigh again."""

    KIND: ClassVar[str] = "weighing"

    number: str
    """Of the item, ``-W`` and an ordinal: ``2026-0042/3-W1``."""
    item_number: str
    """The exhibit, part or aliquot that was weighed."""
    exhibit_number: str
    purpose: WeighingPurpose
    balance_number: str
    balance_version: int
    """The record of the balance as it was then: its calibration is there."""
    certificate: str
    check_number: str
    """The check of the day that this rests on."""
    gross: Reading
    tare: Reading | None
    """None where the balance was set to zero with the empty container on it."""
    budget: BalanceBudget
    """Of the balance, as it was then."""
    k: Decimal
    weighed_by: str
    weighed_at: datetime
    manual_reason: str = ""
    """Why a reading was typed; empty where none was."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a net mass that is none, an unstable or an unexplained reading."""
        for name in ("number", "item_number", "exhibit_number", "balance_number", "certificate", "check_number"):
            require_text(f"weighing {name.replace('_', ' ')}", getattr(self, name))
        clean_text("reason", self.manual_reason)
        if self.k not in COVERAGE_PERCENT:
            raise WeighingError(f"coverage factor {self.k}; expected 2 or 3")
        if not all(one.stable for one in self.readings):
            raise WeighingError(f"{self.number}: a reading was not stable")
        if self.manual != bool(self.manual_reason):
            raise WeighingError(f"{self.number}: a reading that is typed needs a reason, and only that")
        if self.net_g <= 0 or (self.tare is not None and self.tare.mass_g < 0):
            raise WeighingError(f"{self.number}: gross {self.gross.mass_g} g less tare is {self.net_g} g")

    @property
    def parent(self) -> str:
        """Belong to what was weighed."""
        return self.item_number

    @property
    def state(self) -> str:
        """Say whether a reading was typed."""
        return "manual" if self.manual else "recorded"

    @property
    def title(self) -> str:
        """Show the net mass and the balance."""
        return f"{self.net_g} g, {self.balance_number}"

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Gross, and tare where it was read."""
        return (self.gross,) if self.tare is None else (self.gross, self.tare)

    @property
    def manual(self) -> bool:
        """Whether any reading was typed."""
        return any(one.source is ReadingSource.TYPED for one in self.readings)

    @property
    def net_g(self) -> Decimal:
        """Gross less tare: computed, never typed (rule WU-4)."""
        return self.gross.mass_g - (self.tare.mass_g if self.tare else Decimal(0))

    @property
    def u_g(self) -> Decimal:
        """Expanded uncertainty of the net mass, not rounded."""
        return self.k * self.budget.combined(readings=len(self.readings))

    @property
    def stated(self) -> StatedMass:
        """The net mass as it is printed."""
        return state_mass(self.net_g, u_g=self.u_g, k=self.k)


def state_mass(mass_g: Decimal, *, u_g: Decimal, k: Decimal) -> StatedMass:
    """Round a mass and its uncertainty for print (rule WU-5).

    Examples
    --------
    >>> state_mass(Decimal("12.34"), u_g=Decimal("0.0443780"), k=Decimal(2)).u_g
    Decimal('0.045')
    """
    u = round_up(u_g)
    return StatedMass(mass_g=round_like(mass_g, u), u_g=u, k=k, coverage_percent=COVERAGE_PERCENT[k])


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedItem:
    """What is weighed, and what for."""

    number: str
    exhibit_number: str
    purpose: WeighingPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the display showed, and why any of it was typed."""

    gross: Reading
    tare: Reading | None = None
    manual_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBalance:
    """A balance and the passed check of the day (``require_checked``)."""

    instrument: Instrument
    check: BalanceCheck


def weigh(
    item: WeighedItem,
    shown: Shown,
    *,
    number: str,
    on_balance: CheckedBalance,
    k: Decimal,
    by: str,
    at: datetime,
    on: date,
) -> Weighing:
    """Make a weighing of its readings.

    Parameters
    ----------
    number : str
        Of the weighing.
    k : Decimal
        Coverage factor, 2 or 3.
    on : date
        The laboratory's day.

    Raises
    ------
    NotUsableError
        If the balance is out of service, or its calibration is not in date (rule WU-1).
    WeighingError
        If a reading is above the capacity or the net mass below the minimum weight (WU-2), a typed reading has no
        reason (WU-3), or a reading came from another balance.
    """
    balance = on_balance.instrument
    require_usable(balance, on=on)
    weighing = Weighing(
        number=number,
        item_number=item.number,
        exhibit_number=item.exhibit_number,
        purpose=item.purpose,
        balance_number=balance.number,
        balance_version=balance.version,
        certificate=balance.calibration.certificate if balance.calibration else "",
        check_number=on_balance.check.number,
        gross=shown.gross,
        tare=shown.tare,
        budget=balance.budget,
        k=k,
        weighed_by=by,
        weighed_at=at,
        manual_reason=shown.manual_reason,
    )
    _require_in_range(weighing, balance)
    _require_from(balance, weighing.readings)
    return weighing


def _require_in_range(weighing: Weighing, balance: Instrument) -> None:
    limits = balance.balance_range
    if limits is None:
        raise WeighingError(f"{balance.number} is {balance.kind}, no balance")
    over = next((one for one in weighing.readings if one.mass_g > limits.capacity_g), None)
    if over is not None:
        raise WeighingError(f"{over.mass_g} g on {balance.number}; its capacity is {limits.capacity_g} g")
    if weighing.net_g < limits.minimum_g:
        raise WeighingError(f"{weighing.net_g} g on {balance.number}; its minimum weight is {limits.minimum_g} g")


def _require_from(balance: Instrument, readings: Sequence[Reading]) -> None:
    other = next((one.serial for one in readings if one.serial not in {"", balance.serial}), None)
    if other is not None:
        raise WeighingError(f"the reading came from the balance {other}; {balance.number} is {balance.serial}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummedMass:
    """The sum of several weighings, with what was held to be correlated."""

    weighings: tuple[str, ...]
    mass_g: Decimal
    u_g: Decimal
    """Expanded, not rounded."""
    k: Decimal
    correlated: tuple[Component, ...]

    @property
    def stated(self) -> StatedMass:
        """The sum as it is printed."""
        return state_mass(self.mass_g, u_g=self.u_g, k=self.k)


def sum_weighings(weighings: Sequence[Weighing], *, correlated: frozenset[Component] = CORRELATED) -> SummedMass:
    """Add the net masses of weighings; what errs the same way in all of them adds up, the rest adds as squares.

    Raises
    ------
    WeighingError
        If there is none, one stands there twice, or the coverage factors differ.
    """
    numbers = tuple(one.number for one in weighings)
    factors = {one.k for one in weighings}
    if len(factors) != 1 or len(set(numbers)) != len(numbers):
        raise WeighingError(f"a sum of {', '.join(numbers) or 'nothing'}: each stands once, all with one factor k")
    k = factors.pop()
    combined = combine([(one.budget, len(one.readings)) for one in weighings], correlated=correlated)
    return SummedMass(
        weighings=numbers,
        mass_g=sum((one.net_g for one in weighings), Decimal(0)),
        u_g=k * combined,
        k=k,
        correlated=tuple(part for part in Component if part in correlated),
    )
