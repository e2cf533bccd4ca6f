import math

import numpy as np
import pytest

from spectra.chromatogram.calibration import (
    CalibrationError,
    CalibrationModel,
    CalibrationWeighting,
    fit_calibration,
)

LINE = CalibrationModel(degree=1, weighting=CalibrationWeighting.NONE, through_origin=False)
PARABOLA = CalibrationModel(degree=2, weighting=CalibrationWeighting.NONE, through_origin=False)


def test_a_weighted_line_by_hand():
    # w = 1, 1/2, 1/4: sums w 7/4, wx 3, wy 11/2, wxx 7, wxy 11: slope (7/4*11 - 3*11/2) / (7/4*7 - 9) = 11/13
    model = CalibrationModel(degree=1, weighting=CalibrationWeighting.INVERSE, through_origin=False)
    fitted = fit_calibration([1.0, 2.0, 4.0], [2.0, 3.0, 8.0], model=model)
    weights = np.array([1.0, 0.5, 0.25])
    x, y = np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 8.0])
    slope = (weights.sum() * (weights * x * y).sum() - (weights * x).sum() * (weights * y).sum()) / (
        weights.sum() * (weights * x * x).sum() - (weights * x).sum() ** 2
    )
    intercept = ((weights * y).sum() - slope * (weights * x).sum()) / weights.sum()
    assert fitted.coefficients == pytest.approx([intercept, slope])
    variance = (weights * (y - intercept - slope * x) ** 2).sum()  # one degree of freedom
    assert fitted.residual_standard_deviation == pytest.approx(math.sqrt(variance))
    # weight 1/x: the scatter at 4 is twice that at 1; below the lowest calibrator it does not shrink any more
    assert fitted.response_standard_deviation(4.0) == pytest.approx(2.0 * math.sqrt(variance))
    assert fitted.response_standard_deviation(0.01) == fitted.response_standard_deviation(1.0)


def test_a_curve_without_scatter_is_read_backwards():
    x = np.array([10.0, 20.0, 30.0, 40.0])
    fitted = fit_calibration(x, 1.0 + 2.0 * x + 0.5 * x * x, model=PARABOLA)
    assert fitted.coefficients == pytest.approx([1.0, 2.0, 0.5])
    assert fitted.back_calculated == pytest.approx(x)
    assert np.abs(fitted.residuals).max() < 1e-9
    assert fitted.concentration(1.0 + 2.0 * 25.0 + 0.5 * 625.0) == pytest.approx(25.0)
    assert fitted.slope(10.0) == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("curve", "at"),
    [
        (lambda x: 100.0 - 2.0 * x, 15.0),  # a response that falls
        (lambda x: 5.0 - x + 0.5 * x * x, 15.0),  # turns at 1, below the range: linear term negative, slope positive
        (lambda x: 40.0 * x - 0.5 * x * x, 15.0),  # turns at 40, above the range
        (lambda x: 300.0 - x - 0.1 * x * x, 15.0),  # falls ever faster
        (lambda x: 0.5 * x * x, 15.0),
    ],
)
def test_the_root_is_on_the_branch_of_the_calibrators(curve, at):
    x = np.array([10.0, 15.0, 20.0, 30.0])
    fitted = fit_calibration(x, curve(x), model=PARABOLA)
    assert fitted.concentration(curve(at)) == pytest.approx(at, rel=1e-6)
    assert fitted.back_calculated == pytest.approx(x, rel=1e-6)


def test_what_the_parabola_never_reaches_has_no_concentration():
    x = np.array([10.0, 15.0, 20.0, 30.0])
    fitted = fit_calibration(x, 40.0 * x - 0.5 * x * x, model=PARABOLA)
    assert math.isnan(fitted.concentration(801.0))  # its top is 800
    assert fitted.concentration(799.0) == pytest.approx(40.0 - math.sqrt(2.0), rel=1e-6)


