"""Queues: what waits for whom, late first, with the deadline of its case and how that stands (rule KZ-3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lims.domain.deadline import DeadlineState
from lims.domain.duties import Side, compatible, side_of
from lims.domain.permissions import may_do
from lims.domain.staff import Role
from lims.domain.waiting import ACTS, ENDING, WEIGHT, WORK, Job, Waiting

_LATER = date.max
OF_ITS_OWN_DAY = ENDING | {Job.CORRECT}
"""Jobs whose line says its own last day; all others are due with their case."""
_SEEN_BY_THE_ROLE = frozenset({Job.RENEW_COMPETENCE})
"""Jobs of a person that others do for that person, and see too."""
_REPORTED = frozenset({Job.FINISH_REPORT, Job.REVIEW, Job.RESOLVE_REPORT, Job.REVIEW_PAPER, Job.ISSUE})
"""Jobs of a report that is on its way."""
_CARRIED_ON = _REPORTED | {Job.CONCLUDE, Job.REPORT, Job.IDENTIFY, Job.CHECK, Job.RESOLVE}
"""Jobs that say how far the work on an exhibit is, better than its own line."""
BEGUN = _CARRIED_ON | {Job.EXAMINE}
"""Jobs of an exhibit on which work has begun: only there a weighing is missing."""


class Standing(StrEnum):
    """How a deadline stands, in the order of a queue."""

    LATE = "late"
    DUE_SOON = "due soon"
    IN_TIME = "in time"
    UNKNOWN = "unknown"
    """No term, or none started: what nobody said is not guessed."""
    STOPPED = "stopped"
    """The clock of the case is suspended."""


_ORDER = {standing: place for place, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One thing that waits."""

    job: Job
    kind: str
    number: str
    person: str
    """For whom; empty: for everybody who may do it."""
    case_numbers: tuple[str, ...]
    exhibit_number: str
    since: datetime
    """Of the newest ledger entry that says so."""
    due: date | None
    """Its own last day, else the first due day of its cases."""
    standing: Standing
    title: str = ""
    """What a list shows beside the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """One line of the list, with the time of the entry that wrote it."""

    what: Waiting
    since: datetime
    case_numbers: tuple[str, ...] = ()
    """Of what has several; else that of the line."""

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that it belongs to."""
        return self.case_numbers or ((self.what.case_number,) if self.what.case_number else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose lines a queue asks for: a person, and the jobs that this person's roles may do."""

    person: str
    jobs: frozenset[Job]

    @property
    def of_the_role(self) -> frozenset[Job]:
        """Jobs that are seen whomever they name: of these another line may wait for the person in the end."""
        return (self.jobs & _SEEN_BY_THE_ROLE) | {Job.ANSWER_HAND_OVER}


def settled(lines: Sequence[WaitingLine], going_on: Iterable[tuple[Job, str]] | None = None) -> tuple[WaitingLine, ...]:
    """Leave out what another line says better.

    An exhibit that somebody examines waits as that examination, and an examination with a report as that report. A
    weighing is missing only where work began.

    Parameters
    ----------
    going_on : iterable of (Job, str), optional
        Every job of ``BEGUN`` that waits for an exhibit of the lines, with its number; None where the lines hold them.
    """
    known = [(one.what.job, one.what.exhibit_number) for one in lines] if going_on is None else list(going_on)
    carried = {exhibit for job, exhibit in known if job in _CARRIED_ON}
    begun = {exhibit for job, exhibit in known if job in BEGUN}
    reported = {exhibit for job, exhibit in known if job in _REPORTED}

    def stays(what: Waiting) -> bool:
        if what.topic == WORK:
            return what.exhibit_number not in carried
        if what.topic == WEIGHT:
            return what.exhibit_number in begun
        return what.job is not Job.REPORT or what.exhibit_number not in reported

    return tuple(one for one in lines if stays(one.what))


def jobs_of(roles: Iterable[Role]) -> frozenset[Job]:
    """Give the jobs that one of the roles may do."""
    held = tuple(roles)
    return frozenset(job for job, act in ACTS.items() if may_do(act, held))


def is_for(what: Waiting, person: str, jobs: Collection[Job]) -> bool:
    """Tell whether something waits for a person: by name, or because the person may do that job."""
    if what.job is None:
        return False
    return what.person == person or (what.job in jobs and (not what.person or what.job in _SEEN_BY_THE_ROLE))


def on_side(line: WaitingLine, sides: Mapping[str, Side], *, release_by_reviewer: bool) -> bool:
    """Tell whether a person may do it, given the sides that the person has taken by case."""
    wanted = side_of(ACTS[line.what.job]) if line.what.job else None
    if wanted is None:
        return True
    taken = (sides[case] for case in line.cases if case in sides)
    return all(compatible(one, wanted, release_by_reviewer=release_by_reviewer) for one in taken)


def queue_item(
    line: WaitingLine, deadlines: Mapping[str, DeadlineState], *, today: date, soon_days: int
) -> QueueItem | None:
    """Give a line with its deadline; None where nothing waits.

    Parameters
    ----------
    deadlines : mapping
        By case; a case that is not there has no known one.
    soon_days : int
        From how many days before its due day on something is due soon.
    """
    what = line.what
    if what.job is None:
        return None
    if what.job in OF_ITS_OWN_DAY:
        due, standing = what.due, standing_of(what.due, today=today, soon_days=soon_days)
    else:
        due, standing = _of_cases([deadlines[one] for one in line.cases if one in deadlines], today, soon_days)
    return QueueItem(
        job=what.job,
        kind=what.kind,
        number=what.number,
        person=what.person,
        case_numbers=line.cases,
        exhibit_number=what.exhibit_number,
        since=line.since,
        due=due,
        standing=standing,
    )


def standing_of(due: date | None, *, today: date, soon_days: int = 0) -> Standing:
    """Say how a day stands: late from the day after it on."""
    if due is None:
        return Standing.UNKNOWN
    if due < today:
        return Standing.LATE
    return Standing.DUE_SOON if due - today <= timedelta(days=soon_days) else Standing.IN_TIME


def _of_cases(states: Sequence[DeadlineState], today: date, soon_days: int) -> tuple[date | None, Standing]:
    """Take the most pressing of several cases."""
    found = [_of_case(state, today, soon_days) for state in states]
    if not found:
        return None, Standing.UNKNOWN
    return min(found, key=lambda one: (_ORDER[one[1]], one[0] or _LATER))


def _of_case(state: DeadlineState, today: date, soon_days: int) -> tuple[date | None, Standing]:
    if state.suspended:
        return None, Standing.STOPPED
    return state.due, standing_of(state.due, today=today, soon_days=soon_days)


def in_order(items: Iterable[QueueItem]) -> tuple[QueueItem, ...]:
    """Sort a queue: late first, then by due day; what waits longest before what came later."""
    return tuple(
        sorted(items, key=lambda one: (_ORDER[one.standing], one.due or _LATER, one.since, one.number, one.job))
    )
