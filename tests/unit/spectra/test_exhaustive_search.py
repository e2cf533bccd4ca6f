import numpy as np
import pytest

from spectra import (
    SIMPLE_EI,
    ExhaustiveSearch,
    Hit,
    InvalidSettingError,
    InvalidSpectrumError,
    LibraryEntry,
    MassSpectrum,
    MatchFactorPreset,
    UnitMass,
    Weighting,
)
from spectra.search.hits import rank_hits


def spectrum(**peaks):
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=float)
    )


def entry(identifier, *, group=None, **peaks):
    return LibraryEntry(identifier=identifier, group=group or identifier, spectrum=spectrum(**peaks))


def search(*entries, preset=SIMPLE_EI):
    return ExhaustiveSearch(entries, preset=preset, lowest_mz=40.0)


def identifiers(found):
    return [hit.identifier for hit in found.hits]


def test_hits_by_hand():
    index = search(entry("a", m58=16, m91=9), entry("b", m58=9), entry("c", m200=1))
    found = index.query(spectrum(m58=9, m91=16), top=5)
    assert found.hits == (
        Hit(
            identifier="a",
            match_factor=pytest.approx(999 * (24 / 25) ** 2),
            reverse_match_factor=pytest.approx(999 * (24 / 25) ** 2),
            matched_ions=2,
        ),
        Hit(identifier="b", match_factor=pytest.approx(999 * 9 / 25), reverse_match_factor=999.0, matched_ions=1),
    )
    assert (found.preset, found.searched) == ("ei-simple/1", 3)


def test_of_a_group_only_the_best_spectrum_is_a_hit():
    index = search(entry("a1", group="a", m58=1), entry("b1", group="b", m58=1, m91=1), entry("a2", group="a", m91=1))
    found = index.query(spectrum(m58=9, m91=16), top=5)
    assert identifiers(found) == ["b1", "a2"]


def test_equal_match_factors_go_by_reverse_match_factor_then_by_identifier():
    query = spectrum(m58=1, m91=1)
    same = search(entry("c", m58=2, m91=2), entry("a", m58=1, m91=1), entry("b", m58=3, m91=3)).query(query, top=3)
    assert identifiers(same) == ["a", "b", "c"]
    # squared cosines: x has 1 / (2 * 1), w has 4 / (2 * 4); reversed x has 1, w again 1/2
    one = search(entry("x", m58=1), entry("w", m58=1, m91=1, m150=2)).query(query, top=2)
    assert identifiers(one) == ["x", "w"]
    assert [hit.match_factor for hit in one.hits] == pytest.approx([999 / 2, 999 / 2])


@pytest.mark.parametrize("score", [0.0, 500.0, 500.000_000_000_5, 998.999_999_999_5])
def test_scores_that_only_rounding_made_different_are_ties_wherever_they_lie(score):
    scores = np.array([score + 3e-13, score + 1.0, score, score + 1e-6, score + 1e-13])
    found = rank_hits(scores, np.zeros(5), np.arange(5))
    assert found.order.tolist() == [1, 3, 0, 2, 4]
    assert found.tied.tolist() == [0, 1, 2, 2, 2]
    assert rank_hits(np.array([]), np.array([]), np.arange(0)).order.tolist() == []


def test_reverse_factors_decide_among_ties_only():
    found = rank_hits(np.array([7.0, 7.0, 8.0, 7.0]), np.array([1.0, 2.0, 0.0, 2.0 + 1e-12]), np.array([0, 2, 3, 1]))
    assert found.order.tolist() == [2, 3, 1, 0]
    assert found.tied.tolist() == [0, 1, 1, 1]


def test_only_the_top_groups_are_given():
    index = search(*(entry(name, m58=1, m91=place) for place, name in enumerate("abcde")))
    assert identifiers(index.query(spectrum(m58=1), top=2)) == ["a", "b"]


def test_the_library_is_cut_where_the_scan_begins():
    found = search(entry("a", m28=999, m58=1)).query(spectrum(m28=5, m58=1), top=1)
    assert found.hits[0].match_factor == 999.0


def test_ions_beyond_the_library_count_against_the_match_only():
    found = search(entry("a", m58=9)).query(spectrum(m58=9, m500=16), top=1)
    assert found.hits[0].match_factor == pytest.approx(999 * 9 / 25)
    assert found.hits[0].reverse_match_factor == 999.0


def test_empty_spectra_of_a_library_match_nothing():
    found = search(entry("a"), entry("b", m58=1)).query(spectrum(m58=1), top=5)
    assert identifiers(found) == ["b"]
    assert identifiers(search(entry("a")).query(spectrum(m58=1), top=5)) == []


def test_a_hit_too_weak_to_tell_from_nothing_is_a_hit_all_the_same():
    all_peaks = MatchFactorPreset(
        name="all",
        version=1,
        weighting=Weighting(mz_exponent=0.0, intensity_exponent=1.0),
        unit_mass=UnitMass(),
        weakest_peak_fraction=0.0,
        source="test",
    )
    index = search(entry("a", m91=1), entry("b", m58=1e-9, m91=1), preset=all_peaks)
    found = index.query(spectrum(m58=1), top=5)
    assert identifiers(found) == ["b"]
    assert found.hits[0].matched_ions == 1


def test_a_library_without_spectra_is_refused():
    with pytest.raises(InvalidSettingError, match="a library without spectra cannot be searched"):
        search()


def test_an_identifier_twice_is_refused():
    with pytest.raises(InvalidSettingError, match="two spectra of the library share an identifier"):
        search(entry("a", m58=1), entry("a", m91=1))


def test_top_is_at_least_one():
    with pytest.raises(InvalidSettingError, match="top is 0; expected at least 1"):
        search(entry("a", m58=1)).query(spectrum(m58=1), top=0)


def test_a_query_without_a_peak_in_the_scanned_range_is_refused():
    with pytest.raises(InvalidSpectrumError, match="the query has no peak from m/z 40 on"):
        search(entry("a", m58=1)).query(spectrum(m28=1), top=1)
