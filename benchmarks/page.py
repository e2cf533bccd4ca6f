"""The measured figures as Markdown, written into a page between two marks, so that nobody copies a figure by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.table import IndexRow, Measured, PeerSearch, SearchRow
from benchmarks.timing import BuildFigures, figures

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
_MET = {None: "-", True: "met", False: "**missed**"}
_EMPTY = "-"


class PageError(ValueError):
    """A page has no place for the figures."""


def write_page(measured: Sequence[Measured], facts: dict[str, Any], path: Path) -> None:
    """Replace what stands between the marks of a page.

    Raises
    ------
    PageError
        If the page has not both marks, in their order.
    """
    text = path.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise PageError(f"{path} has not both marks; expected {BEGIN} and then {END}")
    path.write_text(f"{before}{BEGIN}\n{markdown_of(measured, facts)}\n{END}{after}", "utf-8")


def markdown_of(measured: Sequence[Measured], facts: dict[str, Any]) -> str:
    """Lay the rows out as Markdown tables: searches and indexes of each kind, with what was not measured below."""
    machine = facts["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    computer = f"{machine['processor']}, {machine['cores']} cores, load at start {machine['load_at_start'][0]}"
    cost = f"{facts['seconds']} s in all, at most {facts['peak_memory_mb']} MB"
    parts = [f"{computer}, Python {machine['python']}, {versions}; {cost}."]
    for kind in dict.fromkeys(part.index.kind for part in measured):
        chosen = [part for part in measured if part.index.kind == kind]
        rows = [row for part in chosen for row in part.searches]
        indexes = [part.index for part in chosen]
        parts += [f"### {kind}", _searches(rows), _indexes(indexes), _reasons(rows)]
    return "\n\n".join(part for part in parts if part)


def _searches(rows: Sequence[SearchRow]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.peers))
    head = ["search", "spectra", "Aigaq median; p99", "budget", *names]
    works = list(dict.fromkeys(row.work for row in rows))
    ordered = sorted(rows, key=lambda row: (works.index(row.work), row.spectra))
    return _table(head, ([*_own(row), *(_peer(row.peers.get(name)) for name in names)] for row in ordered))


def _own(row: SearchRow) -> list[str]:
    budget = _EMPTY
    if row.budget is not None:
        tail = "" if row.budget.p99_ms is None else f"; {row.budget.p99_ms:g}"
        budget = f"{row.budget.median_ms:g}{tail} {_MET[row.met]}"
    return [row.work, _count(row.spectra), f"**{row.project.median_ms:g}**; {row.project.p99_ms:g}", budget]


def _peer(peer: PeerSearch | str | None) -> str:
    if not isinstance(peer, PeerSearch):
        return _EMPTY
    cut = "" if peer.scores.queries >= 100 or peer.scores.rounds > 1 else f", {peer.scores.queries} queries"  # noqa: PLR2004
    return f"{peer.scores.median_ms:g}; {peer.with_best.median_ms:g} ({peer.ratio_project_to_with_best:g}{cut})"


def _indexes(rows: Sequence[IndexRow]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.peers))
    head = ["index", "peaks", "Aigaq build s; MB; add one ms", "budget", *names]
    lines = []
    for row in rows:
        own = f"**{row.project.build_s:g}**; {row.project.index_mb:g}; {row.add_one_compound_ms:g}"
        allowed = row.budget
        limit = _EMPTY
        if allowed is not None:
            limit = f"{allowed.build_s:g}; {allowed.index_mb:g}; {allowed.add_ms:g} {_MET[row.met]}"
        builds = (_build(row.peers.get(name)) for name in names)
        lines.append([_count(row.spectra), _count(row.peaks), own, limit, *builds])
    return _table(head, lines)


def _build(build: BuildFigures | str | None) -> str:
    return f"{figures(build.build_s):g}; {build.index_mb:g}" if isinstance(build, BuildFigures) else _EMPTY


def _reasons(rows: Sequence[SearchRow]) -> str:
    said = {
        (name, reason, row.spectra)
        for row in rows
        for name, reason in row.peers.items()
        if isinstance(reason, str) and reason.startswith("not ")
    }
    return "\n".join(f"- {name}, {_count(spectra)} spectra: {reason}." for name, reason, spectra in sorted(said))


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    written = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in written)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")
