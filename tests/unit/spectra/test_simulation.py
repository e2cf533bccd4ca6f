import dataclasses

import numpy as np
import pytest

from spectra import GC_EI_DETECTION, InvalidSettingError, MassSpectrum, find_components
from spectra.chromatogram.simulation import SIMULATION_STATEMENT, SimulatedColumn, SimulatedPeak, simulate_run

COLUMN = SimulatedColumn(
    start_s=100.0,
    end_s=200.0,
    scan_interval_s=0.5,
    background=MassSpectrum(mz=np.array([28.0, 207.0]), intensity=np.array([100.0, 50.0])),
    bleed_growth=3.0,
)
PEAK = SimulatedPeak(
    spectrum=MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0])),
    retention_time_s=150.0,
    height=1e6,
    width_s=1.5,
)


def simulated(*peaks, column=COLUMN, seed=1):
    return simulate_run(peaks, column, sample_name="a test's sample", random=np.random.default_rng(seed))


def test_a_simulated_run_says_so_itself():
    metadata = simulated(PEAK).metadata
    assert metadata.simulated
    assert metadata.simulation_statement == SIMULATION_STATEMENT
    assert "no instrument measured it" in SIMULATION_STATEMENT
    assert (metadata.sample_name, metadata.method, metadata.source_format) == (
        "a test's sample",
        "simulation",
        "simulation",
    )


def test_scans_cover_the_time_range_at_the_interval():
    times = simulated().scan_times_s
    assert len(times) == 200
    assert (times[0], times[-1]) == (100.0, 199.5)


def test_what_was_put_in_comes_out():
    (component,) = find_components(simulated(PEAK), detection=GC_EI_DETECTION).components
    assert component.retention_time_s == pytest.approx(150.0, abs=0.5)
    ions = dict(zip(component.spectrum.mz.tolist(), component.spectrum.intensity.tolist(), strict=True))
    assert ions[91.0] / ions[58.0] == pytest.approx(0.25, rel=0.02)


def test_the_background_grows_to_what_was_asked():
    current = simulated().total_ion_current  # 150 counts at first, 450 at last, each Poisson
    assert current[:20].mean() == pytest.approx(150.0 * 1.1, rel=0.1)
    assert current[-20:].mean() == pytest.approx(450.0 * 0.967, rel=0.1)


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    one, same, other = simulated(PEAK), simulated(PEAK), simulated(PEAK, seed=2)
    for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
        assert np.array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.intensity, other.intensity)


def test_abundances_spread_from_run_to_run():
    loose = dataclasses.replace(PEAK, abundance_spread=0.5)
    ratios = set()
    for seed in range(3):
        (component,) = find_components(simulated(loose, seed=seed), detection=GC_EI_DETECTION).components
        ratios.add(round(float(component.spectrum.intensity[1] / component.spectrum.intensity[0]), 2))
    assert len(ratios) == 3


@pytest.mark.parametrize(
    "changes", [{"scan_interval_s": 0.0}, {"end_s": 100.0}, {"start_s": -1.0}, {"scan_interval_s": float("nan")}]
)
def test_a_time_range_rises_and_an_interval_is_positive(changes):
    with pytest.raises(InvalidSettingError, match="a rising time range and a positive scan interval"):
        simulated(column=dataclasses.replace(COLUMN, **changes))
