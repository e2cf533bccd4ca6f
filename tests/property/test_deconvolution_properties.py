"""What deconvolution must not depend on, and how well it gives back what went in."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra import GC_EI_DECONVOLUTION, MassSpectrum, Run, RunMetadata, find_components
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from tests.builders.examples import fewer

COLUMN = SimulatedColumn(
    start_s=100.0,
    end_s=200.0,
    scan_interval_s=0.5,
    background=MassSpectrum(mz=np.array([41.0, 73.0, 207.0]), intensity=np.array([40.0, 150.0, 400.0])),
    bleed_growth=1.5,
)


@st.composite
def substances(draw):
    """Draw one substance: five to fifteen ions, none below a tenth of the base peak."""
    ions = draw(st.lists(st.integers(42, 206).filter(lambda mz: mz != 73), min_size=5, max_size=15, unique=True))
    heights = draw(st.lists(st.floats(0.1, 1.0), min_size=len(ions), max_size=len(ions)))
    return SimulatedPeak(
        spectrum=MassSpectrum.from_unsorted(ions, heights),
        retention_time_s=draw(st.floats(130.0, 170.0)),
        height=draw(st.floats(2e4, 1e6)),
        width_s=draw(st.floats(0.5, 2.0)),
    )


def run_of(peak, seed):
    return simulate_run([peak], COLUMN, sample_name="a property", random=np.random.default_rng(seed))


def found(run):
    return find_components(run, detection=GC_EI_DECONVOLUTION)


def cosine(component, spectrum):
    measured = dict(zip(component.spectrum.mz.tolist(), component.spectrum.intensity.tolist(), strict=True))
    wanted = dict(zip(spectrum.mz.tolist(), spectrum.intensity.tolist(), strict=True))
    product = sum(measured.get(mz, 0.0) * height for mz, height in wanted.items())
    return product / math.sqrt(sum(h * h for h in measured.values()) * sum(h * h for h in wanted.values()))


seeds = st.integers(0, 2**32 - 1)


@st.composite
def any_runs(draw):
    """Draw a run of any kind: few scans or many, noise, steps, spikes, gaps, peaks of any width on one another."""
    n_scans, n_masses = draw(st.integers(1, 120)), draw(st.integers(1, 12))
    random = np.random.default_rng(draw(seeds))
    counts = random.poisson(draw(st.sampled_from([0.0, 0.1, 3.0, 400.0])), (n_scans, n_masses)).astype(float)
    scans = np.arange(n_scans)[:, None]
    for _ in range(draw(st.integers(0, 6))):
        time, width = random.uniform(-5.0, n_scans + 5.0), 10.0 ** random.uniform(-1.5, 1.5)
        shape = np.exp(-0.5 * ((scans - time) / width) ** 2) if random.random() < 0.8 else scans > time
        counts += 10.0 ** random.uniform(0.0, 9.0) * shape * random.random(n_masses) ** 3
    counts[random.random(counts.shape) < draw(st.sampled_from([0.0, 0.1]))] = 0.0
    counts[counts < draw(st.sampled_from([0.0, 150.0]))] = 0.0
    counts[0, 0] += 1.0  # a run without any peak is refused
    scan, column = np.nonzero(counts)
    return Run(
        scan_times_s=100.0 + 0.3 * np.arange(n_scans),
        scan_starts=np.searchsorted(scan, np.arange(n_scans + 1)),
        mz=50.0 + column,
        intensity=counts[scan, column],
        metadata=RunMetadata(),
    )


@given(run=any_runs())
def test_whatever_the_run_components_are_sound(run):
    result = found(run)
    everything = (*result.components, *result.below_limit)
    for component in everything:
        assert run.scan_times_s[0] <= component.retention_time_s <= run.scan_times_s[-1]
        assert 0 <= component.first_scan < component.apex_scan < component.last_scan < len(run)
        assert component.area > 0
        assert component.signal_to_noise >= 10.0
        assert 0.0 < component.purity <= 1.0
        assert component.width_s > 0
        assert math.isnan(component.tailing) or component.tailing > 0
        assert len(component.spectrum) >= 4
        assert (component.spectrum.intensity > 0).all()
        assert set(component.shared_mz) <= set(component.spectrum.mz.tolist())
    for part in (result.components, result.below_limit):
        times = [component.retention_time_s for component in part]
        assert times == sorted(times)
    largest = max((component.area for component in everything), default=0.0)
    assert all(component.area >= 0.005 * largest for component in result.components)
    assert all(component.area < 0.005 * largest for component in result.below_limit)


@given(peak=substances(), seed=seeds)
def test_one_substance_is_found_once_with_its_spectrum(peak, seed):
    result = found(run_of(peak, seed))
    (component,) = result.components
    assert component.retention_time_s == pytest.approx(peak.retention_time_s, abs=0.1 + 0.1 * peak.width_s)
    assert cosine(component, peak.spectrum) > 0.998
    whole = peak.height * peak.spectrum.intensity.sum() / peak.spectrum.intensity.max()
    assert component.area == pytest.approx(whole * peak.width_s * math.sqrt(2.0 * math.pi), rel=0.06)
    assert component.width_s == pytest.approx(2.3548 * peak.width_s, rel=0.12, abs=0.1)
    assert 0.9 < component.purity <= 1.0


@fewer(2)
@given(peak=substances(), seed=seeds, constant=st.integers(1, 200))
def test_a_steady_background_changes_nothing(peak, seed, constant):
    run = run_of(peak, seed)
    (before,) = found(run).components
    (after,) = found(raised(run, constant)).components
    assert after.retention_time_s == pytest.approx(before.retention_time_s, abs=0.05)
    assert after.area == pytest.approx(before.area, rel=0.02)
    assert cosine(after, before.spectrum) > 0.9999


def raised(run, constant):
    """Add a constant to every mass of every scan."""
    masses = np.arange(41, 208)
    counts = np.full((len(run), len(masses)), float(constant))
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts))
    counts[scan, run.mz.astype(int) - 41] += run.intensity
    return dataclasses.replace(
        run,
        scan_starts=np.arange(len(run) + 1) * len(masses),
        mz=np.tile(masses.astype(float), len(run)),
        intensity=counts.ravel(),
    )


@fewer(2)
@given(peak=substances(), seed=seeds, factor=st.sampled_from([0.25, 2.0, 1024.0]))
def test_areas_follow_intensities(peak, seed, factor):
    """Powers of two, so that every step is scaled exactly."""
    run = run_of(peak, seed)
    before, after = found(run), found(dataclasses.replace(run, intensity=run.intensity * factor))
    assert [c.retention_time_s for c in after.components] == [c.retention_time_s for c in before.components]
    assert [c.area for c in after.components] == pytest.approx([c.area * factor for c in before.components])
    assert [c.signal_to_noise for c in after.components] == pytest.approx(
        [c.signal_to_noise for c in before.components]
    )


@fewer(2)
@given(peak=substances(), seed=seeds, later_s=st.floats(0.0, 1e4))
def test_retention_follows_time(peak, seed, later_s):
    run = run_of(peak, seed)
    before = found(run)
    after = found(Run(**{**facts_of(run), "scan_times_s": run.scan_times_s + later_s}))
    assert [c.retention_time_s for c in after.components] == pytest.approx(
        [c.retention_time_s + later_s for c in before.components]
    )
    assert [c.area for c in after.components] == pytest.approx([c.area for c in before.components])
    assert [c.spectrum for c in after.components] == [c.spectrum for c in before.components]


def facts_of(run):
    return {item.name: getattr(run, item.name) for item in dataclasses.fields(run)}


@fewer(2)
@given(first=substances(), second=substances(), seed=seeds)
def test_two_substances_far_apart_are_two(first, second, seed):
    assume(abs(first.retention_time_s - second.retention_time_s) > 5.0 * (first.width_s + second.width_s))
    run = simulate_run([first, second], COLUMN, sample_name="a property", random=np.random.default_rng(seed))
    result = found(run)
    times = sorted(component.retention_time_s for component in (*result.components, *result.below_limit))
    assert times == pytest.approx(sorted([first.retention_time_s, second.retention_time_s]), abs=0.3)
