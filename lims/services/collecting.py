"""Bringing reference spectra in as proposals: from files of collections, and from runs of reference standards."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from decimal import Decimal
from pathlib import Path

from lims.domain.library_import import CheckTally, ImportCounts, LibraryImport
from lims.domain.permissions import Act, require_role
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.run import RawData, RecordedRun
from lims.domain.staff import StaffMember
from lims.domain.usability import require_usable
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError, RawStoreError
from lims.services.importing import ImportService
from lims.services.library_drawings import NamedStructure, StructuresByDigest
from lims.services.library_files import keep_packed, open_kept
from lims.services.library_findings import ImportFindings, findings_bytes, findings_of
from lims.services.ports import Clock, FileReader, ListedRecord, RawStore, Store, UnitOfWork
from lims.services.searching import retention_time
from lims.translation import TIME_ZONE
from spectra import GC_EI_DECONVOLUTION, Component, Run, find_components
from spectra.formats.bounded import BoundedReader
from spectra.formats.content import read_bytes
from spectra.formats.text_record import RefusedRecord
from substance_library.checks.checking import check_spectra
from substance_library.checks.finding import CheckReport
from substance_library.errors import InvalidValueError
from substance_library.frozen_release import MappedRelease, PackedRelease, pack_release
from substance_library.identifiers import InChIKey, Smiles
from substance_library.importers.library_file import Collection, imported_library
from substance_library.importers.reference_material import ReferenceMaterial, in_house_spectrum
from substance_library.importers.substance_table import merged_substances, read_substance_table
from substance_library.known_substance import KnownSubstance
from substance_library.provenance import IonTechnique, StandardOrigin
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.stated_structure import stated_structure

_MAX_LISTED = 10_000
_PROPOSED = "proposed records"
"""The purpose that a set of proposals carries: nothing searches it."""
_NONE, _ONE = ImportCounts(read=0, taken=0, refused=0), ImportCounts(read=1, taken=1, refused=0)
_NEAR_S = Decimal(2)
"""How far a component may lie from the time that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """What the person who imports says of a collection."""

    name: str
    """With its version, such as ``SWGDRUG 3.4``."""
    technique: IonTechnique = IonTechnique.UNKNOWN
    """For records that do not state one."""
    licence: str = ""
    contributor: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardMeasured:
    """Which component of which run is the spectrum of a reference standard."""

    standard: str
    """Number of the lot in the register."""
    run: str
    """Number of the imported run."""
    retention_time_s: Decimal
    """Of the component, within two seconds."""
    smiles: str = ""
    """Empty for unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """What is about to be recorded."""

    record: LibraryImport
    packed: PackedRelease
    findings: bytes
    beside: tuple[bytes, ...] = ()
    """Tables that came with the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectingService:
    """Makes imports: one act, one entry, however many records."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    importing: ImportService = field(repr=False)
    laboratory: str
    """As provenance names it."""
    reader: FileReader = field(default_factory=BoundedReader, repr=False)
    drawn: StructuresByDigest = field(default_factory=StructuresByDigest, repr=False)
    time_zone: tzinfo = TIME_ZONE

    def import_file(
        self, path: Path, facts: CollectionFacts, *, actor: StaffMember, tables: Iterable[Path] = ()
    ) -> LibraryImport:
        """Import a file, archive or folder of reference spectra; each record is taken or refused with its place.

        Parameters
        ----------
        tables : iterable of Path
            CSV files with structures and names of the substances.

        Raises
        ------
        spectra.FormatError
            If there is no record in it, or it cannot be read within the limits.
        InvalidRecordError
            If a table is none, or what is said of the collection cannot be kept.
        RawStoreError
            If the file changes while it is read, or cannot be kept.
        """
        require_role(actor, Act.LIBRARY_IMPORTED)
        clean = cleaned(facts)
        if not clean.name:
            raise InvalidRecordError("collection: empty; name it with its version, such as SWGDRUG 3.4")
        number = self._next_number()
        record = self._permitted(self._intended(number, actor, collection=clean.name), actor)
        reading = self.reader.records(path)
        collection = Collection(
            source=clean.name,
            technique=clean.technique,
            licence=clean.licence,
            contributor=clean.contributor,
            instrument=clean.instrument,
        )
        library = imported_library(reading, collection=collection, prefix=f"{number}/")
        brought = [_Table.read(one) for one in tables]
        counts = ImportCounts(
            read=library.read,
            taken=len(library.spectra),
            refused=len(library.refused),
            other_files=library.other_files,
        )
        name = clean_text("file name", path.name or path.resolve().name)
        record = replace(
            record,
            raw=RawData(sha256=reading.sha256, file_name=name, is_folder=path.is_dir()),
            form=library.form,
            technique=clean.technique.value,
            licence=clean.licence,
            counts=counts,
            tables=tuple(one.raw for one in brought),
        )
        proposal = _proposal(record, library.spectra, brought, library.refused)
        return self._record(proposal, self._keep_file(path, reading.sha256), actor)

    def import_standard(self, facts: StandardMeasured, *, actor: StaffMember) -> LibraryImport:
        """Propose the spectrum of a reference standard out of a run of this laboratory.

        Raises
        ------
        NotFoundError
            If there is no such standard or run.
        NotUsableError
            If the lot is not released, or out of date.
        InvalidRecordError
            If not exactly one component lies at that time, or the structure cannot be read.
        """
        require_role(actor, Act.LIBRARY_IMPORTED)
        clean = cleaned(facts)
        with self.store.reading() as work:
            standard, run = work.load(ReferenceStandard, clean.standard), work.load(RecordedRun, clean.run)
        number = self._next_number()
        record = self._permitted(self._intended(number, actor, collection=f"in-house {standard.number}"), actor)
        require_usable(standard, on=self.clock.now().astimezone(self.time_zone).date())
        component = _component(self.importing.read(run.number), clean.retention_time_s)
        material = _material(standard, run, component, clean.smiles, self.laboratory)
        spectrum = in_house_spectrum(component, material, accession=f"{number}/000001")
        if run.simulation_statement:
            spectrum = _marked(spectrum, run.simulation_statement)
        record = replace(record, raw=run.raw, form="run", technique=IonTechnique.EI.value)
        record = replace(record, standard=standard.number, run=run.number, counts=_ONE)
        proposal = _proposal(record, (spectrum,), [], ())
        return self._record(proposal, (run.raw.sha256,), actor)

    def components(self, run: str) -> tuple[Component, ...]:
        """Give the components of a run, of which one may be the spectrum of a standard, in the order of time.

        Raises
        ------
        NotFoundError, RawStoreError, SpectraError
            If there is no such run, or its data are missing or cannot be read.
        """
        return find_components(self.importing.read(run), detection=GC_EI_DECONVOLUTION).components

    def get(self, number: str) -> LibraryImport:
        """Give an import as it is now.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(LibraryImport, number)

    def imports(self) -> tuple[ListedRecord, ...]:
        """Give the lines of all imports, newest first."""
        with self.store.reading() as work:
            return work.listed(LibraryImport, limit=_MAX_LISTED)

    def records(self, number: str) -> MappedRelease:
        """Open the proposed records of an import."""
        return open_kept(self.raw_store, self.get(number).records_sha256)

    def structures(self, number: str) -> tuple[NamedStructure, ...]:
        """Give the different structures of an import, whose drawings a second person looks at."""
        digest = self.get(number).records_sha256
        return self.drawn.known(digest) or self.drawn.read(digest, open_kept(self.raw_store, digest))

    def findings(self, number: str) -> ImportFindings:
        """Give what the checks found in an import, and what was refused."""
        return findings_of(self.raw_store.get(self.get(number).findings_sha256))

    def _next_number(self) -> str:
        with self.store.reading() as work:
            return _number(work)

    def _intended(self, number: str, actor: StaffMember, *, collection: str) -> LibraryImport:
        return LibraryImport(
            number=number,
            raw=RawData(sha256="", file_name="", is_folder=False),
            collection=collection,
            form="",
            technique="",
            licence="",
            counts=_NONE,
            tallies=(),
            records_sha256="to be made",
            findings_sha256="to be made",
            imported_by=actor.number,
            imported_at=self.clock.now(),
        )

    def _permitted(self, record: LibraryImport, actor: StaffMember) -> LibraryImport:
        """Refuse for want of a right before anything dear is done."""
        with self.store.reading() as work:
            work.permit(record, act=Act.LIBRARY_IMPORTED, actor=actor, at=self.clock.now())
        return record

    def _keep_file(self, path: Path, sha256: str) -> tuple[str, ...]:
        kept = self.raw_store.put_run(path) if path.is_dir() else self.raw_store.put(read_bytes(path))
        if kept != sha256:
            raise RawStoreError(f"{path} changed while it was read; wait until it is complete")
        return (kept,)

    def _record(self, proposal: _Proposal, raw: tuple[str, ...], actor: StaffMember) -> LibraryImport:
        digests = keep_packed(self.raw_store, proposal.packed)
        findings = self.raw_store.put(proposal.findings)
        beside = tuple(self.raw_store.put(one) for one in proposal.beside)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            dated = replace(proposal.record, imported_at=now)
            named = (*raw, *digests, findings, *beside)
            work.record(dated, act=Act.LIBRARY_IMPORTED, actor=actor, at=now, raw=tuple(dict.fromkeys(named)))
            work.commit()
        return dated


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table that came beside a file."""

    raw: RawData
    data: bytes
    substances: tuple[KnownSubstance, ...]
    refused: tuple[RefusedRecord, ...]

    @classmethod
    def read(cls, path: Path) -> "_Table":
        data = read_bytes(path)
        try:
            table = read_substance_table(data, source=clean_text("file name", path.name))
        except InvalidValueError as error:
            raise InvalidRecordError(str(error)) from error
        raw = RawData(sha256=hashlib.sha256(data).hexdigest(), file_name=path.name, is_folder=False)
        return cls(raw=raw, data=data, substances=table.substances, refused=table.refused)


def _proposal(
    record: LibraryImport,
    spectra: tuple[ReferenceSpectrum, ...],
    tables: list[_Table],
    refused: tuple[RefusedRecord, ...],
) -> _Proposal:
    """Check the records and freeze them as proposals."""
    substances = merged_substances(one for table in tables for one in table.substances)
    report = check_spectra(spectra, substances)
    packed = pack_release(record.number, purpose=_PROPOSED, spectra=spectra, substances=substances)
    lines = tuple(one for table in tables for one in table.refused)
    findings = findings_bytes(ImportFindings(refused=(*refused, *lines), report=report))
    counts = replace(
        record.counts,
        taken=len(spectra),
        complained=len(report.complained),
        structures=_structures(spectra, substances),
        substances=len(substances),
        substance_lines_refused=len(lines),
    )
    return _Proposal(
        record=replace(
            record,
            counts=counts,
            tallies=_tallies(report),
            records_sha256=packed.manifest.sha256,
            findings_sha256=hashlib.sha256(findings).hexdigest(),
        ),
        packed=packed,
        findings=findings,
        beside=tuple(table.data for table in tables),
    )


def _tallies(report: CheckReport) -> tuple[CheckTally, ...]:
    return tuple(
        CheckTally(check=one.check.value, looked_at=one.looked_at, complaints=one.complaints, notes=one.notes)
        for one in report.counts
    )


def _structures(spectra: tuple[ReferenceSpectrum, ...], substances: tuple[KnownSubstance, ...]) -> int:
    """Count the different structures whose drawings somebody has to look at."""
    stated = (stated_structure(one) for one in spectra)
    drawn = {str(one.smiles) for one in stated if one is not None and one.smiles is not None}
    return len(drawn | {one.smiles for one in substances if one.smiles})


def _component(run: Run, wanted_s: Decimal) -> Component:
    found = find_components(run, detection=GC_EI_DECONVOLUTION).components
    near = [one for one in found if abs(retention_time(one) - wanted_s) <= _NEAR_S]
    if len(near) != 1:
        times = ", ".join(f"{retention_time(one)}" for one in found)
        raise InvalidRecordError(f"{len(near)} components within {_NEAR_S} s of {wanted_s} s; the run has {times}")
    return near[0]


def _material(
    standard: ReferenceStandard, run: RecordedRun, component: Component, smiles: str, laboratory: str
) -> ReferenceMaterial:
    try:
        structure = Smiles(smiles) if smiles else None
        inchikey = InChIKey(standard.inchikey) if standard.inchikey else None
    except InvalidValueError as error:
        raise InvalidRecordError(str(error)) from error
    return ReferenceMaterial(
        name=standard.substance,
        inchikey=inchikey,
        smiles=structure,
        origin=StandardOrigin(
            standard=standard.number,
            lot=standard.lot,
            producer=standard.producer,
            certificate=standard.certificate,
            purity=standard.purity,
            run=run.number,
            raw_sha256=run.raw.sha256,
            method=run.method,
            retention_time_s=retention_time(component),
        ),
        instrument=run.instrument,
        laboratory=laboratory,
        measured_by=run.imported_by,
    )


def _marked(spectrum: ReferenceSpectrum, words: str) -> ReferenceSpectrum:
    provenance = spectrum.provenance
    return spectrum if provenance is None else replace(spectrum, provenance=replace(provenance, marks=(words,)))


def _number(work: UnitOfWork) -> str:
    return f"LI-{work.count(LibraryImport) + 1:04d}"
