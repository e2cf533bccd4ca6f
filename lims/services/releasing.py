"""Issue: the head signs that a reviewed report leaves the laboratory; and takes an issued one back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from lims.domain.examination import Examination, Review
from lims.domain.permissions import Act, require_role
from lims.domain.report import Report, ReportStatus, not_in_state
from lims.domain.report_review import ReportReview
from lims.domain.review_checklist import AnsweredChecklist, ReviewKind
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, require_text
from lims.errors import LimsError, NotFoundError, ReleaserWorkedError, StaleVersionError, TransitionError
from lims.services.confirming import Confirmation, electronic_signature, require_confirmed
from lims.services.describing import require_unedited
from lims.services.desk_ports import ReportDesk
from lims.services.issue_gate import IssueStanding, issue_faults, issue_standing
from lims.services.ports import Clock, ListedRecord, RawStore, Store, UnitOfWork
from lims.services.reporting import ReportingService

_MAX_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasingService:
    """Issues reviewed reports, refuses them, and withdraws issued ones."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    desk: ReportDesk = field(repr=False)
    reporting: ReportingService = field(repr=False)
    clock: Clock = field(repr=False)

    def release(self, report_number: str, *, actor: StaffMember, confirmation: Confirmation) -> Report:
        """Issue a report that both reviewers signed; the report that it amends is superseded with it.

        The document stays as it is, locked by the reviewer's signature; the release is an electronic signature in
        the ledger.

        Raises
        ------
        NotPermittedError
            If the actor is no head.
        TransitionError
            If the report does not wait for its release.
        ReleaserWorkedError
            If the actor worked on it; or reviewed it, and the report does not say that this may be.
        StaleVersionError, ReportOutdatedError
            If anything that the report describes changed since it was drafted.
        DisagreementOpenError
            If somebody disagrees about it.
        BatchNotUsableError, ReportBlockedError, OpenNonconformityError
            If a precondition of the rule RP-1 is not met.
        RawStoreError
            If the document is missing, or not the one that was signed.
        SignatureRefusedError
            If the actor did not confirm this very record as its releaser.
        SigningError
            If a token was chosen and did not sign.
        """
        require_role(actor, Act.REPORT_ISSUED)
        now = self.clock.now()
        meaning = SignatureMeaning.RELEASER
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            for reason in self._hindrances(work, report, actor):
                raise reason
        proof = electronic_signature(self.desk, confirmation, person=self.reporting.person(actor.number), at=now)
        with self.store.unit_of_work() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            for reason in self._hindrances(work, report, actor):
                raise reason
            issued = report.issue(releaser=actor.number)
            raw, at = (str(issued.pdf_sha256),), self.clock.now()
            work.record(issued, act=Act.REPORT_ISSUED, actor=actor, at=at, raw=raw, signature=proof)
            if issued.amendment is not None:
                replaced = work.load(Report, issued.amendment.replaces).supersede(by=issued.number)
                work.record(replaced, act=Act.REPORT_SUPERSEDED, actor=actor, at=at)
            work.commit()
        return issued

    def hindrances(self, report_number: str, *, actor: StaffMember) -> tuple[LimsError, ...]:
        """Say everything that keeps a person from releasing a report; nothing: it can be released.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            return tuple(self._hindrances(work, work.load(Report, report_number), actor))

    def blocks(self, report_number: str) -> IssueStanding:
        """Say everything that keeps a report from being issued by anybody, as far as the reader may know.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            own = tuple(_refusals((report.require_settled, partial(require_unedited, work, report))))
            found = issue_standing(work, report, policy=self.reporting.policy, now=self.clock.now())
            return replace(found, faults=(*own, *found.faults))

    def refuse(
        self,
        report_number: str,
        *,
        actor: StaffMember,
        comment: str,
        checklist: AnsweredChecklist | None = None,
        points: tuple[str, ...] = (),
    ) -> Examination:
        """Give up a reviewed report instead of going on with it, and return the examination to its examiner.

        Parameters
        ----------
        checklist : AnsweredChecklist, optional
            Of the administrative review, as far as it was answered.
        points : tuple of str, optional
            What has to be mended, each by itself.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        TransitionError
            If the report waits for neither the administrative review nor its release.
        ReviewerIsExaminerError
            If the actor is the examiner.
        ReviewIncompleteError
            If the answers are none to the questions of the administrative review.
        InvalidRecordError
            If there is no comment.
        """
        require_role(actor, Act.EXAMINATION_REOPENED)
        words = clean_text("comment", comment)
        if checklist is not None:
            checklist.require_known(ReviewKind.ADMINISTRATIVE)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            report = work.load(Report, report_number)
            _require_signed(report)
            review = Review(reviewer=actor.number, reviewed_at=now, approved=False, comment=words)
            reopened = work.load(Examination, report.examination_number).reopen(review)
            outcome = ReportReview(
                kind=ReviewKind.ADMINISTRATIVE,
                by=actor.number,
                at=now,
                approved=False,
                comment=words,
                checklist=checklist,
                points=tuple(clean_text("point", point) for point in points),
            )
            work.record(reopened, act=Act.EXAMINATION_REOPENED, actor=actor, at=now)
            work.record(report.give_back(outcome, reason=words), act=Act.REPORT_VOIDED, actor=actor, at=now)
            work.commit()
        return reopened

    def withdraw(self, report_number: str, *, actor: StaffMember, reason: str, confirmation: Confirmation) -> Report:
        """Take an issued report back; from then on its verification says so.

        Raises
        ------
        NotPermittedError
            If the actor is no head.
        TransitionError
            If the report is not issued.
        InvalidRecordError
            If there is no reason.
        SignatureRefusedError
            If the actor did not confirm this very record as the one who withdraws it.
        SigningError
            If a token was chosen and did not sign.
        """
        require_role(actor, Act.REPORT_WITHDRAWN)
        words = clean_text("reason", reason)
        require_text("reason", words)
        now = self.clock.now()
        meaning = SignatureMeaning.WITHDRAWER
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            report.withdraw(reason=words)  # refuse before a token signs
            work.permit(report, act=Act.REPORT_WITHDRAWN, actor=actor, at=now)
        proof = electronic_signature(self.desk, confirmation, person=self.reporting.person(actor.number), at=now)
        with self.store.unit_of_work() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            withdrawn = report.withdraw(reason=words)
            work.record(withdrawn, act=Act.REPORT_WITHDRAWN, actor=actor, at=self.clock.now(), signature=proof)
            work.commit()
        return withdrawn

    def waiting(self) -> tuple[ListedRecord, ...]:
        """Give the reports that wait for their release, newest first."""
        with self.store.reading() as work:
            return work.listed(Report, limit=_MAX_LISTED, states=(ReportStatus.ADMINISTRATIVELY_REVIEWED.value,))

    def _hindrances(self, work: UnitOfWork, report: Report, actor: StaffMember) -> Iterator[LimsError]:
        """Try each gate by itself, so that all that fail are named."""
        examination = work.load(Examination, report.examination_number)
        run = work.load(RecordedRun, examination.run_number)
        gates: tuple[Callable[[], object], ...] = (
            partial(_require_administratively_reviewed, report),
            partial(report.require_settled),
            partial(require_unedited, work, report),
            partial(_require_no_part, report, examination, run, actor.number),
            partial(_require_same_examination, report, examination),
            partial(self._require_document, report),
            partial(work.permit, report, act=Act.REPORT_ISSUED, actor=actor, at=self.clock.now()),
        )
        yield from _refusals(gates)
        yield from issue_faults(work, report, policy=self.reporting.policy, now=self.clock.now())

    def _require_document(self, report: Report) -> None:
        if report.pdf_sha256 is None:
            raise NotFoundError("document of report", report.number)
        self.raw_store.get(report.pdf_sha256)


def _refusals(gates: Iterable[Callable[[], object]]) -> Iterator[LimsError]:
    """Try each gate by itself, so that all that fail are named."""
    for gate in gates:
        try:
            gate()
        except LimsError as reason:
            yield reason


def _require_administratively_reviewed(report: Report) -> None:
    wanted = ReportStatus.ADMINISTRATIVELY_REVIEWED
    if report.status is not wanted:
        raise TransitionError(not_in_state(report.number, report.status, wanted))


def _require_signed(report: Report) -> None:
    wanted = (ReportStatus.REVIEWED, ReportStatus.ADMINISTRATIVELY_REVIEWED)
    if report.status not in wanted:
        raise TransitionError(not_in_state(report.number, report.status, *wanted))


def _require_no_part(report: Report, examination: Examination, run: RecordedRun, person: str) -> None:
    report.require_releaser(person)
    if person in {examination.examiner, run.imported_by}:
        raise ReleaserWorkedError(report.number, person)


def _require_same_examination(report: Report, examination: Examination) -> None:
    """Refuse where the examination moved on: its approval is the one step after what the report describes."""
    if examination.version != report.examination_version + 1:
        raise StaleVersionError(Examination.KIND, examination.number, examination.version)
