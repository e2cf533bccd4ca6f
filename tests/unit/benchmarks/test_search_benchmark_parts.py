import re
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import comparison, peers, search
from benchmarks.comparison import NotExactError, require_equal
from benchmarks.exhaustive import ExhaustiveEntropy
from benchmarks.growth_plot import write_growth_plot
from benchmarks.page import BEGIN, END, PageError, write_page
from benchmarks.peers import BinnedProduct, EiProduct, PeerPlan
from benchmarks.table import Agreement, Budget, IndexBudget, IndexRow, Measured, SearchRow, peer_search, text_of
from benchmarks.timing import FEWEST_QUERIES, BuildFigures, Limits, Timing, adding_ms, array_mb, built, timed
from spectra import SIMPLE_EI, Dalton, MassSpectrum, Precursor
from spectra.cleaning_msms import ENTROPY_CLEANING, clean_msms
from spectra.scores import WEIGHTED_ENTROPY, entropy_similarity
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_index import UnitMassIndex

PATIENT = Limits(rounds=3, allowance_s=60.0)


def simulated(count, *, seed=1):
    """Spectra of random peaks with a precursor: nothing about them is measured."""
    random = np.random.default_rng(seed)
    masses = [np.sort(random.choice(np.arange(40, 100), 8, replace=False)) for _ in range(count)]
    return [
        MassSpectrum(mz=mass + 0.05, intensity=random.uniform(1.0, 999.0, 8), precursor=Precursor(mz=110.0 + place % 3))
        for place, mass in enumerate(masses)
    ]


def clean_library(count):
    return clean_msms(PackedSpectra.of(simulated(count)), cleaning=ENTROPY_CLEANING)


def timing(median_ms, *, p99_ms=0.0):
    return Timing(
        median_ms=median_ms, p99_ms=p99_ms, slowest_ms=p99_ms, all_rounds_median_ms=median_ms, queries=5, rounds=1
    )


# timing


def test_every_query_is_asked_in_every_round_and_once_before():
    asked = []
    (found,) = timed((asked.append,), [1, 2, 3, 4], limits=PATIENT)
    assert asked == [1] + 3 * [1, 2, 3, 4]
    assert (found.queries, found.rounds) == (4, 3)


def test_an_allowance_cuts_the_first_round_and_leaves_out_the_others():
    asked = []
    (found,) = timed((asked.append,), list(range(10)), limits=Limits(rounds=3, allowance_s=0.0))
    assert asked == [0, 0, 1, 2]
    assert (found.queries, found.rounds) == (FEWEST_QUERIES, 1)


def test_steps_follow_each_other_and_their_times_add_up():
    results = []

    def seen(place, first):
        results.append((place, first))

    def slow(value):
        return sum(range(200_000)) + value

    one, both = timed((slow, slow), [1, 2], limits=PATIENT, seen=seen)
    assert results == [(0, slow(1)), (1, slow(2))]
    assert both.median_ms > 1.5 * one.median_ms


def test_a_batch_is_shared_among_its_queries():
    (whole,) = timed((lambda _: sum(range(300_000)),), [0], limits=PATIENT)
    (shared,) = timed((lambda _: sum(range(300_000)),), [0], limits=PATIENT, share=100)
    assert shared.median_ms < whole.median_ms / 10


def test_the_median_and_the_fastest_round_of_known_times(monkeypatch):
    clock = iter(np.cumsum([0, 0, 0, 4, 0, 2, 0, 1, 0, 8]).tolist())  # warm-up, then two rounds of two queries
    monkeypatch.setattr("benchmarks.timing.time.thread_time", lambda: next(clock) / 1000)
    (found,) = timed((lambda _: None,), [0, 1], limits=Limits(rounds=2, allowance_s=60.0))
    assert (found.median_ms, found.slowest_ms, found.all_rounds_median_ms) == (1.5, 2.0, 3.0)


# memory


@pytest.mark.parametrize("kind", ["EI", "MS/MS"])
def test_the_arrays_of_an_index_are_what_it_says(kind):
    packed = clean_library(400)
    if kind == "EI":
        index = UnitMassIndex.build(
            packed,
            weighting=SIMPLE_EI.weighting,
            unit_mass=SIMPLE_EI.unit_mass,
            weakest_peak_fraction=0.0,
            lowest_mz=40.0,
        )
    else:
        index = FragmentIndex.build(packed, tolerance=Dalton(0.02))
    assert array_mb(index) == pytest.approx(index.nbytes / 1e6, abs=0.01)  # four tables of codes, 2 kB each


def test_an_array_that_is_held_twice_counts_once():
    array = np.zeros(1000)
    held = SimpleNamespace(one=array, same=[array, {"again": array}], other=(np.zeros(500),), name="arrays")
    assert array_mb(held) == pytest.approx(0.012)


