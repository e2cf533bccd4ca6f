"""Sampling plans: a population, how many of its units are tested, which, and what was found (rules SA-1 to SA-4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar, Self

from lims.domain.sample_size import (
    Prior,
    bayesian_size,
    frank_size,
    hypergeometric_size,
    square_root_size,
)
from lims.domain.unit_draw import BLACK_BOX
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, SamplingPlanError, TransitionError


class SamplingMethod(StrEnum):
    """How the number of units is found."""

    HYPERGEOMETRIC = "hypergeometric"
    BAYESIAN = "Bayesian"
    ALL = "all"
    SQUARE_ROOT = "square root"
    FRANK = "Frank"
    CUSTOM = "custom"


STATISTICAL = frozenset({SamplingMethod.HYPERGEOMETRIC, SamplingMethod.BAYESIAN})
"""Methods that say something of units that were not tested; the others speak of the tested units only (SA-5)."""


class UnitOutcome(StrEnum):
    """What a tested unit gave."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    OTHER_DRUG = "other drug"
    DIFFERENT_SCREEN = "different in the screen"


class PlanStatus(StrEnum):
    """planned -> drawn -> tested; split at any time ends it."""

    PLANNED = "planned"
    DRAWN = "drawn"
    """Units are drawn; some of them, or all, are not tested yet."""
    TESTED = "tested"
    SPLIT = "split"
    """Its population was divided; each part has a plan of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Units that are alike, counted before any of them is tested (rule SA-1)."""

    units: int
    alike_in: str
    """Size, colour, logo, packaging: what was compared."""
    photograph: str
    """Number of the photograph that shows them."""

    def __post_init__(self) -> None:
        """Refuse a population of nothing, or one that nobody compared."""
        require_text("alike in", self.alike_in)
        require_text("photograph of the population", self.photograph)
        if self.units < 1:
            raise InvalidRecordError(f"a population of {self.units} units; count them first")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDesign:
    """What is fixed before the first result (rule SA-3)."""

    method: SamplingMethod
    testing: str
    """How each unit is tested: screened and confirmed, or what else (rule SA-7)."""
    proportion: Decimal | None = None
    """Share that is to be positive at least; of statistical methods only."""
    confidence: Decimal | None = None
    expected_negatives: int = 0
    prior_positive: Decimal | None = None
    """Of the Bayesian method."""
    prior_negative: Decimal | None = None
    custom_units: int | None = None
    basis: str = ""
    """Why so many, where the laboratory chose the number itself."""

    def __post_init__(self) -> None:
        """Refuse a design whose numbers do not belong to its method."""
        require_text("testing", self.testing)
        clean_text("basis", self.basis)
        statistical = self.method in STATISTICAL
        if {self.proportion is not None, self.confidence is not None} != {statistical}:
            raise SamplingPlanError(f"{self.method}: proportion and confidence belong to statistical plans alone")
        bayesian = self.method is SamplingMethod.BAYESIAN
        if {self.prior_positive is not None, self.prior_negative is not None} != {bayesian}:
            raise SamplingPlanError(f"{self.method}: a prior belongs to the Bayesian plan, and it needs one")
        custom = self.method is SamplingMethod.CUSTOM
        if custom != (self.custom_units is not None) or custom != bool(self.basis):
            raise SamplingPlanError(f"{self.method}: a custom plan, and no other, has a number and its basis")
        if self.expected_negatives and not statistical:
            raise SamplingPlanError(f"{self.method}: expected negatives belong to statistical plans")

    @property
    def prior(self) -> Prior:
        """The prior of a Bayesian plan."""
        return Prior(positive=Fraction(self.prior_positive or 0), negative=Fraction(self.prior_negative or 0))

    @property
    def share(self) -> Fraction:
        """The proportion, exactly."""
        return Fraction(self.proportion or 0)

    @property
    def certainty(self) -> Fraction:
        """The confidence, exactly."""
        return Fraction(self.confidence or 0)


