"""Where ticks stand and how long a text gets: the small arithmetic of axes."""

import math

_STEPS = (1, 2, 5, 10)
_CHARACTER_WIDTH = 0.64
"""Of DejaVu Sans digits, in ems (advance 1303 of 2048)."""


def tick_step(span: float, *, at_most: int) -> float:
    """Choose 1, 2 or 5 times a power of ten, so that a span holds at most so many steps.

    Examples
    --------
    >>> tick_step(310, at_most=10), tick_step(0.9, at_most=10)
    (50.0, 0.1)
    """
    raw = span / at_most
    decade = math.floor(math.log10(raw))
    factor = next(step for step in _STEPS if step * 10.0**decade >= raw * (1 - 1e-9))
    return float(factor * 10.0**decade)


def ticks(low: float, high: float, *, step: float) -> list[float]:
    """List the multiples of a step from low to high."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [position * step for position in range(first, last + 1)]


def digits_width(text: str, *, size: float) -> float:
    """Tell how wide digits are drawn, in points."""
    return len(text) * _CHARACTER_WIDTH * size
