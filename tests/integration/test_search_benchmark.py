"""The benchmark of the matching core on tiny libraries: every line of its table, so that it cannot rot."""

import importlib.util
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks import msms_search, search
from benchmarks.comparison import Comparison, NotExactError
from benchmarks.ei_search import BATCH, IDENTITY, IN_BATCHES, measure_ei
from benchmarks.msms_search import WORKS, measure_msms
from benchmarks.table import PeerSearch, text_of
from benchmarks.timing import BuildFigures, Limits, machine
from spectra import MassSpectrum, Precursor
from spectra.cleaning_msms import ENTROPY_CLEANING, clean_msms
from spectra.search.packed import PackedSpectra

ROOT = Path(__file__).parents[2]
SIZE = 150
QUICK = Comparison(limits=Limits(rounds=1, allowance_s=1.0), slow_peers=True)


def simulated(*, offset, precursor):
    """Spectra of random peaks, as many as one batch: nothing about them is measured."""
    random = np.random.default_rng(5)
    return [
        MassSpectrum(
            mz=np.sort(random.choice(np.arange(41, 140), 12, replace=False)) + offset,
            intensity=random.uniform(20.0, 999.0, 12),
            precursor=Precursor(mz=150.0 + place % 4) if precursor else None,
        )
        for place in range(BATCH)
    ]


@cache  # nothing about the figures is compared from test to test
def measured_ei():
    return measure_ei(simulated(offset=0.0, precursor=False), SIZE, QUICK)


@cache
def measured_msms():
    packed = PackedSpectra.of(simulated(offset=0.05, precursor=True))
    return measure_msms(clean_msms(packed, cleaning=ENTROPY_CLEANING), SIZE, QUICK)


def peers_that(rows, package):
    return [(name, figure) for row in rows for name, figure in row.peers.items() if name.startswith(package)]


@pytest.mark.parametrize(("measure", "works"), [(measured_ei, (IDENTITY, IN_BATCHES)), (measured_msms, tuple(WORKS))])
def test_every_line_of_the_table_is_measured(measure, works):
    found = measure()
    assert tuple(row.work for row in found.searches) == works
    assert found.index.spectra == SIZE
    assert found.index.checked_queries > 0
    assert found.index.largest_difference < 5e-6
    assert all(0.0 < row.project.median_ms <= row.project.slowest_ms for row in found.searches)
    scipy = [figure for _, figure in peers_that(found.searches, "SciPy") if isinstance(figure, PeerSearch)]
    assert scipy
    assert all(figure.with_best.median_ms > figure.scores.median_ms > 0.0 for figure in scipy)
    assert all(isinstance(figure, BuildFigures) for name, figure in found.index.peers.items() if "SciPy" in name)


@pytest.mark.parametrize("package", ["ms_entropy", "matchms"])
@pytest.mark.parametrize("measure", [measured_ei, measured_msms])
def test_peers_are_measured_where_they_are_installed_and_named_where_not(measure, package):
    found = peers_that(measure().searches, package)
    assert found
    if importlib.util.find_spec(package) is None:
        assert {figure for _, figure in found} == {"not installed (uv run --group bench python -m benchmarks.search)"}
    else:
        assert any(isinstance(figure, PeerSearch) for _, figure in found)


def test_the_report_is_json_and_the_text_names_every_work():
    measured = [measured_ei(), measured_msms()]
    report = json.loads(json.dumps(search.report(measured, {"machine": machine()})))
    assert [row["spectra"] for row in report["searches"]] == [SIZE] * 6
    assert report["machine"]["versions"]["scipy"] != "not installed"
    assert report["budgets_missed"] == []
    for work in (IDENTITY, IN_BATCHES, *WORKS):
        assert work in text_of(measured)


def test_a_search_that_is_not_exact_stops_the_benchmark(monkeypatch):
    right = msms_search._ask

    def wrong(index, query, mode):
        hits = right(index, query, mode)
        return type(hits)(
            **{name: getattr(hits, name) for name in hits.__dataclass_fields__} | {"scores": hits.scores * 0.999}
        )

    monkeypatch.setattr(msms_search, "_ask", wrong)
    with pytest.raises(NotExactError, match="MS/MS identity, 10 mDa window, 150 spectra"):
        measured_msms.__wrapped__()


@pytest.mark.real_data
@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize("kinds", [("ei",), pytest.param(("ei", "msms"), marks=pytest.mark.nightly)])
def test_the_command_prints_one_json_object(tmp_path, kinds):
    command = [sys.executable, "-m", "benchmarks.search", "--json", "--sizes", "300", "--rounds", "1"]
    command += ["--kinds", *kinds]
    done = subprocess.run(
        [*command, "--allowance", "1", "--plot", str(tmp_path / "growth.svg")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["machine"]["threads"]["OMP_NUM_THREADS"] == "1"
    assert [row["kind"] for row in report["indexes"]] == ["EI", "MS/MS"][: len(kinds)]
    assert len(report["searches"]) == {1: 2, 2: 6}[len(kinds)]
    assert report["searches"][0]["project"]["queries"] == 200
    assert "EI, 300 spectra: this project" in done.stderr
    assert (tmp_path / "growth.svg").is_file()
