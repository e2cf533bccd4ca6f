import math

import numpy as np
import pytest

from spectra import (
    GC_EI_DETECTION,
    ComponentDetection,
    InvalidSettingError,
    InvalidSpectrumError,
    PeakPicking,
    Run,
    RunMetadata,
    UnitMass,
    find_components,
)

PICKING = PeakPicking(minimum_signal_to_noise=10.0, minimum_width_scans=1.5)


def detection(*, background_scans=2, minimum_area_fraction=0.0):
    return ComponentDetection(
        picking=PICKING,
        unit_mass=UnitMass(),
        background_scans=background_scans,
        minimum_area_fraction=minimum_area_fraction,
    )


def run(**traces):
    """Make a run of one scan a second from ion traces such as ``m58=[0, 10, 0]``."""
    masses = sorted(float(name[1:]) for name in traces)
    counts = np.array([traces[f"m{mass:g}"] for mass in masses], dtype=float).T
    scan, column = np.nonzero(counts)
    return Run(
        scan_times_s=100.0 + np.arange(len(counts)),
        scan_starts=np.searchsorted(scan, np.arange(len(counts) + 1)),
        mz=np.array(masses)[column],
        intensity=counts[scan, column],
        metadata=RunMetadata(),
    )


def triangle(height, *, before=10, after=10):
    side = [height * step / 5 for step in range(6)]
    return [0.0] * before + side + side[-2::-1] + [0.0] * after


def test_the_detection_in_use_is_the_documented_one():
    assert (
        ComponentDetection(picking=PICKING, unit_mass=UnitMass(), background_scans=6, minimum_area_fraction=0.005)
        == GC_EI_DETECTION
    )


@pytest.mark.parametrize("fraction", [-0.1, 1.0, math.nan])
def test_a_reporting_limit_is_a_fraction_below_one(fraction):
    with pytest.raises(InvalidSettingError, match=rf"minimum_area_fraction is {fraction}; expected in \[0, 1\)"):
        detection(minimum_area_fraction=fraction)


def test_a_background_needs_a_scan():
    with pytest.raises(InvalidSettingError, match="background_scans is 0; expected at least 1"):
        detection(background_scans=0)


def test_a_component_by_hand():
    # background of 30 counts at m/z 28; 58 : 91 as 4 : 1; apex in scan 15, half height from scan 13 to 17
    made = run(m28=[30.0] * 31, m58=triangle(400.0), m91=triangle(100.0))
    (component,) = find_components(made, detection=detection()).components
    assert component.retention_time_s == 115.0
    assert component.apex_scan == 15
    assert (component.first_scan, component.last_scan) == (10, 20)
    # triangle of height 500 over 10 s, above the straight background
    assert component.area == pytest.approx(0.5 * 500.0 * 10.0)
    # mean of 0.6, 0.8, 1, 0.8, 0.6 of the height, the background subtracted
    assert component.spectrum.mz.tolist() == [58.0, 91.0]
    assert component.spectrum.intensity.tolist() == pytest.approx([0.76 * 400.0, 0.76 * 100.0])
    assert component.base_peak_mz == 58
    assert component.signal_to_noise == pytest.approx(500.0)  # the noise of a quiet signal counts as one count


def test_the_background_is_the_mean_of_both_sides():
    rising = [10.0] * 10 + [20.0] * 11 + [40.0] * 10
    made = run(m28=rising, m58=triangle(1000.0))
    (component,) = find_components(made, detection=detection()).components
    # 20 of the core less (10 + 40) / 2 is below nothing: the ion is not of the component
    assert component.spectrum.mz.tolist() == [58.0]


def test_at_the_edge_of_a_run_one_side_makes_the_background():
    for sides in ({"before": 40, "after": 0}, {"before": 0, "after": 40}):
        made = run(m28=[8.0] * 51, m58=triangle(1000.0, **sides))
        (component,) = find_components(made, detection=detection()).components
        assert component.spectrum.mz.tolist() == [58.0]


def test_where_peaks_cover_the_whole_run_nothing_is_subtracted():
    made = run(m28=[8.0] * 41, m58=[0.0, *range(60, 1035, 25), 0.0])
    (component,) = find_components(made, detection=detection()).components
    assert (component.first_scan, component.last_scan) == (0, 40)
    assert component.spectrum.mz.tolist() == [28.0, 58.0]


def test_a_peak_whose_spectrum_vanishes_with_the_background_is_no_component():
    # a gap in a steady background: what rises in it stays below the 500 counts on either side
    gap = [500.0] * 20 + triangle(400.0, before=0, after=0) + [500.0] * 20
    found = find_components(run(m28=gap), detection=detection())
    assert (found.components, found.below_limit) == ((), ())


def test_components_below_the_reporting_limit_are_kept_apart():
    made = run(m58=triangle(1000.0) + triangle(100.0), m91=[0.0] * 62)
    found = find_components(made, detection=detection(minimum_area_fraction=0.1001))
    assert [component.apex_scan for component in found.components] == [15]
    assert [component.apex_scan for component in found.below_limit] == [46]
    at_limit = find_components(made, detection=detection(minimum_area_fraction=0.1))
    assert [component.apex_scan for component in at_limit.components] == [15, 46]


def test_an_area_below_its_baseline_counts_as_nothing():
    # a sharp peak on a hump that is cut off: the line between the ends runs above most of the signal
    signal = [0.0] * 10 + [900.0, 300.0, 300.0, 1000.0, 1010.0, 1000.0, 300.0, 300.0, 900.0] + [0.0] * 10
    found = find_components(run(m58=signal), detection=detection())
    assert all(component.area >= 0.0 for component in (*found.components, *found.below_limit))


def test_the_spectrum_of_a_component_is_free_of_its_smaller_neighbour():
    scans = np.arange(120)
    large = 1e5 * np.exp(-0.5 * ((scans - 50) / 4.0) ** 2)
    small = 9e4 * np.exp(-0.5 * ((scans - 60) / 4.0) ** 2)
    first, second = find_components(run(m58=np.rint(large), m91=np.rint(small)), detection=detection()).components
    assert (first.base_peak_mz, second.base_peak_mz) == (58, 91)
    ions = dict(zip(first.spectrum.mz.tolist(), first.spectrum.intensity.tolist(), strict=True))
    assert ions.get(91.0, 0.0) < 0.1 * ions[58.0]


def test_a_quiet_run_has_no_components():
    found = find_components(run(m28=[5.0] * 30), detection=detection())
    assert (found.components, found.below_limit) == ((), ())


def test_a_run_without_any_peak_is_refused():
    empty = Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 0]),
        mz=np.array([]),
        intensity=np.array([]),
        metadata=RunMetadata(),
    )
    with pytest.raises(InvalidSpectrumError, match="the run holds no peak in any scan"):
        find_components(empty, detection=detection())
