"""Runs as the laboratory records them: which raw data, from which exhibit or batch, brought by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.wording import require_file_name, require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class RawData:
    """Where the bytes of a run lie, by what they are."""

    sha256: str
    """Of the file, or of the manifest of a folder."""
    file_name: str
    """As the instrument named it."""
    is_folder: bool
    folder_sha256: str = ""
    """Of the manifest of the folder inside an archive; empty for what is none."""

    @property
    def digests(self) -> tuple[str, ...]:
        """All digests that this content goes by: brought again under any of them, it is recognised."""
        return (self.sha256, self.folder_sha256) if self.folder_sha256 else (self.sha256,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """One injection and what its file says about it."""

    KIND: ClassVar[str] = "run"

    number: str
    exhibit_number: str
    """Empty for a blank, calibrator, control or reference standard: those belong to their batch alone."""
    raw: RawData
    scans: int
    sample_name: str
    acquired_at: str
    """As the instrument wrote it."""
    instrument: str
    method: str
    vial: str
    source_format: str
    simulation_statement: str
    """Empty for measured data."""
    imported_at: datetime
    imported_by: str
    batch_number: str = ""
    """Empty for a run that was measured alone."""
    place: int = 0
    """In the sequence of the batch, from 1; 0 outside a batch."""
    aliquot_number: str = ""
    """The aliquot that was measured; empty for unknown, or for a run of no exhibit."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a run without bytes behind it, of nothing, or at no place of its batch."""
        require_text("run number", self.number)
        if not (self.exhibit_number or self.batch_number):
            raise InvalidRecordError(f"run {self.number} of neither an exhibit nor a batch")
        if (self.place > 0) != bool(self.batch_number):
            raise InvalidRecordError(f"run {self.number} at place {self.place} of batch {self.batch_number!r}")
        require_text("raw data digest", self.raw.sha256)
        require_file_name("file name", self.raw.file_name)

    @property
    def parent(self) -> str:
        """Belong to the exhibit, or else to the batch."""
        return self.exhibit_number or self.batch_number

    @property
    def state(self) -> str:
        """Say whether it was measured."""
        return "simulated" if self.simulation_statement else "imported"

    @property
    def title(self) -> str:
        """Show the file's name."""
        return self.raw.file_name
