"""Reports as the laboratory records them: numbered, signed by expert and reviewers, issued by the head."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.amendment import Amendment, AmendmentOrder
from lims.domain.delivery import Notice, ReportDelivery
from lims.domain.described import DescribedRecord
from lims.domain.disclosure import Disclosure
from lims.domain.report_copy import ReportCopy
from lims.domain.report_review import ReportDisagreement, ReportRemark, ReportResolution, ReportReview
from lims.domain.review_checklist import ReviewKind
from lims.domain.wording import require_text
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ReleaserWorkedError,
    ReviewerIsExaminerError,
    TransitionError,
)
from lims.report_errors import DisagreementOpenError
from lims.said import Said, said


class ReportStatus(StrEnum):
    """intended -> drafted -> reviewed -> administratively reviewed -> issued -> superseded or withdrawn.

    Before it is issued it may be voided. A number is never used again, whatever became of it.
    """

    INTENDED = "intended"
    DRAFTED = "drafted"
    """Signed by its author."""
    REVIEWED = "reviewed"
    """Signed by the reviewer too: the document is complete and locked, and not yet issued."""
    ADMINISTRATIVELY_REVIEWED = "administratively reviewed"
    """Signed for in the ledger by a third person too; waits for its issue."""
    ISSUED = "issued"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    """Issued once, and taken back."""
    SUPERSEDED = "superseded"
    """Issued once, and replaced by an amendment."""


BEFORE_ISSUE = frozenset({ReportStatus.DRAFTED, ReportStatus.REVIEWED, ReportStatus.ADMINISTRATIVELY_REVIEWED})
"""States of a report that is signed and did not leave the laboratory."""
LEFT = frozenset({ReportStatus.ISSUED, ReportStatus.WITHDRAWN, ReportStatus.SUPERSEDED})
"""States of a report that left the laboratory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One numbered report."""

    KIND: ClassVar[str] = "report"

    number: str
    examination_number: str
    examination_version: int
    """The version that the report describes."""
    language: str
    expert: str
    reviewer: str
    """Named before signing: the document carries the place for that person's signature."""
    evidence: bool
    """False for a report made with development keys."""
    status: ReportStatus = ReportStatus.INTENDED
    content_sha256: str | None = None
    """Of the canonical bytes of the content."""
    draft_sha256: str | None = None
    """Of the document with the expert's signature."""
    signature_level: str = ""
    pdf_sha256: str | None = None
    """Of the document with both signatures, to the last byte; issuing does not change it."""
    void_reason: str = ""
    release_by_reviewer: bool = False
    """True: in this laboratory the reviewer may also issue the report, and the document says so."""
    releaser: str = ""
    """Who issued it; empty for a report that is not issued, or was issued before heads did that."""
    withdrawal_reason: str = ""
    runs: tuple[str, ...] = ()
    """Numbers of all runs of the exhibit that the document lists (rule RP-1.12); empty: it was made before that."""
    reviews: tuple[ReportReview, ...] = ()
    """Of both kinds, the newest last; none for a report that was reviewed before they were kept here."""
    remarks: tuple[ReportRemark, ...] = ()
    disagreements: tuple[ReportDisagreement, ...] = ()
    basis: tuple[DescribedRecord, ...] = ()
    """Everything that it describes, as it was when its author signed; empty for a report from before rule RP-2."""
    amendment: Amendment | None = None
    """None for a report that replaces no other."""
    order: AmendmentOrder | None = None
    """None as long as nobody ordered that this report is amended."""
    superseded_by: str = ""
    """Number of the amendment that replaced it."""
    deliveries: tuple[ReportDelivery, ...] = ()
    """Who received it."""
    disclosures: tuple[Disclosure, ...] = ()
    """Packets that were made of it for others to check it."""
    checkpoint_size: int = 0
    """Ledger entries under the checkpoint inside the document; 0: it carries none."""
    copies: tuple[ReportCopy, ...] = ()
    """Copies in other languages and summaries, none of which is the report."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a report whose reviewer wrote it."""
        require_text("report number", self.number)
        if self.expert == self.reviewer:
            raise ReviewerIsExaminerError(self.number, self.reviewer)

    @property
    def parent(self) -> str:
        """Belong to the examination."""
        return self.examination_number

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show what it reports."""
        return self.examination_number

    @property
    def file_name(self) -> str:
        """Name the document as a file; one that is no valid report says so before it is opened."""
        marks = {status: f"-{status.value.upper()}" for status in LEFT} | {ReportStatus.ISSUED: ""}
        return f"{self.number}{marks.get(self.status, '-NOT-ISSUED')}.pdf"

    @property
    def open_disagreement(self) -> ReportDisagreement | None:
        """The disagreement that nobody resolved yet."""
        return next((one for one in self.disagreements if one.resolution is None), None)

    @property
    def unsettled(self) -> ReportDisagreement | None:
        """The disagreement that keeps it from being signed: an open one, or one that ended against it."""
        ended = (one for one in self.disagreements if one.resolution is None or not one.resolution.stands)
        return next(ended, None)

    @property
    def owed_notices(self) -> tuple[ReportDelivery, ...]:
        """Who has still to be told that it no longer stands."""
        stands = self.status not in {ReportStatus.WITHDRAWN, ReportStatus.SUPERSEDED}
        return () if stands else tuple(one for one in self.deliveries if one.notice is None)

    def review_of(self, kind: ReviewKind) -> ReportReview | None:
        """Give the approval of a kind, if there is one."""
        return next((one for one in reversed(self.reviews) if one.kind is kind and one.approved), None)

    # before the issue

    def draft(
        self,
        *,
        content_sha256: str,
        draft_sha256: str,
        signature_level: str,
        basis: tuple[DescribedRecord, ...] = (),
        checkpoint_size: int = 0,
    ) -> Self:
        """Record the document that the expert signed, and everything that it describes.

        Raises
        ------
        TransitionError
            If the number already carries a document, or was given up.
        """
        self._require(ReportStatus.INTENDED)
        return replace(
            self,
            status=ReportStatus.DRAFTED,
            content_sha256=content_sha256,
            draft_sha256=draft_sha256,
            signature_level=signature_level,
            basis=basis,
            checkpoint_size=checkpoint_size,
            version=self.version + 1,
        )

    def review(self, *, reviewer: str, pdf_sha256: str, review: ReportReview | None = None) -> Self:
        """Record the document that the reviewer signed too.

        Raises
        ------
        TransitionError
            If it is not a draft, or another person was to review it.
        DisagreementOpenError
            If somebody disagrees about it.
        """
        self._require(ReportStatus.DRAFTED)
        if reviewer != self.reviewer:
            raise TransitionError(
                said(
                    "{number} is to be signed by {expected}, not by {person}",
                    number=self.number,
                    expected=self.reviewer,
                    person=reviewer,
                )
            )
        self.require_settled()
        reviewed = replace(self, status=ReportStatus.REVIEWED, pdf_sha256=pdf_sha256, version=self.version + 1)
        return reviewed if review is None else replace(reviewed, reviews=(*self.reviews, review))

    def review_administratively(self, review: ReportReview) -> Self:
        """Record that the paper is right, too.

        Raises
        ------
        TransitionError
            If its reviewer has not signed it.
        ReviewerIsExaminerError
            If its author does that; or its reviewer, and the document does not say that this may be.
        DisagreementOpenError
            If somebody disagrees about it.
        """
        self._require(ReportStatus.REVIEWED)
        if self.had_part(review.by):
            raise ReviewerIsExaminerError(self.number, review.by)
        self.require_settled()
        reviews = (*self.reviews, review)
        status = ReportStatus.ADMINISTRATIVELY_REVIEWED
        return replace(self, status=status, reviews=reviews, version=self.version + 1)

    def issue(self, *, releaser: str) -> Self:
        """Record that the head issued it.

        Raises
        ------
        TransitionError
            If one of its reviewers has not signed it (rules RP-1.8 and RP-1.9).
        ReleaserWorkedError
            If the releaser wrote it; or reviewed it, and the document does not say that this may be.
        DisagreementOpenError
            If somebody disagrees about it.
        """
        self._require(ReportStatus.ADMINISTRATIVELY_REVIEWED)
        self.require_releaser(releaser)
        self.require_settled()
        return replace(self, status=ReportStatus.ISSUED, releaser=releaser, version=self.version + 1)

    def require_releaser(self, person: str) -> None:
        """Refuse a person who had a part in this report.

        Raises
        ------
        ReleaserWorkedError
            If that is its author; or its reviewer, and the document does not say that this may be.
        """
        if self.had_part(person):
            raise ReleaserWorkedError(self.number, person)

    def had_part(self, person: str) -> bool:
        """Tell whether a person wrote it; or reviewed it, and the document does not say that this may be."""
        return person == self.expert or (person == self.reviewer and not self.release_by_reviewer)

    def withdraw(self, *, reason: str) -> Self:
        """Take an issued report back; document and number stay what they were.

        Raises
        ------
        TransitionError
            If it is not issued.
        InvalidRecordError
            If there is no reason.
        """
        self._require(ReportStatus.ISSUED)
        require_text("reason", reason)
        return replace(self, status=ReportStatus.WITHDRAWN, withdrawal_reason=reason, version=self.version + 1)

    def void(self, *, reason: str) -> Self:
        """Give it up before it is issued; its number stays used.

        Raises
        ------
        TransitionError
            If it was issued, withdrawn or voided.
        InvalidRecordError
            If there is no reason.
        """
        self._require(ReportStatus.INTENDED, *(status for status in ReportStatus if status in BEFORE_ISSUE))
        require_text("reason", reason)
        return replace(self, status=ReportStatus.VOIDED, void_reason=reason, version=self.version + 1)

    def give_back(self, review: ReportReview, *, reason: str) -> Self:
        """Give it up because a reviewer returns it; what that person said is kept with it.

        Raises
        ------
        TransitionError, InvalidRecordError
            As for ``void``.
        """
        return replace(self.void(reason=reason), reviews=(*self.reviews, review))

    def remark(self, remark: ReportRemark) -> Self:
        """Keep a comment.

        Raises
        ------
        TransitionError
            If it is not signed yet, or nobody waits for anything any more.
        """
        self._require(*(status for status in ReportStatus if status in BEFORE_ISSUE))
        return replace(self, remarks=(*self.remarks, remark), version=self.version + 1)

    # disagreements

    def dispute(self, disagreement: ReportDisagreement) -> Self:
        """Record that a checker comes to another view, and who decides if the two do not agree (rule G6).

        Raises
        ------
        TransitionError
            If it is not signed yet, was issued, or somebody disagrees already.
        NotPermittedError
            If the author disagrees with the own report, or the third person is one of the two.
        """
        self._require(*(status for status in ReportStatus if status in BEFORE_ISSUE))
        if self.open_disagreement is not None:
            raise TransitionError(f"{self.open_disagreement.by} disagrees about {self.number} already")
        if disagreement.by == self.expert:
            raise NotPermittedError(f"{disagreement.by} wrote {self.number}; another person checks it")
        if disagreement.third_person in {self.expert, disagreement.by}:
            raise NotPermittedError(f"{disagreement.third_person} is one of the two who disagree about {self.number}")
        return replace(self, disagreements=(*self.disagreements, disagreement), version=self.version + 1)

    def resolve(self, resolution: ReportResolution) -> Self:
        """End a disagreement; what both said stays.

        As long as the reviewer has to sign, the author may end it with words: the reviewer then signs or returns the
        report. Later the named third person alone does.

        Raises
        ------
        TransitionError
            If nobody disagrees.
        NotPermittedError
            If that is neither the named third person nor an author whose reviewer has still to sign.
        """
        last = self.open_disagreement
        if last is None:
            raise TransitionError(f"nobody disagrees about {self.number}")
        own = resolution.by == self.expert and self.status is ReportStatus.DRAFTED
        if not own and resolution.by != last.third_person:
            raise NotPermittedError(f"the disagreement about {self.number} is ended by {last.third_person}")
        ended = tuple(replace(one, resolution=resolution) if one is last else one for one in self.disagreements)
        return replace(self, disagreements=ended, version=self.version + 1)

    def require_settled(self) -> None:
        """Refuse to go on as long as somebody disagrees, or where that ended against the report.

        Raises
        ------
        DisagreementOpenError
            Naming who disagrees.
        """
        if self.unsettled is not None:
            ended = self.unsettled.resolution
            stands = None if ended is None else ended.stands
            raise DisagreementOpenError(self.number, self.unsettled.by, stands=stands)

    # after the issue

    def order_amendment(self, order: AmendmentOrder) -> Self:
        """Record that it is to be replaced; it stands until the amendment is issued.

        Raises
        ------
        TransitionError
            If it was not issued, was replaced already, or an amendment is ordered already.
        """
        self._require(ReportStatus.ISSUED, ReportStatus.WITHDRAWN)
        if self.order is not None or self.superseded_by:
            raise TransitionError(said("an amendment to {number} is ordered already", number=self.number))
        return replace(self, order=order, version=self.version + 1)

    def supersede(self, *, by: str) -> Self:
        """Record that an amendment replaced it; one that was withdrawn stays withdrawn and names it, too.

        Raises
        ------
        TransitionError
            If it was not issued, or nobody ordered an amendment.
        """
        self._require(ReportStatus.ISSUED, ReportStatus.WITHDRAWN)
        if self.order is None:
            raise TransitionError(f"no amendment to {self.number} is ordered")
        status = ReportStatus.SUPERSEDED if self.status is ReportStatus.ISSUED else self.status
        return replace(self, status=status, superseded_by=by, version=self.version + 1)

    def deliver(self, delivery: ReportDelivery) -> Self:
        """Record who received it.

        Raises
        ------
        TransitionError
            If it did not leave the laboratory.
        InvalidRecordError
            If another document was handed over.
        """
        self._require(*(status for status in ReportStatus if status in LEFT))
        if delivery.document_sha256 != self.pdf_sha256:
            raise InvalidRecordError(f"the document {delivery.document_sha256} is not that of {self.number}")
        return replace(self, deliveries=(*self.deliveries, delivery), version=self.version + 1)

    def disclose(self, disclosure: Disclosure) -> Self:
        """Record that a disclosure packet was made of it.

        Raises
        ------
        TransitionError
            If it did not leave the laboratory.
        """
        self._require(*(status for status in ReportStatus if status in LEFT))
        return replace(self, disclosures=(*self.disclosures, disclosure), version=self.version + 1)

    def copy(self, copy: ReportCopy) -> Self:
        """Record that a copy or a summary was made of it.

        Raises
        ------
        TransitionError
            If it did not leave the laboratory.
        InvalidRecordError
            If the copy names another document, or is the document itself.
        """
        self._require(*(status for status in ReportStatus if status in LEFT))
        if copy.of_sha256 != self.pdf_sha256 or copy.copy_sha256 == self.pdf_sha256:
            raise InvalidRecordError(
                f"the copy {copy.copy_sha256} names {copy.of_sha256}; {self.number} is {self.pdf_sha256}"
            )
        return replace(self, copies=(*self.copies, copy), version=self.version + 1)

    def notify(self, place: int, notice: Notice) -> Self:
        """Record that a recipient was told that it no longer stands.

        Parameters
        ----------
        place : int
            Of the delivery, from 1.

        Raises
        ------
        NotFoundError
            If there is no such delivery.
        TransitionError
            If it still stands, or that recipient was told.
        """
        self._require(ReportStatus.WITHDRAWN, ReportStatus.SUPERSEDED)
        if not 1 <= place <= len(self.deliveries):
            raise NotFoundError("delivery", f"{place} of {self.number}")
        told = self.deliveries[place - 1]
        if told.notice is not None:
            raise TransitionError(f"{told.recipient} was told of {self.number} on {told.notice.told_on}")
        deliveries = (*self.deliveries[: place - 1], replace(told, notice=notice), *self.deliveries[place:])
        return replace(self, deliveries=deliveries, version=self.version + 1)

    def _require(self, *allowed: ReportStatus) -> None:
        if self.status not in allowed:
            raise TransitionError(not_in_state(self.number, self.status, *allowed))


def not_in_state(number: str, status: ReportStatus, *allowed: ReportStatus) -> Said:
    """Say that a report is not in the state that a step begins from."""
    wanted: object = allowed[0]
    for other in allowed[1:]:
        wanted = said("{one} or {other}", one=wanted, other=other)
    return said("{number} is {state}, not {wanted}", number=number, state=status, wanted=wanted)
