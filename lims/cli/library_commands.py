"""The commands of ``aigaq library``: from a file to a frozen release, and what a release says."""

from pathlib import Path
from typing import Annotated

import typer

library = typer.Typer(help="The library: imports, their check, frozen releases.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]
Number = Annotated[str, typer.Argument(help="Number of the import.")]


@library.command("add")
def add_library(
    file: Annotated[Path, typer.Argument(help="An MSP file, also .gz.")],
    by: By,
    name: Annotated[str | None, typer.Option(help="Name of the release (default: the file's).")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Freeze a library file as a release, as it came, without a check of its records."""
    from lims.cli.casework import run_add_library  # noqa: PLC0415 - a command's module is imported when it runs

    run_add_library(file, name=name, by=by, as_json=as_json, home=home)


@library.command("fetch")
def fetch(
    source: Annotated[str, typer.Argument(help="swgdrug or massbank.")],
    to: Annotated[Path, typer.Option(help="Folder for the file.")] = Path(),
    url: Annotated[str | None, typer.Option(help="Another address than the one that is known.")] = None,
    digest: Annotated[str | None, typer.Option(help="SHA-256 that the file has to have.")] = None,
    max_mb: Annotated[int, typer.Option(min=1, help="Largest file that is taken, in MB.")] = 2048,
    max_s: Annotated[float, typer.Option(min=1, help="Longest time, in seconds.")] = 3600,
    as_json: Json = False,
) -> None:
    """Fetch a collection from its official place. Exit code 3: the file is here, its digest is not confirmed yet."""
    from lims.cli.library_fetch import run_fetch  # noqa: PLC0415 - as above
    from lims.persistence.download import DownloadLimits  # noqa: PLC0415 - as above

    limits = DownloadLimits(total_bytes=max_mb * 1024**2, total_s=max_s)
    run_fetch(source, to=to, url=url, digest=digest, limits=limits, as_json=as_json)


@library.command("import")
def import_library(
    file: Annotated[Path, typer.Argument(help="MSP, MGF, SDF or MassBank records; also .gz, zip, or a folder.")],
    collection: Annotated[str, typer.Option(help="What it is, with its version, such as 'SWGDRUG 3.4'.")],
    by: By,
    technique: Annotated[str, typer.Option(help="Of records that do not state it: EI, MS/MS or MS1.")] = "unknown",
    licence: Annotated[str, typer.Option(help="Of records that do not state one.")] = "",
    table: Annotated[list[Path] | None, typer.Option(help="CSV with structures or names; several allowed.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Import a collection: each record is taken as a proposal or refused with its place."""
    from lims.cli.library import run_import  # noqa: PLC0415 - as above

    facts = {"name": collection, "technique": technique, "licence": licence}
    run_import(file, facts=facts, tables=table or [], by=by, as_json=as_json, home=home)


@library.command("import-standard")
def import_standard(
    standard: Annotated[str, typer.Argument(help="Number of the reference standard.")],
    run: Annotated[str, typer.Option(help="Number of the imported run.")],
    at: Annotated[str, typer.Option(help="Retention time of its component, in seconds.")],
    by: By,
    smiles: Annotated[str, typer.Option(help="Its structure; empty for unknown.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Import the spectrum of a reference standard out of a run of this laboratory."""
    from lims.cli.library import run_import_standard  # noqa: PLC0415 - as above

    run_import_standard(standard, run=run, at=at, smiles=smiles, by=by, as_json=as_json, home=home)


@library.command("imports")
def imports(as_json: Json = False, home: Home = None) -> None:
    """List the imports, newest first."""
    from lims.cli.library import run_imports  # noqa: PLC0415 - as above

    run_imports(as_json=as_json, home=home)


@library.command("findings")
def findings(
    number: Number,
    notes: Annotated[bool, typer.Option("--notes", help="Also what nobody has to decide.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show what was refused in an import and what the checks found. Exit code 4: something waits for a decision."""
    from lims.cli.library import run_findings  # noqa: PLC0415 - as above

    run_findings(number, notes=notes, as_json=as_json, home=home)


@library.command("draw")
def draw(
    number: Number,
    to: Annotated[Path, typer.Option(help="A new HTML file.")],
    home: Home = None,
) -> None:
    """Draw every structure of an import on one sheet, for the person who confirms them."""
    from lims.cli.library import run_draw  # noqa: PLC0415 - as above

    run_draw(number, to=to, home=home)


@library.command("decide")
def decide(
    number: Number,
    reason: Annotated[str, typer.Option(help="Goes with the record.")],
    by: By,
    record: Annotated[list[str] | None, typer.Option(help="Accession; several allowed.")] = None,
    complained: Annotated[bool, typer.Option("--complained", help="Every record that waits for a decision.")] = False,
    leave_out: Annotated[bool, typer.Option("--leave-out/--take", help="Leave it out, or take it as it is.")] = False,
    home: Home = None,
) -> None:
    """Decide about records of an import."""
    from lims.cli.library import run_decide  # noqa: PLC0415 - as above

    run_decide(
        number, records=record or [], complained=complained, leave_out=leave_out, reason=reason, by=by, home=home
    )


@library.command("check")
def check(
    what: Annotated[str, typer.Argument(help="Number of an import; or a file, which is only looked at.")],
    by: Annotated[str, typer.Option("--by", help="The second person, who signs; not for a file.")] = "",
    drawings_confirmed: Annotated[
        bool, typer.Option("--drawings-confirmed", help="You looked at the drawing of every structure.")
    ] = False,
    comment: Annotated[str, typer.Option(help="Words that go with the check.")] = "",
    technique: Annotated[str, typer.Option(help="Of a file: as for import.")] = "unknown",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Let an import pass, as the second person; or check a file without recording anything."""
    from lims.cli.library import run_check, run_check_file  # noqa: PLC0415 - as above

    if Path(what).exists():
        run_check_file(Path(what), technique=technique, as_json=as_json, home=home)
    else:
        run_check(what, drawings_confirmed=drawings_confirmed, comment=comment, by=by, as_json=as_json, home=home)


@library.command("refuse")
def refuse(number: Number, reason: Annotated[str, typer.Option(help="Why.")], by: By, home: Home = None) -> None:
    """Refuse an import, as the second person."""
    from lims.cli.library import run_refuse  # noqa: PLC0415 - as above

    run_refuse(number, reason=reason, by=by, home=home)


@library.command("release")
def release(
    name: Annotated[str, typer.Argument(help="Of the new release.")],
    by: By,
    of_import: Annotated[list[str] | None, typer.Option("--import", help="Checked import; several allowed.")] = None,
    base: Annotated[str, typer.Option(help="Release that it continues.")] = "",
    without: Annotated[list[str] | None, typer.Option(help="Accession of the base to leave out.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Make a frozen release of checked imports and sign it."""
    from lims.cli.library import run_release  # noqa: PLC0415 - as above

    run_release(name, imports=of_import or [], base=base, left_out=without or [], by=by, as_json=as_json, home=home)


@library.command("list")
def list_releases(as_json: Json = False, home: Home = None) -> None:
    """List the releases, newest first."""
    from lims.cli.library_reading import run_list  # noqa: PLC0415 - as above

    run_list(as_json=as_json, home=home)


@library.command("diff")
def diff(
    earlier: Annotated[str, typer.Argument(help="A release, or an MSP file (also .gz).")],
    later: Annotated[str, typer.Argument(help="The same.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say which records came, went and changed between two releases."""
    from lims.cli.library_reading import run_diff  # noqa: PLC0415 - as above

    run_diff(earlier, later, as_json=as_json, home=home)


@library.command("search-name")
def search_name(
    name: Annotated[str, typer.Argument(help="In any case, with look-alike letters, with or without Kazakh letters.")],
    library_name: Annotated[str, typer.Option("--library", help="A release, or an MSP file (also .gz).")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Find every substance that has a name; several may have it, and a name never decides identity."""
    from lims.cli.library_reading import run_search_name  # noqa: PLC0415 - as above

    run_search_name(name, library=library_name, as_json=as_json, home=home)
