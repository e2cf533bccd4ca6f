"""Files of findings and identifications, as a person writes them down in TOML; see ``docs/identification.md``."""

from dataclasses import dataclass, field
from pathlib import Path

from lims.domain.finding import EvidenceKind
from lims.services.fact_file import read_facts
from lims.services.finding import EvidenceFile, FindingFacts
from lims.services.identifying import BasisFacts
from lims.services.supporting import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One file of evidence."""

    file: str
    """Its path, from the folder of the file that names it."""
    kind: EvidenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFile:
    """A finding with its evidence."""

    finding: FindingFacts
    evidence: tuple[EvidenceLine, ...] = ()

    def files(self, folder: Path) -> tuple[EvidenceFile, ...]:
        """Give the files of evidence beside a folder."""
        return tuple(EvidenceFile(path=folder / one.file, kind=one.kind) for one in self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentificationFile:
    """A substance in question, and what the expert puts together for it."""

    question: Question
    basis: BasisFacts = field(default_factory=BasisFacts)


def read_finding_file(path: Path) -> FindingFile:
    """Read a finding.

    Raises
    ------
    UnreadableFileError, InvalidRecordError
        As ``read_facts``.
    """
    return read_facts(path, FindingFile)


def read_identification_file(path: Path) -> IdentificationFile:
    """Read an identification.

    Raises
    ------
    UnreadableFileError, InvalidRecordError
        As ``read_facts``.
    """
    return read_facts(path, IdentificationFile)
