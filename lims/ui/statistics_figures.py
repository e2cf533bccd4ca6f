"""Pictures of the statistics: bars, times of steps, and substances on a line of time. Lengths and places say all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import plotly.graph_objects as go

from lims.domain.statistics import FirstSeen
from lims.ui.figures import QUERY_COLOUR, REFERENCE_COLOUR

_ROW_PX = 26
_FRAME_PX = 90
_LEGEND = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"}
_LEGEND_PX = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBar:
    """The times of one step; None for unknown."""

    name: str
    """With the number of cases."""
    median_h: Decimal | None
    percentile_90_h: Decimal | None


def bar_figure(bars: Mapping[str, int | Decimal], *, value_label: str) -> go.Figure:
    """Draw a bar for each name, the first one on top.

    Parameters
    ----------
    bars : mapping
        Counts or amounts by name.
    """
    figure = go.Figure(_bars([escape(name) for name in bars], list(bars.values())))
    figure.update_xaxes(showticklabels=False)  # each bar has its number; marks between them would be parts of counts
    return _laid_out(figure, rows=len(bars), value_label=value_label)


def parted_figure(names: Sequence[str], parts: Mapping[str, Sequence[int]], *, value_label: str) -> go.Figure:
    """Draw bars of two parts, the first full and the second hatched.

    Parameters
    ----------
    parts : mapping
        Counts by what the part is called, in the order of the names.
    """
    figure = go.Figure()
    for place, (part, counts) in enumerate(parts.items()):
        bars = _bars([escape(name) for name in names], list(counts))
        bars.update(name=escape(part), textposition="auto", text=[count or "" for count in counts])
        if place:
            bars.marker.update(color="rgba(0,0,0,0)", line={"color": QUERY_COLOUR, "width": 1.5})
            bars.marker.pattern.update(shape="/", fgcolor=QUERY_COLOUR, fillmode="replace", size=7, solidity=0.15)
        figure.add_trace(bars)
    _laid_out(figure, rows=len(names), value_label=value_label)
    figure.update_xaxes(showticklabels=False)
    return _with_legend(figure).update_layout(barmode="stack")


def _bars(names: Sequence[str], counts: Sequence[int | Decimal]) -> go.Bar:
    return go.Bar(
        x=[float(one) for one in counts],
        y=names,
        orientation="h",
        text=[f"{one}" for one in counts],
        textposition="outside",
        cliponaxis=False,
        marker={"color": QUERY_COLOUR},
        hovertemplate="%{y}: %{x}<extra></extra>",
    )


def time_bar_figure(bars: Sequence[TimeBar], *, median: str, percentile: str, hours: str) -> go.Figure:
    """Draw the median of each step as a bar and the time of nine in ten as a mark behind it."""
    names = [escape(one.name) for one in bars]
    figure = go.Figure()
    figure.add_bar(
        x=[_drawn(one.median_h) for one in bars],
        y=names,
        orientation="h",
        name=escape(median),
        marker={"color": QUERY_COLOUR},
        hovertemplate=f"{escape(median)}: %{{x}}<extra></extra>",
    )
    figure.add_scatter(
        x=[_drawn(one.percentile_90_h) for one in bars],
        y=names,
        mode="markers",
        name=escape(percentile),
        marker={"color": REFERENCE_COLOUR, "symbol": "diamond", "size": 11},
        hovertemplate=f"{escape(percentile)}: %{{x}}<extra></extra>",
    )
    return _with_legend(_laid_out(figure, rows=len(names), value_label=hours))


def _drawn(hours: Decimal | None) -> float | None:
    return None if hours is None else float(hours)


def time_line_figure(found: Sequence[FirstSeen], *, time_label: str) -> go.Figure:
    """Draw a point for each substance on the day of its first issue, the earliest on top."""
    names = [escape(one.substance) for one in found]
    figure = go.Figure(
        go.Scatter(
            x=[one.issued_at for one in found],
            y=[str(place) for place in range(len(found))],
            mode="markers",
            marker={"color": QUERY_COLOUR, "size": 11, "symbol": "diamond"},
            text=names,
            hovertemplate="%{text}<br>%{x|%d.%m.%Y}<extra></extra>",
        )
    )
    places = [str(place) for place in range(len(found))]
    _laid_out(figure, rows=len(names), value_label=time_label)
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=names)
    return figure.update_xaxes(tickformat="%d.%m.%Y", nticks=5, rangemode="normal")


def _with_legend(figure: go.Figure) -> go.Figure:
    return figure.update_layout(
        showlegend=True, legend=_LEGEND, height=figure.layout.height + _LEGEND_PX, margin={"t": 10 + _LEGEND_PX}
    )


def _laid_out(figure: go.Figure, *, rows: int, value_label: str) -> go.Figure:
    figure.update_layout(
        height=_FRAME_PX + _ROW_PX * rows, margin={"l": 10, "r": 40, "t": 10, "b": 40}, showlegend=False
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True)
    return figure.update_xaxes(title=escape(value_label), rangemode="tozero")
