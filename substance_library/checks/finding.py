"""What automatic checks say: findings with their record, and how many records each check could look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What is checked; never renamed once used."""

    STRUCTURE = "structure"
    """The structure can be read, and its key and formula are those that the record states."""
    MOLECULAR_ION = "molecular ion"
    """No ion is heavier than the molecule; of MS/MS, the precursor is that of formula and adduct."""
    ISOTOPES = "isotope pattern"
    """The ions beside the molecular ion are those that the formula makes."""
    DUPLICATE = "duplicate"
    """The spectrum stands in the import once."""
    REPLICATES = "replicates"
    """Several spectra of one substance agree."""
    NAME = "name"
    """No letter of the name only looks like one of another script."""


class Severity(StrEnum):
    """What a finding asks for."""

    COMPLAINT = "complaint"
    """A person decides about the record before the import can be checked."""
    NOTE = "note"
    """A person may look; nothing has to be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """One thing that a check found in one record."""

    check: Check
    severity: Severity
    accession: str
    words: str
    """What was found and what was expected."""
    others: tuple[str, ...] = ()
    """Accessions of the records beside which it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCount:
    """How far one check came."""

    check: Check
    looked_at: int
    """Records with what the check needs; of the others it says nothing."""
    complaints: int
    notes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All checks of one import."""

    findings: tuple[CheckFinding, ...] = field(repr=False)
    looked_at: tuple[tuple[Check, int], ...]

    @property
    def counts(self) -> tuple[CheckCount, ...]:
        """Count what each check found."""
        return tuple(
            CheckCount(
                check=check,
                looked_at=number,
                complaints=len({one.accession for one in self._of(check, Severity.COMPLAINT)}),
                notes=len({one.accession for one in self._of(check, Severity.NOTE)}),
            )
            for check, number in self.looked_at
        )

    @property
    def complained(self) -> frozenset[str]:
        """Name the records about which a person has to decide."""
        return frozenset(one.accession for one in self.findings if one.severity is Severity.COMPLAINT)

    def _of(self, check: Check, severity: Severity) -> Iterator[CheckFinding]:
        return (one for one in self.findings if one.check is check and one.severity is severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one check gives."""

    looked_at: int
    findings: tuple[CheckFinding, ...]
