"""Who received a report, and who was told that it no longer stands (rule RP-3; ISO/IEC 17025:2017, 7.8.8)."""

from dataclasses import dataclass
from datetime import date, datetime

from lims.domain.wording import clean_text, require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A recipient was told that the report was replaced or taken back."""

    told_on: date
    manner: str
    """Letter, e-mail, by hand."""
    reference: str
    """Of the letter or the receipt; empty where there is none."""
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse a notice of which nobody could say how it was given."""
        require_text("manner of the notice", self.manner)
        clean_text("reference of the notice", self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelivery:
    """One recipient received one document of a report."""

    recipient: str
    document_sha256: str
    """Of the file that was handed over or printed."""
    delivered_on: date
    manner: str
    recorded_by: str
    recorded_at: datetime
    reference: str = ""
    """Of the receipt; empty where there is none."""
    notice: Notice | None = None
    """None: nobody told this recipient that the report no longer stands."""

    def __post_init__(self) -> None:
        """Refuse a delivery to nobody."""
        require_text("recipient", self.recipient)
        require_text("manner of delivery", self.manner)
        clean_text("reference of the delivery", self.reference)
