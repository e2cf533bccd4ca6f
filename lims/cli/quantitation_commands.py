"""The commands of ``aigaq quantitation``."""

from pathlib import Path
from typing import Annotated

import typer

from lims.cli.register_commands import By, Home, Json

quantitation = typer.Typer(help="How much of a substance an exhibit holds.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Number of the quantitation.")]


@quantitation.command("add")
def add_quantitation(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/quantitation.md.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Measure an exhibit in its batch, and record the result or why there is none."""
    from lims.cli.quantitations import run_add  # noqa: PLC0415 - loaded when it runs

    run_add(file, by=by, as_json=as_json, home=home)


@quantitation.command("discard")
def discard_quantitation(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it is not used.")],
    by: By,
    home: Home = None,
) -> None:
    """Take a quantitation out of use; it stays listed."""
    from lims.cli.quantitations import run_discard  # noqa: PLC0415 - loaded when it runs

    run_discard(number, reason=reason, by=by, home=home)


@quantitation.command("list")
def list_quantitations(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")], as_json: Json = False, home: Home = None
) -> None:
    """Print all quantitations of an exhibit, discarded ones too."""
    from lims.cli.quantitations import run_list  # noqa: PLC0415 - loaded when it runs

    run_list(exhibit, as_json=as_json, home=home)


@quantitation.command("repeat")
def repeat_quantitation(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Compute a quantitation again from its own record; exit code 4 if a number does not follow from the others."""
    from lims.cli.quantitations import run_repeat  # noqa: PLC0415 - loaded when it runs

    run_repeat(number, as_json=as_json, home=home)
