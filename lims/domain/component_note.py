"""What an examiner writes down beside a component: a note, or why a candidate is rejected. Decisions stand apart."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.wording import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentNote:
    """Words of the examiner; none is ever taken away."""

    component: int
    words: str
    written_by: str
    written_at: datetime
    rejected: str = ""
    """Accession of the candidate that it rejects; empty for a mere note."""

    def __post_init__(self) -> None:
        """Refuse a note that says nothing."""
        require_text("reason" if self.rejected else "note", self.words)
