from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra import Dalton, MassSpectrum, Precursor
from spectra.alignment import assign_peaks, match_peaks
from spectra.retention_index import SEMI_STANDARD_NONPOLAR, retention_index_penalty
from spectra.scores import (
    ACCURATE_COSINE_OPTIMAL,
    COMPOSITE_KIM,
    NIST_IDENTITY_EI,
    SIMPLE_HYBRID_EI,
    WEIGHTED_ENTROPY,
    accurate_cosine,
    composite_score,
    entropy_similarity,
    hybrid_cosine,
    hybrid_ei,
    hybrid_entropy,
    identity_match_factors,
    matched_ions,
    neutral_loss_cosine,
    neutral_loss_entropy,
)
from tests.builders.spectra_strategies import NOMINAL_MZ, spectra

HEIGHTS = st.floats(1.0, 1e6)
CROWDED = st.integers(5_000, 5_300).map(lambda centi: centi / 100)
EI = spectra(mz=NOMINAL_MZ, intensity=HEIGHTS, min_size=1, max_size=8)


@st.composite
def msms(draw):
    found = draw(spectra(mz=CROWDED, intensity=HEIGHTS, min_size=1, max_size=6, unique=True))
    ion = Precursor(mz=draw(st.integers(5_500, 5_700)) / 100)
    return MassSpectrum(mz=found.mz, intensity=found.intensity, precursor=ion)


BEST = replace(ACCURATE_COSINE_OPTIMAL, tolerance=Dalton(0.015))
ENTROPY = replace(WEIGHTED_ENTROPY, tolerance=Dalton(0.015))
ENTROPY_BEST = replace(ENTROPY, assignment="optimal")
SYMMETRIC = {
    "cosine": lambda a, b: accurate_cosine(a, b, preset=BEST),
    "neutral loss": lambda a, b: neutral_loss_cosine(a, b, preset=BEST),
}
ACCURATE = {
    **SYMMETRIC,
    "entropy": lambda a, b: entropy_similarity(a, b, preset=ENTROPY),
    "entropy, assigned": lambda a, b: entropy_similarity(a, b, preset=ENTROPY_BEST),
    "neutral loss entropy": lambda a, b: neutral_loss_entropy(a, b, preset=ENTROPY),
    "hybrid cosine": lambda a, b: hybrid_cosine(a, b, preset=BEST),
    "hybrid entropy": lambda a, b: hybrid_entropy(a, b, preset=ENTROPY),
}
UNIT_MASS = {
    "identity": lambda a, b: identity_match_factors(a, b, preset=NIST_IDENTITY_EI).match_factor / 999.5,
    "reverse identity": lambda a, b: identity_match_factors(a, b, preset=NIST_IDENTITY_EI).reverse_match_factor / 999.5,
    "composite": lambda a, b: composite_score(a, b, preset=COMPOSITE_KIM),
    "hybrid": lambda a, b: hybrid_ei(a, b, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=3),
}


def stronger(spectrum, power):
    return MassSpectrum(mz=spectrum.mz, intensity=spectrum.intensity * 2.0**power, precursor=spectrum.precursor)


@pytest.mark.parametrize("score", ACCURATE.values(), ids=ACCURATE)
@given(one=msms(), other=msms(), power=st.integers(-20, 20))
def test_accurate_scores_lie_in_bounds_and_ask_for_no_unit(score, one, other, power):
    found = score(one, other)
    assert 0.0 <= found <= 1.0
    assert score(stronger(one, power), other) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("score", ACCURATE.values(), ids=ACCURATE)
@given(one=msms())
def test_a_spectrum_with_accurate_masses_fits_itself(score, one):
    assume((np.diff(one.mz) > 0.04).all())
    assert score(one, one) == pytest.approx(1.0)


@pytest.mark.parametrize("score", SYMMETRIC.values(), ids=SYMMETRIC)
@given(one=msms(), other=msms())
def test_the_best_assignment_does_not_ask_which_spectrum_is_the_unknown(score, one, other):
    assert score(one, other) == pytest.approx(score(other, one), abs=1e-9)


@pytest.mark.parametrize("score", UNIT_MASS.values(), ids=UNIT_MASS)
@given(one=EI, other=EI, power=st.integers(-20, 20))
def test_unit_mass_scores_lie_in_bounds_and_ask_for_no_unit(score, one, other, power):
    found = score(one, other)
    assert 0.0 <= found <= 1.0
    assert score(stronger(one, power), other) == pytest.approx(found, abs=1e-9)


@given(EI)
def test_a_unit_mass_spectrum_fits_itself(one):
    found = identity_match_factors(one, one, preset=NIST_IDENTITY_EI)
    assert found.match_factor == found.reverse_match_factor == pytest.approx(999.5)
    assert composite_score(one, one, preset=COMPOSITE_KIM) == pytest.approx(1.0)
    assert hybrid_ei(one, one, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=0) == pytest.approx(1.0)


@given(EI, EI)
def test_the_identity_is_symmetric_and_its_reverse_is_not_lower(one, other):
    forth, back = (identity_match_factors(*pair, preset=NIST_IDENTITY_EI) for pair in ((one, other), (other, one)))
    assert forth.match_factor == pytest.approx(back.match_factor, abs=1e-6)
    assert forth.reverse_match_factor >= forth.match_factor - 1e-6


@given(msms(), msms())
def test_the_assignment_is_never_worth_less_than_the_nearest(one, other):
    chosen = assign_peaks(
        one, other, tolerance=Dalton(0.03), query_weights=one.intensity, reference_weights=other.intensity
    )
    nearest = match_peaks(one, other, tolerance=Dalton(0.03))
    sums = [float((one.intensity[p.query] * other.intensity[p.reference]).sum()) for p in (chosen, nearest)]
    assert sums[0] >= sums[1] * (1 - 1e-9)
    assert chosen.query.tolist() == sorted(set(chosen.query.tolist()))
    assert len(set(chosen.reference.tolist())) == len(chosen)


@given(msms(), msms())
def test_fractions_of_matched_ions_are_fractions(one, other):
    found = matched_ions(one, other, match_peaks(one, other, tolerance=Dalton(0.03)))
    shares = (found.query_fraction, found.reference_fraction)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert all(0.0 <= share <= 1.0 for share in (found.query_intensity_fraction, found.reference_intensity_fraction))


@given(st.floats(100, 4000), st.floats(100, 4000), st.floats(0, 500))
def test_a_retention_penalty_is_symmetric_and_grows_with_the_distance(measured, library, further):
    found = retention_index_penalty(measured, library, preset=SEMI_STANDARD_NONPOLAR)
    assert found == pytest.approx(retention_index_penalty(library, measured, preset=SEMI_STANDARD_NONPOLAR))
    beyond = library + (further if library >= measured else -further)
    assert retention_index_penalty(measured, beyond, preset=SEMI_STANDARD_NONPOLAR) <= found + 1e-9 <= 1e-9
