"""Imports into the library: what a file or a run of the laboratory proposes, and who let it pass.

Proposed by one person, checked by another; only then a release can hold it. Thousands of records are one import: single
ones are decided where a check complains, or where somebody wants it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.run import RawData
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import DecisionsOpenError, SecondPersonNeededError


class ImportState(StrEnum):
    """Where an import stands; the steps lead from the first to one of the others."""

    PROPOSED = "proposed"
    CHECKED = "checked"
    """A second person let it pass; a release may hold it."""
    REFUSED = "refused"
    """A second person did not; nothing of it goes into a release."""


class Verdict(StrEnum):
    """What becomes of a single record."""

    TAKE = "take"
    """As it is; the words of the decision go with it as a mark of its quality."""
    LEAVE_OUT = "leave out"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecision:
    """What one person decided about one record of an import."""

    accession: str
    verdict: Verdict
    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a decision about nothing or without a reason."""
        require_text("accession", self.accession)
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTally:
    """How far one automatic check came: of records that it did not look at it says nothing."""

    check: str
    looked_at: int
    complaints: int
    notes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """What was in a file and what became of it."""

    read: int
    """Records in the file."""
    taken: int
    refused: int
    """Each with its place in the findings."""
    other_files: int = 0
    """Files of an archive or folder that hold no records."""
    complained: int = 0
    """Records about which a person has to decide."""
    structures: int = 0
    """Different structures, whose drawings are to be confirmed."""
    substances: int = 0
    """Taken from tables of structures and names that came beside the file."""
    substance_lines_refused: int = 0

    def __post_init__(self) -> None:
        """Refuse counts by which a record would be lost."""
        if self.read != self.taken + self.refused:
            raise InvalidRecordError(f"{self.read} records read, {self.taken} taken and {self.refused} refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryImport:
    """One import. Immutable: every step returns a new one."""

    KIND: ClassVar[str] = "library import"

    number: str
    raw: RawData
    """The file as it came; of an in-house standard the raw data of its run."""
    collection: str
    """What it is, with its version, such as ``SWGDRUG 3.4``."""
    form: str
    """Such as ``MSP``; ``run`` for an in-house standard."""
    technique: str
    """As the importer states it for records that do not."""
    licence: str
    counts: ImportCounts
    tallies: tuple[CheckTally, ...]
    records_sha256: str
    """Manifest of the proposed records, frozen as a release is."""
    findings_sha256: str
    """What the checks found, record by record, and what was refused: JSON in the raw store."""
    imported_by: str
    imported_at: datetime
    tables: tuple[RawData, ...] = ()
    """Tables of structures and names that came beside the file."""
    standard: str = ""
    """Number of the reference standard; empty for a file."""
    run: str = ""
    """Number of the run of the reference standard."""
    decisions: tuple[RecordDecision, ...] = ()
    """The newest last; of several about one record the newest holds."""
    checked_by: str = ""
    checked_at: datetime | None = None
    comment: str = ""
    structures_confirmed: int = 0
    """Drawings that the second person looked at and found right."""
    refused_for: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an import of nothing and a check by nobody."""
        for name in ("number", "collection", "records_sha256", "findings_sha256", "imported_by"):
            require_text(f"library import {name}", getattr(self, name))
        if bool(self.checked_by) != (self.checked_at is not None):
            raise InvalidRecordError(f"library import {self.number}: checked by {self.checked_by!r} at no known time")
        if self.refused_for and not self.checked_by:
            raise InvalidRecordError(f"library import {self.number}: refused by nobody")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Give the state."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show what it is and how much."""
        return f"{self.collection}: {self.counts.taken} of {self.counts.read}"

    @property
    def status(self) -> ImportState:
        """Where it stands."""
        if not self.checked_by:
            return ImportState.PROPOSED
        return ImportState.REFUSED if self.refused_for else ImportState.CHECKED

    @property
    def verdicts(self) -> dict[str, RecordDecision]:
        """The decision that holds, by accession."""
        return {one.accession: one for one in self.decisions}

    # steps

    def decide(self, decisions: Iterable[RecordDecision]) -> Self:
        """Add decisions about single records.

        Raises
        ------
        TransitionError
            If the import is not proposed any more.
        """
        self._require_proposed()
        return replace(self, decisions=(*self.decisions, *decisions), version=self.version + 1)

    def check(
        self, *, by: str, at: datetime, open_complaints: int, structures_confirmed: int, comment: str = ""
    ) -> Self:
        """Let it pass, as the second person.

        Parameters
        ----------
        open_complaints : int
            Records that a check complains about and nobody decided about.
        structures_confirmed : int
            Drawings that this person looked at.

        Raises
        ------
        TransitionError
            If it is not proposed any more.
        SecondPersonNeededError
            If the same person imported it.
        DecisionsOpenError
            If records wait for a decision, or structures for a look at their drawings.
        """
        self._require_second(by)
        if open_complaints or structures_confirmed != self.counts.structures:
            drawings = self.counts.structures - structures_confirmed
            raise DecisionsOpenError(self.number, records=open_complaints, drawings=drawings)
        return replace(
            self,
            checked_by=by,
            checked_at=at,
            comment=comment,
            structures_confirmed=structures_confirmed,
            version=self.version + 1,
        )

    def refuse(self, *, by: str, at: datetime, reason: str) -> Self:
        """Refuse the whole import, as the second person.

        Raises
        ------
        TransitionError, SecondPersonNeededError
            As ``check``.
        """
        self._require_second(by)
        require_text("reason", reason)
        return replace(self, checked_by=by, checked_at=at, refused_for=reason, version=self.version + 1)

    def _require_second(self, person: str) -> None:
        self._require_proposed()
        if person == self.imported_by:
            raise SecondPersonNeededError(f"library import {self.number}", person)

    def _require_proposed(self) -> None:
        if self.status is not ImportState.PROPOSED:
            raise TransitionError(f"library import {self.number} is {self.state}, not proposed")
