"""The commands of ``aigaq ledger``; what each does is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

ledger = typer.Typer(help="The evidence ledger.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]


@ledger.command("verify")
def verify_ledger(
    home: Home = None,
    witness: Annotated[
        list[Path] | None, typer.Option("--witness", help="A checkpoint from outside, also .eml; several times.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every entry, list, checkpoint and raw object; exit code 4 if anything is not what it was."""
    from lims.cli.ledger import run_verify  # noqa: PLC0415 - see the module's first line

    run_verify(home=home, witnesses=tuple(witness or ()), as_json=as_json)


@ledger.command("rebuild")
def rebuild_lists(
    check: Annotated[bool, typer.Option("--check", help="Only name the differences; exit code 4 if any.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="Quality manager or administrator; asks for the password.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make every list anew from the ledger; recorded as an act."""
    from lims.cli.ledger import run_rebuild  # noqa: PLC0415 - see the module's first line

    run_rebuild(check=check, by=by, home=home, as_json=as_json)


@ledger.command("checkpoint")
def make_checkpoint(
    to: Annotated[
        Path | None, typer.Option("--to", help="Hand it out: a folder, or a new mail file that ends in .eml.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Head, quality manager or administrator who hands it out; asks for the password."),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a checkpoint now, and hand it to somebody outside the laboratory."""
    from lims.cli.ledger import run_checkpoint  # noqa: PLC0415 - see the module's first line

    run_checkpoint(to=to, by=by, home=home, as_json=as_json)


@ledger.command("witness")
def hold_witnesses(
    files: Annotated[list[Path], typer.Argument(help="Checkpoints from outside, also mail files.")],
    home: Home = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="The laboratory's public key, where no laboratory is at hand.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold checkpoints from outside against the ledger: 0 consistent, 4 rolled back or different, 6 cannot say."""
    from lims.cli.ledger import run_witness  # noqa: PLC0415 - see the module's first line

    run_witness(tuple(files), home=home, key=key, as_json=as_json)


@ledger.command("sign")
def sign_checkpoint(
    key: Annotated[Path, typer.Option("--key", help="PEM file of the private key; made on first use.")],
    state: Annotated[Path, typer.Option("--state", help="What was signed last; made together with the key.")],
) -> None:
    """Be the signer: read one question from standard input, answer it; run under an account of its own."""
    from lims.cli.signer import run_sign  # noqa: PLC0415 - see the module's first line

    run_sign(key=key, state=state)
