"""The commands of ``aigaq custody``, ``aigaq place`` and ``aigaq labels``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.domain.custody import SealCondition
from lims.domain.place import PlaceKind

custody = typer.Typer(help="Custody: who holds an exhibit or an aliquot, and where it lies.", no_args_is_help=True)
place = typer.Typer(help="Storage places.", no_args_is_help=True)

Numbers = Annotated[
    list[str], typer.Argument(help="Numbers of exhibits or aliquots, or their labels as a scanner types them.")
]
Number = Annotated[str, typer.Argument(help="Number of an exhibit or aliquot, or its label as a scanner types it.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Purpose = Annotated[str, typer.Option(help="Why.")]
Witness = Annotated[str, typer.Option(help="Staff number of the second person; asks for that password too.")]
Back = Annotated[
    datetime | None, typer.Option("--back-by", formats=["%Y-%m-%d"], help="Day by which they are given back.")
]
At = Annotated[
    datetime | None,
    typer.Option("--at", formats=["%Y-%m-%dT%H:%M%z"], help="When it happened, if not now: 2026-11-22T09:30+0500."),
]
Permission = Annotated[str, typer.Option(help="Who permitted it, and under which number.")]
ActNumber = Annotated[str, typer.Option("--act", help="Number of the act of return or destruction.")]
Protocol = Annotated[str, typer.Option(help="Number of the protocol.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@custody.command("show")
def show(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Show an exhibit's timeline and every gap in it; exit code 4 if there is one."""
    from lims.cli.custody import run_show  # noqa: PLC0415 - see lims.cli.application

    run_show(number, as_json=as_json, home=home)


@custody.command("hand-over")
def hand_over(
    numbers: Numbers,
    to: Annotated[str, typer.Option(help="Staff number of the person who takes them; asks for that password too.")],
    purpose: Purpose,
    by: By,
    back_by: Back = None,
    at: At = None,
    home: Home = None,
) -> None:
    """Hand exhibits over, both people at this console: first the one who gives confirms, then the one who takes."""
    from lims.cli.custody import run_hand_over  # noqa: PLC0415 - see lims.cli.application

    run_hand_over(numbers, to=to, purpose=purpose, by=by, back_by=back_by, at=at, home=home)


