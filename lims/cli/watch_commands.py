"""``aigaq watch``: the options, as the command line shows them."""

from pathlib import Path
from typing import Annotated

import typer

watch = typer.Typer(
    help="Watch: examined components are searched again when a release or an edition of the law came.",
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]


@watch.command("status")
def status(as_json: Json = False, home: Home = None) -> None:
    """Say how much is archived, and what remains to be searched in which release."""
    from lims.cli.watch import run_watch_status  # noqa: PLC0415 - help is quick without it

    run_watch_status(as_json=as_json, home=home)


@watch.command("run")
def run(
    release: Annotated[str | None, typer.Option(help="Only this release.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that search (default: as many as the work is worth).")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, help="About how many components one ledger entry is of.")] = 2000,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Search what remains and raise alerts; the program's own act. Ended at any point, the next run goes on there."""
    from lims.cli.watch import run_watch  # noqa: PLC0415 - help is quick without it

    run_watch(release=release, workers=workers, at_once=at_once, as_json=as_json, home=home)


@watch.command("clusters")
def clusters(
    least: Annotated[int, typer.Option(min=1, help="Exhibits of which a cluster's unknowns are, at least.")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="How many, the widest first.")] = 50,
    number: Annotated[str | None, typer.Option(help="Only this one, with every component.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List clusters of alike unknowns: in how many seizures and regions they were seen, and since when."""
    from lims.cli.watch_clusters import run_watch_clusters  # noqa: PLC0415 - help is quick without it

    run_watch_clusters(least=least, limit=limit, number=number, as_json=as_json, home=home)


@watch.command("name")
def name_cluster(
    number: Annotated[str, typer.Argument(help="Number of the cluster.")],
    name: Annotated[str, typer.Option(help="Provisional name; it says nothing of a structure.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Make a provisional substance of a cluster; it is never an identification."""
    from lims.cli.watch_clusters import run_watch_name  # noqa: PLC0415 - help is quick without it

    run_watch_name(number, name=name, by=by, as_json=as_json, home=home)


@watch.command("resolve")
def resolve(
    number: Annotated[str, typer.Argument(help="Number of the provisional substance.")],
    name: Annotated[str, typer.Option(help="What it turned out to be.")],
    basis: Annotated[str, typer.Option(help="What shows it.")],
    by: By,
    inchikey: Annotated[str, typer.Option(help="Its InChIKey, where it is known.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record what a provisional substance turned out to be; no examination changes by that."""
    from lims.cli.watch_clusters import run_watch_resolve  # noqa: PLC0415 - help is quick without it

    run_watch_resolve(number, name=name, inchikey=inchikey, basis=basis, by=by, as_json=as_json, home=home)


@watch.command("alerts")
def alerts(
    waiting: Annotated[bool, typer.Option("--open", help="Only those at which somebody has still to look.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 100,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List alerts, newest first."""
    from lims.cli.watch import run_watch_alerts  # noqa: PLC0415 - help is quick without it

    run_watch_alerts(waiting=waiting, limit=limit, as_json=as_json, home=home)


@watch.command("answer")
def answer(
    number: Annotated[str, typer.Argument(help="Number of the alert.")],
    outcome: Annotated[str, typer.Option(help="stands: what was decided stands; again: to be examined again.")],
    reason: Annotated[str, typer.Option(help="What was found.")],
    by: By,
    report: Annotated[
        bool, typer.Option("--report", help="About its issued reports: the act of the quality manager.")
    ] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record what an expert found who looked at the component again, or what becomes of its issued reports."""
    from lims.cli.watch import run_watch_answer  # noqa: PLC0415 - help is quick without it

    run_watch_answer(number, outcome=outcome, reason=reason, by=by, report=report, as_json=as_json, home=home)
