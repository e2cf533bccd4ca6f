import math

import numpy as np
import pytest

from spectra.chromatogram.ion_chromatogram import (
    IonChromatogram,
    IonIntegration,
    area_between,
    area_of_span,
    find_ion_peaks,
    ion_chromatogram,
    peak_at,
    total_ion_chromatogram,
)
from spectra.chromatogram.run import Run, unit_mass_grid
from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.tolerance import UnitMass

RULE = {
    "end_fraction": 0.01,
    "valley_fraction": 0.05,
    "neighbourhood_s": 30.0,
    "minimum_signal_to_noise": 10.0,
    "minimum_width_scans": 2,
}
INTEGRATION = IonIntegration(**RULE)


def chromatogram(signal, *, step_s=0.5, least=1.0):
    return IonChromatogram(
        name="m/z 100",
        scan_times_s=np.arange(len(signal)) * step_s,
        intensity=np.array(signal, dtype=float),
        least_recorded=least,
    )


def gaussian(*peaks, n=400, step_s=0.5, base=0.0):
    times = np.arange(n) * step_s
    return base + sum(height * np.exp(-0.5 * ((times - apex) / sigma) ** 2) for apex, sigma, height in peaks)


def everything(found, **rule):
    return find_ion_peaks(found, from_s=0.0, to_s=1e9, integration=IonIntegration(**(RULE | rule)))


def test_a_triangle_by_hand():
    signal = [0, 0, 0, 0, 100, 200, 300, 200, 100, 0, 0, 0, 0] + 40 * [0]
    (peak,) = everything(chromatogram(signal))
    assert (peak.apex_scan, peak.first_scan, peak.last_scan) == (6, 3, 9)
    assert (peak.core_first, peak.core_last) == (5, 7)
    assert peak.area == pytest.approx(900 * 0.5)
    assert (peak.height, peak.retention_time_s, peak.signal_to_noise) == (300.0, 3.0, 300.0)


def test_the_baseline_is_the_line_between_the_ends():
    signal = np.array([0, 0, 100, 200, 300, 200, 100, 0, 0], dtype=float) + np.linspace(40, 56, 9)
    assert area_between(chromatogram(signal), first_scan=1, last_scan=7) == pytest.approx(900 * 0.5)


def test_a_gaussian_against_its_closed_form():
    sigma, height = 4.0, 1e6
    (peak,) = everything(chromatogram(gaussian((100.0, sigma, height))))
    half = sigma * math.sqrt(-2.0 * math.log(0.01))
    whole = height * sigma * math.sqrt(2.0 * math.pi) * math.erf(half / (sigma * math.sqrt(2.0)))
    assert peak.area == pytest.approx(whole - 2.0 * half * 0.01 * height, rel=0.01)


def test_a_flat_background_does_not_change_the_area():
    bare, raised = (everything(chromatogram(gaussian((100.0, 2.0, 1e6), base=base)))[0] for base in (0.0, 5e4))
    assert raised.area == pytest.approx(bare.area, rel=1e-9)


def test_neighbours_are_parted_at_the_valley_and_the_highest_comes_first():
    signal = gaussian((100.0, 2.0, 1e5), (110.0, 2.0, 2e5))
    first, second = everything(chromatogram(signal))
    assert (first.retention_time_s, second.retention_time_s) == (110.0, 100.0)
    assert second.last_scan == first.first_scan


def test_a_peak_whose_apex_is_outside_the_window_is_not_found():
    signal = gaussian((100.0, 4.0, 1e6), (120.0, 1.0, 1e4))
    found = find_ion_peaks(chromatogram(signal), from_s=104.0, to_s=125.0, integration=INTEGRATION)
    assert [peak.retention_time_s for peak in found] == [120.0]


