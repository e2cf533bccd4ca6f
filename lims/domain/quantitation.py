"""Quantitations: how much of a substance an exhibit holds, with everything that the number was made of.

The record is complete enough to be computed again without the laboratory: every calibrator with its response, the
curve, every injection, the portions that were weighed and dissolved, and each part of the uncertainty.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.sequence import InjectionKind
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError

_HUNDRED = Decimal(100)


class Lacking(StrEnum):
    """Why a quantitation states no content, or no mass of the substance in the whole exhibit."""

    NOT_DETECTED = "analyte not detected"
    NO_NUMBER = "no concentration"
    BELOW_QUANTITATION_LIMIT = "below the quantitation limit"
    NO_PREPARATION = "preparation not recorded"
    NO_EXHIBIT_MASS = "net mass of the exhibit not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient of the curve."""

    power: int
    """Of the concentration, in ug/ml."""
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LackOfFitTest:
    """Whether the form of the curve suits calibrators that were measured repeatedly."""

    f_statistic: Decimal
    degrees_of_freedom: tuple[int, ...]
    p_value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The calibration curve: response, an area ratio, as a function of concentration in ug/ml."""

    degree: int
    weighting: str
    through_origin: bool
    coefficients: tuple[Coefficient, ...]
    """Powers rising."""
    degrees_of_freedom: int
    residual_standard_deviation: Decimal
    """Of a response of weight 1."""
    lowest_ug_per_ml: Decimal
    highest_ug_per_ml: Decimal
    detection_limit_ug_per_ml: Decimal | None
    """An estimate from this curve; None: unknown."""
    quantitation_limit_ug_per_ml: Decimal | None
    r_squared: Decimal | None = None
    lack_of_fit: LackOfFitTest | None = None
    """None: unknown, no calibrator was measured repeatedly."""

    def response(self, concentration: Decimal) -> Decimal:
        """Give the response of the curve at a concentration."""
        return sum((one.value * concentration**one.power for one in self.coefficients), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPoint:
    """One calibrator."""

    run_number: str
    place: int
    nominal_ug_per_ml: Decimal
    response: Decimal | None
    """Area of the analyte over that of the internal standard; None: one of them was not found."""
    residual: Decimal | None
    """Response less that of the curve."""
    back_calculated_ug_per_ml: Decimal | None
    """What the curve makes of its response."""
    used: bool
    """Whether the curve was fitted to it."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """A concentration read from the curve, ug/ml, with its uncertainty."""

    value: Decimal
    calibration_u: Decimal
    """Standard uncertainty from curve and response alone."""
    standard_u: Decimal
    """With what is stated of weighing, volume and purity."""
    k: Decimal
    expanded_u: Decimal
    """``k`` times the standard uncertainty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantifiedInjection:
    """One injection of the batch other than a calibrator: a blank, a control, or one of the exhibit."""

    run_number: str
    place: int
    kind: InjectionKind
    sample_name: str
    response: Decimal | None
    """None: analyte or internal standard not found."""
    response_u: Decimal | None
    """Standard uncertainty of the response from the noise of its own scans."""
    concentration: Concentration | None
    """None where nothing was found to measure, or the method refuses the number."""
    nominal_ug_per_ml: Decimal | None = None
    """Of a control."""
    flags: tuple[str, ...] = ()
    """Stable words; docs/quantitation.md says what each means."""

    @property
    def recovery_percent(self) -> Decimal | None:
        """What was found of a known amount; None where either is unknown."""
        if self.concentration is None or not self.nominal_ug_per_ml:
            return None
        return self.concentration.value / self.nominal_ug_per_ml * _HUNDRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """The portion of the exhibit that was dissolved for one injection."""

    run_number: str
    weighing_number: str
    sample_g: Decimal
    """As the weighing states it (rule WU-1: no mass without its weighing)."""
    sample_u_g: Decimal
    """Expanded."""
    sample_k: Decimal
    volume_ml: Decimal
    volume_u_ml: Decimal | None
    """Expanded; None: unknown."""
    volume_k: Decimal | None
    dilution: Decimal = Decimal(1)
    """Volume after over volume before; 1 for none."""

    def __post_init__(self) -> None:
        """Refuse what is no portion."""
        require_text("run", self.run_number)
        require_text("weighing of the portion", self.weighing_number)
        positive = (self.sample_g, self.sample_k, self.volume_ml, self.dilution)
        if not all(one.is_finite() and one > 0 for one in positive):
            raise InvalidRecordError(f"portion of {self.run_number}: mass, k, volume and dilution; expected above 0")
        if (self.volume_u_ml is None) != (self.volume_k is None):
            raise InvalidRecordError(f"portion of {self.run_number}: the uncertainty of the volume needs its factor k")
        spreads = (self.sample_u_g, self.volume_u_ml or Decimal(0))
        factor = Decimal(1) if self.volume_k is None else self.volume_k
        if not all(one.is_finite() and one >= 0 for one in spreads) or factor <= 0:
            raise InvalidRecordError(f"portion of {self.run_number}: an uncertainty below 0, or a factor k of 0")

    def content_percent(self, ug_per_ml: Decimal) -> Decimal:
        """Give the mass fraction of the analyte in the portion, per cent, for a concentration in what was injected."""
        micrograms = ug_per_ml * self.volume_ml * self.dilution
        return micrograms / (self.sample_g * Decimal(1_000_000)) * _HUNDRED


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardUsed:
    """The lot of the reference standard that the calibrators were made of."""

    number: str
    version: int
    substance: str
    lot: str
    certificate: str
    purity: Decimal | None
    """Mass fraction; None: the certificate states none."""
    purity_u: Decimal | None
    """Expanded."""
    purity_k: Decimal | None
    applied: bool
    """Whether the amounts of the calibrators are of the pure substance already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativePart:
    """One part of the uncertainty, relative to the content."""

    name: str
    relative_u: Decimal
    """Standard."""
    degrees_of_freedom: int | None = None
    """None: without end, as what was stated and not estimated here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentResult:
    """The content of the substance in the exhibit: mass fraction in per cent, with the decimals of its uncertainty."""

    percent: Decimal
    u_percent: Decimal
    """Expanded, rounded up to two significant figures (rule WU-5)."""
    k: Decimal
    coverage_percent: Decimal
    parts: tuple[RelativePart, ...]
    not_stated: tuple[str, ...]
    """What the uncertainty leaves out because nobody stated it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceMass:
    """The mass of the substance in the whole exhibit: content times net mass."""

    weighing_number: str
    exhibit_g: Decimal
    exhibit_u_g: Decimal
    exhibit_k: Decimal
    mass_g: Decimal
    u_g: Decimal
    k: Decimal
    coverage_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantifiedBy:
    """Under which choices the numbers were made."""

    method_number: str
    method_version: int
    preset: str
    """Name and version."""
    changed: tuple[str, ...]
    """Settings in which the method differs from the preset, as it writes them."""
    release: str
    release_sha256: str
    confidence: Decimal
    """What k covers, such as 0.95."""
    stated: tuple[RelativePart, ...]
    """Of weighing, volume and purity, as far as the method states them."""
    program_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardedQuantitation:
    """Why a quantitation is not used; it stays listed."""

    reason: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse to discard without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantitation:
    """One substance measured in one exhibit, in one batch; nothing of it is ever changed."""

    KIND: ClassVar[str] = "quantitation"

    number: str
    """Of the exhibit, ``-Q`` and an ordinal."""
    exhibit_number: str
    batch_number: str
    analyte: str
    inchikey: str | None
    internal_standard: str
    expert: str
    measured_at: datetime
    """When it was computed and recorded."""
    by: QuantifiedBy
    curve: Curve
    points: tuple[CalibrationPoint, ...]
    """Every calibrator, also those that are not in the curve."""
    injections: tuple[QuantifiedInjection, ...]
    """Of the exhibit, in their order: the replicates."""
    blanks: tuple[QuantifiedInjection, ...]
    controls: tuple[QuantifiedInjection, ...]
    preparations: tuple[Preparation, ...]
    """Of the injections; without one for each of them no content is stated."""
    standard: StandardUsed | None
    """None: which lot the calibrators were made of is unknown."""
    expressed_as: str = ""
    """The form that the amounts are of, such as "base" or "hydrochloride"; empty: unknown."""
    result: ContentResult | None = None
    total: SubstanceMass | None = None
    lacking: tuple[Lacking, ...] = ()
    """Why there is no result, or no total mass."""
    discard: DiscardedQuantitation | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a quantitation of nothing, or whose result has no portions."""
        for name in ("number", "exhibit_number", "batch_number", "analyte", "internal_standard", "expert"):
            require_text(f"quantitation {name.replace('_', ' ')}", getattr(self, name))
        clean_text("form", self.expressed_as)
        if self.result is None and self.total is not None:
            raise InvalidRecordError(f"{self.number}: a mass of the substance without its content")

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Say whether it is used."""
        return "discarded" if self.discard else "measured"

    @property
    def title(self) -> str:
        """Show the substance and its content."""
        if self.result is None:
            return f"{self.analyte}: {', '.join(self.lacking) or 'no content'}"
        return f"{self.analyte}: {self.result.percent} % (U {self.result.u_percent} %)"

    @property
    def substance(self) -> str:
        """Name the analyte, as conclusions name what they are about."""
        return self.analyte

    def discard_it(self, discard: DiscardedQuantitation) -> Self:
        """Take it out of use; it stays listed with the reason.

        Raises
        ------
        TransitionError
            If it is discarded already.
        """
        if self.discard is not None:
            raise TransitionError(f"{self.number} was discarded by {self.discard.by}: {self.discard.reason}")
        return replace(self, discard=discard, version=self.version + 1)
