"""Findings: what a technique at the bench showed on one sampling of an exhibit, with the evidence for it.

Colour tests, immunoassay and kits, TLC, FTIR, Raman, LC-MS/MS, DART-MS, GC-FID, microscopy. A GC-MS search is an
examination.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.technique import Category, Technique, technique
from lims.domain.wording import clean_text, require_file_name, require_text
from lims.errors import InvalidRecordError, TransitionError


class EvidenceKind(StrEnum):
    """What a file of evidence is."""

    DATA = "data of an instrument"
    """As the instrument wrote it, JCAMP-DX for spectra; the same bytes are the evidence of one finding."""
    PHOTOGRAPH = "photograph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file in the raw store that a reviewer can look at (rule ID-4)."""

    sha256: str
    file_name: str
    kind: EvidenceKind
    version: int = 1
    """Of the finding that brought it."""

    def __post_init__(self) -> None:
        """Refuse evidence that nobody could find."""
        require_text("digest", self.sha256)
        require_file_name("file name", self.file_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing that was read: a colour, a retardation factor, a band."""

    name: str
    value: str
    """As it was read, with its unit."""

    def __post_init__(self) -> None:
        """Refuse a reading of nothing."""
        require_text("name of the reading", self.name)
        require_text("reading", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueOutcome:
    """What one technique said; a hyphenated measurement has one for each of its two (rule ID-3)."""

    technique: str
    """Of the table of techniques."""
    outcome: Outcome
    readings: tuple[Reading, ...] = ()
    comparison: Comparison = Comparison.NONE
    reference: str = ""
    """Lot of the reference material, or library release with its version (rule ID-8)."""

    def __post_init__(self) -> None:
        """Refuse an unknown technique, and a comparison with nothing."""
        known = technique(self.technique)
        clean_text("reference", self.reference)
        if self.comparison is not Comparison.NONE:
            require_text(f"what the {self.technique} was compared with", self.reference)
        if self.comparison is Comparison.NONE and self.outcome is Outcome.POSITIVE and known.category is not Category.C:
            raise InvalidRecordError(
                f"{self.technique}: positive and compared with nothing; expected a reference material or a library"
            )

    @property
    def known(self) -> Technique:
        """Its line in the table."""
        return technique(self.technique)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlOutcome:
    """What became of a control that was run along."""

    name: str
    """As the procedure names it."""
    met: bool
    observed: str = ""

    def __post_init__(self) -> None:
        """Refuse a control without a name."""
        require_text("control", self.name)
        clean_text("observation of the control", self.observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchSystem:
    """What a technique was made with."""

    instrument: str = ""
    medium: str = ""
    """Column, plate and solvent, reagent, or kit."""
    lot: str = ""
    """Of reagent or kit."""

    def __post_init__(self) -> None:
        """Refuse what nobody could find again."""
        for name in ("instrument", "medium", "lot"):
            clean_text(name, getattr(self, name))
        if not (self.instrument or self.medium):
            raise InvalidRecordError("system: neither instrument nor medium; expected what the technique was made with")

    @property
    def words(self) -> str:
        """All of it in one line."""
        return ", ".join(filter(None, (self.instrument, self.medium, self.lot)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScreen:
    """A screen made before the exhibit reached the laboratory: presumptive (rule ID-9)."""

    device: str
    operator: str
    authorised: bool
    """Whether procedure, device and operator were on the laboratory's list when it was recorded."""

    def __post_init__(self) -> None:
        """Refuse a screen by nothing and nobody."""
        require_text("device of the field screen", self.device)
        require_text("operator of the field screen", self.operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """Why a finding is no more used; it stays listed."""

    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse to discard without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Why a version differs from the one before it."""

    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse to correct without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Immutable: a correction is a new version, the old one stays as evidence."""

    KIND: ClassVar[str] = "finding"

    number: str
    """The exhibit's number, ``-T`` and the ordinal."""
    exhibit_number: str
    """Of an exhibit or a part of one."""
    sampling: int
    """Which sampling of the exhibit it was made on; samplings count from 1."""
    procedure_number: str
    procedure_version: int
    system: BenchSystem
    substance: str
    """What was looked for: a substance, or a class of them."""
    results: tuple[TechniqueOutcome, ...]
    examiner: str
    occurred_at: datetime
    """When it was done, as the person says."""
    recorded_by: str
    recorded_at: datetime
    inchikey: str | None = None
    """None where it is not known, or a class or a material was looked for."""
    is_class: bool = False
    """The substance is a class."""
    aliquot_number: str = ""
    controls: tuple[ControlOutcome, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    field_screen: FieldScreen | None = None
    deviation_number: str = ""
    """The deviation under which the procedure was used though it is not in force."""
    corrections: tuple[Correction, ...] = ()
    discard: Discard | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse what could not be reviewed."""
        require_text("finding number", self.number)
        require_text("substance", self.substance)
        require_text("procedure number", self.procedure_number)
        require_text("examiner", self.examiner)
        if self.sampling < 1:
            raise InvalidRecordError(f"sampling {self.sampling}; expected from 1 on")
        if self.occurred_at > self.recorded_at:
            raise InvalidRecordError(f"done at {self.occurred_at}, recorded at {self.recorded_at}; expected before")
        names = [one.technique for one in self.results]
        if not names or len(set(names)) < len(names):
            raise InvalidRecordError(f"techniques {', '.join(names) or 'none'}; expected at least one, and each once")
        digests = [one.sha256 for one in self.evidence]
        if len(set(digests)) < len(digests):
            raise InvalidRecordError(f"{self.number}: the same file twice among its evidence")
        for result in self.results:
            self._require_reviewable(result)

    def _require_reviewable(self, result: TechniqueOutcome) -> None:
        known = result.known
        if not known.applies_to(self.substance):
            raise InvalidRecordError(f"{known.name} counts for {known.only_for} only, not for {self.substance!r}")
        if known.category is not Category.C and not self.evidence and self.field_screen is None:
            raise InvalidRecordError(
                f"{known.name} is of category {known.category.value} and links to no file (rule ID-4); "
                f"expected the instrument's data or a photograph"
            )
        failed = [control.name for control in self.controls if not control.met]
        if failed and result.outcome is not Outcome.INCONCLUSIVE:
            raise InvalidRecordError(f"control {', '.join(failed)} is not met; expected inconclusive")

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Say what it found, or that it is discarded."""
        return "discarded" if self.discard else ", ".join(dict.fromkeys(one.outcome.value for one in self.results))

    @property
    def title(self) -> str:
        """Show technique and substance."""
        return f"{' + '.join(one.technique for one in self.results)}: {self.substance}"

    @property
    def new_data(self) -> tuple[str, ...]:
        """Digests of the instruments' data that this version brought: the evidence of this finding and of no other."""
        data = (one for one in self.evidence if one.kind is EvidenceKind.DATA)
        return tuple(one.sha256 for one in data if one.version == self.version)

    def require_controls(self, required: tuple[str, ...]) -> None:
        """Refuse a result without a control that its procedure requires.

        Raises
        ------
        InvalidRecordError
            Naming every control that is missing.
        """
        run = {control.name for control in self.controls}
        missing = [name for name in required if name not in run]
        if missing:
            raise InvalidRecordError(
                f"{self.procedure_number} requires the controls {', '.join(missing)}; expected what became of each"
            )

    # steps

    def correct(self, corrected: Self, correction: Correction) -> Self:
        """Give the next version with other facts.

        Raises
        ------
        TransitionError
            If it is discarded.
        InvalidRecordError
            If it would become a finding of another exhibit, procedure or person, or lose evidence.
        """
        self._require_kept()
        kept = ("exhibit_number", "procedure_number", "procedure_version", "examiner", "field_screen")
        changed = [name for name in kept if getattr(self, name) != getattr(corrected, name)]
        if changed:
            words = ", ".join(name.replace("_", " ") for name in changed)
            raise InvalidRecordError(f"{self.number}: a correction changes no {words}; discard it and record another")
        kept_files = {one.sha256 for one in self.evidence}
        added = tuple(one for one in corrected.evidence if one.sha256 not in kept_files)
        if len(added) + len(kept_files) != len(corrected.evidence):
            raise InvalidRecordError(f"{self.number}: a correction takes no evidence away")
        next_version = self.version + 1
        return replace(
            corrected,
            evidence=(*self.evidence, *(replace(one, version=next_version) for one in added)),
            number=self.number,
            recorded_by=self.recorded_by,
            recorded_at=self.recorded_at,
            corrections=(*self.corrections, correction),
            version=next_version,
        )

    def discard_it(self, discard: Discard) -> Self:
        """Take it out of use; it stays listed with the reason.

        Raises
        ------
        TransitionError
            If it is discarded already.
        """
        self._require_kept()
        return replace(self, discard=discard, version=self.version + 1)

    def _require_kept(self) -> None:
        if self.discard is not None:
            raise TransitionError(f"{self.number} was discarded by {self.discard.by}: {self.discard.reason}")
