"""``aigaq instrument``, ``reagent`` and ``standard``: the registers from the console."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import Seat, seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.reagent import LotStatus
from lims.domain.record import Record, body_of
from lims.domain.weighing import Reading, typed
from lims.errors import InvalidRecordError
from lims.services.fact_file import read_facts
from lims.services.ports import ListedRecord
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts, UpkeepFacts
from lims.services.stocking import ReagentFacts, StandardFacts

NOT_MET = 4
"""Exit code of a check that failed and of a mass that does not fit, as of a batch that is not accepted."""


def run_add_instrument(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Register an instrument."""
    facts = read_facts(file, InstrumentFacts)
    here = _seat(by, home)
    _tell(here.laboratory.registering.add(facts, actor=here.person), as_json=as_json)


def run_calibrate(number: str, file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Record a calibration."""
    facts = read_facts(file, CalibrationFacts)
    here = _seat(by, home)
    _tell(here.laboratory.registering.calibrate(number, facts, actor=here.person), as_json=as_json)


def run_keep_up(number: str, file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Record service, repair, damage, a move or new firmware."""
    facts = read_facts(file, UpkeepFacts)
    here = _seat(by, home)
    _tell(here.laboratory.registering.keep_up(number, facts, actor=here.person), as_json=as_json)


def run_take_out(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Take an instrument out of service."""
    here = _seat(by, home)
    _tell(here.laboratory.registering.take_out(number, reason=reason, actor=here.person), as_json=False)


def run_put_back(number: str, *, check: str, by: str, home: Path | None) -> None:
    """Put an instrument back into service."""
    here = _seat(by, home)
    _tell(here.laboratory.registering.put_back(number, check=check, actor=here.person), as_json=False)


def run_check(
    number: str,
    *,
    weight: dict[str, str],
    reading: str | None,
    url: str | None,
    by: str,
    as_json: bool,
    home: Path | None,
) -> None:
    """Check a balance."""
    stated = CheckWeight(
        number=weight["number"],
        nominal_g=decimal("nominal mass", weight["nominal_g"]),
        tolerance_g=decimal("tolerance", weight["tolerance_g"]),
    )
    here = _seat(by, home)
    shown = one_reading(reading, url)
    check = here.laboratory.registering.check_balance(number, stated, reading=shown, actor=here.person)
    _tell(check, as_json=as_json)
    if not check.passed:
        raise typer.Exit(NOT_MET)


def run_show_instrument(number: str, *, as_json: bool, home: Path | None) -> None:
    """Show an instrument."""
    laboratory = require_laboratory(home)
    found = laboratory.registering.get(number)
    reasons = [one.reason for one in found.hindrances(laboratory.staffing.today())]
    if as_json:
        print_json({**body_of(found), "usable": not reasons, "hindrances": reasons})
        return
    say(f"{found.number}  {found.title}, serial {found.serial}, {found.place}: {found.state}")
    say(f"usable today: {'no, ' + '; '.join(reasons) if reasons else 'yes'}")


def run_list(what: str, *, as_json: bool, home: Path | None) -> None:
    """List a register."""
    laboratory = require_laboratory(home)
    lists: dict[str, Callable[[], Sequence[ListedRecord | Record]]] = {
        "instruments": laboratory.registering.instruments,
        "reagents": laboratory.stocking.reagents,
        "standards": laboratory.stocking.standards,
        "discrepancies": laboratory.weighing.discrepancies,
    }
    tell_list(lists[what](), as_json=as_json)


def run_add_reagent(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Register a lot of a reagent."""
    facts = read_facts(file, ReagentFacts)
    here = _seat(by, home)
    _tell(here.laboratory.stocking.add_reagent(facts, actor=here.person), as_json=as_json)


def run_open_reagent(number: str, *, by: str, home: Path | None) -> None:
    """Record that a lot was opened."""
    here = _seat(by, home)
    _tell(here.laboratory.stocking.open_reagent(number, actor=here.person), as_json=False)


def run_release(what: str, number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Let a lot out of quarantine."""
    here = _seat(by, home)
    stocking = here.laboratory.stocking
    step = stocking.release_reagent if what == "reagent" else stocking.release_standard
    _tell(step(number, reason=reason, actor=here.person), as_json=False)


def run_block(what: str, number: str, *, status: LotStatus, reason: str, by: str, home: Path | None) -> None:
    """Put a lot into quarantine, or discard it."""
    here = _seat(by, home)
    stocking = here.laboratory.stocking
    step = stocking.block_reagent if what == "reagent" else stocking.block_standard
    _tell(step(number, status=status, reason=reason, actor=here.person), as_json=False)


def run_add_standard(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Register a lot of a reference standard."""
    facts = read_facts(file, StandardFacts)
    here = _seat(by, home)
    _tell(here.laboratory.stocking.add_standard(facts, actor=here.person), as_json=as_json)


def run_use_standard(number: str, *, amount: str, purpose: str, by: str, home: Path | None) -> None:
    """Take some of a reference standard."""
    taken = decimal("amount", amount)
    here = _seat(by, home)
    _tell(here.laboratory.stocking.use_standard(number, taken, purpose=purpose, actor=here.person), as_json=False)


def run_reweigh(number: str, *, found: str, u: str, purpose: str, by: str, as_json: bool, home: Path | None) -> None:
    """Compare what is there with the book."""
    found_mg, u_mg = decimal("found", found), decimal("uncertainty", u)
    here = _seat(by, home)
    outcome = here.laboratory.stocking.reweigh_standard(number, found_mg, u_mg=u_mg, purpose=purpose, actor=here.person)
    raised = outcome.discrepancy
    if as_json:
        print_json({"standard": body_of(outcome.standard), "discrepancy": body_of(raised) if raised else None})
    else:
        _tell(outcome.standard, as_json=False)
        say(f"discrepancy {raised.number}: {raised.title}" if raised else "it fits")
    if raised:
        raise typer.Exit(NOT_MET)


def run_correct_standard(number: str, *, balance: str, discrepancy: str, by: str, home: Path | None) -> None:
    """Set the running balance right."""
    balance_mg = decimal("balance", balance)
    here = _seat(by, home)
    corrected = here.laboratory.stocking.correct_standard(
        number, balance_mg, discrepancy=discrepancy, actor=here.person
    )
    _tell(corrected, as_json=False)


def decimal(what: str, text: str) -> Decimal:
    """Read a number as it was typed.

    Raises
    ------
    InvalidRecordError
        If it is none.
    """
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidRecordError(f"{what}: {text!r} is no number") from error


def one_reading(text: str | None, url: str | None) -> Reading:
    """Take a reading from the balance itself, or as it was typed.

    Raises
    ------
    InvalidRecordError
        If neither or both are given.
    BalanceError, WeighingError
        If the balance cannot be read, or the text is no mass.
    """
    if (text is None) == (url is None):
        raise InvalidRecordError("give --url to read the balance, or what its display shows; one of the two")
    if url is None:
        return typed(text or "")
    from lims.instruments.balance import open_balance  # noqa: PLC0415 - needs a terminal's settings

    with open_balance(url) as balance:
        return balance.reading()


def tell_list(lines: Sequence[ListedRecord | Record], *, as_json: bool) -> None:
    """Print a list."""
    if as_json:
        print_json([_line(line) for line in lines])
        return
    for line in lines:
        say(f"{line.number}  {line.title}: {line.state}")


def _line(line: ListedRecord | Record) -> dict[str, Any]:
    return {"number": line.number, "title": line.title, "state": line.state, "version": line.version}


def _tell(record: Record, *, as_json: bool) -> None:
    if as_json:
        print_json(body_of(record))
    else:
        say(f"{record.KIND} {record.number}: {record.title}, {record.state}")


def _seat(by: str, home: Path | None) -> Seat:
    return seat(require_laboratory(home), by)