def test_a_curve_that_turns_within_the_range_is_refused():
    x = np.array([10.0, 20.0, 30.0, 40.0])
    with pytest.raises(CalibrationError, match="turns or is flat between 10 and 40"):
        fit_calibration(x, 50.0 * x - x * x, model=PARABOLA)
    with pytest.raises(CalibrationError, match="turns or is flat"):
        fit_calibration(x, np.full(4, 7.0), model=LINE)


def test_a_line_through_the_origin_has_one_coefficient():
    model = CalibrationModel(degree=1, weighting=CalibrationWeighting.INVERSE_SQUARE, through_origin=True)
    fitted = fit_calibration([1.0, 2.0], [2.0, 6.0], model=model)
    assert fitted.coefficients == pytest.approx([2.5])  # mean of the ratios 2 and 3
    assert (fitted.response(0.0), fitted.concentration(0.0)) == (0.0, 0.0)
    assert model.least_calibrators == 2


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1.0, 2.0], [1.0, 2.0], "2 calibrators for 2 coefficients; expected at least 3"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "1 different concentrations for 2 coefficients"),
        ([0.0, 1.0, 2.0], [1.0, 2.0, 3.0], "not above 0"),
        ([1.0, 2.0, math.nan], [1.0, 2.0, 3.0], "not finite"),
        ([1.0, 2.0, 3.0], [1.0, math.inf, 3.0], "not finite"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], "expected pairs"),
    ],
)
def test_calibrators_that_carry_no_curve_are_refused(x, y, words):
    with pytest.raises(CalibrationError, match=words):
        fit_calibration(x, y, model=LINE)


@pytest.mark.parametrize("degree", [0, 3])
def test_no_other_degree_than_one_and_two(degree):
    with pytest.raises(CalibrationError, match="expected 1"):
        CalibrationModel(degree=degree, weighting=CalibrationWeighting.NONE, through_origin=False)


def test_lack_of_fit_is_unknown_without_repeats_and_found_with_them():
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert fit_calibration(x, x * x, model=LINE).lack_of_fit is None
    assert fit_calibration(np.tile(x, 2), np.tile(x * x, 2), model=LINE).lack_of_fit is None  # repeats without scatter
    two_levels = fit_calibration([1.0, 1.0, 2.0, 2.0], [1.0, 1.1, 2.0, 2.1], model=LINE)
    assert two_levels.lack_of_fit is None  # a line through two means leaves nothing to test
    repeated = np.concatenate([x * x - 0.1, x * x + 0.1])
    curved = fit_calibration(np.tile(x, 2), repeated, model=LINE).lack_of_fit
    assert curved.degrees_of_freedom == (3, 5)
    # squares about their line: residuals 2, -1, -2, -1, 2, twice: 28 over 3; repeats: 10 * 0.01 over 5
    assert curved.f_statistic == pytest.approx((28.0 / 3.0) / (0.1 / 5.0))
    assert curved.p_value < 1e-5
    assert fit_calibration(np.tile(x, 2), repeated, model=PARABOLA).lack_of_fit.p_value == pytest.approx(1.0)


def test_the_limits_are_estimates_at_the_low_end():
    fitted = fit_calibration([1.0, 2.0, 3.0], [2.1, 3.9, 6.0], model=LINE)
    deviation = math.sqrt((0.05**2 + 0.1**2 + 0.05**2) / 1.0)  # residuals of the line 0.1 + 1.95 x
    assert fitted.detection_limit_estimate == pytest.approx(3.3 * deviation / 1.95)
    assert fitted.quantitation_limit_estimate == pytest.approx(10.0 * deviation / 1.95)


def test_arrays_are_read_only():
    fitted = fit_calibration([1.0, 2.0, 3.0], [2.1, 3.9, 6.0], model=LINE)
    for array in (fitted.coefficients, fitted.covariance, fitted.concentrations, fitted.responses):
        assert not array.flags.writeable
