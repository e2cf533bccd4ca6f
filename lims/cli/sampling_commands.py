"""The commands of ``aigaq sampling``: the calculator by itself, and the plans of exhibits."""

from pathlib import Path
from typing import Annotated

import typer

from lims.cli.register_commands import By, Home, Json
from lims.domain.sampling_plan import UnitOutcome

sampling = typer.Typer(
    help="How many units to test, and what may be said then; the plans of exhibits.",
    invoke_without_command=True,
)

Number = Annotated[str, typer.Argument(help="Number of the sampling plan.")]
File = Annotated[Path, typer.Argument(help="TOML; see docs/measuring.md.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]


@sampling.callback()
def calculate(
    context: typer.Context,
    *,
    population: Annotated[int | None, typer.Option(help="Units that are alike.")] = None,
    proportion: Annotated[
        str | None, typer.Option(help="Share that is to be positive at least, for example 0.9.")
    ] = None,
    confidence: Annotated[str | None, typer.Option(help="For example 0.95.")] = None,
    negatives: Annotated[int, typer.Option(help="Tested units that are expected not to be positive, at most.")] = 0,
    prior: Annotated[
        str | None, typer.Option(help="A,B of a beta distribution: the Bayesian model; none: hypergeometric.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how many units of a population have to be tested, and what may be said then."""
    if context.invoked_subcommand is not None:
        return
    stated = {"--population": population, "--proportion": proportion, "--confidence": confidence}
    for name, value in stated.items():
        if value is None:
            raise typer.BadParameter(f"Missing option '{name}'.", ctx=context)
    from lims.cli.sampling import run_sampling  # noqa: PLC0415 - see lims.cli.application

    run_sampling(
        population=population or 0,
        proportion=proportion or "",
        confidence=confidence or "",
        negatives=negatives,
        prior=prior,
        as_json=as_json,
    )


@sampling.command("plan")
def plan(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")],
    file: File,
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Fix the plan of an exhibit before the first result."""
    from lims.cli.sampling_plans import run_plan  # noqa: PLC0415 - see lims.cli.application

    run_plan(exhibit, file, by=by, as_json=as_json, home=home)


@sampling.command("draw")
def draw(
    *,
    number: Number,
    words: Annotated[str, typer.Option("--numbering", help="How the units got their numbers, or the black box.")],
    by: By,
    units: Annotated[
        str | None, typer.Option("--black-box", help="Numbers that were drawn by hand, as 3,7,12; none: at random.")
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Draw the units of a plan at random, or record those that were drawn by hand."""
    from lims.cli.sampling_plans import run_draw  # noqa: PLC0415 - see lims.cli.application

    run_draw(number, words=words, units=units, by=by, as_json=as_json, home=home)


@sampling.command("result")
def result(
    *,
    number: Number,
    unit: Annotated[int, typer.Argument(help="Number of the unit.")],
    outcome: Annotated[UnitOutcome, typer.Option(help="What it gave.")],
    basis: Annotated[str, typer.Option(help="Number of the examination, finding or run that shows it.")],
    by: By,
    substance: Annotated[str, typer.Option(help="What was found.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record what a drawn unit gave."""
    from lims.cli.sampling_plans import run_result  # noqa: PLC0415 - see lims.cli.application

    stated = {"outcome": outcome, "basis": basis, "substance": substance}
    run_result(number, unit, stated, by=by, as_json=as_json, home=home)


@sampling.command("change")
def change(number: Number, file: File, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Put another design in the place of the one in force; the report names both."""
    from lims.cli.sampling_plans import run_change  # noqa: PLC0415 - see lims.cli.application

    run_change(number, file, reason=reason, by=by, as_json=as_json, home=home)


@sampling.command("split")
def split(number: Number, file: File, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Divide a population whose units are not alike; each part gets a plan of its own."""
    from lims.cli.sampling_plans import run_split  # noqa: PLC0415 - see lims.cli.application

    run_split(number, file, reason=reason, by=by, as_json=as_json, home=home)


@sampling.command("statement")
def statement(
    number: Number,
    language: Annotated[str, typer.Option(help="kk, ru or en.")] = "en",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say what the results of a plan support, in the words of the report."""
    from lims.cli.sampling_plans import run_statement  # noqa: PLC0415 - see lims.cli.application

    run_statement(number, language=language, as_json=as_json, home=home)
