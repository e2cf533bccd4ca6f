"""Shares of parted pairs over their distance as a figure, the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_COLOURS = ("black", "tab:blue", "tab:green", "tab:red", "tab:purple")
_FAR_SCANS = 10.0
"""Pairs further apart stand for substances alone, and are no point of the curve."""


class PartedShare(Protocol):
    """What is drawn of a share."""

    way: str
    apart_scans: float
    ratio: int
    pairs: int
    both_first: int


def write_share_plot(shares: Sequence[PartedShare], path: Path) -> None:
    """Draw for each way of detection the share of pairs with both first, over distance, one line a ratio."""
    ways = list(dict.fromkeys(share.way for share in shares))
    settings = {"svg.hashsalt": "aigaq", "svg.fonttype": "none", "font.size": 9}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        panels: Sequence[Axes] = figure.subplots(1, len(ways), sharey=True)
        for panel, way in zip(panels, ways, strict=True):
            _draw(panel, way, [share for share in shares if share.way == way])
        panels[0].set_ylabel("pairs with both substances ranked first, %")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    text = path.read_text("utf-8")
    path.write_text("".join(line.rstrip() + "\n" for line in text.splitlines()), "utf-8")


def _draw(panel: Axes, way: str, shares: Sequence[PartedShare]) -> None:
    panel.set(title=way, xlabel="distance of the apexes, scans", ylim=(-3, 103))
    panel.grid(visible=True, linewidth=0.3)
    for ratio, colour in zip(sorted({share.ratio for share in shares}), _COLOURS, strict=False):
        of_ratio = sorted((share for share in shares if share.ratio == ratio), key=lambda share: share.apart_scans)
        near = [share for share in of_ratio if share.apart_scans <= _FAR_SCANS]
        panel.plot(
            [share.apart_scans for share in near],
            [100.0 * share.both_first / share.pairs for share in near],
            "o-",
            color=colour,
            label=f"1:{ratio}",
        )
        for share in of_ratio[len(near) :]:
            panel.axhline(100.0 * share.both_first / share.pairs, color=colour, linewidth=0.8, linestyle=":")
    panel.legend(title="ratio (dotted: far apart)", fontsize=8)
