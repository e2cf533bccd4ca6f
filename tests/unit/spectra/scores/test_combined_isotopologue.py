import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from spectra import InvalidSettingError, MassSpectrum
from spectra.scores import (
    COMBINED_EI,
    SIMPLE_HYBRID_EI,
    CandidateCompound,
    CombinedPreset,
    hybrid_ei,
    identity_match_factors,
    rank_compounds_ei,
    weigh_low_entropy,
)
from spectra.scores.combined import Explanations, rank_by_explanations
from spectra.scores.combined_ei import COMBINED_EI_ISOTOPOLOGUES, ei_explanations
from spectra.scores.combined_isotopologue import (
    ISOTOPOLOGUE_EVIDENCE,
    MASS_SHIFTS,
    estimate_mass_shifts,
    isotopologue_evidence,
)
from spectra.scores.ei_evidence import WHOLE_EVIDENCE, whole_evidence
from spectra.scores.nist_identity import NIST_IDENTITY_EI

WIDTH = 140
PARENT = {44: 999, 65: 120, 91: 400, 105: 60, 119: 150}
LABELLED = {44: 999, 70: 110, 96: 420, 110: 60, 124: 160}
"""Simulated: the ring's five hydrogen atoms are deuterium."""
STRANGER = {44: 999, 58: 300, 77: 200, 115: 90}


def ei(peaks):
    return MassSpectrum(mz=np.array(list(peaks), dtype=float), intensity=np.array(list(peaks.values()), dtype=float))


def row(peaks):
    values = np.zeros(WIDTH)
    values[list(peaks)] = list(peaks.values())
    return values


def candidate(group, *spectra):
    return CandidateCompound(group=group, spectra=tuple(ei(peaks) for peaks in spectra))


def ranked(query, candidates, preset=COMBINED_EI_ISOTOPOLOGUES):
    return rank_compounds_ei(ei(query), candidates, preset=preset, lowest_mz=40.0)


def test_a_labelled_standard_finds_its_parent_and_the_answer_says_so():
    first, second = ranked(LABELLED, [candidate("stranger", STRANGER), candidate("parent", PARENT)])
    assert (first.group, first.mass_shift) == ("parent", 5)
    assert second.group == "stranger"
    values = dict(first.evidence)
    assert values["moved"] == 1.0
    assert values["identity, nothing cut"] == 0.0


def test_a_parent_finds_its_labelled_standard():
    first, *_ = ranked(PARENT, [candidate("stranger", STRANGER), candidate("labelled", LABELLED)])
    assert (first.group, first.mass_shift) == ("labelled", -5)


def test_the_same_masses_beat_an_isotopologue():
    own = {**LABELLED, 96: 400}
    first, second = ranked(LABELLED, [candidate("parent", PARENT), candidate("own", STRANGER, own)])
    assert (first.group, first.mass_shift) == ("own", 0)
    assert (second.group, second.mass_shift) == ("parent", 5)
    assert dict(first.evidence)["moved"] == 0.0


def test_the_older_preset_moves_nothing():
    found = ranked(LABELLED, [candidate("parent", PARENT), candidate("stranger", STRANGER)], COMBINED_EI)
    assert [compound.mass_shift for compound in found] == [0, 0]


def test_contributions_add_up_to_the_score():
    weights = dict(COMBINED_EI_ISOTOPOLOGUES.coefficients)
    for compound in ranked(LABELLED, [candidate("parent", PARENT), candidate("own", LABELLED)]):
        values = dict(compound.evidence)
        assert dict(compound.contributions) == pytest.approx({name: weights[name] * values[name] for name in weights})
        assert compound.score == pytest.approx(sum(value for _, value in compound.contributions))


def test_all_moved_pieces_are_of_one_spectrum():
    near = {**PARENT, 91: 300}
    explained = ei_explanations(row(LABELLED), np.stack([row(STRANGER), row(near), row(PARENT)]), [2, 1], moved=True)
    estimated = estimate_mass_shifts(row(LABELLED), np.stack([row(near), row(PARENT)]))
    expected = isotopologue_evidence(row(LABELLED), np.stack([row(near), row(PARENT)]), estimated.shift)
    assert explained.candidate.tolist() == [0, 1, 0, 1]
    assert explained.mass_shift.tolist() == [0, 0, 5, 5]
    assert np.allclose(explained.evidence[2:, -len(ISOTOPOLOGUE_EVIDENCE) :], expected)


def test_the_estimated_shift_is_that_of_the_best_hybrid():
    # twin: the pairwise hybrid with each shift handed in
    for query, reference in ((LABELLED, PARENT), (PARENT, LABELLED), (STRANGER, PARENT), (LABELLED, STRANGER)):
        cosines = [
            hybrid_ei(ei(query), ei(reference), preset=SIMPLE_HYBRID_EI, nominal_mass_difference=shift)
            for shift in MASS_SHIFTS
        ]
        found = estimate_mass_shifts(row(query), row(reference)[None, :])
        assert found.cosine[0] == pytest.approx(max(cosines))
        assert found.shift[0] == MASS_SHIFTS[int(np.argmax(np.round(cosines, 12)))]


