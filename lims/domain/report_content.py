"""What a report says, frozen: data without a language, complete enough to be drawn, embedded and checked.

Every measured number is a ``Decimal`` or an ``int``: the content has canonical bytes, and its digest is recorded
before the document is made.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lims.domain.amendment import Amendment
from lims.domain.described import DescribedRecord
from lims.domain.identification import NAMING, Conclusion, Limitation
from lims.domain.identification_basis import IsomerState
from lims.domain.identification_rule import Comparison, Gap, Outcome
from lims.domain.quantitation import Quantitation
from lims.domain.question_answer import QuestionAnswer
from lims.domain.report_circumstances import Circumstances
from lims.domain.report_confidence import Confidence
from lims.domain.report_kind import ReportKind
from lims.domain.report_object import BiologicalSection, SceneSection
from lims.domain.report_photographs import PhotographSection
from lims.domain.technique import Category


class Finding(StrEnum):
    """What the expert decided about one component."""

    IDENTIFIED = "identified"
    """An identification of the exhibit concluded that, by the rule."""
    FOUND = "found, not identified"
    """The run shows it, and no identification of the exhibit concluded it; ``lacking`` says what is missing."""
    INTERNAL_STANDARD = "internal standard"
    """Added by the laboratory; its name stands in ``reason``, and it is no identity of the exhibit."""
    NOT_IDENTIFIED = "not identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signs, as printed."""

    number: str
    name: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSection:
    """The order and what is known of the seizure; None is printed as unknown."""

    number: str
    appointing_body: str
    order_number: str
    order_date: date | None
    seizure_date: date | None
    seizure_place: str
    questions: tuple[str, ...]
    appointed_by: str = ""
    """The person who signed the order."""
    seizing_body: str = ""
    seizing_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitSection:
    """The object that was examined."""

    number: str
    description: str
    seal_number: str
    seal_intact: bool | None
    received_at: datetime
    condition: str = ""
    """On receipt."""
    delivered_by: str = ""
    unit_count: int | None = None
    disclaimers: tuple[str, ...] = ()
    """What has to be said because the sender wanted it examined in spite of a discrepancy (17025, 7.4.3)."""
    photographs: tuple[PhotographSection, ...] = ()
    """All that are on record; each says whether it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """One ion of a unit-mass spectrum."""

    mz: int
    intensity: Decimal
    """Relative to the base peak, 0 to 999, one decimal place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSection:
    """One line of a component's hit list."""

    rank: int
    name: str
    inchikey: str | None
    match_factor: int
    reverse_match_factor: int
    retention_index_difference: Decimal | None = None
    """Measured less library, index units; None where either is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySection:
    """What a component was taken for, with the two spectra that a reader compares."""

    name: str
    inchikey: str | None
    formula: str | None
    smiles: str | None
    """None where no structure is on file: none is drawn, and the report says so."""
    reference_accession: str
    measured: tuple[Peak, ...]
    reference: tuple[Peak, ...]
    stereochemistry_established: bool
    """False for every identification by mass spectrometry alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentSection:
    """One chromatographic component of a run."""

    number: int
    retention_time_s: Decimal
    area_percent: Decimal
    """Of all reported components of the run."""
    base_peak_mz: int
    signal_to_noise: int
    finding: Finding
    reason: str
    """The expert's words; may be empty."""
    candidates: tuple[CandidateSection, ...]
    identity: IdentitySection | None
    lacking: tuple[Gap, ...] = ()
    """Of a component that was found and not identified: what an identification would need."""
    identification: str = ""
    """Number of the identification that is about it, whatever that concluded; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePoint:
    """One point of the total ion chromatogram."""

    time_s: Decimal
    counts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSection:
    """The blank that was injected right before the exhibit."""

    run_number: str
    place: int
    value: Decimal | None
    """Its response as a fraction of the lowest calibrator's; None where there was nothing to compare."""
    limit: Decimal | None
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NonconformitySection:
    """What went wrong in the batch and what was done about it."""

    cause: str
    action: str
    impact: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardedRunSection:
    """A run that was taken from the batch; it is listed, because every run is."""

    run_number: str
    sample_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSection:
    """The batch that a run was measured in, with the verdict that the report relies on."""

    number: str
    method_number: str
    method_version: int
    method_title: str
    """Says so where the method is a demonstration."""
    limits_basis: str
    place: int
    injections: int
    judged_at: datetime
    passed: bool
    """False: a rule failed, and a nonconformity released the batch."""
    failed_rules: tuple[str, ...]
    blank: BlankSection | None
    nonconformities: tuple[NonconformitySection, ...]
    discarded: tuple[DiscardedRunSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSection:
    """One injection with everything that was found in it."""

    number: str
    file_name: str
    sha256: str
    source_format: str
    scans: int
    sample_name: str
    acquired_at: str
    instrument: str
    method: str
    vial: str
    simulation_statement: str
    """Empty for measured data; else the file's own words that it was simulated."""
    chromatogram: tuple[TracePoint, ...]
    components: tuple[ComponentSection, ...]
    unreported_components: int
    """Weaker peaks below the reporting limit, counted and not searched."""
    reporting_limit: str
    """The limit in words, for example "0.5 % of the largest area"."""
    batch: BatchSection | None = None
    """None for a run that was measured alone: the report says what that lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySection:
    """The frozen release that was searched."""

    name: str
    sha256: str
    spectra: int
    purpose: str
    """Empty for reference data; else a restriction, for example "training and presumptive use"."""
    curated: bool = False
    """True: of each record two persons of the laboratory said that it is right. False: it was taken in as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSection:
    """How spectra were compared."""

    preset: str
    preset_version: int
    source: str
    software_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFile:
    """A file of the ledger's extract that is attached."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSection:
    """The signed checkpoint that travels in the document; made after the intent to report, before the signatures."""

    origin: str
    size: int
    """Entries under it; more than when the content was frozen, where others worked meanwhile."""
    root: str
    """Hex, of the ledger's tree."""
    keys: tuple[str, ...]
    """Who signed it: ``name+hexid`` of each key."""
    files: tuple[LedgerFile, ...]
    """Every attachment that comes from the ledger: the content decides all bytes of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSection:
    """The state of the laboratory's ledger when the content was frozen."""

    entries: int
    head: str
    """Hex SHA-256 leaf hash of the newest entry."""
    checkpoint: CheckpointSection | None = None
    """None: no signer could be asked, or the report was made before reports carried one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSection:
    """One result that an identification rests on, or that it takes into account."""

    number: str
    """Of the finding or the examination."""
    technique: str
    category: Category
    outcome: Outcome
    sampling: int
    system: str
    comparison: Comparison
    reference: str
    counted: bool
    """False: it stays in the record and contributes nothing."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutSection:
    """A result that was not used, and why."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisagreementSection:
    """What a second person held against the conclusion, and how that ended."""

    words: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsomerLine:
    """An isomer of the substance in question, and what tells it apart or would."""

    name: str
    relation: str
    """How it differs by structure; empty for unknown."""
    tests: tuple[str, ...]
    """Techniques that would tell it apart; empty for unknown."""
    separated_by: str
    """Number of the result that does; empty: none does."""
    group: str
    """Isomer group of the library by which that result does; empty where the expert says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentificationSection:
    """A conclusion about one substance in the exhibit, with everything that it rests on."""

    number: str
    version: int
    substance: str
    inchikey: str | None
    conclusion: Conclusion
    class_name: str
    scope: str
    reason: str
    rule: str
    identity: tuple[str, ...]
    """The substance, and the isomers that no result tells from it."""
    isomers: IsomerState
    results: tuple[ResultSection, ...]
    left_out: tuple[LeftOutSection, ...]
    limitations: tuple[Limitation, ...]
    added_limitations: tuple[str, ...]
    """In the expert's words."""
    limited_sample_measure: str
    correlation_reason: str
    disagreements: tuple[DisagreementSection, ...]
    checked: bool
    """A second person came to the same conclusion."""
    isomer_lines: tuple[IsomerLine, ...] = ()
    possible_isomers: int = 0
    """Ring isomers that the structure allows and no searched table holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """Everything that one report says."""

    number: str
    language: str
    """kk, ru or en."""
    prepared_at: datetime
    laboratory: str
    case: CaseSection
    exhibit: ExhibitSection
    runs: tuple[RunSection, ...]
    library: LibrarySection
    method: MethodSection
    expert: Person
    reviewer: Person
    ledger: LedgerSection
    evidence: bool
    """False: made with development keys; every page is marked DEMO - NOT EVIDENCE."""
    release_by_reviewer: bool = False
    """True: the reviewer may also issue this report, which it then says."""
    signature_level: str = "PAdES B-B"
    """That both signatures of the document must reach; reports from before levels were chosen are at B-B."""
    identifications: tuple[IdentificationSection, ...] = ()
    """Empty: the conclusions rest on the runs alone, and say so."""
    described: tuple[DescribedRecord, ...] = ()
    """Every record that it describes, in its version and with its digest; an edit of one voids it (rule RP-2)."""
    amendment: Amendment | None = None
    """None for a report that replaces no other."""
    circumstances: Circumstances = field(default_factory=Circumstances)
    confidence: Confidence = field(default_factory=Confidence)
    """How often the comparison errs; without a validated calibration, that nobody knows."""
    kinds: tuple[ReportKind, ...] = ()
    """Of which kinds the report is; empty in a report from before they were told apart."""
    answers: tuple[QuestionAnswer, ...] = ()
    """To the questions of the order, by their numbers; empty in a report from before they were assigned."""
    scene: SceneSection | None = None
    """None: nothing points to the making of a substance."""
    biological: BiologicalSection | None = None
    """None for an object that comes from no person."""
    quantitations: tuple[Quantitation, ...] = ()
    """How much of a substance the exhibit holds: the records whole, so that every number can be computed again."""

    @property
    def identities(self) -> tuple[IdentitySection, ...]:
        """All identities over all runs, in the order of the components."""
        return tuple(
            component.identity for run in self.runs for component in run.components if component.identity is not None
        )

    @property
    def named(self) -> tuple[IdentificationSection, ...]:
        """Conclusions that name a substance, or the set that it is of."""
        return tuple(one for one in self.identifications if one.conclusion in NAMING)

    @property
    def simulated(self) -> bool:
        """Tell whether any of the runs is simulated data."""
        return any(run.simulation_statement for run in self.runs)
