"""The uncertainty of a weight: the budget of a balance, sums of items, and what weighing a part says of the whole.

After SWGDRUG Recommendations part IVC and its supplemental documents SD-3 (weights) and SD-6 (extrapolation). Decimals
throughout: a report shows these digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from statistics import fmean, stdev

from lims.errors import WeighingError

COVERAGE_95 = Decimal(2)
"""95.45 % of a normal distribution."""
COVERAGE_99_7 = Decimal(3)
"""99.73 % of a normal distribution."""
WIDE_SPREAD = Decimal("0.10")
"""Relative standard deviation of unit weights above which an extrapolation carries a warning (habit of ENFSI)."""
_SQRT_3 = Decimal(3).sqrt()
_TWO_TAILED_95 = 0.975


class Component(StrEnum):
    """What makes a weight uncertain."""

    REPEATABILITY = "repeatability"
    READABILITY = "readability"
    LINEARITY = "linearity"
    CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceBudget:
    """The uncertainty of one balance, from its certificate and its own checks.

    Raises
    ------
    WeighingError
        If a value is negative or not finite, or the readability or the coverage factor is 0.
    """

    readability_g: Decimal
    """The last digit of the display, d."""
    repeatability_g: Decimal
    """Standard deviation of repeated weighings."""
    linearity_g: Decimal
    """Limit of the deviation, plus or minus; rectangular."""
    calibration_u_g: Decimal
    """Expanded uncertainty of the calibration certificate."""
    calibration_k: Decimal = COVERAGE_95
    """Coverage factor of the certificate."""

    def __post_init__(self) -> None:
        """Refuse what no balance has."""
        steps = (self.readability_g, self.calibration_k)
        spreads = (self.repeatability_g, self.linearity_g, self.calibration_u_g)
        if not all(value.is_finite() for value in (*steps, *spreads)) or min(steps) <= 0 or min(spreads) < 0:
            raise WeighingError(
                f"a balance with {self}: expected finite numbers, readability and coverage factor above 0, "
                "the others not negative"
            )

    def standard(self, component: Component, *, readings: int = 1) -> Decimal:
        """Give the standard uncertainty of one component, g.

        Parameters
        ----------
        component : Component
        readings : int
            Independent readings that make the weight: 1, or 2 for tare and gross. The calibration is common to them
            and counts once.
        """
        single = {
            Component.REPEATABILITY: self.repeatability_g,
            Component.READABILITY: self.readability_g / (2 * _SQRT_3),
            Component.LINEARITY: self.linearity_g / _SQRT_3,
            Component.CALIBRATION: self.calibration_u_g / self.calibration_k,
        }[component]
        return single if component is Component.CALIBRATION else single * Decimal(readings).sqrt()

    def combined(self, *, readings: int = 1) -> Decimal:
        """Give the combined standard uncertainty of one weight, g: the root of the sum of squares."""
        return sum((self.standard(part, readings=readings) ** 2 for part in Component), Decimal(0)).sqrt()


def sum_uncertainty(
    budgets: Sequence[BalanceBudget], *, correlated: frozenset[Component], readings: int = 1
) -> Decimal:
    """Give the combined standard uncertainty of a sum of weights, g.

    Parameters
    ----------
    budgets : sequence of BalanceBudget
        One for each item; the same balance may stand there many times.
    correlated : frozenset of Component
        Components that err the same way in every item, such as linearity and calibration of one balance: they add
        up; the others add as squares.
    readings : int
        Readings of each item.

    Raises
    ------
    WeighingError
        If there is no item.
    """
    return combine([(budget, readings) for budget in budgets], correlated=correlated)


def combine(items: Sequence[tuple[BalanceBudget, int]], *, correlated: frozenset[Component]) -> Decimal:
    """Give the combined standard uncertainty of a sum of weights with their numbers of readings, g.

    Parameters
    ----------
    items : sequence of (BalanceBudget, int)
        The balance of each item, and how many readings made its weight.
    correlated : frozenset of Component
        As for ``sum_uncertainty``.

    Raises
    ------
    WeighingError
        If there is no item.
    """
    if not items:
        raise WeighingError("a sum of no weights")
    total = Decimal(0)
    for part in Component:
        parts = [budget.standard(part, readings=readings) for budget, readings in items]
        total += sum(parts) ** 2 if part in correlated else sum((u**2 for u in parts), Decimal(0))
    return total.sqrt()


def readability_limit(items: int, *, readability_g: Decimal, calibration_error_g: Decimal) -> Decimal:
    """Give the published closed form of the uncertainty of a sum where readability dominates, g.

    Notes
    -----
    ``(d/2)(N + sqrt(3N)) + N CCE``. It is more than N d only up to three items.
    """
    count = Decimal(items)
    return readability_g / 2 * (count + (3 * count).sqrt()) + count * calibration_error_g


def round_up(uncertainty: Decimal, *, figures: int = 2) -> Decimal:
    """Round an uncertainty up to significant figures, never down: what is stated covers what was computed.

    Examples
    --------
    >>> round_up(Decimal("0.0316640"))
    Decimal('0.032')
    """
    if not uncertainty:
        return uncertainty
    step = Decimal(1).scaleb(uncertainty.adjusted() - figures + 1)
    return uncertainty.quantize(step, rounding=ROUND_CEILING)


def round_like(value: Decimal, uncertainty: Decimal) -> Decimal:
    """Round a weight to the decimals of its uncertainty.

    Examples
    --------
    >>> round_like(Decimal("12.34567"), Decimal("0.032"))
    Decimal('12.346')
    """
    return value.quantize(Decimal(1).scaleb(int(uncertainty.as_tuple().exponent)), rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extrapolation:
    """The weight of a whole population, from units of it that were weighed."""

    total_g: Decimal
    u_g: Decimal
    """Half of the 95 % interval; 0 where all units were weighed: then the balance's own uncertainty is all there is."""
    coverage_factor: Decimal
    """Student's t for the units weighed, 95 %, two-sided."""
    relative_spread: Decimal
    """Standard deviation over mean of the units weighed."""

    @property
    def wide(self) -> bool:
        """Tell whether the units differ so much that the extrapolation carries a warning."""
        return self.relative_spread > WIDE_SPREAD