def test_the_pieces_are_the_published_scores_of_the_moved_spectrum():
    moved = row({mass + 5: value for mass, value in PARENT.items()})
    both, query, masses = np.maximum(row(PARENT), moved), row(LABELLED), np.arange(float(WIDTH))
    found = isotopologue_evidence(query, row(PARENT)[None, :], np.array([5]))[0]
    left, right = weigh_low_entropy(query), weigh_low_entropy(both)
    excess = 2.0 * entropy((left + right) / 2.0) - entropy(left) - entropy(right)
    assert found[0] == pytest.approx(1.0 - excess / np.log(4.0))
    for value, (mz, power) in zip(found[1:3], ((1.3, 0.53), (3.0, 0.6)), strict=True):
        left, right = masses**mz * query**power, masses**mz * moved**power
        assert value == pytest.approx(left @ right / np.linalg.norm(left) / np.linalg.norm(right))
    assert found[3:].tolist() == [0.0, 1.0]


def test_the_distance_of_the_highest_masses_is_capped():
    found = isotopologue_evidence(row(PARENT), np.stack([row({44: 999}), row({44: 999, 116: 50})]), np.array([3, 3]))
    assert found[:, 3].tolist() == [5.0, 0.0]


@given(
    st.dictionaries(st.integers(40, 110), st.floats(20.0, 999.0), min_size=2, max_size=12),
    st.sampled_from(MASS_SHIFTS),
)
def test_a_spectrum_moved_as_a_whole_matches_in_full(peaks, shift):
    moved = {mass + shift: value for mass, value in peaks.items()}
    found = isotopologue_evidence(row(moved), row(peaks)[None, :], np.array([shift]))[0]
    assert found[1:3] == pytest.approx(1.0)
    assert found[3] == 0.0
    assert np.isfinite(found).all()
    assert 0.0 <= found[0] <= 1.0


def test_nothing_but_rounding_is_cut_from_the_identity():
    # ions of 1 and below: whether they count must be as in the published identity
    query = {44: 999, 45: 0.7, 60: 1.2, 77: 2.4, 91: 400, 92: 1.0}
    reference = {44: 999, 45: 1.6, 60: 0.4, 77: 1.4, 91: 380, 93: 0.6, 100: 3.0}
    found = whole_evidence(np.arange(float(WIDTH)), row(query), row(reference)[None, :])[0]
    outside = identity_match_factors(ei(query), ei(reference), preset=NIST_IDENTITY_EI)
    assert found[WHOLE_EVIDENCE.index("identity, nothing cut")] * 1000 - 0.5 == pytest.approx(outside.match_factor)
    reverse = found[WHOLE_EVIDENCE.index("identity, reverse, nothing cut")]
    assert reverse * 1000 - 0.5 == pytest.approx(outside.reverse_match_factor)


def test_an_empty_candidate_is_ranked_last():
    empty = candidate("empty", {30: 5})
    found = ranked(LABELLED, [empty, candidate("parent", PARENT)])
    assert [compound.group for compound in found] == ["parent", "empty"]


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InvalidSettingError, match="as the query"):
        estimate_mass_shifts(row(PARENT), np.zeros((2, WIDTH - 1)))
    with pytest.raises(InvalidSettingError, match="as the query"):
        estimate_mass_shifts(row(PARENT), row(PARENT))
    with pytest.raises(InvalidSettingError, match="a shift for each row"):
        isotopologue_evidence(row(PARENT), row(PARENT)[None, :], np.array([3, 4]))


def test_explanations_belong_to_candidates():
    preset = CombinedPreset(name="x", version=1, coefficients=(("a", 1.0),), provenance="test", source="test")
    with pytest.raises(InvalidSettingError, match="as many of each"):
        Explanations(candidate=np.array([0]), evidence=np.ones((2, 1)), mass_shift=np.array([0, 0]))
    lonely = Explanations(candidate=np.array([0]), evidence=np.ones((1, 1)), mass_shift=np.array([0]))
    with pytest.raises(InvalidSettingError, match="a row for each"):
        rank_by_explanations("pq", lonely, ["a"], preset=preset)
    with pytest.raises(InvalidSettingError, match="2 columns"):
        rank_by_explanations("p", lonely, ["a", "b"], preset=preset)


def test_of_equal_explanations_the_first_counts_and_of_equal_candidates_the_order_given():
    preset = CombinedPreset(name="x", version=1, coefficients=(("a", 1.0),), provenance="test", source="test")
    rows = Explanations(candidate=np.array([1, 0, 1, 0]), evidence=np.ones((4, 1)), mass_shift=np.array([0, 0, 5, 5]))
    found = rank_by_explanations("pq", rows, ["a"], preset=preset)
    assert [(compound.group, compound.mass_shift) for compound in found] == [("p", 0), ("q", 0)]
