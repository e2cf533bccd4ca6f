import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra.search.top_k import positions_from

LENGTHS = st.sampled_from([0, 1, 15, 4096, 4097, 4111, 20_000])
KINDS = st.sampled_from([np.uint16, np.uint64, np.float32])


@given(LENGTHS, KINDS, st.integers(1, 9), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_what_reaches_a_limit_is_found_wherever_it_stands(length, kind, least, share, seed):
    random = np.random.default_rng(seed)
    scores = (random.integers(0, 10, length) * (random.random(length) < share**4)).astype(kind)
    found = positions_from(scores, least)
    assert sorted(found.tolist()) == [place for place, score in enumerate(scores.tolist()) if score >= least]


@pytest.mark.parametrize("length", [1, 4096, 4097, 4111, 20_000])
def test_a_single_score_is_found_at_either_end_and_between(length):
    for place in {0, 1 % length, length // 2, length - 1}:
        scores = np.zeros(length, dtype=np.uint16)
        scores[place] = 65_535
        assert positions_from(scores, 65_535).tolist() == [place]
