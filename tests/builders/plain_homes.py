"""Homes for tests that are not about custody and warnings: their settings say that both switches are off."""

from pathlib import Path

from lims.settings import SETTINGS_FILE, Settings, load_settings

GATES_OFF = '[custody]\ngate = "off"\n\n[receiving]\nliability_warning = false\n'
ADDRESS = 'address = "1 Street of the tests"\n'


def plain_settings(home: Path, *, first: str = "") -> Settings:
    """Give the settings of a home; where it has no file, one is written with both switches off.

    Parameters
    ----------
    first : str, optional
        Lines of the file before the tables.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = home / SETTINGS_FILE
    if not file.exists():
        file.write_text(f"{first}{GATES_OFF}", "utf-8")
    return load_settings({}, home=home)
