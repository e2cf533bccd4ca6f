"""Disclosure packets: what was given of a report so that others can check it without the laboratory."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One disclosure packet of a report."""

    bag_sha256: str
    """Of the tag manifest, which names the digest of the manifest, which names that of every file."""
    ledger_size: int
    """Entries under the checkpoint in it."""
    entries: int
    """Entries that it holds."""
    made_by: str
    made_at: datetime

    def __post_init__(self) -> None:
        """Refuse a packet of which nobody could say which one it was."""
        require_text("digest of the packet", self.bag_sha256)
        if not 1 <= self.entries <= self.ledger_size:
            raise InvalidRecordError(f"a packet of {self.entries} entries of a ledger of {self.ledger_size}")
