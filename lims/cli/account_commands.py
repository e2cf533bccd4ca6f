"""The commands of ``aigaq staff`` that are about accounts."""

from pathlib import Path
from typing import Annotated

import typer

accounts = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Staff number.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@accounts.command("enrol")
def enrol(number: Number, home: Home = None) -> None:
    """Enrol the second factor of a person: prints what the device must read, and asks for its first code."""
    from lims.cli.accounts import run_enrol  # noqa: PLC0415 - heavy imports only where they are needed

    run_enrol(number, home=home)


@accounts.command("password")
def change_password(number: Number, home: Home = None) -> None:
    """Change the own password; every session of that person ends."""
    from lims.cli.accounts import run_change_password  # noqa: PLC0415 - see enrol

    run_change_password(number, home=home)


@accounts.command("give-password")
def give_password(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.")],
    home: Home = None,
) -> None:
    """Give a person who forgot the own password a first one, which that person has to change at the next sign-in."""
    from lims.cli.accounts import run_give_password  # noqa: PLC0415 - see enrol

    run_give_password(number, by=by, home=home)


@accounts.command("reset-second-factor")
def reset_second_factor(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="First administrator or head, then quality manager or head.")],
    home: Home = None,
) -> None:
    """Take a lost second factor away; two people, each with this command."""
    from lims.cli.accounts import run_reset  # noqa: PLC0415 - see enrol

    run_reset(number, by=by, home=home)


@accounts.command("sessions")
def sessions(
    number: Number,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="End them all.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who acts (default: the person itself).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    home: Home = None,
) -> None:
    """List the open sessions of a person, or end them."""
    from lims.cli.accounts import run_sessions  # noqa: PLC0415 - see enrol

    run_sessions(number, revoke=revoke, by=by, as_json=as_json, home=home)
