import numpy as np
import pytest

from spectra import Dalton, MassSpectrum, Ppm
from spectra.alignment import match_peaks


def peaks(*mz):
    return MassSpectrum(mz=np.array(mz), intensity=np.ones(len(mz)))


def pairs(query, reference, tolerance):
    found = match_peaks(query, reference, tolerance=tolerance)
    assert len(found) == len(found.query) == len(found.reference)
    return list(zip(found.query.tolist(), found.reference.tolist(), strict=True))


def test_the_nearest_peak_is_taken_first():
    # 100.2 is nearer to 100.1 than 100.0 is, so 100.0 is left without a partner
    assert pairs(peaks(100.0, 100.2), peaks(100.15), Dalton(0.3)) == [(1, 0)]


def test_a_peak_that_lost_its_nearest_partner_takes_the_next():
    assert pairs(peaks(100.0, 100.1), peaks(100.05, 100.3), Dalton(0.3)) == [(0, 0), (1, 1)]


def test_equal_distances_go_to_the_lower_query_then_to_the_lower_reference():
    assert pairs(peaks(100.0, 100.2), peaks(100.1), Dalton(0.3)) == [(0, 0)]
    assert pairs(peaks(100.1), peaks(100.0, 100.2), Dalton(0.3)) == [(0, 0)]


@pytest.mark.parametrize(("reference", "count"), [(100.3, 1), (99.7, 1), (100.300_001, 0), (99.699_999, 0)])
def test_the_interval_is_closed_to_the_micro_dalton(reference, count):
    assert len(pairs(peaks(100.0), peaks(reference), Dalton(0.3))) == count


@pytest.mark.parametrize(("reference", "count"), [(100.001, 1), (100.001_001, 0)])
def test_ppm_are_of_the_query(reference, count):
    assert len(pairs(peaks(100.0), peaks(reference), Ppm(10))) == count


def test_nothing_matches_nothing():
    empty = peaks()
    assert pairs(empty, peaks(58.0), Dalton(0.3)) == []
    assert pairs(peaks(58.0), empty, Dalton(0.3)) == []
    assert pairs(peaks(58.0), peaks(91.0), Dalton(0.3)) == []
