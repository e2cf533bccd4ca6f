import numpy as np
import pytest

from spectra.chromatogram.background import CountingNoise
from spectra.chromatogram.ion_maxima import ion_maxima

NOISE = CountingNoise(factor=1.0, threshold=1.0)
SCANS = np.arange(60)


def gaussian(time, *, height=1e4, sigma=1.2):
    return height * np.exp(-0.5 * ((SCANS - time) / sigma) ** 2)


def found(*traces, minimum_rise=5.0, noise=NOISE):
    counts = np.stack(traces, axis=1)
    return ion_maxima(counts, np.zeros_like(counts), noise=noise, minimum_rise=minimum_rise)


@pytest.mark.parametrize("time", [30.0, 30.2, 30.49, 29.7])
@pytest.mark.parametrize("sigma", [1.0, 1.5, 3.0, 6.0])
def test_the_time_is_found_to_a_fraction_of_a_scan(time, sigma):
    maxima = found(gaussian(time, sigma=sigma))
    assert maxima.time_scans == pytest.approx([time], abs=0.06)


def test_maxima_come_in_the_order_of_time_with_their_ions():
    maxima = found(gaussian(40.0), gaussian(20.0))
    assert len(maxima) == 2
    assert maxima.column.tolist() == [1, 0]


def test_sharpness_by_hand():
    # 100 counts, noise 10: falls of 40 and 100 in one and two scans before, 20 and 40 after
    trace = np.zeros(60)
    trace[29:33] = [60.0, 100.0, 80.0, 60.0]
    (sharpness,) = found(trace, noise=CountingNoise(factor=1.0, threshold=50.0)).sharpness
    assert sharpness == pytest.approx(0.5 * (50.0 / 10.0 + 100.0 / 3.0 / 10.0))


def test_a_stronger_and_a_narrower_ion_is_sharper():
    wide = found(gaussian(30.0, sigma=3.0)).sharpness[0]
    narrow = found(gaussian(30.0)).sharpness[0]
    strong = found(gaussian(30.0, height=4e4)).sharpness[0]
    assert wide < narrow
    assert strong == pytest.approx(2.0 * narrow, rel=0.01)


def test_the_error_of_the_time_falls_with_the_height():
    weak, strong = (found(gaussian(30.0, height=height)).time_error_scans[0] for height in (1e4, 1e6))
    assert strong == pytest.approx(weak / 10.0, rel=0.01)
    times = [
        found(np.random.default_rng(seed).poisson(gaussian(30.3)).astype(float)).time_scans[0] for seed in range(99)
    ]
    assert 0.7 * weak < np.std(times) < 2.0 * weak


def test_what_does_not_rise_enough_on_both_sides_is_no_maximum():
    assert len(found(gaussian(30.0, height=20.0))) == 0
    step = np.where(SCANS < 30, 0.0, 1000.0)
    assert len(found(step + gaussian(30.0, height=30.0))) == 0


def test_what_does_not_rise_above_its_background_is_no_maximum():
    counts = (gaussian(30.0) + 1e6)[:, None]
    assert len(ion_maxima(counts, np.full_like(counts, 1e6), noise=NOISE, minimum_rise=5.0)) == 1
    assert len(ion_maxima(counts, counts, noise=NOISE, minimum_rise=5.0)) == 0


def test_a_spike_of_one_scan_is_no_maximum():
    spike = np.zeros(60)
    spike[30] = 1e4
    assert len(found(spike)) == 0
    shoulder = spike.copy()
    shoulder[[29, 31]] = 2e3
    assert len(found(shoulder)) == 0
    shoulder[31] = 3e3
    assert len(found(shoulder)) == 1


def test_a_maximum_beside_a_lost_ion_is_none():
    trace = gaussian(30.0, sigma=4.0)
    trace[31] = 0.0
    assert 0 not in found(trace).column[np.abs(found(trace).time_scans - 30.0) < 1.5]


def test_a_fall_ends_where_the_signal_rises_again():
    alone = found(gaussian(30.0)).sharpness
    beside = found(gaussian(30.0) + gaussian(38.0, height=9e3))
    assert beside.time_scans == pytest.approx([30.0, 38.0], abs=0.05)
    assert beside.sharpness[0] == pytest.approx(alone[0], rel=0.05)


def test_the_time_of_a_ragged_top_is_known_to_a_scan():
    trace = np.zeros(60)
    trace[27:34] = [
        1e3,
        9.9e3,
        7.2e3,
        1e4,
        7.2e3,
        9.9e3,
        1e3,
    ]  # the parabola through the five in the middle opens upwards
    maxima = found(trace)
    (middle,) = np.flatnonzero(np.abs(maxima.time_scans - 30.0) <= 1.0)
    assert maxima.time_error_scans[middle] == 1.0


def test_a_peak_at_the_end_of_a_run_is_none():
    assert len(found(gaussian(59.0))) == 0
    assert len(found(gaussian(0.0))) == 0


@pytest.mark.parametrize("scans", [1, 2, 3])
def test_a_run_of_few_scans_has_no_maxima(scans):
    counts = np.ones((scans, 3))
    assert len(ion_maxima(counts, np.zeros_like(counts), noise=NOISE, minimum_rise=5.0)) == 0


def test_maxima_can_be_moved():
    maxima = found(gaussian(40.0), gaussian(20.0))
    moved = maxima.shifted(np.array([0.5, -0.5]))
    assert moved.time_scans == pytest.approx(maxima.time_scans + np.array([0.5, -0.5]))
    assert moved.column is maxima.column
