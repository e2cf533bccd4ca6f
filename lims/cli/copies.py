"""``aigaq report copy`` and ``aigaq report summary``."""

from collections.abc import Callable
from pathlib import Path

from lims.cli.casework import seat
from lims.cli.custody import FileThereError
from lims.cli.laboratories import require_laboratory
from lims.cli.output import say
from lims.domain.staff import StaffMember
from lims.errors import UnreadableFileError
from lims.services.laboratory import Laboratory

Make = Callable[[Laboratory, StaffMember], bytes]


def run_copy(number: str, *, language: str, to: Path, by: str, home: Path | None) -> None:
    """Make a copy of a report in another language."""
    _write(to, by, home, lambda here, actor: here.copying.copy(number, language=language, actor=actor))
    say(f"copy of {number} in {language} written to {to}; the report itself decides")


def run_summary(number: str, *, language: str, to: Path, by: str, home: Path | None) -> None:
    """Make the one-page summary of a report."""
    _write(to, by, home, lambda here, actor: here.copying.summarise(number, language=language, actor=actor))
    say(f"summary of {number} in {language} written to {to}; the report itself decides")


def _write(to: Path, by: str, home: Path | None, make: Make) -> None:
    """Write what was made; whether there is a place for it is looked at first, because making it is recorded."""
    here = seat(require_laboratory(home), by)
    if to.exists():
        raise FileThereError(to)
    document = make(here.laboratory, here.person)
    try:
        with to.open("xb") as file:
            file.write(document)
    except OSError as error:
        raise UnreadableFileError(to, error.strerror or str(error)) from error
