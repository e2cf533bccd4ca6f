"""The command line: ``aigaq``."""

import sys

from lims.cli.application import app
from lims.cli.output import quiet_libraries
from lims.errors import LimsError

REFUSED = 2
"""Exit code of everything that is refused with a reason, as for a wrong option."""


def main() -> None:
    """Run the command line; a refusal is one message on standard error and exit code 2."""
    quiet_libraries()
    try:
        app()
    except _refusals() as error:
        sys.stderr.write(_message(error))
        sys.exit(REFUSED)


def _refusals() -> tuple[type[Exception], ...]:
    """Give the errors that are refusals; a package that no command loaded has raised none, and is not loaded for it."""
    names = (("spectra", "SpectraError"), ("substance_library", "SubstanceLibraryError"))
    return (LimsError, *(getattr(sys.modules[package], name) for package, name in names if package in sys.modules))


def _message(error: Exception) -> str:
    """Say what was found, one line a fault, and what to do."""
    faults = error.exceptions if isinstance(error, ExceptionGroup) else ()
    lines = [f"error: {error if not faults else error.message}"]  # type: ignore[attr-defined]  # a group has one
    lines.extend(f"  {fault}" for fault in faults)
    if isinstance(error, LimsError):
        lines.append(f"{error.advice()}.")
    return "\n".join(lines) + "\n"
