"""Amounts against the thresholds of the law: the decision rule that a report prints, and the size class.

Source of the decision rule: ISO/IEC 17025:2017, 7.1.3 and 7.8.6. What an amount is of - the whole mixture or the pure
substance, base or salt, as it is or dried - is stated on both sides and never assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from substance_library.editions import InForce, Standing, require_words
from substance_library.errors import InvalidThresholdError


class ThresholdDecision(StrEnum):
    """What may be said of a mass and a threshold."""

    EXCEEDED = "exceeded"
    BELOW = "below"
    NOT_DECIDED = "not decided"
    """Within the uncertainty of the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdFinding:
    """A decision with everything that it was made from."""

    mass_g: Decimal
    u_g: Decimal
    """Expanded uncertainty."""
    threshold_g: Decimal
    decision: ThresholdDecision


class SizeClass(StrEnum):
    """The classes of quantity that a list of thresholds tells apart, the smallest first."""

    SMALL = "small"
    LARGE = "large"
    ESPECIALLY_LARGE = "especially large"


class SizeResult(StrEnum):
    """What may be said of an amount and the thresholds of its substance."""

    BELOW_SMALL = "below small"
    SMALL = "small"
    LARGE = "large"
    ESPECIALLY_LARGE = "especially large"
    NOT_DECIDED = "not decided"
    """A threshold lies within the uncertainty; both readings are given."""
    CANNOT_DECIDE = "cannot decide"
    """Something is missing; it is named."""


class Matter(StrEnum):
    """Of what an amount is."""

    MIXTURE = "whole mixture"
    PURE = "pure substance"


class Form(StrEnum):
    """As what a pure substance is counted."""

    BASE = "free base"
    SALT = "salt"


