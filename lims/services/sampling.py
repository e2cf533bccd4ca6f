"""Sampling plans: made before the first result, drawn at random, tested, changed with a reason, split."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, require_role
from lims.domain.photograph import Photograph
from lims.domain.sampling_plan import (
    PlanDesign,
    PlanSplit,
    Population,
    SamplingPlan,
    UnitDraw,
    UnitOutcome,
    UnitResult,
)
from lims.domain.sampling_statement import SamplingStatement, state
from lims.domain.staff import StaffMember
from lims.domain.unit_draw import BLACK_BOX, GENERATOR, LARGEST_SEED, draw_units
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What a person fixes before the first result."""

    population: Population
    design: PlanDesign


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFacts:
    """What a person states of a tested unit."""

    unit: int
    outcome: UnitOutcome
    basis: str
    substance: str = ""


def new_seed() -> int:
    """Give a seed that nobody chose."""
    return secrets.randbelow(LARGEST_SEED + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingService:
    """Keeps sampling plans."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    seeds: Callable[[], int] = field(default=new_seed, repr=False)
    """The program's own: a person who chose the seed could choose the units."""

    def plan(self, exhibit: str, facts: PlanFacts, *, actor: StaffMember) -> SamplingPlan:
        """Fix how the units of a population are sampled.

        Raises
        ------
        NotFoundError
            If there is no such exhibit, or no such photograph.
        InvalidRecordError
            If more units are stated than were received, or the photograph shows another exhibit.
        SamplingPlanError
            If the plan cannot support its statement.
        """
        require_role(actor, Act.SAMPLING_PLANNED)
        facts = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            _require_population(work, exhibit, facts.population)
            plan = self._new(work, exhibit, facts.population, facts.design, actor=actor, at=now)
            work.commit()
        return plan

    def draw(self, number: str, *, numbering: str, actor: StaffMember) -> SamplingPlan:
        """Draw the units of a plan at random; seed and generator are kept (rule SA-2).

        Parameters
        ----------
        numbering : str
            How the units got their numbers.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such plan, its units are drawn, or nothing is said of the numbering.
        """
        require_role(actor, Act.SAMPLING_DRAWN)
        words, seed = clean_text("numbering", numbering), self.seeds()

        def step(plan: SamplingPlan, now: datetime) -> SamplingPlan:
            units = draw_units(plan.candidates(), count=plan.to_draw, seed=seed)
            return plan.draw(
                UnitDraw(units=units, generator=GENERATOR, seed=seed, words=words, drawn_by=actor.number, drawn_at=now)
            )

        return self._change(number, Act.SAMPLING_DRAWN, actor, step)

    def draw_by_hand(self, number: str, units: tuple[int, ...], *, words: str, actor: StaffMember) -> SamplingPlan:
        """Record units that were drawn unseen from a black box (rule SA-2).

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such plan, its units are drawn, or these are not as many as are to be drawn.
        """
        require_role(actor, Act.SAMPLING_DRAWN)
        said = clean_text("black box", words)

        def step(plan: SamplingPlan, now: datetime) -> SamplingPlan:
            draw = UnitDraw(
                units=tuple(sorted(units)),
                generator=BLACK_BOX,
                seed=None,
                words=said,
                drawn_by=actor.number,
                drawn_at=now,
            )
            return plan.draw(draw)

        return self._change(number, Act.SAMPLING_DRAWN, actor, step)

    def record_result(self, number: str, facts: ResultFacts, *, actor: StaffMember) -> SamplingPlan:
        """Record what a drawn unit gave.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such plan, the unit was not drawn or has its result, or the result rests on nothing.
        """
        require_role(actor, Act.SAMPLING_RESULT_RECORDED)
        facts = cleaned(facts)

        def step(plan: SamplingPlan, now: datetime) -> SamplingPlan:
            return plan.record_result(
                UnitResult(
                    unit=facts.unit,
                    outcome=facts.outcome,
                    substance=facts.substance,
                    basis=facts.basis,
                    recorded_by=actor.number,
                    recorded_at=now,
                )
            )

        return self._change(number, Act.SAMPLING_RESULT_RECORDED, actor, step)

    def change(self, number: str, design: PlanDesign, *, reason: str, actor: StaffMember) -> SamplingPlan:
        """Put another design in the place of the one in force; the report names both (rule SA-3).

        Raises
        ------
        NotFoundError, TransitionError, SamplingPlanError, InvalidRecordError
            If there is no such plan, it was split, the design cannot support its statement, or no reason is given.
        """
        require_role(actor, Act.SAMPLING_CHANGED)
        words, design = clean_text("reason", reason), cleaned(design)

        def step(plan: SamplingPlan, now: datetime) -> SamplingPlan:
            return plan.change_design(design, reason=words, by=actor.number, at=now)

        return self._change(number, Act.SAMPLING_CHANGED, actor, step)

    def split(
        self, number: str, parts: tuple[PlanFacts, ...], *, reason: str, actor: StaffMember
    ) -> tuple[SamplingPlan, ...]:
        """Divide a population whose units turned out not to be alike; each part has a plan of its own (rule SA-4).

        Raises
        ------
        NotFoundError, TransitionError
            If there is no such plan, or it was split before.
        InvalidRecordError
            If the parts do not add up to the population, or are fewer than two, or no reason is given.
        """
        require_role(actor, Act.SAMPLING_SPLIT)
        words, clean = clean_text("reason", reason), tuple(cleaned(part) for part in parts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            before = work.load(SamplingPlan, number)
            _require_parts(before, clean)
            for part in clean:
                _require_population(work, before.exhibit_number, part.population)
            made = tuple(
                self._new(work, before.exhibit_number, part.population, part.design, actor=actor, at=now)
                for part in clean
            )
            into = tuple(one.number for one in made)
            divided = before.divide(PlanSplit(into=into, reason=words, split_by=actor.number, split_at=now))
            work.record(divided, act=Act.SAMPLING_SPLIT, actor=actor, at=now)
            work.commit()
        return made

    def get(self, number: str) -> SamplingPlan:
        """Give one plan.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(SamplingPlan, number)

    def of_exhibit(self, exhibit: str) -> tuple[SamplingPlan, ...]:
        """Give all plans of an exhibit, oldest first."""
        with self.store.reading() as work:
            return work.children(SamplingPlan, exhibit)

    def statement(self, number: str) -> SamplingStatement:
        """Say what the results of a plan support.

        Raises
        ------
        NotFoundError
            If there is no such plan.
        """
        return state(self.get(number))

    def _new(
        self,
        work: UnitOfWork,
        exhibit: str,
        population: Population,
        design: PlanDesign,
        *,
        actor: StaffMember,
        at: datetime,
    ) -> SamplingPlan:
        prefix = f"{exhibit}-S"
        plan = SamplingPlan(
            number=f"{prefix}{work.count(SamplingPlan, prefix=prefix) + 1}",
            exhibit_number=exhibit,
            population=population,
            design=design,
            planned_by=actor.number,
            planned_at=at,
        )
        work.record(plan, act=Act.SAMPLING_PLANNED, actor=actor, at=at)
        return plan

    def _change(
        self,
        number: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[SamplingPlan, datetime], SamplingPlan],
    ) -> SamplingPlan:
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            changed = step(work.load(SamplingPlan, number), now)
            work.record(changed, act=act, actor=actor, at=now)
            work.commit()
        return changed


def _require_population(work: UnitOfWork, exhibit_number: str, population: Population) -> None:
    exhibit = work.load(Exhibit, exhibit_number)
    if exhibit.unit_count is not None and population.units > exhibit.unit_count:
        raise InvalidRecordError(f"{population.units} units of {exhibit_number}; {exhibit.unit_count} were received")
    photograph = work.load(Photograph, population.photograph)
    if photograph.exhibit_number not in {exhibit_number, exhibit.part_of}:
        raise InvalidRecordError(f"photograph {photograph.number} shows {photograph.exhibit_number}")


def _require_parts(plan: SamplingPlan, parts: tuple[PlanFacts, ...]) -> None:
    units = [part.population.units for part in parts]
    if len(units) < 2 or sum(units) != plan.population.units:  # noqa: PLR2004 - one part is no split
        shown = " + ".join(map(str, units)) or "nothing"
        raise InvalidRecordError(f"{shown} units; {plan.number} has {plan.population.units}, in two parts or more")
