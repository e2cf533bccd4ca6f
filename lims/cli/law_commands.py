"""``aigaq law``: the options, as the command line shows them."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

law = typer.Typer(help="Control lists, generic rules and what they say about a structure.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of the laboratory.")]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Number = Annotated[str, typer.Argument(help="Its number.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the record.")]
ComparedWith = Annotated[str, typer.Option(help="The official text that it was compared with.")]
Replaces = Annotated[int | None, typer.Option(min=1, help="The version of the record that this one replaces.")]
DraftFile = Annotated[Path, typer.Argument(help="TOML; see docs/law.md.")]
_DAYS = ["%Y-%m-%d"]
_MOMENTS = ["%Y-%m-%dT%H:%M:%S%z"]


class Status(StrEnum):
    """The four answers, as an expert may say them."""

    LISTED_BY_NAME = "listed_by_name"
    COVERED_BY_RULE = "covered_by_rule"
    NOT_COVERED = "not_covered"
    CANNOT_DECIDE = "cannot_decide"


@law.command("check")
def check(
    cases: Annotated[Path, typer.Argument(help="CSV with the columns class and smiles; others are passed over.")],
    as_json: Json = False,
) -> None:
    """Judge each structure of a table by the rule of its class: match, no_match or cannot_decide."""
    from lims.cli.law import run_check  # noqa: PLC0415 - help is quick without it

    run_check(cases, as_json=as_json)


@law.command("derive")
def derive(
    cases: Annotated[Path, typer.Argument(help="CSV with the columns label, smiles and as_of.")],
    bases: Annotated[Path, typer.Option(help="CSV: base_id, label, smiles, valid_from, valid_to.")],
    substituents: Annotated[
        Path, typer.Option(help="CSV: fragment (with one [*] or two), valence, valid_from, valid_to.")
    ],
    as_json: Json = False,
) -> None:
    """Judge whether each structure derives, on its day, from a listed base by listed substituents."""
    from lims.cli.derive import run_derive  # noqa: PLC0415 - help is quick without it

    run_derive(cases, bases=bases, substituents=substituents, as_json=as_json)


@law.command("status")
def status(
    smiles: Annotated[list[str], typer.Argument(help="The structure; several where isomers are not told apart.")],
    jurisdiction: Annotated[str, typer.Option(help="KZ, UN, RU, US, UK, DE, CN, or one of the laboratory's book.")],
    as_of: Annotated[datetime, typer.Option(formats=_DAYS, help="The day whose law counts, as 2024-02-29.")],
    known_at: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="The book as it was known then; without: as it is.")
    ] = None,
    act: Annotated[list[str] | None, typer.Option(help="Ask this act only; may be repeated.")] = None,
    content: Annotated[str, typer.Option(help="Content of a preparation and its U, per cent, as 5.2,0.3.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Print the legal status of a structure on a day; without --home by the book that is shipped."""
    from lims.cli.law_status import run_status  # noqa: PLC0415 - help is quick without it

    run_status(
        smiles,
        jurisdiction=jurisdiction,
        as_of=as_of,
        known_at=known_at,
        acts=act or [],
        content=content,
        as_json=as_json,
        home=home,
    )


