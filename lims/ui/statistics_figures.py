"""Pictures of the statistics: a bar for each region, and substances on a line of time. Lengths and places say all."""

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from lims.domain.statistics import FirstSeen
from lims.ui.figures import QUERY_COLOUR

_ROW_PX = 26
_FRAME_PX = 90


def bar_figure(bars: Mapping[str, int], *, value_label: str) -> go.Figure:
    """Draw a bar for each name, the first one on top.

    Parameters
    ----------
    bars : mapping
        Counts by name.
    """
    names = [escape(name) for name in bars]
    figure = go.Figure(
        go.Bar(
            x=list(bars.values()),
            y=names,
            orientation="h",
            text=list(bars.values()),
            textposition="outside",
            cliponaxis=False,
            marker={"color": QUERY_COLOUR},
        )
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True)
    figure.update_xaxes(showticklabels=False)  # each bar has its number; marks between them would be parts of counts
    return _laid_out(figure, rows=len(names), value_label=value_label)


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
    figure.update_yaxes(
        autorange="reversed", type="category", automargin=True, tickmode="array", tickvals=places, ticktext=names
    )
    figure.update_xaxes(tickformat="%d.%m.%Y", nticks=5)
    return _laid_out(figure, rows=len(names), value_label=time_label)


def _laid_out(figure: go.Figure, *, rows: int, value_label: str) -> go.Figure:
    figure.update_layout(
        height=_FRAME_PX + _ROW_PX * rows, margin={"l": 10, "r": 40, "t": 10, "b": 40}, showlegend=False
    )
    figure.update_xaxes(title=escape(value_label), rangemode="tozero")
    return figure
