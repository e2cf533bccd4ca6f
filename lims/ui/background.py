"""Work that is too long for a page: a thread does it, one piece at a time in the process, and a fragment watches."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from lims.ui.plain import REFUSALS
from lims.ui.session import Visit

_ONE_AT_A_TIME = threading.Lock()
_WATCHED_EVERY_S = 1
Told = Callable[[int, int], None]
"""Told how much is done, and of how much; 0 for an unknown whole."""


@dataclass(slots=True)
class Job:
    """One piece of work of one browser session; what it finds is nobody else's."""

    started_at: datetime
    done: int = 0
    whole: int = 0
    result: object = None
    finished: bool = False
    """False at the end: a fault of ours stopped it."""
    error: Exception | None = field(default=None, repr=False)
    ended: threading.Event = field(default_factory=threading.Event, repr=False)

    def tell(self, done: int, whole: int) -> None:
        """Note how far it is."""
        self.done, self.whole = done, whole


def start(visit: Visit, key: str, work: Callable[[Told], object]) -> None:
    """Begin a piece of work, unless it is under way."""
    running = job(key)
    if running is not None and not running.ended.is_set():
        return
    begun = Job(started_at=visit.laboratory.clock.now())
    st.session_state[key] = begun
    threading.Thread(target=_do, args=(begun, work), name=key, daemon=True).start()


def job(key: str) -> Job | None:
    """Give the last piece of work of this browser session under a key."""
    kept = st.session_state.get(key)
    return kept if isinstance(kept, Job) else None


def result(visit: Visit, key: str) -> object:
    """Give what was found; None as long as nothing was asked, or it is under way, which is shown.

    Raises
    ------
    LimsError, SpectraError, SubstanceLibraryError
        What refused the work.
    RuntimeError
        If a fault of ours stopped it.
    """
    begun = job(key)
    if begun is None:
        return None
    if not begun.ended.is_set():
        _watch(visit, key)
        return None
    if begun.error is not None:
        raise begun.error
    if not begun.finished:
        raise RuntimeError(f"the work {key!r} that began at {begun.started_at} stopped; the log says why")
    return begun.result


def _do(begun: Job, work: Callable[[Told], object]) -> None:
    """Do the work; a refusal is for the page, a fault of ours goes to the log of the process."""
    try:
        with _ONE_AT_A_TIME:
            begun.result = work(begun.tell)
        begun.finished = True
    except REFUSALS as error:
        begun.error = error
    finally:
        begun.ended.set()


@st.fragment(run_every=_WATCHED_EVERY_S)
def _watch(visit: Visit, key: str) -> None:
    """Show how far it is, and draw the page anew at the end."""
    begun = job(key)
    if begun is None or begun.ended.is_set():
        st.rerun()
    t = visit.t
    share = begun.done / begun.whole if begun.whole else 0.0
    words = t(
        "Under way since {moment}: {done} of {whole}. You can work on other pages meanwhile.",
        moment=t.moment(begun.started_at),
        done=begun.done,
        whole=begun.whole or "?",
    )
    st.progress(min(share, 1.0), text=words)
