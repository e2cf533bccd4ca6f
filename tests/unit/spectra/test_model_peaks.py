import math

import numpy as np
import pytest

from spectra.chromatogram.background import CountingNoise
from spectra.chromatogram.model_peaks import LONGEST_SIDE_SCANS, ModelPeak, independent_peaks, model_peak

NOISE = CountingNoise(factor=1.0, threshold=1.0)
SCANS = np.arange(300)
TIMES = 100.0 + 0.5 * SCANS


def gaussian(time, *, height=1e4, sigma=2.0):
    return height * np.exp(-0.5 * ((SCANS - time) / sigma) ** 2)


def cut_out(*traces, ions=None, time=150.0):
    traces = np.stack(traces, axis=1)
    ions = np.arange(traces.shape[1]) if ions is None else np.array(ions)
    return model_peak(traces, ions, time_scans=time, noise=NOISE)


def made(profile, *, first_scan=10, time=None):
    profile = np.array(profile, dtype=float)
    time = first_scan + float(np.argmax(profile)) if time is None else time
    return ModelPeak(time_scans=time, first_scan=first_scan, profile=profile)


TRIANGLE = made([0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0])


def test_the_shape_of_a_peak_is_cut_out():
    model = cut_out(gaussian(150.0), gaussian(150.0, height=5e3), ions=[0, 1])
    assert model.profile.max() == 1.0
    assert model.apex_scan == 150
    assert (model.first_scan, model.end_scan) == (143, 158)  # 1 % of the height is left after three sigma
    assert model.profile == pytest.approx(np.exp(-0.5 * ((np.arange(143, 158) - 150) / 2.0) ** 2), abs=0.01)


def test_other_ions_have_no_part_in_it():
    wide = gaussian(150.0, sigma=20.0)
    assert cut_out(gaussian(150.0), wide, ions=[0]).profile.tolist() == cut_out(gaussian(150.0)).profile.tolist()


def test_a_model_ends_in_the_valley_to_a_neighbour():
    model = cut_out(gaussian(150.0) + gaussian(162.0, height=2e4))
    assert model.first_scan == 143
    assert 155 <= model.end_scan - 1 <= 156


def test_a_model_stands_on_the_line_between_its_ends():
    steady, rising = cut_out(gaussian(150.0) + 500.0), cut_out(gaussian(150.0) + SCANS)
    alone = cut_out(gaussian(150.0))
    for model in (steady, rising):
        assert model.over(143, 158) == pytest.approx(alone.over(143, 158), abs=0.02)


def test_no_peak_is_followed_without_end():
    model = cut_out(gaussian(150.0, sigma=60.0))
    assert (model.first_scan, model.end_scan) == (150 - LONGEST_SIDE_SCANS, 150 + LONGEST_SIDE_SCANS + 1)


def test_a_peak_at_the_end_of_a_run_is_cut_there():
    assert cut_out(gaussian(1.0), time=1.0).first_scan == 0
    assert cut_out(gaussian(298.0), time=298.0).end_scan == 300


@pytest.mark.parametrize("signal", [np.zeros(300), np.full(300, -5.0), 1.0 * SCANS, -1.0 * SCANS])
def test_what_rises_above_neither_end_is_no_peak(signal):
    assert cut_out(signal) is None


def test_a_peak_that_is_elsewhere_is_not_taken_for_one_at_the_time_of_the_ions():
    assert cut_out(gaussian(150.0), time=151.0) is not None
    for time in (154.0, 170.0):
        assert cut_out(gaussian(150.0), time=time) is None


def test_width_by_hand():
    # half height is crossed at scans 11 and 14
    assert TRIANGLE.width_s(TIMES) == pytest.approx(1.5)
    assert TRIANGLE.core_scans() == 4


def test_width_of_a_gaussian():
    assert cut_out(gaussian(150.0, sigma=6.0)).width_s(TIMES) == pytest.approx(6.0 * 2.3548 * 0.5, rel=0.02)


def test_an_end_above_half_height_counts_as_the_crossing():
    assert made([0.6, 1.0, 0.0]).width_s(TIMES) == pytest.approx(0.5 * 1.5)


def test_tailing_by_hand():
    # 10 % is crossed 1.8 scans before the apex and 3.6 after it
    assert TRIANGLE.tailing(TIMES) == pytest.approx(2.0)
    assert made([0.0, 0.25, 0.5, 0.75, 1.0, 0.5, 0.0]).tailing(TIMES) == pytest.approx(0.5)


@pytest.mark.parametrize("profile", [[0.2, 1.0, 0.0], [0.0, 1.0, 0.2]])
def test_tailing_is_unknown_where_an_end_is_too_high(profile):
    assert math.isnan(made(profile).tailing(TIMES))


def test_tailing_is_unknown_where_the_front_has_no_length():
    assert math.isnan(made([0.0, 1.0, 0.5, 0.0], time=10.05).tailing(TIMES))


def test_a_profile_in_a_window():
    assert TRIANGLE.over(8, 13).tolist() == [0.0, 0.0, 0.0, 0.5, 1.0]
    assert TRIANGLE.over(14, 19).tolist() == [0.5, 0.25, 0.0, 0.0, 0.0]
    assert TRIANGLE.over(30, 33).tolist() == [0.0] * 3
    assert TRIANGLE.over(0, 5).tolist() == [0.0] * 5


def test_likeness_is_that_of_shapes_where_they_stand():
    same, apart = made(TRIANGLE.profile), made(TRIANGLE.profile, first_scan=40)
    assert TRIANGLE.likeness(same) == pytest.approx(1.0)
    assert TRIANGLE.likeness(apart) == 0.0
    assert 0.0 < TRIANGLE.likeness(made(TRIANGLE.profile, first_scan=11)) < 1.0


def test_a_sum_of_neighbours_is_no_peak_of_its_own():
    first, second = cut_out(gaussian(150.0)), cut_out(gaussian(155.0), time=155.0)
    summed = made(first.over(140, 165) + 0.7 * second.over(140, 165), first_scan=140)
    alone = cut_out(gaussian(200.0), time=200.0)
    assert independent_peaks([first, summed, second, alone], unexplained=0.15) == [first, second, alone]
    assert independent_peaks([first, second], unexplained=0.15) == [first, second]
    assert independent_peaks([], unexplained=0.15) == []


def test_of_two_equal_peaks_one_stays():
    again = made(TRIANGLE.profile)
    assert independent_peaks([TRIANGLE, again], unexplained=0.15) == [again]