@lru_cache(maxsize=1024)
def units_to_test(population: int, design: PlanDesign) -> int:
    """Give how many units a design asks for.

    Raises
    ------
    SamplingPlanError
        If no number of units can support the statement, or a custom number is out of range.
    """
    if design.method in STATISTICAL:
        return _statistical_units(population, design)
    if design.method is SamplingMethod.SQUARE_ROOT:
        return square_root_size(population)
    if design.method is SamplingMethod.FRANK:
        return frank_size(population)
    units = population if design.custom_units is None else design.custom_units
    if not 1 <= units <= population:
        raise SamplingPlanError(f"{units} units of a population of {population}")
    return units


def _statistical_units(population: int, design: PlanDesign) -> int:
    share, certainty, negatives = design.share, design.certainty, design.expected_negatives
    if design.method is SamplingMethod.BAYESIAN:
        size = bayesian_size(
            population, proportion=share, confidence=certainty, prior=design.prior, negatives=negatives
        )
    else:
        size = hypergeometric_size(population, proportion=share, confidence=certainty, negatives=negatives)
    if size.units is None:
        raise SamplingPlanError(
            f"not achievable: with {negatives} negative of {population} units a share of {design.proportion} cannot be "
            "positive"
        )
    return size.units


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraw:
    """Units that were drawn, and how (rule SA-2)."""

    units: tuple[int, ...]
    """Numbers, from 1."""
    generator: str
    seed: int | None
    """None where it was drawn by hand from a black box."""
    words: str
    """How the units were numbered, or what the black box was."""
    drawn_by: str
    drawn_at: datetime

    def __post_init__(self) -> None:
        """Refuse a draw that cannot be made again and is no black box."""
        require_text("generator", self.generator)
        require_text("numbering of the units, or the black box", self.words)
        if (self.seed is None) != (self.generator == BLACK_BOX):
            raise InvalidRecordError(f"a draw by {self.generator} with seed {self.seed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """What one drawn unit gave."""

    unit: int
    outcome: UnitOutcome
    substance: str
    """What was found; empty for nothing."""
    basis: str
    """Number of the examination, finding or run that shows it."""
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse a result that rests on nothing."""
        require_text("basis of the result", self.basis)
        clean_text("substance", self.substance)
        if self.outcome in {UnitOutcome.POSITIVE, UnitOutcome.OTHER_DRUG}:
            require_text("substance", self.substance)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignChange:
    """A design that was given up, and why (rule SA-3)."""

    before: PlanDesign
    results_before: int
    """How many units had a result then: 0 is a change before the first one."""
    reason: str
    changed_by: str
    changed_at: datetime

    def __post_init__(self) -> None:
        """Refuse a change without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSplit:
    """Into which plans a population was divided, and why (rule SA-4)."""

    into: tuple[str, ...]
    reason: str
    split_by: str
    split_at: datetime

    def __post_init__(self) -> None:
        """Refuse a split without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """One plan for one population. Immutable: every step returns a new one."""

    KIND: ClassVar[str] = "sampling plan"

    number: str
    """Of the exhibit, ``-S`` and an ordinal: ``2026-0042/3-S1``."""
    exhibit_number: str
    population: Population
    design: PlanDesign
    planned_by: str
    planned_at: datetime
    draws: tuple[UnitDraw, ...] = ()
    results: tuple[UnitResult, ...] = ()
    changes: tuple[DesignChange, ...] = ()
    split: PlanSplit | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a plan of nothing, and a design that its population cannot support."""
        require_text("sampling plan number", self.number)
        require_text("exhibit number", self.exhibit_number)
        units_to_test(self.population.units, self.design)

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show how many of how many."""
        return f"{self.units} of {self.population.units}, {self.design.method}"

    @property
    def units(self) -> int:
        """How many units the design asks for."""
        return units_to_test(self.population.units, self.design)

    @property
    def drawn(self) -> tuple[int, ...]:
        """Numbers of all units that were drawn, sorted."""
        return tuple(sorted(unit for draw in self.draws for unit in draw.units))

    @property
    def not_positive(self) -> tuple[UnitResult, ...]:
        """Results that are anything else than positive."""
        return tuple(one for one in self.results if one.outcome is not UnitOutcome.POSITIVE)

    @property
    def to_draw(self) -> int:
        """How many units are still to be drawn."""
        return max(self.units - len(self.drawn), 0)

    @property
    def substances(self) -> tuple[str, ...]:
        """What the positive units contain; more than one name means that they are not alike."""
        return tuple(sorted({one.substance for one in self.results if one.outcome is UnitOutcome.POSITIVE}))

    @property
    def status(self) -> PlanStatus:
        """Where it stands."""
        if self.split is not None:
            return PlanStatus.SPLIT
        if not self.draws:
            return PlanStatus.PLANNED
        tested = len(self.results) == len(self.drawn) and not self.to_draw
        return PlanStatus.TESTED if tested else PlanStatus.DRAWN

    def candidates(self) -> tuple[int, ...]:
        """Give the units that were not drawn yet."""
        drawn = set(self.drawn)
        return tuple(unit for unit in range(1, self.population.units + 1) if unit not in drawn)

    # steps

    def draw(self, draw: UnitDraw) -> Self:
        """Record which units were drawn: exactly as many as the design still asks for.

        Raises
        ------
        TransitionError
            If none is to be drawn, or the population was split.
        InvalidRecordError
            If a unit does not exist, stands twice, or was drawn before, or there are not as many as are to be drawn.
        """
        self._require_whole()
        if not self.to_draw:
            raise TransitionError(f"{self.number}: its {self.units} units are drawn")
        possible = set(self.candidates())
        if len(set(draw.units)) != len(draw.units) or not set(draw.units) <= possible:
            raise InvalidRecordError(f"{self.number}: each unit once, from 1 to {self.population.units}, not yet drawn")
        if len(draw.units) != self.to_draw:
            raise InvalidRecordError(f"{self.number}: {len(draw.units)} units drawn, {self.to_draw} are to be drawn")
        return replace(self, draws=(*self.draws, draw), version=self.version + 1)

    def record_result(self, result: UnitResult) -> Self:
        """Record what a drawn unit gave.

        Raises
        ------
        TransitionError
            If the unit was not drawn, has its result, or the population was split.
        """
        self._require_whole()
        if result.unit not in self.drawn:
            raise TransitionError(f"{self.number}: unit {result.unit} was not drawn; the plan comes before the test")
        if any(one.unit == result.unit for one in self.results):
            raise TransitionError(f"{self.number}: unit {result.unit} has its result")
        results = tuple(sorted((*self.results, result), key=lambda one: one.unit))
        return replace(self, results=results, version=self.version + 1)

    def change_design(self, design: PlanDesign, *, reason: str, by: str, at: datetime) -> Self:
        """Put another design in the place of this one; what was drawn and found stays.

        Raises
        ------
        TransitionError
            If the population was split.
        SamplingPlanError
            If no number of units can support the new design, or it asks for fewer units than were drawn.
        """
        self._require_whole()
        change = DesignChange(
            before=self.design, results_before=len(self.results), reason=reason, changed_by=by, changed_at=at
        )
        if units_to_test(self.population.units, design) < len(self.drawn):
            raise SamplingPlanError(f"{self.number}: {len(self.drawn)} units are drawn; all of them are tested")
        return replace(self, design=design, changes=(*self.changes, change), version=self.version + 1)

    def divide(self, split: PlanSplit) -> Self:
        """End this plan: its population was divided.

        Raises
        ------
        TransitionError
            If it was divided before.
        """
        self._require_whole()
        return replace(self, split=split, version=self.version + 1)

    def _require_whole(self) -> None:
        if self.split is not None:
            raise TransitionError(f"{self.number} was divided into {', '.join(self.split.into)}")
