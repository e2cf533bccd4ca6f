"""Calibration against certified values (NIST StRD), against numpy.polyfit, and against simulation."""

import math

import numpy as np
import pytest

from spectra.chromatogram.calibration import CalibrationModel, CalibrationWeighting, fit_calibration
from spectra.chromatogram.quantitation import StatedUncertainties, measure_concentration

UNKNOWN = StatedUncertainties(weighing=math.nan, volume=math.nan, purity=math.nan)

# NIST StRD, Norris: calibration of ozone monitors, https://www.itl.nist.gov/div898/strd/lls/data/Norris.shtml
NORRIS_Y = (
    "0.1 338.8 118.1 888.0 9.2 228.1 668.5 998.5 449.1 778.9 559.2 0.3 0.1 778.1 668.8 339.3 448.9 10.8 "
    "557.7 228.3 998.0 888.8 119.6 0.3 0.6 557.6 339.3 888.0 998.5 778.9 10.2 117.6 228.9 668.4 449.2 0.2"
)
NORRIS_X = (
    "0.2 337.4 118.2 884.6 10.1 226.5 666.3 996.3 448.6 777.0 558.2 0.4 0.6 775.5 666.9 338.0 447.5 11.6 "
    "556.0 228.1 995.8 887.6 120.2 0.3 0.3 556.8 339.1 887.2 999.0 779.0 11.1 118.3 229.2 669.1 448.9 0.5"
)
# NIST StRD, Pontius: calibration of a load cell, https://www.itl.nist.gov/div898/strd/lls/data/Pontius.shtml
PONTIUS_Y = (
    "0.11019 0.21956 0.32949 0.43899 0.54803 0.65694 0.76562 0.87487 0.98292 1.09146 1.20001 1.30822 1.41599 1.52399 "
    "1.63194 1.73947 1.84646 1.95392 2.06128 2.16844 0.11052 0.22018 0.32939 0.43886 0.54798 0.65739 0.76596 0.87474 "
    "0.98300 1.09150 1.20004 1.30818 1.41613 1.52408 1.63159 1.73965 1.84696 1.95445 2.06177 2.16829"
)
PONTIUS_X = np.tile(np.arange(1, 21) * 150_000.0, 2)


def numbers(text):
    return np.array([float(word) for word in text.split()])


def model(degree, weighting=CalibrationWeighting.NONE, *, through_origin=False):
    return CalibrationModel(degree=degree, weighting=weighting, through_origin=through_origin)


def test_the_line_of_norris():
    fitted = fit_calibration(numbers(NORRIS_X), numbers(NORRIS_Y), model=model(1))
    assert fitted.coefficients == pytest.approx([-0.262323073774029, 1.00211681802045], rel=1e-12)
    deviations = np.sqrt(np.diag(fitted.covariance))
    assert deviations == pytest.approx([0.232818234301152, 0.429796848199937e-03], rel=1e-12)
    assert fitted.residual_standard_deviation == pytest.approx(0.884796396144373, rel=1e-12)
    assert fitted.r_squared == pytest.approx(0.999993745883712, rel=1e-14)
    assert fitted.degrees_of_freedom == 34


def test_the_parabola_of_pontius():
    fitted = fit_calibration(PONTIUS_X, numbers(PONTIUS_Y), model=model(2))
    certified = [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14]
    assert fitted.coefficients == pytest.approx(certified, rel=1e-9)
    deviations = np.sqrt(np.diag(fitted.covariance))
    assert deviations == pytest.approx([0.107938612033077e-03, 0.157817399981659e-09, 0.486652849992036e-16], rel=1e-9)
    assert fitted.residual_standard_deviation == pytest.approx(0.205177424076185e-03, rel=1e-9)
    assert fitted.r_squared == pytest.approx(0.999999900178537, rel=1e-13)


