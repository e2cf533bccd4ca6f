"""A concentration read from a calibration, with the uncertainty that goes with it."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from spectra.chromatogram.calibration import Calibration
from spectra.errors import InvalidSettingError


class CalibratedRange(StrEnum):
    """Where a concentration lies."""

    WITHIN = "within"
    BELOW_LOWEST = "below lowest calibrator"
    ABOVE_HIGHEST = "above highest calibrator"
    BEYOND_CURVE = "beyond the curve"
    """The parabola never reaches the response: there is no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedUncertainties:
    """Relative standard uncertainties that no calibration shows, each a fraction (0.005 is 0.5 %); NaN: not stated.

    Raises
    ------
    InvalidSettingError
        If one is negative or infinite.
    """

    weighing: float
    volume: float
    purity: float
    """Of the reference standard."""

    def __post_init__(self) -> None:
        """Refuse what is neither a fraction nor "not stated"."""
        for name, value in self._named().items():
            if value < 0 or math.isinf(value):
                raise InvalidSettingError(f"uncertainty of {name} is {value}; expected from 0, or NaN for not stated")

    @property
    def stated(self) -> dict[str, float]:
        """Those that are known, by name."""
        return {name: value for name, value in self._named().items() if not math.isnan(value)}

    @property
    def not_stated(self) -> tuple[str, ...]:
        """The names of those that are not."""
        return tuple(name for name, value in self._named().items() if math.isnan(value))

    def _named(self) -> dict[str, float]:
        return {"weighing": self.weighing, "volume": self.volume, "purity": self.purity}


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyComponent:
    """One line of the budget."""

    name: str
    standard_uncertainty: float
    """In the unit of the concentration."""
    degrees_of_freedom: float
    """Infinite for what was stated and not estimated here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredConcentration:
    """A concentration; every number is NaN where ``place`` is ``BEYOND_CURVE``."""

    place: CalibratedRange
    concentration: float
    """In the unit of the calibrators."""
    standard_uncertainty: float
    coverage_factor: float
    expanded_uncertainty: float
    """Coverage factor times standard uncertainty."""
    confidence: float
    """What the coverage factor was chosen for, such as 0.95."""
    effective_degrees_of_freedom: float
    budget: tuple[UncertaintyComponent, ...] = field(repr=False)
    not_stated: tuple[str, ...]
    """What the uncertainty leaves out because nobody stated it."""


def measure_concentration(
    calibration: Calibration,
    response: float,
    *,
    response_noise: float,
    stated: StatedUncertainties,
    confidence: float,
) -> MeasuredConcentration:
    """Read a concentration with its expanded uncertainty off a calibration.

    Parameters
    ----------
    calibration : Calibration
        The curve.
    response : float
        Of one injection, as the calibrators' responses.
    response_noise : float
        Standard uncertainty of the response from the noise of its own scans, same unit. It replaces the scatter of
        the calibrators where it is the larger: noise is part of that scatter already, and is not counted twice.
    stated : StatedUncertainties
        What calibrators cannot show.
    confidence : float
        Inside (0, 1), for example 0.95.

    Returns
    -------
    MeasuredConcentration
        Also outside the range of the calibrators, and then it says so.

    Raises
    ------
    InvalidSettingError
        If confidence is not inside (0, 1), or response or noise is not finite, or noise negative.

    Notes
    -----
    By the law of propagation (JCGM 100:2008, 5.1.2), for ``y = f(x)`` and ``g`` the derivatives of f by its
    coefficients with covariance V::

        u_cal^2 = (max(s^2 / w(x), u_noise^2) + g^T V g) / f'(x)^2
        u^2 = u_cal^2 + x^2 sum u_rel^2
        U = k u,  k = t(1 - (1 - confidence) / 2, nu_eff),  nu_eff = u^4 / (u_cal^4 / (n - p))

    with nu_eff by Welch-Satterthwaite (JCGM 100:2008, G.4.1), the stated components having infinite degrees of
    freedom; nu_eff is not rounded.
    """
    _check(response, response_noise, confidence)
    concentration = calibration.concentration(response)
    place = _place(calibration, concentration)
    if place is CalibratedRange.BEYOND_CURVE:
        return _beyond(stated, confidence)
    budget = _budget(calibration, concentration, response_noise, stated)
    standard = math.sqrt(sum(component.standard_uncertainty**2 for component in budget))
    degrees = _effective_degrees_of_freedom(budget, standard)
    factor = _coverage_factor(confidence, degrees)
    return MeasuredConcentration(
        place=place,
        concentration=concentration,
        standard_uncertainty=standard,
        coverage_factor=factor,
        expanded_uncertainty=factor * standard,
        confidence=confidence,
        effective_degrees_of_freedom=degrees,
        budget=budget,
        not_stated=stated.not_stated,
    )


def _check(response: float, noise: float, confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise InvalidSettingError(f"confidence is {confidence}; expected inside (0, 1)")
    if not (math.isfinite(response) and math.isfinite(noise) and noise >= 0):
        raise InvalidSettingError(f"a response of {response} with noise {noise}; expected finite numbers, noise from 0")


def _place(calibration: Calibration, concentration: float) -> CalibratedRange:
    if math.isnan(concentration):
        return CalibratedRange.BEYOND_CURVE
    if concentration < calibration.lowest:
        return CalibratedRange.BELOW_LOWEST
    if concentration > calibration.highest:
        return CalibratedRange.ABOVE_HIGHEST
    return CalibratedRange.WITHIN


def _budget(
    calibration: Calibration, concentration: float, noise: float, stated: StatedUncertainties
) -> tuple[UncertaintyComponent, ...]:
    slope = abs(calibration.slope(concentration))
    scatter = max(calibration.response_standard_deviation(concentration), noise)
    variance = scatter**2 + calibration.curve_standard_deviation(concentration) ** 2
    return (
        UncertaintyComponent(
            name="calibration",
            standard_uncertainty=math.sqrt(variance) / slope if slope else math.inf,
            degrees_of_freedom=calibration.degrees_of_freedom,
        ),
        *(
            UncertaintyComponent(
                name=name, standard_uncertainty=abs(concentration) * relative, degrees_of_freedom=math.inf
            )
            for name, relative in stated.stated.items()
        ),
    )


def _effective_degrees_of_freedom(budget: tuple[UncertaintyComponent, ...], standard: float) -> float:
    if not (standard > 0 and math.isfinite(standard)):
        return math.inf
    # shares of the variance first: fourth powers of small uncertainties would vanish
    rest = sum((component.standard_uncertainty / standard) ** 4 / component.degrees_of_freedom for component in budget)
    return 1.0 / rest if rest > 0 else math.inf


def _coverage_factor(confidence: float, degrees: float) -> float:
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - takes time that most commands do not need

    upper = 0.5 * (1.0 + confidence)
    return float(ndtri(upper)) if math.isinf(degrees) else float(stdtrit(degrees, upper))


def _beyond(stated: StatedUncertainties, confidence: float) -> MeasuredConcentration:
    return MeasuredConcentration(
        place=CalibratedRange.BEYOND_CURVE,
        concentration=math.nan,
        standard_uncertainty=math.nan,
        coverage_factor=math.nan,
        expanded_uncertainty=math.nan,
        confidence=confidence,
        effective_degrees_of_freedom=math.nan,
        budget=(),
        not_stated=stated.not_stated,
    )
