from dataclasses import replace

import numpy as np
import pytest

from spectra import Dalton, InvalidSettingError, InvalidSpectrumError, MassSpectrum, Ppm, Precursor
from spectra.alignment import PeakPairs, assign_peaks, match_peaks
from spectra.scores import (
    ACCURATE_COSINE,
    ACCURATE_COSINE_OPTIMAL,
    SIMPLE_HYBRID_EI,
    UNWEIGHTED_ENTROPY,
    WEIGHTED_ENTROPY,
    accurate_cosine,
    entropy_similarity,
    hybrid_cosine,
    hybrid_ei,
    hybrid_entropy,
    matched_ions,
    neutral_loss_cosine,
    neutral_loss_entropy,
    spectral_entropy,
    spectral_entropy_similarity,
    weigh_low_entropy,
)


def msms(peaks, precursor=300.0):
    ion = None if precursor is None else Precursor(mz=precursor)
    return MassSpectrum.from_unsorted(list(peaks), list(peaks.values()), precursor=ion)


EMPTY = msms({})
PAIRWISE = [
    lambda a, b: accurate_cosine(a, b, preset=ACCURATE_COSINE),
    lambda a, b: entropy_similarity(a, b, preset=WEIGHTED_ENTROPY),
    lambda a, b: neutral_loss_cosine(a, b, preset=ACCURATE_COSINE),
    lambda a, b: neutral_loss_entropy(a, b, preset=WEIGHTED_ENTROPY),
    lambda a, b: hybrid_cosine(a, b, preset=ACCURATE_COSINE),
    lambda a, b: hybrid_entropy(a, b, preset=WEIGHTED_ENTROPY),
]


@pytest.mark.parametrize("score", PAIRWISE)
def test_an_ei_spectrum_is_refused(score):
    with pytest.raises(InvalidSpectrumError, match="no precursor"):
        score(msms({58.0: 1.0}, precursor=None), msms({58.0: 1.0}))


@pytest.mark.parametrize("score", PAIRWISE)
def test_nothing_left_scores_nothing(score):
    assert score(EMPTY, msms({58.0: 1.0})) == score(msms({58.0: 1.0}), EMPTY) == score(EMPTY, EMPTY) == 0.0


def test_presets_may_leave_the_precursor_alone():
    whole = replace(ACCURATE_COSINE, precursor_margin_mz=None)
    assert accurate_cosine(msms({58.0: 1.0}, None), msms({58.0: 1.0}, None), preset=whole) == 1.0


def test_what_lies_near_the_precursor_is_left_out_and_noise_judged_afterwards():
    query = msms({58.0: 1.0, 298.4: 500.0, 298.401: 500.0})
    assert accurate_cosine(query, msms({58.0: 3.0}), preset=ACCURATE_COSINE) < 0.1  # 298.4 is 1.6 below: it stays
    assert accurate_cosine(msms({58.0: 1.0, 298.401: 500.0}), msms({58.0: 3.0}), preset=ACCURATE_COSINE) == 1.0


def test_a_ppm_tolerance_grows_with_the_mass():
    preset = replace(ACCURATE_COSINE, tolerance=Ppm(10))
    assert accurate_cosine(msms({250.0: 1.0}), msms({250.0025: 1.0}), preset=preset) == 1.0
    assert accurate_cosine(msms({50.0: 1.0}), msms({50.0025: 1.0}), preset=preset) == 0.0


