"""The custody of one item on a line of time: a row for each holder, and gaps in red hatching across their own row."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

import plotly.graph_objects as go

from lims.domain.custody_timeline import Span
from lims.services.custody_story import CustodyStory
from lims.translation import TIME_ZONE
from lims.ui.figures import QUERY_COLOUR

_ROW_PX = 34
_GAP_COLOUR = "#C4161C"
"""Red; the hatching and the row of their own tell gaps without it."""
_FRAME_PX = 70
_SHORTEST = 250.0
"""Into so many parts the shortest bar divides the line at most; a hand-over of a minute would not be seen else."""


def timeline_figure(story: CustodyStory, *, holders: Mapping[Span, str], gap: str) -> go.Figure:
    """Draw who had an item when.

    Parameters
    ----------
    holders : mapping
        The words of each span's holder in the reader's language; equal words share a row.
    gap : str
        The word for a time without a holder, and for a moment at which something was wrong.
    """
    rows = list(dict.fromkeys(escape(words) for words in holders.values()))
    moments = [(one.at, one.words) for one in story.check.breaks if one.at is not None]
    gapped = bool(story.holes or moments)
    figure = go.Figure()
    for span, words in holders.items():
        _bar(figure, story, escape(words), (span.since, span.until or story.until), colour=QUERY_COLOUR, pattern="")
    for hole in story.holes:
        _bar(figure, story, escape(gap), (hole.since, hole.until), colour=_GAP_COLOUR, pattern="/")
    if moments:
        figure.add_scatter(
            x=[_local(at) for at, _ in moments],
            y=[escape(gap)] * len(moments),
            mode="markers",
            marker={"symbol": "x", "size": 13, "color": _GAP_COLOUR},
            hovertext=[escape(words) for _, words in moments],
            hoverinfo="text",
        )
    order = [*([escape(gap)] if gapped else []), *rows]
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], type="category", automargin=True)
    figure.update_xaxes(type="date", tickformat="%d.%m.%Y\n%H:%M", nticks=6, range=_range(story))
    figure.update_layout(
        height=_FRAME_PX + _ROW_PX * max(len(order), 1),
        margin={"l": 10, "r": 20, "t": 10, "b": 45},
        showlegend=False,
        barmode="overlay",
        bargap=0.35,
    )
    return figure


def _bar(
    figure: go.Figure,
    story: CustodyStory,
    row: str,
    times: tuple[datetime, datetime],
    *,
    colour: str,
    pattern: str,
) -> None:
    since, until = times
    shown = max((until - since).total_seconds(), _length(story) / _SHORTEST)
    figure.add_bar(
        x=[shown * 1000],
        base=[_local(since)],
        y=[row],
        orientation="h",
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1.5},
            "pattern": {"shape": pattern, "fillmode": "replace", "size": 7, "solidity": 0.35},
        },
        hovertext=[
            f"{row}<br>{since.astimezone(TIME_ZONE):%d.%m.%Y %H:%M} – {until.astimezone(TIME_ZONE):%d.%m.%Y %H:%M}"
        ],
        hoverinfo="text",
    )


def _length(story: CustodyStory) -> float:
    """Give the seconds of the whole line; one minute at least."""
    return max((story.until - story.since).total_seconds(), 60.0)


def _range(story: CustodyStory) -> list[datetime]:
    room = (story.until - story.since) / 40
    return [_local(story.since - room), _local(story.until + room)]


def _local(at: datetime) -> datetime:
    """Give the time of the laboratory without its zone, which Plotly would shift to that of the browser."""
    return at.astimezone(TIME_ZONE).replace(tzinfo=None)
