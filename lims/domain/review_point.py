"""What a reviewer holds against a report, at the place that it concerns: a component, or a part of the examination."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class ReviewPlace(StrEnum):
    """Parts of an examination and its report that a reviewer points at."""

    COMPONENT = "component"
    """One component of the run, by its number."""
    CHROMATOGRAM = "chromatogram"
    BATCH = "batch and controls"
    FINDINGS = "findings of other techniques"
    IDENTIFICATION = "identification"
    MASSES = "masses and sampling"
    CUSTODY = "custody and seals"
    LAW = "legal part"
    ANSWERS = "answers to the questions"
    WORDING = "wording of the report"
    WHOLE = "the report as a whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPoint:
    """One thing that has to be mended, and where."""

    place: ReviewPlace
    words: str
    component: int = 0
    """Its number, where the place is a component; else 0."""

    def __post_init__(self) -> None:
        """Refuse a point that says nothing, or of which nobody knows the component.

        Raises
        ------
        InvalidRecordError
            Naming what is missing.
        """
        require_text("point", self.words)
        if (self.place is ReviewPlace.COMPONENT) is not (self.component > 0):
            raise InvalidRecordError(
                f"point at {self.place.value} with component {self.component}; a component has a number from 1, "
                "other places have none"
            )

    @classmethod
    def typed(cls, place: ReviewPlace, words: str, *, component: int = 0) -> Self:
        """Make one of words as a person typed them.

        Raises
        ------
        InvalidRecordError
            As for any other.
        """
        return cls(place=place, words=clean_text("point", words), component=component)

    def in_words(self) -> str:
        """Say place and words in English, as comments say them."""
        where = f"component {self.component}" if self.component else self.place.value
        return f"{where}: {self.words}"
