import math

import numpy as np
import pytest

from spectra import InvalidSettingError, InvalidSpectrumError, MassSpectrum, Precursor
from spectra.cleaning_msms import (
    ENTROPY_CLEANING,
    MsmsCleaning,
    clean_msms,
    clean_msms_spectrum,
    entropy_weighted,
    entropy_weighted_spectrum,
)
from spectra.search.packed import PackedSpectra

MERGE_ONLY = MsmsCleaning(cut_below_precursor_da=None, weakest_peak_fraction=0.0, merge_distance_da=0.05)


def spectrum(*peaks, precursor=None):
    return MassSpectrum(
        mz=np.array([mz for mz, _ in peaks]),
        intensity=np.array([intensity for _, intensity in peaks]),
        precursor=None if precursor is None else Precursor(mz=precursor, charge=1, adduct="[M+H]+"),
    )


def test_the_published_figures():
    published = MsmsCleaning(cut_below_precursor_da=1.6, weakest_peak_fraction=0.01, merge_distance_da=0.05)
    assert published == ENTROPY_CLEANING


def test_the_cut_is_closed_to_the_micro_dalton():
    measured = spectrum((98.4, 1.0), (98.400001, 1.0), (99.0, 5.0), precursor=100.0)
    cleaning = MsmsCleaning(cut_below_precursor_da=1.6, weakest_peak_fraction=0.0, merge_distance_da=0.0)
    cleaned = clean_msms_spectrum(measured, cleaning=cleaning)
    assert cleaned.mz.tolist() == [98.4]
    assert cleaned.precursor == measured.precursor


def test_a_peak_of_exactly_the_weakest_fraction_stays():
    measured = spectrum((50.0, 1.0), (60.0, 0.99), (70.0, 100.0), precursor=200.0)
    assert clean_msms_spectrum(measured, cleaning=ENTROPY_CLEANING).mz.tolist() == [50.0, 70.0]


def test_the_strongest_peak_takes_in_what_is_near_before_the_others_do():
    measured = spectrum((50.0, 10.0), (50.05, 20.0), (50.1, 30.0), (50.15, 1.0), (50.150001, 7.0))
    cleaned = clean_msms_spectrum(measured, cleaning=MERGE_ONLY)
    # 50.10 takes 50.05 and 50.15; 50.00 stays alone, and so does the peak one micro-dalton too far
    assert cleaned.mz.tolist() == [50.0, round((50.05 * 20 + 50.1 * 30 + 50.15) / 51, 6), 50.150001]
    assert cleaned.intensity.tolist() == pytest.approx([10 / 68, 51 / 68, 7 / 68])


def test_a_mean_that_comes_near_its_neighbour_is_merged_again():
    # 50.00 takes in 50.04 but not 50.06; their mean, 50.018, is near enough to 50.06
    measured = spectrum((50.0, 5.0), (50.04, 4.0), (50.06, 1.0))
    assert len(clean_msms_spectrum(measured, cleaning=MERGE_ONLY)) == 1


def test_equal_intensities_the_lower_mz_goes_first():
    cleaned = clean_msms_spectrum(spectrum((50.0, 1.0), (50.05, 1.0), (50.1, 1.0)), cleaning=MERGE_ONLY)
    assert cleaned.mz.tolist() == [50.025, 50.1]


def test_nothing_left_is_an_empty_spectrum_in_its_place():
    empty, zero = spectrum(precursor=100.0), spectrum((50.0, 0.0), precursor=100.0)
    above = spectrum((99.0, 3.0), precursor=100.0)
    full = spectrum((50.0, 3.0), precursor=100.0)
    cleaned = clean_msms(PackedSpectra.of([empty, zero, full, above]), cleaning=ENTROPY_CLEANING)
    assert np.diff(cleaned.starts).tolist() == [0, 0, 1, 0]
    assert cleaned.intensity.tolist() == [1.0]
    assert len(clean_msms(PackedSpectra.of([]), cleaning=ENTROPY_CLEANING)) == 0


def test_huge_and_tiny_intensities_neither_overflow_nor_vanish():
    measured = PackedSpectra.of([spectrum((50.0, 1e308), (60.0, 1e308)), spectrum((50.0, 5e-324), (60.0, 5e-324))])
    assert clean_msms(measured, cleaning=MERGE_ONLY).intensity.tolist() == [0.5] * 4


def test_cutting_needs_a_precursor():
    measured = PackedSpectra.of([spectrum((50.0, 1.0), precursor=100.0), spectrum((50.0, 1.0))])
    with pytest.raises(InvalidSpectrumError, match=r"spectrum 1 has no precursor to cut 1\.6 Da below"):
        clean_msms(measured, cleaning=ENTROPY_CLEANING)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cut_below_precursor_da": -0.1}, "cut_below_precursor_da is -0.1"),
        ({"cut_below_precursor_da": math.nan}, "cut_below_precursor_da is nan"),
        ({"merge_distance_da": math.inf}, "merge_distance_da is inf"),
        ({"weakest_peak_fraction": 1.0}, r"weakest_peak_fraction is 1.0; expected in \[0, 1\)"),
        ({"weakest_peak_fraction": math.nan}, "weakest_peak_fraction is nan"),
    ],
)
def test_settings_out_of_range_are_refused(changed, message):
    settings = {"cut_below_precursor_da": 1.6, "weakest_peak_fraction": 0.01, "merge_distance_da": 0.05}
    with pytest.raises(InvalidSettingError, match=message):
        MsmsCleaning(**(settings | changed))


def test_weighting_by_hand():
    # S = ln 2: exponent 0.25 + 0.25 ln 2 = 0.42329, equal peaks stay equal
    even = spectrum((50.0, 4.0), (60.0, 4.0))
    assert entropy_weighted_spectrum(even).intensity.tolist() == pytest.approx([0.5, 0.5])
    uneven = entropy_weighted_spectrum(spectrum((50.0, 9.0), (60.0, 1.0)))
    entropy = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    lifted = [0.9 ** (0.25 + 0.25 * entropy), 0.1 ** (0.25 + 0.25 * entropy)]
    assert uneven.intensity.tolist() == pytest.approx([lifted[0] / sum(lifted), lifted[1] / sum(lifted)])


def test_spectra_of_high_entropy_and_peaks_of_none_stay_as_they_are():
    many = spectrum(*((50.0 + number, 1.0 + number % 2) for number in range(40)), (99.0, 0.0))
    weighted = entropy_weighted(PackedSpectra.of([many, spectrum((50.0, 0.0))]))
    assert weighted.intensity[:41].tolist() == pytest.approx((many.intensity / many.intensity.sum()).tolist())
    assert weighted.intensity[-1] == 0.0
