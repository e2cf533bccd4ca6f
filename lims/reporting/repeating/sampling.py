"""Sampling statements, from population, tested units and results (rules SA-2 to SA-6)."""

from collections.abc import Iterator
from decimal import Decimal

from lims.domain.report_circumstances import SamplingSection
from lims.domain.report_content import ReportContent
from lims.domain.sampling_plan import STATISTICAL, PlanDesign, SamplingMethod, units_to_test
from lims.domain.sampling_statement import SamplingStatement, StatementKind, at_least_positive
from lims.domain.unit_draw import GENERATOR, LARGEST_SEED, draw_units
from lims.errors import SamplingPlanError
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.translation import Translator

LARGEST_REPEATED = 100_000
"""Units of a population; counting a larger one takes longer than a reader of a report waits."""
_MOST_PLACES = 12
_OF_THE_POPULATION = {
    SamplingMethod.HYPERGEOMETRIC: StatementKind.AT_LEAST,
    SamplingMethod.BAYESIAN: StatementKind.BAYESIAN_AT_LEAST,
}


def repeat_sampling(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Make every sampling statement of a report again."""
    tally = Tally(name=CheckName.SAMPLING, t=t)
    for plan in content.circumstances.sampling:
        _repeat_one(tally, plan)
    said = t("Sampling statements that follow from population, tested units and results: {count}.", count=tally.equal)
    return tally.result(said_of_equal=said, nothing=t("The report has no sampling plan."))


def _repeat_one(tally: Tally, plan: SamplingSection) -> None:
    t, said = tally.t, plan.statement
    if said.population > LARGEST_REPEATED:
        tally.lacking.append(t("Sampling plan {number}: the population is too large here.", number=plan.number))
        return
    try:
        faults = tuple(_faults(plan, said, t=t))
    except (SamplingPlanError, ArithmeticError, ValueError):
        faults = (t("Sampling plan {number}: its numbers cannot be computed with.", number=plan.number),)
    tally.differing.extend(faults)
    tally.equal += not faults


def _faults(plan: SamplingSection, said: SamplingStatement, *, t: Translator) -> Iterator[str]:
    _require_short(said.design)
    to_test = units_to_test(said.population, said.design)
    if to_test != said.to_test:
        yield t(
            "Sampling plan {number}: the report says that {said} units were to be tested; its figures give {found}.",
            number=plan.number,
            said=said.to_test,
            found=to_test,
        )
    kind = _kind(plan, said)
    if kind is not said.kind:
        yield t("Sampling plan {number}: its figures do not support the sentence of the report.", number=plan.number)
    at_least = _at_least(said, kind)
    if at_least != said.at_least:
        yield t(
            "Sampling plan {number}: the report says that at least {said} units are positive; its figures give "
            "{found}.",
            number=plan.number,
            said=_or_none(said.at_least, t=t),
            found=_or_none(at_least, t=t),
        )
    if not _drawn_again(plan, said):
        yield t("Sampling plan {number}: the seed does not give the units that were drawn.", number=plan.number)


def _kind(plan: SamplingSection, said: SamplingStatement) -> StatementKind:
    """Tell which sentence the figures support, as ``sampling_statement.state`` does it for a plan."""
    if plan.split_into:
        return StatementKind.SPLIT
    if not plan.draws or said.tested != len(plan.units) or said.tested < said.to_test:
        return StatementKind.NOT_FINISHED
    if not said.substances:
        return StatementKind.NONE_POSITIVE
    if len(said.substances) > 1:
        return StatementKind.MIXED
    return _OF_THE_POPULATION.get(said.design.method, StatementKind.TESTED_ONLY)


def _at_least(said: SamplingStatement, kind: StatementKind) -> int | None:
    if kind not in _OF_THE_POPULATION.values() or said.design.method not in STATISTICAL:
        return None
    return at_least_positive(said.design, population=said.population, tested=said.tested, negatives=said.not_positive)


def _drawn_again(plan: SamplingSection, said: SamplingStatement) -> bool:
    """Draw the units again where one draw by the known generator gave all of them; others cannot be repeated."""
    draw = plan.draws[0] if len(plan.draws) == 1 else None
    if draw is None or draw.seed is None or draw.generator != GENERATOR:
        return True
    if not 0 <= draw.seed <= LARGEST_SEED or len(plan.units) > said.population:
        return False
    candidates = tuple(range(1, said.population + 1))
    return draw_units(candidates, count=len(plan.units), seed=draw.seed) == plan.units


def _require_short(design: PlanDesign) -> None:
    """Refuse numbers with so large an exponent that their fractions would fill the memory."""
    numbers = (design.proportion, design.confidence, design.prior_positive, design.prior_negative)
    if not all(number is None or _is_short(number) for number in numbers):
        raise SamplingPlanError("a number of the design has too many places")


def _is_short(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -_MOST_PLACES <= exponent <= _MOST_PLACES


def _or_none(number: int | None, *, t: Translator) -> str:
    return t("none") if number is None else str(number)
