"""``aigaq report verifier``: the programs that check a report without this one."""

from importlib import resources
from pathlib import Path

from lims.cli.output import say
from lims.errors import UnreadableFileError
from lims.reporting.page_file import PAGE_FILE, verification_page

PROGRAM = "verify_report.py"


def run_report_verifier(*, to: Path) -> None:
    """Write the program that checks a report with Python's standard library alone."""
    path = to / PROGRAM if to.is_dir() else to
    _write_new(path, resources.files("lims.verifier").joinpath(PROGRAM).read_bytes())
    say(f"{path}  python3 -I -S {path} REPORT.pdf --checkpoint REPORT.receipt.json --trust ROOTS.pem")


def run_report_page(*, to: Path) -> None:
    """Write the page that checks a report in a browser, without a network."""
    path = to / PAGE_FILE if to.is_dir() else to
    _write_new(path, verification_page())
    say(f"{path}  open it in a browser; it sends nothing anywhere")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
