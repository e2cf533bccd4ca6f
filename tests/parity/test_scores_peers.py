"""Scores against figures that ms_entropy 1.5.3 and matchms 0.21.1 gave for the same peaks, and against both if present.

The figures were computed once and stand here, so that the tests need neither package. ms_entropy holds m/z and
intensity as float32: that is the difference below 1e-6. matchms's ``NeutralLossesCosine`` and ``ModifiedCosine`` agree
here because no peak has two candidates; where one has, theirs takes the largest product first, ours the nearest.
"""

from dataclasses import replace

import numpy as np
import pytest

from spectra import MassSpectrum, Precursor
from spectra.scores import (
    ACCURATE_COSINE,
    ACCURATE_COSINE_OPTIMAL,
    UNWEIGHTED_ENTROPY,
    WEIGHTED_ENTROPY,
    accurate_cosine,
    entropy_similarity,
    hybrid_cosine,
    neutral_loss_cosine,
)

UNCLEANED = {"weakest_peak_fraction": 0.0, "precursor_margin_mz": None}
COSINE = replace(ACCURATE_COSINE, **UNCLEANED)
OPTIMAL = replace(ACCURATE_COSINE_OPTIMAL, **UNCLEANED)
SCORES = {
    "entropy": lambda a, b: entropy_similarity(a, b, preset=replace(WEIGHTED_ENTROPY, **UNCLEANED)),
    "entropy-unweighted": lambda a, b: entropy_similarity(a, b, preset=replace(UNWEIGHTED_ENTROPY, **UNCLEANED)),
    "CosineHungarian": lambda a, b: accurate_cosine(a, b, preset=OPTIMAL),
    "CosineGreedy": lambda a, b: accurate_cosine(a, b, preset=COSINE),
    "NeutralLossesCosine": lambda a, b: neutral_loss_cosine(a, b, preset=COSINE),
    "ModifiedCosine": lambda a, b: hybrid_cosine(a, b, preset=COSINE),
}
CASES = [
    (
        ([95.464, 221.035, 256.065, 263.474, 312.311], [48.9, 36.0, 59.6, 24.3, 80.4], 450.0),
        (
            [95.4726, 221.0401, 238.3, 263.4744, 312.3205, 329.3, 392.3, 399.3],
            [86.9, 13.7, 47.2, 28.4, 9.2, 89.7, 43.6, 15.6],
            450.0,
        ),
        [0.513232768, 0.455980361, 0.488038526, 0.488038526, 0.488038526, 0.488038526],
    ),
    (
        (
            [81.453, 123.349, 130.17, 235.008, 256.08, 312.498, 354.23, 389.346],
            [80.7, 19.8, 10.2, 2.8, 30.0, 73.0, 49.8, 85.4],
            450.0,
        ),
        (
            [81.4387, 105.3, 123.3592, 210.3, 235.007, 256.0688, 259.3, 312.5052, 354.2209, 357.3, 389.3329],
            [22.5, 32.2, 26.6, 97.9, 94.2, 34.7, 44.2, 32.1, 74.9, 5.0, 7.7],
            450.0,
        ),
        [0.624477327, 0.556344867, 0.611611338, 0.611611338, 0.611611338, 0.611611338],
    ),
    (
        (
            [109.464, 130.075, 158.313, 172.072, 305.222, 326.393, 354.447, 396.38],
            [33.2, 64.7, 35.9, 13.9, 32.2, 40.1, 91.4, 12.5],
            450.0,
        ),
        (
            [63.3, 70.3, 98.3, 109.4751, 130.0791, 158.3028, 273.3, 305.2219, 326.3804, 354.4503, 396.3719],
            [9.5, 56.6, 96.4, 90.8, 70.3, 7.6, 80.8, 68.7, 15.2, 47.0, 5.9],
            450.0,
        ),
        [0.672445416, 0.644044697, 0.675305855, 0.675305855, 0.675305855, 0.675305855],
    ),
    (
        (
            [158.249, 242.143, 277.303, 284.301, 291.12, 312.311, 319.179, 333.367, 368.145],
            [45.3, 57.0, 7.2, 56.0, 81.6, 70.8, 80.5, 50.1, 88.3],
            450.0,
        ),
        (
            [182.3, 228.1288, 263.2732, 273.3, 277.0939, 301.3, 312.32, 333.3755, 364.3, 368.1491],
            [11.7, 87.7, 37.8, 10.0, 62.3, 46.0, 43.4, 85.4, 14.6, 62.1],
            435.9843,
        ),
        [0.380717278, 0.387405992, 0.391777241, 0.391777241, 0.31861985, 0.710397091],
    ),
    (
        ([95.086, 102.006, 144.034, 186.23, 221.487, 228.022], [39.2, 74.2, 61.4, 3.9, 5.5, 45.8], 450.0),
        (
            [87.9915, 91.3, 130.0119, 172.207, 207.4823, 210.3, 287.2843, 301.2843],
            [87.6, 91.6, 37.1, 88.8, 93.0, 41.3, 74.9, 37.2],
            435.9843,
        ),
        [0.0, 0.0, 0.0, 0.0, 0.476132068, 0.476132068],
    ),
    (
        (
            [60.484, 74.297, 81.337, 102.187, 137.092, 151.146, 228.36, 277.162, 326.346, 333.251],
            [17.1, 2.1, 59.6, 53.5, 86.7, 42.2, 78.8, 2.8, 3.7, 60.3],
            450.0,
        ),
        (
            [
                60.481,
                67.3101,
                88.1573,
                123.073,
                168.3,
                214.3468,
                263.1469,
                312.3423,
                329.2843,
                333.2633,
                357.2843,
                385.3,
            ],
            [23.4, 7.7, 13.6, 38.1, 34.4, 56.8, 88.9, 37.2, 19.2, 58.2, 1.2, 39.1],
            435.9843,
        ),
        [0.197768271, 0.191966474, 0.192217431, 0.192217431, 0.485809625, 0.678027057],
    ),
]
CROWDED = (
    ([100.0, 100.015, 150.0, 150.01, 200.0], [10.0, 80.0, 50.0, 20.0, 99.0], 450.0),
    ([100.012, 100.02, 150.008, 200.01], [90.0, 15.0, 60.0, 70.0], 450.0),
)
"""Peaks with two candidates each: CosineHungarian and CosineGreedy both give 0.953024731."""