def test_the_line_through_the_origin_of_eberhardt():
    # NIST StRD, NoInt1
    fitted = fit_calibration(np.arange(60.0, 71.0), np.arange(130.0, 141.0), model=model(1, through_origin=True))
    assert fitted.coefficients == pytest.approx([2.07438016528926], rel=1e-13)
    assert np.sqrt(fitted.covariance[0, 0]) == pytest.approx(0.165289256198347e-01, rel=1e-12)
    assert fitted.residual_standard_deviation == pytest.approx(3.56753034006338, rel=1e-13)
    assert fitted.r_squared == pytest.approx(0.999365492298663, rel=1e-13)


def test_lack_of_fit_of_pontius_by_hand():
    y = numbers(PONTIUS_Y)
    fitted = fit_calibration(PONTIUS_X, y, model=model(2))
    pure = float(((y[:20] - y[20:]) ** 2).sum() / 2.0)  # pairs: d^2 / 2 each, 20 degrees of freedom
    rest = 0.155761768796992e-05  # certified residual sum of squares
    assert fitted.lack_of_fit.degrees_of_freedom == (17, 20)
    assert fitted.lack_of_fit.f_statistic == pytest.approx((rest - pure) / 17.0 / (pure / 20.0), rel=1e-7)


@pytest.mark.parametrize("weighting", list(CalibrationWeighting))
@pytest.mark.parametrize("degree", [1, 2])
def test_weighted_fits_are_those_of_polyfit(degree, weighting):
    x = np.array([25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0])
    y = np.array([0.028, 0.096, 0.176, 0.296, 0.506, 0.752, 0.975])
    exponent = {"none": 0.0, "1/x": 1.0, "1/x^2": 2.0}[weighting.value]
    coefficients, covariance = np.polyfit(x, y, degree, w=x ** (-exponent / 2.0), cov=True)
    fitted = fit_calibration(x, y, model=model(degree, weighting))
    assert fitted.coefficients == pytest.approx(coefficients[::-1], rel=1e-9)
    assert fitted.covariance == pytest.approx(covariance[::-1, ::-1], rel=1e-8)


@pytest.mark.parametrize(
    ("weighting", "degree", "deviation"),
    [
        (CalibrationWeighting.NONE, 1, lambda x: 0.008 + 0.0 * x),
        (CalibrationWeighting.INVERSE, 2, lambda x: 0.001 * np.sqrt(x)),
        (CalibrationWeighting.INVERSE_SQUARE, 1, lambda x: 1e-4 * x),
    ],
)
@pytest.mark.parametrize("true", [30.0, 110.0, 230.0])
def test_the_stated_interval_holds_the_truth_as_often_as_it_says(weighting, degree, deviation, true):
    # seven calibrators, one injection; scatter as the weights assume it. SE of the share at 2000 trials: 0.5 %
    x = np.array([25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0])
    random = np.random.default_rng(20261122)

    def measured(at):
        curve = -0.1 + 0.0035 * at + (3e-6 * at * at if degree == 2 else 0.0)
        return curve + random.normal(size=np.shape(at)) * deviation(at)

    held = 0
    for _ in range(2000):
        fitted = fit_calibration(x, measured(x), model=model(degree, weighting))
        result = measure_concentration(
            fitted, float(measured(np.float64(true))), response_noise=0.0, stated=UNKNOWN, confidence=0.95
        )
        held += abs(result.concentration - true) <= result.expanded_uncertainty
    assert 0.93 <= held / 2000 <= 0.97


def test_the_standard_uncertainty_is_the_scatter_of_repeated_experiments():
    x = np.array([25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0])
    form = model(2, CalibrationWeighting.INVERSE)
    random = np.random.default_rng(20261122)
    found, stated = [], []
    for _ in range(3000):
        y = -0.1 + 0.0035 * x + 3e-6 * x * x + random.normal(size=7) * 0.001 * np.sqrt(x)
        fitted = fit_calibration(x, y, model=form)
        response = -0.1 + 0.0035 * 110.0 + 3e-6 * 110.0**2 + random.normal() * 0.001 * math.sqrt(110.0)
        result = measure_concentration(fitted, response, response_noise=0.0, stated=UNKNOWN, confidence=0.95)
        found.append(result.concentration)
        stated.append(result.standard_uncertainty**2)
    assert math.sqrt(np.mean(stated)) == pytest.approx(np.std(found), rel=0.05)
