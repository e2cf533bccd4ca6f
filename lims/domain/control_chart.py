"""Control charts: Shewhart limits and the Westgard rules, for one quantity of one method on one instrument."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from lims.errors import InvalidRecordError

FEWEST_POINTS = 20
"""From which limits may be set: the number that Westgard and others ask for at least."""


class ControlQuantity(StrEnum):
    """What is charted, of every control injection."""

    RECOVERY = "control recovery"
    """Found over nominal."""
    INTERNAL_STANDARD_AREA = "internal standard area"
    """Counts times seconds."""
    INTERNAL_STANDARD_RETENTION = "internal standard retention time"
    """Seconds."""


class WestgardRule(StrEnum):
    """The multirule procedure: Westgard et al., Clin. Chem. 27 (1981) 493, doi:10.1093/clinchem/27.3.493."""

    WARNING_1_2S = "1-2s"
    """One point beyond 2 standard deviations: look closer; no rejection by itself."""
    REJECT_1_3S = "1-3s"
    """One point beyond 3."""
    REJECT_2_2S = "2-2s"
    """Two in a row beyond 2 on the same side."""
    REJECT_R_4S = "R-4s"
    """Two in a row more than 4 apart, one beyond +2 and the other beyond -2."""
    REJECT_4_1S = "4-1s"
    """Four in a row beyond 1 on the same side."""
    REJECT_10_X = "10-x"
    """Ten in a row on the same side of the mean."""

    @property
    def rejects(self) -> bool:
        """Tell a rejection from the warning."""
        return self is not WestgardRule.WARNING_1_2S


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLimits:
    """Centre and spread, set once from points known to be in control, then kept.

    Raises
    ------
    InvalidRecordError
        If the standard deviation is not above 0.
    """

    mean: Decimal
    standard_deviation: Decimal
    points: int
    """How many points they were set from."""

    def __post_init__(self) -> None:
        """Refuse limits that every point or none would break."""
        if not (self.mean.is_finite() and self.standard_deviation.is_finite() and self.standard_deviation > 0):
            raise InvalidRecordError(
                f"control limits {self.mean} and {self.standard_deviation}; expected a spread above 0"
            )

    @classmethod
    def of(cls, values: Sequence[Decimal]) -> "ControlLimits":
        """Set limits from points in control.

        Raises
        ------
        InvalidRecordError
            If there are fewer than ``FEWEST_POINTS``, or all are equal.
        """
        if len(values) < FEWEST_POINTS:
            raise InvalidRecordError(f"{len(values)} points; control limits need at least {FEWEST_POINTS}")
        mean = sum(values, Decimal(0)) / len(values)
        variance = sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)
        return cls(mean=mean, standard_deviation=variance.sqrt(), points=len(values))

    def deviation(self, value: Decimal) -> Decimal:
        """Give how many standard deviations a value lies from the mean."""
        return (value - self.mean) / self.standard_deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlVerdict:
    """What the rules say when one more point is known; earlier points count, later ones do not."""

    deviation: Decimal
    """In standard deviations."""
    broken: tuple[WestgardRule, ...]

    @property
    def in_control(self) -> bool:
        """Tell whether results of this run may go on; a warning alone does not stop them."""
        return not any(rule.rejects for rule in self.broken)


def judge(values: Sequence[Decimal], *, limits: ControlLimits) -> tuple[ControlVerdict, ...]:
    """Judge each point of a chart by itself and the points before it.

    Parameters
    ----------
    values : sequence of Decimal
        In the order of their measurement.
    limits : ControlLimits
        Set before, from other points.

    Returns
    -------
    tuple of ControlVerdict
        One for each point.

    Examples
    --------
    >>> limits = ControlLimits(mean=Decimal(100), standard_deviation=Decimal(2), points=20)
    >>> found = judge([Decimal(105), Decimal("104.5"), Decimal(95)], limits=limits)
    >>> [[rule.value for rule in verdict.broken] for verdict in found]
    [['1-2s'], ['1-2s', '2-2s'], ['1-2s', 'R-4s']]
    """
    deviations = [limits.deviation(value) for value in values]
    return tuple(
        ControlVerdict(
            deviation=deviation,
            broken=tuple(rule for rule, is_broken in _RULES.items() if is_broken(deviations[: place + 1])),
        )
        for place, deviation in enumerate(deviations)
    )


def _last_beyond(count: int, limit: int) -> Callable[[Sequence[Decimal]], bool]:
    """Tell whether the last points all lie beyond a limit on one side."""

    def broken(deviations: Sequence[Decimal]) -> bool:
        last = deviations[-count:]
        return len(last) == count and (all(z > limit for z in last) or all(z < -limit for z in last))

    return broken


def _range_4s(deviations: Sequence[Decimal]) -> bool:
    return any(min(pair) < -2 and max(pair) > 2 for pair in pairwise(deviations[-2:]))  # noqa: PLR2004 - the rule's own 2


_RULES: dict[WestgardRule, Callable[[Sequence[Decimal]], bool]] = {
    WestgardRule.WARNING_1_2S: _last_beyond(1, 2),
    WestgardRule.REJECT_1_3S: _last_beyond(1, 3),
    WestgardRule.REJECT_2_2S: _last_beyond(2, 2),
    WestgardRule.REJECT_R_4S: _range_4s,
    WestgardRule.REJECT_4_1S: _last_beyond(4, 1),
    WestgardRule.REJECT_10_X: _last_beyond(10, 0),
}
