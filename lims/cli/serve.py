"""``aigaq serve``: the application for browsers."""

import os
from pathlib import Path

from lims.cli.output import say
from lims.settings import load_settings


def run_serve(*, home: Path | None, host: str, port: int) -> None:
    """Start the web server; it runs until it is stopped."""
    settings = load_settings(home=home)
    # The page script is run by Streamlit and finds its laboratory by the same variable as every command.
    os.environ["AIGAQ_HOME"] = str(settings.home)
    import uvicorn  # noqa: PLC0415 - takes long, and only this command needs it

    from lims.web import make_application  # noqa: PLC0415 - the same

    say(f"Aigaq serves {settings.home} at http://{host}:{port}")
    uvicorn.run(make_application(), host=host, port=port, log_level="warning", ws="websockets-sansio")
