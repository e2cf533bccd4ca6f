import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from spectra.chromatogram.calibration import CalibrationModel, CalibrationWeighting, fit_calibration
from spectra.chromatogram.quantitation import CalibratedRange, StatedUncertainties, measure_concentration
from spectra.errors import InvalidSettingError

LINE = CalibrationModel(degree=1, weighting=CalibrationWeighting.NONE, through_origin=False)
PARABOLA = CalibrationModel(degree=2, weighting=CalibrationWeighting.NONE, through_origin=False)
X = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
Y = np.array([1.02, 1.97, 3.05, 3.96, 5.01])
UNKNOWN = StatedUncertainties(weighing=math.nan, volume=math.nan, purity=math.nan)
STATED = StatedUncertainties(weighing=0.001, volume=0.002, purity=0.005)


def measured(response, *, noise=0.0, stated=UNKNOWN, model=LINE, y=Y):
    return measure_concentration(
        fit_calibration(X, y, model=model), response, response_noise=noise, stated=stated, confidence=0.95
    )


def test_a_line_by_the_textbook():
    # s_x0 = s / b * sqrt(1 + 1/n + (x0 - mean)^2 / Sxx): one injection read off an unweighted line
    fitted = fit_calibration(X, Y, model=LINE)
    found = measured(2.5)
    deviation = fitted.residual_standard_deviation / fitted.slope(0.0)
    expected = deviation * math.sqrt(1.0 + 1.0 / 5.0 + (found.concentration - 30.0) ** 2 / 1000.0)
    assert found.standard_uncertainty == pytest.approx(expected, rel=1e-9)
    assert found.effective_degrees_of_freedom == pytest.approx(3.0)
    assert found.coverage_factor == pytest.approx(t.ppf(0.975, 3))
    assert found.expanded_uncertainty == pytest.approx(t.ppf(0.975, 3) * expected)
    assert found.place is CalibratedRange.WITHIN


def test_what_is_not_stated_is_named_and_not_taken_as_nothing():
    assert measured(2.5).not_stated == ("weighing", "volume", "purity")
    only = StatedUncertainties(weighing=math.nan, volume=0.0, purity=0.01)
    assert measured(2.5, stated=only).not_stated == ("weighing",)
    assert [line.name for line in measured(2.5, stated=only).budget] == ["calibration", "volume", "purity"]


def test_stated_uncertainties_enter_in_proportion_to_the_concentration():
    bare, full = measured(2.5), measured(2.5, stated=STATED)
    relative = 0.001**2 + 0.002**2 + 0.005**2
    variance = bare.standard_uncertainty**2 + bare.concentration**2 * relative
    assert full.standard_uncertainty == pytest.approx(math.sqrt(variance))
    degrees = 3.0 * full.standard_uncertainty**4 / bare.standard_uncertainty**4  # Welch-Satterthwaite
    assert full.effective_degrees_of_freedom == pytest.approx(degrees)
    assert full.coverage_factor == pytest.approx(t.ppf(0.975, degrees))
    assert full.not_stated == ()


def test_noise_counts_where_it_is_larger_than_the_scatter():
    fitted = fit_calibration(X, Y, model=LINE)
    scatter = fitted.residual_standard_deviation
    assert measured(2.5, noise=0.5 * scatter) == measured(2.5)
    noisy = measured(2.5, noise=10.0 * scatter)
    expected = math.hypot(10.0 * scatter, fitted.curve_standard_deviation(noisy.concentration)) / fitted.slope(0.0)
    assert noisy.standard_uncertainty == pytest.approx(expected)


def test_outside_the_calibrators_the_number_says_so():
    assert measured(0.5).place is CalibratedRange.BELOW_LOWEST
    above = measured(6.0)
    assert above.place is CalibratedRange.ABOVE_HIGHEST
    assert above.standard_uncertainty > measured(5.0).standard_uncertainty


def test_what_the_curve_never_reaches_has_no_number():
    found = measured(10_000.0, model=PARABOLA, y=60.0 * X - 0.5 * X * X)
    assert found.place is CalibratedRange.BEYOND_CURVE
    numbers = (found.concentration, found.standard_uncertainty, found.expanded_uncertainty, found.coverage_factor)
    assert all(math.isnan(number) for number in numbers)
    assert found.not_stated == ("weighing", "volume", "purity")


def test_without_any_scatter_the_factor_is_that_of_the_normal_distribution():
    fitted = replace(fit_calibration(X, Y, model=LINE), residual_standard_deviation=0.0, covariance=np.zeros((2, 2)))
    for stated, sure in ((UNKNOWN, True), (STATED, False)):
        found = measure_concentration(fitted, 2.5, response_noise=0.0, stated=stated, confidence=0.95)
        assert found.coverage_factor == pytest.approx(1.959964, abs=1e-6)
        assert (found.standard_uncertainty == 0.0) is sure


@pytest.mark.parametrize("value", [-0.1, math.inf])
def test_stated_uncertainties_are_fractions(value):
    with pytest.raises(InvalidSettingError, match="purity"):
        StatedUncertainties(weighing=0.0, volume=0.0, purity=value)


@pytest.mark.parametrize(
    ("response", "noise", "confidence", "words"),
    [
        (1.0, 0.0, 1.0, "inside"),
        (1.0, 0.0, 0.0, "inside"),
        (math.nan, 0.0, 0.95, "finite"),
        (1.0, -1.0, 0.95, "noise from 0"),
        (1.0, math.inf, 0.95, "finite"),
    ],
)
def test_what_cannot_be_meant_is_refused(response, noise, confidence, words):
    fitted = fit_calibration(X, Y, model=LINE)
    with pytest.raises(InvalidSettingError, match=words):
        measure_concentration(fitted, response, response_noise=noise, stated=UNKNOWN, confidence=confidence)
