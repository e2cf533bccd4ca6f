"""Administrative review: a third person checks the paper, and signs for that in the ledger (rule RP-1.9)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from lims.domain.examination import Examination
from lims.domain.permissions import Act, require_role
from lims.domain.report import Report, ReportStatus, not_in_state
from lims.domain.report_review import ReportReview
from lims.domain.review_checklist import AnsweredChecklist, ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import LimsError, NotFoundError, ReviewerIsExaminerError, TransitionError
from lims.services.confirming import Confirmation, electronic_signature, require_confirmed
from lims.services.describing import require_unedited
from lims.services.desk_ports import ReportDesk
from lims.services.gate_people import contributions
from lims.services.ports import Clock, ListedRecord, RawStore, Store, UnitOfWork
from lims.services.reporting import ReportingService
from lims.services.supporting import items_of

_MAX_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativeReviewService:
    """Reviews the paper of reports that a technical reviewer signed."""

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
        """Sign that the paper of a report is right; it waits for its issue from then on.

        The document stays as it is, locked by the technical reviewer's signature; this one is an electronic signature
        in the ledger, with name, time and meaning (21 CFR 11.50).

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or is on another side of the case.
        ReviewIncompleteError
            If a question of the checklist is open or answered with no.
        TransitionError
            If the report does not wait for that.
        ReviewerIsExaminerError
            If the actor had a part in the work; or is its technical reviewer, and the report does not say that this
            may be.
        ReportOutdatedError
            If anything that the report describes was edited since it was signed.
        DisagreementOpenError
            If somebody disagrees about it.
        RawStoreError
            If the document is missing, or not the one that was signed.
        SignatureRefusedError
            If the actor did not confirm this very record as its administrative reviewer.
        SigningError
            If a token was chosen and did not sign.
        """
        require_role(actor, Act.REPORT_ADMINISTRATIVELY_REVIEWED)
        checklist.require_approval(ReviewKind.ADMINISTRATIVE)
        words, now = clean_text("comment", comment), self.clock.now()
        meaning = SignatureMeaning.ADMINISTRATIVE_REVIEWER
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            self._require_none(work, report, actor)
        proof = electronic_signature(self.desk, confirmation, person=self.reporting.person(actor.number), at=now)
        with self.store.unit_of_work() as work:
            report = work.load(Report, report_number)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=report, now=now)
            self._require_none(work, report, actor)
            at = self.clock.now()
            review = ReportReview(
                kind=ReviewKind.ADMINISTRATIVE,
                by=actor.number,
                at=at,
                approved=True,
                comment=words,
                checklist=checklist,
            )
            reviewed = report.review_administratively(review)
            act, raw = Act.REPORT_ADMINISTRATIVELY_REVIEWED, (str(report.pdf_sha256),)
            work.record(reviewed, act=act, actor=actor, at=at, raw=raw, signature=proof)
            work.commit()
        return reviewed

    def hindrances(self, report_number: str, *, actor: StaffMember) -> tuple[LimsError, ...]:
        """Say everything that keeps a person from this review of a report; nothing: it can be done.

        Raises
        ------
        NotFoundError
            If there is no report of that number.
        """
        with self.store.reading() as work:
            return tuple(self._hindrances(work, work.load(Report, report_number), actor))

    def waiting(self) -> tuple[ListedRecord, ...]:
        """Give the reports that wait for their administrative review, newest first."""
        with self.store.reading() as work:
            return work.listed(Report, limit=_MAX_LISTED, states=(ReportStatus.REVIEWED.value,))

    def _require_none(self, work: UnitOfWork, report: Report, actor: StaffMember) -> None:
        for reason in self._hindrances(work, report, actor):
            raise reason

    def _hindrances(self, work: UnitOfWork, report: Report, actor: StaffMember) -> Iterator[LimsError]:
        """Try each gate by itself, so that all that fail are named."""
        act, now = Act.REPORT_ADMINISTRATIVELY_REVIEWED, self.clock.now()
        gates: tuple[Callable[[], object], ...] = (
            partial(work.permit, report, act=act, actor=actor, at=now),
            partial(_require_reviewed, report),
            partial(report.require_settled),
            partial(_require_no_part, work, report, actor.number),
            partial(require_unedited, work, report),
            partial(self._require_document, report),
        )
        for gate in gates:
            try:
                gate()
            except LimsError as reason:
                yield reason

    def _require_document(self, report: Report) -> None:
        if report.pdf_sha256 is None:
            raise NotFoundError("document of report", report.number)
        self.raw_store.get(report.pdf_sha256)


def _require_reviewed(report: Report) -> None:
    if report.status is not ReportStatus.REVIEWED:
        raise TransitionError(not_in_state(report.number, report.status, ReportStatus.REVIEWED))


def _require_no_part(work: UnitOfWork, report: Report, person: str) -> None:
    """Refuse the author, everybody who worked on the exhibit, and the technical reviewer (rules RP-1.9 and AT-15)."""
    items = items_of(work, work.load(Examination, report.examination_number).exhibit_number)
    if report.had_part(person) or any(person == one for one, _ in contributions(work, report, items)):
        raise ReviewerIsExaminerError(report.number, person)
