import math

import numpy as np
import pytest

from spectra.chromatogram.peaks import PeakPicking, noise_level, pick_peaks
from spectra.errors import InvalidSettingError

PICKING = PeakPicking(minimum_signal_to_noise=10.0, minimum_width_scans=1.5)


def gaussian(n_scans, *peaks, base=0.0):
    scans = np.arange(n_scans, dtype=float)
    return base + sum(height * np.exp(-0.5 * ((scans - apex) / width) ** 2) for apex, height, width in peaks)


def test_noise_is_judged_by_the_steps_from_scan_to_scan():
    # steps 100, -300, 200, 0: median 50, deviations 50, 350, 150, 50, their median 100
    signal = np.array([0.0, 100.0, -200.0, 0.0, 0.0])
    assert noise_level(signal) == pytest.approx(1.4826 * 100.0 / math.sqrt(2.0))


@pytest.mark.parametrize("signal", [[], [5.0], [5.0, 5.0, 5.0]])
def test_noise_is_never_below_one_count(signal):
    assert noise_level(np.array(signal)) == 1.0


@pytest.mark.parametrize("limits", [(0.0, 1.5), (10.0, 0.0), (-1.0, 1.5), (math.nan, 1.5), (10.0, math.nan)])
def test_limits_are_above_zero(limits):
    with pytest.raises(InvalidSettingError, match="peak limits must be above 0"):
        PeakPicking(minimum_signal_to_noise=limits[0], minimum_width_scans=limits[1])


@pytest.mark.parametrize("signal", [[], [7.0], [7.0, 7.0], list(range(30))])
def test_a_signal_without_a_peak_has_none(signal):
    assert pick_peaks(np.array(signal, dtype=float), picking=PICKING) == ()


def test_a_triangle_by_hand():
    # rises by 100 a scan to 1000 in scan 10, and falls again: half height in scans 5 and 15, 5 % at 0.5 and 19.5
    signal = np.concatenate([np.arange(0, 1000, 100), np.arange(1000, -1, -100), np.zeros(20)]).astype(float)
    (peak,) = pick_peaks(signal, picking=PICKING)
    assert peak.apex_scan == 10
    assert (peak.core_first, peak.core_last) == (5, 15)
    assert (peak.first_scan, peak.last_scan) == (0, 20)
    assert peak.signal_to_noise == 1000.0 / noise_level(signal)


def test_a_spike_of_one_scan_is_no_peak():
    signal = np.zeros(40)
    signal[20] = 1e6
    assert pick_peaks(signal, picking=PICKING) == ()
    assert len(pick_peaks(gaussian(40, (20, 1e6, 2.0)), picking=PICKING)) == 1


def test_a_peak_below_the_signal_to_noise_limit_is_no_peak():
    signal = gaussian(60, (30, 9.9, 3.0))
    assert noise_level(signal) == 1.0
    assert pick_peaks(signal, picking=PICKING) == ()
    assert len(pick_peaks(gaussian(60, (30, 10.1, 3.0)), picking=PICKING)) == 1


def test_neighbours_meet_in_the_valley_between_them():
    first, second = pick_peaks(gaussian(120, (50, 1e5, 4.0), (64, 1e5, 4.0)), picking=PICKING)
    assert (first.apex_scan, second.apex_scan) == (50, 64)
    assert first.last_scan == second.first_scan == 57


def test_the_core_of_a_large_peak_ends_where_its_smaller_neighbour_begins():
    signal = gaussian(120, (50, 1e5, 4.0), (60, 9e4, 4.0))
    large, small = pick_peaks(signal, picking=PICKING)
    valley = large.last_scan
    assert signal[valley] > 0.5 * signal[large.apex_scan]
    assert large.core_last == valley
    assert small.core_first >= valley
