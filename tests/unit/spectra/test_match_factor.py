import numpy as np
import pytest

from spectra import SIMPLE_EI, MassSpectrum, MatchFactorPreset, UnitMass, Weighting, match_factors
from spectra.scores import prepare_spectrum

PLAIN = MatchFactorPreset(
    name="plain",
    version=1,
    weighting=Weighting(mz_exponent=0.0, intensity_exponent=1.0),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.0,
    source="test",
)


def spectrum(**peaks):
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=float)
    )


def test_the_preset_in_use_is_the_one_that_reports_name():
    assert (SIMPLE_EI.name, SIMPLE_EI.version, SIMPLE_EI.weakest_peak_fraction) == ("ei-simple", 1, 0.002)
    assert SIMPLE_EI.weighting == Weighting(mz_exponent=0.0, intensity_exponent=0.5)
    assert SIMPLE_EI.unit_mass == UnitMass(round_up_from=0.649)
    assert "10.1016/1044-0305(94)87009-8" in SIMPLE_EI.source


def test_match_factors_by_hand():
    # common ions 58 (3 and 4) and 91 (4 and 3): dot 24; norms of all ions 13 and 5, of the query's common ions 5
    query = spectrum(m58=3, m91=4, m120=12)
    reference = spectrum(m58=4, m91=3)
    found = match_factors(query, reference, preset=PLAIN, lowest_mz=40.0)
    assert found.match_factor == pytest.approx(999 * (24 / 65) ** 2)
    assert found.reverse_match_factor == pytest.approx(999 * (24 / 25) ** 2)
    assert found.matched_ions == 2


def test_the_simple_score_takes_square_roots():
    found = match_factors(spectrum(m58=9, m91=16), spectrum(m58=16, m91=9), preset=SIMPLE_EI, lowest_mz=40.0)
    assert found.match_factor == pytest.approx(999 * (24 / 25) ** 2)


def test_nothing_in_common_scores_nothing():
    found = match_factors(spectrum(m58=1), spectrum(m91=1), preset=SIMPLE_EI, lowest_mz=40.0)
    assert (found.match_factor, found.reverse_match_factor, found.matched_ions) == (0.0, 0.0, 0)


def test_an_empty_spectrum_scores_nothing():
    found = match_factors(spectrum(), spectrum(m91=1), preset=SIMPLE_EI, lowest_mz=40.0)
    assert (found.match_factor, found.reverse_match_factor, found.matched_ions) == (0.0, 0.0, 0)


def test_ions_below_the_scanned_range_count_neither_for_nor_against():
    query, reference = spectrum(m58=9, m91=16), spectrum(m28=500, m58=9, m91=16)
    assert match_factors(query, reference, preset=SIMPLE_EI, lowest_mz=40.0).match_factor == 999.0
    assert match_factors(query, reference, preset=SIMPLE_EI, lowest_mz=20.0).match_factor < 200.0


def test_the_range_is_cut_before_noise_is_judged():
    # 1 of 400 is below the limit of 0.002, 1 of 58's own 100 is above it
    prepared = prepare_spectrum(spectrum(m28=1000, m58=100, m91=1), SIMPLE_EI, lowest_mz=40.0)
    assert prepared.mz.tolist() == [58.0, 91.0]
    assert prepare_spectrum(spectrum(m28=1000, m58=100, m91=1), SIMPLE_EI, lowest_mz=20.0).mz.tolist() == [28.0, 58.0]


def test_a_peak_of_exactly_the_weakest_fraction_counts():
    assert prepare_spectrum(spectrum(m58=1000, m91=2), SIMPLE_EI, lowest_mz=40.0).mz.tolist() == [58.0, 91.0]
    assert prepare_spectrum(spectrum(m58=1000, m91=1.999), SIMPLE_EI, lowest_mz=40.0).mz.tolist() == [58.0]


@pytest.mark.parametrize("counts", [1e-60, 1e60])
def test_a_score_does_not_depend_on_the_unit_of_intensity(counts):
    query = spectrum(m58=9 * counts, m91=16 * counts)
    assert match_factors(query, query, preset=PLAIN, lowest_mz=40.0).match_factor == 999.0
    assert match_factors(query, spectrum(m58=9, m91=16), preset=PLAIN, lowest_mz=40.0).match_factor == 999.0
