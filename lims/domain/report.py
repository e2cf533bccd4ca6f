"""Reports as the laboratory records them: numbered, signed by expert and reviewer, issued by the head."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import ReleaserWorkedError, ReviewerIsExaminerError, TransitionError


class ReportStatus(StrEnum):
    """intended -> drafted -> reviewed -> issued -> withdrawn; before it is issued it may be voided.

    A number is never used again, whatever became of it.
    """

    INTENDED = "intended"
    DRAFTED = "drafted"
    """Signed by its author."""
    REVIEWED = "reviewed"
    """Signed by the reviewer too: the document is complete and locked, and not yet issued."""
    ISSUED = "issued"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    """Issued once, and taken back."""


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
        mark = {ReportStatus.ISSUED: "", ReportStatus.WITHDRAWN: "-WITHDRAWN"}.get(self.status, "-NOT-ISSUED")
        return f"{self.number}{mark}.pdf"

    def draft(self, *, content_sha256: str, draft_sha256: str, signature_level: str) -> Self:
        """Record the document that the expert signed.

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
            version=self.version + 1,
        )

    def review(self, *, reviewer: str, pdf_sha256: str) -> Self:
        """Record the document that the reviewer signed too.

        Raises
        ------
        TransitionError
            If it is not a draft, or another person was to review it.
        """
        self._require(ReportStatus.DRAFTED)
        if reviewer != self.reviewer:
            raise TransitionError(f"{self.number} is to be signed by {self.reviewer}, not by {reviewer}")
        return replace(self, status=ReportStatus.REVIEWED, pdf_sha256=pdf_sha256, version=self.version + 1)

    def issue(self, *, releaser: str) -> Self:
        """Record that the head issued it.

        Raises
        ------
        TransitionError
            If its reviewer has not signed it.
        ReleaserWorkedError
            If the releaser wrote it; or reviewed it, and the document does not say that this may be.
        """
        self._require(ReportStatus.REVIEWED)
        self.require_releaser(releaser)
        return replace(self, status=ReportStatus.ISSUED, releaser=releaser, version=self.version + 1)

    def require_releaser(self, person: str) -> None:
        """Refuse a person who had a part in this report.

        Raises
        ------
        ReleaserWorkedError
            If that is its author; or its reviewer, and the document does not say that this may be.
        """
        if person == self.expert or (person == self.reviewer and not self.release_by_reviewer):
            raise ReleaserWorkedError(self.number, person)

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
        self._require(ReportStatus.INTENDED, ReportStatus.DRAFTED, ReportStatus.REVIEWED)
        require_text("reason", reason)
        return replace(self, status=ReportStatus.VOIDED, void_reason=reason, version=self.version + 1)

    def _require(self, *allowed: ReportStatus) -> None:
        if self.status not in allowed:
            raise TransitionError(f"{self.number} is {self.status.value}, not {' or '.join(allowed)}")
