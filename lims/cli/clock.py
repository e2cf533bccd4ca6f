"""``aigaq ledger set-clock-right``."""

from pathlib import Path

from lims.cli.casework import acting
from lims.cli.laboratories import require_laboratory
from lims.cli.output import say


def run_set_clock_right(*, by: str, reason: str, home: Path | None) -> None:
    """Record that the clock is right and the ledger's time before was not."""
    laboratory = require_laboratory(home)
    change = laboratory.timekeeping.set_right(reason=reason, actor=acting(laboratory, by))
    say(f"the ledger's time goes on from {change.found.wall_time:%Y-%m-%d %H:%M:%S} UTC")
