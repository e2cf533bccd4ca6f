"""The calibration curve: calibrators, the fitted curve, and where the exhibit's injections lie on it."""

from dataclasses import dataclass
from decimal import Decimal

from lims.domain.quantitation import CalibrationPoint, QuantifiedInjection, Quantitation
from lims.errors import DocumentError
from lims.reporting.figures.axes import tick_step, ticks
from lims.reporting.figures.drawing import INK, MEASURED_BLUE, REFERENCE_VERMILION, RULE, Anchor, Drawing
from lims.reporting.layout import TEXT_WIDTH
from lims.translation import Translator

_WIDTH = TEXT_WIDTH
_LEFT, _RIGHT = 44.0, _WIDTH - 10.0
_TOP, _PLOT = 8.0, 170.0
_BASE = _TOP + _PLOT
_HEIGHT = _BASE + 30.0
_PLAIN = 8.0
_STEPS = 60
"""Straight pieces that the curve is drawn with."""
_HALF = 2.6
"""Half the width of a mark, points."""
_ROOM = 1.06


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From ug/ml and ratios to points; both axes begin at 0."""

    concentration: float
    response: float

    def place(self, concentration: float, response: float) -> tuple[float, float]:
        return self.x(concentration), self.y(response)

    def x(self, concentration: float) -> float:
        return _LEFT + concentration / self.concentration * (_RIGHT - _LEFT)

    def y(self, response: float) -> float:
        return _BASE - response / self.response * _PLOT


def calibration_curve(quantitation: Quantitation, *, t: Translator) -> str:
    """Draw responses over concentrations: filled circles are calibrators, crosses those left out, squares the exhibit.

    Parameters
    ----------
    quantitation : Quantitation
        With at least two calibrators in the curve.
    t : Translator
        For the words at the axes.

    Returns
    -------
    str
        SVG, as wide as the text of the report, in points. Shapes, not colours, tell the marks apart.

    Raises
    ------
    DocumentError
        If there is no curve to draw.
    """
    measured = [one for one in quantitation.points if one.response is not None]
    found = [one for one in quantitation.injections if one.concentration is not None and one.response is not None]
    if sum(one.used for one in measured) <= 1:
        raise DocumentError(f"{quantitation.number}: no curve can be drawn of {len(measured)} calibrator(s)")
    scale = _scale(measured, found)
    drawing = Drawing(_WIDTH, _HEIGHT)
    _draw_axes(drawing, scale, t=t)
    _draw_curve(drawing, scale, quantitation)
    for point in measured:
        _draw_calibrator(drawing, scale, point)
    for one in found:
        _draw_injection(drawing, scale, one)
    return drawing.svg()


def _scale(points: list[CalibrationPoint], found: list[QuantifiedInjection]) -> _Scale:
    concentrations = [one.nominal_ug_per_ml for one in points]
    concentrations += [one.concentration.value for one in found if one.concentration is not None]
    responses = [one.response for one in points if one.response is not None]
    responses += [one.response for one in found if one.response is not None]
    return _Scale(concentration=float(max(concentrations)) * _ROOM, response=float(max(responses)) * _ROOM)


def _draw_curve(drawing: Drawing, scale: _Scale, quantitation: Quantitation) -> None:
    """Draw the curve between its lowest and its highest calibrator, and nowhere else."""
    curve = quantitation.curve
    low, high = curve.lowest_ug_per_ml, curve.highest_ug_per_ml
    steps = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
    places = [scale.place(float(one), float(curve.response(one))) for one in steps]
    drawing.curve(places, colour=MEASURED_BLUE, width=0.9)


def _draw_calibrator(drawing: Drawing, scale: _Scale, point: CalibrationPoint) -> None:
    x, y = scale.place(float(point.nominal_ug_per_ml), float(point.response or Decimal(0)))
    if point.used:
        drawing.dot((x, y), radius=_HALF, colour=INK)
        return
    for rise in (-_HALF, _HALF):
        drawing.line((x - _HALF, y - rise), (x + _HALF, y + rise), colour=INK, width=0.9)


def _draw_injection(drawing: Drawing, scale: _Scale, one: QuantifiedInjection) -> None:
    """Draw a hollow square, and thin lines to both axes."""
    if one.concentration is None or one.response is None:
        return
    x, y = scale.place(float(one.concentration.value), float(one.response))
    drawing.line((x, y), (x, _BASE), colour=RULE, width=0.35)
    drawing.line((x, y), (_LEFT, y), colour=RULE, width=0.35)
    side = 2 * _HALF + 1
    corner = (x - side / 2, y - side / 2)
    drawing.bar(corner, (side, side), colour=REFERENCE_VERMILION, hollow_line=1.1)


def _draw_axes(drawing: Drawing, scale: _Scale, *, t: Translator) -> None:
    drawing.line((_LEFT, _BASE), (_RIGHT, _BASE), colour=INK, width=0.6)
    drawing.line((_LEFT, _BASE), (_LEFT, _TOP), colour=INK, width=0.6)
    for value in ticks(0, scale.concentration, step=tick_step(scale.concentration, at_most=10)):
        x = scale.x(value)
        drawing.line((x, _BASE), (x, _BASE + 3), colour=INK, width=0.6)
        drawing.text((x, _BASE + 11.5), f"{round(value, 9):g}", size=_PLAIN, anchor=Anchor.MIDDLE)
    for value in ticks(0, scale.response, step=tick_step(scale.response, at_most=6)):
        y = scale.y(value)
        drawing.line((_LEFT - 3, y), (_LEFT, y), colour=INK, width=0.6)
        drawing.text((_LEFT - 5, y + 2.6), f"{round(value, 9):g}", size=_PLAIN, anchor=Anchor.END)
    drawing.text((10, _BASE - _PLOT / 2), t("Area ratio"), size=_PLAIN, anchor=Anchor.MIDDLE, upright=True)
    middle = ((_LEFT + _RIGHT) / 2, _BASE + 24)
    drawing.text(middle, t("Concentration, µg/ml"), size=_PLAIN, anchor=Anchor.MIDDLE)
