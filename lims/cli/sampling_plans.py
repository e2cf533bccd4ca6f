"""``aigaq sampling plan|draw|result|change|split|statement``: sampling plans from the console."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.record import body_of
from lims.domain.sampling_plan import PlanDesign, SamplingPlan
from lims.errors import InvalidRecordError
from lims.services.fact_file import read_facts
from lims.services.sampling import PlanFacts, ResultFacts
from lims.services.sampling_wording import statement_sentences
from lims.translation import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFacts:
    """Into what a population is divided, as a file says it."""

    parts: tuple[PlanFacts, ...]


def run_plan(exhibit: str, file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Make a plan."""
    facts = read_facts(file, PlanFacts)
    here = seat(require_laboratory(home), by)
    _tell(here.laboratory.sampling.plan(exhibit, facts, actor=here.person), as_json=as_json)


def run_draw(number: str, *, words: str, units: str | None, by: str, as_json: bool, home: Path | None) -> None:
    """Draw the units of a plan."""
    drawn = None if units is None else _numbers(units)
    here = seat(require_laboratory(home), by)
    sampling = here.laboratory.sampling
    if drawn is None:
        plan = sampling.draw(number, numbering=words, actor=here.person)
    else:
        plan = sampling.draw_by_hand(number, drawn, words=words, actor=here.person)
    _tell(plan, as_json=as_json)
    if not as_json:
        say(f"units: {', '.join(map(str, plan.draws[-1].units))} ({plan.draws[-1].generator})")


def run_result(number: str, unit: int, stated: dict[str, Any], *, by: str, as_json: bool, home: Path | None) -> None:
    """Record what a unit gave."""
    facts = ResultFacts(unit=unit, **stated)
    here = seat(require_laboratory(home), by)
    _tell(here.laboratory.sampling.record_result(number, facts, actor=here.person), as_json=as_json)


def run_change(number: str, file: Path, *, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Change the design of a plan."""
    design = read_facts(file, PlanDesign)
    here = seat(require_laboratory(home), by)
    _tell(here.laboratory.sampling.change(number, design, reason=reason, actor=here.person), as_json=as_json)


def run_split(number: str, file: Path, *, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Divide a population."""
    facts = read_facts(file, SplitFacts)
    here = seat(require_laboratory(home), by)
    made = here.laboratory.sampling.split(number, facts.parts, reason=reason, actor=here.person)
    if as_json:
        print_json([_plan(one) for one in made])
        return
    for one in made:
        _tell(one, as_json=False)


def run_statement(number: str, *, language: str, as_json: bool, home: Path | None) -> None:
    """Say what the results of a plan support."""
    translator = Translator(language)
    found = require_laboratory(home).sampling.statement(number)
    sentences = statement_sentences(found, translator)
    if as_json:
        print_json(
            {
                "kind": found.kind,
                "population": found.population,
                "units": found.to_test,
                "tested": found.tested,
                "positive": found.positive,
                "at_least": found.at_least,
                "substances": list(found.substances),
                "sentences": list(sentences),
            }
        )
        return
    for sentence in sentences:
        say(sentence)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidRecordError(f"units {text!r}; expected whole numbers, as 3,7,12") from error


def _plan(plan: SamplingPlan) -> dict[str, Any]:
    return {**body_of(plan), "units": plan.units, "state": plan.state, "drawn": list(plan.drawn)}


def _tell(plan: SamplingPlan, *, as_json: bool) -> None:
    if as_json:
        print_json(_plan(plan))
    else:
        say(f"sampling plan {plan.number}: {plan.title}, {plan.state}; tested {len(plan.results)}")
