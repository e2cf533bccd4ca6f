import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import SIMPLE_EI, InvalidSettingError, MassSpectrum, match_factors
from spectra.search import founders as module
from spectra.search.founders import Founders
from spectra.search.packed import PackedSpectra
from tests.builders.examples import fewer

LEAST = 800.0
PEAKS = st.dictionaries(st.integers(38, 48), st.sampled_from([1, 100, 300, 999]), max_size=5)
ITEMS = st.lists(st.tuples(PEAKS, st.sampled_from([35.0, 40.0, 43.0])), min_size=1, max_size=14)


def a_spectrum(peaks):
    return MassSpectrum(mz=np.array(sorted(peaks), float), intensity=np.array([peaks[m] for m in sorted(peaks)], float))


def slow_twin(items):
    """Compare each with every founder before it, one pair after the other."""
    spectra, found = [a_spectrum(peaks) for peaks, _ in items], []
    for place, (_, lowest) in enumerate(items):
        best = (LEAST - 1e-9, place)
        for other in dict.fromkeys(found):
            cut = max(lowest, items[other][1])
            factor = match_factors(spectra[place], spectra[other], preset=SIMPLE_EI, lowest_mz=cut).match_factor
            if factor > best[0] + 1e-9:
                best = (factor, other)
        found.append(best[1])
    return found


def added(founders, items):
    spectra = PackedSpectra.of([a_spectrum(peaks) for peaks, _ in items])
    return founders.add(spectra, lowest_mz=np.array([lowest for _, lowest in items])).tolist()


@fewer(40)
@given(ITEMS, st.integers(1, 14))
def test_each_joins_the_most_alike_founder_before_it_in_whatever_portions_they_come(items, portion):
    expected = slow_twin(items)
    whole = Founders(preset=SIMPLE_EI, least=LEAST)
    assert added(whole, items) == expected
    parts = Founders(preset=SIMPLE_EI, least=LEAST)
    found = [one for first in range(0, len(items), portion) for one in added(parts, items[first : first + portion])]
    assert found == expected


@fewer(15)
@given(ITEMS, ITEMS)
def test_founders_that_are_restored_go_on_as_if_nothing_had_ended(before, after):
    expected = slow_twin([*before, *after])
    first = Founders(preset=SIMPLE_EI, least=LEAST)
    founders = sorted(set(added(first, before)))
    again = Founders(preset=SIMPLE_EI, least=LEAST)
    again.restore(
        np.array(founders),
        PackedSpectra.of([a_spectrum(before[place][0]) for place in founders]),
        lowest_mz=np.array([before[place][1] for place in founders]),
        seen=len(before),
    )
    assert added(again, after) == expected[len(before) :]


def test_more_than_one_portion(monkeypatch):
    monkeypatch.setattr(module, "_AT_A_TIME", 3)
    items = [({40 + place % 5: 999}, 35.0) for place in range(17)]
    assert added(Founders(preset=SIMPLE_EI, least=LEAST), items) == [place % 5 for place in range(17)]


def test_founders_of_lower_scans_are_compared_where_the_later_ones_began():
    founders = Founders(preset=SIMPLE_EI, least=LEAST)
    assert added(founders, [({36: 999, 45: 999}, 35.0)]) == [0]
    assert added(founders, [({45: 999}, 43.0), ({46: 999}, 43.0)]) == [0, 2]


@pytest.mark.parametrize("least", [0.0, 1000.0, float("nan")])
def test_a_limit_outside_its_domain_is_refused(least):
    with pytest.raises(InvalidSettingError, match="least match factor"):
        Founders(preset=SIMPLE_EI, least=least)
