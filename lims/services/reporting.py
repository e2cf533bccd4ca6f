"""Reports: numbered, composed and signed by the expert; later given out, byte for byte."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from lims.domain.amendment import Amendment
from lims.domain.case import Case
from lims.domain.completeness import LegalGap
from lims.domain.examination import Examination, ExaminationStatus
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Identification
from lims.domain.permissions import Act, require_role
from lims.domain.report import LEFT, Report, ReportStatus
from lims.domain.report_content import Person
from lims.domain.run import RecordedRun
from lims.domain.seizure import Seizure
from lims.domain.signature import RecordedSignature, SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import LimsError, NotFoundError, ReviewerIsExaminerError, TransitionError
from lims.ledger import LedgerEntry
from lims.report_errors import AmendmentNeededError
from lims.services.confirming import Confirmation, pin_of, require_confirmed, signature_proof
from lims.services.curating import CuratingService
from lims.services.describing import described_by, require_unedited
from lims.services.desk_ports import ReportDesk
from lims.services.extracting import NO_CHECKPOINT, CarriedLedger, CheckpointMaker, carried, entries_of_report
from lims.services.gate_identity import quantitations_of
from lims.services.identifying import component_gaps
from lims.services.importing import ImportService
from lims.services.issue_gate import IssuePolicy, draft_faults, matter_of, runs_of_items
from lims.services.ports import Clock, LedgerHead, RawStore, Store, UnitOfWork
from lims.services.recovering import alone_at_report
from lims.services.report_batch import load_batch_file
from lims.services.report_building import CaseFile, Issue, build_content
from lims.services.report_circumstances import circumstances_of
from lims.services.report_law import legal_gaps_of
from lims.services.report_object import biological_of, scene_of
from lims.services.report_photographs import photographs_of, printed
from lims.services.supporting import items_of

_MAX_LISTED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingService:
    """Makes reports of concluded examinations and keeps them."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    desk: ReportDesk = field(repr=False)
    importing: ImportService = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)
    release_by_reviewer: bool = False
    """True in a laboratory of two: the reviewer may also issue, and every report says so."""
    policy: IssuePolicy = field(default_factory=IssuePolicy)
    checkpoints: CheckpointMaker | None = field(default=None, repr=False)
    """None: the documents carry no checkpoint of the ledger, and say so."""

    def draft(
        self,
        examination_number: str,
        *,
        reviewer: str,
        language: str,
        actor: StaffMember,
        confirmation: Confirmation,
        changes: str = "",
    ) -> Report:
        """Compose the report of a concluded examination and sign it as its expert.

        The number is recorded before anything is made, the document's digest after it is kept: a failure in
        between leaves a number that the next start or the next draft gives up with a reason, see ``recovering``.

        Parameters
        ----------
        changes : str, optional
            Of an amendment: what changed; empty: what the head ordered to be changed.

        Raises
        ------
        NotPermittedError
            If the actor is no expert, or the reviewer may not review.
        TransitionError
            If the examination is not concluded, is another expert's, has a report that waits for review, or one that
            is being made at this moment.
        ReviewerIsExaminerError
            If the reviewer is the expert, or imported the run.
        BatchNotUsableError, ReportBlockedError
            If the report could never be issued (rule RP-1): a batch is not usable, an identity, a weight, a sampling
            plan or an item of the list of contents is missing.
        AmendmentNeededError
            If a report of it was issued and nobody ordered an amendment.
        ReportOutdatedError
            If a record that it describes was edited while it was made.
        SignatureRefusedError
            If the actor did not confirm this very examination as the author of its report.
        DocumentError, SigningError
            If a service that a signature needs is away: no number is used. If the document cannot be made: the number
            stays intended until the next draft gives it up.
        """
        require_role(actor, Act.REPORT_DRAFTED)
        pin = self._checked_pin(examination_number, actor, confirmation)
        self.desk.require_services(at=self.clock.now())
        wishes = _Wishes(reviewer=reviewer, language=language, changes=clean_text("what changed", changes))
        with alone_at_report(self.store, examination_number):
            return self._draft(examination_number, wishes, actor, confirmation, pin)

    def _draft(
        self,
        examination_number: str,
        wishes: "_Wishes",
        actor: StaffMember,
        confirmation: Confirmation,
        pin: str | None,
    ) -> Report:
        report, head = self._intend(examination_number, wishes, actor, confirmation)
        with self.store.reading() as work:
            file = self._case_file(work, report)
            photographs = photographs_of(work, file.exhibit.number)
            entries = entries_of_report(work, report, file.described, case_number=file.case.number)
        ledger = self._carried(entries)
        issue = Issue(
            number=report.number,
            language=report.language,
            prepared_at=self.clock.now(),
            head=head,
            evidence=self.desk.evidence,
            release_by_reviewer=report.release_by_reviewer,
            signature_level=self.desk.signature_level,
            checkpoint=None if ledger is None else ledger.section,
        )
        shown = printed(photographs, raw_store=self.raw_store, desk=self.desk)
        content = build_content(replace(file, photographs=shown.sections), issue)
        unsigned = self.desk.compose(content, None if ledger is None else ledger.extract, shown.pictures)
        signed = self.desk.sign_as_expert(
            unsigned, person=content.expert, number=report.number, at=self.clock.now(), pin=pin
        )
        proof = signature_proof(confirmation, name=content.expert.name, made=signed.proof)
        content_bytes = self.desk.content_bytes(content)
        drafted = report.draft(
            content_sha256=hashlib.sha256(content_bytes).hexdigest(),
            draft_sha256=self.raw_store.put(signed.pdf),
            signature_level=self.desk.signature_level,
            basis=file.described,
            checkpoint_size=0 if ledger is None else ledger.section.size,
        )
        with self.store.unit_of_work() as work:
            require_unedited(work, drafted)
            work.record(
                drafted,
                act=Act.REPORT_DRAFTED,
                actor=actor,
                at=self.clock.now(),
                raw=(str(drafted.draft_sha256), *shown.pictures),
                signature=proof,
            )
            work.commit()
        return drafted

    def _checked_pin(self, examination_number: str, actor: StaffMember, confirmation: Confirmation) -> str | None:
        """Give the PIN of a token that opens with it: a mistyped one must not use up a report's number."""
        pin = pin_of(confirmation)
        if pin is None:
            return None
        now = self.clock.now()
        with self.store.reading() as work:
            examination = work.load(Examination, examination_number)
            meaning = SignatureMeaning.AUTHOR  # before the token is asked: it counts wrong PINs
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=examination, now=now)
        self.desk.check_pin(person=self.person(actor.number), at=now, pin=pin)
        return pin

    def _intend(
        self, examination_number: str, wishes: "_Wishes", actor: StaffMember, confirmation: Confirmation
    ) -> tuple[Report, LedgerHead]:
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            examination = work.load(Examination, examination_number)
            _require_concluded(examination, actor)
            meaning = SignatureMeaning.AUTHOR
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=examination, now=now)
            named = work.load(StaffMember, wishes.reviewer)
            require_role(named, Act.EXAMINATION_APPROVED)
            run = work.load(RecordedRun, examination.run_number)
            if run.imported_by == named.number:
                raise ReviewerIsExaminerError(run.number, named.number)
            for fault in draft_faults(work, examination, policy=self.policy, now=now):
                raise fault  # before a number is used
            others = work.children(Report, examination_number)
            for report in others:
                self._give_up(work, report, actor)
            case_number = work.load(Exhibit, examination.exhibit_number).case_number
            intended = Report(
                number=f"{case_number}-P{work.count(Report, prefix=f'{case_number}-P') + 1}",
                examination_number=examination_number,
                examination_version=examination.version,
                language=wishes.language,
                expert=actor.number,
                reviewer=named.number,
                evidence=self.desk.evidence,
                release_by_reviewer=self.release_by_reviewer,
                runs=tuple(one.number for one in runs_of_items(work, items_of(work, examination.exhibit_number))),
                amendment=_amendment(others, wishes.changes),
            )
            work.permit(intended, act=Act.REPORT_REVIEWED, actor=named, at=now)  # could that person review it?
            work.record(intended, act=Act.REPORT_INTENDED, actor=actor, at=now)
            head = work.head()
            work.commit()
        return intended, head

    def _carried(self, entries: tuple[LedgerEntry, ...]) -> CarriedLedger | None:
        """Have the ledger signed with the intent in it, and prove the entries; None where no signer can be asked."""
        if self.checkpoints is None:
            return None
        try:
            signed = self.checkpoints.make()
            keys = self.checkpoints.identity().keys
        except NO_CHECKPOINT:
            return None
        return carried(entries, tree=self.store.tree(), signed=signed, keys=keys)

    def _give_up(self, work: UnitOfWork, report: Report, actor: StaffMember) -> None:
        if report.status is ReportStatus.DRAFTED:
            raise TransitionError(f"{report.number} waits for the signature of {report.reviewer}")
        if report.status is ReportStatus.INTENDED:
            given_up = report.void(reason="no signed document was made under this number")
            work.record(given_up, act=Act.REPORT_VOIDED, actor=actor, at=self.clock.now())

    def _case_file(self, work: UnitOfWork, report: Report) -> CaseFile:
        examination = work.load(Examination, report.examination_number)
        exhibit = work.load(Exhibit, examination.exhibit_number)
        run = work.load(RecordedRun, examination.run_number)
        return CaseFile(
            case=work.load(Case, exhibit.case_number),
            exhibit=exhibit,
            recorded_run=run,
            batch=load_batch_file(work, run),
            run=self.importing.read(examination.run_number),
            examination=examination,
            release=self.curating.release(examination.basis.release),
            release_curated=self.curating.recorded(examination.basis.release).is_curated,
            expert=work.load(StaffMember, report.expert),
            reviewer=work.load(StaffMember, report.reviewer),
            seizure=work.load(Seizure, exhibit.seizure_number) if exhibit.seizure_number else None,
            identifications=work.children(Identification, exhibit.number),
            gaps={one.number: component_gaps(work, examination, one) for one in examination.identified},
            circumstances=circumstances_of(
                matter_of(work, examination, policy=self.policy, now=self.clock.now(), report=report), report.runs
            ),
            quantitations=quantitations_of(work, exhibit.number),
            described=described_by(work, examination),
            amendment=report.amendment,
            scene=scene_of(work, exhibit),
            biological=biological_of(work, exhibit),
        )

    def faults(self, examination_number: str) -> tuple[LimsError, ...]:
        """Say everything that keeps the report of an examination from being signed; nothing: it may be.

        Raises
        ------
        NotFoundError
            If there is no such examination.
        """
        with self.store.reading() as work:
            examination = work.load(Examination, examination_number)
            return draft_faults(work, examination, policy=self.policy, now=self.clock.now())

    def legal_gaps(self, examination_number: str) -> tuple[LegalGap, ...]:
        """Say what the report of an examination would not say of the law; it may be signed, and states each gap.

        Raises
        ------
        NotFoundError
            If there is no such examination.
        """
        with self.store.reading() as work:
            examination = work.load(Examination, examination_number)
            return legal_gaps_of(matter_of(work, examination, policy=self.policy, now=self.clock.now()))

    def signatures(self, number: str) -> tuple[RecordedSignature, ...]:
        """Give every signature of a report in the ledger: who, in which capacity, and when (rule SG-1).

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            newest = work.load(Report, number).version
            entries = [work.entry_of(Report, number, version=version) for version in range(1, newest + 1)]
        return tuple(
            RecordedSignature(
                person=entry.actor,
                name=str(entry.signature.get("name", entry.actor)),
                meaning=SignatureMeaning(str(entry.signature["meaning"])),
                at=entry.recorded_at,
            )
            for entry in entries
            if entry.signature is not None and "meaning" in entry.signature
        )

    def of_examination(self, examination_number: str) -> tuple[Report, ...]:
        """Give all reports of an examination."""
        with self.store.reading() as work:
            return work.children(Report, examination_number)

    def get(self, number: str) -> Report:
        """Give one report's record.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Report, number)

    def all(self) -> tuple[Report, ...]:
        """Give every report's record, newest first."""
        with self.store.reading() as work:
            return tuple(work.load(Report, line.number) for line in work.listed(Report, limit=_MAX_LISTED))

    def listed(
        self, statuses: Sequence[ReportStatus], *, limit: int, offset: int = 0, words: str = ""
    ) -> tuple[Report, ...]:
        """Give one page of the reports in these states whose number or title has these words, newest first."""
        states = [status.value for status in statuses]
        with self.store.reading() as work:
            lines = work.listed(Report, limit=limit, offset=offset, states=states, words=words)
            found = {one.number: one for one in work.several(Report, [line.number for line in lines])} if lines else {}
            return tuple(found[line.number] for line in lines)

    def person(self, number: str) -> Person:
        """Give a person as reports print one.

        Raises
        ------
        NotFoundError
            If there is nobody of that number.
        """
        with self.store.reading() as work:
            member = work.load(StaffMember, number)
        return Person(number=member.number, name=member.name, post=member.post)

    def document(self, number: str) -> bytes:
        """Give the document: the one with both signatures, or the draft that waits for the reviewer's.

        Raises
        ------
        NotFoundError
            If there is no report of that number, or it carries no document.
        RawStoreError
            If the document is missing or altered in the store.
        """
        report = self.get(number)
        digest = report.pdf_sha256 or report.draft_sha256
        if digest is None:
            raise NotFoundError("document of report", number)
        return self.raw_store.get(digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What an author chooses for a report."""

    reviewer: str
    language: str
    changes: str


def _amendment(others: Iterable[Report], changes: str) -> Amendment | None:
    """Say which report of the same examination a new one replaces; None for the first (rule RP-3)."""
    standing = next((one for one in others if one.status in LEFT and not one.superseded_by), None)
    if standing is None:
        return None
    if standing.order is None:
        raise AmendmentNeededError(standing.number)
    return Amendment(replaces=standing.number, changes=changes or standing.order.what, reason=standing.order.why)


def _require_concluded(examination: Examination, actor: StaffMember) -> None:
    if examination.status is not ExaminationStatus.CONCLUDED:
        raise TransitionError(f"{examination.number} is {examination.state}, not {ExaminationStatus.CONCLUDED.value}")
    if examination.examiner != actor.number:
        raise TransitionError(f"{examination.number} is examined by {examination.examiner}, not by {actor.number}")
