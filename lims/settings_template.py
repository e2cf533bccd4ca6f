"""The settings file of a new laboratory: every switch that keeps from harm is on."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from lims.errors import SettingsError
from lims.settings import SETTINGS_FILE, Settings

_TEMPLATE = """\
# Settings of this laboratory; docs/signing.md, docs/custody.md and docs/receiving.md say what each of them means.
laboratory = {laboratory}
address = {address}
# place_of_work = ""  # where the work is done, if that is not the address

[custody]
gate = "on"  # nobody works on an exhibit without having it in hand

[receiving]
liability_warning = true  # no work before the warning of liability is signed
"""


def safe_settings(*, laboratory: str, address: str) -> str:
    """Give the text of the file.

    Parameters
    ----------
    laboratory, address : str
        As reports print them.
    """
    return _TEMPLATE.format(laboratory=_quoted(laboratory), address=_quoted(address))


def write_safe_settings(home: Path, *, laboratory: str, address: str) -> Path:
    """Write the settings of a new laboratory into its home folder; a file that is there is never touched.

    Raises
    ------
    SettingsError
        If there is one already, or it cannot be written.
    """
    path = home / SETTINGS_FILE
    text = safe_settings(laboratory=laboratory, address=address)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            _write(path, file, text)
    except FileExistsError as error:
        raise SettingsError(f"{path} is there already; nothing was written") from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    return path


def _write(path: Path, file: TextIO, text: str) -> None:
    """Write the whole text or leave no file: with half of it a laboratory would start with half its switches."""
    try:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def unsafe_switches(settings: Settings) -> Iterator[str]:
    """Say of each switch that is off what it would keep from."""
    if settings.custody.gate == "off":
        yield "custody.gate is off: people may work on exhibits that they do not have in hand"
    if not settings.receiving.liability_warning:
        yield "receiving.liability_warning is off: work may begin before the warning of liability is signed"
    if not settings.address:
        yield "address is not set: a report needs it, or a recorded reason why it leaves it out"


def _quoted(text: str) -> str:
    """Write a text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
