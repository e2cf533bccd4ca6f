"""The watch over the law: determinations are made again when the book of the law changed, and what differs is told.

Nothing changes by itself: a determination stands as it was made, with the book of its time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from lims import __version__
from lims.domain.alert import Alert, AlertReason, LawReading, alert_number
from lims.domain.examination import Examination
from lims.domain.legal_determination import DatedStatus, LegalDetermination
from lims.domain.watch import Trigger, Watch, WatchedSubject
from lims.errors import StaleVersionError
from lims.services.archive_ports import Archive
from lims.services.archiving import Progress, require_casework, silent
from lims.services.determining import asked_again
from lims.services.law_book import BookChange, book_changes, read_law_book
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.watching import issued_reports, record_watch
from lims.work_errors import AlreadyWatchedError
from substance_library.law_book import LawBook

AT_ONCE = 100
"""Determinations of one ledger entry."""
_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPart:
    """Determinations that were made before a change of the book."""

    change: BookChange
    numbers: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The change as records name it."""
        return cause_of(self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawWatchService:
    """Finds which determinations a change of the book concerns, and asks them again."""

    store: Store = field(repr=False)
    archive: Archive = field(repr=False)
    clock: Clock = field(repr=False)

    def due(self) -> tuple[LawPart, ...]:
        """Give what remains: for each change the older determinations of its jurisdiction that were not asked again."""
        require_casework(self.store)
        watched = self.archive.watched(Trigger.EDITION)
        with self.store.reading() as work:
            changes = book_changes(work)
            made = tuple(_made(work)) if changes else ()
        found = (
            LawPart(
                change=change,
                numbers=tuple(
                    number
                    for number, jurisdiction, sequence in made
                    if jurisdiction == change.jurisdiction
                    and sequence < change.sequence
                    and cause_of(change) not in watched.get(number, ())
                ),
            )
            for change in changes
        )
        return tuple(one for one in found if one.numbers)

    def run(self, *, at_once: int = AT_ONCE, progress: Progress = silent) -> tuple[Watch, ...]:
        """Ask everything again that remains, and record it part by part; run again, it does nothing.

        Parameters
        ----------
        at_once : int
            How many determinations one ledger entry is of.
        progress : callable, optional
            Told how many determinations are done, and of how many.
        """
        parts = self.due()
        total, done, watches = sum(len(part.numbers) for part in parts), 0, list[Watch]()
        for part in parts:
            with self.store.reading() as work:
                before = read_law_book(work, before=part.change.sequence)
                after = read_law_book(work, before=part.change.sequence + 1)
            for first in range(0, len(part.numbers), at_once):
                numbers = part.numbers[first : first + at_once]
                watch = self._record(part, numbers, before, after)
                watches += [watch] if watch else []
                done += len(numbers)
                progress(done, total)
        return tuple(watches)

    def _record(self, part: LawPart, numbers: Sequence[str], before: LawBook, after: LawBook) -> Watch | None:
        """Record one part with its alerts; None if another worker did it meanwhile."""
        with self.store.reading() as work:
            determinations = sorted(work.several(LegalDetermination, numbers), key=lambda one: one.number)
        readings = [(one, reading) for one in determinations if (reading := _reading(one, before, after))]
        try:
            with self.store.unit_of_work() as work:
                prefix = f"{part.cause}-W"
                number = f"{prefix}{work.count(Watch, prefix=prefix) + 1}"
                alerts = tuple(_alert(work, one, reading, number, part.cause) for one, reading in readings)
                watch = Watch(
                    number=number,
                    trigger=Trigger.EDITION,
                    cause=part.cause,
                    cause_sha256="",
                    searched_before=(),
                    new_spectra=0,
                    rule=None,
                    subjects=tuple(
                        WatchedSubject(number=one.number, components=len(one.structures)) for one in determinations
                    ),
                    alerts=tuple(one.number for one in alerts),
                    software_version=__version__,
                )
                record_watch(work, watch, alerts, clock=self.clock)
        except (AlreadyWatchedError, StaleVersionError):  # the key of the list, or that of an alert
            return None
        return watch


def cause_of(change: BookChange) -> str:
    """Name a change of the book: the text, whose number another kind may have too, and the version that came in."""
    return f"{change.kind} {change.number} version {change.version}"


def _made(work: UnitOfWork) -> Iterator[tuple[str, str, int]]:
    """Give number and jurisdiction of each determination, and the ledger entry that made it."""
    lines = work.listed(LegalDetermination, limit=_MOST)
    for one in work.several(LegalDetermination, [line.number for line in lines]):
        yield one.number, one.jurisdiction, work.entry_of(LegalDetermination, one.number, version=1).sequence


def _reading(made: LegalDetermination, before: LawBook, after: LawBook) -> LawReading | None:
    """Say how the law reads before and after a change, on the days that were asked; None if it reads the same."""
    for then, now in zip(asked_again(made, before), asked_again(made, after), strict=True):
        if _words(then) != _words(now):
            return LawReading(
                jurisdiction=made.jurisdiction, as_of=_iso(then.as_of), before=_words(then), after=_words(now)
            )
    return None


def _words(status: DatedStatus) -> str:
    """Say the answer and the rows it rests on; editions that only stood beside them change nothing."""
    found = {
        f"{one.act} {one.entry} {one.name}".strip() + (f", {one.exemption}" if one.exemption else "")
        for answer in status.answers
        for one in answer.findings
    }
    sizes = {f"{one.act} {one.entry}: {one.finding.result.value}" for one in status.sizes}
    return "; ".join([status.result.value, *sorted(found), *sorted(sizes)])


def _iso(day: date) -> str:
    return day.isoformat()


def _alert(work: UnitOfWork, made: LegalDetermination, reading: LawReading, watch: str, cause: str) -> Alert:
    examinations = work.children(Examination, made.exhibit_number)
    reports = (number for one in examinations for number in issued_reports(work, one.number))
    return Alert(
        number=alert_number(made.number, trigger=Trigger.EDITION, cause=cause),
        trigger=Trigger.EDITION,
        cause=cause,
        watch_number=watch,
        exhibit_number=made.exhibit_number,
        expert=made.expert,
        reason=AlertReason.LAW,
        determination_number=made.number,
        law=reading,
        reports=tuple(reports),
    )
