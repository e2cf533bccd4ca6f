"""The numbers of section 13 of the rule book, and exact intervals against the binomial distribution itself."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.error_rate import (
    DiagnosticRates,
    error_rate_interval,
    positive_predictive_value,
    prevalence_for,
    zero_error_bound,
)
from lims.errors import InvalidRecordError

DEA = DiagnosticRates(sensitivity=0.9990, specificity=0.9912)
"""Proficiency tests 2005-2016, Forensic Chem 2017, doi:10.1016/j.forc.2017.10.005."""


def test_at_9_likelihood_ratios():
    assert round(DEA.positive_likelihood_ratio, 1) == 113.5
    assert round(DEA.negative_likelihood_ratio, 5) == 0.00101
    assert round(DEA.false_positive_rate, 4) == 0.0088
    assert round(DEA.false_negative_rate, 4) == 0.001


@pytest.mark.parametrize(("prevalence", "value"), [(0.5, 0.99127), (0.9, 0.99902), (0.95, 0.99954), (0.99, 0.99991)])
def test_at_9_predictive_value(prevalence, value):
    assert round(positive_predictive_value(DEA, prevalence=prevalence), 5) == value


def test_at_9_the_prevalence_that_a_predictive_value_needs():
    assert round(prevalence_for(DEA, predictive_value=0.999), 3) == 0.898
    assert positive_predictive_value(DEA, prevalence=0.897) < 0.999 < positive_predictive_value(DEA, prevalence=0.899)


@pytest.mark.parametrize(
    ("trials", "bound"), [(30, 0.0950), (100, 0.0295), (300, 0.00994), (1000, 0.00299), (3000, 0.000998)]
)
def test_at_10_the_bound_after_no_error(trials, bound):
    found = zero_error_bound(trials, confidence=0.95)
    digits = 4 if bound > 0.01 else 5 if bound > 0.001 else 6
    assert round(found, digits) == bound
    assert math.isclose((1 - found) ** trials, 0.05, rel_tol=1e-12)


def test_a_method_without_false_positives_has_no_finite_ratio():
    perfect = DiagnosticRates(sensitivity=0.99, specificity=1.0)
    assert perfect.positive_likelihood_ratio == math.inf
    assert positive_predictive_value(perfect, prevalence=0.01) == 1.0
    assert prevalence_for(perfect, predictive_value=0.999) == 0.0
    assert prevalence_for(perfect, predictive_value=1.0) == 1.0
    assert DiagnosticRates(sensitivity=1.0, specificity=0.0).negative_likelihood_ratio == math.inf


def at_most(errors, trials, rate):
    """Add up the binomial distribution with fractions."""
    share = Fraction(rate)
    terms = (math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(errors + 1))
    return float(sum(terms))


@given(st.integers(1, 40), st.data(), st.sampled_from((0.9, 0.95, 0.99)))
def test_the_interval_cuts_off_equal_tails_of_the_binomial(trials, data, confidence):
    errors = data.draw(st.integers(0, trials))
    found = error_rate_interval(errors, trials, confidence=confidence)
    tail = (1 - confidence) / 2
    assert found.low <= found.rate <= found.high
    if errors:
        assert math.isclose(1 - at_most(errors - 1, trials, found.low), tail, rel_tol=1e-6)
    else:
        assert found.low == 0.0
    if errors < trials:
        assert math.isclose(at_most(errors, trials, found.high), tail, rel_tol=1e-6)
    else:
        assert found.high == 1.0


def test_at_10_the_interval_after_no_error_is_the_bound_at_half_the_doubt():
    found = error_rate_interval(0, 300, confidence=0.95)
    assert math.isclose(found.high, zero_error_bound(300, confidence=0.975), rel_tol=1e-9)


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: DiagnosticRates(sensitivity=1.1, specificity=0.9),
        lambda: DiagnosticRates(sensitivity=0.9, specificity=math.nan),
        lambda: positive_predictive_value(DEA, prevalence=-0.1),
        lambda: positive_predictive_value(DiagnosticRates(sensitivity=0, specificity=1), prevalence=0.5),
        lambda: prevalence_for(DiagnosticRates(sensitivity=0, specificity=1), predictive_value=0.5),
        lambda: prevalence_for(DEA, predictive_value=2.0),
        lambda: zero_error_bound(0, confidence=0.95),
        lambda: zero_error_bound(30, confidence=1.0),
        lambda: error_rate_interval(3, 2, confidence=0.95),
        lambda: error_rate_interval(-1, 2, confidence=0.95),
        lambda: error_rate_interval(1, 2, confidence=0.0),
    ],
)
def test_what_is_no_rate_is_refused(nonsense):
    with pytest.raises(InvalidRecordError):
        nonsense()
