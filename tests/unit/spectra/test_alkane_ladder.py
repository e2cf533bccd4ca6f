import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra.errors import InvalidSettingError, OutsideLadderError
from spectra.retention_index import AlkaneLadder, kovats_index, linear_retention_index


def ladder(times=(100.0, 160.0, 300.0), carbons=(9, 10, 12), hold_up=40.0):
    return AlkaneLadder(carbon_numbers=carbons, retention_times_s=times, hold_up_time_s=hold_up)


def test_an_alkane_has_a_hundred_times_its_carbons():
    for carbons, time in zip((9, 10, 12), (100.0, 160.0, 300.0), strict=True):
        assert linear_retention_index(time, ladder=ladder()) == pytest.approx(100 * carbons)
        assert kovats_index(time, ladder=ladder()) == pytest.approx(100 * carbons)


def test_between_alkanes_the_linear_index_follows_time_and_kovats_its_logarithm():
    assert linear_retention_index(230.0, ladder=ladder()) == pytest.approx(1100.0)
    adjusted = (math.log(230 - 40) - math.log(120)) / (math.log(260) - math.log(120))
    assert kovats_index(230.0, ladder=ladder()) == pytest.approx(1000 + 200 * adjusted)


@pytest.mark.parametrize("time", [99.9, 300.1, math.nan])
@pytest.mark.parametrize("index", [linear_retention_index, kovats_index])
def test_nothing_is_extrapolated(time, index):
    with pytest.raises(OutsideLadderError, match="the ladder runs from 100 s to 300 s"):
        index(time, ladder=ladder())


def test_kovats_needs_the_hold_up_time():
    with pytest.raises(InvalidSettingError, match="hold-up time was not measured"):
        kovats_index(120.0, ladder=ladder(hold_up=None))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"times": (1.0,), "carbons": (9,)}, "at least two"),
        ({"times": (1.0, 2.0)}, "3 carbon numbers, 2 retention times"),
        ({"carbons": (9, 9, 10)}, "rising"),
        ({"carbons": (0, 9, 10)}, "from 1 on"),
        ({"times": (100.0, 99.0, 300.0)}, "rise with the chain"),
        ({"times": (100.0, math.nan, 300.0)}, "finite"),
        ({"hold_up": 100.0}, "hold-up time 100.0 s"),
        ({"hold_up": -1.0}, "hold-up time -1.0 s"),
    ],
)
def test_what_is_no_ladder_is_refused(facts, message):
    with pytest.raises(InvalidSettingError, match=message):
        ladder(**facts)


@given(st.floats(100.0, 300.0), st.floats(100.0, 300.0))
def test_indices_rise_with_time_and_stay_between_the_alkanes(one, other):
    for index in (linear_retention_index, kovats_index):
        first, second = (index(time, ladder=ladder()) for time in sorted((one, other)))
        assert 900.0 - 1e-9 <= first <= second + 1e-9 <= 1200.0 + 2e-9
