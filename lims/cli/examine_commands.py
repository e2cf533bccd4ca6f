"""The commands of ``aigaq procedure``, ``deviation``, ``finding`` and ``identification``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.domain.identification import Conclusion, Verdict

procedure = typer.Typer(help="Procedures: what a method's number stands for, and its validation.", no_args_is_help=True)
deviation = typer.Typer(help="Deviations from procedures, authorised and accepted beforehand.", no_args_is_help=True)
finding = typer.Typer(help="Findings: what techniques at the bench showed.", no_args_is_help=True)
identification = typer.Typer(help="Identifications of exhibits by the rule.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Number = Annotated[str, typer.Argument(help="Its number.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day, as 2026-11-22.")]


@procedure.command("add")
def add_procedure(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/identification.md.")],
    by: By,
    replaces: Annotated[int | None, typer.Option(min=1, help="The version that this one replaces.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record a procedure, or a new text of one; it is in validation then."""
    from lims.cli.examine import run_add_procedure  # noqa: PLC0415 - loaded when it runs

    run_add_procedure(file, by=by, replaces=replaces, as_json=as_json, home=home)


@procedure.command("validate")
def validate_procedure(
    number: Number,
    on: Day,
    record: Annotated[str, typer.Option(help="The validation report.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """State that a procedure is validated, and so in force."""
    from lims.cli.examine import run_validate_procedure  # noqa: PLC0415 - loaded when it runs

    run_validate_procedure(number, on=on, record=record, by=by, as_json=as_json, home=home)


@procedure.command("withdraw")
def withdraw_procedure(number: Number, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Take a procedure out of force from today on."""
    from lims.cli.examine import run_withdraw_procedure  # noqa: PLC0415 - loaded when it runs

    run_withdraw_procedure(number, reason=reason, by=by, as_json=as_json, home=home)


@procedure.command("show")
def show_procedure(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Print a procedure with the categories of its techniques."""
    from lims.cli.examine import run_show_procedure  # noqa: PLC0415 - loaded when it runs

    run_show_procedure(number, as_json=as_json, home=home)


@deviation.command("ask")
def ask_deviation(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")],
    procedure_number: Annotated[str, typer.Option("--procedure", help="Its number.")],
    departure: Annotated[str, typer.Option(help="What is done otherwise.")],
    justification: Annotated[str, typer.Option(help="Why.")],
    by: By,
    home: Home = None,
) -> None:
    """Ask to depart from a procedure on one exhibit."""
    from lims.cli.examine import run_ask_deviation  # noqa: PLC0415 - loaded when it runs

    run_ask_deviation(exhibit, procedure_number, departure=departure, justification=justification, by=by, home=home)


@deviation.command("authorise")
def authorise_deviation(number: Number, by: By, home: Home = None) -> None:
    """Allow a deviation in the laboratory."""
    from lims.cli.examine import run_authorise_deviation  # noqa: PLC0415 - loaded when it runs

    run_authorise_deviation(number, by=by, home=home)


@deviation.command("accept")
def accept_deviation(
    number: Number,
    customer: Annotated[str, typer.Option(help="Body and person.")],
    reference: Annotated[str, typer.Option(help="The letter that says so.")],
    on: Day,
    by: By,
    home: Home = None,
) -> None:
    """Record that the customer accepts a deviation."""
    from lims.cli.examine import run_accept_deviation  # noqa: PLC0415 - loaded when it runs

    run_accept_deviation(number, customer=customer, reference=reference, on=on, by=by, home=home)


@finding.command("add")
def add_finding(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/identification.md.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record what a technique showed, with its evidence."""
    from lims.cli.examine import run_add_finding  # noqa: PLC0415 - loaded when it runs

    run_add_finding(file, by=by, as_json=as_json, home=home)


@finding.command("correct")
def correct_finding(
    number: Number,
    file: Annotated[Path, typer.Argument(help="TOML with all facts; evidence in it is added.")],
    reason: Reason,
    version: Annotated[int, typer.Option(min=1, help="The version that is corrected.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record other facts in place of a finding's; the version before stays."""
    from lims.cli.examine import run_correct_finding  # noqa: PLC0415 - loaded when it runs

    run_correct_finding(number, file, reason=reason, version=version, by=by, as_json=as_json, home=home)


@finding.command("discard")
def discard_finding(number: Number, reason: Reason, by: By, home: Home = None) -> None:
    """Take a finding out of use; it stays listed."""
    from lims.cli.examine import run_discard_finding  # noqa: PLC0415 - loaded when it runs

    run_discard_finding(number, reason=reason, by=by, home=home)


@finding.command("list")
def list_findings(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")], as_json: Json = False, home: Home = None
) -> None:
    """Print all findings of an exhibit, discarded ones too."""
    from lims.cli.examine import run_list_findings  # noqa: PLC0415 - loaded when it runs

    run_list_findings(exhibit, as_json=as_json, home=home)


@identification.command("open")
def open_identification(
    file: Annotated[Path, typer.Argument(help="TOML with question and basis; see docs/identification.md.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Put a substance in question, with the results that are there."""
    from lims.cli.examine import run_open_identification  # noqa: PLC0415 - loaded when it runs

    run_open_identification(file, by=by, as_json=as_json, home=home)


@identification.command("revise")
def revise_identification(
    number: Number,
    file: Annotated[Path, typer.Argument(help="TOML as for open; the question stays.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Put an identification on other results; its conclusion is drawn anew."""
    from lims.cli.examine import run_revise_identification  # noqa: PLC0415 - loaded when it runs

    run_revise_identification(number, file, by=by, as_json=as_json, home=home)


@identification.command("conclude")
def conclude_identification(
    number: Number,
    conclusion: Annotated[Conclusion, typer.Option("--as", help="What is concluded.")],
    by: By,
    class_name: Annotated[str, typer.Option(help="Of a class only.")] = "",
    scope: Annotated[str, typer.Option(help="Of 'not detected': what would have shown, from which amount on.")] = "",
    reason: Annotated[str, typer.Option(help="Needed for 'inconclusive'.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Draw the conclusion, as far as the rule lets it be drawn."""
    from lims.cli.examine import run_conclude  # noqa: PLC0415 - loaded when it runs

    verdict = Verdict(conclusion=conclusion, class_name=class_name, scope=scope, reason=reason)
    run_conclude(number, verdict, by=by, as_json=as_json, home=home)


@identification.command("agree")
def agree_identification(number: Number, by: By, home: Home = None) -> None:
    """Record that a second person comes to the same conclusion."""
    from lims.cli.examine import run_agree  # noqa: PLC0415 - loaded when it runs

    run_agree(number, by=by, home=home)


@identification.command("dispute")
def dispute_identification(
    number: Number, words: Annotated[str, typer.Option(help="What speaks against it.")], by: By, home: Home = None
) -> None:
    """Record that a second person comes to another conclusion."""
    from lims.cli.examine import run_dispute  # noqa: PLC0415 - loaded when it runs

    run_dispute(number, words=words, by=by, home=home)


@identification.command("resolve")
def resolve_identification(
    number: Number,
    words: Annotated[str, typer.Option(help="What was found out.")],
    stands: Annotated[bool, typer.Option("--stands/--falls", help="Whether the conclusion stands.")],
    by: By,
    home: Home = None,
) -> None:
    """End a disagreement; what both said stays."""
    from lims.cli.examine import run_resolve  # noqa: PLC0415 - loaded when it runs

    run_resolve(number, words=words, stands=stands, by=by, home=home)


@identification.command("show")
def show_identifications(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")], as_json: Json = False, home: Home = None
) -> None:
    """Print the identifications of an exhibit, what each lacks, and what keeps them from a report."""
    from lims.cli.examine import run_show_identifications  # noqa: PLC0415 - loaded when it runs

    run_show_identifications(exhibit, as_json=as_json, home=home)
