"""Unit-mass search beside its peers, at one size: the EI part of ``benchmarks.search``."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.comparison import QUERIES, Comparison, ProjectRun, Search, asked, require_equal, say
from benchmarks.foreign_peers import FOREIGN_EI
from benchmarks.libraries import ei_library
from benchmarks.peers import SCIPY_EI, TOP, EiProduct
from benchmarks.table import Budget, IndexBudget, IndexRow, Measured
from benchmarks.timing import Limits, adding_ms, built, clocked, timed
from spectra import SIMPLE_EI, MassSpectrum
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_index import UnitMassHits, UnitMassIndex
from spectra.search.unit_mass_rows import UnitMassChoices, UnitMassRows, unit_mass_row, unit_mass_rows

BATCH = 64
IDENTITY = "EI identity"
IN_BATCHES = f"EI identity, batch of {BATCH}"
BUDGETS = {
    (IDENTITY, 12_500): Budget(median_ms=0.20),
    (IDENTITY, 350_000): Budget(median_ms=1.5, p99_ms=10.0),
    (IN_BATCHES, 350_000): Budget(median_ms=2.0),
}
INDEX_BUDGETS = {350_000: IndexBudget(build_s=5.0, index_mb=600.0)}
_CHOICES = UnitMassChoices(
    weighting=SIMPLE_EI.weighting,
    unit_mass=SIMPLE_EI.unit_mass,
    weakest_peak_fraction=SIMPLE_EI.weakest_peak_fraction,
    lowest_mz=40.0,
)
_CHECKED = 50
_FLOAT32 = 5e-6
"""SciPy's product is float32: so far may it be from the project's float64."""


def measure_ei(real: list[MassSpectrum], size: int, comparison: Comparison) -> Measured:
    """Measure the index, whether it is exact, and its peers."""
    return comparison.run((*SCIPY_EI, *FOREIGN_EI), _project(real, size, comparison.limits))


def _project(real: list[MassSpectrum], size: int, limits: Limits) -> ProjectRun:
    say(f"EI, {size} spectra: making the library")
    made = clocked(partial(ei_library, real, size=size))
    chosen = np.random.default_rng(3).choice(len(real), min(QUERIES, len(real)), replace=False)
    queries = [real[place] for place in chosen]
    say(f"EI, {size} spectra: this project")
    project = built(partial(_built, made.result), lambda index: _ask(index, queries[0]))
    index: UnitMassIndex = project.index
    library = cleaned_ei(unit_mass_rows(made.result, _CHOICES))
    made = replace(made, result=len(made.result.mz))  # the peaks as measured are not needed any more
    cleaned = [cleaned_ei(unit_mass_row(query, _CHOICES)).spectrum(0) for query in queries]
    searches = (_one_by_one(index, queries, cleaned, limits), _in_batches(index, queries, cleaned, limits))
    say(f"EI, {size} spectra: exhaustive search")
    largest = _check(index, queries, EiProduct(library, by_columns=True), cleaned)
    adding = adding_ms(index, PackedSpectra.of(queries[:1]))
    budget = INDEX_BUDGETS.get(size)
    row = IndexRow(
        kind="EI",
        spectra=size,
        peaks=made.result,
        library_made_s=made.seconds,
        project=project.figures,
        add_one_compound_ms=adding,
        budget=budget,
        met=None if budget is None else budget.met_by(project.figures, adding),
        checked_queries=min(_CHECKED, len(queries)),
        largest_difference=largest,
    )
    return ProjectRun(library=library, searches=searches, index=row)


def cleaned_ei(rows: UnitMassRows) -> PackedSpectra:
    """Give spectra as all peers get them: nominal masses, cleaned like the project's, intensities that sum to 1."""
    return PackedSpectra(
        starts=rows.starts,
        mz=rows.masses.astype(np.float64),
        intensity=rows.weights**2,  # the weights are square roots of length 1
        precursor_mz=np.full(len(rows), np.nan),
    )


def _built(library: PackedSpectra) -> UnitMassIndex:
    return UnitMassIndex.build(
        library,
        weighting=_CHOICES.weighting,
        unit_mass=_CHOICES.unit_mass,
        weakest_peak_fraction=_CHOICES.weakest_peak_fraction,
        lowest_mz=_CHOICES.lowest_mz,
    )


def _ask(index: UnitMassIndex, query: MassSpectrum) -> UnitMassHits:
    return index.query(query, top=TOP, allowed=None)


def _one_by_one(
    index: UnitMassIndex, queries: Sequence[MassSpectrum], cleaned: Sequence[MassSpectrum], limits: Limits
) -> Search:
    return asked(
        IDENTITY,
        lambda query: _ask(index, query),
        queries,
        limits=limits,
        budget=BUDGETS.get((IDENTITY, len(index))),
        cleaned=cleaned,
        scores_of=lambda hits: hits.cosines,
    )


def _in_batches(
    index: UnitMassIndex, queries: Sequence[MassSpectrum], cleaned: Sequence[MassSpectrum], limits: Limits
) -> Search:
    firsts = range(0, len(queries) - BATCH + 1, BATCH)
    (timing,) = timed(
        (lambda batch: index.query_many(batch, top=TOP, allowed=None),),
        [queries[first : first + BATCH] for first in firsts],
        limits=limits,
        share=BATCH,
    )
    return Search(
        work=IN_BATCHES,
        timing=timing,
        budget=BUDGETS.get((IN_BATCHES, len(index))),
        cleaned_queries=[cleaned[first : first + BATCH] for first in firsts],
        best=(),
        share=BATCH,
    )


def _check(
    index: UnitMassIndex, queries: Sequence[MassSpectrum], product: EiProduct, cleaned: Sequence[MassSpectrum]
) -> float:
    largest = 0.0
    for query, clean in list(zip(queries, cleaned, strict=True))[:_CHECKED]:
        hits = _ask(index, query)
        exhaustive = product.by_columns(clean)
        what = f"EI, {len(index)} spectra"
        largest = max(largest, require_equal(hits.positions, hits.cosines, exhaustive, tolerance=_FLOAT32, what=what))
    return largest
