"""Library releases as the laboratory records them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from lims.domain.wording import require_text


class SearchMode(StrEnum):
    """What is compared."""

    IDENTITY = "identity"
    """EI spectra at unit mass, ranked by all evidence of ``IDENTITY_EI``; isotopologues are found and named so."""
    MSMS = "msms"
    """MS/MS spectra whose precursors agree."""
    SIMILARITY = "similarity"
    """Spectra of either kind, whatever their precursors."""
    NEUTRAL_LOSS = "neutral-loss"
    """Spectra of either kind by what molecule or precursor lost."""
    HYBRID = "hybrid"
    """Spectra of either kind by ions, and by ions moved by the difference of molecules or precursors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRelease:
    """A frozen library release in the raw store: its number is its name, and it is never replaced."""

    KIND: ClassVar[str] = "release"

    number: str
    sha256: str
    """Of the file that it was made of."""
    file_name: str
    spectra: int
    purpose: str
    """Empty for reference data; else the restriction that every report prints."""
    recorded_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a release that could not be named or found."""
        require_text("release name", self.number)
        require_text("release digest", self.sha256)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it cannot change."""
        return "frozen"

    @property
    def title(self) -> str:
        """Show the file's name."""
        return self.file_name
