"""From findings and GC-MS components to the results that an identification rests on; none is left out unsaid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lims.domain.batch import Batch
from lims.domain.examination import Decision, Examination, ExaminationStatus, ExaminedComponent
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification_basis import LeftOut, Support, SupportKind
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.run import RecordedRun
from lims.domain.sequence import InjectionKind
from lims.errors import InvalidRecordError, NotFoundError
from lims.services.batching import batch_for_report
from lims.services.ports import UnitOfWork

_SPECTRUM, _RETENTION = "mass spectrometry", "gas chromatography"
_SKELETON = 14
_STANDARDS = frozenset({InjectionKind.STANDARD, InjectionKind.CALIBRATOR})


class RetentionBasis(StrEnum):
    """What a retention was compared with."""

    INDEX = "retention index"
    """Of the library, by the ladder of the run's method."""
    STANDARD = "reference standard"
    """A run of the same batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionEvaluation:
    """The expert's judgement of a retention (rule ID-3): without one it is no technique."""

    outcome: Outcome
    basis: RetentionBasis
    standard_run: str = ""
    """Of the reference standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentUse:
    """A run of a GC-MS as it is used: for one of its components, or because it shows none of the substance."""

    examination_number: str
    sampling: int
    component: int | None = None
    """None: no component is the substance."""
    retention: RetentionEvaluation | None = None
    """None: nobody evaluated it, so it does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which substance is in question, in which exhibit."""

    exhibit_number: str
    substance: str
    inchikey: str | None = None
    """None where it is not known, or a material is in question."""

    def is_about(self, name: str, inchikey: str | None) -> bool:
        """Tell whether a name and an InChIKey mean this substance; stereochemistry is no matter here."""
        if self.inchikey and inchikey:
            return self.inchikey[:_SKELETON] == inchikey[:_SKELETON]
        return self.substance.casefold() == name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitResults:
    """What an identification of an exhibit may rest on, of its parts too."""

    findings: tuple[Finding, ...]
    """Those that are not discarded."""
    examinations: tuple[Examination, ...]
    """Those that are concluded."""


def results_of(work: UnitOfWork, exhibit_number: str) -> ExhibitResults:
    """Give every result that an identification of an exhibit uses, or leaves out with a reason."""
    return ExhibitResults(
        findings=tuple(one for one in findings_of(work, exhibit_number) if one.discard is None),
        examinations=tuple(
            one for one in examinations_of(work, exhibit_number) if one.status is not ExaminationStatus.OPEN
        ),
    )


def support_of_findings(work: UnitOfWork, question: Question, numbers: Sequence[str]) -> Iterator[Support]:
    """Give the results of findings.

    Raises
    ------
    NotFoundError
        If there is no such finding.
    InvalidRecordError
        If a finding is of another exhibit, or discarded.
    """
    for number in numbers:
        finding = work.load(Finding, number)
        _require_of_exhibit(question, number, finding.exhibit_number)
        if finding.discard is not None:
            raise InvalidRecordError(f"{number} is discarded: {finding.discard.reason}")
        yield from finding_support(question, finding)


def finding_support(question: Question, finding: Finding) -> Iterator[Support]:
    """Give a result for each technique of a finding; one about another substance says nothing of this one."""
    about = finding.is_class or question.is_about(finding.substance, finding.inchikey)
    screen = finding.field_screen
    for result in finding.results:
        yield Support(
            kind=SupportKind.FINDING,
            number=finding.number,
            version=finding.version,
            technique=result.technique,
            outcome=result.outcome if about else Outcome.INCONCLUSIVE,
            sampling=finding.sampling,
            system=finding.system.words,
            data=tuple(one.sha256 for one in finding.evidence),
            comparison=result.comparison,
            reference=result.reference,
            field_screen=screen is not None,
            authorised=screen is None or screen.authorised,
            note="" if about else f"looked for {finding.substance}",
        )


def support_of_components(work: UnitOfWork, question: Question, uses: Sequence[ComponentUse]) -> Iterator[Support]:
    """Give the results of GC-MS runs: the spectrum, and the retention where it was evaluated.

    Raises
    ------
    NotFoundError
        If there is no such examination or component.
    InvalidRecordError
        If an examination is open or of another exhibit, a component is another substance, a retention was evaluated
        against nothing, or one run stands for two samplings.
    BatchNotUsableError
        If no report may use the run.
    """
    samplings: dict[str, int] = {}
    for use in uses:
        examination = work.load(Examination, use.examination_number)
        _require_of_exhibit(question, examination.number, examination.exhibit_number)
        if examination.status is ExaminationStatus.OPEN:
            raise InvalidRecordError(f"{examination.number} is open; expected an examination that is concluded")
        run = work.load(RecordedRun, examination.run_number)
        if samplings.setdefault(run.raw.sha256, use.sampling) != use.sampling:
            raise InvalidRecordError(f"run {run.number} is of one sampling, not of two")
        batch_for_report(work, run)
        yield from component_support(work, question, examination, run, use)


def component_support(
    work: UnitOfWork, question: Question, examination: Examination, run: RecordedRun, use: ComponentUse
) -> Iterator[Support]:
    """Give the spectrum of a component as a result, and its retention if it was evaluated (rule ID-3)."""
    component = None if use.component is None else _component(question, examination, use.component)
    if component is None:
        _require_absent(question, examination)
    yield spectrum_support(examination, run, use, found=component is not None)
    if use.retention is not None:
        if component is None:
            raise InvalidRecordError(f"{examination.number}: no component, so there is no retention to evaluate")
        yield _retention(work, examination, run, use, component, use.retention)


def require_nothing_left_unsaid(
    work: UnitOfWork, question: Question, supports: Sequence[Support], left_out: Sequence[LeftOut]
) -> None:
    """Refuse to leave out a result about the substance without saying why.

    Raises
    ------
    InvalidRecordError
        Naming every live finding about the substance or a class, and every concluded examination, that is neither
        used nor left out with a reason; or what is left out and does not exist.
    """
    known = set(_results_about(work, question))
    said = {one.number for one in supports} | {one.number for one in left_out}
    unsaid = sorted(known - said)
    if unsaid:
        raise InvalidRecordError(f"{', '.join(unsaid)}: neither used nor left out with a reason")
    used = {one.number for one in supports}
    both = sorted(used & {one.number for one in left_out})
    if both:
        raise InvalidRecordError(f"{', '.join(both)}: used and left out")


def findings_of(work: UnitOfWork, exhibit_number: str) -> Iterator[Finding]:
    """Give every finding of an exhibit and of its parts."""
    for number in items_of(work, exhibit_number):
        yield from work.children(Finding, number)


def examinations_of(work: UnitOfWork, exhibit_number: str) -> Iterator[Examination]:
    """Give every examination of an exhibit and of its parts."""
    for number in items_of(work, exhibit_number):
        yield from work.children(Examination, number)


def items_of(work: UnitOfWork, exhibit_number: str) -> tuple[str, ...]:
    """Name an exhibit and all its parts.

    Raises
    ------
    NotFoundError
        If there is no such exhibit.
    """
    case = work.load(Exhibit, exhibit_number).case_number
    parts = (one.number for one in work.children(Exhibit, case))
    return (exhibit_number, *(number for number in parts if number.startswith(f"{exhibit_number}.")))


def _results_about(work: UnitOfWork, question: Question) -> Iterator[str]:
    for finding in findings_of(work, question.exhibit_number):
        about = finding.is_class or question.is_about(finding.substance, finding.inchikey)
        if about and finding.discard is None:
            yield finding.number
    for examination in examinations_of(work, question.exhibit_number):
        if examination.status is not ExaminationStatus.OPEN:
            yield examination.number


def _require_of_exhibit(question: Question, number: str, exhibit_number: str) -> None:
    if exhibit_number != question.exhibit_number and not exhibit_number.startswith(f"{question.exhibit_number}."):
        raise InvalidRecordError(f"{number} is of exhibit {exhibit_number}, not of {question.exhibit_number}")


def _component(question: Question, examination: Examination, number: int) -> ExaminedComponent:
    component = examination.component(number)
    identity = component.identity
    if component.decision is not Decision.IDENTIFIED or identity is None:
        raise InvalidRecordError(f"{examination.number} component {number} is {component.decision.value}")
    if not question.is_about(identity.name, identity.inchikey):
        raise InvalidRecordError(
            f"{examination.number} component {number} is identified as {identity.name}, not as {question.substance}"
        )
    return component


def _require_absent(question: Question, examination: Examination) -> None:
    for component in examination.identified:
        identity = component.identity
        if identity is not None and question.is_about(identity.name, identity.inchikey):
            raise InvalidRecordError(
                f"{examination.number} component {component.number} is identified as {identity.name}; name it"
            )


def spectrum_support(examination: Examination, run: RecordedRun, use: ComponentUse, *, found: bool) -> Support:
    """Give the spectrum of a run as a result; a library for training identifies nothing."""
    purpose = examination.basis.release_purpose
    positive = Outcome.INCONCLUSIVE if purpose else Outcome.POSITIVE
    return Support(
        kind=SupportKind.EXAMINATION,
        number=examination.number,
        version=examination.version,
        technique=_SPECTRUM,
        outcome=positive if found else Outcome.NEGATIVE,
        sampling=use.sampling,
        system=_system(run),
        data=(run.raw.sha256,),
        comparison=Comparison.LIBRARY,
        reference=f"{examination.basis.release}, SHA-256 {examination.basis.release_sha256}",
        component=use.component,
        note=f"the library is marked: {purpose}" if purpose and found else "",
    )


def _retention(
    work: UnitOfWork,
    examination: Examination,
    run: RecordedRun,
    use: ComponentUse,
    component: ExaminedComponent,
    stated: RetentionEvaluation,
) -> Support:
    if stated.basis is RetentionBasis.INDEX:
        difference = None if component.identity is None else component.identity.retention_index_difference
        if difference is None:
            raise InvalidRecordError(
                f"{examination.number} component {component.number} has no retention index to compare; the run has no "
                f"ladder, or the library states none"
            )
        comparison, reference = Comparison.LIBRARY, f"retention index of the library, difference {difference}"
    else:
        _require_standard(work, run, stated.standard_run)
        comparison, reference = Comparison.REFERENCE_MATERIAL, f"run {stated.standard_run} of {run.batch_number}"
    return Support(
        kind=SupportKind.EXAMINATION,
        number=examination.number,
        version=examination.version,
        technique=_RETENTION,
        outcome=stated.outcome,
        sampling=use.sampling,
        system=_system(run),
        data=(run.raw.sha256,),
        comparison=comparison,
        reference=reference,
        component=use.component,
    )


def _require_standard(work: UnitOfWork, run: RecordedRun, number: str) -> None:
    """Refuse a reference standard that was not measured in the same batch."""
    if not run.batch_number:
        raise InvalidRecordError(f"run {run.number} was measured alone; no reference standard stands in its batch")
    batch = work.load(Batch, run.batch_number)
    place = next((one.place for one in batch.runs if one.run_number == number), None)
    if place is None:
        raise NotFoundError("run", f"{number} in batch {batch.number}")
    kind = batch.injection(place).kind
    if kind not in _STANDARDS:
        raise InvalidRecordError(f"run {number} is a {kind.value}, no reference standard")


def _system(run: RecordedRun) -> str:
    return ", ".join(filter(None, (run.instrument, run.method))) or f"as run {run.number} was made"
