"""From records to the content of a report. Pure: everything that the report says is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from lims.domain.amendment import Amendment
from lims.domain.case import Case
from lims.domain.described import DescribedRecord
from lims.domain.examination import Decision, Examination, ExaminedComponent
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Identification
from lims.domain.identification_rule import Gap
from lims.domain.quantitation import Quantitation
from lims.domain.report_circumstances import Circumstances
from lims.domain.report_content import (
    CandidateSection,
    CaseSection,
    CheckpointSection,
    ComponentSection,
    ExhibitSection,
    Finding,
    IdentitySection,
    LedgerSection,
    LibrarySection,
    MethodSection,
    Peak,
    Person,
    ReportContent,
    RunSection,
    TracePoint,
)
from lims.domain.report_kind import ReportKind, report_kinds
from lims.domain.report_object import BiologicalSection, SceneSection
from lims.domain.report_photographs import PhotographSection
from lims.domain.run import RecordedRun
from lims.domain.seizure import Seizure, day_of_law
from lims.domain.staff import StaffMember
from lims.errors import InvalidRecordError
from lims.services.gate_identity import about
from lims.services.ports import LedgerHead
from lims.services.report_batch import BatchFile, batch_section
from lims.services.report_identification import identification_sections, is_identified, reported
from lims.services.searching import RunSearch, components_again
from spectra import MassSpectrum, Run
from spectra.cleaning import scale_to_base_peak
from spectra.scores import prepare_spectrum
from substance_library import LibraryRelease, structure_of

_BASE_PEAK = 999.0
_TENTH = Decimal("0.1")
_MILLI = Decimal("0.001")
_FINDINGS = {
    Decision.IDENTIFIED: Finding.IDENTIFIED,
    Decision.INTERNAL_STANDARD: Finding.INTERNAL_STANDARD,
    Decision.NOT_IDENTIFIED: Finding.NOT_IDENTIFIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All records that one report is made of."""

    case: Case
    exhibit: Exhibit
    recorded_run: RecordedRun
    batch: BatchFile | None
    """None for a run that was measured alone."""
    run: Run = field(repr=False)
    examination: Examination = field(repr=False)
    release: LibraryRelease = field(repr=False)
    release_curated: bool
    """Whether two persons checked each record of the release."""
    expert: StaffMember
    reviewer: StaffMember
    seizure: Seizure | None = None
    """The one that the exhibit comes from, where it is recorded by itself."""
    identifications: tuple[Identification, ...] = ()
    """Of the exhibit; those that are concluded and undisputed are reported."""
    gaps: Mapping[int, tuple[Gap, ...]] = field(default_factory=dict)
    """By the number of a component: what an identification of it would need."""
    circumstances: Circumstances = field(default_factory=Circumstances)
    quantitations: tuple[Quantitation, ...] = ()
    """Of the exhibit and its parts; those that are not discarded."""
    described: tuple[DescribedRecord, ...] = ()
    """Every record that the report describes, in its version."""
    amendment: Amendment | None = None
    scene: SceneSection | None = None
    biological: BiologicalSection | None = None
    photographs: tuple[PhotographSection, ...] = ()
    """Of the exhibit, with the digests of the pictures that are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What the act of reporting adds."""

    number: str
    language: str
    prepared_at: datetime
    head: LedgerHead
    evidence: bool
    release_by_reviewer: bool = False
    signature_level: str = "PAdES B-B"
    checkpoint: CheckpointSection | None = None
    """None for a document that carries none."""


def build_content(file: CaseFile, issue: Issue) -> ReportContent:
    """Put the content of a report together.

    Raises
    ------
    InvalidRecordError
        If the run no longer gives the components that the examination recorded, or the release is another one.
    """
    basis = file.examination.basis
    return ReportContent(
        number=issue.number,
        language=issue.language,
        prepared_at=issue.prepared_at,
        laboratory=file.case.laboratory,
        case=_case_section(file.case, file.seizure),
        exhibit=_exhibit_section(file.exhibit, file.photographs),
        runs=(_run_section(file),),
        library=LibrarySection(
            name=basis.release,
            sha256=basis.release_sha256,
            spectra=basis.release_spectra,
            purpose=basis.release_purpose,
            curated=file.release_curated,
        ),
        method=MethodSection(
            preset=basis.preset,
            preset_version=basis.preset_version,
            source=basis.preset_source,
            software_version=basis.software_version,
        ),
        expert=_person(file.expert),
        reviewer=_person(file.reviewer),
        ledger=LedgerSection(entries=issue.head.entries, head=issue.head.leaf, checkpoint=issue.checkpoint),
        evidence=issue.evidence,
        release_by_reviewer=issue.release_by_reviewer,
        signature_level=issue.signature_level,
        identifications=identification_sections(file.identifications),
        circumstances=file.circumstances,
        described=file.described,
        amendment=file.amendment,
        kinds=_kinds(file),
        answers=file.examination.answers,
        scene=file.scene,
        biological=file.biological,
        quantitations=file.quantitations,
    )


def _kinds(file: CaseFile) -> tuple[ReportKind, ...]:
    concluded = (one.verdict for one in reported(file.identifications))
    return report_kinds(
        conclusions=[verdict.conclusion for verdict in concluded if verdict is not None],
        found=len(file.examination.identified),
        measured=len(file.quantitations),
        synthesis=file.scene is not None,
        biological=file.biological is not None,
    )


