"""How search time grows with the library: the rows of the search benchmark as a figure, the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.ei_search import IDENTITY
from benchmarks.table import Measured, PeerSearch, SearchRow

PLOTTED = (IDENTITY, "MS/MS open")
_OURS = "Aigaq, exact best 25"
_COLOURS = {
    "SciPy CSC": "tab:blue",
    "SciPy CSR": "tab:cyan",
    "ms_entropy": "tab:orange",
    "matchms Flash": "tab:green",
    "matchms Cosine": "tab:olive",
}
"""By the beginning of a peer's name, so that it has one colour in both panels."""


def write_growth_plot(measured: Sequence[Measured], path: Path) -> None:
    """Draw medians over library size, both logarithmic, the project against each peer with its best 25."""
    rows = [row for part in measured for row in part.searches]
    settings = {"svg.hashsalt": "aigaq", "svg.fonttype": "none", "font.size": 9}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(10, 5.2), layout="constrained")
        panels: Sequence[Axes] = figure.subplots(1, len(PLOTTED), sharey=True)
        for panel, work in zip(panels, PLOTTED, strict=True):
            _draw(panel, work, sorted((row for row in rows if row.work == work), key=lambda row: row.spectra))
        panels[0].set_ylabel("median processor time of a query, ms")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    text = path.read_text("utf-8")
    path.write_text("".join(line.rstrip() + "\n" for line in text.splitlines()), "utf-8")


def _draw(panel: Axes, work: str, rows: Sequence[SearchRow]) -> None:
    panel.set(title=work, xlabel="spectra in the library", xscale="log", yscale="log")
    panel.grid(visible=True, which="both", linewidth=0.3)
    if not rows:
        return
    ours = [(row.spectra, row.project.median_ms) for row in rows]
    panel.plot(*zip(*ours, strict=True), "o-", linewidth=2.5, color="black", label=_OURS)
    for name in rows[0].peers:
        peer = [(row.spectra, figure.with_best.median_ms) for row in rows if (figure := _measured(row, name))]
        if peer:
            panel.plot(*zip(*peer, strict=True), "s--", linewidth=1, markersize=4, color=_colour(name), label=name)
    budgets = [(row.spectra, row.budget.median_ms) for row in rows if row.budget is not None]
    if budgets:
        panel.plot(*zip(*budgets, strict=True), "_", markersize=18, color="tab:red", label="budget")
    panel.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)


def _colour(name: str) -> str:
    return next((colour for start, colour in _COLOURS.items() if name.startswith(start)), "tab:purple")


def _measured(row: SearchRow, name: str) -> PeerSearch | None:
    figure = row.peers.get(name)
    return figure if isinstance(figure, PeerSearch) else None
