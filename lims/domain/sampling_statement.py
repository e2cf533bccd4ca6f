"""What may be said after the units of a plan were tested, as data; never more than the mathematics (SA-4 to SA-6)."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lims.domain.sample_size import (
    LARGEST_EXACT_BAYESIAN,
    finite_posterior,
    guaranteed_positive,
    unlimited_posterior,
)
from lims.domain.sampling_plan import STATISTICAL, PlanDesign, PlanStatus, SamplingMethod, SamplingPlan


class StatementKind(StrEnum):
    """Which sentence the findings support."""

    NOT_FINISHED = "not finished"
    """Units are to be drawn or tested: nothing is said of the population."""
    SPLIT = "split"
    AT_LEAST = "at least"
    """At least K of N units, with a confidence."""
    BAYESIAN_AT_LEAST = "at least, Bayesian"
    TESTED_ONLY = "tested units only"
    NONE_POSITIVE = "none positive"
    MIXED = "mixed"
    """The positive units do not contain the same substance: nothing is said of the population as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingStatement:
    """One statement with everything that it was made from."""

    kind: StatementKind
    population: int
    to_test: int
    """Units that the plan asks for."""
    tested: int
    not_positive: int
    substances: tuple[str, ...]
    at_least: int | None
    """K; None where nothing is said of units that were not tested."""
    design: PlanDesign
    earlier_designs: tuple[PlanDesign, ...]
    """Named by the report beside the one in force."""
    changed_after_results: bool
    """Whether a design was changed when results were known already."""

    @property
    def positive(self) -> int:
        """How many tested units are positive."""
        return self.tested - self.not_positive

    @property
    def weight_units(self) -> int:
        """Of how many units a total weight may be stated (rule SA-6): K, or those that were tested and positive."""
        return self.positive if self.at_least is None else self.at_least


def state(plan: SamplingPlan) -> SamplingStatement:
    """Say what the results of a plan support.

    Notes
    -----
    A unit that is negative, contains another drug or reacts differently counts as not positive, and K is computed anew
    (SA-4). A plan in which units are still to be tested says nothing: stopping early would choose the results.
    """
    return SamplingStatement(
        kind=_kind(plan),
        population=plan.population.units,
        to_test=plan.units,
        tested=len(plan.results),
        not_positive=len(plan.not_positive),
        substances=plan.substances,
        at_least=_at_least(plan) if _kind(plan) in _OF_THE_POPULATION else None,
        design=plan.design,
        earlier_designs=tuple(change.before for change in plan.changes),
        changed_after_results=any(change.results_before for change in plan.changes),
    )


_OF_THE_POPULATION = frozenset({StatementKind.AT_LEAST, StatementKind.BAYESIAN_AT_LEAST})


def _kind(plan: SamplingPlan) -> StatementKind:
    if plan.status is PlanStatus.SPLIT:
        return StatementKind.SPLIT
    if plan.status is not PlanStatus.TESTED:
        return StatementKind.NOT_FINISHED
    if not plan.substances:
        return StatementKind.NONE_POSITIVE
    if len(plan.substances) > 1:
        return StatementKind.MIXED
    if plan.design.method not in STATISTICAL:
        return StatementKind.TESTED_ONLY
    bayesian = plan.design.method is SamplingMethod.BAYESIAN
    return StatementKind.BAYESIAN_AT_LEAST if bayesian else StatementKind.AT_LEAST


def at_least_positive(design: PlanDesign, *, population: int, tested: int, negatives: int) -> int:
    """Give how many units of a population may be said to be positive after the tests of a statistical plan.

    Raises
    ------
    SamplingPlanError
        If a number is out of range.
    """
    if design.method is SamplingMethod.HYPERGEOMETRIC:
        return guaranteed_positive(population, tested=tested, negatives=negatives, confidence=design.certainty)
    low, high = tested - negatives, population - negatives
    while low < high:  # the more are claimed, the less probable the claim
        middle = (low + high + 1) // 2
        if _posterior(design, middle, population=population, tested=tested, negatives=negatives) >= design.certainty:
            low = middle
        else:
            high = middle - 1
    return low


def _at_least(plan: SamplingPlan) -> int:
    return at_least_positive(
        plan.design, population=plan.population.units, tested=len(plan.results), negatives=len(plan.not_positive)
    )


def _posterior(design: PlanDesign, positive: int, *, population: int, tested: int, negatives: int) -> Fraction:
    share = Fraction(positive, population)
    if population > LARGEST_EXACT_BAYESIAN:
        return unlimited_posterior(tested, negatives, proportion=share, prior=design.prior)
    return finite_posterior(population, tested, negatives, proportion=share, prior=design.prior)
