"""Amendments: what replaces an issued report, and why (rule RP-3; ISO/IEC 17025:2017, 7.8.8)."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.wording import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentOrder:
    """The head's order that an issued report is to be replaced by an amendment."""

    what: str
    """What is to be changed."""
    why: str
    ordered_by: str
    ordered_at: datetime

    def __post_init__(self) -> None:
        """Refuse an order that leaves open what is changed, or why (ISO/IEC 17025:2017, 7.8.8)."""
        require_text("what is changed", self.what)
        require_text("reason", self.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What an amendment says of itself: which report it replaces, what changed, and why."""

    replaces: str
    changes: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse an amendment that does not say what changed."""
        require_text("replaced report", self.replaces)
        require_text("what changed", self.changes)
        require_text("reason", self.reason)
