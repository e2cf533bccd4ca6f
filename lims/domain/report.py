"""Reports as the laboratory records them: numbered first, signed by the expert, issued by the reviewer's signature."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import ReviewerIsExaminerError, TransitionError


class ReportStatus(StrEnum):
    """intended -> drafted -> issued; before it is issued it may be voided. A number is never used again."""

    INTENDED = "intended"
    DRAFTED = "drafted"
    ISSUED = "issued"
    VOIDED = "voided"


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
    """Of the issued document, to the last byte."""
    void_reason: str = ""
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

    def issue(self, *, reviewer: str, pdf_sha256: str) -> Self:
        """Record the signed document as issued.

        Raises
        ------
        TransitionError
            If it is not a draft, or another person was to review it.
        """
        self._require(ReportStatus.DRAFTED)
        if reviewer != self.reviewer:
            raise TransitionError(f"{self.number} is to be signed by {self.reviewer}, not by {reviewer}")
        return replace(self, status=ReportStatus.ISSUED, pdf_sha256=pdf_sha256, version=self.version + 1)

    def void(self, *, reason: str) -> Self:
        """Give it up before it is issued; its number stays used.

        Raises
        ------
        TransitionError
            If it was issued or voided.
        InvalidRecordError
            If there is no reason.
        """
        self._require(ReportStatus.INTENDED, ReportStatus.DRAFTED)
        require_text("reason", reason)
        return replace(self, status=ReportStatus.VOIDED, void_reason=reason, version=self.version + 1)

    def _require(self, *allowed: ReportStatus) -> None:
        if self.status not in allowed:
            raise TransitionError(f"{self.number} is {self.status.value}, not {' or '.join(allowed)}")
