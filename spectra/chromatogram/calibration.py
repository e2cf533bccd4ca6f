"""Calibration: a response as a function of concentration, fitted by weighted least squares."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from spectra.errors import SpectraError
from spectra.spectrum import FloatArray

_FLAT = 1e-9
"""A slope below this, responses and concentrations taken relative to their highest, is rounding."""


class CalibrationError(SpectraError, ValueError):
    """Calibrators that no curve can be fitted to, or a curve that no concentration can be read from."""


class CalibrationWeighting(StrEnum):
    """How much each calibrator counts: the inverse of how its response's variance grows with concentration x."""

    NONE = "none"
    """The same variance everywhere."""
    INVERSE = "1/x"
    """Variance in proportion to concentration."""
    INVERSE_SQUARE = "1/x^2"
    """Standard deviation in proportion to concentration."""


_EXPONENTS = {
    CalibrationWeighting.NONE: 0.0,
    CalibrationWeighting.INVERSE: 1.0,
    CalibrationWeighting.INVERSE_SQUARE: 2.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationModel:
    """The form of the curve.

    Raises
    ------
    CalibrationError
        If the degree is neither 1 nor 2.
    """

    degree: int
    """1, a straight line; 2, a parabola."""
    weighting: CalibrationWeighting
    through_origin: bool
    """Whether response 0 is forced at concentration 0."""

    def __post_init__(self) -> None:
        """Refuse curves that follow the noise."""
        if self.degree not in (1, 2):
            raise CalibrationError(f"a calibration of degree {self.degree}; expected 1 (linear) or 2 (quadratic)")

    @property
    def powers(self) -> tuple[int, ...]:
        """The powers of concentration that have a coefficient, rising."""
        return tuple(range(1 if self.through_origin else 0, self.degree + 1))

    @property
    def least_calibrators(self) -> int:
        """One more than coefficients: with fewer the scatter is not known."""
        return len(self.powers) + 1

    def weights(self, concentration: FloatArray) -> FloatArray:
        """Give the weight at each concentration, shape (n,); the concentrations are above 0."""
        weights: FloatArray = concentration ** -_EXPONENTS[self.weighting]
        return weights


@dataclass(frozen=True, slots=True, kw_only=True)
class LackOfFit:
    """Whether the form of the curve suits the calibrators, judged by those that were measured repeatedly."""

    f_statistic: float
    """Mean square of the levels' means about the curve over that of the repeats about their means."""
    degrees_of_freedom: tuple[int, int]
    p_value: float
    """How often an apt curve gives a statistic at least as large."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """A fitted curve with all that is needed to judge it; made by ``fit_calibration``."""

    model: CalibrationModel
    concentrations: FloatArray = field(repr=False)
    """Of the calibrators as fitted, shape (n,)."""
    responses: FloatArray = field(repr=False)
    """Of the calibrators, shape (n,)."""
    coefficients: FloatArray
    """Of ``model.powers``, in that order, shape (p,)."""
    covariance: FloatArray = field(repr=False)
    """Of the coefficients, shape (p, p)."""
    residual_standard_deviation: float
    """Of a response of weight 1."""
    r_squared: float
    """Weighted, about the weighted mean (about 0 through the origin); asked for by many, a reason to accept nothing."""
    lack_of_fit: LackOfFit | None
    """None where no level was measured repeatedly, or the repeats leave nothing to test: unknown, not passed."""

    @property
    def degrees_of_freedom(self) -> int:
        """Calibrators less coefficients."""
        return len(self.concentrations) - len(self.coefficients)

    @property
    def lowest(self) -> float:
        """The lowest calibrator."""
        return float(self.concentrations.min())

    @property
    def highest(self) -> float:
        """The highest calibrator."""
        return float(self.concentrations.max())

    @property
    def residuals(self) -> FloatArray:
        """Response found less response of the curve, shape (n,)."""
        curve = np.array([self.response(float(x)) for x in self.concentrations], dtype=np.float64)
        left: FloatArray = self.responses - curve
        return left

    @property
    def back_calculated(self) -> FloatArray:
        """The calibrators' concentrations as the curve gives them, shape (n,); NaN where it cannot."""
        return np.array([self.concentration(float(y)) for y in self.responses])

    def response(self, concentration: float) -> float:
        """Give the curve's response at a concentration."""
        return float(self._basis(concentration) @ self.coefficients)

    def slope(self, concentration: float) -> float:
        """Give the curve's slope at a concentration."""
        return float(
            sum(
                power * coefficient * concentration ** (power - 1)
                for power, coefficient in zip(self.model.powers, self.coefficients, strict=True)
                if power
            )
        )

    def concentration(self, response: float) -> float:
        """Read the concentration of a response off the branch of the curve that the calibrators lie on.

        Parameters
        ----------
        response : float
            In the unit of the calibrators' responses.

        Returns
        -------
        float
            In the unit of the calibrators, also outside their range; NaN where the parabola does not reach so far.
        """
        constant, linear, quadratic = self._polynomial()
        missing = response - constant
        discriminant = linear * linear + 4.0 * quadratic * missing
        if discriminant < 0:
            return math.nan
        # the branch where the slope, linear + 2 quadratic x = +-root, has the sign that it has among the calibrators
        root = math.copysign(math.sqrt(discriminant), self.slope(self.highest))
        if root * linear > 0:
            return 2.0 * missing / (linear + root)  # no difference of near numbers
        return (root - linear) / (2.0 * quadratic) if quadratic else missing / linear

    def response_standard_deviation(self, concentration: float) -> float:
        """Give the scatter of one response about the curve; below the lowest calibrator that of the lowest.

        Notes
        -----
        ``s / sqrt(w(x))``: the weights are the model of the variance. Towards 0 a weight 1/x would promise a scatter
        of 0, which no instrument keeps.
        """
        weight = self.model.weights(np.array([max(concentration, self.lowest)]))[0]
        return self.residual_standard_deviation / math.sqrt(float(weight))

    def curve_standard_deviation(self, concentration: float) -> float:
        """Give the standard uncertainty of the curve itself, in the unit of the response."""
        basis = self._basis(concentration)
        return math.sqrt(max(0.0, float(basis @ self.covariance @ basis)))

    @property
    def detection_limit_estimate(self) -> float:
        """Estimate of the detection limit: ``3.3 s / slope`` at the lowest calibrator (ICH Q2(R2), by the curve)."""
        return 3.3 * self.response_standard_deviation(self.lowest) / abs(self.slope(self.lowest))

    @property
    def quantitation_limit_estimate(self) -> float:
        """Estimate of the quantitation limit: ``10 s / slope`` at the lowest calibrator (ICH Q2(R2), by the curve)."""
        return 10.0 * self.response_standard_deviation(self.lowest) / abs(self.slope(self.lowest))

    def _basis(self, concentration: float) -> FloatArray:
        return np.array([concentration**power for power in self.model.powers], dtype=np.float64)

    def _polynomial(self) -> tuple[float, float, float]:
        by_power = dict(zip(self.model.powers, map(float, self.coefficients), strict=True))
        return by_power.get(0, 0.0), by_power[1], by_power.get(2, 0.0)


def fit_calibration(concentrations: npt.ArrayLike, responses: npt.ArrayLike, *, model: CalibrationModel) -> Calibration:
    """Fit a calibration curve.

    Parameters
    ----------
    concentrations : array_like, shape (n,), any unit
        Of the calibrators, above 0, taken as exact.
    responses : array_like, shape (n,), any unit
        Area ratios, or areas.
    model : CalibrationModel
        The form of the curve.

    Returns
    -------
    Calibration
        With residuals, covariance and limits.

    Raises
    ------
    CalibrationError
        If values are not finite or concentrations not above 0, there are fewer calibrators or levels than the model
        needs, or the curve turns or is flat within the range of the calibrators, so that one response would have two
        concentrations.

    Notes
    -----
    Minimises ``sum w (y - f(x))^2`` by QR of the weighted design matrix, concentrations scaled to the highest; no
    normal equations. Covariance ``s^2 (A^T W A)^-1`` with ``s^2 = sum w r^2 / (n - p)``.

    Examples
    --------
    >>> line = CalibrationModel(degree=1, weighting=CalibrationWeighting.NONE, through_origin=False)
    >>> fitted = fit_calibration([1.0, 2.0, 3.0], [2.1, 3.9, 6.0], model=line)
    >>> fitted.coefficients.round(4).tolist(), round(fitted.concentration(5.0), 4)
    ([0.1, 1.95], 2.5128)
    """
    x, y = np.array(concentrations, dtype=np.float64), np.array(responses, dtype=np.float64)
    _check_calibrators(x, y, model)
    scale = float(x.max())
    root = np.sqrt(model.weights(x / scale))
    design = root[:, None] * np.stack([(x / scale) ** power for power in model.powers], axis=1)
    q, r = np.linalg.qr(design)
    inverse = np.linalg.inv(r)
    scaled = inverse @ (q.T @ (root * y))
    degrees = len(x) - len(model.powers)
    rest = root * y - design @ scaled
    variance = float(rest @ rest) / degrees
    unscale = scale ** -np.array(model.powers, dtype=np.float64)
    calibration = Calibration(
        model=model,
        concentrations=_read_only(x),
        responses=_read_only(y),
        coefficients=_read_only(scaled * unscale),
        covariance=_read_only(variance * (inverse @ inverse.T) * np.outer(unscale, unscale)),
        # weights were those of x / scale; s belongs to weight 1 of x itself
        residual_standard_deviation=math.sqrt(variance * float(model.weights(np.array([scale]))[0])),
        r_squared=_r_squared(root, y, rest, through_origin=model.through_origin),
        lack_of_fit=_lack_of_fit(x, y, root, rest, len(model.powers)),
    )
    _require_one_branch(calibration)
    return calibration


def _check_calibrators(x: FloatArray, y: FloatArray, model: CalibrationModel) -> None:
    if x.ndim != 1 or x.shape != y.shape:
        raise CalibrationError(f"concentrations of shape {x.shape} and responses of shape {y.shape}; expected pairs")
    if not (np.isfinite(x).all() and np.isfinite(y).all() and (x > 0).all()):
        raise CalibrationError("a calibrator is not finite, or its concentration not above 0")
    if len(x) < model.least_calibrators:
        raise CalibrationError(
            f"{len(x)} calibrators for {len(model.powers)} coefficients; expected at least {model.least_calibrators}"
        )
    levels = len(np.unique(x))
    if levels < len(model.powers):
        raise CalibrationError(f"{levels} different concentrations for {len(model.powers)} coefficients")


def _require_one_branch(calibration: Calibration) -> None:
    low, high = calibration.slope(calibration.lowest), calibration.slope(calibration.highest)
    flat = _FLAT * float(np.abs(calibration.responses).max()) / calibration.highest
    if not (low * high > 0 and min(abs(low), abs(high)) > flat):
        raise CalibrationError(
            f"the curve turns or is flat between {calibration.lowest:g} and {calibration.highest:g} "
            f"(slope {low:.3g} and {high:.3g}): one response would have two concentrations"
        )


def _r_squared(root: FloatArray, y: FloatArray, rest: FloatArray, *, through_origin: bool) -> float:
    weights = root * root
    centre = 0.0 if through_origin else float(weights @ y) / float(weights.sum())
    total = float(weights @ (y - centre) ** 2)
    return 1.0 - float(rest @ rest) / total if total > 0 else math.nan


def _lack_of_fit(
    x: FloatArray, y: FloatArray, root: FloatArray, rest: FloatArray, n_coefficients: int
) -> LackOfFit | None:
    levels, place = np.unique(x, return_inverse=True)
    lack, pure = len(levels) - n_coefficients, len(x) - len(levels)
    if lack < 1 or pure < 1:
        return None
    means = np.bincount(place, weights=y) / np.bincount(place)  # the weights of one level are equal
    repeats = root * (y - means[place])
    pure_square = float(repeats @ repeats)
    if pure_square == 0:
        return None
    from scipy.special import fdtrc  # noqa: PLC0415 - most calibrations have no repeats

    statistic = max(0.0, float(rest @ rest) - pure_square) / lack / (pure_square / pure)
    return LackOfFit(
        f_statistic=statistic, degrees_of_freedom=(lack, pure), p_value=float(fdtrc(lack, pure, statistic))
    )


def _read_only(values: FloatArray) -> FloatArray:
    array = np.array(values, dtype=np.float64, copy=True)
    array.flags.writeable = False
    return array
