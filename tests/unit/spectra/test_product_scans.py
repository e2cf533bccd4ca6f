import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import (
    GC_EI_DECONVOLUTION,
    GC_EI_DETECTION,
    Dalton,
    InvalidSettingError,
    InvalidSpectrumError,
    Ppm,
    Precursor,
    Run,
    RunMetadata,
)
from spectra.chromatogram import find_components
from spectra.chromatogram.product_scans import grouped_by_precursor, product_spectra, scans_of_level
from spectra.chromatogram.scan_facts import ScanFacts

N = math.nan
BOTH_WAYS = pytest.mark.parametrize(
    "detection", [GC_EI_DETECTION, GC_EI_DECONVOLUTION], ids=["current", "deconvolution"]
)


def facts(**changes):
    """Four scans: MS1, two MS2 of one ion, MS1; one value may stand for all four."""
    rows = {
        "ms_level": [1, 2, 2, 1],
        "polarity": 1,
        "centroided": 1,
        "precursor_mz": [N, 304.1543, 304.1544, N],
        "precursor_charge": [0, 1, 0, 0],
        "isolation_lower_offset": [N, 0.5, 0.5, N],
        "isolation_upper_offset": [N, 0.5, N, N],
        "collision_energy_ev": [N, 20.0, 40.0, N],
        "activation": ("", "CID", "CID", ""),
    } | changes
    return ScanFacts(
        **{
            name: tuple(values) if name == "activation" else np.array(values if np.ndim(values) else [values] * 4)
            for name, values in rows.items()
        }
    )


def run(*, times=(1.0, 1.1, 1.1, 2.0), **changes):
    return Run(
        scan_times_s=np.array(times),
        scan_starts=np.array([0, 2, 5, 5, 6]),
        mz=np.array([100.0, 304.2, 82.1, 105.0, 182.1, 304.2]),
        intensity=np.array([1.0, 9.0, 5.0, 2.0, 8.0, 7.0]),
        metadata=RunMetadata(sample_name="made for this test"),
        facts=facts(**changes),
    )


def product_run(scans):
    """Lay MS2 scans without peaks, given as time, precursor, charge and polarity, out as a run."""
    times, mz, charge, polarity = (np.array(column) for column in zip(*scans, strict=True))
    n = len(scans)
    stated = ScanFacts.unstated(n)
    return Run(
        scan_times_s=times,
        scan_starts=np.zeros(n + 1),
        mz=np.array([]),
        intensity=np.array([]),
        metadata=RunMetadata(),
        facts=ScanFacts(
            ms_level=np.full(n, 2),
            polarity=polarity,
            centroided=stated.centroided,
            precursor_mz=mz,
            precursor_charge=charge,
            isolation_lower_offset=stated.isolation_lower_offset,
            isolation_upper_offset=stated.isolation_upper_offset,
            collision_energy_ev=stated.collision_energy_ev,
            activation=stated.activation,
        ),
    )


def test_a_run_of_which_nothing_is_stated_is_all_ms1():
    made = Run(
        scan_times_s=np.array([1.0, 2.0]),
        scan_starts=np.array([0, 0, 0]),
        mz=np.array([]),
        intensity=np.array([]),
        metadata=RunMetadata(),
    )
    assert len(made.facts) == 2
    assert made.facts.ms_level.tolist() == [1, 1]
    assert made.facts.polarity.tolist() == [0, 0]
    assert made.facts.centroided.tolist() == [-1, -1]
    assert np.isnan(made.facts.precursor_mz).all()
    assert made.facts.activation == ("", "")


