from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from substance_library.editions import InForce, Standing
from substance_library.errors import InvalidLawError, InvalidThresholdError
from substance_library.thresholds import (
    Basis,
    Dryness,
    Form,
    Matter,
    SizeClass,
    SizeResult,
    Threshold,
    ThresholdDecision,
    WeighedAmount,
    decide_threshold,
    in_force_on,
    size_of,
)

MASSES = st.decimals(0, 200, places=3)


@pytest.mark.parametrize(("mass", "decision"), [("50.06", "exceeded"), ("50.05", "not decided"), ("49.94", "below")])
def test_wu_6_at_7_the_worked_example(mass, decision):
    found = decide_threshold(Decimal(mass), u_g=Decimal("0.05"), threshold_g=Decimal("50.00"))
    assert found.decision.value == decision
    assert (found.mass_g, found.u_g, found.threshold_g) == (Decimal(mass), Decimal("0.05"), Decimal("50.00"))


@given(mass=MASSES, u=MASSES, threshold=MASSES)
def test_wu_6_what_is_decided_holds_at_both_ends_of_the_interval(mass, u, threshold):
    decision = decide_threshold(mass, u_g=u, threshold_g=threshold).decision
    ends = (mass - u, mass + u)
    assert (decision is ThresholdDecision.EXCEEDED) == all(end > threshold for end in ends)
    assert (decision is ThresholdDecision.BELOW) == all(end < threshold for end in ends)


@pytest.mark.parametrize("numbers", [("-1", "0", "1"), ("1", "-0.1", "1"), ("1", "0", "NaN"), ("Infinity", "0", "1")])
def test_wu_6_numbers_that_cannot_be_are_refused(numbers):
    mass, u, threshold = map(Decimal, numbers)
    with pytest.raises(InvalidThresholdError, match="not negative"):
        decide_threshold(mass, u_g=u, threshold_g=threshold)


MIXTURE = Basis(matter=Matter.MIXTURE, form=None, dryness=Dryness.AS_IS)


def thresholds(*amounts, unit="g", basis=MIXTURE, inclusive=False):
    return [
        Threshold(
            number=f"t{place}",
            entry="e",
            size=size,
            amount=Decimal(amount),
            unit=unit,
            basis=basis,
            inclusive=inclusive,
        )
        for place, (size, amount) in enumerate(zip(SizeClass, amounts, strict=False))
    ]


def weighed(amount, u="0.05", unit="g", basis=MIXTURE):
    return WeighedAmount(amount=Decimal(amount), u=Decimal(u), unit=unit, basis=basis)


@pytest.mark.parametrize(
    ("amount", "result", "readings"),
    [
        ("0.005", "below small", []),
        ("0.5", "small", []),
        ("1.06", "large", []),
        ("1.05", "not decided", ["small", "large"]),
        ("0.95", "not decided", ["small", "large"]),
        ("50.06", "especially large", []),
        ("50.05", "not decided", ["large", "especially large"]),
        ("49.94", "large", []),
    ],
)
def test_wu_6_a_size_is_stated_where_the_whole_interval_lies_in_one_class(amount, result, readings):
    u = "0.002" if amount == "0.005" else "0.05"
    found = size_of(weighed(amount, u), thresholds("0.01", "1.00", "50.00"))
    assert (found.result.value, [one.value for one in found.readings]) == (result, readings)
    assert len(found.comparisons) == 3


def test_wu_6_the_text_says_whether_the_threshold_itself_belongs_to_the_class():
    one = weighed("1.05")
    assert size_of(one, thresholds("0.01", "1.00", inclusive=True)).result is SizeResult.LARGE
    assert size_of(one, thresholds("0.01", "1.00")).result is SizeResult.NOT_DECIDED
    silent = size_of(one, thresholds("0.01", "1.00", inclusive=None))
    assert silent.result is SizeResult.CANNOT_DECIDE
    assert "itself belongs" in silent.missing[0]


PURE = Basis(matter=Matter.PURE, form=Form.BASE, dryness=Dryness.AS_IS)


@pytest.mark.parametrize(
    ("of_law", "of_weight", "words"),
    [
        (PURE, MIXTURE, "pure substance and whole mixture"),
        (replace(PURE, form=Form.SALT), PURE, "salt and free base"),
        (replace(MIXTURE, dryness=Dryness.DRIED), MIXTURE, "dried and as is"),
        (replace(PURE, form=None), PURE, "base or salt of the threshold"),
        (PURE, replace(PURE, dryness=None), "as is or dried of the weight"),
        (replace(MIXTURE, matter=None), MIXTURE, "mixture or pure of the threshold"),
    ],
)
def test_wu_6_no_size_without_one_stated_basis(of_law, of_weight, words):
    found = size_of(weighed("5", basis=of_weight), thresholds("1", basis=of_law))
    assert found.result is SizeResult.CANNOT_DECIDE
    assert any(words in missing for missing in found.missing)
    assert found.comparisons == ()


def test_wu_6_no_threshold_no_size():
    assert size_of(weighed("5"), []).missing == ("thresholds of this entry",)


def test_wu_6_grams_are_not_compared_with_plants():
    found = size_of(weighed("5"), thresholds("1", unit="plants"))
    assert "plants and g" in found.missing[0]


def test_wu_6_classes_in_the_wrong_order_decide_nothing():
    found = size_of(weighed("5"), thresholds("9", "1"))
    assert "in the order of their classes" in found.missing[0]


@given(mass=MASSES, u=MASSES, bounds=st.lists(MASSES, min_size=1, max_size=3, unique=True), inclusive=st.booleans())
def test_wu_6_a_stated_size_holds_for_every_mass_of_the_interval(mass, u, bounds, inclusive):
    rows = thresholds(*map(str, sorted(bounds)), inclusive=inclusive)
    found = size_of(weighed(str(mass), str(u)), rows)
    ends = [_exact_size(end, rows) for end in (mass - u, mass, mass + u)]
    if found.result is SizeResult.NOT_DECIDED:
        lower, upper = found.readings
        order = list(SizeResult).index
        assert lower is ends[0]
        assert order(lower) < order(upper)
        assert order(ends[2]) <= order(upper)
    else:
        assert set(ends) == {found.result}


def _exact_size(amount, rows):
    reached = [row for row in rows if amount > row.amount or (row.inclusive and amount == row.amount)]
    return SizeResult(reached[-1].size.value) if reached else SizeResult.BELOW_SMALL


@pytest.mark.parametrize(("facts", "words"), [({"unit": " "}, "unit"), ({"entry": ""}, "entry")])
def test_a_threshold_names_its_unit_and_its_entry(facts, words):
    (one,) = thresholds("1")
    with pytest.raises(InvalidLawError, match=words):
        replace(one, **facts)


@pytest.mark.parametrize("amount", ["-1", "NaN"])
def test_a_threshold_is_an_amount(amount):
    (one,) = thresholds("1")
    with pytest.raises(InvalidThresholdError, match="not negative"):
        replace(one, amount=Decimal(amount))


def test_a_threshold_may_have_days_of_its_own():
    one, other = thresholds("1", "2")
    ended = replace(one, force=InForce(first=date(2020, 1, 1), last=date(2020, 12, 31)))
    found = dict(in_force_on((ended, other), date(2021, 1, 1), otherwise=Standing.IN_FORCE))
    assert found == {ended: Standing.NOT_IN_FORCE, other: Standing.IN_FORCE}
