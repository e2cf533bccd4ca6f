"""Library releases as the laboratory records them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


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
class ReleasePart:
    """One file of a curated release in the raw store."""

    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRelease:
    """A frozen library release in the raw store: its number is its name, and it is never replaced."""

    KIND: ClassVar[str] = "release"

    number: str
    sha256: str
    """Of the file that it was made of; of a curated release, of its manifest."""
    file_name: str
    spectra: int
    purpose: str
    """Empty for reference data; else the restriction that every report prints."""
    recorded_at: datetime
    parts: tuple[ReleasePart, ...] = ()
    """Of a curated release; empty for one that is a file as it came, or packaged."""
    imports: tuple[str, ...] = ()
    """Numbers of the checked imports whose records it holds beside those of its base."""
    base: str = ""
    """Name of the release that it continues; empty for none."""
    left_out: tuple[str, ...] = ()
    """Accessions of the base that it does not hold any more."""
    substances: int = 0
    """Of which structures or names are known beside the spectra."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a release that could not be named or found."""
        require_text("release name", self.number)
        require_text("release digest", self.sha256)
        if self.imports and not self.parts:
            raise InvalidRecordError(f"release {self.number}: imports {', '.join(self.imports)} and no files")

    @property
    def is_curated(self) -> bool:
        """Whether two persons stand for each of its records."""
        return bool(self.parts)

    @property
    def digests(self) -> tuple[str, ...]:
        """The objects in the raw store that it is made of, the manifest first."""
        return (self.sha256, *(one.sha256 for one in self.parts))

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
        """Show the file's name, or what it is made of."""
        if not self.is_curated:
            return self.file_name
        return ", ".join(filter(None, (self.base, *self.imports)))
