"""Plots for the screen, one style: query blue, reference vermilion; the mirror plot has a module of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lims.domain.examination import Decision, ExaminedComponent
from spectra import Run

QUERY_COLOUR = "#0072B2"
REFERENCE_COLOUR = "#D55E00"
_TRACES = (QUERY_COLOUR, "#CC79A7", "#009E73", "#E69F00", "#56B4E9")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
"""Beside the colours: no line is told by colour alone."""
_MARK_COLOUR = "#888888"
_USUAL, _SELECTED = 10, 15
_BELOW, _ABOVE = 0.03, 0.2
"""Room under and over the counts, as shares of the largest: a mark at the very edge of the plot takes no click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One line of a chromatogram."""

    name: str
    """Of an ion; empty for the total ion current."""
    counts: npt.NDArray[np.float64]
    """Shape (n_scans,)."""


def chromatogram_figure(
    run: Run,
    components: Sequence[ExaminedComponent],
    *,
    traces: Sequence[Trace],
    selected: int | None,
    step: int,
    time_label: str,
    count_label: str,
) -> go.Figure:
    """Draw a run with its numbered components; the selected one is marked by a line and a larger mark too.

    Parameters
    ----------
    traces : sequence of Trace
        What is drawn over the time; the marks stand on the first.
    step : int
        How often another component was chosen so far. A mark carries it, so that a click on one that was clicked before
        is told from none.
    """
    figure = go.Figure()
    for place, trace in enumerate(traces):
        figure.add_scatter(
            x=run.scan_times_s,
            y=trace.counts,
            mode="lines",
            name=trace.name,
            line={"color": _TRACES[place % len(_TRACES)], "width": 1.2, "dash": _DASHES[place % len(_DASHES)]},
            hoverinfo="x+y+name" if trace.name else "x+y",
            selectedpoints=False,
        )
    times = [float(component.retention_time_s) for component in components]
    heights = [float(np.interp(time, run.scan_times_s, traces[0].counts)) for time in times]
    figure.add_scatter(
        x=times,
        y=heights,
        mode="markers+text",
        text=[str(component.number) for component in components],
        customdata=[[component.number, step] for component in components],
        textposition="top center",
        textfont={"size": 15},
        marker={
            "symbol": [_mark(component) for component in components],
            "size": [_SELECTED if component.number == selected else _USUAL for component in components],
            "color": [REFERENCE_COLOUR if component.number == selected else _MARK_COLOUR for component in components],
        },
        hovertemplate="%{text}: %{x:.1f} s<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        showlegend=False,
    )
    chosen = next((component for component in components if component.number == selected), None)
    if chosen is not None:
        figure.add_vline(
            x=float(chosen.retention_time_s),
            line={"dash": "dot", "color": REFERENCE_COLOUR, "width": 1.5},
            layer="below",
        )
    styled(figure, x=time_label, y=count_label, height=250)
    top = max((float(trace.counts.max(initial=0.0)) for trace in traces), default=0.0) or 1.0
    figure.update_yaxes(range=[-_BELOW * top, (1 + _ABOVE) * top])
    figure.update_layout(showlegend=any(trace.name for trace in traces), clickmode="event+select", uirevision="kept")
    return figure


def _mark(component: ExaminedComponent) -> str:
    return "triangle-down-open" if component.decision is Decision.UNDECIDED else "triangle-down"


def styled(figure: go.Figure, *, x: str, y: str, height: int) -> go.Figure:
    """Give a figure the frame that all of them have."""
    figure.update_layout(
        showlegend=False,
        height=height,
        margin={"l": 60, "r": 15, "t": 25, "b": 45},
        xaxis_title=x,
        yaxis_title=y,
        dragmode="zoom",
    )
    return figure
