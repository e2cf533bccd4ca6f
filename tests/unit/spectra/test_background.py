import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import grey_opening

from spectra.chromatogram.background import CountingNoise, counting_noise, slow_background


def noisy(factor, *, level=1000.0, scans=650, seed=1):
    random = np.random.default_rng(seed)
    return level + factor * np.sqrt(level) * random.standard_normal((scans, 4))


@pytest.mark.parametrize("factor", [1.0, 3.9])
def test_the_noise_factor_is_measured(factor):
    assert counting_noise(noisy(factor)).factor == pytest.approx(factor, rel=0.12)


def test_a_peak_does_not_change_the_noise():
    peak = 1e6 * np.exp(-0.5 * ((np.arange(650)[:, None] - 300) / 3.0) ** 2)
    with_peak = noisy(3.9) + peak * np.array([1.0, 0.5, 0.0, 0.0])
    assert counting_noise(with_peak).factor == pytest.approx(counting_noise(noisy(3.9)).factor, rel=0.05)


def test_the_threshold_is_the_smallest_intensity():
    counts = noisy(1.0)
    counts[3, 2] = 150.0
    counts[4, 2] = 0.0
    assert counting_noise(counts).threshold == 150.0


def test_the_threshold_is_within_what_a_detector_spans():
    assert counting_noise(np.array([[1e-320, 2e5]])).threshold == pytest.approx(0.02)


@pytest.mark.parametrize("counts", [np.full((26, 2), 9.0), np.diag([9.0, 16.0, 25.0]), np.array([[9.0]])])
def test_without_noise_to_see_the_smallest_intensity_is_one_ion(counts):
    assert counting_noise(counts) == CountingNoise(factor=3.0, threshold=9.0)


def test_a_deviation_grows_with_the_root_of_the_counts():
    noise = CountingNoise(factor=3.0, threshold=100.0)
    assert noise.deviation(np.array([0.0, 100.0, 400.0])).tolist() == [30.0, 30.0, 60.0]


def test_a_steady_background_is_given_back_and_peaks_are_left_out():
    scans = np.arange(640)
    peak = np.rint(1e6 * np.exp(-0.5 * ((scans - 300) / 8.0) ** 2))
    counts = np.stack([np.full(640, 200.0), 200.0 + peak, peak], axis=1)
    background = slow_background(counts, block_scans=32, blocks=7)
    assert background[:, 0].tolist() == [200.0] * 640
    assert np.allclose(background[:, 1], 200.0)
    assert not background[:, 2].any()


def test_a_slow_drift_is_followed():
    bleed = np.linspace(100.0, 1100.0, 960)[:, None]
    background = slow_background(bleed, block_scans=32, blocks=7)
    inner = slice(128, -128)  # an end is level over the half of the opening
    assert np.abs(background[inner] - bleed[inner]).max() < 1.0


def test_an_ion_that_is_mostly_absent_has_no_background():
    counts = np.zeros((320, 2))
    counts[::3, 0] = 160.0
    counts[:, 1] = 1.0
    background = slow_background(counts, block_scans=32, blocks=7)
    assert not background[:, 0].any()
    assert background[:, 1].all()


def test_a_run_shorter_than_a_block_has_its_median():
    counts = np.array([[1.0], [3.0], [2.0], [900.0], [2.0]])
    assert slow_background(counts, block_scans=32, blocks=7).tolist() == [[2.0]] * 5


@given(scans=st.integers(1, 40), blocks=st.integers(1, 12), seed=st.integers(0, 2**32 - 1))
def test_the_opening_is_that_of_scipy(scans, blocks, seed):
    counts = np.random.default_rng(seed).integers(1, 9, size=(scans, 3)).astype(np.float64)
    opened = grey_opening(counts, size=(min(blocks, scans), 1), mode="nearest")
    assert slow_background(counts, block_scans=1, blocks=blocks).tolist() == opened.tolist()
