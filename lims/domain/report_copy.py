"""Copies and summaries of reports: documents without signatures that name the report which decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lims.domain.wording import require_text


class CopyForm(StrEnum):
    """What was made of a report."""

    FULL = "full copy"
    """The whole document in another language."""
    SUMMARY = "summary"
    """One page for people who want the answers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCopy:
    """One copy or summary that was made; its bytes lie in the raw store."""

    form: CopyForm
    language: str
    """kk, ru or en."""
    copy_sha256: str
    """Of the copy itself."""
    of_sha256: str
    """Of the report's document, which the copy names."""
    made_by: str
    made_at: datetime

    def __post_init__(self) -> None:
        """Refuse a copy of which nobody could say which file it is, or of which report."""
        require_text("language of the copy", self.language)
        require_text("digest of the copy", self.copy_sha256)
        require_text("digest of the report", self.of_sha256)
        require_text("who made the copy", self.made_by)
