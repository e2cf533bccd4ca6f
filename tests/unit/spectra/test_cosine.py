import math

import numpy as np
import pytest

from spectra import InvalidSpectrumError, weighted_cosine
from spectra.alignment import PeakPairs


def pairs(*positions):
    return PeakPairs(
        query=np.array([q for q, _ in positions], dtype=np.int64),
        reference=np.array([r for _, r in positions], dtype=np.int64),
    )


def test_the_cosine_of_two_weighted_spectra():
    # common ions 2 x 6 and 1 x 3: 15 over the norms 3 and 7
    query, reference = np.array([2.0, 1.0, 2.0]), np.array([2.0, 6.0, 3.0])
    assert weighted_cosine(query, reference, pairs((0, 1), (1, 2))) == pytest.approx(15.0 / 21.0)


def test_no_common_ion_scores_nothing():
    assert weighted_cosine(np.array([1.0]), np.array([1.0]), pairs()) == 0.0


def test_a_spectrum_without_signal_scores_nothing():
    assert weighted_cosine(np.array([0.0]), np.array([1.0]), pairs((0, 0))) == 0.0
    assert weighted_cosine(np.array([]), np.array([]), pairs()) == 0.0


def test_rounding_never_lifts_a_score_above_one():
    weights = np.array([3.9, 7.8])
    assert float(weights @ weights) / float(np.linalg.norm(weights) ** 2) > 1.0
    assert weighted_cosine(weights, weights, pairs((0, 0), (1, 1))) == 1.0


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_weights_are_finite_and_not_negative(bad):
    good = np.array([1.0])
    for query, reference in ((np.array([bad]), good), (good, np.array([bad]))):
        with pytest.raises(InvalidSpectrumError, match="peak weights must be finite and not negative"):
            weighted_cosine(query, reference, pairs((0, 0)))
