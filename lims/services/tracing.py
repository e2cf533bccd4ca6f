"""Which reports a thing, a person or a record touches, and by which way (ISO/IEC 17025:2017, 7.10)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lims.domain.exhibit import Exhibit
from lims.domain.grounds import INSTRUMENT, LOT, Name
from lims.domain.instrument import Instrument
from lims.domain.nonconformity import NonconformingWork, NonconformityStatus
from lims.domain.reagent import Reagent
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import LEFT, Report
from lims.errors import NotFoundError, OpenNonconformityError
from lims.services.ports import Store, UnitOfWork

R = TypeVar("R", bound=Record)
_MAX_LISTED = 10_000
_LEFT_THE_LABORATORY = frozenset(status.value for status in LEFT)
_LOTS: Mapping[str, type[Reagent | ReferenceStandard]] = {
    Reagent.KIND: Reagent,
    ReferenceStandard.KIND: ReferenceStandard,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedReport:
    """One report that rests on a subject."""

    number: str
    state: str
    way: tuple[Name, ...]
    """From the subject to the report, both included; a shortest one."""

    @property
    def issued(self) -> bool:
        """Whether it left the laboratory, also if it was withdrawn or superseded since."""
        return self.state in _LEFT_THE_LABORATORY


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedReports:
    """Every report that rests on a subject."""

    subject: Name
    reports: tuple[TouchedReport, ...]
    exhibits: tuple[str, ...]
    """Every exhibit on the ways, also of those without a report yet."""

    @property
    def issued(self) -> tuple[TouchedReport, ...]:
        """Those that left the laboratory."""
        return tuple(one for one in self.reports if one.issued)

    @property
    def drafted(self) -> tuple[TouchedReport, ...]:
        """All others."""
        return tuple(one for one in self.reports if not one.issued)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracingService:
    """Walks the list of what rests on what."""

    store: Store = field(repr=False)

    def touched_by(self, subject: Name) -> TouchedReports:
        """Give every report that a subject touches, with the way to it.

        Parameters
        ----------
        subject : Name
            Of any kind of ``SUBJECT_KINDS``; a method or procedure also by its version.

        Returns
        -------
        TouchedReports
            Empty where nothing rests on it, also where nobody knows it.
        """
        with self.store.reading() as work:
            return touched(work, subject)


def touched(work: UnitOfWork, subject: Name) -> TouchedReports:
    """Give what ``TracingService.touched_by`` gives, in a transaction of the caller."""
    came_from = _walk_up(work, names_of(work, subject))
    numbers = [name.number for name in came_from if name.kind == Report.KIND]
    states = {line.number: line.state for line in work.lines(Report, numbers)}
    return TouchedReports(
        subject=subject,
        reports=tuple(
            TouchedReport(
                number=number, state=states[number], way=_way(came_from, Name(kind=Report.KIND, number=number))
            )
            for number in sorted(states)
        ),
        exhibits=tuple(sorted(name.number for name in came_from if name.kind == Exhibit.KIND)),
    )


def names_of(work: UnitOfWork, subject: Name) -> tuple[Name, ...]:
    """Give every name under which records know a subject: a lot by its number on the label, too."""
    if subject.kind in _LOTS:
        lot = _find(work, _LOTS[subject.kind], subject.number)
        written = (subject.number, *((lot.lot,) if lot else ()))
        return (subject, *(Name(kind=LOT, number=number) for number in dict.fromkeys(written) if number))
    if subject.kind == INSTRUMENT:
        known = _find(work, Instrument, subject.number)
        also = (known.name_in_files, known.serial) if known else ()
        return (subject, *(Name(kind=INSTRUMENT, number=name) for name in dict.fromkeys(also) if name))
    return (subject,)


def open_nonconformities(work: UnitOfWork, case_number: str) -> tuple[str, ...]:
    """Name the nonconformities that stand on a case and are not closed (rule RP-1.11).

    One stands on a case if it is about the case, about anything in it, or about anything that this rests on.
    """
    still = _open(work)
    if not still:
        return ()
    of_case = _walk_up(work, (Name(kind="case", number=case_number),))
    on = dict.fromkeys(_walk_down(work, of_case))
    return tuple(one.number for one in still if _about(work, one, on))


def require_no_open_nonconformity(work: UnitOfWork, report: Report, case_number: str) -> None:
    """Refuse to issue a report as long as a nonconformity stands on its case (rule RP-1.11).

    Raises
    ------
    OpenNonconformityError
        Naming them.
    """
    found = open_nonconformities(work, case_number)
    if found:
        raise OpenNonconformityError(report.number, ", ".join(found))


def held_by(work: UnitOfWork, subject: Name) -> tuple[str, ...]:
    """Name the nonconformities that hold work on a subject (7.10.1 b)."""
    names = dict.fromkeys(names_of(work, subject))
    return tuple(one.number for one in _open(work) if one.holding and _about(work, one, names))


def _open(work: UnitOfWork) -> tuple[NonconformingWork, ...]:
    still = [status.value for status in NonconformityStatus if status is not NonconformityStatus.CLOSED]
    lines = work.listed(NonconformingWork, limit=_MAX_LISTED, states=still)
    return tuple(work.load(NonconformingWork, line.number) for line in reversed(lines))


def _about(work: UnitOfWork, nonconformity: NonconformingWork, names: Iterable[Name]) -> bool:
    """Tell whether it is about any of these; a version counts only where both name one."""
    known: dict[tuple[str, str], set[int]] = {}
    for name in names:
        known.setdefault((name.kind, name.number), set()).add(name.version)
    for subject in nonconformity.subjects:
        for name in names_of(work, subject.name):
            versions = known.get((name.kind, name.number), set())
            if versions and (not name.version or versions & {0, name.version}):
                return True
    return False


def _walk_up(work: UnitOfWork, start: tuple[Name, ...]) -> dict[Name, Name | None]:
    """Give everything that rests on the start, level by level, each with what it was reached from."""
    came_from: dict[Name, Name | None] = dict.fromkeys(start)
    level = start
    while level:
        reached = {(name.kind, name.number): name for name in level}
        after: list[Name] = []
        for one in work.resting_on(level):
            if one.record not in came_from:
                came_from[one.record] = reached[one.rests_on.kind, one.rests_on.number]
                after.append(one.record)
        level = tuple(after)
    return came_from


def _walk_down(work: UnitOfWork, start: Iterable[Name]) -> Iterator[Name]:
    """Give the start and everything that it rests on."""
    seen = dict.fromkeys(start)
    level = tuple(seen)
    yield from level
    while level:
        under = dict.fromkeys(one.rests_on for one in work.grounds_of(level))
        level = tuple(name for name in under if name not in seen)
        seen.update(dict.fromkeys(level))
        yield from level


def _way(came_from: Mapping[Name, Name | None], last: Name) -> tuple[Name, ...]:
    way = [last]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return tuple(reversed(way))


def _find(work: UnitOfWork, kind: type[R], number: str) -> R | None:
    try:
        return work.load(kind, number)
    except NotFoundError:
        return None
