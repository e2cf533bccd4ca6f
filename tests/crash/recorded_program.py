"""The program whose writes are recorded: the real laboratory acts in a home and says each act to a marker file.

``python -m tests.crash.recorded_program HOME MARKS --kind import``; run under strace by ``tests.crash.recording``.
"""

import argparse
import itertools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.pool import Pool

from lims.persistence import durability
from lims.services.laboratory import Laboratory
from tests.crash.acts import KINDS, Acknowledgement, acknowledged_entry
from tests.crash.homes import Home, find_home, make_home

SETTINGS = ("shipped", "wal-full", "wal-normal", "delete-full", "delete-off")
"""Journal mode and synchronous level; the last three are here to be seen losing acts."""


def main() -> None:
    """Act and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("marks", type=Path)
    parser.add_argument("--setting", choices=SETTINGS, default="shipped")
    parser.add_argument("--acts", nargs="+", default=[], metavar="KIND:NUMBER")
    options = parser.parse_args()
    use_setting(options.setting)
    marks = os.open(options.marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(act: Acknowledgement) -> None:
        os.write(marks, act.to_line())

    home = find_home(options.home) if any(options.home.iterdir()) else make_home(options.home)
    laboratory = home.open()
    for stored in laboratory.auditing.store.entries():
        say(acknowledged_entry(stored))
    for wanted in options.acts:
        kind, number = wanted.split(":")
        _act(laboratory, home, kind, int(number), say)
    home.close(laboratory)


def _act(laboratory: Laboratory, home: Home, kind: str, number: int, say: Callable[[Acknowledgement], None]) -> None:
    for act in itertools.islice(KINDS[kind](laboratory, home), number):
        say(act)


def use_setting(setting: str) -> None:
    """Use another journal mode and synchronous level than the shipped ones, for every engine of this process."""
    if setting == "shipped":
        return
    mode, level = setting.split("-")
    durability.journal_settings = lambda _: (mode, "FULL")

    @event.listens_for(Pool, "checkout")  # after the engine has made sure of its own level
    def _weaken(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA synchronous={level}")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != mode:
            raise AssertionError(mode)


if __name__ == "__main__":
    main()
