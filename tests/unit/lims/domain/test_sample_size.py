"""How many units to test: every number of the rule book's section 3, and properties that no table shows."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, hypergeom

from lims.domain.sample_size import (
    LARGEST_POPULATION,
    Prior,
    bayesian_size,
    finite_posterior,
    frank_size,
    guaranteed_positive,
    hypergeometric_error,
    hypergeometric_size,
    least_positive,
    square_root_size,
)
from lims.errors import SamplingPlanError

SHARES = tuple(map(Fraction, ("0.5", "0.7", "0.9")))
NO_KNOWLEDGE = Prior(positive=Fraction(1), negative=Fraction(1))
PLANS = (("0.95", 0), ("0.99", 0), ("0.95", 1), ("0.95", 2))
TABLE_3_2 = """
10 3 5 8 4 6 9 5 7 10 7 9 -
20 4 6 12 5 9 15 6 10 17 8 13 20
30 4 7 15 6 10 20 7 11 22 9 14 27
40 4 7 18 6 10 23 7 12 26 9 15 32
50 4 8 19 6 11 26 7 12 29 10 16 36
60 4 8 20 6 11 28 7 12 31 10 16 39
70 5 8 21 7 12 30 7 13 32 10 17 41
80 5 8 22 7 12 31 7 13 34 10 17 43
90 5 8 23 7 12 32 7 13 35 10 17 45
100 5 8 23 7 12 33 7 13 36 10 17 46
200 5 9 26 7 13 38 8 14 40 10 18 53
300 5 9 27 7 13 40 8 14 42 10 19 55
400 5 9 27 7 13 41 8 14 43 11 19 57
500 5 9 28 7 13 41 8 14 44 11 19 58
600 5 9 28 7 13 42 8 14 44 11 19 58
700 5 9 28 7 13 42 8 14 44 11 19 59
800 5 9 28 7 13 42 8 14 44 11 19 59
900 5 9 28 7 13 43 8 14 45 11 19 59
1000 5 9 28 7 13 43 8 14 45 11 19 59
5000 5 9 29 7 13 44 8 14 46 11 19 61
10000 5 9 29 7 13 44 8 14 46 11 19 61
"""
"""Population, then k = .5, .7, .9 for each plan."""


@pytest.mark.parametrize("row", [line.split() for line in TABLE_3_2.split("\n") if line], ids=lambda row: row[0])
def test_at_1_sampling_table_3_2(row):
    found = [
        hypergeometric_size(int(row[0]), proportion=share, confidence=Fraction(confidence), negatives=negatives).units
        for confidence, negatives in PLANS
        for share in SHARES
    ]
    assert found == [None if cell == "-" else int(cell) for cell in row[1:]]


@pytest.mark.parametrize(
    ("population", "share", "tested", "expected"),
    [
        (10, "0.9", 8, Fraction(1, 45)),
        (10, "0.9", 7, Fraction(1, 15)),
        (20, "0.9", 12, Fraction(14, 285)),
        (20, "0.9", 11, Fraction(7, 95)),
        (100, "0.5", 5, Fraction(1081, 42680)),
    ],
)
def test_at_1_hand_checks_3_2_exactly(population, share, tested, expected):
    assert hypergeometric_error(population, least_positive(population, Fraction(share)), tested, 0) == expected


@pytest.mark.parametrize(
    ("population", "share", "tested", "expected"),
    [
        (100, "0.9", 23, "0.047177"),
        (100, "0.9", 22, "0.054923"),
        (100, "0.5", 4, "0.054033"),
        (1000, "0.9", 28, "0.048581"),
        (1000, "0.9", 27, "0.054207"),
        (5000, "0.9", 29, "0.046376"),
        (5000, "0.9", 28, "0.051572"),
    ],
)
def test_at_1_hand_checks_3_2_to_the_last_digit(population, share, tested, expected):
    error = hypergeometric_error(population, least_positive(population, Fraction(share)), tested, 0)
    assert f"{float(error):.6f}" == expected


@pytest.mark.parametrize(("population", "units"), [(30, 6), (80, 6), (100, 7), (1000, 7), (10000, 7)])
def test_at_2_published_anchor_of_tzidony_and_ravreby(population, units):
    size = hypergeometric_size(population, proportion=Fraction("0.7"), confidence=Fraction("0.9"))
    assert size.units == units


@pytest.mark.parametrize(
    ("a", "b", "plan", "expected"),
    [
        ("1", "1", ("0.95", 0), [4, 8, 28]),
        ("1", "1", ("0.95", 1), [7, 13, 45]),
        ("1", "1", ("0.95", 2), [10, 18, 60]),
        ("1", "1", ("0.99", 0), [6, 12, 43]),
        ("3", "1", ("0.95", 0), [2, 6, 26]),
        ("3", "1", ("0.95", 1), [5, 11, 43]),
        ("3", "1", ("0.95", 2), [8, 16, 58]),
        ("3", "1", ("0.99", 0), [4, 10, 41]),
        ("0.5", "0.5", ("0.95", 0), [3, 6, 18]),
        ("0.5", "0.5", ("0.95", 1), [6, 12, 38]),
        ("0.5", "0.5", ("0.95", 2), [9, 17, 54]),
        ("0.5", "0.5", ("0.99", 0), [5, 10, 32]),
    ],
)
def test_at_4_bayesian_large_population_3_4(a, b, plan, expected):
    prior = Prior(positive=Fraction(a), negative=Fraction(b))
    confidence, negatives = Fraction(plan[0]), plan[1]
    found = [
        bayesian_size(100_000, proportion=share, confidence=confidence, prior=prior, negatives=negatives).units
        for share in SHARES
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("population", "nothing_known", "like_drugs"),
    [
        (10, [3, 4, 8], [1, 3, 7]),
        (20, [3, 6, 12], [2, 4, 11]),
        (30, [3, 6, 15], [2, 5, 14]),
        (40, [3, 7, 17], [2, 5, 16]),
        (50, [4, 7, 19], [2, 5, 17]),
        (100, [4, 7, 22], None),
    ],
)
def test_at_4_bayesian_small_population_3_5(population, nothing_known, like_drugs):
    def units(a):
        prior = Prior(positive=Fraction(a), negative=Fraction(1))
        confidence = Fraction("0.95")
        return [
            bayesian_size(population, proportion=share, confidence=confidence, prior=prior).units for share in SHARES
        ]

    assert units(1) == nothing_known
    assert like_drugs is None or units(3) == like_drugs


@pytest.mark.parametrize(
    ("population", "tested", "negatives", "expected"),
    [
        (100, 23, 0, 90),
        (100, 23, 1, 83),
        (100, 10, 0, 76),
        (100, 5, 0, 56),
        (50, 8, 0, 36),
        (200, 26, 0, 180),
        (30, 7, 0, 21),
        (10, 8, 0, 9),
        (1000, 28, 0, 900),
        (100, 30, 2, 83),
        (100, 100, 0, 100),
    ],
)
def test_at_3_what_may_be_said_after_the_tests_3_6(population, tested, negatives, expected):
    found = guaranteed_positive(population, tested=tested, negatives=negatives, confidence=Fraction("0.95"))
    assert found == expected


def test_at_1_an_infeasible_plan_says_so_3_7():
    size = hypergeometric_size(10, proportion=Fraction("0.9"), confidence=Fraction("0.95"), negatives=2)
    assert (size.units, size.achievable, size.probability) == (None, False, None)
    bayesian = bayesian_size(
        10, proportion=Fraction("0.9"), confidence=Fraction("0.95"), prior=NO_KNOWLEDGE, negatives=2
    )
    assert not bayesian.achievable


@pytest.mark.parametrize(("population", "square_root", "frank"), [(20, 5, 20), (120, 11, 30), (1, 1, 1), (121, 11, 31)])
def test_plans_without_statistics_3_8(population, square_root, frank):
    assert (square_root_size(population), frank_size(population)) == (square_root, frank)


def test_at_1_shares_are_taken_exactly():
    assert least_positive(100, Fraction("0.55")) == 55
    assert int(np.ceil(0.55 * 100)) == 56  # what floats make of it
    wrong = sum(least_positive(n, Fraction("0.55")) != int(np.ceil(0.55 * n)) for n in range(1, 10_001))
    assert wrong == 228


def test_a_million_units_are_quick_and_more_are_refused():
    everything = hypergeometric_size(LARGEST_POPULATION, proportion=Fraction(1), confidence=Fraction("0.95"))
    assert everything.units == 950_000
    with pytest.raises(SamplingPlanError, match="expected 1 to 1000000"):
        hypergeometric_size(LARGEST_POPULATION + 1, proportion=Fraction(1), confidence=Fraction("0.95"))


@pytest.mark.parametrize(
    ("population", "proportion", "confidence", "negatives"),
    [
        (0, "0.9", "0.95", 0),
        (9, "0", "0.95", 0),
        (9, "1.1", "0.95", 0),
        (9, "0.9", "1", 0),
        (9, "0.9", "0", 0),
        (9, "0.9", "0.95", -1),
        (9, "0.9", "0.95", 10),
    ],
)
def test_numbers_out_of_range_are_refused(population, proportion, confidence, negatives):
    with pytest.raises(SamplingPlanError) as refusal:
        hypergeometric_size(
            population, proportion=Fraction(proportion), confidence=Fraction(confidence), negatives=negatives
        )
    assert "count" in refusal.value.advice()


@pytest.mark.parametrize(("tested", "negatives"), [(0, 0), (11, 0), (3, 4)])
def test_tests_that_cannot_have_been_made_are_refused(tested, negatives):
    with pytest.raises(SamplingPlanError, match="tested of 10"):
        guaranteed_positive(10, tested=tested, negatives=negatives, confidence=Fraction("0.95"))


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0), (-1, 1)])
def test_a_prior_that_is_no_distribution_is_refused(a, b):
    with pytest.raises(SamplingPlanError, match="above 0"):
        Prior(positive=Fraction(a), negative=Fraction(b))


shares = st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=100)


@given(population=st.integers(1, 60), share=shares, negatives=st.integers(0, 3))
def test_no_smaller_number_would_do(population, share, negatives):
    """The slow, obvious way: count up from one."""
    negatives = min(negatives, population)
    confidence = Fraction("0.95")
    size = hypergeometric_size(population, proportion=share, confidence=confidence, negatives=negatives)
    positive = least_positive(population, share)

    def error(tested):
        ways = sum(
            comb(positive - 1, tested - missing) * comb(population - positive + 1, missing)
            for missing in range(min(negatives, tested) + 1)
        )
        return Fraction(ways, comb(population, tested))

    enough = [n for n in range(negatives + 1, population + 1) if error(n) <= 1 - confidence]
    expected = enough[0] if enough and population - negatives >= positive else None
    assert size.units == expected
    if expected is not None:
        assert size.probability == error(expected)


@given(data=st.data(), population=st.integers(2, 300))
def test_the_error_is_that_of_scipy(data, population):
    positive = data.draw(st.integers(1, population))
    tested = data.draw(st.integers(1, population))
    negatives = data.draw(st.integers(0, tested))
    ours = hypergeometric_error(population, positive, tested, negatives)
    theirs = hypergeom(population, population - positive + 1, tested).cdf(negatives)
    assert float(ours) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(data=st.data(), population=st.integers(1, 120), a=st.integers(1, 6), b=st.integers(1, 6))
def test_the_posterior_is_that_of_scipy(data, population, a, b):
    tested = data.draw(st.integers(1, population))
    negatives = data.draw(st.integers(0, tested))
    share = data.draw(shares)
    prior = Prior(positive=Fraction(a, 2), negative=Fraction(b, 2))
    ours = finite_posterior(population, tested, negatives, proportion=share, prior=prior)
    needed = least_positive(population, share) - (tested - negatives)
    unseen = betabinom(population - tested, a / 2 + tested - negatives, b / 2 + negatives)
    assert float(ours) == pytest.approx(unseen.sf(needed - 1), rel=1e-6, abs=1e-9)


@given(population=st.integers(1, 200), data=st.data())
def test_what_may_be_said_is_what_the_plan_promised(population, data):
    """After a plan went as expected, at least the planned share is guaranteed."""
    share = data.draw(shares)
    confidence = Fraction("0.95")
    size = hypergeometric_size(population, proportion=share, confidence=confidence)
    promised = guaranteed_positive(population, tested=size.units, negatives=0, confidence=confidence)
    assert promised >= least_positive(population, share)
