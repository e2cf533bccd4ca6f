"""Whether a mass is above a threshold of the law, with its uncertainty: the decision rule that a report prints."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lims.errors import WeighingError


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


def decide_threshold(mass_g: Decimal, *, u_g: Decimal, threshold_g: Decimal) -> ThresholdFinding:
    """Decide whether a mass exceeds a threshold (rule WU-6).

    Parameters
    ----------
    mass_g, u_g : Decimal
        Mass and its expanded uncertainty, g.
    threshold_g : Decimal
        Of the law, g.

    Raises
    ------
    WeighingError
        If a number is negative or not finite.

    Notes
    -----
    Exceeded if ``m - U > threshold``, below if ``m + U < threshold``, else not decided (ISO/IEC 17025:2017, 7.8.6).

    Examples
    --------
    >>> decide_threshold(Decimal("50.05"), u_g=Decimal("0.05"), threshold_g=Decimal("50.00")).decision.value
    'not decided'
    """
    if not all(value.is_finite() and value >= 0 for value in (mass_g, u_g, threshold_g)):
        raise WeighingError(f"mass {mass_g} g, U {u_g} g, threshold {threshold_g} g: expected finite, not negative")
    if mass_g - u_g > threshold_g:
        decision = ThresholdDecision.EXCEEDED
    elif mass_g + u_g < threshold_g:
        decision = ThresholdDecision.BELOW
    else:
        decision = ThresholdDecision.NOT_DECIDED
    return ThresholdFinding(mass_g=mass_g, u_g=u_g, threshold_g=threshold_g, decision=decision)
