"""Cases and the orders that start them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lims.domain.wording import clean_text, require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One examination request with what is known of the seizure; None and empty text mean unknown."""

    KIND: ClassVar[str] = "case"

    number: str
    laboratory: str
    appointing_body: str
    order_number: str
    order_date: date | None
    seizure_date: date | None
    seizure_place: str
    questions: tuple[str, ...]
    """Of the order, word for word."""
    demonstration: bool
    """True for a made-up case: it says so wherever it appears."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a case without an origin."""
        require_text("case number", self.number)
        require_text("laboratory", self.laboratory)
        require_text("appointing body", self.appointing_body)
        clean_text("order number", self.order_number)
        clean_text("place of seizure", self.seizure_place)
        for question in self.questions:
            require_text("question", question)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say whether it is a demonstration."""
        return "demonstration" if self.demonstration else "open"

    @property
    def title(self) -> str:
        """Show who asked."""
        return self.appointing_body
