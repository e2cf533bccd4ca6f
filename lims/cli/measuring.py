"""``aigaq balance``, ``weighing``, ``aliquot``, ``mass`` and ``discrepancy``: measuring from the console."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import note, print_json, say
from lims.cli.registers import NOT_MET, decimal, one_reading
from lims.domain.record import body_of
from lims.domain.weighing import Shown, StatedMass, Weighing, WeighingPurpose, typed
from lims.domain.weight_uncertainty import round_up
from lims.errors import InvalidRecordError
from lims.instruments.balance import open_balance
from lims.services.weighing import AliquotFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What the options say of the display of a balance."""

    gross: str | None
    tare: str | None
    url: str | None
    with_tare: bool
    manual_reason: str


def run_read(url: str, *, immediate: bool, timeout_s: float, as_json: bool) -> None:
    """Read a balance."""
    with open_balance(url, timeout_s=timeout_s) as balance:
        serial = balance.serial()
        weight = balance.weight(immediate=immediate)
    if as_json:
        print_json({"serial": serial, "raw": weight.raw, "mass_g": str(weight.mass_g), "stable": weight.stable})
    else:
        say(f"{weight.mass_g} g{'' if weight.stable else ', not stable'} ({serial}: {weight.raw})")


def run_weigh(
    item: str,
    display: Display,
    *,
    balance: str,
    purpose: WeighingPurpose,
    k: str,
    by: str,
    as_json: bool,
    home: Path | None,
) -> None:
    """Weigh an item."""
    factor = decimal("k", k)
    here = seat(require_laboratory(home), by)
    shown = _shown(display)
    done = here.laboratory.weighing.weigh(item, shown, balance=balance, purpose=purpose, k=factor, actor=here.person)
    raised = done.discrepancy
    if as_json:
        print_json({"weighing": _weighing(done.weighing), "discrepancy": body_of(raised) if raised else None})
    else:
        say(_line(done.weighing))
        if raised:
            say(f"discrepancy {raised.number}: {raised.what}; {raised.title}")
    if raised:
        raise typer.Exit(NOT_MET)


def run_weighings(item: str, *, as_json: bool, home: Path | None) -> None:
    """List the weighings of an item."""
    _tell_weighings(require_laboratory(home).weighing.weighings(item), as_json=as_json)


def run_sum(numbers: list[str], *, as_json: bool, home: Path | None) -> None:
    """Add weighings."""
    found = require_laboratory(home).weighing.total(tuple(numbers))
    if as_json:
        print_json({**_mass(found.stated), "weighings": numbers, "correlated": list(found.correlated)})
    else:
        say(f"{_words(found.stated)}; correlated: {', '.join(found.correlated)}")


def run_doubtful(balance: str, *, as_json: bool, home: Path | None) -> None:
    """List weighings in doubt."""
    found = require_laboratory(home).weighing.doubtful(balance)
    _tell_weighings(found, as_json=as_json)
    if found:
        raise typer.Exit(NOT_MET)


def run_take(
    item: str,
    display: Display,
    stated: dict[str, str],
    *,
    balance: str,
    k: str,
    by: str,
    as_json: bool,
    home: Path | None,
) -> None:
    """Take an aliquot."""
    factor, facts = decimal("k", k), AliquotFacts(**stated)
    here = seat(require_laboratory(home), by)
    taken = here.laboratory.weighing.take_aliquot(
        item, _shown(display), facts, balance=balance, k=factor, actor=here.person
    )
    if as_json:
        print_json(body_of(taken))
    else:
        say(f"aliquot {taken.number}: {taken.title}, U {round_up(taken.u_g)} g")


def run_consume(item: str, *, mass: str, u: str, purpose: str, by: str, home: Path | None) -> None:
    """Record what was used up."""
    mass_g, u_g = decimal("mass", mass), decimal("uncertainty", u)
    here = seat(require_laboratory(home), by)
    kept = here.laboratory.weighing.consume(item, mass_g, u_g=u_g, purpose=purpose, actor=here.person)
    say(f"{item}: {kept.expected_g} g should be left")


def run_lose(item: str, *, mass: str, reason: str, by: str, home: Path | None) -> None:
    """Record a loss."""
    mass_g = decimal("mass", mass)
    here = seat(require_laboratory(home), by)
    kept = here.laboratory.weighing.lose(item, mass_g, reason=reason, actor=here.person)
    say(f"{item}: {kept.expected_g} g should be left")


def run_show_mass(item: str, *, as_json: bool, home: Path | None) -> None:
    """Show a mass balance."""
    kept = require_laboratory(home).weighing.mass_balance(item)
    if as_json:
        print_json({**body_of(kept), "expected_g": str(kept.expected_g), "state": kept.state})
        return
    say(f"{item}: {kept.before_g} g before, {kept.expected_g} g should be left, {kept.state}")
    parts: list[tuple[str, Decimal]] = [
        *((one.aliquot_number, one.mass_g) for one in kept.taken),
        *((f"used up: {one.purpose}", one.mass_g) for one in kept.consumed),
        *((f"lost: {one.reason}", one.mass_g) for one in kept.lost),
    ]
    for words, part_g in parts:
        say(f"  {part_g} g  {words}")


def run_close(number: str, *, finding: str, action: str, by: str, home: Path | None) -> None:
    """Close a difference of mass."""
    here = seat(require_laboratory(home), by)
    closed = here.laboratory.weighing.close_discrepancy(number, finding=finding, action=action, actor=here.person)
    say(f"discrepancy {closed.number}: {closed.state}")


def _shown(display: Display) -> Shown:
    if display.url is None:
        if display.with_tare:
            raise InvalidRecordError("--with-tare reads the balance; give --url, or --tare as the display shows it")
        tare = None if display.tare is None else typed(display.tare)
        return Shown(gross=one_reading(display.gross, None), tare=tare, manual_reason=display.manual_reason)
    if display.gross is not None or display.tare is not None or display.manual_reason:
        raise InvalidRecordError("the balance is read by --url; nothing is typed beside it")
    tare = None
    if display.with_tare:
        typer.prompt("Put the empty container on the balance, then Enter", default="", show_default=False, err=True)
        tare = one_reading(None, display.url)
        note(tare.raw)
    typer.prompt("Put on what is weighed, then Enter", default="", show_default=False, err=True)
    return Shown(gross=one_reading(None, display.url), tare=tare)


def _tell_weighings(weighings: tuple[Weighing, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([_weighing(one) for one in weighings])
        return
    for one in weighings:
        say(_line(one))


def _weighing(one: Weighing) -> dict[str, Any]:
    return {**body_of(one), "net_g": str(one.net_g), "manual": one.manual, "stated": _mass(one.stated)}


def _mass(stated: StatedMass) -> dict[str, str]:
    return {
        "mass_g": str(stated.mass_g),
        "u_g": str(stated.u_g),
        "k": str(stated.k),
        "coverage_percent": str(stated.coverage_percent),
    }


def _words(stated: StatedMass) -> str:
    return f"({stated.mass_g} ± {stated.u_g}) g, k = {stated.k}, {stated.coverage_percent} %"


def _line(one: Weighing) -> str:
    typed_words = f", typed: {one.manual_reason}" if one.manual else ""
    return f"{one.number}  {_words(one.stated)}, {one.purpose}, {one.balance_number}{typed_words}"
