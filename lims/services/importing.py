"""Bringing instrument runs in: read, keep the bytes, then record."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from lims.domain.exhibit import Exhibit
from lims.domain.run import RawData, RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.domain.wording import clean_text
from lims.errors import DuplicateRawDataError, RawStoreError
from lims.services.ports import Clock, FileReader, RawStore, Store
from spectra import Run, run_manifest
from spectra.formats.bounded import BoundedReader


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportService:
    """Imports runs and gives them back."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    reader: FileReader = field(default_factory=BoundedReader, repr=False)
    """Files of instruments are read in a process with limits of its own."""

    def import_run(self, path: Path, *, exhibit_number: str, actor: StaffMember) -> RecordedRun:
        """Import one run for an exhibit.

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
        RawStoreError
            If the bytes cannot be kept, or change while they are read.
        """
        actor.require(Role.TECHNICIAN, Role.EXPERT)
        manifest = run_manifest(path)
        with self.store.reading() as reading:
            reading.load(Exhibit, exhibit_number)
            self._require_new(reading.run_with_raw(manifest.sha256), manifest.sha256)
        name = path.name if path.name not in {"", ".."} else path.resolve().name
        raw = RawData(sha256=manifest.sha256, file_name=clean_text("file name", name), is_folder=manifest.is_folder)
        found = self.reader.run(path)
        folder = found.folder_manifest.encode("ascii")
        if folder:
            with self.store.reading() as work:
                inside = hashlib.sha256(folder).hexdigest()
                self._require_new(work.run_with_raw(inside), inside)
        intended = self._intended(found.run, raw, exhibit_number, actor)
        if self.raw_store.put_run(path) != manifest.sha256:
            raise RawStoreError(f"{path} changed while it was read; wait until the instrument has finished")
        return self._record(intended, actor, beside=(self.raw_store.put(folder),) if folder else ())

    def _intended(self, run: Run, raw: RawData, exhibit_number: str, actor: StaffMember) -> RecordedRun:
        """Make the record before any byte is kept, so that texts which it cannot hold leave no trace."""
        return RecordedRun(
            number=f"{exhibit_number}-R",
            exhibit_number=exhibit_number,
            raw=raw,
            scans=len(run),
            sample_name=clean_text("sample name", run.metadata.sample_name),
            acquired_at=clean_text("acquisition time", run.metadata.acquired_at),
            instrument=clean_text("instrument", run.metadata.instrument),
            method=clean_text("method", run.metadata.method),
            vial=clean_text("vial", run.metadata.vial),
            source_format=run.metadata.source_format,
            simulation_statement=clean_text("statement of simulation", run.metadata.simulation_statement),
            imported_at=self.clock.now(),
            imported_by=actor.number,
        )

    def _record(self, intended: RecordedRun, actor: StaffMember, *, beside: tuple[str, ...]) -> RecordedRun:
        sha256 = intended.raw.sha256
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            self._require_new(work.run_with_raw(sha256), sha256)
            number = f"{intended.number}{work.count(RecordedRun, prefix=intended.number) + 1}"
            recorded = replace(intended, number=number, imported_at=now)
            work.record(recorded, act="run.imported", actor=actor, at=now, raw=(sha256, *beside))
            work.commit()
        return recorded

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

    @staticmethod
    def _require_new(number: str | None, sha256: str) -> None:
        if number is not None:
            raise DuplicateRawDataError(sha256, number)
