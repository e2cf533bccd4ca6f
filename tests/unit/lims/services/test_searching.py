from dataclasses import replace

import numpy as np
import pytest

from lims.errors import InvalidRecordError, NotFoundError
from lims.services import training
from lims.services.searching import (
    DETECTIONS,
    RunSearch,
    components_again,
    detection_in_words,
    retention_time,
)
from lims.services.training import TRAINING_SUBSTANCES, training_run
from spectra import (
    GC_EI_DECONVOLUTION,
    GC_EI_DETECTION,
    InvalidSettingError,
    InvalidSpectrumError,
    Run,
    RunMetadata,
    find_components,
)
from substance_library import training_release
from tests.builders.laboratories import EXAMINATION


@pytest.fixture(scope="module")
def search():
    return RunSearch(training_release())


def seeded(seed):
    return training_run(random=np.random.default_rng(seed))


def test_the_training_run_holds_its_substances_in_order(search):
    found = search.search(seeded(1), top=3)
    assert [searched.candidates[0].reference.name for searched in found.components] == list(TRAINING_SUBSTANCES)
    assert [searched.component.retention_time_s for searched in found.components] == pytest.approx(
        [260.0, 370.0, 480.0], abs=0.6
    )
    for searched in found.components:
        assert [candidate.rank for candidate in searched.candidates] == [1, 2, 3]
        scores = [candidate.hit.match_factor for candidate in searched.candidates]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_every_training_run_is_identified_well(search, seed):
    found = search.search(seeded(seed), top=1)
    assert [searched.candidates[0].reference.name for searched in found.components] == list(TRAINING_SUBSTANCES)
    assert all(searched.candidates[0].hit.match_factor >= 900.0 for searched in found.components)


def test_a_run_is_searched_from_its_own_lowest_mass(search):
    run = seeded(1)
    from_28 = search.search(run, top=1)
    keep = run.mz >= 40.0
    scan = np.repeat(np.arange(len(run)), np.diff(run.scan_starts))[keep]
    cut = Run(
        scan_times_s=run.scan_times_s,
        scan_starts=np.searchsorted(scan, np.arange(len(run) + 1)),
        mz=run.mz[keep],
        intensity=run.intensity[keep],
        metadata=run.metadata,
    )
    from_40 = search.search(cut, top=1)
    assert [s.candidates[0].reference.name for s in from_40.components] == [
        s.candidates[0].reference.name for s in from_28.components
    ]
    assert run.lowest_mz == 28.0


def test_a_run_without_peaks_and_a_list_of_nothing_are_refused(search):
    empty = Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 0]),
        mz=np.array([]),
        intensity=np.array([]),
        metadata=RunMetadata(),
    )
    with pytest.raises(InvalidSpectrumError, match="the run holds no peak"):
        search.search(empty, top=1)
    with pytest.raises(InvalidSettingError, match="top is 0"):
        search.search(seeded(1), top=0)


def test_the_same_components_are_found_again_or_nothing_is_shown(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    examination = bench.examining.get(EXAMINATION)
    run = bench.importing.read(examination.run_number)
    assert len(components_again(examination, run)) == 3
    with pytest.raises(InvalidRecordError, match="examine it again"):
        components_again(examination, Run(**shifted(run)))


def shifted(run):
    """Give the facts of the same run one second later."""
    names = ("scan_starts", "mz", "intensity", "metadata")
    return {name: getattr(run, name) for name in names} | {"scan_times_s": run.scan_times_s + 1.0}


def test_an_examination_of_the_earlier_way_is_repeated_in_that_way(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    now = bench.examining.get(EXAMINATION)
    run = bench.importing.read(now.run_number)
    by_current = find_components(run, detection=GC_EI_DETECTION).components
    components = tuple(
        replace(examined, retention_time_s=retention_time(component))
        for examined, component in zip(now.components, by_current, strict=True)
    )
    basis = replace(now.basis, detection=detection_in_words(GC_EI_DETECTION))
    earlier = replace(now, basis=basis, components=components)
    assert components_again(earlier, run) == by_current
    with pytest.raises(InvalidRecordError, match="examine it again"):
        components_again(replace(now, basis=basis), run)


def test_an_unknown_way_of_detection_is_refused(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    examination = bench.examining.get(EXAMINATION)
    run = bench.importing.read(examination.run_number)
    unknown = replace(examination, basis=replace(examination.basis, detection="by eye"))
    with pytest.raises(InvalidRecordError, match=r"recorded 'by eye' as its component detection.*it has 'components "):
        components_again(unknown, run)


def test_the_reporting_limit_is_said_in_words():
    assert {detection_in_words(detection): detection for detection in DETECTIONS.values()} == DETECTIONS
    assert detection_in_words(GC_EI_DETECTION) == (
        "peaks of the total ion current with a signal-to-noise ratio of at least 10 and an area of at least 0.5 % "
        "of the largest"
    )
    assert detection_in_words(GC_EI_DECONVOLUTION) == (
        "components parted by deconvolution (gc-ei-deconvolution, version 1) with a signal-to-noise ratio of at "
        "least 10 and an area of at least 0.5 % of the largest"
    )


def test_casework_searches_deconvoluted_components(search):
    assert search.detection == GC_EI_DECONVOLUTION


def test_a_substance_that_the_table_lacks_is_told(monkeypatch):
    monkeypatch.setattr(training, "TRAINING_SUBSTANCES", ("Ketamine", "Nothing at all"))
    with pytest.raises(NotFoundError, match="there is no principal ions of Nothing at all"):
        seeded(1)
