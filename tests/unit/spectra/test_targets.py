"""Targets in simulated runs: what is a target, what only stands where it should, what is not there."""

import math
from dataclasses import replace

import numpy as np
import pytest

from spectra import SIMPLE_EI, MassSpectrum, UnitMass
from spectra.chromatogram.ion_chromatogram import IonIntegration
from spectra.chromatogram.run import Run, RunMetadata, unit_mass_grid
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.chromatogram.target_ions import TargetIonRule, TargetIons, choose_target_ions, standing_ions
from spectra.chromatogram.targets import (
    ExpectedTarget,
    QuantifiedSignal,
    RunForTargets,
    Target,
    TargetLimits,
    TargetOutcome,
    response_at,
    search_everywhere,
    search_target,
)
from spectra.errors import InvalidSettingError


def spectrum(**ions):
    mz = sorted(int(name[1:]) for name in ions)
    return MassSpectrum(mz=np.array(mz, dtype=float), intensity=np.array([float(ions[f"m{m}"]) for m in mz]))


WANTED = spectrum(m91=300, m134=999, m162=400, m205=600)
SAME_ION = spectrum(m77=999, m105=700, m134=900)
"""Shares the quantifier and nothing else."""
LIKE = spectrum(m91=300, m134=999, m162=400, m205=250)
"""The same ions, one of them in another ratio."""
BACKGROUND = spectrum(m44=40, m207=60)
COLUMN = SimulatedColumn(start_s=0.0, end_s=200.0, scan_interval_s=0.3, background=BACKGROUND, bleed_growth=2.0)
LIMITS = TargetLimits(
    integration=IonIntegration(
        end_fraction=0.01,
        valley_fraction=0.05,
        neighbourhood_s=30.0,
        minimum_signal_to_noise=10.0,
        minimum_width_scans=2,
    ),
    signal=QuantifiedSignal.QUANTIFIER_ION,
    preset=SIMPLE_EI,
    minimum_match_factor=800.0,
    retention_tolerance_s=6.0,
    ratio_tolerance=0.3,
    background_scans=5,
)
TARGET = Target(
    name="wanted", references=(SAME_ION, WANTED), ions=TargetIons(quantifier_mz=134, qualifier_mz=(205, 91))
)
ONE_REFERENCE = replace(TARGET, references=(WANTED,))
EXPECTED = ExpectedTarget(retention_time_s=100.0, qualifier_ratios=(0.6, 0.3))
RULE = TargetIonRule(
    unit_mass=UnitMass(),
    lowest_mz=60,
    minimum_fraction_of_base_peak=0.05,
    largest_foreign_fraction=0.05,
    isotope_span=3,
    qualifiers=2,
)


def prepared(*peaks):
    """Simulate a run of peaks, each a spectrum, a retention time and a height."""
    run = simulate_run(
        [SimulatedPeak(spectrum=s, retention_time_s=at, height=height, width_s=1.0) for s, at, height in peaks],
        COLUMN,
        sample_name="simulated",
        random=np.random.default_rng(20261122),
    )
    return RunForTargets(run=run, grid=unit_mass_grid(run, unit_mass=UnitMass()))


def looked_for(*peaks, target=ONE_REFERENCE, limits=LIMITS):
    return search_target(prepared(*peaks), target, expected=EXPECTED, limits=limits)


def test_a_target_is_found_with_its_evidence():
    finding = looked_for((WANTED, 101.0, 1e5))
    assert (finding.outcome, finding.found) == (TargetOutcome.FOUND, True)
    assert finding.peak.retention_time_s == pytest.approx(101.0, abs=0.3)
    assert finding.peak.area == pytest.approx(1e5 * math.sqrt(2.0 * math.pi), rel=0.03)
    assert finding.peak.factors.match_factor > 950
    assert [(ratio.mz, ratio.within) for ratio in finding.peak.qualifiers] == [(205, True), (91, True)]
    assert [ratio.ratio for ratio in finding.peak.qualifiers] == pytest.approx([0.6, 0.3], rel=0.05)


def test_the_largest_peak_of_the_window_is_not_taken_for_the_target():
    finding = looked_for((SAME_ION, 96.0, 2e6), (WANTED, 103.0, 1e5))
    assert finding.found
    assert finding.peak.retention_time_s == pytest.approx(103.0, abs=0.3)


def test_another_substance_where_the_target_elutes_is_named_as_such():
    finding = looked_for((SAME_ION, 100.0, 2e6))
    assert (finding.outcome, finding.found) == (TargetOutcome.OTHER_SPECTRUM, False)
    assert finding.peak.factors.match_factor < 800


def test_a_qualifier_that_does_not_agree_is_named():
    finding = looked_for((LIKE, 100.0, 1e5))
    assert finding.outcome is TargetOutcome.RATIO_OUT
    assert [ratio.within for ratio in finding.peak.qualifiers] == [False, True]


@pytest.mark.parametrize("peaks", [(), ((WANTED, 100.0, 5.0),), ((WANTED, 130.0, 1e5),), ((WANTED, 108.0, 1e6),)])
def test_nothing_weak_elsewhere_or_on_a_flank_is_the_target(peaks):
    finding = looked_for(*peaks)
    assert (finding.outcome, finding.peak) == (TargetOutcome.NO_PEAK, None)


