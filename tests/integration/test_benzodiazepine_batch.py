"""A real GC-MS batch of 18 injections, searched as casework searches it.

What the samples are is known from the study's own sequence table: etizolam calibrators and check standards, blanks,
three exhibits; bupivacaine was added to every one of them as the internal standard.
"""

import csv

import pytest

from lims.services.searching import RunSearch
from spectra import read_run
from spectra.formats import read_andi_cdf, write_andi_cdf
from substance_library import release_from_msp

pytestmark = pytest.mark.real_data

RUNS = [f"2202230{number:02d}" for number in range(1, 19)]
BENCHMARK = ("220223001", "220223005", "220223014", "220223016", "220223018")
ENOUGH = 800.0
"""Below it a first rank names what the spectrum resembles, not what it is."""
EXPECTED = {
    "Bupivacaine": (391.0, 2.0),
    "Etizolam": (615.0, 5.0),
    "Flubromazepam": (446.0, 2.0),
}
"""Retention time and its tolerance, seconds."""


@pytest.fixture(scope="module")
def search(shared_data):
    return RunSearch(release_from_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz"))


@pytest.fixture(scope="module")
def identified(shared_data, search):
    """Give for each run what its components are: every first rank of at least ``ENOUGH``."""
    return {run: firm(search, read_run(shared_data / "gcms-benzodiazepines" / f"{run}.D")) for run in RUNS}


@pytest.fixture(scope="module")
def sequence(shared_data):
    with (shared_data / "gcms-benzodiazepines" / "sequence.csv").open(encoding="utf-8") as file:
        return {row["run"]: row for row in csv.DictReader(file)}


def firm(search, run):
    found = []
    for searched in search.search(run, top=5).components:
        first = searched.candidates[0]
        if first.hit.match_factor >= ENOUGH:
            found.append((first.reference.name, searched.component.retention_time_s, first.hit.match_factor))
    return found


def names(found):
    return sorted(name for name, _, _ in found)


@pytest.mark.parametrize("run", RUNS)
def test_the_internal_standard_is_found_in_every_run(identified, run):
    (standard,) = [found for found in identified[run] if found[0] == "Bupivacaine"]
    assert standard[2] >= 900.0


@pytest.mark.parametrize("run", RUNS)
def test_every_identity_elutes_where_it_belongs(identified, run):
    for name, retention_time_s, _ in identified[run]:
        expected, tolerance = EXPECTED[name]
        assert retention_time_s == pytest.approx(expected, abs=tolerance), name


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("220223001", ["Bupivacaine"]),
        ("220223005", ["Bupivacaine", "Etizolam"]),
        ("220223014", ["Bupivacaine", "Etizolam"]),
        ("220223016", ["Bupivacaine"]),
        ("220223018", ["Bupivacaine", "Etizolam", "Flubromazepam"]),
    ],
)
def test_the_benchmark_runs_hold_these_substances_and_no_other(identified, run, expected):
    assert names(identified[run]) == expected


def test_etizolam_is_in_every_standard_and_in_no_blank(identified, sequence):
    kinds = {run: sequence[run]["sample_type"] for run in RUNS}
    assert {kind: list(kinds.values()).count(kind) for kind in kinds.values()} == {
        "blank": 6,
        "calibrator": 7,
        "control": 2,
        "exhibit": 3,
    }
    for run, kind in kinds.items():
        if kind != "exhibit":
            assert ("Etizolam" in names(identified[run])) == (kind != "blank"), run


@pytest.mark.parametrize("run", BENCHMARK)
def test_the_interchange_format_gives_the_same_hit_lists(shared_data, search, tmp_path, run):
    original = read_run(shared_data / "gcms-benzodiazepines" / f"{run}.D")
    (tmp_path / "copy.cdf").write_bytes(write_andi_cdf(original))
    copy = read_andi_cdf(tmp_path / "copy.cdf")
    assert firm(search, copy) == firm(search, original)
