import dataclasses
import math

import numpy as np
import pytest

from spectra import (
    GC_EI_DECONVOLUTION,
    GC_EI_DETECTION,
    Deconvolution,
    InvalidSettingError,
    InvalidSpectrumError,
    Run,
    RunMetadata,
    UnitMass,
    find_components,
)
from spectra.chromatogram import deconvolution
from spectra.chromatogram.model_peaks import ModelPeak
from spectra.chromatogram.scan_order import ScanOrder, moments_in_scan

SCANS = np.arange(300)
MASSES = np.arange(40, 81)
FIRST = {44: 100.0, 58: 60.0, 65: 30.0, 71: 25.0, 78: 20.0}
"""Five ions of one substance."""
SECOND = {41: 80.0, 55: 100.0, 58: 50.0, 69: 40.0, 79: 15.0}
"""Five of another, 58 of both."""


def eluting(*substances, order=ScanOrder.TOGETHER, sigma=1.1, background=None, seed=1, scans=SCANS):
    """Make a run of substances, each (ions, time in scans, counts of the base peak), with Poisson noise."""
    moments = moments_in_scan(len(MASSES), order)
    expected = np.zeros((len(scans), len(MASSES)))
    for mz, counts in (background or {73: 400.0, 80: 150.0}).items():
        expected[:, mz - 40] += counts
    for ions, time, height in substances:
        shape = height * np.exp(-0.5 * ((scans[:, None] + moments - time) / sigma) ** 2) / 100.0
        for mz, share in ions.items():
            expected[:, mz - 40] += share * shape[:, mz - 40]
    return laid_out(np.random.default_rng(seed).poisson(expected).astype(float))


def laid_out(counts):
    scan, column = np.nonzero(counts)
    return Run(
        scan_times_s=100.0 + 0.5 * np.arange(len(counts)),
        scan_starts=np.searchsorted(scan, np.arange(len(counts) + 1)),
        mz=MASSES[column].astype(float),
        intensity=counts[scan, column],
        metadata=RunMetadata(),
    )


def components(run, **changes):
    return find_components(run, detection=dataclasses.replace(GC_EI_DECONVOLUTION, **changes)).components


def shares(component):
    """Give the ions of a component in percent of its base peak, those below 4 % left out."""
    percent = component.spectrum.intensity / component.spectrum.intensity.max() * 100.0
    kept = percent >= 4.0
    return dict(zip(component.spectrum.mz[kept].astype(int).tolist(), percent[kept].tolist(), strict=True))


def test_the_preset_is_the_documented_one():
    expected = Deconvolution(
        name="gc-ei-deconvolution",
        version=1,
        source="after Stein, J. Am. Soc. Mass Spectrom. 10 (1999) 770, doi:10.1016/S1044-0305(99)00047-1",
        unit_mass=UnitMass(),
        background_block_scans=32,
        background_blocks=7,
        minimum_rise=5.0,
        minimum_ions=4,
        minimum_sharpness=8.0,
        minimum_signal_to_noise=10.0,
        merged_similarity=0.9,
        minimum_area_fraction=0.005,
    )
    assert expected == GC_EI_DECONVOLUTION


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"minimum_area_fraction": 1.0}, r"minimum_area_fraction is 1.0; expected in \[0, 1\)"),
        ({"merged_similarity": 0.0}, r"merged_similarity is 0.0; expected in \(0, 1\]"),
        ({"merged_similarity": 1.1}, r"merged_similarity is 1.1; expected in \(0, 1\]"),
        ({"minimum_ions": 0}, "minimum_ions is 0; expected above 0"),
        ({"background_blocks": 0}, "background_blocks is 0; expected above 0"),
        ({"minimum_rise": math.nan}, "minimum_rise is nan; expected above 0"),
    ],
)
def test_impossible_choices_are_refused(changes, message):
    with pytest.raises(InvalidSettingError, match=message):
        dataclasses.replace(GC_EI_DECONVOLUTION, **changes)


