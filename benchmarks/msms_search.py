"""MS/MS search beside its peers, at one size: the MS/MS part of ``benchmarks.search``."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.comparison import QUERIES, Comparison, ProjectRun, Search, asked, require_equal, say
from benchmarks.exhaustive import ExhaustiveEntropy
from benchmarks.foreign_peers import FOREIGN_MSMS, TOLERANCE_DA, WINDOW_DA
from benchmarks.libraries import msms_library
from benchmarks.peers import SCIPY_MSMS, TOP
from benchmarks.table import Budget, IndexBudget, IndexRow, Measured
from benchmarks.timing import Limits, adding_ms, built, clocked
from spectra import Dalton, MassSpectrum
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.fragment_scoring import FragmentHits
from spectra.search.packed import PackedSpectra

WORKS = {
    "MS/MS identity, 10 mDa window": FragmentMode.IDENTITY,
    "MS/MS open": FragmentMode.OPEN,
    "MS/MS neutral loss": FragmentMode.NEUTRAL_LOSS,
    "MS/MS hybrid": FragmentMode.HYBRID,
}
BUDGETS = {
    ("MS/MS identity, 10 mDa window", 1_000_000): Budget(median_ms=0.10),
    ("MS/MS open", 1_000_000): Budget(median_ms=1.2),
    ("MS/MS neutral loss", 1_000_000): Budget(median_ms=1.2),
    ("MS/MS hybrid", 1_000_000): Budget(median_ms=5.0),
}
INDEX_BUDGETS = {1_000_000: IndexBudget(build_s=10.0, index_mb=400.0)}
_SAME = 1e-9


def measure_msms(real: PackedSpectra, size: int, comparison: Comparison) -> Measured:
    """Measure the index, whether it is exact, and its peers."""
    return comparison.run((*SCIPY_MSMS, *FOREIGN_MSMS), _project(real, size, comparison.limits))


def _project(real: PackedSpectra, size: int, limits: Limits) -> ProjectRun:
    say(f"MS/MS, {size} spectra: making the library")
    made = clocked(partial(msms_library, real, size=size))
    library: PackedSpectra = made.result
    chosen = np.random.default_rng(3).choice(len(real), min(QUERIES, len(real)), replace=False)
    queries = [real.spectrum(int(place)) for place in chosen]
    say(f"MS/MS, {size} spectra: this project")
    project = built(
        partial(FragmentIndex.build, library, tolerance=Dalton(TOLERANCE_DA)),
        lambda index: _ask(index, queries[0], FragmentMode.HYBRID),
    )
    index: FragmentIndex = project.index
    searches = _searches(index, queries, limits)
    say(f"MS/MS, {size} spectra: exhaustive search")
    checked = queries[: checked_queries(size)]
    largest = _check(index, checked, ExhaustiveEntropy.of(library))
    adding = adding_ms(index, PackedSpectra.of(queries[:1]))
    budget = INDEX_BUDGETS.get(size)
    row = IndexRow(
        kind="MS/MS",
        spectra=size,
        peaks=len(library.mz),
        library_made_s=made.seconds,
        project=project.figures,
        add_one_compound_ms=adding,
        budget=budget,
        met=None if budget is None else budget.met_by(project.figures, adding),
        checked_queries=len(checked),
        largest_difference=largest,
    )
    return ProjectRun(library=library, searches=searches, index=row)


def checked_queries(size: int) -> int:
    """Give how many queries are searched exhaustively too: five of a large library take half a minute."""
    return min(40, max(5, 500_000 // size))


def _ask(index: FragmentIndex, query: MassSpectrum, mode: FragmentMode) -> FragmentHits:
    window = Dalton(WINDOW_DA) if mode is FragmentMode.IDENTITY else None
    return index.query(query, mode=mode, top=TOP, precursor_tolerance=window)


def _searches(index: FragmentIndex, queries: Sequence[MassSpectrum], limits: Limits) -> tuple[Search, ...]:
    return tuple(
        asked(
            work,
            lambda query, mode=mode: _ask(index, query, mode),
            queries,
            limits=limits,
            budget=BUDGETS.get((work, len(index))),
            cleaned=queries,
            scores_of=lambda hits: hits.scores,
        )
        for work, mode in WORKS.items()
    )


def _check(index: FragmentIndex, queries: Sequence[MassSpectrum], twin: ExhaustiveEntropy) -> float:
    largest = 0.0
    for query in queries:
        for work, mode in WORKS.items():
            hits = _ask(index, query, mode)
            what = f"{work}, {len(index)} spectra"
            exhaustive = twin.scores(query, mode)
            largest = max(largest, require_equal(hits.positions, hits.scores, exhaustive, tolerance=_SAME, what=what))
    return largest
