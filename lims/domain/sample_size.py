"""How many units of a population have to be tested, and what may be said after the tests.

Exact whole-number and rational arithmetic: with floats the share 0.55 of 100 units is 56, not 55. ENFSI Drugs Working
Group and UNODC ST/NAR/38 (2009) describe the two models, hypergeometric and Bayesian.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, isqrt

from lims.errors import SamplingPlanError

LARGEST_POPULATION = 1_000_000
"""Beyond it the exact numbers take minutes; such a population is split."""
LARGEST_EXACT_BAYESIAN = 1_000
"""Beyond it the Bayesian model takes the population for unlimited, as ENFSI does beyond about 50."""
FRANK_FROM = 20
"""The rule of Frank et al., 20 + 10 % of what is above 20, begins here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is held to be known of the share of positive units before the first test: a beta distribution.

    Raises
    ------
    SamplingPlanError
        If a parameter is not above 0.
    """

    positive: Fraction
    """Parameter a: 1 with b = 1 for nothing known, 3 with b = 1 where the units look like drugs."""
    negative: Fraction
    """Parameter b."""

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if self.positive <= 0 or self.negative <= 0:
            raise SamplingPlanError(
                f"the prior {self.positive}, {self.negative} is no beta distribution: both must be above 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How many units a plan asks for."""

    units: int | None
    """None where no number of units can support the statement."""
    probability: Fraction | None
    """Hypergeometric: of finding so few negatives although the statement is false. Bayesian: that the statement is
    true. None where it is not achievable."""

    @property
    def achievable(self) -> bool:
        """Tell whether there is such a number."""
        return self.units is not None


def least_positive(population: int, proportion: Fraction) -> int:
    """Give the smallest number of units that is at least a share of the population.

    Examples
    --------
    >>> least_positive(100, Fraction("0.55"))
    55
    """
    return ceil(proportion * population)


def hypergeometric_error(population: int, positive: int, tested: int, negatives: int) -> Fraction:
    """Give the probability of at most so many negatives among the tested units if one unit too few is positive.

    Parameters
    ----------
    population : int
        Units, N.
    positive : int
        Units that are to be positive at least, K; the probability is that of K - 1.
    tested : int
        Units drawn without putting back, n.
    negatives : int
        Units that are not positive among them, at most r.

    Notes
    -----
    ``sum_j C(K-1, n-j) C(N-K+1, j) / C(N, n)``, j from 0 to r (UNODC ST/NAR/38, 2009). The two samples, that of the
    tested units and that of the negative ones, may change places: the smaller one keeps the numbers short.

    Examples
    --------
    >>> hypergeometric_error(10, 9, 8, 0)
    Fraction(1, 45)
    """
    missing_units = population - positive + 1
    drawn, marked = sorted((tested, missing_units))
    ways = sum(
        comb(marked, missing) * comb(population - marked, drawn - missing)
        for missing in range(min(negatives, drawn) + 1)
    )
    return Fraction(ways, comb(population, drawn))


def hypergeometric_size(
    population: int, *, proportion: Fraction, confidence: Fraction, negatives: int = 0
) -> SampleSize:
    """Give the fewest units to test so that a share of the population is positive with a confidence.

    Parameters
    ----------
    population : int
        Units, 1 to 1 000 000.
    proportion : Fraction
        Above 0, at most 1: the share that is to be positive at least.
    confidence : Fraction
        Above 0, below 1.
    negatives : int
        Tested units that are expected not to be positive, at most.

    Raises
    ------
    SamplingPlanError
        If a number is out of range.
    """
    _require_plan(population, proportion, confidence, negatives)
    positive = least_positive(population, proportion)
    if population - negatives < positive:
        return SampleSize(units=None, probability=None)
    alpha = 1 - confidence

    def supported(tested: int) -> bool:
        return hypergeometric_error(population, positive, tested, negatives) <= alpha

    units = _smallest(supported, start=negatives + 1, end=population)
    error = hypergeometric_error(population, positive, units, negatives)
    return SampleSize(units=units, probability=error)


def guaranteed_positive(population: int, *, tested: int, negatives: int, confidence: Fraction) -> int:
    """Give the largest number of units that may be said to be positive after the tests.

    Raises
    ------
    SamplingPlanError
        If a number is out of range, or more units were tested or negative than there are.

    Examples
    --------
    >>> guaranteed_positive(100, tested=23, negatives=1, confidence=Fraction("0.95"))
    83
    """
    _require_plan(population, Fraction(1), confidence, negatives)
    if not negatives <= tested <= population or tested == 0:
        raise SamplingPlanError(f"{negatives} negative of {tested} tested of {population}: expected at most each next")
    alpha = 1 - confidence
    low, high = tested - negatives, population - negatives
    while low < high:  # the more are claimed, the likelier the finding would be without them
        middle = (low + high + 1) // 2
        if hypergeometric_error(population, middle, tested, negatives) <= alpha:
            low = middle
        else:
            high = middle - 1
    return low


