"""What a report says beside its identities, frozen: weights, sampling, runs, custody, deviations, what it omits.

As in ``report_content``: data without a language, with ``Decimal`` and ``int`` for every number.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lims.domain.custody import HolderKind
from lims.domain.examination import ExaminationStatus
from lims.domain.report_item import ReportItem
from lims.domain.report_law import LegalSection
from lims.domain.request import Consumption
from lims.domain.sampling_statement import SamplingStatement
from lims.domain.weighing import WeighingPurpose
from lims.domain.weight_uncertainty import BalanceBudget
from substance_library.thresholds import ThresholdDecision

PRINTED_WEIGHINGS = frozenset({WeighingPurpose.RECEIVED, WeighingPurpose.BEFORE, WeighingPurpose.UNIT})
"""Weighings of the object itself; aliquots and the remainder stand in the mass balance of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSection:
    """One mass with its uncertainty, both with the same decimals (rule WU-5)."""

    number: str
    """Of the weighing."""
    item_number: str
    purpose: WeighingPurpose
    mass_g: Decimal
    u_g: Decimal
    """Expanded uncertainty, rounded up to two significant figures."""
    k: Decimal
    coverage_percent: Decimal
    balance_number: str
    certificate: str
    """Of the balance's calibration."""
    weighed_at: datetime
    manual_reason: str = ""
    """Why a reading was typed; empty where none was (rule WU-3)."""
    gross_g: Decimal | None = None
    """As the balance showed it; None in a report from before readings were kept here."""
    tare_g: Decimal | None = None
    """None where the balance was set to zero with the empty container on it."""
    budget: BalanceBudget | None = None
    """Of the balance, as it was then: with it anybody can compute U again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumedSection:
    """Something that was used up, and by whose permission (rule KZ-2); its mass has no coverage factor on record."""

    item_number: str
    purpose: str
    permission: str
    """Its reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSection:
    """A mass held against a threshold of the law, by the stated decision rule (rule WU-6)."""

    mass_g: Decimal
    u_g: Decimal
    threshold_g: Decimal
    decision: ThresholdDecision
    basis: str
    """Where the threshold stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawNote:
    """When units were drawn, and how anybody can draw the same ones again (rule SA-2)."""

    drawn_at: datetime
    generator: str
    seed: int | None
    """None: from a black box, by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingSection:
    """One plan, which units were drawn, and what its results support (rule SA-5)."""

    number: str
    alike_in: str
    photograph: str
    statement: SamplingStatement
    testing: str
    """How each unit was tested (rule SA-7)."""
    units: tuple[int, ...]
    """That were drawn."""
    draws: tuple[DrawNote, ...]
    split_into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunExamined:
    """One examination of a run, and what its expert saw there."""

    number: str
    status: ExaminationStatus
    found: tuple[str, ...]
    """Substances that components were taken for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """One run of the exhibit, used or not (rule RP-1.12)."""

    number: str
    item_number: str
    file_name: str
    sha256: str
    acquired_at: str
    """As the instrument wrote it."""
    imported_at: datetime
    imported_by: str
    batch_number: str
    discard_reason: str
    """Why it was taken from its batch; empty if it was not."""
    examinations: tuple[RunExamined, ...]
    reported: bool
    """Whether this report describes it."""


class CustodyWith(StrEnum):
    """What an exhibit is with, in words that every language has."""

    PERSON = "with a person"
    PLACE = "in a place"
    OUTSIDE = "outside the laboratory"
    DESTROYED = "destroyed"
    CONSUMED = "used up"


WITH = {
    HolderKind.PERSON: CustodyWith.PERSON,
    HolderKind.PLACE: CustodyWith.PLACE,
    HolderKind.CONTAINER: CustodyWith.PLACE,
    HolderKind.OUTSIDE: CustodyWith.OUTSIDE,
    HolderKind.DESTROYED: CustodyWith.DESTROYED,
    HolderKind.CONSUMED: CustodyWith.CONSUMED,
}
"""By what a span of custody names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodySpan:
    """Who had the exhibit, or where it lay, for some time."""

    since: datetime
    until: datetime | None
    """None: when the report was made."""
    place: CustodyWith
    name: str
    """Staff number, number of the place, or who has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyGap:
    """Something that does not fit in the custody, and the nonconformities in which it was dealt with."""

    kind: str
    """As the check of custody names it."""
    at: datetime | None
    nonconformities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliquotCustody:
    """Who had an aliquot that was measured, from its taking until the report was made (rule G4)."""

    number: str
    item_number: str
    """What it was taken from."""
    container: str
    """What it was taken into; empty for unknown."""
    spans: tuple[CustodySpan, ...]
    """None where no custody was recorded."""
    gaps: tuple[CustodyGap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationSection:
    """Work that was done otherwise than the procedure says (ISO/IEC 17025:2017, 7.2.1.7)."""

    number: str
    words: str
    justification: str
    authorised_by: str
    accepted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NonconformityNote:
    """A nonconformity of the exhibit that is closed: what happened, what it means, what was done."""

    number: str
    what: str
    impact: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OmissionNote:
    """An item that the report leaves out, and why (ISO/IEC 17025:2017, 7.8.2.1)."""

    item: ReportItem
    what: str
    """Empty where it is there after all."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningNote:
    """That an expert signed the warning of liability (rule KZ-1)."""

    name: str
    signed_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionNote:
    """What the appointing body says of using the object up (rule KZ-2)."""

    extent: Consumption
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything that a report says beside its identities; empty means that nothing of the kind is on record."""

    address: str = ""
    """Of the laboratory."""
    place_of_work: str = ""
    work_began_at: datetime | None = None
    """When the first of the work was recorded; None: unknown."""
    work_ended_at: datetime | None = None
    """When the examination was concluded."""
    weights: tuple[WeightSection, ...] = ()
    consumed: tuple[ConsumedSection, ...] = ()
    losses: tuple[str, ...] = ()
    """Reasons of losses; their masses have no uncertainty and are not stated."""
    thresholds: tuple[ThresholdSection, ...] = ()
    sampling: tuple[SamplingSection, ...] = ()
    all_runs: tuple[ListedRun, ...] = ()
    custody: tuple[CustodySpan, ...] = ()
    custody_gaps: tuple[CustodyGap, ...] = ()
    aliquot_custody: tuple[AliquotCustody, ...] = ()
    """Of the aliquots that were measured."""
    deviations: tuple[DeviationSection, ...] = ()
    request_deviations: tuple[str, ...] = ()
    """What is done otherwise than the order asks; the customer was told."""
    nonconformities: tuple[NonconformityNote, ...] = ()
    omissions: tuple[OmissionNote, ...] = ()
    warnings: tuple[WarningNote, ...] = ()
    permission: PermissionNote | None = None
    """None: the order says nothing."""
    legal: tuple[LegalSection, ...] = ()