def test_in_a_calibrator_the_spectrum_says_where_the_target_is():
    everywhere = search_everywhere(prepared((SAME_ION, 60.0, 2e6), (WANTED, 140.0, 1e5)), ONE_REFERENCE, limits=LIMITS)
    assert everywhere.found
    assert everywhere.peak.retention_time_s == pytest.approx(140.0, abs=0.3)
    assert all(math.isnan(ratio.expected) and ratio.within for ratio in everywhere.peak.qualifiers)


def test_of_several_references_the_best_counts():
    assert looked_for((WANTED, 100.0, 1e5), target=TARGET) == looked_for((WANTED, 100.0, 1e5))


def test_the_total_ion_current_can_be_measured_instead():
    by_ion = looked_for((WANTED, 100.0, 1e5))
    by_all = looked_for((WANTED, 100.0, 1e5), limits=replace(LIMITS, signal=QuantifiedSignal.TOTAL_ION_CURRENT))
    ions = (300 + 999 + 400 + 600) / 999
    assert by_all.peak.area == pytest.approx(ions * by_ion.peak.area, rel=0.03)


def test_a_peak_without_an_area_in_the_measured_signal_is_no_peak():
    """The quantifier rises while all ions together dip: there is nothing to integrate."""
    times = np.arange(0.0, 200.0, 0.3)
    rise = 1000.0 * np.exp(-0.5 * ((times - 100.0) / 1.0) ** 2)
    rows = np.stack([rise, 1e5 - 5.0 * rise], axis=1)
    run = Run(
        scan_times_s=times,
        scan_starts=np.arange(len(times) + 1) * 2,
        mz=np.tile([134.0, 207.0], len(times)),
        intensity=rows.ravel(),
        metadata=RunMetadata(),
    )
    dip = RunForTargets(run=run, grid=unit_mass_grid(run, unit_mass=UnitMass()))
    target = Target(name="dip", references=(spectrum(m134=999),), ions=TargetIons(quantifier_mz=134, qualifier_mz=()))
    limits = replace(LIMITS, signal=QuantifiedSignal.TOTAL_ION_CURRENT)
    expected = ExpectedTarget(retention_time_s=100.0, qualifier_ratios=())
    assert search_target(dip, target, expected=expected, limits=LIMITS).outcome is not TargetOutcome.NO_PEAK
    assert search_target(dip, target, expected=expected, limits=limits).outcome is TargetOutcome.NO_PEAK


def test_the_response_of_a_blank_is_measured_without_limits():
    weak = prepared((WANTED, 100.0, 40.0))
    assert response_at(weak, ONE_REFERENCE, expected=EXPECTED, limits=LIMITS) == pytest.approx(100.0, rel=0.3)
    assert response_at(prepared(), ONE_REFERENCE, expected=EXPECTED, limits=LIMITS) == 0.0


def test_without_a_qualifier_ion_at_all_the_ratio_is_infinite_and_out():
    bare = Target(name="bare", references=(WANTED,), ions=TargetIons(quantifier_mz=134, qualifier_mz=(300,)))
    finding = search_target(
        prepared((WANTED, 100.0, 1e5)),
        bare,
        expected=ExpectedTarget(retention_time_s=100.0, qualifier_ratios=(0.5,)),
        limits=LIMITS,
    )
    assert finding.outcome is TargetOutcome.RATIO_OUT
    assert finding.peak.qualifiers[0].ratio == 0.0


@pytest.mark.parametrize(
    "name", ["minimum_match_factor", "retention_tolerance_s", "ratio_tolerance", "background_scans"]
)
def test_limits_are_above_zero(name):
    with pytest.raises(InvalidSettingError, match=name):
        replace(LIMITS, **{name: 0})


def test_ions_are_chosen_strongest_first_without_isotopologues():
    reference = spectrum(m58=999, m134=900, m135=500, m137=450, m138=400, m91=300, m205=20)
    assert choose_target_ions(reference, others=[], background=frozenset(), rule=RULE) == TargetIons(
        quantifier_mz=134, qualifier_mz=(138, 91)
    )


def test_ions_of_the_background_and_of_other_targets_are_not_chosen():
    other = spectrum(m134=30, m205=999)
    reference = spectrum(m134=900, m205=700, m207=650, m91=300)
    chosen = choose_target_ions(reference, others=[other], background=frozenset({207}), rule=RULE)
    assert chosen == TargetIons(quantifier_mz=134, qualifier_mz=(91,))  # 134 is 3 % of the other one's base peak


def test_equal_ions_are_taken_heavier_first():
    reference = spectrum(m91=500, m150=500)
    assert choose_target_ions(reference, others=[], background=frozenset(), rule=RULE).quantifier_mz == 150


def test_a_reference_without_a_usable_ion_is_refused():
    with pytest.raises(InvalidSettingError, match="no ion from m/z 60 on"):
        choose_target_ions(spectrum(m44=999, m58=500), others=[], background=frozenset(), rule=RULE)


def test_ions_that_half_of_all_scans_hold_are_background():
    standing = standing_ions(prepared((WANTED, 100.0, 1e5)).grid)
    assert standing == frozenset({44, 207})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minimum_fraction_of_base_peak", 1.5),
        ("largest_foreign_fraction", math.nan),
        ("qualifiers", -1),
        ("lowest_mz", -1),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(name, value):
    with pytest.raises(InvalidSettingError):
        replace(RULE, **{name: value})


@pytest.mark.parametrize("masses", [(134, (134,)), (134, (91, 91)), (0, ())])
def test_target_ions_differ(masses):
    with pytest.raises(InvalidSettingError, match="different masses above 0"):
        TargetIons(quantifier_mz=masses[0], qualifier_mz=masses[1])