def test_nobody_can_change_the_facts():
    with pytest.raises(ValueError, match="read-only"):
        facts().ms_level[0] = 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"polarity": [1, 1]}, "facts of different lengths"),
        ({"activation": ("",)}, "facts of different lengths"),
        ({"ms_level": [1, 2, 2, 0]}, "scan 4: ms_level is 0, expected 1 to 10"),
        ({"ms_level": [1, 2, 11, 1]}, "scan 3: ms_level is 11, expected 1 to 10"),
        ({"polarity": [2, 1, 1, 1]}, "scan 1: polarity is 2, expected -1, 0 or 1"),
        ({"centroided": [1, 1, 1, -2]}, "scan 4: centroided is -2"),
        ({"precursor_mz": [304.1, 304.1, N, N]}, "scan 1: precursor_mz is 304.1, expected .* none for MS1"),
        ({"precursor_mz": [N, 0.0, N, N]}, "scan 2: precursor_mz is 0.0"),
        ({"precursor_mz": [N, math.inf, N, N]}, "scan 2: precursor_mz is inf"),
        ({"precursor_charge": [0, 1001, 0, 0]}, "scan 2: precursor_charge is 1001"),
        ({"precursor_charge": [1, 1, 0, 0]}, "scan 1: precursor_charge is 1, expected .* 0 for MS1"),
        ({"isolation_lower_offset": [N, -0.5, N, N]}, "scan 2: isolation_lower_offset is -0.5"),
        ({"isolation_upper_offset": [N, math.inf, N, N]}, "scan 2: isolation_upper_offset is inf"),
        ({"collision_energy_ev": [N, N, -1.0, N]}, "scan 3: collision_energy_ev is -1.0"),
    ],
)
def test_facts_that_no_scan_can_have_are_refused(changes, message):
    with pytest.raises(InvalidSpectrumError, match=message):
        facts(**changes)


def test_facts_about_another_number_of_scans_are_refused():
    with pytest.raises(InvalidSpectrumError, match="3 scans, but facts about 4"):
        Run(
            scan_times_s=np.array([1.0, 2.0, 3.0]),
            scan_starts=np.zeros(4),
            mz=np.array([]),
            intensity=np.array([]),
            metadata=RunMetadata(),
            facts=facts(),
        )


@pytest.mark.parametrize("times", [(1.0, 1.0, 1.0, 2.0), (1.0, 1.1, 1.1, 1.1), (0.0, 0.5, 0.5, 0.5)])
def test_a_product_scan_may_share_the_time_of_its_neighbour(times):
    assert run(times=times).scan_times_s.tolist() == list(times)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ((1.0, 1.0, 1.0, 1.0), r"scan 4 is not later than the MS1 scan before it \(1.0 s\)"),
        ((1.0, 1.1, 1.1, 1.0), r"scan 4 is not later than the MS1 scan before it \(1.0 s\)"),
        ((1.0, 1.2, 1.1, 2.0), r"scan 3 is earlier than the scan before it \(1.1 s after 1.2 s\)"),
        ((1.0, 0.9, 1.1, 2.0), r"scan 2 is earlier than the scan before it \(0.9 s after 1.0 s\)"),
    ],
)
def test_times_that_go_back_are_refused_whatever_the_levels(times, message):
    with pytest.raises(InvalidSpectrumError, match=message):
        run(times=times)


def test_the_scans_of_one_level_keep_all_that_is_known_about_them():
    first, second = scans_of_level(run(), 1), scans_of_level(run(), 2)
    assert first.scan_times_s.tolist() == [1.0, 2.0]
    assert first.scan_starts.tolist() == [0, 2, 3]
    assert first.mz.tolist() == [100.0, 304.2, 304.2]
    assert first.intensity.tolist() == [1.0, 9.0, 7.0]
    assert first.facts.ms_level.tolist() == [1, 1]
    assert first.metadata == run().metadata
    assert second.scan_starts.tolist() == [0, 3, 3]
    assert second.mz.tolist() == [82.1, 105.0, 182.1]
    assert second.facts.precursor_mz.tolist() == [304.1543, 304.1544]
    assert second.facts.activation == ("CID", "CID")
    with pytest.raises(InvalidSpectrumError, match="no scan of MS level 3 among 4"):
        scans_of_level(run(), 3)


def test_product_spectra_carry_their_precursors():
    found = product_spectra(run(precursor_mz=[N, 304.1543, N, N]))
    assert [(one.scan, one.retention_time_s, one.polarity, one.collision_energy_ev) for one in found] == [
        (1, 1.1, 1, 20.0),
        (2, 1.1, 1, 40.0),
    ]
    assert found[0].spectrum.mz.tolist() == [82.1, 105.0, 182.1]
    assert found[0].spectrum.intensity.tolist() == [5.0, 2.0, 8.0]
    assert found[0].spectrum.precursor == Precursor(mz=304.1543, charge=1)
    assert found[1].spectrum.precursor is None
    assert len(found[1].spectrum) == 0
    assert product_spectra(run())[1].spectrum.precursor == Precursor(mz=304.1544, charge=None)


