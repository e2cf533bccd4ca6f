"""Pictures of a batch: the tray, and the control chart. Shapes say what colours say, and people's texts stay texts."""

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from lims.domain.batch import Batch
from lims.domain.sequence import Injection, InjectionKind
from lims.services.charting import ControlChart, ControlPoint
from lims.ui.figures import QUERY_COLOUR, REFERENCE_COLOUR

_ROW = 10
"""Vials in a row of the picture."""
_CELL_PX = 62
_GREY = "#777777"
_SYMBOLS = {
    InjectionKind.BLANK: "circle",
    InjectionKind.CALIBRATOR: "square",
    InjectionKind.CONTROL: "diamond",
    InjectionKind.STANDARD: "star",
    InjectionKind.EXHIBIT: "triangle-up",
}
_SIZES = {InjectionKind.CONTROL: 18}
"""A diamond of the size of the others would cover its label."""
_FEWEST_SHOWN = 10
_LINES = ((-3, "dot"), (-2, "dash"), (0, "solid"), (2, "dash"), (3, "dot"))
"""Standard deviations from the mean that are drawn, and how."""


def tray_figure(batch: Batch, *, kinds: Mapping[InjectionKind, str]) -> go.Figure:
    """Draw the vials in rows of ten: a shape for each kind, filled where every injection of the vial has its run.

    Parameters
    ----------
    batch : Batch
        The sequence with its runs.
    kinds : mapping
        The words of the kinds in the reader's language.
    """
    vials = _vials(batch.injections)
    done = {run.place for run in batch.runs}
    figure = go.Figure()
    for kind, symbol in _SYMBOLS.items():
        own = {vial: lines for vial, lines in vials.items() if lines[0].kind is kind}
        if not own:
            continue
        places = [list(vials).index(vial) for vial in own]
        filled = [all(line.place in done for line in lines) for lines in own.values()]
        figure.add_scatter(
            x=[place % _ROW for place in places],
            y=[-(place // _ROW) for place in places],
            mode="markers+text",
            text=[escape(vial) for vial in own],
            textposition="bottom center",
            name=escape(kinds[kind]),
            marker={
                "symbol": [symbol if full else f"{symbol}-open" for full in filled],
                "size": _SIZES.get(kind, 22),
                "color": REFERENCE_COLOUR if kind is InjectionKind.EXHIBIT else QUERY_COLOUR,
                "line": {"width": 2},
            },
            hovertext=[escape(lines[0].sample_name) for lines in own.values()],
            hoverinfo="text",
        )
    rows = (len(vials) - 1) // _ROW + 1
    figure.update_xaxes(visible=False, range=[-0.6, _ROW - 0.4])
    figure.update_yaxes(visible=False, range=[-rows + 0.35, 0.45])
    figure.update_layout(
        height=_CELL_PX * rows + 50,
        margin={"l": 5, "r": 5, "t": 5, "b": 5},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    return figure


def _vials(injections: Sequence[Injection]) -> dict[str, list[Injection]]:
    """Give the vials in the order of their positions: numbers first, by size, then names."""
    vials: dict[str, list[Injection]] = {}
    for line in injections:
        vials.setdefault(line.vial, []).append(line)
    ordered = sorted(vials, key=lambda vial: (not vial.isdecimal(), int(vial) if vial.isdecimal() else 0, vial))
    return {vial: vials[vial] for vial in ordered}


def control_chart_figure(chart: ControlChart, *, value_label: str, point_label: str) -> go.Figure:
    """Draw the points in their order with mean, 2 and 3 standard deviations; a rejected point is a cross."""
    figure = go.Figure()
    numbers = list(range(1, len(chart.points) + 1))
    rejected = [point.verdict is not None and not point.verdict.in_control for point in chart.points]
    figure.add_scatter(
        x=numbers,
        y=[float(point.value) for point in chart.points],
        mode="lines+markers",
        line={"color": _GREY, "width": 1},
        marker={
            "symbol": ["x" if bad else "circle" for bad in rejected],
            "size": [11 if bad else 8 for bad in rejected],
            "color": [REFERENCE_COLOUR if bad else QUERY_COLOUR for bad in rejected],
        },
        hovertext=[_words(point) for point in chart.points],
        hoverinfo="text",
    )
    if chart.limits is not None:
        mean, spread = float(chart.limits.mean), float(chart.limits.standard_deviation)
        for deviations, dash in _LINES:
            name = f"{deviations:+d} s" if deviations else "x̄"
            figure.add_hline(
                y=mean + deviations * spread,
                line={"dash": dash, "color": _GREY, "width": 1},
                annotation_text=name,
                annotation_position="right",
            )
    shown = max(len(numbers), _FEWEST_SHOWN)
    figure.update_xaxes(dtick=max(1, shown // 10), range=[0.5, shown + 0.5], title=point_label)
    figure.update_yaxes(title=value_label)
    figure.update_layout(showlegend=False, height=300, margin={"l": 60, "r": 45, "t": 15, "b": 45})
    return figure


def _words(point: ControlPoint) -> str:
    broken = ", ".join(rule.value for rule in point.verdict.broken) if point.verdict else ""
    return escape(f"{point.batch_number}, {point.sample_name}: {point.value} {broken}".strip())
