import math

import numpy as np
import pytest

from spectra import InvalidSpectrumError, MassSpectrum, Precursor
from spectra.spectrum import MAX_MZ


def spectrum(mz, intensity, **facts):
    return MassSpectrum(mz=np.array(mz, dtype=float), intensity=np.array(intensity, dtype=float), **facts)


def test_a_spectrum_keeps_its_numbers_and_nobody_can_change_them():
    mz = np.array([58.0, 91.0])
    made = MassSpectrum(mz=mz, intensity=np.array([100.0, 25.0]))
    mz[0] = 1.0
    assert made.mz.tolist() == [58.0, 91.0]
    assert len(made) == 2
    assert made.base_peak_mz == 58.0
    for array in (made.mz, made.intensity):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5.0


def test_equal_neighbours_and_intensity_zero_are_allowed():
    assert spectrum([58, 58], [0, 3]).base_peak_mz == 58.0


def test_of_equal_peaks_the_lowest_is_the_base_peak():
    assert spectrum([41, 58], [7, 7]).base_peak_mz == 41.0


def test_an_empty_spectrum_exists_but_has_no_base_peak():
    empty = spectrum([], [])
    assert len(empty) == 0
    with pytest.raises(InvalidSpectrumError, match="empty spectrum has no base peak"):
        _ = empty.base_peak_mz


@pytest.mark.parametrize(
    ("mz", "intensity", "message"),
    [
        ([58, 91], [1], r"m/z has shape \(2,\), intensity \(1,\); expected two equal one-dimensional shapes"),
        ([[58, 91]], [[1, 2]], r"m/z has shape \(1, 2\)"),
        (58, 1, r"m/z has shape \(\)"),
        ([58, math.nan], [1, 1], "peak 2: m/z is nan, not a finite number"),
        ([58, math.inf], [1, 1], "peak 2: m/z is inf"),
        ([58, 91], [math.nan, 1], "peak 1: intensity is nan"),
        ([58, 91], [1, -math.inf], "peak 2: intensity is -inf"),
        ([0, 58], [1, 1], "peak 1: m/z is 0.0, expected above 0 and at most 100000"),
        ([-1, 58], [1, 1], "peak 1: m/z is -1.0"),
        ([58, 100_000.5], [1, 1], "peak 2: m/z is 100000.5"),
        ([58, 91], [1, -1], "peak 2: intensity is -1.0, negative"),
        ([58, 91, 41], [1, 1, 1], "peak 3: m/z 41.0 stands after 91.0; expected rising m/z"),
    ],
)
def test_what_no_spectrum_can_have_is_refused_with_the_peak(mz, intensity, message):
    with pytest.raises(InvalidSpectrumError, match=message):
        spectrum(mz, intensity)


def test_the_largest_mz_is_inside():
    assert spectrum([MAX_MZ], [1]).base_peak_mz == MAX_MZ


def test_unsorted_peaks_are_sorted_and_equal_ones_keep_their_order():
    made = MassSpectrum.from_unsorted([91, 58, 58], [1, 2, 3], precursor=Precursor(mz=120.0, charge=1, adduct="[M+H]+"))
    assert made.mz.tolist() == [58, 58, 91]
    assert made.intensity.tolist() == [2, 3, 1]
    assert made.precursor == Precursor(mz=120.0, charge=1, adduct="[M+H]+")


@pytest.mark.parametrize(("mz", "intensity"), [([1, 2], [1]), ([[1]], [[1]])])
def test_unsorted_peaks_of_unequal_shape_are_refused(mz, intensity):
    with pytest.raises(InvalidSpectrumError, match="equal one-dimensional shapes"):
        MassSpectrum.from_unsorted(mz, intensity)


def test_spectra_are_equal_by_their_numbers_and_precursor():
    one, same = spectrum([58], [1]), spectrum([58], [1])
    assert one == same
    assert hash(one) == hash(same)
    assert one != spectrum([58], [2])
    assert one != spectrum([59], [1])
    assert one != spectrum([58], [1], precursor=Precursor(mz=100.0))
    assert one != "58 1"


def test_equal_spectra_have_equal_hashes_also_with_a_negative_zero():
    zero, negative_zero = spectrum([58], [0.0]), spectrum([58], [-0.0])
    assert zero == negative_zero
    assert hash(zero) == hash(negative_zero)