def extrapolate(population: int, weights_g: Sequence[Decimal]) -> Extrapolation:
    """Extrapolate from units drawn at random to the whole population.

    Raises
    ------
    WeighingError
        If fewer than 2 units were weighed, more than there are, or one weighs nothing.
    """
    if not 2 <= len(weights_g) <= population or min(weights_g) <= 0:  # noqa: PLR2004 - one unit has no spread
        raise WeighingError(f"{len(weights_g)} weights of {population} units; expected at least 2, all above 0")
    floats = [float(weight) for weight in weights_g]
    mean, spread = Decimal(repr(fmean(floats))), Decimal(repr(stdev(floats)))
    return extrapolate_from(population, weighed=len(weights_g), mean_g=mean, spread_g=spread)


def extrapolate_from(population: int, *, weighed: int, mean_g: Decimal, spread_g: Decimal) -> Extrapolation:
    """Extrapolate from the mean and the standard deviation of the units weighed.

    Notes
    -----
    ``N t(0.975, n-1) s / sqrt(n) sqrt((N-n)/N)``, with the correction for a finite population (SWGDRUG SD-6).
    """
    from scipy.stats import t  # noqa: PLC0415 - takes a second to load, and only this needs it

    factor = Decimal(repr(float(t.ppf(_TWO_TAILED_95, weighed - 1))))
    unseen = Decimal(population - weighed) / population
    return Extrapolation(
        total_g=population * mean_g,
        u_g=population * factor * spread_g / Decimal(weighed).sqrt() * unseen.sqrt(),
        coverage_factor=factor,
        relative_spread=spread_g / mean_g,
    )
