"""The total ion chromatogram of a run, with the number of every reported component at its retention time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lims.domain.report_content import ComponentSection, RunSection, TracePoint
from lims.errors import DocumentError
from lims.reporting.figures.axes import digits_width, tick_step, ticks
from lims.reporting.figures.drawing import INK, MEASURED_BLUE, RULE, Anchor, Drawing
from lims.reporting.figures.label_placement import Label, Rectangle, place_labels
from lims.reporting.layout import TEXT_WIDTH
from lims.translation import Translator

_WIDTH = TEXT_WIDTH
_LEFT, _RIGHT = 44.0, _WIDTH - 8.0
_TOP_LABELS = 26.0
_PLOT = 130.0
_BASE = _TOP_LABELS + _PLOT
_HEIGHT = _BASE + 30.0
_SMALL, _PLAIN = 6.8, 8.0
_SECONDS = 60.0
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From seconds and counts to points."""

    start: float
    end: float
    top: float
    """Counts at the upper end of the axis."""

    def x(self, time_s: float) -> float:
        return _LEFT + (time_s - self.start) / (self.end - self.start) * (_RIGHT - _LEFT)

    def height(self, counts: float) -> float:
        return counts / self.top * _PLOT


def total_ion_chromatogram(run: RunSection, *, t: Translator) -> str:
    """Draw counts over retention time, components numbered as in their table.

    Parameters
    ----------
    run : RunSection
        With at least two points, times rising, counts not negative.
    t : Translator
        For the words at the axes.

    Returns
    -------
    str
        SVG, as wide as the text of the report, in points.

    Raises
    ------
    DocumentError
        If the trace is too short, is not in order, or a component lies outside of it.
    """
    _check(run)
    times = [float(point.time_s) for point in run.chromatogram]
    heaviest = max(1, *(point.counts for point in run.chromatogram))
    scale = _Scale(start=times[0], end=times[-1], top=heaviest * 1.03)
    drawing = Drawing(_WIDTH, _HEIGHT)
    _draw_axes(drawing, scale, t=t)
    _draw_trace(drawing, scale, run.chromatogram)
    _draw_marks(drawing, scale, run.components, trace=run.chromatogram)
    return drawing.svg()


def _check(run: RunSection) -> None:
    trace = run.chromatogram
    if len(trace) <= 1:
        raise DocumentError(f"run {run.number}: a chromatogram of {len(trace)} point(s) cannot be drawn")
    if any(later.time_s <= earlier.time_s for earlier, later in pairwise(trace)):
        raise DocumentError(f"run {run.number}: the times of the chromatogram do not rise")
    if any(point.counts < 0 for point in trace):
        raise DocumentError(f"run {run.number}: negative counts in the chromatogram")
    outside = [c.number for c in run.components if not trace[0].time_s <= c.retention_time_s <= trace[-1].time_s]
    if outside:
        raise DocumentError(f"run {run.number}: component {outside[0]} lies outside of the chromatogram")


def _draw_trace(drawing: Drawing, scale: _Scale, trace: Sequence[TracePoint]) -> None:
    places = [(scale.x(float(p.time_s)), _BASE - scale.height(p.counts)) for p in trace]
    drawing.curve(places, colour=MEASURED_BLUE, width=0.7)


def _draw_marks(
    drawing: Drawing, scale: _Scale, components: Sequence[ComponentSection], *, trace: Sequence[TracePoint]
) -> None:
    columns = _columns(scale, trace)
    labels = [_label(scale, component, columns) for component in sorted(components, key=lambda c: -c.area_percent)]
    for placed in place_labels(
        labels,
        peaks=[Rectangle(left=x - 0.5, right=x + 0.5, low=0, high=high) for x, high in columns.items()],
        area=Rectangle(left=_LEFT, right=_RIGHT, low=0, high=_BASE),
    ):
        tip = (placed.label.x, _BASE - placed.label.tip - 1)
        if placed.needs_leader:
            end_x, end_height = placed.leader_end
            drawing.line(tip, (end_x, _BASE - end_height), colour=RULE, width=0.35)
        drawing.text((placed.x, _BASE - placed.low - 0.6), placed.label.text, size=_SMALL, anchor=Anchor.MIDDLE)


def _label(scale: _Scale, component: ComponentSection, columns: Mapping[int, float]) -> Label:
    """Put a component's number on top of the trace where the component stands, a point to either side included."""
    text = str(component.number)
    x = scale.x(float(component.retention_time_s))
    return Label(
        text=text,
        x=x,
        tip=max(columns.get(round(x) + step, 0.0) for step in (-1, 0, 1)),
        width=digits_width(text, size=_SMALL) + 1,
        height=_SMALL + 0.6,
    )


def _columns(scale: _Scale, trace: Sequence[TracePoint]) -> dict[int, float]:
    """Give the highest place of the trace in every column one point wide: long runs cost no more than short ones."""
    highest: dict[int, float] = {}
    for point in trace:
        column = round(scale.x(float(point.time_s)))
        highest[column] = max(highest.get(column, 0.0), scale.height(point.counts))
    return highest


def _draw_axes(drawing: Drawing, scale: _Scale, *, t: Translator) -> None:
    drawing.line((_LEFT, _BASE), (_RIGHT, _BASE), colour=INK, width=0.6)
    drawing.line((_LEFT, _BASE), (_LEFT, _BASE - _PLOT), colour=INK, width=0.6)
    _draw_time_ticks(drawing, scale)
    exponent = _exponent(scale.top)
    step = tick_step(scale.top, at_most=5)
    for counts in ticks(0, scale.top, step=step):
        y = _BASE - scale.height(counts)
        drawing.line((_LEFT - 3, y), (_LEFT, y), colour=INK, width=0.6)
        drawing.text((_LEFT - 5, y + 2.6), _plain(counts / 10**exponent), size=_PLAIN, anchor=Anchor.END)
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    title = t("Total ion current, {power} counts", power=power) if exponent else t("Total ion current, counts")
    drawing.text((10, _BASE - _PLOT / 2), title, size=_PLAIN, anchor=Anchor.MIDDLE, upright=True)
    middle = ((_LEFT + _RIGHT) / 2, _BASE + 24)
    drawing.text(middle, t("Retention time, min"), size=_PLAIN, anchor=Anchor.MIDDLE)


def _draw_time_ticks(drawing: Drawing, scale: _Scale) -> None:
    start, end = scale.start / _SECONDS, scale.end / _SECONDS
    for minute in ticks(start, end, step=tick_step(end - start, at_most=16)):
        x = scale.x(minute * _SECONDS)
        drawing.line((x, _BASE), (x, _BASE + 3), colour=INK, width=0.6)
        drawing.text((x, _BASE + 11.5), _plain(minute), size=_PLAIN, anchor=Anchor.MIDDLE)


def _exponent(top: float) -> int:
    """Choose the power of ten, in threes, that keeps the numbers at the axis short."""
    return max((len(str(int(top))) - 1) // 3 * 3, 0)


def _plain(value: float) -> str:
    """Write a tick's value without the noise of binary fractions."""
    return f"{round(value, 6):g}"
