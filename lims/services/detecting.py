"""The detectors over the laboratory's own ledger and raw data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from lims.domain.detectors import Detection, History, Recorded, detect
from lims.domain.near_duplicate import near_duplicates
from lims.domain.record import Record, from_body
from lims.domain.run import RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.errors import LedgerError, RawStoreError
from lims.ledger import LedgerEntry
from lims.services.importing import ImportService
from lims.services.ports import Store
from lims.translation import TIME_ZONE
from spectra import Run, SpectraError

READERS = (Role.QUALITY_MANAGER, Role.AUDITOR)
"""Who may ask: what is found is a question to people, and not to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectingService:
    """Reads the whole ledger, and the runs that it names, and asks every question."""

    store: Store = field(repr=False)
    importing: ImportService = field(repr=False)
    kinds: dict[str, type[Record]] = field(repr=False)
    """Every kind of record, by its word in the ledger."""
    time_zone: tzinfo = TIME_ZONE

    def ask(self, *, reader: StaffMember, hours: tuple[int, int] | None = None) -> tuple[Detection, ...]:
        """Ask every question of the whole history.

        Parameters
        ----------
        reader : StaffMember
            Quality manager or auditor.
        hours : tuple of int, optional
            First and last hour of the working day; None: nothing is said of hours.

        Raises
        ------
        NotPermittedError
            If the reader is neither.
        LedgerError
            If an entry is of a kind that this program does not know.
        """
        reader.require(*READERS)
        entries = tuple(self._entries())
        runs = dict(self._runs(entries))
        lasting = {number: timedelta(seconds=float(run.scan_times_s[-1])) for number, run in runs.items() if len(run)}
        history = History(
            entries=entries,
            durations=lasting,
            likenesses=near_duplicates(runs),
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

    def _runs(self, entries: tuple[Recorded, ...]) -> Iterator[tuple[str, Run]]:
        """Read every run; one that cannot be read is not judged, and the scrub of the raw store names it."""
        for entry in entries:
            if isinstance(entry.record, RecordedRun):
                try:
                    yield entry.record.number, self.importing.read(entry.record.number)
                except (RawStoreError, SpectraError):
                    continue