@law.command("acts")
def acts(
    jurisdiction: Annotated[str, typer.Option(help="Of this jurisdiction only.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List the acts of the book and what of them is not loaded."""
    from lims.cli.law_texts import run_acts  # noqa: PLC0415 - help is quick without it

    run_acts(jurisdiction=jurisdiction, as_json=as_json, home=home)


@law.command("editions")
def editions(
    act: Annotated[str, typer.Argument(help="Number of the act.")], as_json: Json = False, home: Home = None
) -> None:
    """List the editions of an act with their days, and gaps and overlaps between them."""
    from lims.cli.law_texts import run_editions  # noqa: PLC0415 - help is quick without it

    run_editions(act, as_json=as_json, home=home)


@law.command("draft-act")
def draft_act(file: DraftFile, by: By, replaces: Replaces = None, as_json: Json = False, home: Home = None) -> None:
    """Draft an act, or a correction of one."""
    from lims.cli.law_texts import run_draft_act  # noqa: PLC0415 - help is quick without it

    run_draft_act(file, replaces=replaces, by=by, as_json=as_json, home=home)


@law.command("draft-edition")
def draft_edition(file: DraftFile, by: By, replaces: Replaces = None, as_json: Json = False, home: Home = None) -> None:
    """Draft an edition of an act, or a correction of one."""
    from lims.cli.law_texts import run_draft_edition  # noqa: PLC0415 - help is quick without it

    run_draft_edition(file, replaces=replaces, by=by, as_json=as_json, home=home)


@law.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="CSV with rows of entries, exclusions or thresholds; see docs/law.md.")],
    table: Annotated[Path, typer.Option(help="TOML: number, edition, part, consolidated, complete; see docs/law.md.")],
    by: By,
    replaces: Replaces = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Draft a table from a CSV file: every row, or none."""
    from lims.cli.law_texts import run_import  # noqa: PLC0415 - help is quick without it

    run_import(file, table, replaces=replaces, by=by, as_json=as_json, home=home)


@law.command("confirm")
def confirm(number: Number, compared_with: ComparedWith, by: By, as_json: Json = False, home: Home = None) -> None:
    """Confirm a table or an act that another person drafted."""
    from lims.cli.law_texts import run_confirm  # noqa: PLC0415 - help is quick without it

    run_confirm(number, compared_with=compared_with, by=by, as_json=as_json, home=home)


@law.command("publish")
def publish(number: Number, compared_with: ComparedWith, by: By, as_json: Json = False, home: Home = None) -> None:
    """Put an edition with all its tables in the book."""
    from lims.cli.law_texts import run_publish  # noqa: PLC0415 - help is quick without it

    run_publish(number, compared_with=compared_with, by=by, as_json=as_json, home=home)


@law.command("return")
def send_back(number: Number, reason: Reason, by: By, as_json: Json = False, home: Home = None) -> None:
    """Send a draft back to its clerk."""
    from lims.cli.law_texts import run_return  # noqa: PLC0415 - help is quick without it

    run_return(number, reason=reason, by=by, as_json=as_json, home=home)


@law.command("show")
def show(number: Number, as_json: Json = False, home: Home = None) -> None:
    """Print an act, an edition or a table that was entered here, in any state."""
    from lims.cli.law_texts import run_show  # noqa: PLC0415 - help is quick without it

    run_show(number, as_json=as_json, home=home)


@law.command("texts")
def texts(as_json: Json = False, home: Home = None) -> None:
    """List what was entered here, newest first."""
    from lims.cli.law_texts import run_texts  # noqa: PLC0415 - help is quick without it

    run_texts(as_json=as_json, home=home)


@law.command("determine")
def determine_status(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/law.md.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record the legal status of what an exhibit holds, on the days of the seizure and of today."""
    from lims.cli.law_determinations import run_determine  # noqa: PLC0415 - help is quick without it

    run_determine(file, by=by, as_json=as_json, home=home)


@law.command("determinations")
def determinations(
    exhibit: Annotated[str, typer.Argument(help="Number of the exhibit.")], as_json: Json = False, home: Home = None
) -> None:
    """Print the determinations of an exhibit."""
    from lims.cli.law_determinations import run_determinations  # noqa: PLC0415 - help is quick without it

    run_determinations(exhibit, as_json=as_json, home=home)


@law.command("override")
def override(
    number: Number,
    result: Annotated[Status, typer.Option(help="What the expert says.")],
    reason: Reason,
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Put the expert's word beside the answer of a determination."""
    from lims.cli.law_determinations import run_override  # noqa: PLC0415 - help is quick without it

    run_override(number, result=result.value, reason=reason, by=by, as_json=as_json, home=home)


@law.command("review")
def review(number: Number, by: By, as_json: Json = False, home: Home = None) -> None:
    """Record that a second person looked at a determination."""
    from lims.cli.law_determinations import run_review  # noqa: PLC0415 - help is quick without it

    run_review(number, by=by, as_json=as_json, home=home)


@law.command("recompute")
def recompute(
    number: Number,
    now: Annotated[bool, typer.Option("--now", help="By the book as it is now: what would read differently.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Make a determination again with the book of its day: exit code 0 if it is the same, 4 if not."""
    from lims.cli.law_determinations import run_recompute  # noqa: PLC0415 - help is quick without it

    run_recompute(number, with_book_of_now=now, as_json=as_json, home=home)
