"""The laboratory that a command works with: opened if it exists, never made by looking."""

from pathlib import Path

from lims.bootstrap import open_laboratory
from lims.errors import LimsError
from lims.services.laboratory import Laboratory
from lims.settings import laboratory_exists, load_settings


class NoLaboratoryError(LimsError):
    """There is no laboratory where the command looked."""

    def __init__(self, home: Path | None) -> None:
        """Keep where it looked."""
        super().__init__(f"there is no laboratory in {home or 'the home folder of the settings'}")
        self.home = home

    def advice(self) -> str:
        """Name the ways to one."""
        return "Name its folder with --home or AIGAQ_HOME; 'aigaq demo' makes one, 'aigaq serve' too"


def find_laboratory(home: Path | None) -> Laboratory | None:
    """Open the laboratory of the settings; None if it was never made."""
    return open_laboratory(load_settings(home=home)) if laboratory_exists(home=home) else None


def require_laboratory(home: Path | None) -> Laboratory:
    """Open the laboratory of the settings.

    Raises
    ------
    NoLaboratoryError
        If it was never made.
    """
    laboratory = find_laboratory(home)
    if laboratory is None:
        raise NoLaboratoryError(home)
    return laboratory
