"""The commands of ``aigaq case``, ``aigaq exhibit`` and ``aigaq donor``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.domain.deadline import TermStep
from lims.domain.discrepancy import Decision, DiscrepancySubject
from lims.domain.request import Consumption

case = typer.Typer(help="Cases: what comes in with an order, and what the order allows.", no_args_is_help=True)
exhibit = typer.Typer(help="Exhibits: discrepancies and photographs.", no_args_is_help=True)
donor = typer.Typer(help="Donors of biological material, under codes.", no_args_is_help=True)

_DAY = ["%Y-%m-%d"]
CaseNumber = Annotated[str, typer.Argument(help="Number of the case.")]
ExhibitNumber = Annotated[str, typer.Argument(help="Number of the exhibit.")]
DonorNumber = Annotated[str, typer.Argument(help="Number of the donor.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
On = Annotated[datetime, typer.Option("--on", formats=_DAY, help="The day from which it holds.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@case.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="TOML: case, seizures, exhibits; see docs/receiving.md.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Register everything that comes in with one order: all of it, or nothing."""
    from lims.cli.receiving import run_register  # noqa: PLC0415 - see lims.cli.application

    run_register(file, by=by, as_json=as_json, home=home)


@case.command("show")
def show(number: CaseNumber, as_json: Json = False, home: Home = None) -> None:
    """Show a case with its seizures, its exhibits in their tree, its donors' codes and its deadline."""
    from lims.cli.receiving import run_show  # noqa: PLC0415 - see lims.cli.application

    run_show(number, as_json=as_json, home=home)


@case.command("permit")
def permit(
    number: CaseNumber,
    extent: Annotated[Consumption, typer.Option(help="How much of an object may be used up.")],
    by: By,
    reference: Annotated[str, typer.Option(help="Where the appointing body says so.")] = "",
    home: Home = None,
) -> None:
    """Record what the appointing body says about using objects up."""
    from lims.cli.receiving import run_permit  # noqa: PLC0415 - see lims.cli.application

    run_permit(number, extent=extent, reference=reference, by=by, home=home)


@case.command("warn")
def warn(
    number: CaseNumber,
    on: On,
    by: By,
    reference: Annotated[str, typer.Option(help="Where the signed sheet is kept.")] = "",
    home: Home = None,
) -> None:
    """Record that the expert who acts signed the warning of liability on a day."""
    from lims.cli.receiving import run_warn  # noqa: PLC0415 - see lims.cli.application

    run_warn(number, on=on.date(), reference=reference, by=by, home=home)


@case.command("term")
def term(
    number: CaseNumber,
    step: Annotated[TermStep, typer.Argument(help="What happens to the clock.")],
    *,
    on: On,
    by: By,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Of an extension: the new due day.")] = None,
    reason: Annotated[str, typer.Option(help="Of a suspension, an extension.")] = "",
    decided_by: Annotated[str, typer.Option(help="Who allowed it.")] = "",
    home: Home = None,
) -> None:
    """Start, suspend, resume or extend the term of a case."""
    from lims.cli.receiving import run_term  # noqa: PLC0415 - see lims.cli.application

    last = until.date() if until else None
    run_term(number, step, on=on.date(), until=last, reason=reason, decided_by=decided_by, by=by, home=home)


@exhibit.command("discrepancy")
def discrepancy(  # noqa: PLR0913 - each option is a parameter
    number: ExhibitNumber,
    *,
    subject: Annotated[DiscrepancySubject, typer.Option(help="What does not agree.")],
    stated: Annotated[str, typer.Option(help="What the order or the inventory says.")],
    found: Annotated[str, typer.Option(help="What was seen.")],
    witness: Annotated[str, typer.Option(help="Staff number of the other person who saw it.")],
    told_to: Annotated[str, typer.Option(help="Who of the sender was told.")],
    told_how: Annotated[str, typer.Option(help="By letter, telephone, e-mail; with its number.")],
    by: By,
    home: Home = None,
) -> None:
    """Record what does not agree; nobody works on the exhibit until the sender has settled it."""
    from lims.cli.receiving import run_discrepancy  # noqa: PLC0415 - see lims.cli.application
    from lims.services.clarifying import DiscrepancyFacts  # noqa: PLC0415

    facts = DiscrepancyFacts(
        subject=subject, stated=stated, found=found, witness=witness, told_to=told_to, told_how=told_how
    )
    run_discrepancy(number, facts, by=by, home=home)


@exhibit.command("answer")
def answer(
    number: ExhibitNumber,
    place: Annotated[int, typer.Argument(min=1, help="Which discrepancy of the exhibit, from 1.")],
    *,
    decision: Annotated[Decision, typer.Option(help="What the sender wants.")],
    words: Annotated[str, typer.Option(help="What was said or written.")],
    given_by: Annotated[str, typer.Option(help="Who answered.")],
    by: By,
    disclaimer: Annotated[str, typer.Option(help="What the report has to say if it is examined anyway.")] = "",
    home: Home = None,
) -> None:
    """Record the sender's answer to a discrepancy."""
    from lims.cli.receiving import run_answer  # noqa: PLC0415 - see lims.cli.application
    from lims.services.clarifying import AnswerFacts  # noqa: PLC0415

    facts = AnswerFacts(decision=decision, words=words, given_by=given_by, disclaimer=disclaimer)
    run_answer(number, place, facts, by=by, home=home)


@exhibit.command("photograph")
def photograph(
    number: ExhibitNumber,
    file: Annotated[Path, typer.Argument(help="JPEG or PNG; kept as the camera wrote it.")],
    shows: Annotated[str, typer.Option(help="What is to be seen.")],
    by: By,
    home: Home = None,
) -> None:
    """Keep a photograph of an exhibit."""
    from lims.cli.receiving import run_photograph  # noqa: PLC0415 - see lims.cli.application

    run_photograph(number, file, shows=shows, by=by, home=home)


@donor.command("add")
def add_donor(
    number: CaseNumber,
    file: Annotated[Path, typer.Argument(help="TOML: name, birth_date, document; delete it afterwards.")],
    by: By,
    home: Home = None,
) -> None:
    """Register a donor of a case under a random code."""
    from lims.cli.receiving import run_add_donor  # noqa: PLC0415 - see lims.cli.application

    run_add_donor(number, file, by=by, home=home)


@donor.command("identity")
def identity(
    number: DonorNumber,
    purpose: Annotated[str, typer.Option(help="What for; recorded.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show who a donor is, to the head and to the examiner; the reading is recorded."""
    from lims.cli.receiving import run_identity  # noqa: PLC0415 - see lims.cli.application

    run_identity(number, purpose=purpose, by=by, as_json=as_json, home=home)


@donor.command("check")
def check(number: DonorNumber, as_json: Json = False, home: Home = None) -> None:
    """Hold what is kept of a donor against the ledger, without showing it; exit code 4 if a value was altered."""
    from lims.cli.receiving import run_check  # noqa: PLC0415 - see lims.cli.application

    run_check(number, as_json=as_json, home=home)


@donor.command("erase")
def erase(
    number: DonorNumber,
    court: Annotated[str, typer.Option(help="Which court ordered it.")],
    order: Annotated[str, typer.Option(help="Number of the order.")],
    on: Annotated[datetime, typer.Option("--order-date", formats=_DAY, help="Day of the order.")],
    by: By,
    home: Home = None,
) -> None:
    """Erase who a donor is, under a court order; the ledger stays as it is."""
    from lims.cli.receiving import run_erase  # noqa: PLC0415 - see lims.cli.application

    run_erase(number, court=court, order=order, on=on.date(), by=by, home=home)
