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
    """Open the file before anything is made: what is recorded has a place to go."""
    here = seat(require_laboratory(home), by)
    try:
        with to.open("xb") as file:
            try:
                file.write(make(here.laboratory, here.person))
            except BaseException:
                to.unlink()
                raise
    except FileExistsError as error:
        raise FileThereError(to) from error
    except OSError as error:
        raise UnreadableFileError(to, error.strerror or str(error)) from error
