"""Lots of reference standards with a running balance: each use lowers it, a reweigh compares it with what is there.

Standards that vanished stood at the beginning of published failures of laboratories: a lot is a ledger of its own, and
the difference of a reweigh goes to the quality manager.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.reagent import LotChange, LotStatus, lot_hindrances, require_lot_step
from lims.domain.usability import Hindrance
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, ShortageError


class AmountKind(StrEnum):
    """What a line of the running balance is."""

    USE = "use"
    REWEIGH = "reweigh"
    """Says what is there; changes nothing by itself."""
    CORRECTION = "correction"
    """Sets the balance to what is there, after the quality manager looked into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountLine:
    """One line of the running balance."""

    kind: AmountKind
    amount_mg: Decimal
    """Of a use: taken. Of a reweigh: found. Of a correction: the balance from now on."""
    balance_mg: Decimal
    """By the book, after this line."""
    purpose: str
    """What for; of a correction: why."""
    recorded_by: str
    recorded_at: datetime
    u_mg: Decimal | None = None
    """Expanded uncertainty of a reweigh."""

    def __post_init__(self) -> None:
        """Refuse a line without a purpose or with an amount that cannot be."""
        require_text("purpose", self.purpose)
        amounts = [self.amount_mg, self.balance_mg, *([] if self.u_mg is None else [self.u_mg])]
        if not all(one.is_finite() and one >= 0 for one in amounts):
            raise InvalidRecordError(f"{self.kind} of {self.amount_mg} mg: expected finite amounts, not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStandard:
    """One lot of a reference standard. Immutable: every step returns a new one."""

    KIND: ClassVar[str] = "reference standard"

    number: str
    substance: str
    inchikey: str
    """Empty for unknown."""
    producer: str
    lot: str
    certificate: str
    purity: Decimal | None
    """Mass fraction, above 0, at most 1; None where the certificate states none."""
    purity_u: Decimal | None
    """Its expanded uncertainty."""
    purity_k: Decimal | None
    expires_on: date | None
    received_on: date
    received_mg: Decimal
    reweigh_tolerance_mg: Decimal
    """What moisture and handling may make of it between two reweighs; stated by the laboratory, 0 for nothing."""
    registered_by: str
    registered_at: datetime
    lines: tuple[AmountLine, ...] = ()
    changes: tuple[LotChange, ...] = ()
    """The newest last; none: in quarantine since it was received."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a standard whose identity or amount nobody could rely on."""
        for name in ("number", "substance", "producer", "lot", "certificate"):
            require_text(f"reference standard {name}", getattr(self, name))
        clean_text("InChIKey", self.inchikey)
        _require_amounts(self)
        _require_purity(self)

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
        """Show substance, lot and what is left."""
        return f"{self.substance}, lot {self.lot}, {self.balance_mg} mg"

    @property
    def name_at_the_bench(self) -> str:
        """Name it as errors do."""
        return f"reference standard {self.number} ({self.substance}, lot {self.lot})"

    @property
    def status(self) -> LotStatus:
        """Where it stands."""
        return self.changes[-1].status if self.changes else LotStatus.QUARANTINE

    @property
    def balance_mg(self) -> Decimal:
        """What is there by the book."""
        return self.lines[-1].balance_mg if self.lines else self.received_mg

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be used; None where none is known."""
        return self.expires_on

    def hindrances(self, on: date) -> tuple[Hindrance, ...]:
        """Give every reason against its use on a day."""
        found = lot_hindrances(status=self.status, changes=self.changes, last_day=self.last_day, on=on)
        if self.balance_mg == 0:
            return (*found, Hindrance(reason="used up by the book", remedy="Take another lot, or reweigh this one"))
        return found

    # steps

    def use(self, amount_mg: Decimal, *, purpose: str, by: str, at: datetime) -> Self:
        """Take some of it.

        Raises
        ------
        ShortageError
            If more is taken than is there by the book.
        InvalidRecordError
            If nothing is taken.
        """
        if not amount_mg.is_finite() or amount_mg <= 0:
            raise InvalidRecordError(f"{amount_mg} mg of {self.number}; expected more than nothing")
        if amount_mg > self.balance_mg:
            raise ShortageError(f"{amount_mg} mg of {self.number}: {self.balance_mg} mg are there by the book")
        left = self.balance_mg - amount_mg
        return self._write(AmountKind.USE, amount_mg, balance=left, purpose=purpose, by=by, at=at)

    def reweigh(self, found_mg: Decimal, *, u_mg: Decimal, purpose: str, by: str, at: datetime) -> Self:
        """Record what a reweigh found; the balance by the book stays."""
        line = AmountLine(
            kind=AmountKind.REWEIGH,
            amount_mg=found_mg,
            balance_mg=self.balance_mg,
            purpose=purpose,
            recorded_by=by,
            recorded_at=at,
            u_mg=u_mg,
        )
        return replace(self, lines=(*self.lines, line), version=self.version + 1)

    def correct(self, balance_mg: Decimal, *, reason: str, by: str, at: datetime) -> Self:
        """Set the balance to what is there; the lines before stay."""
        return self._write(AmountKind.CORRECTION, balance_mg, balance=balance_mg, purpose=reason, by=by, at=at)

    def change(self, change: LotChange) -> Self:
        """Release it, block it or discard it.

        Raises
        ------
        TransitionError
            If it stands there already, or is discarded.
        """
        require_lot_step(self.number, self.status, change.status)
        return replace(self, changes=(*self.changes, change), version=self.version + 1)

    def _write(
        self, kind: AmountKind, amount: Decimal, *, balance: Decimal, purpose: str, by: str, at: datetime
    ) -> Self:
        line = AmountLine(
            kind=kind, amount_mg=amount, balance_mg=balance, purpose=purpose, recorded_by=by, recorded_at=at
        )
        return replace(self, lines=(*self.lines, line), version=self.version + 1)


def reweigh_difference(standard: ReferenceStandard) -> Decimal | None:
    """Give by how much the newest reweigh is outside of U and tolerance, mg; None if it is within, or there is none.

    Returns
    -------
    Decimal or None
        Found less balance by the book.
    """
    last = next((one for one in reversed(standard.lines) if one.kind is AmountKind.REWEIGH), None)
    if last is None:
        return None
    difference = last.amount_mg - last.balance_mg
    allowed = (last.u_mg or Decimal(0)) + standard.reweigh_tolerance_mg
    return difference if abs(difference) > allowed else None


def _require_amounts(standard: ReferenceStandard) -> None:
    amounts = (standard.received_mg, standard.reweigh_tolerance_mg)
    if not all(one.is_finite() and one >= 0 for one in amounts) or standard.received_mg == 0:
        raise InvalidRecordError(f"{standard.number}: received amount above 0 and tolerance not negative, in mg")


def _require_purity(standard: ReferenceStandard) -> None:
    purity, u, k = standard.purity, standard.purity_u, standard.purity_k
    if purity is not None and not (purity.is_finite() and 0 < purity <= 1):
        raise InvalidRecordError(f"{standard.number}: purity {purity}; expected a mass fraction above 0, at most 1")
    if (u is None) != (k is None) or (u is not None and purity is None):
        raise InvalidRecordError(f"{standard.number}: the uncertainty of the purity needs its factor k, and the purity")
    if u is not None and k is not None and not (u.is_finite() and u >= 0 and k.is_finite() and k > 0):
        raise InvalidRecordError(f"{standard.number}: uncertainty {u}, k {k}; expected not negative, and above 0")
