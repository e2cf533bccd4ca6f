"""Bringing runs to the injections of a batch: matched by name, vial and time, or stopped with the reason."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lims.domain.batch import Batch, BatchRun
from lims.domain.exhibit import Exhibit
from lims.domain.method import Method
from lims.domain.permissions import Act, require_role
from lims.domain.run import RecordedRun
from lims.domain.sequence import Injection
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import DuplicateRawDataError, LimsError, RunMismatchError, UnreadableFileError
from lims.services.importing import ImportService, PreparedRun
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.run_folders import RunFolders
from spectra.errors import SpectraError
from spectra.formats.zipped_run import is_zip_archive, unpack_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What became of one entry of a folder."""

    path: Path
    run: RecordedRun | None = None
    """None if it was not imported now."""
    known_as: str = ""
    """The run that has the same raw data already: recognised, not repeated."""
    refusal: LimsError | SpectraError | None = None
    waits: bool = False
    """Not tried: a run before it does not fit, and a person has to find out why first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    injection: Injection
    acquired_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringService:
    """Imports the runs of batches."""

    store: Store = field(repr=False)
    importing: ImportService = field(repr=False)
    clock: Clock = field(repr=False)
    folders: RunFolders = field(default_factory=RunFolders, repr=False)
    """Of this machine, that pages offer."""

    def import_run(self, path: Path, *, batch_number: str, actor: StaffMember) -> RecordedRun:
        """Import one run for the injection that it belongs to.

        The run is read and matched before anything is kept; then its bytes are kept durably, and then the run and
        the batch's new version are recorded together or not at all.

        Raises
        ------
        NotFoundError
            If there is no such batch.
        RunMismatchError
            If the run does not belong to an open injection, comes from another instrument or by another method, or
            was acquired before the exhibit was received.
        DuplicateRawDataError
            If the same raw data were imported before, under whatever name.
        spectra.SpectraError, InvalidRecordError, RawStoreError
            As for a run of an exhibit alone.
        """
        require_role(actor, Act.BATCH_MEASURED)
        with self.store.reading() as work:
            work.load(Batch, batch_number)
        return self._import(self.importing.prepare(path), batch_number, actor)

    def import_folder(
        self,
        folder: Path,
        *,
        batch_number: str,
        actor: StaffMember,
        stop: bool = True,
        progress: Callable[[Path, float], None] = lambda _path, _share: None,
    ) -> tuple[ImportOutcome, ...]:
        """Import every entry of a folder; see ``import_files``.

        Raises
        ------
        UnreadableFileError
            If the folder cannot be read.
        """
        try:
            paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "~"))]
        except OSError as error:
            raise UnreadableFileError(folder, error.strerror or str(error)) from error
        return self.import_files(paths, batch_number=batch_number, actor=actor, stop=stop, progress=progress)

    def import_uploads(
        self,
        uploads: Sequence[Path],
        *,
        folder: Path,
        batch_number: str,
        actor: StaffMember,
        stop: bool = True,
        progress: Callable[[Path, float], None] = lambda _path, _share: None,
    ) -> tuple[ImportOutcome, ...]:
        """Import runs that people sent: files, zipped ``.D`` folders, and archives of several runs.

        Parameters
        ----------
        folder : Path
            An empty one, for what is unpacked; the caller removes it.

        Returns
        -------
        tuple of ImportOutcome
            First the archives that were refused, then as for ``import_files``.

        Raises
        ------
        NotPermittedError, NotFoundError
            As for ``import_files``, before anything is unpacked.
        """
        require_role(actor, Act.BATCH_MEASURED)
        refused: list[ImportOutcome] = []
        runs: list[Path] = []
        for place, upload in enumerate(uploads):
            fresh = folder / str(place)
            fresh.mkdir()
            try:
                runs += unpack_runs(upload, fresh) if is_zip_archive(upload) else (upload,)
            except SpectraError as error:
                refused.append(ImportOutcome(path=upload, refusal=error))
                progress(upload, 1.0)
        brought = self.import_files(runs, batch_number=batch_number, actor=actor, stop=stop, progress=progress)
        return (*refused, *brought)

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        batch_number: str,
        actor: StaffMember,
        stop: bool = True,
        progress: Callable[[Path, float], None] = lambda _path, _share: None,
    ) -> tuple[ImportOutcome, ...]:
        """Import runs in the order of their acquisition; each is read once.

        Parameters
        ----------
        paths : sequence of Path
            Runs, and whatever else lies beside them: that is refused by its reader and named.
        batch_number : str
            Of the batch.
        actor : StaffMember
            Who brings them.
        stop : bool, optional
            Whether the first run that is refused stops those acquired after it.
        progress : callable, optional
            Told of each entry how much of it is done: 0.0 of all at the beginning, 0.5 when it is read, 1.0 at its end.

        Returns
        -------
        tuple of ImportOutcome
            First what cannot be read or is known, then the runs in the order of acquisition; those that were stopped
            wait.

        Raises
        ------
        NotPermittedError, NotFoundError
            If the actor may not import, or there is no such batch.
        """
        require_role(actor, Act.BATCH_MEASURED)
        with self.store.reading() as work:
            batch = work.load(Batch, batch_number)
        outcomes: list[ImportOutcome] = []
        ready: list[tuple[datetime, PreparedRun]] = []
        for path in paths:
            progress(path, 0.0)
        for path in paths:
            try:
                prepared = self.importing.prepare(path)
                ready.append((batch.moment(prepared.metadata.acquired_at), prepared))
                progress(path, 0.5)
                continue
            except DuplicateRawDataError as error:
                outcomes.append(ImportOutcome(path=path, known_as=error.number))
            except (LimsError, SpectraError) as error:
                outcomes.append(ImportOutcome(path=path, refusal=error))
            progress(path, 1.0)
        ordered = [prepared for _, prepared in sorted(ready, key=lambda one: (one[0], one[1].path.name))]
        for outcome in self._import_ordered(ordered, batch_number, actor, stop=stop):
            outcomes.append(outcome)
            progress(outcome.path, 1.0)
        return tuple(outcomes)

    def _import_ordered(
        self, ordered: Iterable[PreparedRun], batch_number: str, actor: StaffMember, *, stop: bool
    ) -> Iterator[ImportOutcome]:
        stopped = False
        for prepared in ordered:
            if stopped:
                yield ImportOutcome(path=prepared.path, waits=True)
                continue
            try:
                yield ImportOutcome(path=prepared.path, run=self._import(prepared, batch_number, actor))
            except DuplicateRawDataError as error:
                yield ImportOutcome(path=prepared.path, known_as=error.number)
            except (LimsError, SpectraError) as error:
                stopped = stop
                yield ImportOutcome(path=prepared.path, refusal=error)

    def _import(self, prepared: PreparedRun, batch_number: str, actor: StaffMember) -> RecordedRun:
        self.importing.require_new(prepared.raw.sha256)  # the same run may lie in the folder under two names
        with self.store.reading() as work:
            batch = work.load(Batch, batch_number)
            work.permit(batch, act=Act.BATCH_MEASURED, actor=actor, at=self.clock.now())  # before bytes are kept
            placed = _place(work, batch, prepared)
        exhibit = placed.injection.exhibit_number
        intended = self.importing.intended(
            prepared,
            number=f"{exhibit or batch_number}-R",
            exhibit_number=exhibit,
            actor=actor,
            batch_number=batch_number,
            place=placed.injection.place,
        )
        raw = self.importing.keep(prepared)
        with self.store.unit_of_work() as work:
            batch = work.load(Batch, batch_number)
            if _place(work, batch, prepared) != placed:
                raise RunMismatchError(f"{batch_number} changed while {prepared.path.name} was read")
            recorded = self.importing.record(work, intended, actor=actor, raw=raw)
            measured = batch.measure(
                BatchRun(
                    place=recorded.place,
                    run_number=recorded.number,
                    raw_sha256=recorded.raw.sha256,
                    acquired_at=placed.acquired_at,
                )
            )
            work.record(measured, act=Act.BATCH_MEASURED, actor=actor, at=self.clock.now())
            work.commit()
        return recorded


def _place(work: UnitOfWork, batch: Batch, prepared: PreparedRun) -> _Placed:
    """Find the injection of a run, or say why there is none; the rules of the exhibit come last."""
    metadata = prepared.metadata
    _require_same("instrument", clean_text("instrument", metadata.instrument), batch.instrument)
    method = work.load(Method, batch.method_number, version=batch.method_version)
    _require_same("acquisition method", clean_text("method", metadata.method), method.acquisition_method)
    acquired_at = batch.moment(metadata.acquired_at)
    place = batch.place_of(
        sample_name=clean_text("sample name", metadata.sample_name),
        vial=clean_text("vial", metadata.vial),
        acquired_at=acquired_at,
    )
    injection = batch.injection(place)
    if injection.exhibit_number:
        received_at = work.load(Exhibit, injection.exhibit_number).received_at
        if acquired_at < received_at:
            raise RunMismatchError(
                f"{injection.sample_name!r} was acquired {acquired_at:%Y-%m-%d %H:%M} UTC, before exhibit "
                f"{injection.exhibit_number} was received ({received_at:%Y-%m-%d %H:%M} UTC)"
            )
    return _Placed(injection=injection, acquired_at=acquired_at)


def _require_same(what: str, found: str, expected: str) -> None:
    if expected and found.casefold() != expected.casefold():
        raise RunMismatchError(f"{what} {found!r}; the batch is measured by {expected!r}")
