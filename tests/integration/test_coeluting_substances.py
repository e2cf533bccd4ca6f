"""Substances that elute together: pairs made of real parts, real peaks laid over one another, and the real batch."""

import math

import numpy as np
import pytest

from benchmarks.coelution import coeluting_run, drawn_pairs, real_instrument, usable_references
from benchmarks.deconvolution import SEED, both_first
from lims.services.searching import RunSearch
from spectra import GC_EI_DECONVOLUTION, GC_EI_DETECTION, Run, RunMetadata, UnitMass, find_components, read_run
from spectra.chromatogram.background import slow_background
from spectra.chromatogram.run import unit_mass_grid
from substance_library import release_from_msp

pytestmark = pytest.mark.real_data

RUNS = [f"2202230{number:02d}" for number in range(1, 19)]
FLUBROMAZEPAM = ("220223018", "Flubromazepam", (444.0, 448.0))
BUPIVACAINE_S = (388.0, 393.0)


@pytest.fixture(scope="module")
def release(shared_data):
    return release_from_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz")


@pytest.fixture(scope="module")
def search(release):
    return RunSearch(release)


@pytest.fixture(scope="module")
def batch(shared_data):
    return {run: read_run(shared_data / "gcms-benzodiazepines" / f"{run}.D") for run in RUNS}


@pytest.fixture(scope="module")
def instrument(shared_data):
    return real_instrument(shared_data / "gcms-benzodiazepines")


def first_ranks(search, run):
    return [searched.candidates[0].reference for searched in search.search(run, top=1).components]


def of_name(release, name):
    return next(reference for reference in release.spectra if reference.name == name)


@pytest.mark.parametrize("names", [("Cocaine", "Fentanyl"), ("Ketamine", "Methamphetamine"), ("JWH-018", "Heroin")])
@pytest.mark.parametrize("seed", range(3))
def test_a_stated_pair_one_and_a_half_scans_apart_ranks_first_twice(release, search, instrument, names, seed):
    pair = tuple(of_name(release, name) for name in names)
    run = coeluting_run(
        instrument,
        [reference.spectrum for reference in pair],
        apart_scans=1.5,
        shares=(1.0, 1.0),
        random=np.random.default_rng(seed),
    )
    found = first_ranks(search, run)
    assert len(found) == 2
    assert both_first([reference.compound_key for reference in found], pair)
    by_current = RunSearch(release, detection=GC_EI_DETECTION)
    assert len(first_ranks(by_current, run)) == 1


@pytest.mark.parametrize(("ratio", "least"), [(1, 19), (10, 18)])
def test_drawn_pairs_one_and_a_half_scans_apart(release, search, instrument, ratio, least):
    pairs = drawn_pairs(usable_references(release, instrument), n_pairs=20, random=np.random.default_rng(SEED))
    parted = 0
    for number, pair in enumerate(pairs):
        run = coeluting_run(
            instrument,
            [reference.spectrum for reference in pair],
            apart_scans=1.5,
            shares=(1.0, 1.0 / ratio),
            random=np.random.default_rng([SEED, number]),
        )
        parted += both_first([reference.compound_key for reference in first_ranks(search, run)], pair)
    assert parted >= least


def apex(run, window):
    """Give the largest component in a window of seconds, and its time in scans."""
    within = [
        component
        for component in find_components(run, detection=GC_EI_DECONVOLUTION).components
        if window[0] < component.retention_time_s < window[1]
    ]
    largest = max(within, key=lambda component: component.area)
    return largest, float(np.interp(largest.retention_time_s, run.scan_times_s, np.arange(len(run))))


def laid_over(host, guest, *, first, last, shift):
    """Add the real scans of one run, less their slow background, to another run, moved by whole scans."""
    grid, other = (unit_mass_grid(run, unit_mass=UnitMass()) for run in (host, guest))
    assert grid.nominal_mz[0] == other.nominal_mz[0]
    n_masses = min(len(grid.nominal_mz), len(other.nominal_mz))
    net = other.intensity - slow_background(other.intensity, block_scans=32, blocks=7)
    counts = grid.intensity.copy()
    counts[first + shift : last + shift, :n_masses] += np.rint(np.maximum(net[first:last, :n_masses], 0.0))
    counts[counts < host.intensity.min()] = 0.0
    scan, column = np.nonzero(counts)
    return Run(
        scan_times_s=host.scan_times_s,
        scan_starts=np.searchsorted(scan, np.arange(len(host) + 1)),
        mz=grid.nominal_mz[column].astype(float),
        intensity=counts[scan, column],
        metadata=RunMetadata(sample_name="two real peaks added", simulated=True, simulation_statement="two runs added"),
    )


@pytest.mark.parametrize("guest", ["220223003", "220223005", "220223009", "220223011", "220223016"])
@pytest.mark.parametrize("wanted", [-1.5, 1.5])
def test_two_real_peaks_laid_over_one_another(batch, search, guest, wanted):
    """Bupivacaine of several injections on flubromazepam, 1.3 to 1.7 scans apart: each peaks at its own moment."""
    host, name, window = FLUBROMAZEPAM
    under, place = apex(batch[host], window)
    _, guest_place = apex(batch[guest], BUPIVACAINE_S)
    shift = round(place + wanted - guest_place)
    assert 1.2 < abs(guest_place + shift - place) < 2.0
    first = round(guest_place) - 14
    both = laid_over(batch[host], batch[guest], first=first, last=first + 43, shift=shift)
    near = [
        searched.candidates[0].reference.name
        for searched in search.search(both, top=1).components
        if abs(searched.component.retention_time_s - under.retention_time_s) < 6.0
    ]
    assert sorted(near) == ["Bupivacaine", name]


@pytest.fixture(scope="module")
def deconvoluted(batch):
    return {name: find_components(run, detection=GC_EI_DECONVOLUTION) for name, run in batch.items()}


def test_no_substance_of_the_batch_is_split(deconvoluted):
    """Etizolam is 30 scans wide and fronts: nothing within it looks like it."""
    for found in deconvoluted.values():
        everything = sorted((*found.components, *found.below_limit), key=lambda component: -component.area)
        for place, small in enumerate(everything):
            for large in everything[:place]:
                if abs(small.retention_time_s - large.retention_time_s) < 3.0 * large.width_s:
                    assert similarity(small.spectrum, large.spectrum) < 0.5


def similarity(first, second):
    masses = np.union1d(first.mz, second.mz)
    heights = []
    for spectrum in (first, second):
        row = np.zeros(len(masses))
        row[np.searchsorted(masses, spectrum.mz)] = np.sqrt(spectrum.intensity)
        heights.append(row / math.sqrt(row @ row))
    return float(heights[0] @ heights[1])


def test_what_is_said_of_the_internal_standard_is_nearly_the_same_in_every_run(deconvoluted):
    for found in deconvoluted.values():
        (standard,) = [component for component in found.components if component.base_peak_mz == 140]
        assert standard.purity > 0.98
        assert 0.6 < standard.width_s < 0.8
        assert 0.9 < standard.tailing < 1.2
        assert standard.signal_to_noise > 1000.0


def test_areas_agree_with_those_of_the_total_ion_current(batch, deconvoluted):
    """The older way cuts a peak where 5 % of it is left, and is lower by up to 15 %."""
    for name, run in batch.items():
        by_current = find_components(run, detection=GC_EI_DETECTION).components
        for component in deconvoluted[name].components:
            if component.signal_to_noise > 1000.0:
                nearest = min(by_current, key=lambda one: abs(one.retention_time_s - component.retention_time_s))
                assert component.area == pytest.approx(nearest.area, rel=0.2)