def test_one_substance_is_one_component():
    (component,) = components(eluting((FIRST, 150.3, 5e4)))
    assert component.retention_time_s == pytest.approx(175.15, abs=0.03)
    assert component.apex_scan == 150
    assert component.first_scan < 148
    assert component.last_scan > 152
    assert shares(component) == pytest.approx(FIRST, abs=1.5)
    assert component.base_peak_mz == 44
    # height x sigma x sqrt(2 pi) of all ions, in seconds
    assert component.area == pytest.approx(5e4 * 2.35 * 1.1 * 0.5 * math.sqrt(2 * math.pi), rel=0.02)
    assert component.purity > 0.98
    assert component.width_s == pytest.approx(1.1 * 2.3548 * 0.5, rel=0.05)
    assert component.tailing == pytest.approx(1.0, abs=0.2)
    assert component.shared_mz == ()
    assert component.signal_to_noise > 1000.0


def test_two_substances_one_scan_and_a_half_apart_are_two():
    first, second = components(eluting((FIRST, 150.0, 5e4), (SECOND, 151.5, 4e4)))
    assert first.retention_time_s == pytest.approx(175.0, abs=0.06)
    assert second.retention_time_s == pytest.approx(175.75, abs=0.06)
    assert shares(first) == pytest.approx(FIRST, abs=4.0)
    assert shares(second) == pytest.approx(SECOND, abs=4.0)
    assert 0.5 < first.purity < 0.95
    assert 0.5 < second.purity < 0.95
    assert (
        len(find_components(eluting((FIRST, 150.0, 5e4), (SECOND, 151.5, 4e4)), detection=GC_EI_DETECTION).components)
        == 1
    )


def test_an_ion_that_is_mostly_the_neighbour_s_is_said_to_be_shared():
    weak = {**SECOND, 44: 30.0}
    found = components(eluting((FIRST, 150.0, 5e5), (weak, 152.0, 3e4)))
    (minor,) = [component for component in found if component.base_peak_mz == 55]
    assert 58 in minor.shared_mz
    assert 69 not in minor.shared_mz
    assert set(minor.shared_mz) <= set(minor.spectrum.mz.astype(int).tolist())


@pytest.mark.parametrize("order", list(ScanOrder))
def test_the_order_of_masses_within_the_scan_is_allowed_for(order):
    wide = {mz: 100.0 - mz + 40 for mz in range(41, 80, 2)}
    found = components(eluting((wide, 150.0, 5e4), order=order))
    assert len(found) == 1
    assert found[0].retention_time_s == pytest.approx(175.0, abs=0.03)
    assert shares(found[0]) == pytest.approx({mz: share / 99.0 * 100.0 for mz, share in wide.items()}, abs=3.0)


def test_a_wide_weak_peak_is_seen_in_sums_of_scans():
    (component,) = components(eluting((FIRST, 150.0, 200.0), sigma=8.0, background={73: 4.0, 80: 3.0}))
    assert component.retention_time_s == pytest.approx(175.0, abs=1.5)
    assert component.base_peak_mz == 44
    assert component.width_s == pytest.approx(8.0 * 2.3548 * 0.5, rel=0.35)


def test_a_narrow_peak_on_a_wide_weak_one_is_parted_from_it():
    counts = eluting((FIRST, 150.0, 3e3), sigma=7.0)
    narrow = eluting((SECOND, 152.0, 2e5), sigma=1.1, background={80: 1e-9})
    both = laid_out(grid_of(counts) + grid_of(narrow))
    found = components(both)
    assert sorted(component.base_peak_mz for component in found) == [44, 55]


def grid_of(run):
    counts = np.zeros((len(run), len(MASSES)))
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts))
    counts[scan, run.mz.astype(int) - 40] = run.intensity
    return counts


