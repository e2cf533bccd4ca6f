"""Plots for the screen, one style: query blue, reference vermilion, matched filled, unmatched thin."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lims.domain.examination import ExaminedComponent
from spectra import MassSpectrum, Run
from spectra.cleaning import scale_to_base_peak

QUERY_COLOUR = "#0072B2"
REFERENCE_COLOUR = "#D55E00"
_MARK_COLOUR = "#444444"
_LABELS = 10
_LABEL_ROOM = 0.045
"""Share of the m/z range that one label takes."""
_FULL = 999.0


def chromatogram_figure(
    run: Run, components: Sequence[ExaminedComponent], *, selected: int | None, time_label: str, count_label: str
) -> go.Figure:
    """Draw the total ion current with numbered components; the selected one is marked by a line too."""
    current = run.total_ion_current
    figure = go.Figure()
    figure.add_scatter(
        x=run.scan_times_s, y=current, mode="lines", line={"color": QUERY_COLOUR, "width": 1.2}, hoverinfo="x+y"
    )
    times = [float(component.retention_time_s) for component in components]
    heights = [float(np.interp(time, run.scan_times_s, current)) for time in times]
    figure.add_scatter(
        x=times,
        y=heights,
        mode="markers+text",
        text=[str(component.number) for component in components],
        textposition="top center",
        textfont={"size": 15},
        marker={"symbol": "triangle-down", "size": 9, "color": _MARK_COLOUR},
        hoverinfo="text",
        cliponaxis=False,
    )
    chosen = next((component for component in components if component.number == selected), None)
    if chosen is not None:
        figure.add_vline(
            x=float(chosen.retention_time_s), line={"dash": "dot", "color": REFERENCE_COLOUR, "width": 1.5}
        )
    return _styled(figure, x=time_label, y=count_label, height=300)


def mirror_figure(
    measured: MassSpectrum, reference: MassSpectrum | None, *, mz_label: str, intensity_label: str
) -> go.Figure:
    """Draw the measured spectrum above and the reference below; ions in both are thick, ions in one are thin."""
    figure = go.Figure()
    above = scale_to_base_peak(measured, base=_FULL)
    below = scale_to_base_peak(reference, base=_FULL) if reference is not None else None
    common = np.intersect1d(above.mz, below.mz) if below is not None else np.array([])
    _add_sticks(figure, above, common, QUERY_COLOUR, sign=1.0)
    if below is not None:
        _add_sticks(figure, below, common, REFERENCE_COLOUR, sign=-1.0)
    figure.add_hline(y=0, line={"color": "#888888", "width": 1})
    figure.update_yaxes(
        range=[-1150 if below is not None else 0, 1150],
        tickvals=[-999, -500, 0, 500, 999],
        ticktext=["999", "500", "0", "500", "999"],
    )
    figure.update_xaxes(tickformat="d")
    return _styled(figure, x=mz_label, y=intensity_label, height=360)


def _add_sticks(figure: go.Figure, spectrum: MassSpectrum, common: np.ndarray, colour: str, *, sign: float) -> None:
    matched = np.isin(spectrum.mz, common)
    for chosen, width in ((matched, 2.6), (~matched, 1.0)):
        masses, heights = spectrum.mz[chosen], spectrum.intensity[chosen] * sign
        figure.add_scatter(
            x=np.stack([masses, masses, np.full_like(masses, np.nan)], axis=1).ravel(),
            y=np.stack([np.zeros_like(heights), heights, np.full_like(heights, np.nan)], axis=1).ravel(),
            mode="lines",
            line={"color": colour, "width": width},
            hoverinfo="x+y",
        )
    labelled = _labelled_peaks(spectrum)
    figure.add_scatter(
        x=spectrum.mz[labelled],
        y=spectrum.intensity[labelled] * sign,
        mode="text",
        text=[f"{spectrum.mz[i]:.0f}" for i in labelled],
        textposition="top center" if sign > 0 else "bottom center",
        textfont={"size": 12},
        hoverinfo="skip",
    )


def _labelled_peaks(spectrum: MassSpectrum) -> list[int]:
    """Choose the strongest peaks and the last one, leaving out those whose label would cover a stronger one's."""
    if not len(spectrum):
        return []
    room = max(1.0, float(spectrum.mz[-1] - spectrum.mz[0]) * _LABEL_ROOM)
    chosen = [len(spectrum) - 1]
    for peak in np.argsort(-spectrum.intensity, kind="stable").tolist():
        if len(chosen) > _LABELS:
            break
        if all(abs(spectrum.mz[peak] - spectrum.mz[other]) >= room for other in chosen):
            chosen.append(peak)
    return sorted(chosen)


def _styled(figure: go.Figure, *, x: str, y: str, height: int) -> go.Figure:
    figure.update_layout(
        showlegend=False,
        height=height,
        margin={"l": 60, "r": 15, "t": 25, "b": 45},
        xaxis_title=x,
        yaxis_title=y,
        dragmode="zoom",
    )
    return figure
