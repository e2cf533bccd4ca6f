import numpy as np
import pytest

from spectra import MassSpectrum, UnitMass, Weighting
from spectra.scores import (
    COMPOSITE_KIM,
    COMPOSITE_STEIN_SCOTT,
    NIST_IDENTITY_EI,
    CompositePreset,
    composite_score,
    identity_match_factors,
)

PLAIN = CompositePreset(
    name="plain",
    version=1,
    weighting=Weighting(mz_exponent=0.0, intensity_exponent=1.0),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.0,
    source="test",
)


def ei(**peaks):
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=float)
    )


def identity(query, reference):
    return identity_match_factors(query, reference, preset=NIST_IDENTITY_EI)


def test_the_identity_of_one_ion_is_full():
    assert identity(ei(m58=5), ei(m58=1)).match_factor == 999.5


def test_nothing_in_common_is_no_identity():
    found = identity(ei(m58=5), ei(m91=1))
    assert (found.match_factor, found.reverse_match_factor, found.matched_ions) == (0.0, 0.0, 0)
    assert identity(ei(), ei(m91=1)).match_factor == identity(ei(m91=1), ei(m91=0)).match_factor == 0.0


def test_the_comparison_starts_at_the_larger_first_mass():
    assert identity(ei(m28=300, m58=999, m91=100), ei(m58=999, m91=100)).match_factor == 999.5


def test_lone_ions_of_one_count_do_not_count():
    assert identity(ei(m58=999, m70=1, m91=100), ei(m58=999, m91=100)).match_factor == 999.5
    assert identity(ei(m58=999, m70=2, m91=100), ei(m58=999, m91=100)).match_factor < 999.5


def test_common_ions_of_one_count_do_not_count():
    assert identity(ei(m58=999, m70=1), ei(m58=999, m70=1)).matched_ions == 1
    assert identity(ei(m58=999, m70=1), ei(m58=999, m70=2)).matched_ions == 2


def test_a_lone_ion_takes_out_the_step_across_it():
    # 58 and 91 alike but for the step; with 70 between them no pair is left, and the cosine stands alone
    broken = identity(ei(m58=999, m70=100, m91=100), ei(m58=999, m91=400))
    dot = 58 * 999 + 91 * np.sqrt(100 * 400)
    term = dot**2 / ((58 * 999 + 70 * 100 + 91 * 100) * (58 * 999 + 91 * 400))
    assert broken.match_factor == pytest.approx(1000 * term - 0.5)
    assert broken.reverse_match_factor == pytest.approx(
        1000 * dot**2 / ((58 * 999 + 91 * 100) * (58 * 999 + 91 * 400)) - 0.5
    )


def test_a_composite_by_hand():
    # cosine 24/25; steps 4/3 and 3/4: ratio 9/16; 3 ions in the query with 2 common: (3 F_D + 2 F_R) / 5
    query, reference = ei(m58=3, m91=4, m120=12), ei(m58=4, m91=3)
    assert composite_score(query, reference, preset=PLAIN) == pytest.approx((3 * 24 / 65 + 2 * 9 / 16) / 5)


def test_a_composite_without_neighbours_is_the_cosine():
    assert composite_score(ei(m58=3, m91=4), ei(m91=2), preset=PLAIN) == pytest.approx(0.8)
    assert composite_score(ei(m58=3), ei(m91=2), preset=PLAIN) == composite_score(ei(), ei(m91=2), preset=PLAIN) == 0.0


@pytest.mark.parametrize("preset", [COMPOSITE_KIM, COMPOSITE_STEIN_SCOTT])
def test_a_spectrum_has_a_full_composite_with_itself(preset):
    one = ei(m58=999, m91=20, m119=3)
    assert composite_score(one, one, preset=preset) == pytest.approx(1.0)
