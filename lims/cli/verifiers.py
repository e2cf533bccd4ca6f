"""``aigaq report verifier``: the programs that check a report without this one."""

from importlib import resources
from pathlib import Path

from lims.cli.output import say
from lims.errors import UnreadableFileError

PROGRAM = "verify_report.py"


def run_report_verifier(*, to: Path) -> None:
    """Write the program that checks a report with Python's standard library alone."""
    path = to / PROGRAM if to.is_dir() else to
    _write_new(path, resources.files("lims.verifier").joinpath(PROGRAM).read_bytes())
    say(f"{path}  python3 -I -S {path} REPORT.pdf --checkpoint REPORT.receipt.json --trust ROOTS.pem")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
