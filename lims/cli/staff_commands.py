"""The commands of ``aigaq staff`` and ``aigaq competence``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.domain.competence import CompetenceScope, CompetenceTask
from lims.domain.exhibit import ExhibitKind
from lims.domain.staff import Role

staff = typer.Typer(help="People.", no_args_is_help=True)
competence = typer.Typer(help="Competence: who may do which method, and when.", no_args_is_help=True)

_DAY = ["%Y-%m-%d"]
Number = Annotated[str, typer.Argument(help="Staff number.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be given several times.")]
First = Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day (default: today).")]
Last = Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="Last day.")]
LastNeeded = Annotated[datetime, typer.Option("--until", formats=_DAY, help="Last day.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@staff.command("add")
def add(
    number: Annotated[str, typer.Argument(help="Staff number; also the name to sign in with.")],
    name: Annotated[str, typer.Option(help="Name as reports print it.")],
    post: Annotated[str, typer.Option(help="Post as reports print it.")],
    role: Roles,
    by: Annotated[
        str | None, typer.Option("--by", help="The administrator who acts; none for the first person.")
    ] = None,
    home: Home = None,
) -> None:
    """Register a person with proposed roles; the first one must be an administrator. Asks for the new password."""
    from lims.cli.staff import run_add  # noqa: PLC0415 - see lims.cli.application

    run_add(number, name=name, post=post, roles=tuple(role), by=by, home=home)


@staff.command("propose")
def propose(number: Number, role: Roles, by: By, home: Home = None) -> None:
    """Propose roles in place of those that a person has; an administrator does."""
    from lims.cli.staff import run_propose  # noqa: PLC0415 - see lims.cli.application

    run_propose(number, roles=tuple(role), by=by, home=home)


@staff.command("confirm")
def confirm(number: Number, by: By, home: Home = None) -> None:
    """Put proposed roles in force; the quality manager does, the administrator only for the first quality manager."""
    from lims.cli.staff import run_confirm  # noqa: PLC0415 - see lims.cli.application

    run_confirm(number, by=by, home=home)


@staff.command("absent")
def absent(number: Number, by: By, first: First = None, last: Last = None, home: Home = None) -> None:
    """Record days on which a person neither acts nor reads; without a last day, until the return is recorded."""
    from lims.cli.staff import run_absent  # noqa: PLC0415 - see lims.cli.application

    run_absent(number, first=first, last=last, by=by, home=home)


@staff.command("return")
def come_back(number: Number, by: By, home: Home = None) -> None:
    """Record that a person is back."""
    from lims.cli.staff import run_return  # noqa: PLC0415 - see lims.cli.application

    run_return(number, by=by, home=home)


@staff.command("leave")
def leave(number: Number, by: By, home: Home = None) -> None:
    """Record that a person left: no act from now on, every session closed."""
    from lims.cli.staff import run_leave  # noqa: PLC0415 - see lims.cli.application

    run_leave(number, by=by, home=home)


@staff.command("delegate")
def delegate(
    role: Annotated[Role, typer.Argument(help="head or quality manager: the role of the person who acts.")],
    to: Annotated[str, typer.Option(help="Staff number of the person who stands in.")],
    by: By,
    last: LastNeeded,
    first: First = None,
    home: Home = None,
) -> None:
    """Lend the own role to another person for some days; entries of acts under it say so."""
    from lims.cli.staff import run_delegate  # noqa: PLC0415 - see lims.cli.application

    run_delegate(role, to=to, first=first, last=last, by=by, home=home)


@staff.command("recall")
def recall(
    role: Annotated[Role, typer.Argument(help="The role that was lent.")],
    to: Annotated[str, typer.Option(help="Staff number of the person who stands in.")],
    by: By,
    home: Home = None,
) -> None:
    """Take back a role that was lent."""
    from lims.cli.staff import run_recall  # noqa: PLC0415 - see lims.cli.application

    run_recall(role, to=to, by=by, home=home)


@staff.command("list")
def people(as_json: Json = False, home: Home = None) -> None:
    """List everybody who was ever on the staff, with roles and standing of today."""
    from lims.cli.staff import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list(as_json=as_json, home=home)


@competence.command("grant")
def grant(  # noqa: PLR0913, PLR0917 - each option is a parameter
    number: Number,
    method: Annotated[str, typer.Option(help="Number of the method, or EI-IDENTIFICATION.")],
    basis: Annotated[str, typer.Option(help="The record that shows it: training file, proficiency test.")],
    by: By,
    first: First = None,
    last: Last = None,
    task: Annotated[list[CompetenceTask] | None, typer.Option(help="For this only; may be repeated.")] = None,
    matrix: Annotated[list[ExhibitKind] | None, typer.Option(help="For such objects only; may be repeated.")] = None,
    proficiency: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Day of the last proficiency test passed.")
    ] = None,
    home: Home = None,
) -> None:
    """Grant a competence; the head or the quality manager does, never for the own person."""
    from lims.cli.staff import run_grant  # noqa: PLC0415 - see lims.cli.application

    scope = CompetenceScope(
        tasks=tuple(task or ()),
        matrices=tuple(matrix or ()),
        proficiency_on=proficiency.date() if proficiency else None,
    )
    run_grant(number, method=method, basis=basis, first=first, last=last, scope=scope, by=by, home=home)


@competence.command("withdraw")
def withdraw(
    number: Annotated[str, typer.Argument(help="Number of the competence.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By,
    home: Home = None,
) -> None:
    """Withdraw a competence from now on; what was done under it stays valid."""
    from lims.cli.staff import run_withdraw  # noqa: PLC0415 - see lims.cli.application

    run_withdraw(number, reason=reason, by=by, home=home)


@competence.command("list")
def competences(
    number: Annotated[str | None, typer.Argument(help="Staff number; everybody if none.")] = None,
    day: Annotated[
        datetime | None, typer.Option("--on", formats=_DAY, help="Those that held on a day, also one that has passed.")
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List competences."""
    from lims.cli.staff import run_competences  # noqa: PLC0415 - see lims.cli.application

    run_competences(number, day=day, as_json=as_json, home=home)
