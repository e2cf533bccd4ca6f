import numpy as np
import pytest

from spectra.chromatogram.ion_maxima import IonMaxima
from spectra.chromatogram.scan_order import ScanOrder, at_scan_middles, moments_in_scan, seen_scan_order

N_MASSES = 41


def test_moments_run_from_end_to_end_of_the_scan():
    assert moments_in_scan(3, ScanOrder.UP).tolist() == [-0.5, 0.0, 0.5]
    assert moments_in_scan(3, ScanOrder.DOWN).tolist() == [0.5, 0.0, -0.5]
    assert not moments_in_scan(3, ScanOrder.TOGETHER).any()
    assert moments_in_scan(1, ScanOrder.DOWN).tolist() == [0.0]


def maxima(order):
    """Make the maxima of two substances: an ion measured late within the scan seems to peak early."""
    moments = moments_in_scan(N_MASSES, order)
    times = np.concatenate([10.0 - moments, 25.3 - moments])
    return IonMaxima(
        column=np.tile(np.arange(N_MASSES), 2),
        time_scans=times,
        time_error_scans=np.full(len(times), 0.05),
        sharpness=np.full(len(times), 9.0),
    )


@pytest.mark.parametrize("order", list(ScanOrder))
def test_the_order_is_seen(order):
    assert seen_scan_order(maxima(order), n_scans=40, n_masses=N_MASSES) is order


def test_without_evidence_no_order_is_assumed():
    empty = IonMaxima(
        column=np.array([], dtype=int), time_scans=np.array([]), time_error_scans=np.array([]), sharpness=np.array([])
    )
    assert seen_scan_order(empty, n_scans=40, n_masses=N_MASSES) is ScanOrder.TOGETHER


def test_masses_measured_together_stay_as_they_are():
    counts = np.arange(12.0).reshape(4, 3)
    assert at_scan_middles(counts, ScanOrder.TOGETHER) is counts


@pytest.mark.parametrize("order", [ScanOrder.DOWN, ScanOrder.UP])
def test_a_cubic_is_given_back_exactly(order):
    def course(time):
        return 3.0 + 0.5 * time - 0.2 * time**2 + 0.01 * time**3

    scans = np.arange(20.0)[:, None]
    measured = course(scans + moments_in_scan(5, order))
    middles = at_scan_middles(measured, order)
    assert np.allclose(middles[2:-2], course(scans)[2:-2])


@pytest.mark.parametrize("order", [ScanOrder.DOWN, ScanOrder.UP])
@pytest.mark.parametrize("sigma", [1.2, 3.0])
def test_peaks_of_all_masses_come_to_coincide(order, sigma):
    scans = np.arange(40.0)[:, None]
    measured = np.exp(-0.5 * ((scans + moments_in_scan(9, order) - 20.3) / sigma) ** 2)
    wanted = np.exp(-0.5 * ((scans - 20.3) / sigma) ** 2)
    assert np.abs(measured - wanted).max() > 0.08
    assert np.abs(at_scan_middles(measured, order) - wanted).max() < 0.025


def test_a_steady_signal_stays_steady_to_the_ends():
    steady = np.full((9, 6), 7.0)
    assert np.allclose(at_scan_middles(steady, ScanOrder.DOWN), 7.0)