def bayesian_size(
    population: int, *, proportion: Fraction, confidence: Fraction, prior: Prior, negatives: int = 0
) -> SampleSize:
    """Give the fewest units to test so that a share of the population is positive with a posterior probability.

    Parameters
    ----------
    population, proportion, confidence, negatives
        As for ``hypergeometric_size``.
    prior : Prior
        Stated in the report together with the result.

    Raises
    ------
    SamplingPlanError
        If a number is out of range.

    Notes
    -----
    Up to 1 000 units the unseen ones follow a beta-binomial distribution, in rational numbers; beyond, the share
    itself is taken from the beta posterior, as for an unlimited population. Source: UNODC ST/NAR/38 (2009).
    """
    _require_plan(population, proportion, confidence, negatives)
    if population - negatives < least_positive(population, proportion):
        return SampleSize(units=None, probability=None)

    def posterior(tested: int) -> Fraction:
        if population > LARGEST_EXACT_BAYESIAN:
            return unlimited_posterior(tested, negatives, proportion=proportion, prior=prior)
        return finite_posterior(population, tested, negatives, proportion=proportion, prior=prior)

    units = _smallest(lambda tested: posterior(tested) >= confidence, start=max(negatives, 1), end=population)
    return SampleSize(units=units, probability=posterior(units))


def finite_posterior(population: int, tested: int, negatives: int, *, proportion: Fraction, prior: Prior) -> Fraction:
    """Give the probability that enough units of a population are positive, after the tests.

    Notes
    -----
    The N - n unseen units follow a beta-binomial distribution with a + n - r and b + r; each of its terms is the one
    before times a rational number, so nothing is rounded.
    """
    unseen = population - tested
    still_needed = least_positive(population, proportion) - (tested - negatives)
    a, b = prior.positive + tested - negatives, prior.negative + negatives
    term = total = Fraction(1)
    enough = Fraction(1) if still_needed <= 0 else Fraction(0)
    for found in range(unseen):
        term *= Fraction(unseen - found, found + 1) * (a + found) / (b + unseen - found - 1)
        total += term
        if found + 1 >= still_needed:
            enough += term
    return enough / total


def unlimited_posterior(tested: int, negatives: int, *, proportion: Fraction, prior: Prior) -> Fraction:
    """Give the probability that the share of an unlimited population is above a proportion, after the tests.

    Notes
    -----
    The upper tail of the beta distribution with a + n - r and b + r, in floating point.
    """
    from scipy.stats import beta  # noqa: PLC0415 - takes a second to load, and only this model needs it

    a, b = prior.positive + tested - negatives, prior.negative + negatives
    return Fraction(float(beta.sf(float(proportion), float(a), float(b))))


def square_root_size(population: int) -> int:
    """Give the square root of the population, rounded up; it supports no statement beyond the tested units."""
    return isqrt(population - 1) + 1


def frank_size(population: int) -> int:
    """Give 20 + 10 % of the units above 20, rounded up (Frank et al.); all where there are fewer.

    Examples
    --------
    >>> frank_size(120)
    30
    """
    return min(population, FRANK_FROM + ceil(Fraction(max(population - FRANK_FROM, 0), 10)))


def _smallest(supported: Callable[[int], bool], *, start: int, end: int) -> int:
    """Find the smallest number that is enough: in growing steps, then by halves. The end is always enough."""
    low, step = start - 1, 1
    high = start
    while high < end and not supported(high):
        low, step = high, step * 2
        high = min(end, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        if supported(middle):
            high = middle
        else:
            low = middle
    return high


def _require_plan(population: int, proportion: Fraction, confidence: Fraction, negatives: int) -> None:
    if not 1 <= population <= LARGEST_POPULATION:
        raise SamplingPlanError(f"a population of {population}; expected 1 to {LARGEST_POPULATION}")
    if not 0 < proportion <= 1:
        raise SamplingPlanError(f"proportion {float(proportion):g}; expected above 0 and at most 1")
    if not 0 < confidence < 1:
        raise SamplingPlanError(f"confidence {float(confidence):g}; expected above 0 and below 1")
    if not 0 <= negatives <= population:
        raise SamplingPlanError(f"{negatives} negatives in a population of {population}")
