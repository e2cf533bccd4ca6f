"""What commands print: JSON on standard output for scripts, text for people, progress on standard error."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


def print_json(value: object) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """Print one line for a person."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print one line beside the result, on standard error."""
    sys.stderr.write(text + "\n")


def with_progress(items: Iterable[T], what: str) -> Iterator[T]:
    """Pass items on with a bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal or not isinstance(items, Sized):
        yield from items
        return
    with _bar(console) as progress:
        yield from progress.track(items, description=what)


@contextmanager
def counting(what: str) -> Iterator["Counter"]:
    """Show a count of unknown length on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Counter(None)
        return
    with _bar(console) as progress:
        yield Counter(progress, what)


class Counter:
    """Told how far the work is."""

    def __init__(self, progress: Progress | None, what: str = "") -> None:
        """Add a line to the bar, if there is one."""
        self._progress = progress
        self._task = progress.add_task(what, total=None) if progress else None

    def __call__(self, done: int) -> None:
        """Show how much is done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done)


def quiet_libraries() -> None:
    """Keep libraries from printing what their results say anyway, as pyHanko does with every untrusted chain."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    for name in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
