"""``aigaq law``: the options, as the command line shows them."""

from pathlib import Path
from typing import Annotated

import typer

law = typer.Typer(help="Control lists, generic rules and what they say about a structure.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@law.command("check")
def check(
    cases: Annotated[Path, typer.Argument(help="CSV with the columns class and smiles; others are passed over.")],
    as_json: Json = False,
) -> None:
    """Judge each structure of a table by the rule of its class: match, no_match or cannot_decide."""
    from lims.cli.law import run_check  # noqa: PLC0415 - help is quick without it

    run_check(cases, as_json=as_json)
