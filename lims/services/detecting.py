"""The detectors over the laboratory's own ledger and raw data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from lims.domain.detector_look import DetectorAnswer, DetectorLook
from lims.domain.detectors import Detection, History, Recorded, detect
from lims.domain.near_duplicate import Marks, likenesses, scan_marks
from lims.domain.permissions import Act, require_role
from lims.domain.record import Record, from_body
from lims.domain.run import RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.errors import LedgerError, RawStoreError
from lims.ledger import LedgerEntry
from lims.services.importing import ImportService
from lims.services.ports import Clock, Store
from lims.translation import TIME_ZONE
from spectra import Run, SpectraError

Progress = Callable[[int, int], None]


def _silent(_done: int, _of: int) -> None:
    """Say nothing."""


READERS = (Role.QUALITY_MANAGER, Role.AUDITOR)
"""Who may ask: what is found is a question to people, and not to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectingService:
    """Reads the whole ledger, and the runs that it names, and asks every question."""

    store: Store = field(repr=False)
    importing: ImportService = field(repr=False)
    kinds: dict[str, type[Record]] = field(repr=False)
    """Every kind of record, by its word in the ledger."""
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    def look(
        self, *, actor: StaffMember, hours: tuple[int, int] | None = None, progress: Progress = _silent
    ) -> tuple[Detection, ...]:
        """Ask every question, and record that it was asked, with how much was found and judged.

        Parameters
        ----------
        actor : StaffMember
            Quality manager.
        hours, progress
            As for ``ask``.

        Raises
        ------
        NotPermittedError
            If the actor is no quality manager.
        LedgerError
            As for ``ask``.
        """
        require_role(actor, Act.DETECTORS_ASKED)
        found = self.ask(reader=actor, hours=hours, progress=progress)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            prefix = f"DL-{now:%Y}-"
            look = DetectorLook(
                number=f"{prefix}{work.count(DetectorLook, prefix=prefix) + 1:04d}",
                asked_by=actor.number,
                asked_at=now,
                answers=tuple(_answer(one) for one in found),
            )
            work.record(look, act=Act.DETECTORS_ASKED, actor=actor, at=now)
            work.commit()
        return found

    def last_look(self) -> DetectorLook | None:
        """Give the newest recorded look; None where nobody ever looked."""
        with self.store.reading() as work:
            lines = work.listed(DetectorLook, limit=1)
            return work.load(DetectorLook, lines[0].number) if lines else None

    def ask(
        self, *, reader: StaffMember, hours: tuple[int, int] | None = None, progress: Progress = _silent
    ) -> tuple[Detection, ...]:
        """Ask every question of the whole history, and record nothing.

        Parameters
        ----------
        reader : StaffMember
            Quality manager or auditor.
        hours : tuple of int, optional
            First and last hour of the working day; None: nothing is said of hours.
        progress : callable, optional
            Told how many runs were read, and of how many.

        Raises
        ------
        NotPermittedError
            If the reader is neither.
        LedgerError
            If an entry is of a kind that this program does not know.
        """
        reader.require(*READERS)
        entries = tuple(self._entries())
        lasting: dict[str, timedelta] = {}
        marks: dict[str, Marks] = {}
        for number, run in self._runs(entries, progress):
            marks[number] = scan_marks(run)
            if len(run):
                lasting[number] = timedelta(seconds=float(run.scan_times_s[-1]))
        history = History(
            entries=entries,
            durations=lasting,
            likenesses=likenesses(marks, self.importing.read),
            time_zone=self.time_zone,
            hours=hours,
        )
        return detect(history)

    def _entries(self) -> Iterator[Recorded]:
        for stored in tuple(self.store.entries()):  # read to the end before any of it can be refused
            entry = LedgerEntry.from_bytes(stored.data)
            kind = self.kinds.get(entry.kind)
            if kind is None:
                raise LedgerError(f"ledger entry {stored.sequence}: {entry.kind!r} is no kind of record")
            yield Recorded(
                sequence=entry.sequence,
                act=entry.act,
                actor=entry.actor,
                recorded_at=entry.recorded_at,
                record=from_body(kind, entry.body),
            )

    def _runs(self, entries: tuple[Recorded, ...], progress: Progress) -> Iterator[tuple[str, Run]]:
        """Read one run after another; what cannot be read is not judged, and the scrub of the raw store names it."""
        numbers = [entry.record.number for entry in entries if isinstance(entry.record, RecordedRun)]
        for done, number in enumerate(numbers):
            progress(done, len(numbers))
            try:
                yield number, self.importing.read(number)
            except (RawStoreError, SpectraError):
                continue


def _answer(found: Detection) -> DetectorAnswer:
    return DetectorAnswer(
        detector=found.detector, found=len(found.suspicions), judged=found.judged, not_judged=found.not_judged
    )
