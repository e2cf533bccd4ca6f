"""Whether a batch may be used: rules with their limits, applied to what was measured. Pure; every verdict has words."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum

from lims.domain.sequence import Injection, InjectionKind
from lims.errors import InvalidRecordError


class AcceptanceRule(StrEnum):
    """What is judged; the words are kept in the ledger and never change."""

    COMPLETE = "every injection measured"
    BLANK_CLEAN = "blank clean"
    CARRY_OVER = "no carry-over"
    INTERNAL_STANDARD_AREA = "internal standard area"
    RETENTION_DRIFT = "retention time drift"
    CALIBRATION_FIT = "calibration fit"
    CONTROL_RECOVERY = "control recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceLimits:
    """The limits of a method version. Ratios, but for the drift.

    Raises
    ------
    InvalidRecordError
        If one is not above 0, or a low limit is not below its high one.
    """

    blank_fraction: Decimal
    """Largest response of a blank, as a fraction of the lowest calibrator's."""
    carry_over_fraction: Decimal
    """Largest response of a blank right after another injection, as a fraction of that injection's."""
    internal_standard_low: Decimal
    """Of the median area of the batch."""
    internal_standard_high: Decimal
    retention_drift_s: Decimal
    """Largest distance of the internal standard from its median retention time in the batch, seconds."""
    control_low: Decimal
    """Recovery: found over nominal."""
    control_high: Decimal
    calibrator_deviation: Decimal
    """Largest relative deviation of a back-calculated calibrator."""
    lowest_calibrator_deviation: Decimal

    def __post_init__(self) -> None:
        """Refuse limits that nothing or everything passes."""
        for limit in fields(self):
            value: Decimal = getattr(self, limit.name)
            if not (value.is_finite() and value > 0):
                raise InvalidRecordError(f"{limit.name} is {value}; expected above 0")
        for low, high in (("internal_standard_low", "internal_standard_high"), ("control_low", "control_high")):
            if getattr(self, low) >= getattr(self, high):
                raise InvalidRecordError(f"{low} {getattr(self, low)} is not below {high} {getattr(self, high)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was found in one injection; None for what was not found."""

    place: int
    internal_standard_area: Decimal | None
    internal_standard_retention_s: Decimal | None
    analyte_response: Decimal | None
    """Area of the analyte over that of the internal standard; None if it was not detected. Of a blank: of all that
    stands where the analyte elutes, so that a residue is measured before it is judged."""
    concentration_ug_per_ml: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """One rule applied to one injection, or to the batch."""

    rule: AcceptanceRule
    place: int
    """Of the injection; 0 for the batch."""
    value: Decimal | None
    """None if there was nothing to judge: then it has not passed, or there was nothing that could fail."""
    low: Decimal | None
    high: Decimal | None
    passed: bool


def judge_batch(
    injections: Sequence[Injection], measured: Sequence[Measured], *, limits: AcceptanceLimits
) -> tuple[RuleOutcome, ...]:
    """Apply every rule.

    Parameters
    ----------
    injections : sequence of Injection
        The whole sequence.
    measured : sequence of Measured
        One for each injection that was measured.
    limits : AcceptanceLimits
        Of the method version.

    Returns
    -------
    tuple of RuleOutcome
        In the order of ``AcceptanceRule`` and then of the sequence. What was not measured has failed.
    """
    found = {one.place: one for one in measured}
    return tuple(outcome for rule in AcceptanceRule for outcome in _RULES[rule](injections, found, limits))


_Found = Mapping[int, Measured]


def _complete(injections: Sequence[Injection], found: _Found, _: AcceptanceLimits) -> Iterator[RuleOutcome]:
    measured = Decimal(sum(injection.place in found for injection in injections))
    yield _outcome(AcceptanceRule.COMPLETE, 0, measured, low=Decimal(len(injections)))


def _blank_clean(injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits) -> Iterator[RuleOutcome]:
    lowest = _lowest_response(injections, found)
    for injection in injections:
        if injection.kind is InjectionKind.BLANK and injection.place in found:
            share = _share(found[injection.place].analyte_response, lowest)
            yield _outcome(AcceptanceRule.BLANK_CLEAN, injection.place, share, high=limits.blank_fraction)


def _carry_over(injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits) -> Iterator[RuleOutcome]:
    before: Injection | None = None
    for injection in injections:
        previous = found.get(before.place) if before is not None and before.kind is not InjectionKind.BLANK else None
        carried = None if previous is None else previous.analyte_response  # None: nothing was there to be carried over
        if injection.kind is InjectionKind.BLANK and carried is not None and injection.place in found:
            share = _share(found[injection.place].analyte_response, carried)
            yield _outcome(AcceptanceRule.CARRY_OVER, injection.place, share, high=limits.carry_over_fraction)
        before = injection


def _internal_standard(
    injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits
) -> Iterator[RuleOutcome]:
    areas = [one.internal_standard_area for one in found.values() if one.internal_standard_area is not None]
    median = statistics.median(areas) if areas else None
    for injection in injections:
        if injection.place in found:
            area = found[injection.place].internal_standard_area
            share = None if area is None or not median else area / median
            yield _outcome(
                AcceptanceRule.INTERNAL_STANDARD_AREA,
                injection.place,
                share,
                low=limits.internal_standard_low,
                high=limits.internal_standard_high,
            )


def _retention_drift(injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits) -> Iterator[RuleOutcome]:
    times = [
        one.internal_standard_retention_s for one in found.values() if one.internal_standard_retention_s is not None
    ]
    median = statistics.median(times) if times else None
    for injection in injections:
        if injection.place in found:
            time = found[injection.place].internal_standard_retention_s
            drift = None if time is None or median is None else abs(time - median)
            yield _outcome(AcceptanceRule.RETENTION_DRIFT, injection.place, drift, high=limits.retention_drift_s)


def _calibration_fit(injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits) -> Iterator[RuleOutcome]:
    lowest = min((amount for _, amount in _known(injections, InjectionKind.CALIBRATOR)), default=None)
    for injection, amount in _known(injections, InjectionKind.CALIBRATOR):
        if injection.place in found:
            recovery = _share(found[injection.place].concentration_ug_per_ml, amount, missing=None)
            deviation = None if recovery is None else abs(recovery - 1)
            limit = limits.lowest_calibrator_deviation if amount == lowest else limits.calibrator_deviation
            yield _outcome(AcceptanceRule.CALIBRATION_FIT, injection.place, deviation, high=limit)


def _control_recovery(
    injections: Sequence[Injection], found: _Found, limits: AcceptanceLimits
) -> Iterator[RuleOutcome]:
    for injection, amount in _known(injections, InjectionKind.CONTROL):
        if injection.place in found:
            recovery = _share(found[injection.place].concentration_ug_per_ml, amount, missing=None)
            yield _outcome(
                AcceptanceRule.CONTROL_RECOVERY,
                injection.place,
                recovery,
                low=limits.control_low,
                high=limits.control_high,
            )


_RULES: dict[AcceptanceRule, Callable[[Sequence[Injection], _Found, AcceptanceLimits], Iterator[RuleOutcome]]] = {
    AcceptanceRule.COMPLETE: _complete,
    AcceptanceRule.BLANK_CLEAN: _blank_clean,
    AcceptanceRule.CARRY_OVER: _carry_over,
    AcceptanceRule.INTERNAL_STANDARD_AREA: _internal_standard,
    AcceptanceRule.RETENTION_DRIFT: _retention_drift,
    AcceptanceRule.CALIBRATION_FIT: _calibration_fit,
    AcceptanceRule.CONTROL_RECOVERY: _control_recovery,
}


def _known(injections: Sequence[Injection], kind: InjectionKind) -> Iterator[tuple[Injection, Decimal]]:
    for injection in injections:
        if injection.kind is kind and injection.nominal_ug_per_ml is not None:
            yield injection, injection.nominal_ug_per_ml


def _lowest_response(injections: Sequence[Injection], found: _Found) -> Decimal | None:
    """Give the response of the calibrator with the lowest amount; None if it was not detected or there is none."""
    calibrators = sorted(_known(injections, InjectionKind.CALIBRATOR), key=lambda known: known[1])
    one = found.get(calibrators[0][0].place) if calibrators else None
    return None if one is None else one.analyte_response


def _share(part: Decimal | None, whole: Decimal | None, *, missing: Decimal | None = Decimal(0)) -> Decimal | None:
    """Give a ratio; a part that was not found counts as ``missing``, and without a whole there is no ratio."""
    if part is None:
        return missing
    return None if not whole else part / whole


def _outcome(
    rule: AcceptanceRule, place: int, value: Decimal | None, *, low: Decimal | None = None, high: Decimal | None = None
) -> RuleOutcome:
    rounded = None if value is None else value.quantize(Decimal("0.0001"))
    passed = value is not None and (low is None or value >= low) and (high is None or value <= high)
    return RuleOutcome(rule=rule, place=place, value=rounded, low=low, high=high, passed=passed)