def spectrum(mz, intensity, precursor):
    return MassSpectrum(mz=np.array(mz), intensity=np.array(intensity), precursor=Precursor(mz=precursor))


@pytest.mark.parametrize("place", range(len(SCORES)), ids=list(SCORES))
@pytest.mark.parametrize("case", CASES)
def test_the_figures_of_the_peers(case, place):
    query, reference, expected = case
    found = list(SCORES.values())[place](spectrum(*query), spectrum(*reference))
    assert found == pytest.approx(expected[place], abs=1e-6)


def test_the_best_assignment_is_theirs_too():
    query, reference = (spectrum(*peaks) for peaks in CROWDED)
    assert SCORES["CosineHungarian"](query, reference) == pytest.approx(0.953024731, abs=1e-6)


def test_nearest_first_is_not_largest_first():
    query, reference = (spectrum(*peaks) for peaks in CROWDED)
    assert SCORES["CosineGreedy"](query, reference) == pytest.approx(0.87142538, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_ms_entropy_itself(case):
    peer = pytest.importorskip("ms_entropy", reason="ms_entropy is no dependency; the committed figures stand in")
    query, reference, _ = case
    arrays = [np.c_[mz, np.array(height) / sum(height)].astype(np.float32) for mz, height, _ in (query, reference)]
    found = SCORES["entropy"](spectrum(*query), spectrum(*reference))
    theirs = peer.calculate_entropy_similarity(*arrays, ms2_tolerance_in_da=0.02, clean_spectra=False)
    assert found == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_matchms_itself(case):
    peer = pytest.importorskip("matchms", reason="matchms is no dependency; the committed figures stand in")
    from matchms.similarity import CosineHungarian

    pair = [
        peer.Spectrum(mz=np.array(mz), intensities=np.array(height) / max(height), metadata={"precursor_mz": ion})
        for mz, height, ion in case[:2]
    ]
    theirs = float(CosineHungarian(tolerance=0.02, intensity_power=0.5).pair(*pair)["score"])
    assert SCORES["CosineHungarian"](spectrum(*case[0]), spectrum(*case[1])) == pytest.approx(theirs, abs=1e-6)