def test_what_was_built_is_measured_and_asked_once():
    asked = []
    found = built(lambda: np.zeros(1_000_000), asked.append)
    assert found.figures.index_mb == pytest.approx(8.0)
    assert asked[0] is found.index


def test_additions_grow_what_the_last_one_gave():
    class Index(tuple):
        __slots__ = ()

        def added(self, one):
            sizes.append(len(self))
            return Index((*self, one))

    sizes = []
    assert adding_ms(Index(), 1) >= 0.0
    assert sizes == list(range(11))


# exactness


def test_equal_hits_pass_with_their_largest_difference():
    exhaustive = np.array([0.1, 0.9, 0.0, 0.5])
    found = require_equal(np.array([1, 3, 0]), np.array([0.9, 0.5, 0.1 + 1e-12]), exhaustive, tolerance=1e-9, what="x")
    assert 0.0 < found < 2e-12


@pytest.mark.parametrize(
    ("positions", "scores"),
    [([1, 0], [0.9, 0.1]), ([1, 3, 0], [0.9, 0.5, 0.2]), ([1, 0, 3], [0.9, 0.5, 0.1]), ([], [])],
    ids=["one left out", "another score", "another spectrum", "nothing found"],
)
def test_other_hits_stop_the_benchmark(positions, scores):
    exhaustive = np.array([0.1, 0.9, 0.0, 0.5])
    with pytest.raises(NotExactError, match=r"EI, 4 spectra: the index differs from exhaustive search by 0\.\d"):
        require_equal(
            np.array(positions, dtype=np.int64), np.array(scores), exhaustive, tolerance=1e-9, what="EI, 4 spectra"
        )


def test_the_exhaustive_scores_are_those_of_pairs():
    library = clean_library(30)
    twin = ExhaustiveEntropy.of(library)
    for place in (0, 11, 29):
        query = library.spectrum(place)
        expected = [entropy_similarity(query, library.spectrum(row), preset=WEIGHTED_ENTROPY) for row in range(30)]
        assert twin.scores(query, FragmentMode.OPEN) == pytest.approx(np.array(expected), abs=1e-9)
        away = np.array([abs(library.precursor_mz[row] - query.precursor.mz) > 0.01 for row in range(30)])
        assert twin.scores(query, FragmentMode.IDENTITY) == pytest.approx(np.where(away, 0.0, expected), abs=1e-9)


# peers


def test_both_products_of_scipy_are_the_cosine():
    counts = np.array([2, 1])
    library = PackedSpectra(
        starts=np.concatenate([[0], np.cumsum(counts)]),
        mz=np.array([58.0, 91.0, 91.0]),
        intensity=np.array([0.8, 0.2, 1.0]),
        precursor_mz=np.full(2, np.nan),
    )
    query = MassSpectrum(mz=np.array([91.0, 200.0]), intensity=np.array([0.5, 0.5]))
    expected = [np.sqrt(0.2) * np.sqrt(0.5), np.sqrt(0.5)]
    by_rows = EiProduct(library, by_columns=False)
    assert EiProduct(library, by_columns=True).by_columns(query) == pytest.approx(expected, abs=1e-6)
    assert by_rows.by_rows(query) == pytest.approx(expected, abs=1e-6)
    assert by_rows.batch([query, query])[1] == pytest.approx(expected, abs=1e-6)


def test_the_binned_product_finds_a_spectrum_itself():
    library = clean_library(30)
    scores = BinnedProduct(library).open(library.spectrum(7))
    assert int(scores.argmax()) == 7
    assert scores[7] == pytest.approx(1.0, abs=1e-6)


def plan(**changes):
    return PeerPlan(name="peer", prepare=peers.as_it_is, build=BinnedProduct, **changes)


def test_a_peer_that_is_absent_says_how_to_install_it():
    refusal = plan(package="no_such_package_of_anybody").refusal(10, slow_peers=True)
    assert refusal == "not installed (uv run --group bench python -m benchmarks.search)"


def test_a_slow_peer_is_measured_up_to_its_size_or_when_asked_for():
    slow = plan(at_most=100, beyond="it takes hours")
    assert slow.refusal(100, slow_peers=False) is None
    assert slow.refusal(101, slow_peers=False).startswith("not measured at this size: it takes hours")
    assert slow.refusal(101, slow_peers=True) is None


# the table


