"""Made-up marks of copies and summaries: the report that they name has no file."""

import hashlib
from datetime import timedelta
from typing import Any

from lims.domain.copy_mark import CopyMark
from lims.domain.report import ReportStatus
from lims.domain.report_content import ReportContent
from lims.domain.report_copy import CopyForm

OF_SHA256 = hashlib.sha256(b"the report").hexdigest()


def copy_mark(
    content: ReportContent, language: str = "ru", *, form: CopyForm = CopyForm.FULL, **changes: Any
) -> CopyMark:
    """Give the mark of a copy that was made three days after its report."""
    facts = {
        "form": form,
        "language": language,
        "report_number": content.number,
        "report_language": content.language,
        "report_sha256": OF_SHA256,
        "status": ReportStatus.ISSUED,
        "made_at": content.prepared_at + timedelta(days=3),
        "made_by": content.expert,
    }
    return CopyMark(**facts | changes)


def summary_mark(content: ReportContent, language: str = "ru", **changes: Any) -> CopyMark:
    """Give the mark of a summary."""
    return copy_mark(content, language, form=CopyForm.SUMMARY, **changes)
