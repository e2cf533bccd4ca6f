from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.control_chart import ControlLimits, WestgardRule, judge
from lims.errors import InvalidRecordError

LIMITS = ControlLimits(mean=Decimal(100), standard_deviation=Decimal(2), points=20)


def broken(*deviations):
    values = [Decimal(100) + 2 * Decimal(str(z)) for z in deviations]
    return [rule.value for rule in judge(values, limits=LIMITS)[-1].broken]


@pytest.mark.parametrize(
    ("deviations", "rules"),
    [((2.01,), ["1-2s"]), ((-2.01,), ["1-2s"]), ((2,), []), ((0,), [])],  # on the limit is inside
)
def test_qc_6_one_beyond_two_deviations_warns(deviations, rules):
    assert broken(*deviations) == rules


@pytest.mark.parametrize(("deviations", "rules"), [((3,), ["1-2s"]), ((3.01,), ["1-2s", "1-3s"])])
def test_qc_1_one_beyond_three_deviations_rejects(deviations, rules):
    assert broken(*deviations) == rules


@pytest.mark.parametrize(
    ("deviations", "rules"), [((2.1, 2.1), ["1-2s", "2-2s"]), ((2.1, 0, 2.1), ["1-2s"]), ((2.1, -2), [])]
)
def test_qc_2_two_in_a_row_on_one_side_reject(deviations, rules):
    assert broken(*deviations) == rules


@pytest.mark.parametrize("deviations", [(2.1, -2.1), (-2.1, 2.1)])
def test_qc_3_two_in_a_row_on_both_sides_reject(deviations):
    assert broken(*deviations) == ["1-2s", "R-4s"]


@pytest.mark.parametrize(
    ("deviations", "rules"),
    [
        ((1.1, 1.1, 1.1), []),
        ((1.1, 1.1, 1.1, 1.1), ["4-1s"]),
        ((-1.1, -1.1, -1.1, -1.1), ["4-1s"]),
        ((1.1, 1.1, 1.0, 1.1), []),
    ],
)
def test_qc_4_four_in_a_row_beyond_one_deviation_reject(deviations, rules):
    assert broken(*deviations) == rules


@pytest.mark.parametrize(
    ("deviations", "rules"),
    [((0.1,) * 9, []), ((0.1,) * 10, ["10-x"]), ((-0.1,) * 10, ["10-x"]), ((0.1,) * 9 + (0,), [])],
)
def test_qc_5_ten_in_a_row_on_one_side_reject(deviations, rules):
    assert broken(*deviations) == rules


def test_qc_6_a_warning_alone_does_not_stop_a_run():
    warned, rejected = judge([Decimal(105), Decimal(107)], limits=LIMITS)
    assert warned.broken == (WestgardRule.WARNING_1_2S,)
    assert warned.in_control
    assert not rejected.in_control
    assert rejected.deviation == Decimal("3.5")


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=30), st.integers(1, 29))
def test_later_points_change_no_earlier_verdict(deviations, cut):
    values = [Decimal(100 + 2 * z) for z in deviations]
    assert judge(values[:cut], limits=LIMITS) == judge(values, limits=LIMITS)[:cut]


def test_limits_are_the_mean_and_the_sample_standard_deviation():
    limits = ControlLimits.of([Decimal(9), Decimal(11)] * 10)
    assert limits.mean == 10
    assert float(limits.standard_deviation) == pytest.approx((20 / 19) ** 0.5)
    assert limits.points == 20


@pytest.mark.parametrize("values", [[Decimal(1)] * 20, [Decimal(1), Decimal(2)] * 9, [Decimal("NaN")] * 20])
def test_limits_that_would_mean_nothing_are_refused(values):
    with pytest.raises(InvalidRecordError, match=r"expected a spread|need at least 20"):
        ControlLimits.of(values)
