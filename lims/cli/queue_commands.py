"""``aigaq queue`` and ``turnaround``: the options, as the command line shows them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
_DAY = ["%Y-%m-%d"]


def queue(
    person: Annotated[str | None, typer.Option(help="Staff number: what waits for this person alone.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is late.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 100,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say what waits for whom, late first, with the deadline of its case."""
    from lims.cli.queues import run_queue  # noqa: PLC0415 - help is quick without it

    run_queue(person=person, late=late, limit=limit, as_json=as_json, home=home)


def turnaround(
    first: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day of receipt.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day of receipt.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say how long cases take from step to step, by region, category and month of receipt."""
    from lims.cli.queues import run_turnaround  # noqa: PLC0415 - help is quick without it

    run_turnaround(
        first=first.date() if first else None, last=last.date() if last else None, as_json=as_json, home=home
    )
