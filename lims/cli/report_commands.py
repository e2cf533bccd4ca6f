"""The commands of ``aigaq report`` beside its verification: review, amendments and recipients."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.domain.report_item import ReportItem

report = typer.Typer(help="Reports.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Number = Annotated[str, typer.Argument(help="Number of the report.")]
Examination = Annotated[str, typer.Argument(help="Number of the examination.")]
CopyLanguage = Annotated[str, typer.Option(help="kk, ru or en.")]
NewFile = Annotated[Path, typer.Option(help="File to write; there must be nothing of that name.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day, as 2026-11-22.")]
Manner = Annotated[str, typer.Option(help="By hand, registered post, e-mail.")]
Reference = Annotated[str, typer.Option(help="Number of the letter or the receipt.")]


@report.command("amend")
def amend_report(
    number: Number,
    what: Annotated[str, typer.Option(help="What is to be changed; printed in the amendment.")],
    why: Annotated[str, typer.Option(help="The reason; printed in the amendment.")],
    by: By,
    identification: Annotated[
        list[str] | None, typer.Option(help="Number of a concluded identification that is to be concluded anew.")
    ] = None,
    home: Home = None,
) -> None:
    """Order an amendment of an issued report; the examination is open again, the report itself stays as it is."""
    from lims.cli.reports import run_amend  # noqa: PLC0415 - loaded when it runs

    run_amend(number, what=what, why=why, identifications=tuple(identification or ()), by=by, home=home)


@report.command("deliver")
def deliver_report(
    number: Number,
    recipient: Annotated[str, typer.Option(help="Who received it.")],
    on: Day,
    manner: Manner,
    by: By,
    reference: Reference = "",
    home: Home = None,
) -> None:
    """Record who received an issued report, when and how."""
    from lims.cli.reports import run_deliver  # noqa: PLC0415 - loaded when it runs

    run_deliver(number, recipient=recipient, on=on, manner=manner, reference=reference, by=by, home=home)


@report.command("packet")
def make_packet(
    number: Number,
    to: Annotated[Path, typer.Option(help="Folder to make; there must be nothing of that name.")],
    by: By,
    home: Home = None,
) -> None:
    """Make a folder with everything that somebody else needs to check a report; for head and quality manager."""
    from lims.cli.packets import run_packet  # noqa: PLC0415 - loaded when it runs

    run_packet(number, to=to, by=by, home=home)


@report.command("receipt")
def make_receipt(
    number: Number,
    to: Annotated[Path, typer.Option(help="File to write, or folder for it; never over another file.")],
    by: By,
    home: Home = None,
) -> None:
    """Write the receipt of a report: by it others can tell without the laboratory whether it was issued and stands."""
    from lims.cli.receipts import run_receipt  # noqa: PLC0415 - loaded when it runs

    run_receipt(number, to=to, by=by, home=home)


@report.command("recover")
def recover_reports(by: By, as_json: Json = False, home: Home = None) -> None:
    """Give up the numbers that a crash left without a document, and name the documents that it left without an entry.

    The application does this itself when it starts.
    """
    from lims.cli.recovery import run_recover  # noqa: PLC0415 - loaded when it runs

    run_recover(by=by, as_json=as_json, home=home)


@report.command("trust")
def write_trust(
    to: Annotated[Path, typer.Option(help="File to write; never over another file.")], home: Home = None
) -> None:
    """Write the certificates and ledger keys of this laboratory, for the option --trust of others."""
    from lims.cli.receipts import run_trust  # noqa: PLC0415 - loaded when it runs

    run_trust(to=to, home=home)


@report.command("verifier")
def write_verifier(
    to: Annotated[Path, typer.Option(help="File to write, or folder for it; never over another file.")],
    *,
    page: Annotated[bool, typer.Option("--page", help="The page for a browser instead of the Python program.")] = False,
) -> None:
    """Write a program that checks a report without this one: for Python's standard library, or for a browser."""
    from lims.cli.verifiers import run_report_page, run_report_verifier  # noqa: PLC0415 - loaded when it runs

    (run_report_page if page else run_report_verifier)(to=to)


@report.command("copy")
def copy_report(
    number: Number,
    language: CopyLanguage,
    to: NewFile,
    by: By,
    home: Home = None,
) -> None:
    """Write a copy of an issued report in another language; it carries no signatures and names the report."""
    from lims.cli.copies import run_copy  # noqa: PLC0415 - loaded when it runs

    run_copy(number, language=language, to=to, by=by, home=home)


@report.command("summary")
def summarise_report(
    number: Number,
    language: CopyLanguage,
    to: NewFile,
    by: By,
    home: Home = None,
) -> None:
    """Write the one-page summary of an issued report; it carries no signatures and names the report."""
    from lims.cli.copies import run_summary  # noqa: PLC0415 - loaded when it runs

    run_summary(number, language=language, to=to, by=by, home=home)


