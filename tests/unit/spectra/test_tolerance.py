import math

import numpy as np
import pytest

from spectra import Dalton, InvalidSettingError, InvalidToleranceError, MassSpectrum, Ppm, Precursor, UnitMass
from spectra.tolerance import to_udalton


def test_a_dalton_tolerance_is_the_same_everywhere():
    assert Dalton(0.3).half_width_udalton(np.array([50.0, 500.0])).tolist() == [300_000, 300_000]


def test_a_ppm_tolerance_grows_with_mz_and_is_rounded_down():
    # 10 ppm of 150.00005 are 1500.0005 micro-daltons
    assert Ppm(10).half_width_udalton(np.array([150.00005, 500.0])).tolist() == [1_500, 5_000]


@pytest.mark.parametrize("width", [0, -0.1, 5.1, math.nan, math.inf])
def test_a_dalton_tolerance_has_a_range(width):
    with pytest.raises(InvalidToleranceError, match=f"{width} Da; expected above 0 and at most 5 Da"):
        Dalton(width)


@pytest.mark.parametrize("width", [0, -1, 10_001, math.nan, math.inf])
def test_a_ppm_tolerance_has_a_range(width):
    with pytest.raises(InvalidToleranceError, match=f"{width} ppm; expected above 0 and at most 10000 ppm"):
        Ppm(width)


def test_the_widest_tolerances_are_inside():
    assert (Dalton(5.0).width, Ppm(10_000).width) == (5.0, 10_000)
    assert (Dalton(1e-6).width, Ppm(0.5).width) == (1e-6, 0.5)


@pytest.mark.parametrize("border", [0.0, 1.0, -0.5, 2.0, math.nan])
def test_the_border_of_unit_mass_is_inside_the_unit_interval(border):
    with pytest.raises(InvalidSettingError, match=f"round_up_from is {border}"):
        UnitMass(round_up_from=border)


@pytest.mark.parametrize(
    ("mz", "nominal"), [(99.648, 99), (99.648_999, 99), (99.649, 100), (100.0, 100), (100.648_999, 100), (0.3, 0)]
)
def test_a_fraction_from_0_649_on_belongs_to_the_next_mass(mz, nominal):
    assert UnitMass().nominal(np.array([mz])).tolist() == [nominal]


def test_a_border_in_the_middle_rounds_half_up():
    assert UnitMass(round_up_from=0.5).nominal(np.array([57.499, 57.5])).tolist() == [57, 58]


def test_binning_adds_what_shares_a_mass_and_leaves_out_what_is_nothing():
    precursor = Precursor(mz=120.0)
    spectrum = MassSpectrum(
        mz=np.array([0.2, 57.7, 58.1, 58.6, 90.9, 91.1]),
        intensity=np.array([9.0, 1.0, 2.0, 4.0, 0.0, 8.0]),
        precursor=precursor,
    )
    binned = UnitMass().bin(spectrum)
    assert binned.mz.tolist() == [58.0, 91.0]
    assert binned.intensity.tolist() == [7.0, 8.0]
    assert binned.precursor == precursor


def test_an_empty_spectrum_bins_to_an_empty_one():
    empty = MassSpectrum(mz=np.array([]), intensity=np.array([]))
    assert len(UnitMass().bin(empty)) == 0


def test_micro_daltons_are_whole_and_rounded():
    assert to_udalton(np.array([58.0651, 0.000_000_4, 0.000_000_6])).tolist() == [58_065_100, 0, 1]
