"""The archive of components: spectra of everything that was examined, read from the raw data once and kept packed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lims.domain.examination import Examination
from lims.errors import LimsError
from lims.services.archive_ports import Archive, ExaminedLine, KeptSpectra
from lims.services.importing import ImportService
from lims.services.ports import Store
from lims.services.searching import components_again, lowest_mass, recorded_detection
from spectra import SpectraError
from spectra.search.packed import PackedSpectra

Progress = Callable[[int, int], None]


def silent(_done: int, _of: int) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An examination whose spectra cannot be had, and why: its raw data are missing, or no longer give them."""

    examination_number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivingService:
    """Keeps the spectra of examined components; what is missing is a question to the lists, so nothing is lost."""

    store: Store = field(repr=False)
    archive: Archive = field(repr=False)
    importing: ImportService = field(repr=False)

    def missing(self) -> tuple[ExaminedLine, ...]:
        """Give the examinations whose spectra are not kept yet.

        Raises
        ------
        NotPermittedError
            If this is the store of a person who may not read examinations.
        """
        require_casework(self.store)
        kept = self.archive.kept()
        return tuple(one for one in self.archive.examined() if one.number not in kept)

    def fill(self, *, workers: int = 1, progress: Progress = silent) -> tuple[Unreadable, ...]:
        """Keep what is missing, one examination after the other; ended at any point, it goes on there the next time.

        Parameters
        ----------
        workers : int
            How many runs are read at once.
        progress : callable, optional
            Told how many examinations are done, and of how many.

        Returns
        -------
        tuple of Unreadable
            What could not be read; it is tried again the next time.
        """
        missing = self.missing()
        failed: list[Unreadable] = []
        with ThreadPoolExecutor(max(workers, 1)) as pool:
            for done, found in enumerate(pool.map(self._read, missing), start=1):
                if isinstance(found, KeptSpectra):
                    self.archive.keep(found)
                else:
                    failed.append(found)
                progress(done, len(missing))
        return tuple(failed)

    def rebuild(self, *, workers: int = 1, progress: Progress = silent) -> tuple[Unreadable, ...]:
        """Throw the archive away and make it anew from the raw data; clusters are made anew when they are asked for."""
        require_casework(self.store)
        self.archive.forget()
        return self.fill(workers=workers, progress=progress)

    def _read(self, line: ExaminedLine) -> KeptSpectra | Unreadable:
        try:
            with self.store.reading() as work:
                examination = work.load(Examination, line.number)
            run = self.importing.read(line.run_number)
            found = components_again(examination, run)
            lowest = lowest_mass(run, recorded_detection(examination))
        except (LimsError, SpectraError) as error:
            return Unreadable(examination_number=line.number, reason=str(error))
        return kept_spectra(line.number, lowest, PackedSpectra.of([one.spectrum for one in found]))


def require_casework(store: Store) -> None:
    """Refuse the archive, which knows no people, to a person who may not read examinations.

    Raises
    ------
    NotPermittedError
        If this is the store of such a person.
    """
    with store.reading() as work:
        work.count(Examination)


def kept_spectra(examination: str, lowest_mz: float, spectra: PackedSpectra) -> KeptSpectra:
    """Put together what is kept of one examination."""
    return KeptSpectra(examination_number=examination, lowest_mz=lowest_mz, spectra=spectra)


def numbers_of(lines: Sequence[ExaminedLine]) -> tuple[str, ...]:
    """Give the numbers of examinations."""
    return tuple(line.number for line in lines)
