"""Technical review: a second expert approves with a signature that completes the report, or sends it back."""

from dataclasses import dataclass, field

from lims.domain.examination import Examination, Review
from lims.domain.permissions import Act, require_role
from lims.domain.report import Report, ReportStatus
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import StaleVersionError, TransitionError
from lims.services.batching import batch_for_report
from lims.services.confirming import Confirmation, pin_of, require_confirmed, signature_proof
from lims.services.ports import Clock, ListedRecord, RawStore, ReportDesk, Store, UnitOfWork
from lims.services.reporting import ReportingService

_MAX_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewingService:
    """Approves and signs, or sends back."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    desk: ReportDesk = field(repr=False)
    reporting: ReportingService = field(repr=False)
    clock: Clock = field(repr=False)

    def approve(
        self, report_number: str, *, actor: StaffMember, confirmation: Confirmation, comment: str = ""
    ) -> Report:
        """Approve the examination behind a drafted report and sign the document, which locks it.

        The signed document is kept first; then approval and signature are recorded together or not at all. The
        report waits for its release from then on.

        Raises
        ------
        NotPermittedError
            If the actor may not review.
        ReviewerIsExaminerError
            If the reviewer did the work.
        TransitionError
            If there is nothing to review, or another person was named.
        StaleVersionError
            If the examination changed since the report was drafted.
        BatchNotUsableError
            If the batch of the run is not usable any more.
        SignatureRefusedError
            If the actor did not confirm this very record as its reviewer.
        SigningError
            If the document cannot be signed.
        """
        require_role(actor, Act.EXAMINATION_APPROVED)
        now = self.clock.now()
        review = Review(reviewer=actor.number, reviewed_at=now, approved=True, comment=clean_text("comment", comment))
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            _require_usable_batch(
                work, self._approved(work.load(Examination, report.examination_number), report, review)
            )
            report.review(reviewer=actor.number, pdf_sha256="")  # refuse before a signature is made
            work.permit(report, act=Act.REPORT_REVIEWED, actor=actor, at=now)
            meaning = SignatureMeaning.TECHNICAL_REVIEWER
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
        person = self.reporting.person(actor.number)
        signed = self.desk.sign_as_reviewer(
            self.reporting.document(report_number),
            person=person,
            number=report_number,
            at=now,
            pin=pin_of(confirmation),
        )
        proof = signature_proof(confirmation, name=person.name, made=signed.proof)
        digest = self.raw_store.put(signed.pdf)
        with self.store.unit_of_work() as work:
            approved = self._approved(work.load(Examination, report.examination_number), report, review)
            _require_usable_batch(work, approved)  # it may have been judged again since the report was drafted
            reviewed = work.load(Report, report_number).review(reviewer=actor.number, pdf_sha256=digest)
            at = self.clock.now()  # signing took its time
            work.record(approved, act=Act.EXAMINATION_APPROVED, actor=actor, at=at)
            work.record(reviewed, act=Act.REPORT_REVIEWED, actor=actor, at=at, raw=(digest,), signature=proof)
            work.commit()
        return reviewed

    def send_back(self, report_number: str, *, actor: StaffMember, comment: str) -> Examination:
        """Return the examination to its examiner; the drafted report is given up, its number stays used.

        Raises
        ------
        NotPermittedError
            If the actor may not review.
        ReviewerIsExaminerError
            If the reviewer did the work.
        TransitionError
            If there is nothing to review.
        InvalidRecordError
            If there is no comment.
        """
        require_role(actor, Act.EXAMINATION_RETURNED)
        words = clean_text("comment", comment)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            review = Review(reviewer=actor.number, reviewed_at=now, approved=False, comment=words)
            report = work.load(Report, report_number)
            returned = work.load(Examination, report.examination_number).send_back(review)
            voided = report.void(reason=words)
            work.record(returned, act=Act.EXAMINATION_RETURNED, actor=actor, at=now)
            work.record(voided, act=Act.REPORT_VOIDED, actor=actor, at=now)
            work.commit()
        return returned

    def waiting(self) -> tuple[ListedRecord, ...]:
        """Give the reports that wait for a reviewer's signature, newest first."""
        with self.store.reading() as work:
            lines = work.listed(Report, limit=_MAX_LISTED)
        return tuple(line for line in lines if line.state == ReportStatus.DRAFTED.value)

    @staticmethod
    def _approved(examination: Examination, report: Report, review: Review) -> Examination:
        if report.status is not ReportStatus.DRAFTED:
            raise TransitionError(f"{report.number} is {report.state}, not {ReportStatus.DRAFTED.value}")
        if examination.version != report.examination_version:
            raise StaleVersionError(Examination.KIND, examination.number, examination.version)
        return examination.approve(review)


def _require_usable_batch(work: UnitOfWork, examination: Examination) -> None:
    batch_for_report(work, work.load(RecordedRun, examination.run_number))
