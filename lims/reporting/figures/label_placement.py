"""Labels above peaks without covering a peak or each other: strongest first, each at the nearest free place."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

GAP = 1.5
"""Between a peak and its label, in points."""
_LEVELS = 16
_SIDE_STEPS = (0, -1, 1, -2, 2, -4, 4, -7, 7, -11, 11, -16, 16)
"""How far aside a label may go, in halves of its width."""
_NEAR = 0.6
"""A label within this part of its width is seen to belong to its peak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """An area in use: x to the right, h upwards from the base line."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: "Rectangle") -> bool:
        """Tell whether both cover some common place."""
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text that belongs to the tip of a peak."""

    text: str
    x: float
    tip: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """Where a label came to stand: the middle of its lower edge."""

    label: Label
    x: float
    low: float

    @property
    def needs_leader(self) -> bool:
        """Tell whether it stands so far from its peak that a line must lead there."""
        return self.low > self.label.tip + GAP or abs(self.x - self.label.x) > _NEAR * self.label.width

    @property
    def leader_end(self) -> tuple[float, float]:
        """Where a line from the peak meets the label: below its middle, or at the side that faces the peak."""
        aside = self.x - self.label.x
        if abs(aside) <= self.label.width / 2:
            return self.x, self.low
        half = self.label.width / 2
        return self.x - (half if aside > 0 else -half), self.low + self.label.height / 2


def place_labels(labels: Sequence[Label], *, peaks: Sequence[Rectangle], area: Rectangle) -> tuple[PlacedLabel, ...]:
    """Place labels in the order of their importance.

    Parameters
    ----------
    labels : sequence of Label
        The most important first.
    peaks : sequence of Rectangle
        What no label may cover.
    area : Rectangle
        What no label may leave.

    Returns
    -------
    tuple of PlacedLabel
        One for each label. One that finds no free place stands above its peak all the same: no label is lost.
    """
    taken = list(peaks)
    placed: list[PlacedLabel] = []
    for label in labels:
        choice = next((c for c in _choices(label) if _free(c, taken, area)), None)
        chosen = choice or PlacedLabel(label=label, x=label.x, low=label.tip + GAP)
        taken.append(_rectangle(chosen))
        placed.append(chosen)
    return tuple(placed)


def _choices(label: Label) -> list[PlacedLabel]:
    """List the places to try, nearest first."""
    tried = [
        PlacedLabel(label=label, x=label.x + side * label.width / 2, low=label.tip + GAP + level * label.height)
        for level, side in product(range(_LEVELS), _SIDE_STEPS)
    ]
    return sorted(tried, key=lambda place: (place.low - label.tip) + 0.8 * abs(place.x - label.x))


def _rectangle(place: PlacedLabel) -> Rectangle:
    half = place.label.width / 2
    return Rectangle(left=place.x - half, right=place.x + half, low=place.low, high=place.low + place.label.height)


def _free(place: PlacedLabel, taken: Sequence[Rectangle], area: Rectangle) -> bool:
    mine = _rectangle(place)
    inside = area.left <= mine.left and mine.right <= area.right and mine.high <= area.high
    return inside and not any(mine.meets(other) for other in taken)
