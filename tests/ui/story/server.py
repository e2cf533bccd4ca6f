"""``aigaq serve`` with the clock of the story; everything else is what people get."""

import argparse
from functools import partial
from pathlib import Path

import lims.web.opening
from lims.cli.serve import run_serve
from tests.ui.story.clock import clock_of


def main() -> None:
    """Serve until somebody stops it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    opened = lims.web.opening.open_laboratory
    lims.web.opening.open_laboratory = partial(opened, clock=clock_of(asked.home))
    run_serve(home=asked.home, host="127.0.0.1", port=asked.port)


if __name__ == "__main__":
    main()
