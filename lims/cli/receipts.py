"""``aigaq report receipt`` and ``aigaq report trust``: what a reader without the laboratory needs beside a PDF."""

from pathlib import Path

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import say
from lims.errors import UnreadableFileError
from lims.reporting.trust_file import trust_file


def run_receipt(number: str, *, to: Path, by: str, home: Path | None) -> None:
    """Write the receipt of a report into a new file, or into a folder under its usual name."""
    here = seat(require_laboratory(home), by)
    receipt = here.laboratory.receipting.make(number, actor=here.person)
    path = to / receipt.file_name if to.is_dir() else to
    _write_new(path, receipt.to_bytes())
    size = receipt.ledger_size
    say(f"receipt of {number} in {path}: {len(receipt.entries)} entries, checkpoint over {size} entries of the ledger")


def run_trust(*, to: Path, home: Path | None) -> None:
    """Write the trust file of a laboratory into a new file."""
    laboratory = require_laboratory(home)
    keys = laboratory.checkpointing.identity().keys
    roots = laboratory.desk.trust_roots
    _write_new(to, trust_file(roots, keys))
    say(f"trust file in {to}: {len(keys)} keys of the ledger; hold them against what was made known elsewhere")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet: a witness is never written over."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