def test_one_substance_whose_ions_peak_apart_is_not_two():
    # half of the ions late by half a width: what an overloaded source does to a strong peak
    early = {mz: share for mz, share in FIRST.items() if mz != 58}
    late = {mz: 0.9 * share for mz, share in FIRST.items()}
    found = components(eluting((early, 150.0, 5e4), (late, 151.0, 5e4)), minimum_area_fraction=0.0)
    assert len(found) == 1


def test_two_substances_of_one_spectrum_with_a_valley_between_them_are_two():
    found = components(eluting((FIRST, 150.0, 5e4), (FIRST, 157.0, 5e4)))
    assert [round(component.retention_time_s, 1) for component in found] == [175.0, 178.5]


def fitted(time, heights, *, area, core=3):
    profile = np.array([0.0, *[1.0] * core, 0.0])
    model = ModelPeak(time_scans=time, first_scan=round(time) - core // 2 - 1, profile=profile)
    heights = np.array(heights)
    return deconvolution._Fitted(
        model=model, neighbours=(), heights=heights, others=np.zeros(len(heights)), signal_to_noise=99.0, area=area
    )


def test_neighbours_within_a_width_that_have_one_spectrum_are_merged_into_the_largest():
    large = fitted(10.0, [100.0, 50.0, 10.0], area=9.0)
    same_near = fitted(13.0, [50.0, 26.0, 5.0], area=4.0)
    same_far = fitted(13.1, [50.0, 26.0, 5.0], area=3.0)
    other_near = fitted(11.0, [5.0, 50.0, 100.0], area=2.0)
    kept = deconvolution._merged([other_near, same_near, large, same_far], 0.9)
    assert kept == [large, same_far, other_near]
    assert len(deconvolution._merged([large, same_near], 1.0)) == 2


def test_what_a_valley_parts_is_not_merged():
    run = eluting((FIRST, 150.0, 5e4), (FIRST, 153.0, 5e4), sigma=1.2)
    assert [component.apex_scan for component in components(run)] == [150, 153]


def test_too_few_ions_are_no_component():
    three = {44: 100.0, 58: 60.0, 65: 30.0}
    assert components(eluting((three, 150.0, 5e4))) == ()
    assert len(components(eluting((three, 150.0, 5e4)), minimum_ions=3)) == 1


def test_a_component_below_the_noise_is_none():
    run = eluting((FIRST, 150.0, 2e3))
    (component,) = components(run)
    assert components(run, minimum_signal_to_noise=1.01 * component.signal_to_noise) == ()
    assert len(components(run, minimum_signal_to_noise=0.99 * component.signal_to_noise)) == 1


def test_what_is_below_the_reporting_limit_is_kept_apart():
    run = eluting((FIRST, 100.0, 5e4), (SECOND, 200.0, 2e3))
    found = find_components(run, detection=dataclasses.replace(GC_EI_DECONVOLUTION, minimum_area_fraction=0.2))
    assert [component.base_peak_mz for component in found.components] == [44]
    assert [component.base_peak_mz for component in found.below_limit] == [55]


def test_a_quiet_run_has_no_components():
    found = find_components(eluting(), detection=GC_EI_DECONVOLUTION)
    assert (found.components, found.below_limit) == ((), ())


@pytest.mark.parametrize("scans", [1, 2, 3, 5, 9])
def test_a_short_run_has_no_components(scans):
    assert components(laid_out(np.full((scans, len(MASSES)), 7.0))) == ()


def test_a_run_of_zeros_has_no_components():
    run = Run(
        scan_times_s=np.array([1.0, 2.0]),
        scan_starts=np.array([0, 1, 2]),
        mz=np.array([44.0, 58.0]),
        intensity=np.zeros(2),
        metadata=RunMetadata(),
    )
    assert components(run) == ()


def test_a_run_without_any_peak_is_refused():
    empty = Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 0]),
        mz=np.array([]),
        intensity=np.array([]),
        metadata=RunMetadata(),
    )
    with pytest.raises(InvalidSpectrumError, match="the run holds no peak in any scan"):
        components(empty)
