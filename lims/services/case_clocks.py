"""The clocks of all cases, kept by a process: what is late is asked often, and a case seldom changes."""

import threading
from dataclasses import dataclass, field

from lims.domain.case import Case
from lims.domain.deadline import TermEvent
from lims.domain.work_queue import Standing, standing_of
from lims.services.ports import Store, UnitOfWork
from lims.services.terms import TermService

_AT_ONCE = 500
"""Cases that are read in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """What a due day is computed from; cases that were started on one day in one category share theirs."""

    category: str
    events: tuple[TermEvent, ...]


@dataclass(slots=True, kw_only=True)
class CaseClocks:
    """Reads each case once and again after each of its changes.

    Entries get their places in the ledger one transaction after the other, so what a later look finds has a higher
    place than anything that an earlier one saw.
    """

    _of_case: dict[str, CaseClock] = field(default_factory=dict, repr=False)
    _cases: dict[CaseClock, set[str]] = field(default_factory=dict, repr=False)
    _seen: int = 0
    """The place in the ledger up to which cases were read."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def late(self, work: UnitOfWork, terms: TermService) -> tuple[str, ...]:
        """Give the cases whose due day has passed as of today; one whose clock stands has none."""
        with self._lock:
            while self._read_some(work):
                pass
            late = [cases for clock, cases in self._cases.items() if _is_late(clock, terms)]
            return tuple(sorted(number for cases in late for number in cases))

    def catch_up(self, store: Store) -> None:
        """Read all cases, some hundred a transaction: a long one would keep those who write from an SQLite file."""
        more = True
        while more:
            with self._lock, store.reading() as work:
                more = self._read_some(work)

    def _read_some(self, work: UnitOfWork) -> bool:
        """Read the next cases that changed; tell whether there may be more."""
        end = work.head().entries
        if end < self._seen:  # another ledger, or an older copy of it, was put in its place
            self._of_case.clear()
            self._cases.clear()
            self._seen = 0
        if end == self._seen:
            return False
        changed = work.recorded_after(Case, self._seen, limit=_AT_ONCE)
        for case in work.several(Case, [number for _, number in changed]) if changed else ():
            self._keep(case)
        self._seen = changed[-1][0] if len(changed) == _AT_ONCE else end
        return self._seen != end

    def _keep(self, case: Case) -> None:
        """Put a case under its clock; one that was never started is due on no day."""
        before = self._of_case.pop(case.number, None)
        if before is not None:
            self._cases[before].discard(case.number)
        if case.term_events:
            clock = CaseClock(category=case.category, events=case.term_events)
            self._of_case[case.number] = clock
            self._cases.setdefault(clock, set()).add(case.number)


def _is_late(clock: CaseClock, terms: TermService) -> bool:
    state = terms.state_after(clock.events, category=clock.category)
    return standing_of(state.due, today=terms.today()) is Standing.LATE