class Dryness(StrEnum):
    """In which condition it is weighed."""

    AS_IS = "as is"
    DRIED = "dried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Of what an amount is, in what form and condition; None is unknown, and decides nothing."""

    matter: Matter | None
    form: Form | None
    """Of a whole mixture it does not matter."""
    dryness: Dryness | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Name what is not stated."""
        named: dict[str, StrEnum | None] = {"mixture or pure": self.matter, "as is or dried": self.dryness}
        if self.matter is not Matter.MIXTURE:
            named["base or salt"] = self.form
        return tuple(name for name, value in named.items() if value is None)

    def differs(self, other: "Basis") -> tuple[str, ...]:
        """Name what two bases state differently."""
        pairs: list[tuple[StrEnum | None, StrEnum | None]] = [(self.matter, other.matter)]
        if self.matter is not Matter.MIXTURE:
            pairs.append((self.form, other.form))
        pairs.append((self.dryness, other.dryness))
        return tuple(f"{one} and {two}" for one, two in pairs if one is not None and two is not None and one != two)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Where a size class begins for the entries of one row.

    Raises
    ------
    InvalidThresholdError
        If the amount is negative or not finite.
    InvalidLawError
        If unit or entry is blank.
    """

    number: str
    entry: str
    """Number of the entry that it is for."""
    size: SizeClass
    amount: Decimal
    unit: str
    """As the text has it: g, mL, plants, IU."""
    basis: Basis
    inclusive: bool | None
    """True if the amount itself belongs to the class; None: the text was not read for it."""
    force: InForce | None = None
    """None: that of its table."""

    def __post_init__(self) -> None:
        """Refuse what is no amount of anything."""
        for what in ("number", "entry", "unit"):
            require_words(f"{what} of a threshold", getattr(self, what))
        _require_amounts(self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedAmount:
    """What was weighed or counted: amount, expanded uncertainty, unit and basis."""

    amount: Decimal
    u: Decimal
    unit: str
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse what is no amount."""
        _require_amounts(self.amount, self.u)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One threshold and what was decided of it."""

    threshold: Threshold
    decision: ThresholdDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFinding:
    """A size class, or why there is none."""

    result: SizeResult
    comparisons: tuple[Comparison, ...] = ()
    readings: tuple[SizeResult, ...] = ()
    """Where it is not decided: the class at the lower and at the upper end of the interval."""
    missing: tuple[str, ...] = ()


def decide_threshold(
    mass_g: Decimal, *, u_g: Decimal, threshold_g: Decimal, inclusive: bool = False
) -> ThresholdFinding:
    """Decide whether a mass exceeds a threshold (rule WU-6).

    Parameters
    ----------
    mass_g, u_g : Decimal
        Mass and its expanded uncertainty, g.
    threshold_g : Decimal
        Of the law, g.
    inclusive : bool
        Whether the threshold itself counts as exceeded, because the text begins a class with it.

    Raises
    ------
    InvalidThresholdError
        If a number is negative or not finite.

    Notes
    -----
    Exceeded if ``m - U > threshold`` (``>=`` if inclusive), below if ``m + U < threshold``, else not decided
    (ISO/IEC 17025:2017, 7.8.6).

    Examples
    --------
    >>> decide_threshold(Decimal("50.05"), u_g=Decimal("0.05"), threshold_g=Decimal("50.00")).decision.value
    'not decided'
    """
    _require_amounts(mass_g, u_g, threshold_g)
    decision = _decided(mass_g, u_g, threshold_g, inclusive=inclusive)
    return ThresholdFinding(mass_g=mass_g, u_g=u_g, threshold_g=threshold_g, decision=decision)


def size_of(weighed: WeighedAmount, thresholds: Sequence[Threshold]) -> SizeFinding:
    """Find the size class of an amount among the thresholds of its entry that are in force.

    Parameters
    ----------
    weighed : WeighedAmount
        With expanded uncertainty.
    thresholds : sequence of Threshold
        Of one entry on one day, each class at most once.

    Returns
    -------
    SizeFinding
        ``CANNOT_DECIDE`` names what is missing: thresholds, a unit, a basis on either side.
    """
    ordered = sorted(thresholds, key=lambda one: one.amount)
    missing = tuple(_missing(weighed, ordered))
    if missing:
        return SizeFinding(result=SizeResult.CANNOT_DECIDE, missing=missing)
    compared = tuple(
        Comparison(
            threshold=one,
            decision=_decided(weighed.amount, weighed.u, one.amount, inclusive=bool(one.inclusive)),
        )
        for one in ordered
    )
    lower = _highest(compared, {ThresholdDecision.EXCEEDED})
    upper = _highest(compared, {ThresholdDecision.EXCEEDED, ThresholdDecision.NOT_DECIDED})
    if lower is upper:
        return SizeFinding(result=lower, comparisons=compared)
    return SizeFinding(result=SizeResult.NOT_DECIDED, comparisons=compared, readings=(lower, upper))


def in_force_on(
    thresholds: Sequence[Threshold], day: date, *, otherwise: Standing
) -> tuple[tuple[Threshold, Standing], ...]:
    """Say of each threshold whether it stands on a day; ``otherwise`` counts where it has no days of its own."""
    return tuple((one, otherwise if one.force is None else one.force.standing(day)) for one in thresholds)


def _decided(mass: Decimal, u: Decimal, threshold: Decimal, *, inclusive: bool) -> ThresholdDecision:
    low = mass - u
    if low > threshold or (inclusive and low == threshold):
        return ThresholdDecision.EXCEEDED
    return ThresholdDecision.BELOW if mass + u < threshold else ThresholdDecision.NOT_DECIDED


def _highest(compared: Sequence[Comparison], counted: set[ThresholdDecision]) -> SizeResult:
    reached = [SizeResult(one.threshold.size.value) for one in compared if one.decision in counted]
    return reached[-1] if reached else SizeResult.BELOW_SMALL


def _missing(weighed: WeighedAmount, thresholds: Sequence[Threshold]) -> list[str]:
    if not thresholds:
        return ["thresholds of this entry"]
    found = [f"{name} of the weight" for name in weighed.basis.unknown]
    sizes = [one.size for one in thresholds]
    order = [size for size in SizeClass if size in sizes]
    if sizes != order:
        found.append(f"thresholds in the order of their classes, each once, not {', '.join(sizes)}")
    for one in thresholds:
        found += [f"{name} of the threshold {one.number}" for name in one.basis.unknown]
        found += [f"threshold {one.number} and weight on one basis, not {words}" for words in _unlike(one, weighed)]
        if one.inclusive is None:
            found.append(f"whether the threshold {one.number} itself belongs to its class")
    return list(dict.fromkeys(found))


def _unlike(threshold: Threshold, weighed: WeighedAmount) -> tuple[str, ...]:
    units = (f"{threshold.unit} and {weighed.unit}",) if threshold.unit != weighed.unit else ()
    return units + threshold.basis.differs(weighed.basis)


def _require_amounts(*amounts: Decimal) -> None:
    if not all(value.is_finite() and value >= 0 for value in amounts):
        raise InvalidThresholdError(
            "amount, U or threshold",
            found=", ".join(map(str, amounts)),
            expected="finite numbers that are not negative",
        )