def test_entropy_by_hand():
    # S = ln 2 of two equal peaks: power 0.25 + 0.25 ln 2; a pair of 1/2 and 1: (3/4) log2 (3/4) + 1/4 log2 4 + 1/2
    assert spectral_entropy(np.array([3.0, 3.0])) == pytest.approx(np.log(2))
    assert weigh_low_entropy(np.array([1.0, 0.0])).tolist() == [1.0, 0.0]
    pair = PeakPairs(query=np.array([0]), reference=np.array([0]))
    expected = 0.75 * np.log2(0.75) + 0.25 * 2 + 0.5
    assert spectral_entropy_similarity(np.array([0.5, 0.5]), np.array([1.0]), pair) == pytest.approx(expected)
    plain = replace(UNWEIGHTED_ENTROPY, weakest_peak_fraction=0.0)
    assert entropy_similarity(msms({50.0: 2.0, 60.0: 2.0}), msms({50.0: 9.0}), preset=plain) == pytest.approx(expected)


def test_a_spectrum_of_high_entropy_is_not_flattened():
    many = np.arange(1.0, 41.0)
    assert spectral_entropy(many) > 3.0
    assert weigh_low_entropy(many) == pytest.approx(many / many.sum())


@pytest.mark.parametrize("bad", [np.array([-1.0, 2.0]), np.array([np.nan, 1.0]), np.array([np.inf, 1.0])])
def test_entropy_refuses_what_is_no_intensity(bad):
    nothing = PeakPairs(query=np.zeros(0, dtype=np.int64), reference=np.zeros(0, dtype=np.int64))
    for call in (spectral_entropy, weigh_low_entropy, lambda x: spectral_entropy_similarity(x, x, nothing)):
        with pytest.raises(InvalidSpectrumError, match="finite"):
            call(bad)


def test_entropy_similarity_refuses_shares_that_do_not_sum_to_one():
    both = PeakPairs(query=np.array([0]), reference=np.array([0]))
    with pytest.raises(InvalidSpectrumError, match="sum to 2"):
        spectral_entropy_similarity(np.array([2.0]), np.array([1.0]), both)


def test_a_neutral_loss_is_counted_from_the_precursor():
    query, reference = msms({282.0: 1.0}, 300.0), msms({296.0: 1.0}, 314.0)
    assert accurate_cosine(query, reference, preset=ACCURATE_COSINE) == 0.0
    assert neutral_loss_cosine(query, reference, preset=ACCURATE_COSINE) == 1.0
    assert neutral_loss_entropy(query, reference, preset=UNWEIGHTED_ENTROPY) == pytest.approx(1.0)


@pytest.mark.parametrize("preset", [ACCURATE_COSINE, ACCURATE_COSINE_OPTIMAL])
def test_fragments_come_before_neutral_losses(preset):
    # 100 matches directly; 114 of the reference could be the query's 100 by neutral loss, but 100 is taken
    query, reference = msms({100.0: 1.0}, 300.0), msms({100.0: 1.0, 114.0: 99.0}, 314.0)
    assert hybrid_cosine(query, reference, preset=preset) == pytest.approx(0.1)


def test_a_hybrid_adds_the_losses_that_fragments_leave():
    query, reference = msms({100.0: 9.0, 200.0: 16.0}, 300.0), msms({100.0: 9.0, 214.0: 16.0}, 314.0)
    assert accurate_cosine(query, reference, preset=ACCURATE_COSINE) == pytest.approx(9 / 25)
    assert hybrid_cosine(query, reference, preset=ACCURATE_COSINE) == pytest.approx(1.0)
    assert hybrid_entropy(query, reference, preset=WEIGHTED_ENTROPY) == pytest.approx(1.0)


def test_the_ei_hybrid_takes_the_larger_of_direct_and_moved():
    # moved by 14: 91 -> 105 and 105 -> 119; at 105 the larger of 1.0 (moved) and 0.25 (direct)
    query, reference = msms({91.0: 1.0, 105.0: 1.0}, None), msms({91.0: 1.0, 105.0: 0.25}, None)
    weights = np.sqrt([91.0, 105.0, 119.0 * 0.25])
    expected = (91.0 + 105.0) / np.sqrt(196.0) / np.linalg.norm(weights)
    found = hybrid_ei(query, reference, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=14)
    assert found == pytest.approx(expected)


