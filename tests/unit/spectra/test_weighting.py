import math

import numpy as np
import pytest

from spectra import InvalidSettingError, MassSpectrum, Weighting


def test_weights_are_powers_of_mz_times_powers_of_intensity():
    spectrum = MassSpectrum(mz=np.array([4.0, 10.0]), intensity=np.array([9.0, 100.0]))
    weights = Weighting(mz_exponent=2.0, intensity_exponent=0.5).weigh(spectrum)
    assert weights.tolist() == [16.0 * 3.0, 100.0 * 10.0]


@pytest.mark.parametrize("exponent", [-0.1, 10.1, math.nan, math.inf])
def test_the_exponent_of_mz_has_a_range(exponent):
    with pytest.raises(InvalidSettingError, match=rf"mz_exponent is {exponent}; expected in \[0, 10\]"):
        Weighting(mz_exponent=exponent, intensity_exponent=0.5)


@pytest.mark.parametrize("exponent", [0.0, -1.0, 10.1, math.nan, math.inf])
def test_the_exponent_of_intensity_has_a_range(exponent):
    with pytest.raises(InvalidSettingError, match=rf"intensity_exponent is {exponent}; expected in \(0, 10\]"):
        Weighting(mz_exponent=0.0, intensity_exponent=exponent)


def test_the_ends_of_the_ranges_are_inside():
    assert Weighting(mz_exponent=0.0, intensity_exponent=10.0).mz_exponent == 0.0
    assert Weighting(mz_exponent=10.0, intensity_exponent=0.1).mz_exponent == 10.0
