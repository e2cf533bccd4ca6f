"""Looks: when the detectors were asked, by whom, and how much they found and judged; not what, which they tell anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.detectors import Detector
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorAnswer:
    """How much one detector found."""

    detector: Detector
    found: int
    judged: int
    not_judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorLook:
    """One look at the whole history. Immutable, and never followed by another version."""

    KIND: ClassVar[str] = "detectors"

    number: str
    """``DL-``, the year and an ordinal."""
    asked_by: str
    asked_at: datetime
    answers: tuple[DetectorAnswer, ...]
    """One for each detector that was asked."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a look of nobody, or one that asked nothing."""
        require_text("number of the look", self.number)
        require_text("asked by", self.asked_by)
        if not self.answers:
            raise InvalidRecordError(f"look {self.number} asked nothing")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say that it is done."""
        return "asked"

    @property
    def title(self) -> str:
        """Say how much was found."""
        return f"{len(self.answers)} detectors, {sum(one.found for one in self.answers)} found"
