"""Technical review: a second expert answers a checklist and signs, or sends the report back with its points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from lims.domain.examination import Examination, Review
from lims.domain.permissions import Act, require_role
from lims.domain.record import Record, body_of
from lims.domain.record_changes import RecordChange, changes_between
from lims.domain.report import Report, ReportStatus, not_in_state
from lims.domain.report_review import ReportDisagreement, ReportRemark, ReportResolution, ReportReview
from lims.domain.review_checklist import AnsweredChecklist, ReviewKind
from lims.domain.review_point import ReviewPoint
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import StaleVersionError, TransitionError
from lims.ledger.canonical import JsonValue
from lims.services.batching import batch_for_report
from lims.services.confirming import Confirmation, pin_of, require_confirmed, signature_proof
from lims.services.describing import DESCRIBED_KINDS, require_unedited
from lims.services.desk_ports import RecomputedPart, ReportDesk
from lims.services.ports import Clock, ListedRecord, RawStore, Store, UnitOfWork
from lims.services.recovering import alone_at_report
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
        self,
        report_number: str,
        *,
        actor: StaffMember,
        confirmation: Confirmation,
        checklist: AnsweredChecklist,
        comment: str = "",
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
            If there is nothing to review, another person was named, or somebody signs it at this moment.
        ReviewIncompleteError
            If a question of the checklist is open or answered with no.
        DisagreementOpenError
            If somebody disagrees about the report.
        StaleVersionError, ReportOutdatedError
            If anything that the report describes changed since it was drafted.
        BatchNotUsableError
            If the batch of the run is not usable any more.
        SignatureRefusedError
            If the actor did not confirm this very record as its reviewer.
        SigningError
            If the document cannot be signed.
        """
        require_role(actor, Act.EXAMINATION_APPROVED)
        checklist.require_approval(ReviewKind.TECHNICAL)
        now = self.clock.now()
        review = Review(reviewer=actor.number, reviewed_at=now, approved=True, comment=clean_text("comment", comment))
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            _require_usable_batch(
                work, self._approved(work.load(Examination, report.examination_number), report, review)
            )
            require_unedited(work, report)
            report.review(reviewer=actor.number, pdf_sha256="")  # refuse before a signature is made
            work.permit(report, act=Act.REPORT_REVIEWED, actor=actor, at=now)
            meaning = SignatureMeaning.TECHNICAL_REVIEWER
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
        with alone_at_report(self.store, report.examination_number):
            return self._sign(report, review, actor=actor, confirmation=confirmation, checklist=checklist)

    def _sign(
        self,
        report: Report,
        review: Review,
        *,
        actor: StaffMember,
        confirmation: Confirmation,
        checklist: AnsweredChecklist,
    ) -> Report:
        """Sign the document of a draft that may be approved, keep it, and record it with the approval."""
        person = self.reporting.person(actor.number)
        signed = self.desk.sign_as_reviewer(
            self.reporting.document(report.number),
            person=person,
            number=report.number,
            at=review.reviewed_at,
            pin=pin_of(confirmation),
        )
        proof = signature_proof(confirmation, name=person.name, made=signed.proof)
        digest = self.raw_store.put(signed.pdf)
        with self.store.unit_of_work() as work:
            approved = self._approved(work.load(Examination, report.examination_number), report, review)
            _require_usable_batch(work, approved)  # it may have been judged again since the report was drafted
            at = self.clock.now()  # signing took its time
            outcome = _outcome(actor, at, approved=True, comment=review.comment, checklist=checklist)
            drafted = work.load(Report, report.number)
            require_unedited(work, drafted)
            reviewed = drafted.review(reviewer=actor.number, pdf_sha256=digest, review=outcome)
            work.record(approved, act=Act.EXAMINATION_APPROVED, actor=actor, at=at)
            work.record(reviewed, act=Act.REPORT_REVIEWED, actor=actor, at=at, raw=(digest,), signature=proof)
            work.commit()
        return reviewed

    def send_back(
        self,
        report_number: str,
        *,
        actor: StaffMember,
        comment: str = "",
        checklist: AnsweredChecklist | None = None,
        points: tuple[str, ...] = (),
        placed: tuple[ReviewPoint, ...] = (),
        version: int | None = None,
    ) -> Examination:
        """Return the examination to its examiner; the drafted report is given up, its number stays used.

        Parameters
        ----------
        comment : str, optional
            Needed where no point is placed; else the points are the comment.
        checklist : AnsweredChecklist, optional
            As far as it was answered.
        points : tuple of str, optional
            What has to be mended, each by itself.
        placed : tuple of ReviewPoint, optional
            The same, each at the place that it concerns.
        version : int, optional
            Of the report, that the person saw.

        Raises
        ------
        NotPermittedError
            If the actor may not review.
        ReviewerIsExaminerError
            If the reviewer did the work.
        TransitionError
            If there is nothing to review.
        ReviewIncompleteError
            If the answers are none to the questions of this review.
        InvalidRecordError
            If there is neither a comment nor a placed point, or the run has no such component.
        StaleVersionError
            If the report moved on since it was read.
        """
        require_role(actor, Act.EXAMINATION_RETURNED)
        words = clean_text("comment", comment) or "; ".join(one.in_words() for one in placed)
        if checklist is not None:
            checklist.require_known(ReviewKind.TECHNICAL)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            review = Review(reviewer=actor.number, reviewed_at=now, approved=False, comment=words)
            report = work.load(Report, report_number)
            if version is not None and report.version != version:
                raise StaleVersionError(Report.KIND, report_number, report.version)
            examination = work.load(Examination, report.examination_number)
            returned = examination.send_back(review)
            said = tuple(clean_text("point", point) for point in points)
            outcome = _outcome(actor, now, approved=False, comment=words, checklist=checklist, points=said)
            _require_known_places(examination, placed)
            outcome = replace(outcome, placed=placed)
            voided = report.give_back(outcome, reason=words)
            work.record(returned, act=Act.EXAMINATION_RETURNED, actor=actor, at=now)
            work.record(voided, act=Act.REPORT_VOIDED, actor=actor, at=now)
            work.commit()
        return returned

    def comment(self, report_number: str, *, words: str, actor: StaffMember) -> Report:
        """Write a comment on a report that is not issued yet.

        Raises
        ------
        NotPermittedError
            If the actor has no part in reports.
        TransitionError
            If nobody has signed the report, or nobody waits for it any more.
        InvalidRecordError
            If the comment says nothing.
        """
        require_role(actor, Act.REPORT_COMMENTED)
        said = clean_text("comment", words)
        return self._step(
            report_number,
            Act.REPORT_COMMENTED,
            actor,
            lambda report, at: report.remark(ReportRemark(by=actor.number, at=at, words=said)),
        )

    def dispute(self, report_number: str, *, words: str, third_person: str, actor: StaffMember) -> Report:
        """Record that a technical reviewer disagrees with a report; it waits until that is resolved (rule G6).

        Parameters
        ----------
        third_person : str
            Staff number of who decides if author and reviewer do not come to one view.

        Raises
        ------
        NotPermittedError
            If the actor may not review or wrote the report, or the third person may not decide.
        DutyConflictError
            If the actor worked on the case.
        TransitionError
            If the report was issued, or somebody disagrees already.
        """
        require_role(actor, Act.REPORT_DISPUTED)
        said = clean_text("disagreement", words)

        def disputed(report: Report, at: datetime) -> Report:
            return report.dispute(ReportDisagreement(by=actor.number, at=at, words=said, third_person=third_person))

        return self._step(report_number, Act.REPORT_DISPUTED, actor, disputed, also=third_person)

    def resolve(self, report_number: str, *, words: str, stands: bool, actor: StaffMember) -> Report:
        """Record how a disagreement ended; what both said stays.

        Raises
        ------
        NotPermittedError
            If the actor is neither the named third person nor an author whose reviewer has still to sign.
        TransitionError
            If nobody disagrees.
        InvalidRecordError
            If the resolution says nothing.
        """
        require_role(actor, Act.REPORT_RESOLVED)
        said = clean_text("resolution", words)
        return self._step(
            report_number,
            Act.REPORT_RESOLVED,
            actor,
            lambda report, at: report.resolve(ReportResolution(by=actor.number, at=at, words=said, stands=stands)),
        )

    def changes(self, report_number: str) -> tuple[RecordChange, ...]:
        """Say what changed since the report before this one of the same examination; nothing: it is the first.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            before = _before(work, report)
            return () if before is None else _changes(work, before, report)

    def _step(
        self,
        number: str,
        act: Act,
        actor: StaffMember,
        step: Callable[[Report, datetime], Report],
        *,
        also: str = "",
    ) -> Report:
        """Record one act on a report; ``also`` names a person who has to hold a role that may resolve."""
        with self.store.unit_of_work() as work:
            at = self.clock.now()
            if also:
                require_role(work.load(StaffMember, also), Act.REPORT_RESOLVED)
            after = step(work.load(Report, number), at)
            work.record(after, act=act, actor=actor, at=at)
            work.commit()
        return after

    def waiting(self, *, limit: int = _MAX_LISTED, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """Give a page of the reports that wait for a reviewer's signature, newest first."""
        states = (ReportStatus.DRAFTED.value,)
        with self.store.reading() as work:
            return work.listed(Report, limit=limit, offset=offset, states=states, words=words)

    def before(self, report_number: str) -> Report | None:
        """Give the signed report of the same examination that came before one; None for the first.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            return _before(work, work.load(Report, report_number))

    def recompute(self, report_number: str, *, language: str) -> tuple[RecomputedPart, ...]:
        """Do the arithmetic of a report again, from its document alone; nothing is recorded.

        Parameters
        ----------
        language : str
            Of the sentences.

        Raises
        ------
        NotFoundError
            If there is no report of that number, or it carries no document.
        RawStoreError
            If the document is missing or altered.
        """
        return self.desk.recompute(self.reporting.document(report_number), language=language)

    @staticmethod
    def _approved(examination: Examination, report: Report, review: Review) -> Examination:
        if report.status is not ReportStatus.DRAFTED:
            raise TransitionError(not_in_state(report.number, report.status, ReportStatus.DRAFTED))
        if examination.version != report.examination_version:
            raise StaleVersionError(Examination.KIND, examination.number, examination.version)
        return examination.approve(review)


def _outcome(
    actor: StaffMember,
    at: datetime,
    *,
    approved: bool,
    comment: str,
    checklist: AnsweredChecklist | None,
    points: tuple[str, ...] = (),
) -> ReportReview:
    return ReportReview(
        kind=ReviewKind.TECHNICAL,
        by=actor.number,
        at=at,
        approved=approved,
        comment=comment,
        checklist=checklist,
        points=points,
    )


def _require_known_places(examination: Examination, placed: tuple[ReviewPoint, ...]) -> None:
    for one in placed:
        if one.component:
            examination.component(one.component)


def _before(work: UnitOfWork, report: Report) -> Report | None:
    """Give the signed report of the same examination that came before, if there is one."""
    others = (one for one in work.children(Report, report.examination_number) if one.number != report.number)
    earlier = [one for one in others if one.basis and _ordinal(one) < _ordinal(report)]
    return max(earlier, key=_ordinal, default=None)


def _ordinal(report: Report) -> int:
    """Give the place of a report in its case, from its number."""
    return int(report.number.rpartition("-P")[2])


_SHOWN: Mapping[str, type[Record]] = MappingProxyType({kind.KIND: kind for kind in DESCRIBED_KINDS})
"""Kinds of which fields are compared one by one."""


def _changes(work: UnitOfWork, before: Report, report: Report) -> tuple[RecordChange, ...]:
    """Compare what two reports describe, record by record, in the versions that they describe."""

    def body(kind: str, number: str, version: int) -> Mapping[str, JsonValue] | None:
        return body_of(work.load(_SHOWN[kind], number, version=version)) if kind in _SHOWN else None

    return changes_between(before.basis, report.basis, body=body)


def _require_usable_batch(work: UnitOfWork, examination: Examination) -> None:
    batch_for_report(work, work.load(RecordedRun, examination.run_number))
