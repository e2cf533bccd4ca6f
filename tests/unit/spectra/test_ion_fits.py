import numpy as np
import pytest
from scipy.optimize import nnls

from spectra.chromatogram import ion_fits
from spectra.chromatogram.ion_fits import fitted_heights

SCANS = np.arange(30.0)


def peaks(*times, sigma=1.5):
    return np.stack([np.exp(-0.5 * ((SCANS - time) / sigma) ** 2) for time in times], axis=1)


def slow_heights(models, signal):
    """Fit ion by ion, with SciPy's solver on what the baseline leaves: the obvious twin."""
    line = np.stack([np.ones(len(models)), np.arange(len(models))], axis=1)
    rest = np.eye(len(models)) - line @ np.linalg.pinv(line)
    return np.stack([nnls(rest @ models, rest @ ion)[0] for ion in signal.T], axis=1)


def rest_of_fit(models, signal, heights):
    line = np.stack([np.ones(len(models)), np.arange(len(models))], axis=1)
    left = signal - models @ heights
    return ((left - line @ (np.linalg.pinv(line) @ left)) ** 2).sum(axis=0)


def test_what_was_added_up_is_parted_again():
    models = peaks(10.0, 11.5)
    heights = np.array([[100.0, 0.0, 30.0], [50.0, 70.0, 0.0]])
    baseline = 5.0 + np.outer(SCANS, [0.0, 1.0, -2.0])
    assert fitted_heights(models, models @ heights + baseline) == pytest.approx(heights, abs=1e-6)


def test_no_height_is_below_nothing():
    models = peaks(10.0, 13.0)
    dip = (models @ np.array([100.0, -40.0]))[:, None]
    heights = fitted_heights(models, dip)
    assert heights[1, 0] == 0.0
    assert heights == pytest.approx(slow_heights(models, dip))


@pytest.mark.parametrize("seed", range(30))
def test_the_fit_is_the_best_that_the_twin_finds(seed):
    random = np.random.default_rng(seed)
    n_models = int(random.integers(1, 8))
    models = peaks(*random.uniform(5.0, 25.0, n_models), sigma=random.uniform(0.8, 4.0))
    signal = models @ np.maximum(random.normal(0.0, 1e3, (n_models, 40)), 0.0) + random.normal(0.0, 200.0, (30, 40))
    heights = fitted_heights(models, signal)
    assert (heights >= 0.0).all()
    best = rest_of_fit(models, signal, slow_heights(models, signal))
    assert (rest_of_fit(models, signal, heights) <= best * (1.0 + 1e-6)).all()


def test_equal_models_share_an_ion_without_an_error():
    models = peaks(10.0, 10.0)
    heights = fitted_heights(models, models[:, :1] * 100.0)
    assert heights.sum() == pytest.approx(100.0)
    assert (heights >= 0.0).all()


def test_no_ions_have_no_heights():
    assert fitted_heights(peaks(10.0), np.zeros((30, 0))).shape == (1, 0)


def test_a_height_that_was_bound_is_let_go_where_it_helps():
    # unbounded, one that falls below 0 takes others along, which are not below 0 once it is bound
    random = np.random.default_rng(5)
    models = peaks(*np.linspace(8.0, 20.0, 7), sigma=3.0)
    signal = models @ random.uniform(0.0, 100.0, (7, 200)) + random.normal(0.0, 20.0, (30, 200))
    heights = fitted_heights(models, signal)
    best = rest_of_fit(models, signal, slow_heights(models, signal))
    assert (rest_of_fit(models, signal, heights) <= best * (1.0 + 1e-6)).all()


def test_the_rounds_are_bounded(monkeypatch):
    monkeypatch.setattr(ion_fits, "_ROUNDS", 0)
    assert not fitted_heights(peaks(10.0), peaks(10.0)).any()
