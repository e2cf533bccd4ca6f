"""Pictures of a quantitation: the calibration curve with what was measured on it, and the residuals below."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lims.domain.quantitation import CalibrationPoint, Curve, QuantifiedInjection
from lims.domain.sequence import InjectionKind
from lims.ui.figures import QUERY_COLOUR, REFERENCE_COLOUR

_STEPS = 60
_GREY = "#777777"
_GREEN = "#009E73"
_ROOM = 1.06
_SHARES = (0.72, 0.28)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveWords:
    """The words of the picture in the reader's language."""

    concentration: str
    response: str
    residual: str
    used: str
    left_out: str
    control: str
    exhibit: str


def curve_figure(
    curve: Curve,
    points: Sequence[CalibrationPoint],
    injections: Sequence[QuantifiedInjection],
    *,
    words: CurveWords,
) -> go.Figure:
    """Draw responses over concentrations, and below what the calibrators are off the curve.

    Filled circles are calibrators, crosses those left out, diamonds controls, hollow squares injections of exhibits:
    shapes, not colours, tell them apart. The curve is drawn between its lowest and highest calibrator and nowhere else.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=_SHARES, vertical_spacing=0.06)
    concentrations = _steps(curve)
    figure.add_scatter(
        x=[float(one) for one in concentrations],
        y=[float(curve.response(one)) for one in concentrations],
        mode="lines",
        line={"color": QUERY_COLOUR, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=1,
    )
    _add_calibrators(figure, points, words)
    _add_injections(figure, injections, words)
    _add_residuals(figure, points)
    found = [one.concentration.value for one in injections if one.concentration is not None]
    highest = max((curve.highest_ug_per_ml, *(one.nominal_ug_per_ml for one in points), *found))
    figure.update_xaxes(range=[0, float(highest) * _ROOM])
    figure.update_xaxes(title=words.concentration, row=2, col=1)
    figure.update_yaxes(title=words.response, rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title=words.residual, row=2, col=1)
    figure.update_layout(
        height=460,
        margin={"l": 70, "r": 15, "t": 10, "b": 45},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def _steps(curve: Curve) -> list[Decimal]:
    low, high = curve.lowest_ug_per_ml, curve.highest_ug_per_ml
    return [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]


def _add_calibrators(figure: go.Figure, points: Sequence[CalibrationPoint], words: CurveWords) -> None:
    for used, name, symbol in ((True, words.used, "circle"), (False, words.left_out, "x")):
        own = [one for one in points if one.used is used and one.response is not None]
        if own:
            figure.add_scatter(
                x=[float(one.nominal_ug_per_ml) for one in own],
                y=[float(one.response or 0) for one in own],
                mode="markers",
                name=escape(name),
                marker={"symbol": symbol, "size": 9, "color": QUERY_COLOUR if used else _GREY},
                hovertext=[escape(f"{one.run_number}: {one.nominal_ug_per_ml}") for one in own],
                hoverinfo="text",
                row=1,
                col=1,
            )


def _add_injections(figure: go.Figure, injections: Sequence[QuantifiedInjection], words: CurveWords) -> None:
    kinds = (
        (InjectionKind.CONTROL, words.control, "diamond", _GREEN),
        (InjectionKind.EXHIBIT, words.exhibit, "square-open", REFERENCE_COLOUR),
    )
    for kind, name, symbol, colour in kinds:
        own = [one for one in injections if one.kind is kind and one.concentration is not None]
        if own:
            figure.add_scatter(
                x=[float(one.concentration.value) for one in own if one.concentration is not None],
                y=[float(one.response or 0) for one in own],
                error_x={
                    "type": "data",
                    "array": [float(one.concentration.expanded_u) for one in own if one.concentration is not None],
                    "thickness": 1,
                    "color": colour,
                },
                mode="markers",
                name=escape(name),
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
                hovertext=[escape(f"{one.run_number}: {one.sample_name}") for one in own],
                hoverinfo="text",
                row=1,
                col=1,
            )


def _add_residuals(figure: go.Figure, points: Sequence[CalibrationPoint]) -> None:
    own = [one for one in points if one.residual is not None]
    figure.add_scatter(
        x=[float(one.nominal_ug_per_ml) for one in own],
        y=[float(one.residual or 0) for one in own],
        mode="markers",
        marker={"symbol": "circle", "size": 7, "color": QUERY_COLOUR},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, -float(one.residual or 0)) for one in own],
            "arrayminus": [max(0.0, float(one.residual or 0)) for one in own],
            "width": 0,
            "thickness": 1,
            "color": _GREY,
        },
        hovertext=[escape(f"{one.run_number}: {one.residual}") for one in own],
        hoverinfo="text",
        showlegend=False,
        row=2,
        col=1,
    )
    figure.add_hline(y=0, line={"color": _GREY, "width": 1}, row=2, col=1)