def _case_section(case: Case, seizure: Seizure | None) -> CaseSection:
    return CaseSection(
        number=case.number,
        appointing_body=case.appointing_body,
        order_number=case.order_number,
        order_date=case.order_date,
        seizure_date=day_of_law(case, seizure),
        seizure_place=case.seizure_place if seizure is None else seizure.place,
        questions=case.questions,
        appointed_by=case.request.appointed_by if case.request else "",
        seizing_body=case.seizing_body,
        seizing_reference=case.seizing_reference,
    )


def _exhibit_section(exhibit: Exhibit, photographs: tuple[PhotographSection, ...]) -> ExhibitSection:
    return ExhibitSection(
        number=exhibit.number,
        description=exhibit.description,
        seal_number=exhibit.seal_number,
        seal_intact=exhibit.seal_intact,
        received_at=exhibit.received_at,
        condition=exhibit.condition,
        delivered_by=exhibit.delivered_by,
        unit_count=exhibit.unit_count,
        disclaimers=exhibit.disclaimers,
        photographs=photographs,
    )


def _person(member: StaffMember) -> Person:
    return Person(number=member.number, name=member.name, post=member.post)


def _run_section(file: CaseFile) -> RunSection:
    recorded, examination = file.recorded_run, file.examination
    search = RunSearch(file.release)
    measured = components_again(examination, file.run)
    return RunSection(
        number=recorded.number,
        file_name=recorded.raw.file_name,
        sha256=recorded.raw.sha256,
        source_format=recorded.source_format,
        scans=recorded.scans,
        sample_name=recorded.sample_name,
        acquired_at=recorded.acquired_at,
        instrument=recorded.instrument,
        method=recorded.method,
        vial=recorded.vial,
        simulation_statement=recorded.simulation_statement,
        chromatogram=_trace(file.run),
        components=tuple(
            _component_section(component, spectrum.spectrum, file, search)
            for component, spectrum in zip(examination.components, measured, strict=True)
        ),
        unreported_components=examination.unreported_components,
        reporting_limit=examination.basis.detection,
        batch=None if file.batch is None else batch_section(file.batch),
    )


def _trace(run: Run) -> tuple[TracePoint, ...]:
    return tuple(
        TracePoint(time_s=Decimal(time).quantize(_MILLI), counts=round(counts))
        for time, counts in zip(run.scan_times_s.tolist(), run.total_ion_current.tolist(), strict=True)
    )


def _component_section(
    component: ExaminedComponent, measured: MassSpectrum, file: CaseFile, search: RunSearch
) -> ComponentSection:
    if component.decision not in _FINDINGS:
        raise InvalidRecordError(f"{file.examination.number} component {component.number} is undecided")
    identity, finding = None, _FINDINGS[component.decision]
    reason, concluded = component.reason, _about(component, file)
    if component.identity is not None and component.decision is Decision.IDENTIFIED:
        identity = _identity(component.identity.accession, measured, file, search)
        finding = Finding.IDENTIFIED if concluded is not None and is_identified(concluded) else Finding.FOUND
    elif component.identity is not None:
        reason = f"{component.identity.name}. {component.reason}".strip()
    return ComponentSection(
        number=component.number,
        retention_time_s=component.retention_time_s,
        area_percent=component.area_percent,
        base_peak_mz=component.base_peak_mz,
        signal_to_noise=component.signal_to_noise,
        finding=finding,
        reason=reason,
        candidates=tuple(
            CandidateSection(
                rank=candidate.rank,
                name=candidate.name,
                inchikey=candidate.inchikey,
                match_factor=round(candidate.match_factor),
                reverse_match_factor=round(candidate.reverse_match_factor),
                retention_index_difference=candidate.retention_index_difference,
            )
            for candidate in component.candidates
        ),
        identity=identity,
        lacking=file.gaps.get(component.number, ()) if finding is Finding.FOUND and concluded is None else (),
        identification="" if identity is None or concluded is None else concluded.number,
    )


def _about(component: ExaminedComponent, file: CaseFile) -> Identification | None:
    """Give the reported identification of the exhibit that is about a component."""
    identity = component.identity
    if identity is None:
        return None
    return next((one for one in reported(file.identifications) if about(one, identity.name, identity.inchikey)), None)


def _identity(accession: str, measured: MassSpectrum, file: CaseFile, search: RunSearch) -> IdentitySection:
    if search.release.sha256 != file.examination.basis.release_sha256:
        raise InvalidRecordError(f"{file.examination.number} was searched in another file of {search.release.name}")
    reference = search.release.reference(accession)
    lowest = float(search.detection.unit_mass.nominal(file.run.mz.min(keepdims=True))[0])
    structure = structure_of(reference.inchikey) if reference.inchikey else None
    return IdentitySection(
        name=reference.name,
        inchikey=str(reference.inchikey) if reference.inchikey else None,
        formula=reference.formula,
        smiles=str(structure) if structure else None,
        reference_accession=accession,
        measured=_peaks(prepare_spectrum(measured, search.preset, lowest_mz=lowest)),
        reference=_peaks(prepare_spectrum(reference.spectrum, search.preset, lowest_mz=lowest)),
        stereochemistry_established=False,
    )


def _peaks(spectrum: MassSpectrum) -> tuple[Peak, ...]:
    scaled = scale_to_base_peak(spectrum, base=_BASE_PEAK)
    return tuple(
        Peak(mz=int(mz), intensity=Decimal(height).quantize(_TENTH))
        for mz, height in zip(scaled.mz.tolist(), scaled.intensity.tolist(), strict=True)
    )
