"""Library releases: taken in once, frozen, found again by name."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lims.domain.library import RecordedRelease
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError, NotFoundError, RawStoreError
from lims.services.library_files import open_kept
from lims.services.ports import Clock, FileReader, RawStore, Store, UnitOfWork
from spectra.formats.bounded import BoundedReader
from spectra.formats.content import read_bytes
from substance_library import KnownSubstance, LibraryRelease, MappedRelease, release_from_msp, training_release
from substance_library.library import SubstanceLibrary

_MAX_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratingService:
    """Records releases and gives their spectra back."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    reader: FileReader = field(default_factory=BoundedReader, repr=False)
    """New files are read in a process with limits of its own; recorded ones were, and have the same bytes."""

    def add_release(self, path: Path, *, actor: StaffMember, name: str | None = None) -> RecordedRelease:
        """Freeze a library file as a release; the same file under the same name is recognised, not repeated.

        Raises
        ------
        SpectraError, SubstanceLibraryError
            If the file is refused.
        InvalidRecordError
            If the name already stands for another file, or cannot be kept.
        RawStoreError
            If the file changes while it is read, or cannot be kept.
        """
        require_role(actor, Act.RELEASE_RECORDED)
        release = release_from_msp(path, name=name, read_file=self.reader.msp)
        recorded = self._recorded(release, clean_text("file name", path.name))
        data = read_bytes(path)
        if hashlib.sha256(data).hexdigest() != release.sha256:
            raise RawStoreError(f"{path} changed while it was read; wait until it is complete")
        with self.store.reading() as work:
            known = _find(work, recorded.number)
        if known is not None:
            return _require_same(known, recorded)
        self.raw_store.put(data)
        return self._record(recorded, actor)

    def add_training_release(self, *, actor: StaffMember) -> RecordedRelease:
        """Record the packaged principal ions, marked for training and presumptive use."""
        require_role(actor, Act.RELEASE_RECORDED)
        return self._record(self._recorded(training_release(), ""), actor)

    def _recorded(self, release: LibraryRelease, file_name: str) -> RecordedRelease:
        return RecordedRelease(
            number=release.name,
            sha256=release.sha256,
            file_name=file_name,
            spectra=len(release.spectra),
            purpose=release.purpose,
            recorded_at=self.clock.now(),
        )

    def _record(self, recorded: RecordedRelease, actor: StaffMember) -> RecordedRelease:
        with self.store.unit_of_work() as work:
            known = _find(work, recorded.number)
            if known is not None:
                return _require_same(known, recorded)
            now = self.clock.now()
            dated = replace(recorded, recorded_at=now)
            raw = (recorded.sha256,) if recorded.file_name else ()
            work.record(dated, act=Act.RELEASE_RECORDED, actor=actor, at=now, raw=raw)
            work.commit()
        return dated

    def releases(self) -> tuple[str, ...]:
        """Give the names of all releases, newest first."""
        with self.store.reading() as work:
            return tuple(line.number for line in work.listed(RecordedRelease, limit=_MAX_LISTED))

    def release(self, name: str) -> LibraryRelease:
        """Give a release with all its spectra, read from the very bytes that were recorded.

        Raises
        ------
        NotFoundError
            If there is no release of that name.
        RawStoreError
            If its bytes are missing or altered.
        """
        with self.store.reading() as work:
            recorded = work.load(RecordedRelease, name)
        if recorded.is_curated:
            return open_kept(self.raw_store, recorded.sha256).release()
        if not recorded.file_name:
            return _require_packaged(recorded)
        data = self.raw_store.get(recorded.sha256)
        with TemporaryDirectory() as folder:
            path = Path(folder) / recorded.file_name
            path.write_bytes(data)
            return release_from_msp(path, name=recorded.number)

    def recorded(self, name: str) -> RecordedRelease:
        """Give a release as the ledger has it.

        Raises
        ------
        NotFoundError
            If there is no release of that name.
        """
        with self.store.reading() as work:
            return work.load(RecordedRelease, name)

    def mapped(self, name: str) -> MappedRelease:
        """Open a curated release where it lies: the arrays of all its peaks, its records when they are asked for.

        Raises
        ------
        NotFoundError
            If there is no release of that name.
        InvalidRecordError
            If it is no curated release, but a file as it came.
        RawStoreError
            If one of its files is missing or altered.
        """
        recorded = self.recorded(name)
        if not recorded.is_curated:
            raise InvalidRecordError(f"release {name} is {recorded.file_name or 'packaged'}, not a curated one")
        return open_kept(self.raw_store, recorded.sha256)

    def known_substances(self, name: str) -> tuple[KnownSubstance, ...]:
        """Give what a release knows of substances beside their spectra; nothing for a file as it came.

        Raises
        ------
        NotFoundError, RawStoreError
            As ``mapped``.
        """
        return self.mapped(name).substances if self.recorded(name).is_curated else ()

    def library(self, name: str) -> SubstanceLibrary:
        """Give a release as substances, with their names, relations and spectra.

        Raises
        ------
        NotFoundError, RawStoreError
            As ``release``.
        """
        return SubstanceLibrary.of(self.release(name), self.known_substances(name))


def _find(work: UnitOfWork, name: str) -> RecordedRelease | None:
    try:
        return work.load(RecordedRelease, name)
    except NotFoundError:
        return None


def _require_same(known: RecordedRelease, offered: RecordedRelease) -> RecordedRelease:
    if known.sha256 != offered.sha256:
        raise InvalidRecordError(
            f"release {known.number} is the file with SHA-256 {known.sha256}, not {offered.sha256}; give another name"
        )
    return known


def _require_packaged(recorded: RecordedRelease) -> LibraryRelease:
    packaged = training_release()
    if packaged.sha256 != recorded.sha256:
        raise InvalidRecordError(
            f"release {recorded.number} was recorded with SHA-256 {recorded.sha256}; "
            f"this version of the program carries {packaged.sha256}"
        )
    return packaged
