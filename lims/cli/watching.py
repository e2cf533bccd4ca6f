"""``aigaq watch-folder``: finished runs are imported as they appear; nothing in the folder is ever changed."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from lims.cli.batches import outcome_line
from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import note, say
from lims.domain.staff import StaffMember
from lims.services.inbox import Inbox, Progress
from lims.services.laboratory import Laboratory
from lims.services.measuring import ImportOutcome

_LOOKS_PER_QUIET_TIME = 4
_LONGEST_PAUSE_S = 5.0


def run_watch_folder(folder: Path, *, batch: str, by: str, quiet: float, once: bool, home: Path | None) -> None:
    """Watch until Ctrl-C, or with ``once`` until nothing grows; one line for each arrival."""
    here = seat(require_laboratory(home), by)
    laboratory, actor = here.laboratory, here.person
    laboratory.batching.get(batch)
    inbox = Inbox(folder=folder, quiet=timedelta(seconds=quiet))
    note(f"watching {folder} for batch {batch}; Ctrl-C ends")
    try:
        with _ended_by_signals():
            for outcome in arrivals(laboratory, inbox, batch, actor, once=once):
                say(outcome_line(outcome))
    except KeyboardInterrupt:
        note("ended; what was imported is recorded, nothing is half-done")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let Ctrl-C and a service manager's SIGTERM end the watch, also where the shell that started it ignores Ctrl-C."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def arrivals(
    laboratory: Laboratory, inbox: Inbox, batch: str, actor: StaffMember, *, once: bool
) -> Iterator[ImportOutcome]:
    """Look at a folder again and again; give what became of each arrival.

    Parameters
    ----------
    laboratory, batch, actor
        Where the runs go, and who brings them.
    inbox : Inbox
        What is known of the folder.
    once : bool
        End when nothing grows any more.
    """
    pause = min(_LONGEST_PAUSE_S, inbox.quiet.total_seconds() / _LOOKS_PER_QUIET_TIME)
    while True:
        seen = inbox.look(laboratory.clock.now())
        for arrival in seen:
            if arrival.progress is Progress.CHANGED:
                note(f"{arrival.path.name} changed after it was taken: what was imported is not what lies there now")
        ready = [one.path for one in seen if one.progress in {Progress.READY, Progress.CHANGED}]
        for path in ready:
            inbox.take(path)  # imported, known or refused: each is said once
        yield from laboratory.measuring.import_files(ready, batch_number=batch, actor=actor, stop=False)
        if once and all(one.progress is not Progress.GROWING for one in seen):
            return
        time.sleep(pause)
