import math

import pytest

from spectra import InvalidSettingError
from spectra.retention_index import SEMI_STANDARD_NONPOLAR, RetentionPenaltyPreset, retention_index_penalty


def preset(**changes):
    values = {"measured_sd": 3.0, "library_sd": 4.0, "gross_error_share": 0.1, "window": 1000.0} | changes
    return RetentionPenaltyPreset(name="x", version=1, source="test", **values)


def test_the_penalty_by_hand():
    # standard deviations 3 and 4 make 5; ten units are two of them
    peak = 0.9 / (5 * math.sqrt(2 * math.pi))
    expected = math.log((peak * math.exp(-2) + 1e-4) / (peak + 1e-4))
    assert retention_index_penalty(1510.0, 1500.0, preset=preset()) == pytest.approx(expected)


def test_gross_errors_bound_the_penalty():
    far = retention_index_penalty(1000.0, 2000.0, preset=SEMI_STANDARD_NONPOLAR)
    assert far == retention_index_penalty(1000.0, 3000.0, preset=SEMI_STANDARD_NONPOLAR)
    assert -10.0 < far < -8.0


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_index_is_a_number(value):
    with pytest.raises(InvalidSettingError, match="finite"):
        retention_index_penalty(value, 1500.0, preset=SEMI_STANDARD_NONPOLAR)
    with pytest.raises(InvalidSettingError, match="finite"):
        retention_index_penalty(1500.0, value, preset=SEMI_STANDARD_NONPOLAR)


@pytest.mark.parametrize("name", ["measured_sd", "library_sd", "window"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_widths_are_above_zero(name, value):
    with pytest.raises(InvalidSettingError, match=name):
        preset(**{name: value})


@pytest.mark.parametrize("value", [0.0, 1.0, math.nan])
def test_the_share_of_gross_errors_is_inside_zero_and_one(value):
    with pytest.raises(InvalidSettingError, match="gross_error_share"):
        preset(gross_error_share=value)
