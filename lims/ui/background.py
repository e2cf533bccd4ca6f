"""Work that is too long for a page: a thread does it, and a fragment watches.

The process keeps what was begun by laboratory, person and key: it goes on when the page is left, and who comes back,
in another browser session too, finds it under way. What an act came to waits for its person; what a question found is
asked anew by a new session. Nobody finds what another person began.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

import streamlit as st

from lims.domain.staff import Role
from lims.errors import BusyError
from lims.ui.plain import REFUSALS
from lims.ui.session import Visit

_WATCHED_EVERY_S = 1
KEPT_FOR = timedelta(hours=8)
"""How long a result is kept for who asked for it."""
MAX_JOBS = 300
"""Kept in the process; the oldest that ended make room."""
MAX_RUNNING = 50
"""Pieces of work that run or wait for their turn."""
Told = Callable[[int, int], None]
"""Told how much is done, and of how much; 0 for an unknown whole."""
_Owner = tuple[str, str, str]
"""Home folder of the laboratory, staff number, key."""


class Lane(Enum):
    """In each lane one piece of work is done at a time: a technician's runs do not wait for the statistics."""

    LONG = "long"
    MEASURING = "measuring"


@dataclass(slots=True)
class Job:
    """One piece of work of one person; what it finds is nobody else's."""

    started_at: datetime
    done: int = 0
    whole: int = 0
    result: object = None
    finished: bool = False
    """False at the end: a fault of ours stopped it."""
    detail: object = None
    """What the work tells about its parts while it is under way."""
    waits: bool = False
    """Whether its outcome waits for a new browser session."""
    owner: _Owner | None = None
    roles: frozenset[Role] = frozenset()
    """Of the person when it began: a result is not shown to who lost one since."""
    ended_at: datetime | None = None
    error: Exception | None = field(default=None, repr=False)
    ended: threading.Event = field(default_factory=threading.Event, repr=False)

    def tell(self, done: int, whole: int) -> None:
        """Note how far it is."""
        self.done, self.whole = done, whole


Draw = Callable[[Visit, Job], None]
"""Shows how far a piece of work is."""
_JOBS: dict[_Owner, Job] = {}
"""Of this process, in the order of their beginning."""
_KEEPING = threading.Lock()
_TURNS = {lane: threading.Lock() for lane in Lane}


def start(
    visit: Visit,
    key: str,
    work: Callable[[Told], object],
    *,
    lane: Lane = Lane.LONG,
    detail: object = None,
    waits: bool = False,
) -> bool:
    """Begin a piece of work, unless the person has it under way; say whether it began.

    Parameters
    ----------
    work : callable
        Done in a thread of its own; it draws nothing.
    detail : object, optional
        What the work tells about its parts, for who draws how far it is.
    waits : bool, optional
        Whether its outcome waits for a new browser session of the person, as that of an act does.

    Raises
    ------
    BusyError
        If too much waits already.
    """
    running = job(visit, key)
    if running is not None and not running.ended.is_set():
        return False
    clock = visit.laboratory.clock
    begun = Job(
        started_at=clock.now(),
        detail=detail,
        waits=waits,
        owner=_owner(visit, key),
        roles=frozenset(visit.person.roles),
    )
    if not _keep(begun):
        return False
    st.session_state[key] = begun
    threading.Thread(target=_do, args=(begun, work, lane, clock.now), name=key, daemon=True).start()
    return True


def job(visit: Visit, key: str) -> Job | None:
    """Give the person's last piece of work under a key, of whatever browser session."""
    kept = st.session_state.get(key)
    with _KEEPING:
        known = _JOBS.get(_owner(visit, key))
    if known is not kept and known is not None and known.ended.is_set() and not known.waits:
        known = None
    found = [one for one in (kept, known) if isinstance(one, Job) and _may_see(visit, key, one)]
    if not found:
        st.session_state.pop(key, None)
        return None
    newest = max(found, key=lambda one: one.started_at)
    st.session_state[key] = newest
    return newest


def result(visit: Visit, key: str, *, draw: Draw | None = None) -> object:
    """Give what was found; None as long as nothing was asked, or it is under way, which is shown.

    Parameters
    ----------
    draw : callable, optional
        Shows how far it is; without it one bar does.

    Raises
    ------
    LimsError, SpectraError, SubstanceLibraryError
        What refused the work.
    RuntimeError
        If a fault of ours stopped it.
    """
    begun = job(visit, key)
    if begun is None:
        return None
    if not begun.ended.is_set():
        _watch(visit, key, draw or _bar)
        return None
    if begun.error is not None:
        raise begun.error
    if not begun.finished:
        raise RuntimeError(f"the work {key!r} that began at {begun.started_at} stopped; the log says why")
    return begun.result


def forget(visit: Visit, key: str) -> None:
    """Drop what was found, once the person has read it; work under way goes on and stays."""
    begun = job(visit, key)
    if begun is None or not begun.ended.is_set():
        return
    st.session_state.pop(key, None)
    with _KEEPING:
        _JOBS.pop(_owner(visit, key), None)


def _owner(visit: Visit, key: str) -> _Owner:
    return str(visit.laboratory.settings.home), visit.person.number, key


def _may_see(visit: Visit, key: str, one: Job) -> bool:
    """Tell whether a piece of work is this person's, with the roles that it was begun with, and not too old."""
    if one.owner not in {None, _owner(visit, key)} or not one.roles <= frozenset(visit.person.roles):
        return False
    return one.ended_at is None or visit.laboratory.clock.now() - one.ended_at < KEPT_FOR


def _keep(begun: Job) -> bool:
    """Keep a piece of work that begins; False where the same is under way since another browser session asked."""
    owner = begun.owner
    if owner is None:
        return False
    with _KEEPING:
        before = _JOBS.pop(owner, None)
        if before is not None and not before.ended.is_set():
            _JOBS[owner] = before
            return False
        running = sum(not one.ended.is_set() for one in _JOBS.values())
        if running >= MAX_RUNNING:
            raise BusyError(f"{running} pieces of work are under way or wait for their turn")
        ended = [name for name, one in _JOBS.items() if one.ended.is_set()]
        for name in ended[: max(0, len(_JOBS) + 1 - MAX_JOBS)]:
            del _JOBS[name]
        _JOBS[owner] = begun
    return True


def _do(begun: Job, work: Callable[[Told], object], lane: Lane, now: Callable[[], datetime]) -> None:
    """Do the work; a refusal is for the page, a fault of ours goes to the log of the process."""
    try:
        with _TURNS[lane]:
            begun.result = work(begun.tell)
        begun.finished = True
    except REFUSALS as error:
        begun.error = error
    finally:
        begun.ended_at = now()
        begun.ended.set()


@st.fragment(run_every=_WATCHED_EVERY_S)
def _watch(visit: Visit, key: str, draw: Draw) -> None:
    """Show how far it is, and draw the page anew at the end."""
    begun = job(visit, key)
    if begun is None or begun.ended.is_set():
        st.rerun()
    draw(visit, begun)


def _bar(visit: Visit, begun: Job) -> None:
    t = visit.t
    share = begun.done / begun.whole if begun.whole else 0.0
    words = t(
        "Under way since {moment}: {done} of {whole}. You can work on other pages meanwhile.",
        moment=t.moment(begun.started_at),
        done=begun.done,
        whole=begun.whole or "?",
    )
    st.progress(min(share, 1.0), text=words)
