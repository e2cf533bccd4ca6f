"""Findings: recorded with their evidence, corrected as new versions, discarded with a reason; nothing is taken away."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from lims.domain.aliquot import Aliquot
from lims.domain.exhibit import Exhibit, next_number
from lims.domain.finding import (
    BenchSystem,
    ControlOutcome,
    Correction,
    Discard,
    Evidence,
    EvidenceKind,
    FieldScreen,
    Finding,
    TechniqueOutcome,
)
from lims.domain.permissions import Act, require_role
from lims.domain.procedure import Procedure
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError, NotFoundError, StaleVersionError, UnreadableFileError
from lims.services.method_force import procedure_for_work
from lims.services.ports import Clock, RawStore, Store, UnitOfWork
from lims.translation import TIME_ZONE

MAX_EVIDENCE_BYTES = 200_000_000
"""Of one file; it is read whole. A spectrum has some kilobytes, a picture up to about 30 megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """What a person at the bench states."""

    exhibit_number: str
    sampling: int
    procedure_number: str
    system: BenchSystem
    substance: str
    results: tuple[TechniqueOutcome, ...]
    occurred_at: datetime
    """Aware."""
    inchikey: str | None = None
    is_class: bool = False
    aliquot_number: str = ""
    controls: tuple[ControlOutcome, ...] = ()
    deviation_number: str = ""
    field_device: str = ""
    """Of a field screen; empty for work in the laboratory."""
    field_operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file that a person brings as evidence."""

    path: Path
    kind: EvidenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingService:
    """Records findings."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    def record(self, facts: FindingFacts, *, files: Sequence[EvidenceFile] = (), actor: StaffMember) -> Finding:
        """Record what a technique showed; the evidence is kept durably first.

        Raises
        ------
        NotPermittedError, NotCompetentError
            If the actor does not work at the bench, or is not competent for the procedure.
        NotFoundError
            If there is no such exhibit, procedure, aliquot or deviation.
        NotInForceError
            If the procedure is not validated and in force on the day, and no accepted deviation covers it.
        InvalidRecordError
            If a required control is missing or was not met, a result of category A or B links to no file, a technique
            is none of the procedure's, or the work lies before the exhibit's receipt or after now.
        DuplicateRawDataError
            If the data of an instrument are the evidence of another finding or run.
        UnreadableFileError, RawStoreError
            If a file cannot be read or kept.
        """
        require_role(actor, Act.FINDING_RECORDED)
        clean = cleaned(facts)
        brought = tuple(_read(one) for one in files)
        with self.store.reading() as reading:  # before bytes are kept
            intended = self._intended(reading, clean, brought, actor)
            reading.permit(intended, act=Act.FINDING_RECORDED, actor=actor, at=self.clock.now())
        self._keep(brought)
        with self.store.unit_of_work() as work:
            finding = self._intended(work, clean, brought, actor)
            digests = tuple(one.evidence.sha256 for one in brought)
            work.record(finding, act=Act.FINDING_RECORDED, actor=actor, at=self.clock.now(), raw=digests)
            work.commit()
        return finding

    def correct(
        self,
        number: str,
        facts: FindingFacts,
        *,
        reason: str,
        actor: StaffMember,
        version: int,
        files: Sequence[EvidenceFile] = (),
    ) -> Finding:
        """Record other facts in place of those of a finding; the version before stays as it was.

        Parameters
        ----------
        facts : FindingFacts
            All of them, not only what changes. The procedure's version and the field screen stay.
        version : int
            That the person saw.
        files : sequence of EvidenceFile
            Further evidence; none is taken away.

        Raises
        ------
        NotPermittedError, NotCompetentError
            If the actor does not work at the bench, or is not competent for the procedure.
        StaleVersionError, TransitionError
            If it moved on since it was read, or is discarded.
        InvalidRecordError
            If no reason is given, or it would become a finding of another exhibit, procedure or person.
        UnreadableFileError, RawStoreError, DuplicateRawDataError
            As for a new one.
        """
        require_role(actor, Act.FINDING_CORRECTED)
        clean = cleaned(facts)
        brought = tuple(_read(one) for one in files)
        correction = Correction(reason=clean_text("reason", reason), by=actor.number, at=self.clock.now())
        with self.store.reading() as reading:  # before bytes are kept
            intended = self._corrected(reading, number, version, clean, brought, correction)
            reading.permit(intended, act=Act.FINDING_CORRECTED, actor=actor, at=self.clock.now())
        self._keep(brought)
        with self.store.unit_of_work() as work:
            corrected = self._corrected(work, number, version, clean, brought, correction)
            digests = tuple(one.evidence.sha256 for one in brought)
            work.record(corrected, act=Act.FINDING_CORRECTED, actor=actor, at=self.clock.now(), raw=digests)
            work.commit()
        return corrected

    def discard(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Finding:
        """Take a finding out of use; it stays listed with the reason.

        Raises
        ------
        NotPermittedError, NotCompetentError
            If the actor is no expert, or not competent for the procedure.
        NotFoundError, StaleVersionError, TransitionError, InvalidRecordError
            If there is none of that number, it moved on, is discarded already, or no reason is given.
        """
        require_role(actor, Act.FINDING_DISCARDED)
        with self.store.unit_of_work() as work:
            finding = _load(work, number, version)
            words = clean_text("reason", reason)
            discarded = finding.discard_it(Discard(reason=words, by=actor.number, at=self.clock.now()))
            work.record(discarded, act=Act.FINDING_DISCARDED, actor=actor, at=self.clock.now())
            work.commit()
        return discarded

    def get(self, number: str, *, version: int | None = None) -> Finding:
        """Give one finding, its newest version or a stated one.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        with self.store.reading() as work:
            return work.load(Finding, number, version=version)

    def of_exhibit(self, exhibit_number: str) -> tuple[Finding, ...]:
        """Give every finding on an exhibit, discarded ones too, oldest first."""
        with self.store.reading() as work:
            return work.children(Finding, exhibit_number)

    def evidence(self, number: str, sha256: str) -> bytes:
        """Give a file of evidence.

        Raises
        ------
        NotFoundError
            If the finding has no such file.
        RawStoreError
            If its bytes are missing or altered.
        """
        if sha256 not in {one.sha256 for one in self.get(number).evidence}:
            raise NotFoundError("evidence", f"{number} {sha256}")
        return self.raw_store.get(sha256)

    def _intended(
        self, work: UnitOfWork, facts: FindingFacts, brought: Sequence["_Brought"], actor: StaffMember
    ) -> Finding:
        """Give the finding as it would be recorded now, or say everything against it."""
        exhibit = work.load(Exhibit, facts.exhibit_number)
        procedure = procedure_for_work(
            work,
            facts.procedure_number,
            facts.occurred_at,
            exhibit_number=facts.exhibit_number,
            deviation_number=facts.deviation_number,
            time_zone=self.time_zone,
        )
        screen = _field_screen(facts, procedure)
        finding = _finding(
            facts,
            number=next_number(
                f"{exhibit.number}-T", (one.number for one in work.children(Finding, facts.exhibit_number))
            ),
            procedure_version=procedure.version,
            examiner=actor.number,
            recorded_at=self.clock.now(),
            evidence=tuple(one.evidence for one in brought),
            field_screen=screen,
        )
        if screen is None and finding.occurred_at < exhibit.received_at:
            raise InvalidRecordError(
                f"done at {finding.occurred_at}, before {exhibit.number} was received ({exhibit.received_at})"
            )
        _require_of_procedure(work, finding, procedure)
        return finding

    def _corrected(
        self,
        work: UnitOfWork,
        number: str,
        version: int,
        facts: FindingFacts,
        brought: Sequence["_Brought"],
        correction: Correction,
    ) -> Finding:
        before = _load(work, number, version)
        procedure = work.load(Procedure, before.procedure_number, version=before.procedure_version)
        after = _finding(
            facts,
            number=before.number,
            procedure_version=before.procedure_version,
            examiner=before.examiner,
            recorded_at=before.recorded_at,
            evidence=(*before.evidence, *(one.evidence for one in brought)),
            field_screen=before.field_screen,
        )
        _require_of_procedure(work, after, procedure)
        return before.correct(after, correction)

    def _keep(self, brought: Sequence["_Brought"]) -> None:
        for one in brought:
            self.raw_store.put(one.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    evidence: Evidence
    data: bytes = field(repr=False)


def _finding(
    facts: FindingFacts,
    *,
    number: str,
    procedure_version: int,
    examiner: str,
    recorded_at: datetime,
    evidence: tuple[Evidence, ...],
    field_screen: FieldScreen | None,
) -> Finding:
    return Finding(
        number=number,
        exhibit_number=facts.exhibit_number,
        sampling=facts.sampling,
        procedure_number=facts.procedure_number,
        procedure_version=procedure_version,
        system=facts.system,
        substance=facts.substance,
        results=facts.results,
        examiner=examiner,
        occurred_at=facts.occurred_at,
        recorded_by=examiner,
        recorded_at=recorded_at,
        inchikey=facts.inchikey,
        is_class=facts.is_class,
        aliquot_number=facts.aliquot_number,
        controls=facts.controls,
        evidence=evidence,
        field_screen=field_screen,
        deviation_number=facts.deviation_number,
    )


def _field_screen(facts: FindingFacts, procedure: Procedure) -> FieldScreen | None:
    """Hold a field screen against the list of devices and people of the procedure (rule ID-9)."""
    if not (facts.field_device or facts.field_operator):
        return None
    authorised = procedure.authorises(device=facts.field_device, operator=facts.field_operator)
    return FieldScreen(device=facts.field_device, operator=facts.field_operator, authorised=authorised)


def _require_of_procedure(work: UnitOfWork, finding: Finding, procedure: Procedure) -> None:
    """Refuse techniques that are none of the procedure's, missing controls, and an aliquot of another exhibit."""
    strange = [one.technique for one in finding.results if one.technique not in procedure.techniques]
    if strange:
        raise InvalidRecordError(
            f"{', '.join(strange)}: procedure {procedure.number} is for {', '.join(procedure.techniques)}"
        )
    finding.require_controls(procedure.required_controls)
    if finding.aliquot_number:
        aliquot = work.load(Aliquot, finding.aliquot_number)
        if aliquot.exhibit_number != finding.exhibit_number:
            raise InvalidRecordError(f"aliquot {aliquot.number} is of {aliquot.exhibit_number}")
        aliquot.require_measured_after(finding.occurred_at)


def _load(work: UnitOfWork, number: str, version: int | None) -> Finding:
    finding = work.load(Finding, number)
    if version is not None and finding.version != version:
        raise StaleVersionError(Finding.KIND, number, finding.version)
    return finding


def _read(file: EvidenceFile) -> _Brought:
    """Read a file of evidence whole.

    Raises
    ------
    UnreadableFileError
        If that cannot be done, it is empty or too large.
    """
    try:
        with file.path.open("rb") as opened:
            data = opened.read(MAX_EVIDENCE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(file.path, error.strerror or str(error)) from error
    if not 0 < len(data) <= MAX_EVIDENCE_BYTES:
        raise UnreadableFileError(file.path, f"{len(data)} bytes read; expected 1 to {MAX_EVIDENCE_BYTES}")
    name = clean_text("file name", file.path.name)
    digest = hashlib.sha256(data).hexdigest()
    return _Brought(evidence=Evidence(sha256=digest, file_name=name, kind=file.kind), data=data)
