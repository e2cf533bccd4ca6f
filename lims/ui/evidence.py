"""The evidence of examinations as pages show it: runs, the components found in them, and library releases.

What is read is kept by its digest, for all browser sessions of the process and in bounded number: bytes of one digest
are always the same. Whether a person may read a record is asked anew each time, before what is kept is given out.
"""

from dataclasses import dataclass, field

from lims.domain.examination import Examination, ExaminedComponent
from lims.domain.run import RecordedRun
from lims.services.comparing import IsomerIons, explaining_shift, isomer_ions
from lims.services.isomers import CandidateIsomers, KnownIsomers, Structures
from lims.services.searching import components_again, recorded_detection
from lims.services.supporting import Question
from lims.ui.kept import Kept
from lims.ui.session import Visit
from spectra import Component, Run, find_components
from spectra.spectrum import MassSpectrum
from substance_library import LibraryRelease, ReferenceSpectrum, Smiles

_RUNS: Kept[Run] = Kept(12)
_COMPONENTS: Kept[tuple[Component, ...]] = Kept(24)
_RELEASES: Kept[LibraryRelease] = Kept(3)
_STRUCTURES: Kept[Structures] = Kept(3)
_ISOMERS: Kept[KnownIsomers] = Kept(512)
_IONS: Kept[tuple[IsomerIons, ...]] = Kept(512)
_SHIFTS: Kept[int] = Kept(512)
"""A run has some megabytes, a release of three thousand spectra some ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands behind an examination; none of it can change."""

    number: str
    run: Run = field(repr=False)
    release: LibraryRelease = field(repr=False)
    components: tuple[Component, ...] = field(repr=False)
    """As found in the run, one for each component of the examination."""

    def found(self, component: ExaminedComponent) -> Component:
        """Give what was found where a component stands."""
        return self.components[component.number - 1]

    def spectrum(self, component: ExaminedComponent) -> MassSpectrum:
        """Give the measured spectrum of a component."""
        return self.found(component).spectrum

    def reference(self, accession: str) -> ReferenceSpectrum:
        """Give the library's spectrum."""
        return self.release.reference(accession)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRun:
    """A run of a reference standard with its components."""

    run: Run = field(repr=False)
    components: tuple[Component, ...] = field(repr=False)


def evidence_of(visit: Visit, examination: Examination) -> Evidence:
    """Give the evidence of an examination.

    Raises
    ------
    InvalidRecordError
        If the raw data no longer give the components that were examined.
    RawStoreError
        If bytes are missing or altered.
    """
    recorded = visit.laboratory.importing.run(examination.run_number)
    run = _run_of(visit, recorded)
    times = tuple(component.retention_time_s for component in examination.components)
    basis = examination.basis
    visit.laboratory.curating.recorded(basis.release)
    release = _RELEASES.get(
        (basis.release_sha256, basis.release), lambda: visit.laboratory.curating.release(basis.release)
    )
    components = _COMPONENTS.get(
        (recorded.raw.sha256, basis.detection, times), lambda: components_again(examination, run)
    )
    return Evidence(number=examination.number, run=run, release=release, components=components)


def standard_of(visit: Visit, run_number: str, examination: Examination) -> StandardRun:
    """Give the run of a reference standard, its components found in the way of an examination."""
    recorded = visit.laboratory.importing.run(run_number)
    run, detection = _run_of(visit, recorded), recorded_detection(examination)
    words = examination.basis.detection
    components = _COMPONENTS.get(
        (recorded.raw.sha256, words), lambda: find_components(run, detection=detection).components
    )
    return StandardRun(run=run, components=components)


def isomers_of(visit: Visit, evidence: Evidence, name: str, inchikey: str | None) -> CandidateIsomers:
    """Say which isomers of a candidate are known, and which of them a curator says are told apart."""
    release, identifying = evidence.release, visit.laboratory.identifying
    question = Question(exhibit_number="", substance=name, inchikey=inchikey)
    key = (release.sha256, release.name, name, inchikey)
    known = _ISOMERS.get(key, lambda: identifying.known_isomers(question, release))
    return identifying.isomers_of(question, known, release.name)


def structure_in(visit: Visit, evidence: Evidence, inchikey: str | None) -> Smiles | None:
    """Give the structure of a substance, from the package or from what the release states; None where none is known."""
    if not inchikey:
        return None
    release, curating = evidence.release, visit.laboratory.curating
    known = _STRUCTURES.get(
        (release.sha256, release.name), lambda: Structures.of((release,), curating.known_substances(release.name))
    )
    return known.get(inchikey)


def telling_ions(evidence: Evidence, accession: str, isomers: CandidateIsomers) -> tuple[IsomerIons, ...]:
    """Say which ions tell a candidate from its isomers, by the spectra of the release."""
    keys = tuple(one.inchikey for one in (*isomers.alike, *isomers.told_apart) if one.inchikey)
    release = evidence.release
    return _IONS.get(
        (release.sha256, release.name, accession, keys),
        lambda: isomer_ions(release.reference(accession), keys, release),
    )


def proposed_shift(evidence: Evidence, component: ExaminedComponent, accession: str) -> int:
    """Propose a difference of masses for the hybrid view."""
    spectrum, reference = evidence.spectrum(component), evidence.reference(accession)
    masses = (tuple(spectrum.mz.tolist()), tuple(spectrum.intensity.tolist()))
    return _SHIFTS.get(
        (evidence.release.sha256, accession, masses), lambda: explaining_shift(spectrum, reference.spectrum)
    )


def _run_of(visit: Visit, recorded: RecordedRun) -> Run:
    return _RUNS.get(recorded.raw.sha256, lambda: visit.laboratory.importing.read(recorded.number))
