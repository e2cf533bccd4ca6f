"""What must hold of every calibration: units do not matter, more response is more substance."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra.chromatogram.calibration import (
    CalibrationError,
    CalibrationModel,
    CalibrationWeighting,
    fit_calibration,
)
from spectra.chromatogram.quantitation import CalibratedRange, StatedUncertainties, measure_concentration

UNKNOWN = StatedUncertainties(weighing=math.nan, volume=math.nan, purity=math.nan)
STATED = StatedUncertainties(weighing=0.001, volume=0.002, purity=0.005)
FACTOR = st.floats(1e-6, 1e6)


@st.composite
def models(draw):
    return CalibrationModel(
        degree=draw(st.sampled_from([1, 2])),
        weighting=draw(st.sampled_from(CalibrationWeighting)),
        through_origin=draw(st.booleans()),
    )


@st.composite
def batches(draw):
    """Give calibrators with a rising response and some scatter, and an unknown's response among them."""
    x = np.cumsum(draw(st.lists(st.floats(5.0, 50.0), min_size=6, max_size=9)))
    scatter = np.array(draw(st.lists(st.floats(-0.02, 0.02), min_size=len(x), max_size=len(x))))
    curve = draw(st.floats(-2e-6, 5e-6))
    y = (0.004 * x + curve * x * x) * (1.0 + scatter)
    return x, y, draw(st.floats(float(y.min()), float(y.max())))


def fitted(x, y, model):
    try:
        return fit_calibration(x, y, model=model)
    except CalibrationError:
        assume(False)  # noqa: FBT003 - Hypothesis' own style; a curve that turns is refused by rule
        raise


def read(calibration, response, stated=UNKNOWN):
    return measure_concentration(calibration, response, response_noise=0.0, stated=stated, confidence=0.95)


@given(batches(), models(), FACTOR)
def test_the_unit_of_the_response_does_not_matter(batch, model, factor):
    x, y, response = batch
    plain, scaled = fitted(x, y, model), fitted(x, y * factor, model)
    here, there = read(plain, response), read(scaled, response * factor)
    if here.place is CalibratedRange.WITHIN:
        assert there.concentration == pytest.approx(here.concentration, rel=1e-6)
        assert there.expanded_uncertainty == pytest.approx(here.expanded_uncertainty, rel=1e-5, abs=1e-8)


@given(batches(), models(), FACTOR)
def test_the_unit_of_the_concentration_does_not_matter(batch, model, factor):
    x, y, response = batch
    here, there = read(fitted(x, y, model), response, STATED), read(fitted(x * factor, y, model), response, STATED)
    if here.place is CalibratedRange.WITHIN:
        assert there.concentration == pytest.approx(factor * here.concentration, rel=1e-6)
        assert there.expanded_uncertainty == pytest.approx(factor * here.expanded_uncertainty, rel=1e-5)
        assert there.coverage_factor == pytest.approx(here.coverage_factor, rel=1e-4)


@given(batches(), models(), st.floats(0.0, 1.0))
def test_more_response_is_more_substance(batch, model, share):
    x, y, response = batch
    calibration = fitted(x, y, model)
    lower = float(y.min()) + share * (response - float(y.min()))
    few, many = calibration.concentration(lower), calibration.concentration(response)
    assume(calibration.lowest <= few <= calibration.highest and calibration.lowest <= many <= calibration.highest)
    assert few <= many * (1.0 + 1e-9)


@given(batches(), models())
def test_a_concentration_read_back_gives_the_response(batch, model):
    x, y, response = batch
    calibration = fitted(x, y, model)
    concentration = calibration.concentration(response)
    if not math.isnan(concentration):
        assert calibration.response(concentration) == pytest.approx(response, rel=1e-6, abs=1e-9)


@given(batches(), models())
def test_stating_more_never_makes_the_uncertainty_smaller(batch, model):
    x, y, response = batch
    calibration = fitted(x, y, model)
    if not math.isnan(calibration.concentration(response)):
        bare, full = read(calibration, response), read(calibration, response, STATED)
        assert full.standard_uncertainty >= bare.standard_uncertainty
        assert full.coverage_factor <= bare.coverage_factor * (1.0 + 1e-12)


@given(batches(), models(), st.randoms(use_true_random=False))
def test_the_order_of_the_calibrators_does_not_matter(batch, model, random):
    x, y, _ = batch
    order = list(range(len(x)))
    random.shuffle(order)
    assert fitted(x[order], y[order], model).coefficients == pytest.approx(fitted(x, y, model).coefficients, rel=1e-6)
