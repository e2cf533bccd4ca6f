"""A sheet of SVG that is written shape by shape, in points, y downwards."""

from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from lims.reporting.fonts import SIGN_FAMILY, require_sign_font

INK = "#000000"
RULE = "#777777"
MEASURED_BLUE = "#0072B2"
REFERENCE_VERMILION = "#D55E00"
"""Okabe and Ito's colours: told apart with every common colour blindness."""


class Anchor(StrEnum):
    """Which point of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Drawing:
    """Collects shapes; ``svg`` gives the finished picture.

    Parameters
    ----------
    width, height : float, points
    """

    def __init__(self, width: float, height: float) -> None:
        self._width = width
        self._height = height
        self._shapes: list[str] = []

    def line(self, start: tuple[float, float], end: tuple[float, float], *, colour: str, width: float) -> None:
        """Draw a straight line."""
        self._shapes.append(
            f'<line x1="{_number(start[0])}" y1="{_number(start[1])}" x2="{_number(end[0])}" y2="{_number(end[1])}" '
            f'stroke="{colour}" stroke-width="{_number(width)}"/>'
        )

    def bar(self, corner: tuple[float, float], size: tuple[float, float], *, colour: str, hollow_line: float) -> None:
        """Draw a rectangle: filled if ``hollow_line`` is 0, else white with such an outline inside its edge."""
        inset = hollow_line / 2
        x, y = corner[0] + inset, corner[1] + inset
        width, height = max(size[0] - hollow_line, 0.0), max(size[1] - hollow_line, 0.0)
        paint = f'fill="#FFFFFF" stroke="{colour}" stroke-width="{_number(hollow_line)}"'
        self._shapes.append(
            f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}" '
            + (f"{paint}/>" if hollow_line else f'fill="{colour}"/>')
        )

    def dot(self, centre: tuple[float, float], *, radius: float, colour: str) -> None:
        """Draw a filled circle."""
        x, y = _number(centre[0]), _number(centre[1])
        self._shapes.append(f'<circle cx="{x}" cy="{y}" r="{_number(radius)}" fill="{colour}"/>')

    def curve(self, points: list[tuple[float, float]], *, colour: str, width: float) -> None:
        """Draw a line through points."""
        places = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self._shapes.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{_number(width)}" '
            'stroke-linejoin="round"/>'
        )

    def text(
        self,
        place: tuple[float, float],
        text: str,
        *,
        size: float,
        anchor: Anchor,
        colour: str = INK,
        upright: bool = False,
    ) -> None:
        """Write a text with its base line at a place; ``upright`` turns it to read from below.

        Raises
        ------
        DocumentError
            If the font has no glyph for a character.
        """
        require_sign_font(text)
        x, y = _number(place[0]), _number(place[1])
        turn = f' transform="rotate(-90 {x} {y})"' if upright else ""
        self._shapes.append(
            f'<text x="{x}" y="{y}" font-family={quoteattr(SIGN_FAMILY)} font-size="{_number(size)}" '
            f'text-anchor="{anchor}" fill="{colour}"{turn}>{escape(text)}</text>'
        )

    def svg(self) -> str:
        """Give the picture."""
        width, height = _number(self._width), _number(self._height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        )
        return "\n".join((head, *self._shapes, "</svg>"))


def _number(value: float) -> str:
    """Write a coordinate with two decimals at most, and never a negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
