"""The rows of the search benchmark, and how they are printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.timing import BuildFigures, Timing, figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one kind of search may take at one size."""

    median_ms: float
    p99_ms: float | None = None

    def met_by(self, timing: Timing) -> bool:
        """Say whether a timing keeps it."""
        return timing.median_ms <= self.median_ms and (self.p99_ms is None or timing.p99_ms <= self.p99_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBudget:
    """What an index may take at one size."""

    build_s: float
    index_mb: float
    add_ms: float = 10.0

    def met_by(self, build: BuildFigures, add_ms: float) -> bool:
        """Say whether an index keeps it."""
        return build.build_s <= self.build_s and build.index_mb <= self.index_mb and add_ms <= self.add_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a peer's best scores compare with the project's, both sorted."""

    score: str
    """Of the peer."""
    queries: int
    """Compared; 0 where the peer has another score."""
    queries_that_differ: int
    """By more than 1e-5 in any of the best 25."""
    largest_difference: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSearch:
    """What one peer took for one kind of search."""

    scores: Timing
    """The vector of all scores, and nothing else."""
    with_best: Timing
    """The same with the best 25."""
    best_by: str
    """How the best 25 are taken."""
    ratio_project_to_scores: float
    ratio_project_to_with_best: float
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One kind of search at one size."""

    work: str
    spectra: int
    project: Timing
    """The exact best 25 included."""
    budget: Budget | None
    met: bool | None
    """None where there is no budget at this size."""
    peers: dict[str, PeerSearch | str]
    """A text says why there are no figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One index at one size."""

    kind: str
    spectra: int
    peaks: int
    library_made_s: float
    project: BuildFigures
    add_one_compound_ms: float
    """Median of additions to the built index, the second to the last of them to one that has grown already."""
    budget: IndexBudget | None
    met: bool | None
    checked_queries: int
    """Compared with exhaustive search; the benchmark stops where one differs."""
    largest_difference: float
    peers: dict[str, BuildFigures | str] = field(default_factory=dict)
    """None of them adds a spectrum to what it has built: each builds anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The rows of one library."""

    index: IndexRow
    searches: tuple[SearchRow, ...]


def peer_search(project: Timing, timings: Sequence[Timing], *, best_by: str, agreement: Agreement) -> PeerSearch:
    """Put a peer's times beside the project's."""
    scores, with_best = timings
    return PeerSearch(
        scores=scores,
        with_best=with_best,
        best_by=best_by,
        ratio_project_to_scores=_ratio(project, scores),
        ratio_project_to_with_best=_ratio(project, with_best),
        agreement=agreement,
    )


def _ratio(project: Timing, peer: Timing) -> float:
    return figures(project.median_ms / peer.median_ms)


def text_of(measured: Iterable[Measured]) -> str:
    """Lay the rows out as lines for people."""
    return "\n".join(line for rows in measured for line in _library_lines(rows))


def _library_lines(rows: Measured) -> list[str]:
    index = rows.index
    budget = index.budget
    allowed = "" if budget is None else f"  budget {budget.build_s:g} s, {budget.index_mb:g} MB, {budget.add_ms:g} ms"
    exact = f"{index.checked_queries} queries as exhaustive search, largest difference {index.largest_difference:.1e}"
    own = f"{_build_text(index.project)}, add one {index.add_one_compound_ms:g} ms"
    lines = [
        f"\n{index.kind}, {index.spectra} spectra, {index.peaks} peaks; {exact}",
        f"  index: {own}{allowed}{_met(index.met)}",
    ]
    for name, figure in index.peers.items():
        lines.append(f"    {name:34} {figure if isinstance(figure, str) else _build_text(figure)}")
    for row in rows.searches:
        lines.extend(_search_lines(row))
    return lines


def _search_lines(row: SearchRow) -> list[str]:
    budget = row.budget
    limit = "" if budget is None else f"  budget {budget.median_ms:g}"
    if budget is not None and budget.p99_ms is not None:
        limit += f", p99 {budget.p99_ms:g}"
    lines = [f"  {row.work:36} {_timing_text(row.project)}{limit}{_met(row.met)}"]
    for name, peer in row.peers.items():
        if isinstance(peer, str):
            lines.append(f"    {name:34} {peer}")
            continue
        lines += [
            f"    {name:34} {_timing_text(peer.scores)}  ratio {peer.ratio_project_to_scores:g}  scores alone",
            f"    {'':34} {_timing_text(peer.with_best)}  ratio {peer.ratio_project_to_with_best:g}  by {peer.best_by}",
            f"    {'':34} {_agreement_text(peer.agreement)}",
        ]
    return lines


def _timing_text(timing: Timing) -> str:
    asked = f"{timing.queries} x {timing.rounds}"
    return f"median {timing.median_ms:8.4g} ms, p99 {timing.p99_ms:8.4g} ms ({asked})"


def _agreement_text(agreement: Agreement) -> str:
    if not agreement.queries:
        return agreement.score
    others = f"others in {agreement.queries_that_differ} of {agreement.queries} queries"
    return f"{agreement.score}; {others}, by at most {agreement.largest_difference:.1e}"


def _build_text(figure: BuildFigures) -> str:
    return f"build {figure.build_s:g} s, {figure.index_mb:g} MB of arrays, process grown by {figure.resident_mb:g} MB"


def _met(met: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return {None: "", True: "  met", False: "  MISSED"}[met]