@BOTH_WAYS
def test_a_run_with_product_scans_has_no_chromatogram_of_ions(detection):
    with pytest.raises(InvalidSpectrumError, match="2 of 4 scans are not MS1; expected the scans of one level"):
        find_components(run(), detection=detection)


@BOTH_WAYS
def test_a_run_of_profiles_has_no_chromatogram_of_ions(detection):
    profiles = scans_of_level(run(centroided=[0, 1, 1, 1]), 1)
    with pytest.raises(InvalidSpectrumError, match="1 of 2 scans are profiles; expected centroids"):
        find_components(profiles, detection=detection)


@BOTH_WAYS
@pytest.mark.parametrize("centroided", [1, -1])
def test_centroids_and_what_may_be_centroids_are_searched_for_components(centroided, detection):
    assert find_components(scans_of_level(run(centroided=centroided), 1), detection=detection).components == ()


def test_scans_of_one_precursor_close_in_time_make_one_group():
    made = product_run(
        [
            (1.0, 304.1543, 1, 1),
            (1.0, 290.1387, 1, 1),
            (2.0, 304.1545, 1, 1),
            (3.0, 304.1544, 0, 1),
            (3.0, 304.1544, 1, -1),
            (30.0, 304.1543, 1, 1),
        ]
    )
    found = grouped_by_precursor(made, tolerance=Ppm(10), longest_gap_s=5.0)
    assert [group.scans for group in found] == [(0, 2), (1,), (3,), (4,), (5,)]
    assert (found[0].precursor_mz, found[0].precursor_charge, found[0].polarity) == (304.1544, 1, 1)
    assert (found[0].first_time_s, found[0].last_time_s) == (1.0, 2.0)
    assert (found[3].polarity, found[2].precursor_charge) == (-1, 0)


def test_both_ends_of_tolerance_and_gap_count():
    made = product_run([(0.0, 300.0, 0, 0), (5.0, 300.01, 0, 0), (10.0, 300.010001, 0, 0), (16.0, 300.0, 0, 0)])
    found = grouped_by_precursor(made, tolerance=Dalton(0.01), longest_gap_s=5.0)
    assert [group.scans for group in found] == [(0, 1), (2,), (3,)]


def test_a_run_without_product_scans_or_precursors_has_no_groups():
    assert grouped_by_precursor(scans_of_level(run(), 1), tolerance=Ppm(10), longest_gap_s=5.0) == ()
    assert grouped_by_precursor(run(precursor_mz=N), tolerance=Ppm(10), longest_gap_s=5.0) == ()


@pytest.mark.parametrize("gap", [0.0, -1.0, math.nan])
def test_a_gap_that_cuts_everything_is_refused(gap):
    with pytest.raises(InvalidSettingError, match="longest_gap_s is"):
        grouped_by_precursor(run(), tolerance=Ppm(10), longest_gap_s=gap)


PRECURSORS = st.integers(0, 40).map(lambda step: 300.0 + step / 1000)
SCANS = st.lists(
    st.tuples(st.integers(0, 20).map(float), PRECURSORS, st.sampled_from([0, 1, 2]), st.sampled_from([-1, 1])),
    min_size=1,
    max_size=25,
)


def slow_groups(scans, width, gap):
    """Take the lowest precursor that is left, with all that it reaches; then cut where the time jumps."""
    left, groups = set(range(len(scans))), []
    while left:
        lowest = min(left, key=lambda scan: scans[scan][1])
        _, mz, charge, polarity = scans[lowest]
        alike = {
            scan
            for scan in left
            if scans[scan][2:] == (charge, polarity) and round((scans[scan][1] - mz) * 1e6) <= round(width * 1e6)
        }
        left -= alike
        ordered = sorted(alike)
        cuts = [i + 1 for i, (a, b) in enumerate(pairwise(ordered)) if scans[b][0] - scans[a][0] > gap]
        groups += [tuple(ordered[a:b]) for a, b in pairwise([0, *cuts, len(ordered)])]
    return sorted(groups)


@given(scans=SCANS, width=st.sampled_from([0.001, 0.005, 0.02]), gap=st.sampled_from([1.0, 3.0]))
def test_the_groups_are_those_of_the_slow_twin(scans, width, gap):
    scans = sorted(scans, key=lambda scan: scan[0])
    found = grouped_by_precursor(product_run(scans), tolerance=Dalton(width), longest_gap_s=gap)
    assert [group.scans for group in found] == slow_groups(scans, width, gap)
