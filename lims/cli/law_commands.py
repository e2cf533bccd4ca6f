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


@law.command("derive")
def derive(
    cases: Annotated[Path, typer.Argument(help="CSV with the columns label, smiles and as_of.")],
    bases: Annotated[Path, typer.Option(help="CSV: base_id, label, smiles, valid_from, valid_to.")],
    substituents: Annotated[
        Path, typer.Option(help="CSV: fragment (with one [*] or two), valence, valid_from, valid_to.")
    ],
    as_json: Json = False,
) -> None:
    """Judge whether each structure derives, on its day, from a listed base by listed substituents."""
    from lims.cli.derive import run_derive  # noqa: PLC0415 - help is quick without it

    run_derive(cases, bases=bases, substituents=substituents, as_json=as_json)