def rows(spectra, *, median_ms, budget=None, peer=None):
    own = timing(median_ms)
    found = peer_search(
        own,
        (timing(10 * median_ms), timing(20 * median_ms)),
        best_by="sorting",
        agreement=Agreement(score="a cosine", queries=5, queries_that_differ=1, largest_difference=0.25),
    )
    build = BuildFigures(build_s=6.0, index_mb=500.0, resident_mb=510.0)
    allowed = IndexBudget(build_s=5.0, index_mb=600.0) if budget else None
    return Measured(
        index=IndexRow(
            kind="EI",
            spectra=spectra,
            peaks=7,
            library_made_s=1.0,
            project=build,
            add_one_compound_ms=0.2,
            budget=allowed,
            met=None if allowed is None else allowed.met_by(build, 0.2),
            checked_queries=5,
            largest_difference=1e-7,
            peers={"Peer": build, "Absent": "not installed"},
        ),
        searches=tuple(
            SearchRow(
                work=work,
                spectra=spectra,
                project=own,
                budget=budget,
                met=None if budget is None else budget.met_by(own),
                peers={"Peer": peer or found, "Absent": "not installed"},
            )
            for work in ("EI identity", "MS/MS open")
        ),
    )


@pytest.mark.parametrize(
    ("measured", "met"), [((1.0, 5.0), True), ((1.0, 5.1), False), ((1.1, 5.0), False)], ids=["kept", "p99", "median"]
)
def test_a_budget_holds_for_the_median_and_the_99th_percentile(measured, met):
    assert Budget(median_ms=1.0, p99_ms=5.0).met_by(timing(measured[0], p99_ms=measured[1])) is met


def test_missed_budgets_are_named():
    measured = [rows(10, median_ms=1.0), rows(20, median_ms=3.0, budget=Budget(median_ms=2.0))]
    assert search.missed(measured) == ["EI identity, 20", "MS/MS open, 20", "EI index, 20"]


def test_the_text_shows_ratios_disagreement_and_what_was_not_measured():
    text = text_of([rows(20, median_ms=3.0, budget=Budget(median_ms=2.0, p99_ms=9.0))])
    assert "MISSED" in text
    assert re.search(r"Peer +median +30 ms.* ratio 0\.1  scores alone", text)
    assert "ratio 0.05  by sorting" in text
    assert "others in 1 of 5 queries, by at most 2.5e-01" in text
    assert re.search(r"Absent +not installed", text)


def test_the_figure_of_the_growth_is_the_same_bytes_every_time(tmp_path):
    measured = [rows(size, median_ms=size / 1000) for size in (1000, 10_000)]
    for name in ("one.svg", "two.svg"):
        write_growth_plot(measured, tmp_path / name)
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "two.svg").read_bytes()
    for words in (b"EI identity", b"MS/MS open", b"Peer", b"Aigaq"):
        assert words in drawn
    assert b"Absent" not in drawn
    assert b"<dc:date>" not in drawn


def test_the_figure_needs_no_row(tmp_path):
    write_growth_plot([], tmp_path / "empty.svg")
    assert (tmp_path / "empty.svg").stat().st_size > 0


FACTS = {
    "machine": {
        "processor": "P",
        "cores": 2,
        "load_at_start": [0.5],
        "python": "3.11",
        "versions": {"scipy": "1.17.1"},
    },
    "seconds": 12,
    "peak_memory_mb": 34,
}


def test_the_page_takes_the_figures_between_its_marks(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(f"# Title\n\n{BEGIN}\nold figures\n{END}\n\nWhat follows.\n", "utf-8")
    measured = [rows(1500, median_ms=3.0, budget=Budget(median_ms=2.0, p99_ms=9.0))]
    for _ in range(2):  # and again
        write_page(measured, FACTS, path)
    text = path.read_text("utf-8")
    assert text.startswith(f"# Title\n\n{BEGIN}\nP, 2 cores, load at start 0.5,")
    assert text.endswith(f"\n{END}\n\nWhat follows.\n")
    assert "| EI identity | 1 500 | **3**; 0 | 2; 9 **missed** | 30; 60 (0.05, 5 queries) | - |" in text
    assert "| 1 500 | 7 | **6**; 500; 0.2 | 5; 600; 10 **missed** | 6; 500 | - |" in text
    assert "- Absent, 1 500 spectra: not installed.\n" in text
    assert "old figures" not in text


def test_a_page_without_marks_is_left_alone(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(f"{END} {BEGIN}", "utf-8")
    with pytest.raises(PageError, match="has not both marks"):
        write_page([], FACTS, path)
    assert path.read_text("utf-8") == f"{END} {BEGIN}"


def test_without_real_data_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(search, "SHARED_DATA", tmp_path / "absent")
    assert search.main(["--json"]) == 2
    assert "no real spectra at" in capsys.readouterr().err


def test_what_is_said_goes_to_the_error_stream(capsys):
    comparison.say("measuring")
    assert capsys.readouterr() == ("", "measuring\n")
