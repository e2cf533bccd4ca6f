"""The project's searches beside those of peers: same library, same cleaning, same queries, one process."""

import gc
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import TOP, Peer, PeerMode, PeerPlan
from benchmarks.table import Agreement, Budget, IndexRow, Measured, PeerSearch, SearchRow, peer_search
from benchmarks.timing import BuildFigures, Limits, Timing, built, timed
from spectra.search.packed import PackedSpectra
from spectra.search.top_k import largest_positions

QUERIES = 200
_SAME = 1e-5
_NO_SUCH_SEARCH = "has no such search"

Floats = npt.NDArray[np.floating]


class NotExactError(RuntimeError):
    """The index gave something else than exhaustive search."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """One kind of search as the project did it, and what peers are asked."""

    work: str
    timing: Timing
    budget: Budget | None
    cleaned_queries: Sequence[Any] = field(repr=False)
    best: Sequence[Floats] = field(repr=False)
    """The best scores of each query, falling; empty where peers are not compared."""
    share: int = 1
    """Spectra in one query."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProjectRun:
    """What the project did at one size; its index is gone, so that peers have the memory."""

    library: PackedSpectra
    """As peers get it: cleaned."""
    searches: tuple[Search, ...]
    index: IndexRow
    """Without peers yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How peers are measured."""

    limits: Limits
    slow_peers: bool

    def run(self, plans: Sequence[PeerPlan], project: ProjectRun) -> Measured:
        """Build one peer after the other, ask it everything, and let it go."""
        library, searches = project.library, project.searches
        builds: dict[str, BuildFigures | str] = {}
        peers: dict[str, dict[str, PeerSearch | str]] = {search.work: {} for search in searches}
        for plan in plans:
            refusal = plan.refusal(len(library), slow_peers=self.slow_peers)
            if refusal is not None:
                builds[plan.name] = refusal
                for search in searches:
                    peers[search.work][plan.name] = refusal
                continue
            builds[plan.name], found = self._measured(plan, library, searches)
            for work, figure in found.items():
                peers[work][plan.name] = figure
            gc.collect()
        rows = tuple(_row(search, peers[search.work], len(library)) for search in searches)
        return Measured(index=replace(project.index, peers=builds), searches=rows)

    def _measured(
        self, plan: PeerPlan, library: PackedSpectra, searches: Sequence[Search]
    ) -> tuple[BuildFigures, dict[str, PeerSearch | str]]:
        say(f"{len(library)} spectra: {plan.name}")
        if plan.package is not None:
            _import_quietly(plan.package)  # neither its time nor its memory belong to the index
        make = partial(plan.build, plan.prepare(library))

        def ask(peer: Peer) -> None:
            for search in searches:
                mode = peer.modes().get(search.work)
                if mode is not None:
                    mode.scores(search.cleaned_queries[0])

        peer = built(make, ask)
        del make
        modes = peer.index.modes()
        return peer.figures, {search.work: self._asked(modes.get(search.work), search) for search in searches}

    def _asked(self, mode: PeerMode | None, search: Search) -> PeerSearch | str:
        if mode is None:
            return _NO_SUCH_SEARCH
        differences: list[float] = []

        def seen(place: int, scores: Floats) -> None:
            if mode.same_score and len(search.best):
                differences.append(_difference(scores, search.best[place]))

        timings = timed(
            (mode.scores, mode.best), search.cleaned_queries, limits=self.limits, share=search.share, seen=seen
        )
        agreement = Agreement(
            score=mode.score,
            queries=len(differences),
            queries_that_differ=sum(difference > _SAME for difference in differences),
            largest_difference=max(differences, default=None),
        )
        return peer_search(search.timing, timings, best_by=mode.best_by, agreement=agreement)


def asked(
    work: str,
    ask: Callable[[Any], Any],
    queries: Sequence[Any],
    *,
    limits: Limits,
    budget: Budget | None,
    cleaned: Sequence[Any],
    scores_of: Callable[[Any], Floats],
) -> Search:
    """Measure one kind of search of the project and keep its best scores."""
    best: list[Floats] = []
    (timing,) = timed((ask,), queries, limits=limits, seen=lambda _, hits: best.append(scores_of(hits)))
    return Search(work=work, timing=timing, budget=budget, cleaned_queries=cleaned, best=best)


def require_equal(
    positions: npt.NDArray[np.int64], scores: Floats, exhaustive: Floats, *, tolerance: float, what: str
) -> float:
    """Compare hits with the scores of all spectra.

    Returns
    -------
    float
        The largest difference of a score.

    Raises
    ------
    NotExactError
        If a hit has another score there, or the best scores there are others.
    """
    best = _falling(exhaustive)
    there = np.zeros(len(best))
    there[: len(scores)] = scores
    difference = max(
        float(np.abs(there - best).max(initial=0.0)), float(np.abs(exhaustive[positions] - scores).max(initial=0.0))
    )
    if difference > tolerance:
        raise NotExactError(f"{what}: the index differs from exhaustive search by {difference:.3g}")
    return difference


def _import_quietly(package: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # psims, which matchms imports, misses a codec that nobody needs here
        import_module(package)


def say(text: str) -> None:
    """Tell the person who waits what is being measured."""
    print(text, file=sys.stderr, flush=True)


def _row(search: Search, peers: dict[str, PeerSearch | str], spectra: int) -> SearchRow:
    met = None if search.budget is None else search.budget.met_by(search.timing)
    return SearchRow(
        work=search.work, spectra=spectra, project=search.timing, budget=search.budget, met=met, peers=peers
    )


def _difference(scores: Floats, best: Floats) -> float:
    return float(np.abs(_falling(scores)[: len(best)] - best).max(initial=0.0))


def _falling(scores: Floats) -> Floats:
    found: Floats = np.sort(scores[largest_positions(scores, TOP)])[::-1]
    return found
