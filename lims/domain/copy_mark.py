"""What a copy or a summary says of itself and of the report that decides."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.report import ReportStatus
from lims.domain.report_content import Person
from lims.domain.report_copy import CopyForm


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMark:
    """Everything that stands on a copy and is not in the content of its report."""

    form: CopyForm
    language: str
    """Of the copy."""
    report_number: str
    report_language: str
    report_sha256: str
    """Hex, of the report's document with both signatures."""
    status: ReportStatus
    """Of the report, when the copy was made."""
    made_at: datetime
    made_by: Person
    superseded_by: str = ""
    withdrawal_reason: str = ""