@report.command("notify")
def notify_recipient(
    number: Number,
    delivery: Annotated[int, typer.Option(min=1, help="Which delivery of the report, from 1.")],
    on: Day,
    manner: Manner,
    by: By,
    reference: Reference = "",
    home: Home = None,
) -> None:
    """Record that a recipient was told that a report no longer stands."""
    from lims.cli.reports import run_notify  # noqa: PLC0415 - loaded when it runs

    run_notify(number, place=delivery, on=on, manner=manner, reference=reference, by=by, home=home)


@report.command("recipients")
def list_recipients(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Print who received a report, and who was told that it no longer stands."""
    from lims.cli.reports import run_recipients  # noqa: PLC0415 - loaded when it runs

    run_recipients(number, as_json=as_json, home=home)


@report.command("notices")
def list_notices(as_json: Json = False, home: Home = None) -> None:
    """Name everybody who has still to be told that a report no longer stands; exit code 4 if somebody has."""
    from lims.cli.reports import run_notices  # noqa: PLC0415 - loaded when it runs

    run_notices(as_json=as_json, home=home)


@report.command("outdated")
def list_outdated(as_json: Json = False, home: Home = None) -> None:
    """Name the issued reports that describe records which were edited since; exit code 4 if there are any."""
    from lims.cli.reports import run_outdated  # noqa: PLC0415 - loaded when it runs

    run_outdated(as_json=as_json, home=home)


@report.command("changes")
def show_changes(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Print what changed since the report before this one of the same examination."""
    from lims.cli.reports import run_changes  # noqa: PLC0415 - loaded when it runs

    run_changes(number, as_json=as_json, home=home)


@report.command("comment")
def comment_report(
    number: Number, words: Annotated[str, typer.Option(help="The comment.")], by: By, home: Home = None
) -> None:
    """Comment on a report that is not issued yet."""
    from lims.cli.reports import run_comment  # noqa: PLC0415 - loaded when it runs

    run_comment(number, words=words, by=by, home=home)


@report.command("dispute")
def dispute_report(
    number: Number,
    words: Annotated[str, typer.Option(help="What is held against it.")],
    third: Annotated[str, typer.Option(help="Staff number of who decides if the two do not agree.")],
    by: By,
    home: Home = None,
) -> None:
    """Disagree with a report, as a technical reviewer; it waits until that is resolved."""
    from lims.cli.reports import run_dispute  # noqa: PLC0415 - loaded when it runs

    run_dispute(number, words=words, third=third, by=by, home=home)


@report.command("resolve")
def resolve_report(
    number: Number,
    words: Annotated[str, typer.Option(help="How it ended.")],
    by: By,
    stands: Annotated[bool, typer.Option("--stands/--returned", help="Whether the report stands.")] = True,
    home: Home = None,
) -> None:
    """Record how a disagreement about a report ended."""
    from lims.cli.reports import run_resolve  # noqa: PLC0415 - loaded when it runs

    run_resolve(number, words=words, stands=stands, by=by, home=home)


@report.command("lacks")
def list_lacks(examination: Examination, as_json: Json = False, home: Home = None) -> None:
    """Say what keeps the report of an examination from being signed; exit code 4 if anything does."""
    from lims.cli.gate import run_lacks  # noqa: PLC0415 - loaded when it runs

    run_lacks(examination, as_json=as_json, home=home)


@report.command("omit")
def omit_item(
    examination: Examination,
    item: Annotated[ReportItem, typer.Option(help="Letter of the item in ISO/IEC 17025, 7.8.2.1.")],
    reason: Annotated[str, typer.Option(help="Why the report leaves it out; printed there.")],
    by: By,
    home: Home = None,
) -> None:
    """State why the report of an examination leaves out an item that every report has."""
    from lims.cli.gate import run_omit  # noqa: PLC0415 - loaded when it runs

    run_omit(examination, item, reason=reason, by=by, home=home)


@report.command("answer")
def answer_question(
    examination: Examination,
    question: Annotated[int, typer.Argument(min=1, help="Number of the question in the order.")],
    by: By,
    ground: Annotated[
        list[str] | None,
        typer.Option(help="Number of a record that answers it: identification, weighing, sampling plan, ..."),
    ] = None,
    words: Annotated[str, typer.Option(help="What the expert says beside the records, or alone.")] = "",
    not_answered: Annotated[str, typer.Option(help="Why it is not answered; printed in the report.")] = "",
    home: Home = None,
) -> None:
    """State what answers a question of the order, or why it is not answered."""
    from lims.cli.gate import run_answer  # noqa: PLC0415 - loaded when it runs
    from lims.services.answering import AnswerFacts  # noqa: PLC0415

    facts = AnswerFacts(grounds=tuple(ground or ()), words=words, reason=not_answered)
    run_answer(examination, question, facts, by=by, home=home)


def init(
    laboratory: Annotated[str, typer.Option(help="Name of the laboratory, as reports print it.")],
    address: Annotated[str, typer.Option(help="Its address, as reports print it.")],
    home: Home = None,
) -> None:
    """Write the settings of a new laboratory, with every switch that keeps from harm on."""
    from lims.cli.gate import run_init  # noqa: PLC0415 - loaded when it runs

    run_init(laboratory=laboratory, address=address, home=home)
