"""The rule book's worked weights (sections 3.9, 4.1, 4.2), to the last digit, and what they do not show."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from lims.domain.weight_uncertainty import (
    COVERAGE_95,
    COVERAGE_99_7,
    BalanceBudget,
    Component,
    extrapolate,
    extrapolate_from,
    readability_limit,
    round_like,
    round_up,
    sum_uncertainty,
)
from lims.errors import WeighingError

BUDGET = BalanceBudget(
    readability_g=Decimal("0.01"),
    repeatability_g=Decimal("0.01"),
    linearity_g=Decimal("0.02"),
    calibration_u_g=Decimal("0.006"),
)
TEN = (BUDGET,) * 10


def shown(value, digits):
    return f"{value:.{digits}f}"


def test_at_5_components_of_the_budget_4_1():
    found = [shown(BUDGET.standard(part), 6) for part in (Component.READABILITY, Component.LINEARITY)]
    assert found == ["0.002887", "0.011547"]
    assert BUDGET.standard(Component.CALIBRATION) == Decimal("0.003")


@pytest.mark.parametrize(
    ("readings", "combined", "u_95", "u_99_7"),
    [(1, "0.015832", "0.0317", "0.0475"), (2, "0.022189", "0.0444", "0.0666")],
)
def test_at_5_one_weighing_and_tare_with_gross_4_1(readings, combined, u_95, u_99_7):
    found = BUDGET.combined(readings=readings)
    assert shown(found, 6) == combined
    assert shown(COVERAGE_95 * found, 4) == u_95
    assert shown(COVERAGE_99_7 * found, 4) == u_99_7


@pytest.mark.parametrize(
    ("correlated", "u_95"),
    [
        (frozenset(), "0.1001"),
        (frozenset(Component), "0.3166"),
        (frozenset({Component.LINEARITY, Component.CALIBRATION}), "0.2475"),
    ],
)
def test_at_5_sum_of_ten_items_4_1(correlated, u_95):
    assert shown(COVERAGE_95 * sum_uncertainty(TEN, correlated=correlated), 4) == u_95


@pytest.mark.parametrize(
    ("items", "limit"),
    [(1, "0.01366"), (2, "0.02225"), (10, "0.07739"), (50, "0.31124"), (100, "0.58660")],
)
def test_at_6_published_closed_form_4_2(items, limit):
    found = readability_limit(items, readability_g=Decimal("0.01"), calibration_error_g=Decimal(0))
    assert shown(found, 5) == limit


def test_at_6_the_simplified_form_is_no_upper_bound_4_2():
    step = Decimal("0.01")
    limits = [readability_limit(n, readability_g=step, calibration_error_g=Decimal(0)) for n in (1, 2, 3, 4)]
    simplified = [n * step for n in (1, 2, 3, 4)]
    assert [limit > simple for limit, simple in zip(limits, simplified, strict=True)] == [True, True, False, False]
    assert limits[2] == simplified[2]


@pytest.mark.parametrize(
    ("weighed", "factor", "u", "interval"),
    [(23, "2.07387", "0.759", ("49.241", "50.759")), (10, "2.26216", "1.357", ("48.643", "51.357"))],
)
def test_extrapolation_3_9(weighed, factor, u, interval):
    found = extrapolate_from(100, weighed=weighed, mean_g=Decimal("0.500"), spread_g=Decimal("0.020"))
    assert found.total_g == Decimal(50)
    assert shown(found.coverage_factor, 5) == factor
    assert shown(found.u_g, 3) == u
    assert tuple(shown(found.total_g + sign * found.u_g, 3) for sign in (-1, 1)) == interval
    assert not found.wide


def test_units_that_differ_much_carry_a_warning_3_9():
    assert extrapolate_from(100, weighed=10, mean_g=Decimal("0.500"), spread_g=Decimal("0.0501")).wide
    assert not extrapolate_from(100, weighed=10, mean_g=Decimal("0.500"), spread_g=Decimal("0.0500")).wide


def test_all_units_weighed_leave_the_balance_alone_3_9():
    weights = [Decimal(text) for text in ("0.49", "0.51", "0.50")]
    found = extrapolate(3, weights)
    assert (found.total_g, found.u_g) == (Decimal("1.50"), 0)


def test_weights_themselves_give_what_their_mean_and_spread_give():
    weights = [Decimal(text) for text in ("0.48", "0.50", "0.52", "0.50")]
    found = extrapolate(40, weights)
    spread = 0.016329931618554536
    assert float(found.u_g) == pytest.approx(40 * t.ppf(0.975, 3) * spread / 2 * (36 / 40) ** 0.5)
    assert found.total_g == Decimal("20.0")


@pytest.mark.parametrize("weights", [["0.5"], ["0.5"] * 6, ["0.5", "0"], ["0.5", "-0.1"]])
def test_weights_that_cannot_be_are_refused(weights):
    with pytest.raises(WeighingError, match="of 5 units") as refusal:
        extrapolate(5, [Decimal(text) for text in weights])
    assert "certificate" in refusal.value.advice()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("readability_g", "0"),
        ("calibration_k", "0"),
        ("repeatability_g", "-0.01"),
        ("linearity_g", "NaN"),
        ("calibration_u_g", "Infinity"),
    ],
)
def test_a_balance_that_cannot_be_is_refused(field, value):
    facts = {
        "readability_g": Decimal("0.01"),
        "repeatability_g": Decimal("0.01"),
        "linearity_g": Decimal("0.02"),
        "calibration_u_g": Decimal("0.006"),
    }
    with pytest.raises(WeighingError, match="expected finite"):
        BalanceBudget(**facts | {field: Decimal(value)})


def test_a_sum_of_nothing_is_refused():
    with pytest.raises(WeighingError, match="no weights"):
        sum_uncertainty((), correlated=frozenset())


@pytest.mark.parametrize(
    ("uncertainty", "rounded"),
    [("0.031664", "0.032"), ("0.0444", "0.045"), ("0.0300", "0.030"), ("12.31", "13"), ("123", "1.3E+2"), ("0", "0")],
)
def test_wu_5_uncertainties_are_rounded_up(uncertainty, rounded):
    assert str(round_up(Decimal(uncertainty))) == rounded


def test_wu_5_weights_have_the_decimals_of_their_uncertainty():
    assert str(round_like(Decimal("50.0634"), Decimal("0.032"))) == "50.063"


amounts = st.decimals(min_value="0.00001", max_value="10", places=5)


@given(parts=st.lists(amounts, min_size=1, max_size=8))
def test_correlation_never_makes_a_sum_more_certain(parts):
    budgets = [
        BalanceBudget(readability_g=part, repeatability_g=part, linearity_g=part, calibration_u_g=part)
        for part in parts
    ]
    independent = sum_uncertainty(budgets, correlated=frozenset())
    some = sum_uncertainty(budgets, correlated=frozenset({Component.CALIBRATION}))
    everything = sum_uncertainty(budgets, correlated=frozenset(Component))
    assert independent <= some <= everything


@given(uncertainty=st.decimals(min_value="0.000001", max_value="1000", places=9))
def test_rounding_covers_what_was_computed(uncertainty):
    rounded = round_up(uncertainty)
    assert uncertainty <= rounded <= uncertainty * Decimal("1.1")
    assert len(rounded.as_tuple().digits) <= 3