def test_the_ei_hybrid_moves_nothing_too_far_and_nothing_off_the_axis():
    query, reference = msms({400.0: 1.0}, None), msms({91.0: 1.0}, None)
    assert hybrid_ei(query, reference, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=309) == 0.0
    assert hybrid_ei(reference, reference, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=-100) == 1.0
    assert hybrid_ei(msms({}, None), reference, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=0) == 0.0


def test_the_ei_hybrid_wants_a_nominal_mass():
    one = msms({91.0: 1.0}, None)
    with pytest.raises(InvalidSettingError, match="whole number"):
        hybrid_ei(one, one, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=14.0157)


def test_matched_ions_by_hand():
    one, other = msms({50.0: 6.0, 60.0: 2.0}), msms({50.0: 1.0, 70.0: 1.0, 80.0: 2.0})
    found = matched_ions(one, other, match_peaks(one, other, tolerance=Dalton(0.1)))
    assert (found.count, found.query_fraction, found.reference_fraction) == (1, 0.5, pytest.approx(1 / 3))
    assert (found.query_intensity_fraction, found.reference_intensity_fraction) == (0.75, 0.25)


def test_matched_ions_of_nothing():
    dark = msms({50.0: 0.0})
    found = matched_ions(EMPTY, dark, match_peaks(EMPTY, dark, tolerance=Dalton(0.1)))
    assert (found.count, found.query_fraction, found.reference_intensity_fraction) == (0, 0.0, 0.0)


@pytest.mark.parametrize("place", [-1, 1])
def test_matched_ions_refuses_pairs_of_other_spectra(place):
    pairs = PeakPairs(query=np.array([place]), reference=np.array([0]))
    with pytest.raises(InvalidSpectrumError, match="outside"):
        matched_ions(msms({50.0: 1.0}), msms({50.0: 1.0}), pairs)


# optimal assignment


def best_sum(query, reference, tolerance):
    pairs = assign_peaks(
        query, reference, tolerance=tolerance, query_weights=query.intensity, reference_weights=reference.intensity
    )
    return list(zip(pairs.query.tolist(), pairs.reference.tolist(), strict=True))


def test_the_assignment_serves_the_sum_and_not_the_nearest():
    query, reference = msms({100.0: 9.0, 100.1: 1.0}), msms({100.08: 9.0})
    assert best_sum(query, reference, Dalton(0.1)) == [(0, 0)]
    assert match_peaks(query, reference, tolerance=Dalton(0.1)).query.tolist() == [1]


def test_two_pairs_may_be_worth_more_than_the_largest():
    query, reference = msms({100.0: 5.0, 100.2: 6.0}), msms({100.1: 5.0, 100.3: 6.0})
    assert best_sum(query, reference, Dalton(0.1)) == [(0, 0), (1, 1)]


def test_a_pair_worth_nothing_is_not_made():
    assert best_sum(msms({100.0: 0.0}), msms({100.0: 5.0}), Dalton(0.1)) == []
    assert best_sum(EMPTY, msms({100.0: 5.0}), Dalton(0.1)) == []


def test_clusters_do_not_disturb_each_other():
    query = msms({100.0: 1.0, 100.05: 2.0, 150.0: 3.0, 200.0: 4.0})
    reference = msms({100.02: 7.0, 150.01: 1.0, 200.0: 2.0, 200.02: 3.0})
    assert best_sum(query, reference, Dalton(0.05)) == [(1, 0), (2, 1), (3, 3)]


@pytest.mark.parametrize(
    ("weights", "message"), [(np.ones(2), "shape"), (np.array([-1.0]), "negative"), (np.array([np.nan]), "finite")]
)
def test_weights_must_fit_and_be_sound(weights, message):
    one = msms({100.0: 1.0})
    with pytest.raises(InvalidSpectrumError, match=message):
        assign_peaks(one, one, tolerance=Dalton(0.1), query_weights=weights, reference_weights=np.ones(1))