def test_a_spike_of_one_scan_and_noise_are_no_peaks():
    signal = np.zeros(100)
    signal[50] = 1e6
    assert everything(chromatogram(signal)) == ()
    assert everything(chromatogram(signal), minimum_width_scans=1)[0].apex_scan == 50
    assert everything(chromatogram(gaussian((100.0, 2.0, 1000.0)), least=150.0)) == ()  # 1000 over 150 is below 10
    assert len(everything(chromatogram(gaussian((100.0, 2.0, 1600.0)), least=150.0))) == 1
    assert everything(chromatogram(np.zeros(30))) == ()


def test_a_peak_at_the_edge_of_the_run_ends_there():
    signal = gaussian((0.0, 4.0, 1e6), n=100)
    (peak,) = everything(chromatogram(signal))
    assert (peak.first_scan, peak.apex_scan) == (0, 0)


def test_the_uncertainty_of_the_area_is_the_scatter_of_noisy_areas():
    random = np.random.default_rng(20261122)
    clean = gaussian((100.0, 4.0, 1e5), base=5000.0)
    deviations = []
    for _ in range(400):
        noisy = chromatogram(clean + random.normal(0.0, 300.0, len(clean)))
        peak = peak_at(noisy, scan=200, integration=IonIntegration(**(RULE | {"end_fraction": 0.05})))
        ends = {"first_scan": peak.first_scan, "last_scan": peak.last_scan}
        deviations.append((peak.area - area_between(chromatogram(clean), **ends)) / peak.area_standard_uncertainty)
    # the ends are chosen where the noise is low, so their scatter is somewhat smaller than that of any two scans
    assert 0.75 <= np.std(deviations) <= 1.25


def test_the_area_of_a_span_counts_all_that_is_above_the_floor():
    signal = gaussian((100.0, 2.0, 1e4), (104.0, 1.0, 1e3), base=50.0)
    found = area_of_span(chromatogram(signal), from_s=90.0, to_s=110.0, integration=INTEGRATION)
    assert found == pytest.approx(math.sqrt(2.0 * math.pi) * (2.0 * 1e4 + 1e3), rel=1e-3)
    assert area_of_span(chromatogram(signal), from_s=500.0, to_s=510.0, integration=INTEGRATION) == 0.0


def test_ions_of_a_run():
    run = Run(
        scan_times_s=np.array([0.0, 1.0, 2.0]),
        scan_starts=np.array([0, 2, 3, 3]),
        mz=np.array([58.1, 91.0, 58.0]),
        intensity=np.array([10.0, 20.0, 30.0]),
        metadata=run_metadata(),
    )
    grid = unit_mass_grid(run, unit_mass=UnitMass())
    ion = ion_chromatogram(run, grid, nominal_mz=58)
    assert (ion.name, ion.intensity.tolist(), ion.least_recorded) == ("m/z 58", [10.0, 30.0, 0.0], 10.0)
    assert ion_chromatogram(run, grid, nominal_mz=400).intensity.tolist() == [0.0, 0.0, 0.0]
    assert total_ion_chromatogram(run).intensity.tolist() == [30.0, 30.0, 0.0]
    other = Run(
        scan_times_s=np.array([0.0]),
        scan_starts=np.array([0, 1]),
        mz=np.array([58.0]),
        intensity=np.array([1.0]),
        metadata=run_metadata(),
    )
    with pytest.raises(InvalidSpectrumError, match="a grid of 3 scans beside a run of 1"):
        ion_chromatogram(other, grid, nominal_mz=58)


def run_metadata():
    from spectra.chromatogram.run import RunMetadata

    return RunMetadata()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("end_fraction", 0.0),
        ("end_fraction", 1.0),
        ("valley_fraction", math.nan),
        ("neighbourhood_s", 0.0),
        ("minimum_signal_to_noise", math.inf),
        ("minimum_width_scans", 0),
    ],
)
def test_limits_that_find_everything_or_nothing_are_refused(name, value):
    with pytest.raises(InvalidSettingError, match=name):
        IonIntegration(**(RULE | {name: value}))
