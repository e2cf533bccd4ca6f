"""The statement of confidence: what a report says of how often its comparison errs, or that nobody knows.

A rate is stated only where a validated study gave it. Nothing here knows one of its own.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Self

from lims.domain.error_rate import RateInterval
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError

_HUNDRED = Decimal(100)
_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRate:
    """A validated error rate of the comparison, with its exact interval in per cent.

    Raises
    ------
    InvalidRecordError
        If it names no study, there were no trials, or its interval is none.
    """

    study: str
    """Which validated study gave it."""
    validated_on: date
    errors: int
    trials: int
    confidence_percent: Decimal
    low_percent: Decimal
    high_percent: Decimal

    def __post_init__(self) -> None:
        """Refuse a rate that rests on nothing."""
        require_text("study of the error rate", self.study)
        if self.trials < 1 or not 0 <= self.errors <= self.trials:
            raise InvalidRecordError(f"{self.errors} errors in {self.trials} trials; expected 1 trial or more")
        if not 0 < self.confidence_percent < _HUNDRED:
            raise InvalidRecordError(f"confidence {self.confidence_percent} %; expected between 0 and 100")
        if not 0 <= self.low_percent <= self.high_percent <= _HUNDRED:
            raise InvalidRecordError(f"interval {self.low_percent} to {self.high_percent} %; expected within 0 to 100")

    @classmethod
    def of(cls, interval: RateInterval, *, study: str, validated_on: date) -> Self:
        """Make it of counts and their interval; the interval is rounded outwards to hundredths of a per cent."""
        low = (Decimal(interval.low) * _HUNDRED).quantize(_PLACES, rounding=ROUND_FLOOR)
        high = (Decimal(interval.high) * _HUNDRED).quantize(_PLACES, rounding=ROUND_CEILING)
        return cls(
            study=study,
            validated_on=validated_on,
            errors=interval.errors,
            trials=interval.trials,
            confidence_percent=(Decimal(str(interval.confidence)) * _HUNDRED).normalize() + 0,
            low_percent=low,
            high_percent=high,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The slot that every report has."""

    rate: StatedRate | None = None
    """None: no calibration of the comparison was validated, and the report says so in words."""
