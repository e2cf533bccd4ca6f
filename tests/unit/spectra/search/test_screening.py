import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import SIMPLE_EI, InvalidSettingError, MassSpectrum, match_factors
from spectra.search.packed import PackedSpectra
from spectra.search.screening import ScreenTable
from tests.builders.examples import fewer

SPECTRA = st.lists(
    st.dictionaries(st.integers(30, 60), st.integers(1, 999), min_size=1, max_size=8), min_size=1, max_size=6
)


def a_spectrum(peaks):
    return MassSpectrum(mz=np.array(sorted(peaks), float), intensity=np.array([peaks[m] for m in sorted(peaks)], float))


def screened(queries, library, *, least, lowest=1.0):
    table = ScreenTable.of(PackedSpectra.of(library), preset=SIMPLE_EI, lowest_mz=lowest)
    return table.screen(PackedSpectra.of(queries), least=least)


@fewer(25)
@given(SPECTRA, SPECTRA, st.sampled_from([100.0, 500.0, 900.0, 999.0]), st.sampled_from([1.0, 40.0, 45.5]))
def test_every_pair_that_reaches_the_limit_is_found_with_its_match_factor(queries, library, least, lowest):
    """The slow twin compares each pair by itself."""
    asked, there = [a_spectrum(one) for one in queries], [a_spectrum(one) for one in library]
    found = screened(asked, there, least=least, lowest=lowest)
    factors = {
        (q, r): match_factors(one, other, preset=SIMPLE_EI, lowest_mz=lowest).match_factor
        for q, one in enumerate(asked)
        for r, other in enumerate(there)
    }
    pairs = dict(zip(zip(found.query.tolist(), found.reference.tolist(), strict=True), found.match_factor, strict=True))
    assert {pair for pair, factor in factors.items() if factor >= least} <= set(pairs)
    for pair, factor in pairs.items():
        assert factor == pytest.approx(factors[pair], abs=1e-6)
        assert factors[pair] >= least - 2e-6
    assert list(pairs) == sorted(pairs)


def test_more_queries_than_are_held_at_once_and_masses_beyond_the_library():
    one, other = a_spectrum({50: 999, 60: 100}), a_spectrum({5000: 999})
    found = screened([other, one] * 3000, [one], least=999.0)
    assert found.query.tolist() == list(range(1, 6000, 2))
    assert len(found) == 3000


@pytest.mark.parametrize("least", [0.0, -1.0, 999.5, float("nan")])
def test_a_limit_outside_its_domain_is_refused(least):
    with pytest.raises(InvalidSettingError, match="least match factor"):
        screened([a_spectrum({50: 1})], [a_spectrum({50: 1})], least=least)
