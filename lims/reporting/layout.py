"""Measures of the report page that the template, the figures and the signature fields share, in points."""

from dataclasses import dataclass
from typing import Final

PAGE_WIDTH = 595.276
"""A4, as the template's paper."""
SIDE_MARGIN = 56.7
BOTTOM_MARGIN = 62.0
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE_MARGIN
TEXT_SIZE = 10.5
END_LINE_HEIGHT = 24.0
"""Room for the end of the report between the signature boxes and the bottom margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """A place for a visible signature on the last page, measured from its lower left corner."""

    name: str
    """In the PDF; never translated."""
    left: float
    bottom: float
    width: float
    height: float

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Lower left and upper right corner in whole points, as signature fields take them."""
        right, top = self.left + self.width, self.bottom + self.height
        return round(self.left), round(self.bottom), round(right), round(top)


_WIDTH, _HEIGHT = 233.0, 84.0
_BOTTOM = BOTTOM_MARGIN + END_LINE_HEIGHT

EXPERT_FIELD: Final = SignatureField(name="Expert", left=SIDE_MARGIN, bottom=_BOTTOM, width=_WIDTH, height=_HEIGHT)
REVIEWER_FIELD: Final = SignatureField(
    name="Reviewer", left=PAGE_WIDTH - SIDE_MARGIN - _WIDTH, bottom=_BOTTOM, width=_WIDTH, height=_HEIGHT
)
STAMP_FIELD: Final = "TimeStamp"
"""The field of the time stamp over the whole file (B-LTA); it is not drawn."""
SIGNATURE_LEVEL: Final = "PAdES B-B"
"""A basic signature: no time stamp of an outside service, no revocation data in the file."""
