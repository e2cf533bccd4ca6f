"""The daily check of a balance with a check weight, and which weighings a failed one puts in doubt (rule WU-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotUsableError


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCheck:
    """One check: the weight, what the balance showed, and how far apart they may be."""

    KIND: ClassVar[str] = "balance check"

    number: str
    """Balance, day and ordinal of the day: ``BAL-1/2026-11-22/1``."""
    balance_number: str
    check_weight: str
    """Number of the weight that was put on."""
    nominal_g: Decimal
    tolerance_g: Decimal
    reading_g: Decimal
    raw: str
    """As the balance wrote it, or as it was typed."""
    checked_by: str
    checked_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a check that shows nothing."""
        require_text("balance check number", self.number)
        require_text("balance number", self.balance_number)
        require_text("check weight", self.check_weight)
        require_text("reading", self.raw)
        numbers = (self.nominal_g, self.tolerance_g, self.reading_g)
        if not all(value.is_finite() for value in numbers) or self.nominal_g <= 0 or self.tolerance_g < 0:
            raise InvalidRecordError(
                f"{self.number}: check weight and tolerance are finite numbers, the weight above 0"
            )

    @property
    def parent(self) -> str:
        """Belong to the balance."""
        return self.balance_number

    @property
    def state(self) -> str:
        """Say whether it passed."""
        return "passed" if self.passed else "failed"

    @property
    def title(self) -> str:
        """Show the reading beside the weight."""
        return f"{self.reading_g} g for {self.nominal_g} g"

    @property
    def passed(self) -> bool:
        """Whether the reading is within the tolerance."""
        return abs(self.reading_g - self.nominal_g) <= self.tolerance_g


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The time in which a balance may have weighed wrongly."""

    failed_check: str
    since: datetime | None
    """Time of the last check that passed before; None if there was none."""
    until: datetime
    """Time of the failed check."""

    def covers(self, at: datetime) -> bool:
        """Tell whether a weighing of that time is in doubt."""
        return (self.since is None or at >= self.since) and at <= self.until


def require_checked(checks: Sequence[BalanceCheck], *, balance: str, on: date, time_zone: tzinfo) -> BalanceCheck:
    """Give the check that a weighing of this moment rests on: the newest of the day, and passed.

    Parameters
    ----------
    checks : sequence of BalanceCheck
        Of the balance, oldest first.

    Raises
    ------
    NotUsableError
        If there is none of the day, or the newest one failed.
    """
    today = [one for one in checks if one.checked_at.astimezone(time_zone).date() == on]
    if not today:
        raise NotUsableError(f"instrument {balance}", f"was not checked on {on}", remedy="Check it with a check weight")
    if not today[-1].passed:
        last = today[-1]
        raise NotUsableError(
            f"instrument {balance}",
            f"failed its check {last.number}: {last.title}, tolerance {last.tolerance_g} g",
            remedy="Level, clean and adjust it and check again, or take another balance",
        )
    return today[-1]


def doubts(checks: Sequence[BalanceCheck]) -> tuple[Doubt, ...]:
    """Give the times that failed checks put in doubt, each back to the check that passed before.

    Parameters
    ----------
    checks : sequence of BalanceCheck
        Of one balance, oldest first.
    """
    found, passed_at = [], None
    for one in checks:
        if one.passed:
            passed_at = one.checked_at
        else:
            found.append(Doubt(failed_check=one.number, since=passed_at, until=one.checked_at))
    return tuple(found)
