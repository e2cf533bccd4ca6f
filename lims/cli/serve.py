"""``aigaq serve``: the application for browsers."""

import os
import sys
from pathlib import Path

import lims
from lims.bootstrap import open_laboratory
from lims.cli.output import note, say
from lims.cli.raw import note_sweep
from lims.cli.recovery import note_recovery
from lims.errors import LimsError, SettingsError
from lims.services.laboratory import Laboratory
from lims.settings import Settings, laboratory_exists, load_settings
from lims.settings_template import unsafe_switches

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ENTRY = Path(lims.__file__).parent.parent / "app.py"
"""Beside the packages, in a checkout as in an installation."""


def run_serve(*, home: Path | None, host: str, port: int) -> None:
    """Start the web server; it runs until it is stopped."""
    settings = load_settings(home=home)
    if laboratory_exists(home=home):
        _tidy_up_at_start(settings)
    if host not in _LOOPBACK and not settings.web.origin:
        raise SettingsError(f"serving at {host} needs web.origin, the address that browsers use")
    for words in unsafe_switches(settings):
        note(words)
    # The server's own process and the page script find the laboratory by the same variable as every command.
    os.environ["AIGAQ_HOME"] = str(settings.home)
    sys.path.insert(0, str(ENTRY.parent))
    import uvicorn  # noqa: PLC0415 - takes long, and only this command needs it

    say(f"Aigaq serves {settings.home} at http://{host}:{port}")
    uvicorn.run(
        f"{ENTRY.stem}:app",
        host=host,
        port=port,
        log_level="warning",
        proxy_headers=False,  # the gate believes the proxy that the settings name, and nobody else
        server_header=False,
    )


def _tidy_up_at_start(settings: Settings) -> None:
    try:
        laboratory = open_laboratory(settings)
    except LimsError as error:  # a database that is away now may be there when the first page asks
        note(f"nothing was recovered, and the raw store was not swept: {error}. {error.advice()}.")
        return
    tidy_up(laboratory)


def tidy_up(laboratory: Laboratory) -> None:
    """Put right what a crash left of reports and in the raw store; that it cannot be done keeps nobody from work."""
    try:
        note_recovery(laboratory.recovering.recover())
    except LimsError as error:
        note(f"reports were not recovered: {error}. {error.advice()}.")
    try:
        note_sweep(laboratory.sweeping.sweep())
    except LimsError as error:
        note(f"the raw store was not swept: {error}. {error.advice()}.")
