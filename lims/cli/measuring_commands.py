"""The commands of ``aigaq balance``, ``weighing``, ``aliquot``, ``mass`` and ``discrepancy``."""

from typing import Annotated

import typer

from lims.cli.register_commands import By, Home, Json, Url
from lims.domain.weighing import WeighingPurpose

balance = typer.Typer(help="Balances that speak MT-SICS.", no_args_is_help=True)
weighing = typer.Typer(help="Weighings of exhibits, parts and aliquots.", no_args_is_help=True)
aliquot = typer.Typer(help="Aliquots.", no_args_is_help=True)
mass = typer.Typer(help="What becomes of the mass of an item.", no_args_is_help=True)
discrepancy = typer.Typer(help="Differences of mass; the quality manager closes them.", no_args_is_help=True)

Item = Annotated[str, typer.Argument(help="Number of the exhibit, part or aliquot.")]
BalanceNumber = Annotated[str, typer.Option("--balance", help="Number of the balance.")]
Gross = Annotated[str | None, typer.Option(help="As the display shows it, for example '15.37 g'.")]
Tare = Annotated[str | None, typer.Option(help="The same of the empty container; none if it was tared away.")]
Reason = Annotated[str, typer.Option("--manual-reason", help="Why readings are typed.")]
Factor = Annotated[str, typer.Option("--k", help="Coverage factor: 2 (95.45 %) or 3 (99.73 %).")]
WithTare = Annotated[bool, typer.Option("--with-tare", help="With --url: read the empty container first.")]


@balance.command("read")
def read_balance(
    url: Annotated[str, typer.Option(help="tcp://host:port or serial:///dev/ttyS0, with ?baud=9600 if needed.")],
    immediate: Annotated[bool, typer.Option("--immediate", help="Do not wait for rest.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds to wait for each answer.")] = 30.0,
    as_json: Json = False,
) -> None:
    """Read a balance; nothing is recorded."""
    from lims.cli.measuring import run_read  # noqa: PLC0415 - see lims.cli.application

    run_read(url, immediate=immediate, timeout_s=timeout, as_json=as_json)


@weighing.command("add")
def add_weighing(  # noqa: PLR0913 - each option is a parameter
    *,
    item: Item,
    balance_number: BalanceNumber,
    purpose: Annotated[WeighingPurpose, typer.Option(help="What is weighed.")],
    by: By,
    gross: Gross = None,
    tare: Tare = None,
    url: Url = None,
    with_tare: WithTare = False,
    manual_reason: Reason = "",
    k: Factor = "2",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Weigh an item; exit code 4 if what is left does not fit."""
    from lims.cli.measuring import Display, run_weigh  # noqa: PLC0415 - see lims.cli.application

    display = Display(gross=gross, tare=tare, url=url, with_tare=with_tare, manual_reason=manual_reason)
    run_weigh(item, display, balance=balance_number, purpose=purpose, k=k, by=by, as_json=as_json, home=home)


@weighing.command("list")
def list_weighings(item: Item, as_json: Json = False, home: Home = None) -> None:
    """List the weighings of an item."""
    from lims.cli.measuring import run_weighings  # noqa: PLC0415 - see lims.cli.application

    run_weighings(item, as_json=as_json, home=home)


@weighing.command("sum")
def sum_of_weighings(
    numbers: Annotated[list[str], typer.Argument(help="Numbers of weighings.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Add weighings, with linearity and calibration of the balance as correlated."""
    from lims.cli.measuring import run_sum  # noqa: PLC0415 - see lims.cli.application

    run_sum(numbers, as_json=as_json, home=home)


@weighing.command("doubtful")
def doubtful(
    balance_number: Annotated[str, typer.Argument(help="Number of the balance.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List weighings that a failed check of the balance puts in doubt; exit code 4 if there are any."""
    from lims.cli.measuring import run_doubtful  # noqa: PLC0415 - see lims.cli.application

    run_doubtful(balance_number, as_json=as_json, home=home)


@aliquot.command("take")
def take_aliquot(  # noqa: PLR0913 - each option is a parameter
    *,
    item: Item,
    balance_number: BalanceNumber,
    purpose: Annotated[str, typer.Option(help="What for.")],
    by: By,
    container: Annotated[str, typer.Option(help="What it lies in.")] = "",
    gross: Gross = None,
    tare: Tare = None,
    url: Url = None,
    with_tare: WithTare = False,
    manual_reason: Reason = "",
    k: Factor = "2",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Take an aliquot and weigh it."""
    from lims.cli.measuring import Display, run_take  # noqa: PLC0415 - see lims.cli.application

    display = Display(gross=gross, tare=tare, url=url, with_tare=with_tare, manual_reason=manual_reason)
    stated = {"purpose": purpose, "container": container}
    run_take(item, display, stated, balance=balance_number, k=k, by=by, as_json=as_json, home=home)


@mass.command("consume")
def consume(
    item: Item,
    mass_g: Annotated[str, typer.Option("--mass", help="Used up, in g.")],
    u_g: Annotated[str, typer.Option("--u", help="Its expanded uncertainty, in g.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    by: By,
    home: Home = None,
) -> None:
    """Record what was used up, under the permission of the appointing body."""
    from lims.cli.measuring import run_consume  # noqa: PLC0415 - see lims.cli.application

    run_consume(item, mass=mass_g, u=u_g, purpose=purpose, by=by, home=home)


@mass.command("lose")
def lose(
    item: Item,
    mass_g: Annotated[str, typer.Option("--mass", help="Lost, in g.")],
    reason: Annotated[str, typer.Option(help="How.")],
    by: By,
    home: Home = None,
) -> None:
    """Record a loss."""
    from lims.cli.measuring import run_lose  # noqa: PLC0415 - see lims.cli.application

    run_lose(item, mass=mass_g, reason=reason, by=by, home=home)


@mass.command("show")
def show_mass(item: Item, as_json: Json = False, home: Home = None) -> None:
    """Show what became of the mass of an item."""
    from lims.cli.measuring import run_show_mass  # noqa: PLC0415 - see lims.cli.application

    run_show_mass(item, as_json=as_json, home=home)


@discrepancy.command("list")
def list_discrepancies(as_json: Json = False, home: Home = None) -> None:
    """List differences of mass."""
    from lims.cli.registers import run_list  # noqa: PLC0415 - see lims.cli.application

    run_list("discrepancies", as_json=as_json, home=home)


@discrepancy.command("close")
def close_discrepancy(
    number: Annotated[str, typer.Argument(help="Number of the discrepancy.")],
    finding: Annotated[str, typer.Option(help="What was found.")],
    action: Annotated[str, typer.Option(help="What was done.")],
    by: By,
    home: Home = None,
) -> None:
    """Close a difference; the quality manager does."""
    from lims.cli.measuring import run_close  # noqa: PLC0415 - see lims.cli.application

    run_close(number, finding=finding, action=action, by=by, home=home)
