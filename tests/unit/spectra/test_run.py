import math

import numpy as np
import pytest

from spectra import InvalidSpectrumError, Run, RunMetadata, UnitMass
from spectra.chromatogram.run import unit_mass_grid

GOOD = {
    "scan_times_s": [1.0, 1.5, 2.0],
    "scan_starts": [0, 2, 2, 5],
    "mz": [58.1, 91.0, 41.0, 58.0, 58.2],
    "intensity": [10.0, 5.0, 1.0, 2.0, 4.0],
}


def run(**changes):
    facts = {name: np.array(values) for name, values in (GOOD | changes).items()}
    return Run(**facts, metadata=RunMetadata())


def test_a_run_keeps_its_scans_and_nobody_can_change_them():
    made = run()
    assert len(made) == 3
    assert made.total_ion_current.tolist() == [15.0, 0.0, 7.0]
    assert made.lowest_mz == 41.0
    for array in (made.scan_times_s, made.scan_starts, made.mz, made.intensity):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_weak_scan_after_a_strong_one_keeps_its_current():
    made = run(scan_starts=[0, 1, 2, 3], mz=[58.0, 58.0, 58.0], intensity=[1e17, 1.0, 2.0])
    assert made.total_ion_current.tolist() == [1e17, 1.0, 2.0]


def test_a_run_without_any_peak_has_no_lowest_mz():
    made = run(scan_starts=[0, 0, 0, 0], mz=[], intensity=[])
    assert made.total_ion_current.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(InvalidSpectrumError, match="the run holds no peak in any scan"):
        _ = made.lowest_mz
    with pytest.raises(InvalidSpectrumError, match="the run holds no peak in any scan"):
        unit_mass_grid(made, unit_mass=UnitMass())


def test_mz_starts_again_with_each_scan_also_after_empty_ones():
    made = run(scan_times_s=[1, 2, 3, 4, 5], scan_starts=[0, 0, 1, 1, 3, 3], mz=[91.0, 41.0, 58.0], intensity=[1, 1, 1])
    assert made.total_ion_current.tolist() == [0.0, 1.0, 0.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scan_starts": [0, 5]}, r"\(3,\) scan times need 4 scan starts, not \(2,\)"),
        ({"scan_times_s": [[1.0, 1.5, 2.0]]}, r"\(1, 3\) scan times need 2 scan starts"),
        ({"scan_times_s": [], "scan_starts": [0], "mz": [], "intensity": []}, "a run without scans"),
        ({"scan_starts": [1, 2, 2, 5]}, "scan starts must rise from 0 to the 5 peaks"),
        ({"scan_starts": [0, 2, 2, 4]}, "scan starts must rise from 0 to the 5 peaks"),
        ({"scan_starts": [0, 3, 2, 5]}, "scan starts must rise from 0 to the 5 peaks"),
        ({"scan_times_s": [1.0, math.nan, 2.0]}, "scan times must be finite and not negative"),
        ({"scan_times_s": [-1.0, 1.5, 2.0]}, "scan times must be finite and not negative"),
        ({"scan_times_s": [1.0, 1.0, 2.0]}, r"scan 2 is not later than the scan before it \(1.0 s\)"),
        ({"scan_times_s": [1.0, 2.0, 1.5]}, r"scan 3 is not later than the scan before it \(1.5 s\)"),
        ({"intensity": [1.0, 2.0]}, r"m/z has shape \(5,\), intensity \(2,\)"),
        ({"mz": [58.1, 91.0, 41.0, 58.0, math.nan]}, "an m/z of the run is not finite"),
        ({"mz": [0.0, 91.0, 41.0, 58.0, 58.2]}, "an m/z of the run is not finite, or not above 0 and at most 100000"),
        ({"mz": [58.1, 91.0, 41.0, 58.0, 100_001.0]}, "an m/z of the run is not finite, or not above 0"),
        ({"intensity": [10.0, 5.0, math.inf, 2.0, 4.0]}, "an intensity of the run is not finite, or negative"),
        ({"intensity": [10.0, 5.0, -1.0, 2.0, 4.0]}, "an intensity of the run is not finite, or negative"),
        ({"mz": [91.0, 58.1, 41.0, 58.0, 58.2]}, "peak 2 of the run stands out of order of m/z"),
        ({"mz": [58.1, 91.0, 41.0, 58.2, 58.0]}, "peak 5 of the run stands out of order of m/z"),
    ],
)
def test_what_no_run_can_have_is_refused(changes, message):
    with pytest.raises(InvalidSpectrumError, match=message):
        run(**changes)


def test_the_grid_adds_up_by_scan_and_nominal_mass():
    grid = unit_mass_grid(run(), unit_mass=UnitMass())
    assert grid.nominal_mz.tolist() == list(range(41, 92))
    assert grid.intensity.shape == (3, 51)
    filled = {
        (scan, int(grid.nominal_mz[column])): float(grid.intensity[scan, column])
        for scan, column in zip(*np.nonzero(grid.intensity), strict=True)
    }
    assert filled == {(0, 58): 10.0, (0, 91): 5.0, (2, 41): 1.0, (2, 58): 6.0}
    with pytest.raises(ValueError, match="read-only"):
        grid.intensity[0, 0] = 1.0
