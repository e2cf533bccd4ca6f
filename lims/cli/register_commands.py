"""The commands of ``aigaq instrument``, ``reagent`` and ``standard``."""

from pathlib import Path
from typing import Annotated

import typer

from lims.domain.reagent import LotStatus

instrument = typer.Typer(help="Instruments: calibration, service, status, daily check.", no_args_is_help=True)
reagent = typer.Typer(help="Lots of reagents and test kits.", no_args_is_help=True)
standard = typer.Typer(help="Lots of reference standards, with a running balance.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Number in the register.")]
File = Annotated[Path, typer.Argument(help="TOML; see docs/measuring.md.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
Url = Annotated[
    str | None, typer.Option("--url", help="tcp://host:port or serial:///dev/ttyS0: reads the balance itself.")
]
Blocked = Annotated[LotStatus, typer.Option("--to", help="quarantine or discarded.")]


@instrument.command("add")
def add_instrument(file: File, by: By, as_json: Json = False, home: Home = None) -> None:
    """Register an instrument."""
    from lims.cli.registers import run_add_instrument  # noqa: PLC0415 - see lims.cli.application

    run_add_instrument(file, by=by, as_json=as_json, home=home)


@instrument.command("calibrate")
def calibrate(number: Number, file: File, by: By, as_json: Json = False, home: Home = None) -> None:
    """Record a calibration; that of a balance with its uncertainty budget."""
    from lims.cli.registers import run_calibrate  # noqa: PLC0415 - see lims.cli.application

    run_calibrate(number, file, by=by, as_json=as_json, home=home)


@instrument.command("keep-up")
def keep_up(number: Number, file: File, by: By, as_json: Json = False, home: Home = None) -> None:
    """Record service, repair, damage, a move or new firmware."""
    from lims.cli.registers import run_keep_up  # noqa: PLC0415 - see lims.cli.application

    run_keep_up(number, file, by=by, as_json=as_json, home=home)


@instrument.command("take-out")
def take_out(number: Number, reason: Reason, by: By, home: Home = None) -> None:
    """Take an instrument out of service."""
    from lims.cli.registers import run_take_out  # noqa: PLC0415 - see lims.cli.application

    run_take_out(number, reason=reason, by=by, home=home)


@instrument.command("put-back")
def put_back(
    number: Number,
    check: Annotated[str, typer.Option(help="The check that showed that it works.")],
    by: By,
    home: Home = None,
) -> None:
    """Put an instrument back into service after a check."""
    from lims.cli.registers import run_put_back  # noqa: PLC0415 - see lims.cli.application

    run_put_back(number, check=check, by=by, home=home)


@instrument.command("check")
def check_balance(  # noqa: PLR0913 - each option is a parameter
    *,
    number: Number,
    weight: Annotated[str, typer.Option(help="Number of the check weight.")],
    nominal: Annotated[str, typer.Option(help="Its mass in g.")],
    tolerance: Annotated[str, typer.Option(help="How far the reading may be from it, in g.")],
    by: By,
    reading: Annotated[str | None, typer.Option(help="As the display shows it, for example '100.00 g'.")] = None,
    url: Url = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Check a balance with a weight; exit code 4 if it fails."""
    from lims.cli.registers import run_check  # noqa: PLC0415 - see lims.cli.application

    stated = {"number": weight, "nominal_g": nominal, "tolerance_g": tolerance}
    run_check(number, weight=stated, reading=reading, url=url, by=by, as_json=as_json, home=home)


@instrument.command("show")
def show_instrument(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Show an instrument, and whether it may be used today."""
    from lims.cli.registers import run_show_instrument  # noqa: PLC0415 - see lims.cli.application

    run_show_instrument(number, as_json=as_json, home=home)


@instrument.command("list")
def list_instruments(as_json: Json = False, home: Home = None) -> None:
    """List instruments."""
    from lims.cli.registers import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list("instruments", as_json=as_json, home=home)


@reagent.command("add")
def add_reagent(file: File, by: By, as_json: Json = False, home: Home = None) -> None:
    """Register a lot; it is in quarantine until it is released."""
    from lims.cli.registers import run_add_reagent  # noqa: PLC0415 - see lims.cli.application

    run_add_reagent(file, by=by, as_json=as_json, home=home)


@reagent.command("release")
def release_reagent(number: Number, reason: Reason, by: By, home: Home = None) -> None:
    """Let a lot out of quarantine."""
    from lims.cli.registers import run_release  # noqa: PLC0415 - see lims.cli.application

    run_release("reagent", number, reason=reason, by=by, home=home)


@reagent.command("open")
def open_reagent(number: Number, by: By, home: Home = None) -> None:
    """Record that a lot was opened today."""
    from lims.cli.registers import run_open_reagent  # noqa: PLC0415 - see lims.cli.application

    run_open_reagent(number, by=by, home=home)


@reagent.command("block")
def block_reagent(number: Number, status: Blocked, reason: Reason, by: By, home: Home = None) -> None:
    """Put a lot into quarantine, or discard it."""
    from lims.cli.registers import run_block  # noqa: PLC0415 - see lims.cli.application

    run_block("reagent", number, status=status, reason=reason, by=by, home=home)


@reagent.command("list")
def list_reagents(as_json: Json = False, home: Home = None) -> None:
    """List lots of reagents."""
    from lims.cli.registers import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list("reagents", as_json=as_json, home=home)


@standard.command("add")
def add_standard(file: File, by: By, as_json: Json = False, home: Home = None) -> None:
    """Register a lot; it is in quarantine until it is released."""
    from lims.cli.registers import run_add_standard  # noqa: PLC0415 - see lims.cli.application

    run_add_standard(file, by=by, as_json=as_json, home=home)


@standard.command("release")
def release_standard(number: Number, reason: Reason, by: By, home: Home = None) -> None:
    """Let a lot out of quarantine."""
    from lims.cli.registers import run_release  # noqa: PLC0415 - see lims.cli.application

    run_release("standard", number, reason=reason, by=by, home=home)


@standard.command("use")
def use_standard(
    number: Number,
    amount: Annotated[str, typer.Option(help="Taken, in mg.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    by: By,
    home: Home = None,
) -> None:
    """Take some of a reference standard."""
    from lims.cli.registers import run_use_standard  # noqa: PLC0415 - see lims.cli.application

    run_use_standard(number, amount=amount, purpose=purpose, by=by, home=home)


@standard.command("reweigh")
def reweigh_standard(
    *,
    number: Number,
    found: Annotated[str, typer.Option(help="What is there, in mg.")],
    u: Annotated[str, typer.Option(help="Its expanded uncertainty, in mg.")],
    purpose: Annotated[str, typer.Option(help="For example 'unannounced reweigh'.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Compare what is there with the book; exit code 4 if a difference goes to the quality manager."""
    from lims.cli.registers import run_reweigh  # noqa: PLC0415 - see lims.cli.application

    run_reweigh(number, found=found, u=u, purpose=purpose, by=by, as_json=as_json, home=home)


@standard.command("correct")
def correct_standard(
    number: Number,
    balance: Annotated[str, typer.Option(help="What is there, in mg.")],
    discrepancy: Annotated[str, typer.Option(help="Number of the closed discrepancy.")],
    by: By,
    home: Home = None,
) -> None:
    """Set the running balance right after a discrepancy was closed."""
    from lims.cli.registers import run_correct_standard  # noqa: PLC0415 - see lims.cli.application

    run_correct_standard(number, balance=balance, discrepancy=discrepancy, by=by, home=home)


@standard.command("block")
def block_standard(number: Number, status: Blocked, reason: Reason, by: By, home: Home = None) -> None:
    """Put a lot into quarantine, or discard it."""
    from lims.cli.registers import run_block  # noqa: PLC0415 - see lims.cli.application

    run_block("standard", number, status=status, reason=reason, by=by, home=home)


@standard.command("list")
def list_standards(as_json: Json = False, home: Home = None) -> None:
    """List lots of reference standards."""
    from lims.cli.registers import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list("standards", as_json=as_json, home=home)
