"""Bringing instrument runs in: read, keep the bytes, then record."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from lims.domain.aliquot import Aliquot
from lims.domain.exhibit import Exhibit
from lims.domain.instrument_time import read_instrument_time
from lims.domain.permissions import Act, require_role
from lims.domain.run import RawData, RecordedRun
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import DuplicateRawDataError, RawStoreError, RunMismatchError
from lims.services.ports import Clock, FileReader, RawStore, Store, UnitOfWork
from lims.services.readiness import require_workable
from lims.translation import TIME_ZONE
from spectra import Run, RunMetadata, run_manifest
from spectra.formats.bounded import BoundedReader


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A run that was read and not kept yet: what its file says, without its scans."""

    path: Path
    raw: RawData
    metadata: RunMetadata
    scans: int
    folder_manifest: bytes
    """Of the folder inside an archive; empty for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportService:
    """Imports runs and gives them back."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    reader: FileReader = field(default_factory=BoundedReader, repr=False)
    """Files of instruments are read in a process with limits of its own."""
    time_zone: tzinfo = TIME_ZONE
    """Of the clocks of instruments, for files that state none."""

    def import_run(
        self, path: Path, *, exhibit_number: str, actor: StaffMember, aliquot_number: str = ""
    ) -> RecordedRun:
        """Import one run for an exhibit, or for an aliquot of it, outside a batch.

        The run is read first, so that a file that is refused leaves no trace; then its bytes are kept durably, and
        only then the act is recorded. Of a zipped ``.D`` folder the archive is the evidence; the manifest of the folder
        inside is kept beside it and named by the same entry.

        Raises
        ------
        spectra.SpectraError
            If the run cannot be read, or not within the limits.
        DuplicateRawDataError
            If the same raw data were imported before.
        NotFoundError
            If there is no such exhibit.
        InvalidRecordError
            If the run's name, or a text in it, cannot be kept.
        DiscrepancyOpenError
            If something did not agree when the exhibit came in, and the sender has not settled it.
        RunMismatchError
            If the aliquot is another exhibit's, or was taken after the run was acquired.
        RawStoreError
            If the bytes cannot be kept, or change while they are read.
        """
        require_role(actor, Act.RUN_IMPORTED)
        with self.store.reading() as reading:
            reading.load(Exhibit, exhibit_number)
            require_workable(reading, exhibit_number)
            aliquot = reading.load(Aliquot, aliquot_number) if aliquot_number else None
        prepared = self.prepare(path)
        if aliquot is not None:
            self._require_of(aliquot, exhibit_number, prepared.metadata.acquired_at)
        intended = self.intended(prepared, number=f"{exhibit_number}-R", exhibit_number=exhibit_number, actor=actor)
        intended = replace(intended, aliquot_number=aliquot_number)
        with self.store.reading() as reading:
            reading.permit(intended, act=Act.RUN_IMPORTED, actor=actor, at=self.clock.now())  # before bytes are kept
        raw = self.keep(prepared)
        with self.store.unit_of_work() as work:
            recorded = self.record(work, intended, actor=actor, raw=raw)
            work.commit()
        return recorded

    def _require_of(self, aliquot: Aliquot, exhibit_number: str, acquired_at: str) -> None:
        if aliquot.exhibit_number != exhibit_number:
            raise RunMismatchError(f"aliquot {aliquot.number} is of exhibit {aliquot.exhibit_number}")
        moment = read_instrument_time(acquired_at)
        aliquot.require_measured_after(moment if moment.tzinfo else moment.replace(tzinfo=self.time_zone))

    def prepare(self, path: Path) -> PreparedRun:
        """Read a run that is new to the laboratory; nothing is kept.

        Raises
        ------
        spectra.SpectraError
            If the run cannot be read, or not within the limits.
        DuplicateRawDataError
            If the same raw data were imported before.
        InvalidRecordError
            If the run's name cannot be kept.
        """
        manifest = run_manifest(path)
        self.require_new(manifest.sha256)
        name = path.name if path.name not in {"", ".."} else path.resolve().name
        found = self.reader.run(path)
        folder = found.folder_manifest.encode("ascii")
        folder_sha256 = hashlib.sha256(folder).hexdigest() if folder else ""
        if folder:
            self.require_new(folder_sha256)
        raw = RawData(
            sha256=manifest.sha256,
            file_name=clean_text("file name", name),
            is_folder=manifest.is_folder,
            folder_sha256=folder_sha256,
        )
        return PreparedRun(
            path=path, raw=raw, metadata=found.run.metadata, scans=len(found.run), folder_manifest=folder
        )

    def intended(
        self,
        prepared: PreparedRun,
        *,
        number: str,
        exhibit_number: str,
        actor: StaffMember,
        batch_number: str = "",
        place: int = 0,
    ) -> RecordedRun:
        """Make the record before any byte is kept, so that texts which it cannot hold leave no trace.

        Parameters
        ----------
        number : str
            What the run's number begins with; its ordinal is added when it is recorded.

        Raises
        ------
        InvalidRecordError
            If a text in the run cannot be kept.
        """
        metadata = prepared.metadata
        return RecordedRun(
            number=number,
            exhibit_number=exhibit_number,
            raw=prepared.raw,
            scans=prepared.scans,
            sample_name=clean_text("sample name", metadata.sample_name),
            acquired_at=clean_text("acquisition time", metadata.acquired_at),
            instrument=clean_text("instrument", metadata.instrument),
            method=clean_text("method", metadata.method),
            vial=clean_text("vial", metadata.vial),
            source_format=metadata.source_format,
            simulation_statement=clean_text("statement of simulation", metadata.simulation_statement),
            imported_at=self.clock.now(),
            imported_by=actor.number,
            batch_number=batch_number,
            place=place,
        )

    def keep(self, prepared: PreparedRun) -> tuple[str, ...]:
        """Keep the bytes of a run durably; give the digests that its entry names.

        Raises
        ------
        RawStoreError
            If the bytes cannot be kept, or changed since they were read.
        """
        if self.raw_store.put_run(prepared.path) != prepared.raw.sha256:
            raise RawStoreError(f"{prepared.path} changed while it was read; wait until the instrument has finished")
        beside = (self.raw_store.put(prepared.folder_manifest),) if prepared.folder_manifest else ()
        return (prepared.raw.sha256, *beside)

    def record(
        self, work: UnitOfWork, intended: RecordedRun, *, actor: StaffMember, raw: tuple[str, ...]
    ) -> RecordedRun:
        """Record a run whose bytes are kept, under the next number, in a transaction of the caller.

        Raises
        ------
        DuplicateRawDataError
            If the same raw data were recorded meanwhile.
        """
        now = self.clock.now()
        number = f"{intended.number}{work.count(RecordedRun, prefix=intended.number) + 1}"
        recorded = replace(intended, number=number, imported_at=now)
        work.record(recorded, act=Act.RUN_IMPORTED, actor=actor, at=now, raw=raw)
        return recorded

    def run(self, number: str) -> RecordedRun:
        """Give one recorded run, without its scans.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(RecordedRun, number)

    def runs(self, exhibit_number: str) -> tuple[RecordedRun, ...]:
        """Give all runs of an exhibit."""
        with self.store.reading() as work:
            return work.children(RecordedRun, exhibit_number)

    def read(self, run_number: str) -> Run:
        """Read a recorded run's scans from the raw store, every byte checked against its digest.

        Raises
        ------
        NotFoundError
            If there is no such run.
        RawStoreError
            If the bytes are missing or altered.
        """
        with self.store.reading() as work:
            raw = work.load(RecordedRun, run_number).raw
        with self.raw_store.open_run(raw.sha256, name=raw.file_name, is_folder=raw.is_folder) as path:
            return self.reader.run(path).run

    def require_new(self, sha256: str) -> None:
        """Refuse raw data that a run has already.

        Raises
        ------
        DuplicateRawDataError
            Naming that run.
        """
        with self.store.reading() as work:
            number = work.run_with_raw(sha256)
        if number is not None:
            raise DuplicateRawDataError(sha256, number)
