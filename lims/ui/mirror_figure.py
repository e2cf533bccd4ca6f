"""The mirror plot: measured above, reference below; matched ions filled, others hollow, shifted ones with an arrow."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lims.services.comparing import SpectrumPair
from lims.ui.figures import QUERY_COLOUR, REFERENCE_COLOUR, styled
from spectra import MassSpectrum

SHIFTED_COLOUR = "#009E73"
_LABELS = 10
_ARROWS = 5
_LABEL_ROOM = 0.045
"""Share of the m/z range that one label takes."""
_HOLLOW = "rgba(0,0,0,0)"
_AXIS = "#888888"
_HEIGHT = 340


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorWords:
    """What stands at the axes and in the hover, in the person's language."""

    mz: str
    intensity: str
    in_both: str
    in_one: str
    shifted: str


def mirror_figure(pair: SpectrumPair, *, words: MirrorWords, molecule: int | None = None) -> go.Figure:
    """Draw two spectra against each other.

    Parameters
    ----------
    molecule : int, unit Da, optional
        Nominal mass of the reference's molecule: its ion carries a label in both spectra, where it is there.
    """
    figure = go.Figure()
    above = None if molecule is None else molecule + pair.shift
    _add(figure, pair.measured, pair.common, QUERY_COLOUR, sign=1, words=words, molecule=above)
    below = _without(pair.reference, pair.shifted)
    _add(figure, below, pair.common, REFERENCE_COLOUR, sign=-1, words=words, molecule=molecule)
    _add_shifted(figure, pair, words)
    return _framed(figure, words, lowest=-1150)


def spectrum_figure(measured: MassSpectrum, *, words: MirrorWords) -> go.Figure:
    """Draw one spectrum that nothing is compared with."""
    figure = go.Figure()
    _add(figure, measured, frozenset(measured.mz.tolist()), QUERY_COLOUR, sign=1, words=words, molecule=None)
    return _framed(figure, words, lowest=0)


def _framed(figure: go.Figure, words: MirrorWords, *, lowest: int) -> go.Figure:
    figure.add_hline(y=0, line={"color": _AXIS, "width": 1})
    figure.update_yaxes(
        range=[lowest, 1150], tickvals=[-999, -500, 0, 500, 999], ticktext=["999", "500", "0", "500", "999"]
    )
    figure.update_xaxes(tickformat="d")
    figure.update_layout(barmode="overlay", bargap=0)
    return styled(figure, x=words.mz, y=words.intensity, height=_HEIGHT)


def _add(
    figure: go.Figure,
    spectrum: MassSpectrum,
    common: Collection[float],
    colour: str,
    *,
    sign: int,
    words: MirrorWords,
    molecule: int | None,
) -> None:
    matched = np.isin(spectrum.mz, list(common))
    for chosen, fill, width, said in (
        (matched, colour, 1.6, words.in_both),
        (~matched, _HOLLOW, 1.0, words.in_one),
    ):
        _add_bars(figure, spectrum.mz[chosen], spectrum.intensity[chosen], colour, fill, width, sign=sign, said=said)
    labelled = labelled_peaks(spectrum, molecule)
    figure.add_scatter(
        x=spectrum.mz[labelled],
        y=spectrum.intensity[labelled] * sign,
        mode="text",
        text=[_label(spectrum.mz[place], molecule) for place in labelled],
        textposition="top center" if sign > 0 else "bottom center",
        textfont={"size": 12},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _add_bars(
    figure: go.Figure,
    masses: np.ndarray,
    heights: np.ndarray,
    colour: str,
    fill: str,
    width: float,
    *,
    sign: int,
    said: str,
) -> None:
    figure.add_bar(
        x=masses,
        y=heights * sign,
        width=0.7 if fill != _HOLLOW else 0.4,
        marker={"color": fill, "line": {"color": colour, "width": width}},
        customdata=np.round(heights),
        hovertemplate=f"m/z %{{x:.0f}}, %{{customdata:.0f}}<br>{said}<extra></extra>",
    )


def _add_shifted(figure: go.Figure, pair: SpectrumPair, words: MirrorWords) -> None:
    """Draw reference ions where the shift moves them, with arrows from where they stand for the strongest."""
    reference = pair.reference
    chosen = np.isin(reference.mz, list(pair.shifted))
    if not chosen.any():
        return
    masses, heights = reference.mz[chosen], reference.intensity[chosen]
    _add_bars(figure, masses, heights, SHIFTED_COLOUR, _HOLLOW, 1.0, sign=-1, said=words.shifted)
    moved = masses + pair.shift
    _add_bars(figure, moved, heights, SHIFTED_COLOUR, SHIFTED_COLOUR, 1.6, sign=-1, said=words.shifted)
    strongest = np.argsort(-heights, kind="stable")[:_ARROWS]
    for place in strongest.tolist():
        figure.add_annotation(
            x=float(moved[place]),
            y=-float(heights[place]),
            ax=float(masses[place]),
            ay=-float(heights[place]),
            axref="x",
            ayref="y",
            xref="x",
            yref="y",
            arrowhead=2,
            arrowwidth=1.5,
            arrowcolor=SHIFTED_COLOUR,
            text="",
        )
        figure.add_annotation(
            x=float(moved[place]),
            y=-float(heights[place]),
            yshift=-10,
            text=f"{round(moved[place])} ({pair.shift:+d})",
            font={"color": SHIFTED_COLOUR, "size": 12},
            showarrow=False,
        )


def labelled_peaks(spectrum: MassSpectrum, molecule: int | None = None) -> list[int]:
    """Choose the base peak and the molecule's, then the strongest and the last that cover no label chosen before."""
    if not len(spectrum):
        return []
    room = max(1.0, float(spectrum.mz[-1] - spectrum.mz[0]) * _LABEL_ROOM)
    strongest = np.argsort(-spectrum.intensity, kind="stable").tolist()
    of_molecule = np.flatnonzero(np.isclose(spectrum.mz, -1 if molecule is None else molecule)).tolist()
    chosen = list(dict.fromkeys((strongest[0], *of_molecule)))
    for peak in (*strongest, len(spectrum) - 1):
        full = len(chosen) > _LABELS and peak != len(spectrum) - 1
        if not full and all(abs(spectrum.mz[peak] - spectrum.mz[other]) >= room for other in chosen):
            chosen.append(peak)
    return sorted(chosen)


def _label(mz: float, molecule: int | None) -> str:
    return f"M {mz:.0f}" if molecule is not None and round(mz) == molecule else f"{mz:.0f}"


def _without(spectrum: MassSpectrum, left_out: Iterable[float]) -> MassSpectrum:
    kept = ~np.isin(spectrum.mz, list(left_out))
    if kept.all() or not kept.any():
        return spectrum
    return MassSpectrum(mz=spectrum.mz[kept], intensity=spectrum.intensity[kept])
