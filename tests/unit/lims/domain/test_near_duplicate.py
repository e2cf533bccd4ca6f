"""One measurement is recognised whatever was done to its file; two measurements of one sample are not."""

from dataclasses import replace

import numpy as np
import pytest

from lims.domain.near_duplicate import EQUAL_SHARE, equal_low_peaks, near_duplicates
from spectra import Run, RunMetadata, read_run
from spectra.chromatogram.scan_facts import ScanFacts


def a_run(seed):
    """Make a run of 300 scans: two substances, and background, both with the noise of counting."""
    noise = np.random.default_rng(seed)
    mz = np.arange(40.0, 240.0)
    pattern = np.random.default_rng(1).gamma(0.3, 300.0, (3, len(mz)))
    shapes = np.exp(-0.5 * ((np.arange(300)[:, None] - np.array([100, 200])) / 4) ** 2) * 50
    expected = 30.0 + 0.05 * pattern[0] + shapes @ pattern[1:]
    counts = noise.poisson(expected).astype(float)
    scan, place = np.nonzero(counts)
    starts = np.searchsorted(scan, np.arange(301))
    return Run(
        scan_times_s=np.arange(300) * 0.5 + 60,
        scan_starts=starts,
        mz=mz[place],
        intensity=counts[scan, place],
        metadata=RunMetadata(sample_name=f"sample {seed}"),
    )


def cut(run, first, last):
    starts = run.scan_starts[first : last + 1]
    peaks = slice(starts[0], starts[-1])
    return replace(
        run,
        scan_times_s=run.scan_times_s[first:last],
        scan_starts=starts - starts[0],
        mz=run.mz[peaks],
        intensity=run.intensity[peaks],
        facts=ScanFacts.unstated(last - first),
    )


CHANGED = {
    "the same": lambda run: run,
    "another header": lambda run: replace(run, metadata=RunMetadata(sample_name="other", acquired_at="2026-01-01")),
    "written again as float32": lambda run: replace(
        run, mz=run.mz.astype(np.float32), intensity=run.intensity.astype(np.float32)
    ),
    "scaled by 1.37": lambda run: replace(run, intensity=np.rint(run.intensity * 1.37)),
    "scaled by 0.8": lambda run: replace(run, intensity=np.rint(run.intensity * 0.8)),
    "scaled by 1000": lambda run: replace(run, intensity=run.intensity * 1000),
    "moved in time": lambda run: replace(run, scan_times_s=run.scan_times_s + 3.3),
    "without its first scan": lambda run: cut(run, 1, 300),
    "without its last scan": lambda run: cut(run, 0, 299),
    "trimmed and scaled": lambda run: cut(replace(run, intensity=np.rint(run.intensity * 2.5)), 20, 280),
}


@pytest.mark.parametrize("how", CHANGED)
@pytest.mark.parametrize("seed", range(3))
def test_one_measurement_is_recognised_whatever_was_done_to_its_file(how, seed):
    run = a_run(seed)
    changed = CHANGED[how](run)
    assert equal_low_peaks(run, changed) >= EQUAL_SHARE
    (like,) = near_duplicates({"one": run, "other": changed, "true": a_run(99)})
    assert (like.one, like.other) == ("one", "other")


def test_two_measurements_of_one_sample_are_two():
    runs = {str(seed): a_run(seed) for seed in range(8)}
    assert near_duplicates(runs) == ()
    assert max(equal_low_peaks(runs["0"], runs[str(seed)]) for seed in range(1, 8)) < 0.5


@pytest.mark.real_data
def test_the_18_real_runs_of_one_day_are_18_measurements_and_a_trimmed_copy_is_none(shared_data):
    folders = sorted((shared_data / "gcms-benzodiazepines").rglob("*.D"))
    runs = {path.name: read_run(path) for path in folders}
    assert len(runs) == 18
    assert near_duplicates(runs) == ()
    shares = [equal_low_peaks(one, other) for one in runs.values() for other in runs.values() if one is not other]
    assert max(shares) < EQUAL_SHARE / 2
    name, run = next(iter(runs.items()))
    copy = cut(replace(run, intensity=np.rint(run.intensity * 1.37)), 1, len(run))
    assert [(like.one, like.other) for like in near_duplicates({**runs, "copy": copy})] == [(name, "copy")]
