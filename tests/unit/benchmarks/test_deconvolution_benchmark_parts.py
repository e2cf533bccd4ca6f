from types import SimpleNamespace

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from benchmarks.coelution import TOTAL_HEIGHT, Instrument, coeluting_run, drawn_pairs, usable_references
from benchmarks.deconvolution import Share, both_first
from benchmarks.deconvolution_plot import write_share_plot
from spectra import MassSpectrum

INSTRUMENT = Instrument(
    shape=PchipInterpolator([-3.0, 0.0, 3.0], [0.0, 1.0, 0.0], extrapolate=False),
    background=np.full((60, 20), 200.0),
    nominal_mz=np.arange(40.0, 60.0),
    times_s=100.0 + np.arange(60.0),
    noise_factor=2.0,
    threshold=150.0,
)


def reference(key, ions):
    mz = np.array(ions, dtype=float)
    return SimpleNamespace(compound_key=key, spectrum=MassSpectrum(mz=mz, intensity=np.ones(len(mz))))


def test_a_peak_is_nothing_where_its_shape_is_not_known():
    assert INSTRUMENT.shape_at(np.array([-4.0, -3.5, 0.0, 5.0])).tolist() == [0.0, 0.0, 1.0, 0.0]


def test_pairs_are_of_different_compounds_and_the_same_for_a_seed():
    references = [reference(key, [41, 42, 43, 44]) for key in "aabbc"]
    pairs = drawn_pairs(references, n_pairs=30, random=np.random.default_rng(1))
    assert all(first.compound_key != second.compound_key for first, second in pairs)
    again = drawn_pairs(references, n_pairs=30, random=np.random.default_rng(1))
    assert [(a is c, b is d) for (a, b), (c, d) in zip(pairs, again, strict=True)] == [(True, True)] * 30


def test_spectra_outside_the_range_or_of_few_ions_are_not_used():
    usable = reference("a", [30, 41, 42, 43, 44])
    release = SimpleNamespace(spectra=[usable, reference("b", [41, 42, 43, 90]), reference("c", [30, 41, 42, 43])])
    assert usable_references(release, INSTRUMENT) == (usable,)


def test_a_made_run_says_so_and_holds_what_was_asked():
    spectra = [reference("a", [41, 43]).spectrum, reference("b", [50, 52]).spectrum]
    run = coeluting_run(INSTRUMENT, spectra, apart_scans=10.0, shares=(1.0, 0.1), random=np.random.default_rng(3))
    assert run.metadata.simulated
    assert run.intensity.min() >= INSTRUMENT.threshold
    traces = {
        mz: np.bincount(
            np.repeat(np.arange(60), np.diff(run.scan_starts))[run.mz == mz],
            weights=run.intensity[run.mz == mz],
            minlength=60,
        )
        for mz in (41.0, 43.0, 50.0, 52.0, 57.0)
    }
    assert traces[57.0].tolist() == [200.0] * 60
    assert int(np.argmax(traces[52.0])) - int(np.argmax(traces[43.0])) == pytest.approx(10, abs=1)
    assert traces[41.0].max() + traces[43.0].max() == pytest.approx(TOTAL_HEIGHT, rel=0.2)
    assert traces[50.0].max() + traces[52.0].max() == pytest.approx(0.1 * TOTAL_HEIGHT, rel=0.2)


def test_both_must_be_first():
    pair = (reference("a", [41]), reference("b", [41]))
    assert both_first(["a", "x", "b"], pair)
    assert not both_first(["a", "a"], pair)


def test_the_plot_is_the_same_bytes_every_time(tmp_path):
    shares = [
        Share(way=way, apart_scans=apart, ratio=ratio, pairs=10, both_first=n, components=2.0)
        for n, way in enumerate(("one", "other"))
        for ratio in (1, 3)
        for apart in (1.0, 2.0, 40.0)
    ]
    for name in ("first.svg", "second.svg"):
        write_share_plot(shares, tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()
    assert ">1:3<" in (tmp_path / "first.svg").read_text("utf-8")