@custody.command("withdraw")
def withdraw(
    number: Annotated[str, typer.Argument(help="Number of the transfer.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By,
    home: Home = None,
) -> None:
    """Take back an offer that was not answered."""
    from lims.cli.custody import run_withdraw  # noqa: PLC0415 - see lims.cli.application

    run_withdraw(number, reason=reason, by=by, home=home)


@custody.command("store")
def store(
    numbers: Numbers,
    to: Annotated[str, typer.Option(help="Number of the place, or its label.")],
    purpose: Purpose,
    by: By,
    witness: Witness = "",
    at: At = None,
    home: Home = None,
) -> None:
    """Put exhibits into a place; a vault needs a witness."""
    from lims.cli.custody import run_store  # noqa: PLC0415 - see lims.cli.application

    run_store(numbers, to=to, purpose=purpose, by=by, witness=witness, at=at, home=home)


@custody.command("take-out")
def take_out(
    numbers: Numbers,
    purpose: Purpose,
    by: By,
    witness: Witness = "",
    back_by: Back = None,
    at: At = None,
    home: Home = None,
) -> None:
    """Take exhibits out of their place into the own hands; a vault needs a witness."""
    from lims.cli.custody import run_take_out  # noqa: PLC0415 - see lims.cli.application

    run_take_out(numbers, purpose=purpose, by=by, witness=witness, back_by=back_by, at=at, home=home)


@custody.command("return")
def give_back(  # noqa: PLR0913, PLR0917 - each option is a parameter
    numbers: Numbers,
    to: Annotated[str, typer.Option(help="Who gets them.")],
    permission: Permission,
    act_number: ActNumber,
    protocol: Protocol,
    witness: Witness,
    by: By,
    purpose: Purpose = "return",
    home: Home = None,
) -> None:
    """Return exhibits; two people sign."""
    from lims.cli.custody import run_final  # noqa: PLC0415 - see lims.cli.application

    papers = {"permission_reference": permission, "act_number": act_number, "protocol_number": protocol}
    run_final(numbers, to=to, papers=papers, purpose=purpose, witness=witness, by=by, home=home)


@custody.command("destroy")
def destroy(
    numbers: Numbers,
    permission: Permission,
    act_number: ActNumber,
    protocol: Protocol,
    witness: Witness,
    by: By,
    purpose: Purpose = "destruction",
    home: Home = None,
) -> None:
    """Destroy exhibits; two people sign, and nothing happens to the exhibits any more."""
    from lims.cli.custody import run_final  # noqa: PLC0415 - see lims.cli.application

    papers = {"permission_reference": permission, "act_number": act_number, "protocol_number": protocol}
    run_final(numbers, to="", papers=papers, purpose=purpose, witness=witness, by=by, home=home)


@custody.command("open-seal")
def open_seal(
    number: Number,
    photograph: Annotated[str, typer.Option(help="Number of the photograph that shows the seal.")],
    by: By,
    seal: Annotated[str, typer.Option(help="The number as it is read; none where the seal is missing.")] = "",
    condition: Annotated[SealCondition, typer.Option(help="How it was found.")] = SealCondition.INTACT,
    home: Home = None,
) -> None:
    """Record that a seal was found, how, and opened."""
    from lims.cli.custody import run_open_seal  # noqa: PLC0415 - see lims.cli.application

    run_open_seal(number, seal=seal, condition=condition, photograph=photograph, by=by, home=home)


@custody.command("close-seal")
def close_seal(
    number: Number,
    seal: Annotated[str, typer.Option(help="The number of the new seal.")],
    by: By,
    photograph: Annotated[str, typer.Option(help="Number of the photograph that shows it.")] = "",
    home: Home = None,
) -> None:
    """Close an exhibit with a seal that was never used."""
    from lims.cli.custody import run_close_seal  # noqa: PLC0415 - see lims.cli.application

    run_close_seal(number, seal=seal, photograph=photograph, by=by, home=home)


@custody.command("begin-late")
def begin_late(
    number: Annotated[str, typer.Argument(help="Number of the aliquot, or its label as a scanner types it.")],
    reason: Annotated[str, typer.Option(help="Why nobody recorded its custody before.")],
    by: Annotated[str, typer.Option("--by", help="Staff number of the person who has it; asks for the password.")],
    home: Home = None,
) -> None:
    """Begin the custody of an aliquot that was taken without one; the time before stays unknown."""
    from lims.cli.custody import run_begin_late  # noqa: PLC0415 - see lims.cli.application

    run_begin_late(number, reason=reason, by=by, home=home)


@custody.command("overdue")
def overdue(as_json: Json = False, home: Home = None) -> None:
    """List the exhibits that should have been given back."""
    from lims.cli.custody import run_overdue  # noqa: PLC0415 - see lims.cli.application

    run_overdue(as_json=as_json, home=home)


@custody.command("count")
def count(
    where: Annotated[str, typer.Argument(help="Number of the place; of the second count, of the inventory.")],
    by: By,
    found: Annotated[list[str] | None, typer.Option("--found", help="Once for each exhibit, or its label.")] = None,
    home: Home = None,
) -> None:
    """Count a place; then another person counts it again, without seeing the first count."""
    from lims.cli.custody import run_count  # noqa: PLC0415 - see lims.cli.application

    run_count(where, found=found or [], by=by, home=home)


@place.command("add")
def add_place(
    name: Annotated[str, typer.Argument(help="As it is written on it.")],
    kind: Annotated[PlaceKind, typer.Option(help="What it is.")],
    by: By,
    inside: Annotated[str, typer.Option(help="Number of the place that it is in.")] = "",
    capacity: Annotated[int | None, typer.Option(min=1, help="How many exhibits it takes.")] = None,
    vault: Annotated[bool, typer.Option("--vault", help="What goes in and out needs a witness.")] = False,
    home: Home = None,
) -> None:
    """Add a storage place."""
    from lims.cli.custody import run_add_place  # noqa: PLC0415 - see lims.cli.application

    run_add_place(name, kind=kind, inside=inside, capacity=capacity, vault=vault, by=by, home=home)


@place.command("close")
def close_place(number: Annotated[str, typer.Argument(help="Number of the place.")], by: By, home: Home = None) -> None:
    """Take an empty place out of use."""
    from lims.cli.custody import run_close_place  # noqa: PLC0415 - see lims.cli.application

    run_close_place(number, by=by, home=home)


@place.command("list")
def places(as_json: Json = False, home: Home = None) -> None:
    """List all places with what lies in them."""
    from lims.cli.custody import run_places  # noqa: PLC0415 - see lims.cli.application

    run_places(as_json=as_json, home=home)


def labels(
    numbers: Annotated[list[str], typer.Argument(help="Numbers of exhibits and places.")],
    to: Annotated[Path, typer.Option("--to", help="The PDF to write; never over another file.")],
    single: Annotated[bool, typer.Option("--single", help="One label of 50 x 25 mm on each page.")] = False,
    skip: Annotated[int, typer.Option(min=0, help="Places of the first sheet that are used up.")] = 0,
    home: Home = None,
) -> None:
    """Write labels with QR code and Code 128 as a PDF; the sheet is that of the settings, [labels]."""
    from lims.cli.custody import run_labels  # noqa: PLC0415 - see lims.cli.application

    run_labels(numbers, to=to, single=single, skip=skip, home=home)
