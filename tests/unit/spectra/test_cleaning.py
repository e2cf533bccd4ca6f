import math

import numpy as np
import pytest

from spectra import InvalidSettingError, MassSpectrum, Precursor
from spectra.cleaning import drop_weak_peaks, keep_from, scale_to_base_peak

PRECURSOR = Precursor(mz=120.0)
SPECTRUM = MassSpectrum(mz=np.array([41.0, 58.0, 91.0]), intensity=np.array([2.0, 200.0, 50.0]), precursor=PRECURSOR)
EMPTY = MassSpectrum(mz=np.array([]), intensity=np.array([]))


def test_the_base_peak_becomes_the_base():
    scaled = scale_to_base_peak(SPECTRUM, base=999.0)
    assert scaled.intensity.tolist() == [9.99, 999.0, 249.75]
    assert scaled.mz.tolist() == [41.0, 58.0, 91.0]
    assert scaled.precursor == PRECURSOR


@pytest.mark.parametrize(
    "nothing", [EMPTY, MassSpectrum(mz=np.array([58.0]), intensity=np.array([0.0]))], ids=["empty", "zero"]
)
def test_a_spectrum_without_signal_cannot_be_scaled_and_stays(nothing):
    assert scale_to_base_peak(nothing, base=999.0) is nothing


@pytest.mark.parametrize("base", [0.0, -1.0, math.nan])
def test_a_base_is_above_zero(base):
    with pytest.raises(InvalidSettingError, match=f"base is {base}; expected above 0"):
        scale_to_base_peak(SPECTRUM, base=base)


def test_a_peak_of_exactly_the_fraction_stays():
    kept = drop_weak_peaks(SPECTRUM, fraction_of_base_peak=0.25)
    assert kept.mz.tolist() == [58.0, 91.0]
    assert kept.precursor == PRECURSOR
    assert drop_weak_peaks(SPECTRUM, fraction_of_base_peak=0.0) == SPECTRUM
    assert drop_weak_peaks(EMPTY, fraction_of_base_peak=0.5) == EMPTY


@pytest.mark.parametrize("fraction", [-0.1, 1.0, math.nan])
def test_a_fraction_is_below_one(fraction):
    with pytest.raises(InvalidSettingError, match=rf"fraction_of_base_peak is {fraction}; expected in \[0, 1\)"):
        drop_weak_peaks(SPECTRUM, fraction_of_base_peak=fraction)


def test_what_the_instrument_did_not_scan_is_left_out():
    assert keep_from(SPECTRUM, lowest_mz=58.0).mz.tolist() == [58.0, 91.0]
    assert keep_from(SPECTRUM, lowest_mz=58.0).precursor == PRECURSOR
    assert len(keep_from(SPECTRUM, lowest_mz=92.0)) == 0
