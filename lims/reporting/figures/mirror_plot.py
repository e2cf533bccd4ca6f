"""A measured spectrum above, the library's below, at one scale: what a reader compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from lims.domain.report_content import IdentitySection, Peak
from lims.errors import DocumentError
from lims.reporting.figures.axes import digits_width, tick_step, ticks
from lims.reporting.figures.drawing import INK, MEASURED_BLUE, REFERENCE_VERMILION, RULE, Anchor, Drawing
from lims.reporting.figures.label_placement import Label, Rectangle, place_labels
from lims.reporting.layout import TEXT_WIDTH
from lims.translation import Translator

BASE_PEAK = 999
"""The intensity of the strongest ion, by the custom of library searches."""
LABELLED_IONS = 10

_WIDTH = TEXT_WIDTH
_LEFT, _RIGHT = 44.0, _WIDTH - 8.0
_HALF = 88.0
_HEADROOM = 26.0
_MIDDLE = _HALF + _HEADROOM + 4.0
_BOTTOM = _MIDDLE + _HALF + _HEADROOM
_HEIGHT = _BOTTOM + 30.0
_SMALL, _PLAIN = 6.8, 8.0
_WIDEST_BAR = 4.0
_LABEL_ROOM = 14
"""The heaviest ions are often neighbours: this part of the axis is left free for their labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From nominal mass to points."""

    low: int
    high: int

    def x(self, mz: float) -> float:
        return _LEFT + (mz - self.low) / (self.high - self.low) * (_RIGHT - _LEFT)

    @property
    def bar_width(self) -> float:
        """Of a matched ion: most of the room of one mass, and never a hair."""
        return min(max(0.7 * (self.x(1) - self.x(0)), 0.9), _WIDEST_BAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Half:
    """One of the two spectra: its ions, and which way it grows."""

    peaks: tuple[Peak, ...]
    matched: frozenset[int]
    colour: str
    upwards: bool

    def y(self, height: float) -> float:
        return _MIDDLE - height if self.upwards else _MIDDLE + height


def mirror_plot(identity: IdentitySection, *, t: Translator) -> str:
    """Draw the measured spectrum above and the library's below.

    Ions that both spectra have at the same nominal mass are drawn thick and filled, others thin and hollow: the
    difference is seen without colour. The ten strongest ions and the one of highest mass are labelled on each side.

    Parameters
    ----------
    identity : IdentitySection
        With at least one ion in each spectrum, intensities from 0 to 999; ions of intensity 0 are not drawn.
    t : Translator
        For the words at the axes.

    Returns
    -------
    str
        SVG, as wide as the text of the report, in points.

    Raises
    ------
    DocumentError
        If a spectrum has no ion or an intensity is out of range.
    """
    measured = _drawn(identity.measured, name=identity.name)
    reference = _drawn(identity.reference, name=identity.name)
    matched = frozenset(peak.mz for peak in measured) & frozenset(peak.mz for peak in reference)
    masses = [peak.mz for peak in (*measured, *reference)]
    span = max(masses) - min(masses)
    scale = _Scale(low=max(min(masses) - 4, 0), high=max(masses) + max(5, span // _LABEL_ROOM))
    drawing = Drawing(_WIDTH, _HEIGHT)
    _draw_axes(drawing, scale, t=t)
    _draw_titles(drawing, t=t)
    for peaks, colour, upwards in ((measured, MEASURED_BLUE, True), (reference, REFERENCE_VERMILION, False)):
        _draw_half(drawing, scale, _Half(peaks=peaks, matched=matched, colour=colour, upwards=upwards))
    drawing.line((_LEFT, _MIDDLE), (_RIGHT, _MIDDLE), colour=INK, width=0.6)
    return drawing.svg()


def _drawn(peaks: Sequence[Peak], *, name: str) -> tuple[Peak, ...]:
    """Keep the ions that are there; check that they fit on the scale."""
    wrong = next((peak for peak in peaks if not _is_possible(peak)), None)
    if wrong is not None:
        raise DocumentError(f"{name}: intensity {wrong.intensity} at m/z {wrong.mz}; drawn are 0 to {BASE_PEAK}")
    present = tuple(peak for peak in peaks if peak.intensity > 0)
    if not present:
        raise DocumentError(f"{name}: one of its two spectra has no ion")
    return present


def _is_possible(peak: Peak) -> bool:
    return peak.mz > 0 and peak.intensity.is_finite() and 0 <= peak.intensity <= BASE_PEAK


def _height(peak: Peak) -> float:
    return float(peak.intensity) / BASE_PEAK * _HALF


def _draw_half(drawing: Drawing, scale: _Scale, half: _Half) -> None:
    for peak in sorted(half.peaks, key=lambda peak: peak.mz in half.matched):  # matched ions on top
        _draw_ion(drawing, scale, half, peak)
    for placed in place_labels(
        _labels(scale, half.peaks),
        peaks=[_occupied(scale, peak) for peak in half.peaks],
        area=Rectangle(left=_LEFT + 1, right=_RIGHT, low=0, high=_HALF + _HEADROOM),
    ):
        tip = (placed.label.x, half.y(placed.label.tip + 0.8))
        if placed.needs_leader:
            end_x, end_height = placed.leader_end
            drawing.line(tip, (end_x, half.y(end_height)), colour=RULE, width=0.35)
        base_line = placed.low + 0.6 if half.upwards else placed.low + placed.label.height - 0.8
        drawing.text((placed.x, half.y(base_line)), placed.label.text, size=_SMALL, anchor=Anchor.MIDDLE)


def _draw_ion(drawing: Drawing, scale: _Scale, half: _Half, peak: Peak) -> None:
    """Draw one ion: thick and filled if the other spectrum has it too, thin and hollow if not."""
    is_matched = peak.mz in half.matched
    width = scale.bar_width if is_matched else max(0.6 * scale.bar_width, 0.8)
    height = max(_height(peak), 0.4)
    top = half.y(height) if half.upwards else _MIDDLE
    outline = 0.0 if is_matched else 0.3
    corner = (scale.x(peak.mz) - width / 2, top)
    drawing.bar(corner, (width, height), colour=half.colour, hollow_line=outline)


def _labels(scale: _Scale, peaks: Sequence[Peak]) -> list[Label]:
    """Choose the strongest ions and the one of highest mass; of equally strong ones the lighter."""
    chosen = sorted(peaks, key=lambda peak: (-peak.intensity, peak.mz))[:LABELLED_IONS]
    heaviest = max(peaks, key=lambda peak: peak.mz)
    return [
        Label(
            text=str(peak.mz),
            x=scale.x(peak.mz),
            tip=_height(peak),
            width=digits_width(str(peak.mz), size=_SMALL) + 1,
            height=_SMALL,
        )
        for peak in dict.fromkeys((*chosen, heaviest))
    ]


def _occupied(scale: _Scale, peak: Peak) -> Rectangle:
    half = scale.bar_width / 2
    return Rectangle(left=scale.x(peak.mz) - half, right=scale.x(peak.mz) + half, low=0, high=_height(peak))


def _draw_axes(drawing: Drawing, scale: _Scale, *, t: Translator) -> None:
    drawing.line((_LEFT, _MIDDLE - _HALF), (_LEFT, _MIDDLE + _HALF), colour=INK, width=0.6)
    for percent in (100, 50, 0, -50, -100):
        y = _MIDDLE - percent / 100 * _HALF
        drawing.line((_LEFT - 3, y), (_LEFT, y), colour=INK, width=0.6)
        drawing.text((_LEFT - 5, y + 2.6), str(abs(percent)), size=_PLAIN, anchor=Anchor.END)
    drawing.line((_LEFT, _BOTTOM), (_RIGHT, _BOTTOM), colour=INK, width=0.6)
    for mz in _mass_ticks(scale):
        drawing.line((scale.x(mz), _BOTTOM), (scale.x(mz), _BOTTOM + 3), colour=INK, width=0.6)
        drawing.text((scale.x(mz), _BOTTOM + 11.5), str(mz), size=_PLAIN, anchor=Anchor.MIDDLE)
    drawing.text(((_LEFT + _RIGHT) / 2, _BOTTOM + 24), t("m/z"), size=_PLAIN, anchor=Anchor.MIDDLE)
    drawing.text((10, _MIDDLE), t("Relative intensity, %"), size=_PLAIN, anchor=Anchor.MIDDLE, upright=True)


def _draw_titles(drawing: Drawing, *, t: Translator) -> None:
    """Name both halves; the upper one is not called measured, for it may be simulated."""
    above, below = t("Component"), t("Library entry")
    drawing.text((_RIGHT, 4 + _PLAIN), above, size=_PLAIN, anchor=Anchor.END, colour=MEASURED_BLUE)
    drawing.text((_RIGHT, _BOTTOM - 4), below, size=_PLAIN, anchor=Anchor.END, colour=REFERENCE_VERMILION)


def _mass_ticks(scale: _Scale) -> list[int]:
    step = max(round(tick_step(scale.high - scale.low, at_most=14)), 1)
    return [round(tick) for tick in ticks(scale.low, scale.high, step=step)]
