"""Areas and retention times of simulated Gaussian peaks against the closed form."""

import math

import numpy as np
import pytest
from scipy.special import erf

from spectra import GC_EI_DETECTION, MassSpectrum, find_components
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run

ION = MassSpectrum(mz=np.array([58.0]), intensity=np.array([1.0]))
BACKGROUND = MassSpectrum(mz=np.array([207.0]), intensity=np.array([1e-9]))
COLUMN = SimulatedColumn(start_s=0.0, end_s=120.0, scan_interval_s=0.25, background=BACKGROUND, bleed_growth=1.0)
CUT = 0.05
"""A peak begins and ends where 5 % of its height is left; the straight line between the ends is the baseline."""


def area_above_the_cut(height, sigma):
    """Integrate a Gaussian between the places where it is 5 % high, less the rectangle below them."""
    half = sigma * math.sqrt(-2.0 * math.log(CUT))
    return height * (sigma * math.sqrt(2.0 * math.pi) * erf(half / (sigma * math.sqrt(2.0))) - 2.0 * half * CUT)


def found(height, sigma, *, column=COLUMN):
    peak = SimulatedPeak(spectrum=ION, retention_time_s=60.0, height=height, width_s=sigma)
    run = simulate_run([peak], column, sample_name="parity", random=np.random.default_rng(20261122))
    (component,) = find_components(run, detection=GC_EI_DETECTION).components
    return component


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.5, 4.0])
@pytest.mark.parametrize("height", [1e5, 1e7])
def test_the_area_of_a_gaussian_peak(height, sigma):
    """Within 1.5 %: the ends fall on whole scans, and each scan's count has its Poisson noise."""
    component = found(height, sigma)
    assert component.retention_time_s == pytest.approx(60.0, abs=0.5 * sigma)
    assert component.area == pytest.approx(area_above_the_cut(height, sigma), rel=0.015)


def test_areas_follow_heights():
    assert found(1e7, 1.5).area / found(1e5, 1.5).area == pytest.approx(100.0, rel=0.01)


def test_a_steady_background_is_no_part_of_the_area():
    noisy = SimulatedColumn(
        start_s=0.0,
        end_s=120.0,
        scan_interval_s=0.25,
        background=MassSpectrum(mz=np.array([207.0]), intensity=np.array([1e4])),
        bleed_growth=1.0,
    )
    assert found(1e6, 1.5, column=noisy).area == pytest.approx(found(1e6, 1.5).area, rel=0.01)
