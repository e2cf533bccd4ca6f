"""Error rates of a method and what may be said of them: likelihood ratios, predictive value, exact intervals.

Nothing here knows a rate of its own: counts come from proficiency tests and blind tests, a prevalence from whoever
assumes it and says so.
"""

import math
from dataclasses import dataclass

from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticRates:
    """How often a method is right where a substance is present, and where it is absent.

    Raises
    ------
    InvalidRecordError
        If a rate is no number from 0 to 1.
    """

    sensitivity: float
    """Positive results among samples that hold the substance."""
    specificity: float
    """Negative results among samples that do not."""

    def __post_init__(self) -> None:
        """Refuse what is no rate."""
        _require_share("sensitivity", self.sensitivity)
        _require_share("specificity", self.specificity)

    @property
    def false_positive_rate(self) -> float:
        """Positive results among samples without the substance (type I)."""
        return 1.0 - self.specificity

    @property
    def false_negative_rate(self) -> float:
        """Negative results among samples with the substance (type II)."""
        return 1.0 - self.sensitivity

    @property
    def positive_likelihood_ratio(self) -> float:
        """How much likelier a positive result is with the substance than without; infinite without false positives."""
        return self.sensitivity / self.false_positive_rate if self.false_positive_rate else math.inf

    @property
    def negative_likelihood_ratio(self) -> float:
        """How much likelier a negative result is with the substance than without; infinite where none is right."""
        return self.false_negative_rate / self.specificity if self.specificity else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class RateInterval:
    """An observed error rate with its exact interval."""

    errors: int
    trials: int
    confidence: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Errors over trials."""
        return self.errors / self.trials


def positive_predictive_value(rates: DiagnosticRates, *, prevalence: float) -> float:
    """Give the share of positive results that are right, where so large a share of all samples holds the substance.

    Parameters
    ----------
    rates : DiagnosticRates
    prevalence : float
        0 to 1; assumed by whoever asks, and to be stated with every result.

    Raises
    ------
    InvalidRecordError
        If the prevalence is no number from 0 to 1, or no result could be positive.

    Examples
    --------
    >>> round(positive_predictive_value(DiagnosticRates(sensitivity=0.999, specificity=0.9912), prevalence=0.5), 5)
    0.99127
    """
    _require_share("prevalence", prevalence)
    right = rates.sensitivity * prevalence
    wrong = rates.false_positive_rate * (1.0 - prevalence)
    if right + wrong <= 0.0:
        raise InvalidRecordError(f"prevalence {prevalence}: no result could be positive, so none could be right")
    return right / (right + wrong)


def prevalence_for(rates: DiagnosticRates, *, predictive_value: float) -> float:
    """Give the prevalence from which on positive results are right so often.

    Parameters
    ----------
    rates : DiagnosticRates
        Sensitivity above 0.
    predictive_value : float
        0 to 1.

    Raises
    ------
    InvalidRecordError
        If the value is no number from 0 to 1, or the method is never positive where the substance is present.
    """
    _require_share("predictive value", predictive_value)
    if rates.sensitivity <= 0.0:
        raise InvalidRecordError(f"sensitivity {rates.sensitivity}; expected above 0")
    wrong = predictive_value * rates.false_positive_rate
    whole = rates.sensitivity * (1.0 - predictive_value) + wrong
    return wrong / whole if whole else 1.0


def zero_error_bound(trials: int, *, confidence: float) -> float:
    """Give the upper bound of the error rate after trials without an error.

    Parameters
    ----------
    trials : int
        From 1 on.
    confidence : float
        One-sided, between 0 and 1.

    Raises
    ------
    InvalidRecordError
        If there were no trials, or the confidence is not between 0 and 1.

    Notes
    -----
    ``1 - (1 - confidence)**(1/n)``.

    Examples
    --------
    >>> f"{zero_error_bound(30, confidence=0.95):.4f}"
    '0.0950'
    """
    _require_trials(0, trials)
    _require_confidence(confidence)
    return -math.expm1(math.log1p(-confidence) / trials)


def error_rate_interval(errors: int, trials: int, *, confidence: float) -> RateInterval:
    """Give the exact two-sided interval of an error rate (Clopper and Pearson, Biometrika 26 (1934) 404).

    Raises
    ------
    InvalidRecordError
        If there were no trials, more errors than trials, or the confidence is not between 0 and 1.

    Notes
    -----
    Quantiles of beta distributions, doi:10.1093/biomet/26.4.404. After no error its upper bound is that of
    ``zero_error_bound`` at the confidence ``(1 + confidence) / 2``: half of the doubt lies on either side.
    """
    _require_trials(errors, trials)
    _require_confidence(confidence)
    from scipy.stats import beta  # noqa: PLC0415 - takes a second to load, and only this needs it

    tail = (1.0 - confidence) / 2.0
    low = float(beta.ppf(tail, errors, trials - errors + 1)) if errors else 0.0
    high = float(beta.ppf(1.0 - tail, errors + 1, trials - errors)) if errors < trials else 1.0
    return RateInterval(errors=errors, trials=trials, confidence=confidence, low=low, high=high)


def _require_share(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise InvalidRecordError(f"{name} {value}; expected from 0 to 1")


def _require_confidence(value: float) -> None:
    if not 0.0 < value < 1.0:
        raise InvalidRecordError(f"confidence {value}; expected between 0 and 1")


def _require_trials(errors: int, trials: int) -> None:
    if trials < 1 or not 0 <= errors <= trials:
        raise InvalidRecordError(f"{errors} errors in {trials} trials; expected 1 trial or more, and no more errors")
