"""The commands of ``aigaq isomers``."""

from pathlib import Path
from typing import Annotated

import typer

isomers = typer.Typer(help="Isomers: from structure, and groups that spectra do not tell apart.", no_args_is_help=True)

Release = Annotated[str, typer.Argument(help="Name of a recorded release.")]
Number = Annotated[str, typer.Argument(help="Number of an isomer group: release and formula.")]
Formulas = Annotated[list[str] | None, typer.Option("--formula", help="Only this formula; may be given again.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@isomers.command("of")
def of(
    structure: Annotated[str, typer.Argument(metavar="SMILES", help="The structure.")], as_json: Json = False
) -> None:
    """Name the starter substances of one formula with a structure, and the ring isomers that it allows."""
    from lims.cli.isomers import run_of  # noqa: PLC0415 - see lims.cli.application

    run_of(structure, as_json=as_json)


@isomers.command("propose")
def propose(release: Release, by: By, formula: Formulas = None, as_json: Json = False, home: Home = None) -> None:
    """Compare all substances of one formula in a release by their spectra, and propose groups."""
    from lims.cli.isomers import run_propose  # noqa: PLC0415 - see lims.cli.application

    run_propose(release, formulas=tuple(formula or ()), by=by, as_json=as_json, home=home)


@isomers.command("list")
def list_groups(release: Release, as_json: Json = False, home: Home = None) -> None:
    """List the groups of a release."""
    from lims.cli.isomers import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list(release, as_json=as_json, home=home)


@isomers.command("show")
def show(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Show a group with every pair and how alike it is."""
    from lims.cli.isomers import run_show  # noqa: PLC0415 - see lims.cli.application

    run_show(number, as_json=as_json, home=home)


@isomers.command("confirm")
def confirm(number: Number, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Confirm what was computed: identifications go by it from now on."""
    from lims.cli.isomers import run_decide  # noqa: PLC0415 - see lims.cli.application

    run_decide(number, confirmed=True, reason=reason, by=by, as_json=as_json, home=home)


@isomers.command("reject")
def reject(number: Number, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Reject what was computed: no identification goes by it."""
    from lims.cli.isomers import run_decide  # noqa: PLC0415 - see lims.cli.application

    run_decide(number, confirmed=False, reason=reason, by=by, as_json=as_json, home=home)
