"""Exhibits: the objects that are examined, and the parts of them that are objects again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.discrepancy import Discrepancy, SenderAnswer
from lims.domain.request import Delivery
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import DiscrepancyOpenError


class ExhibitKind(StrEnum):
    """What an object is made of, as it is seen before any examination."""

    POWDER = "powder"
    TABLET = "tablet"
    PLANT = "plant"
    PAPER = "paper or card"
    LIQUID = "liquid"
    E_LIQUID = "e-liquid"
    RESIDUE = "residue"
    PRECURSOR = "precursor"
    EQUIPMENT = "equipment"
    BLOOD = "blood"
    URINE = "urine"
    BIOLOGICAL = "other biological material"


OF_A_DONOR = frozenset({ExhibitKind.BLOOD, ExhibitKind.URINE, ExhibitKind.BIOLOGICAL})
"""Kinds that come from a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What an object lies in; it is no part of the object."""

    kind: str
    """Bag, envelope, bottle."""
    number: str = ""
    """As it is marked; empty if it is not."""
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse a container that is nothing."""
        clean_text("container number", self.number)
        require_text("container", self.kind)
        clean_text("container description", self.description)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One object of a case as it came in, or one part of it. Immutable: every step returns a new exhibit.

    None and empty text mean unknown, or nothing of the kind.
    """

    KIND: ClassVar[str] = "exhibit"

    number: str
    """The case number, a slash, the ordinal in the case: ``2026-0042/3``; of a part ``2026-0042/3.1``."""
    case_number: str
    description: str
    seal_number: str
    """Empty if it came without a seal."""
    seal_intact: bool | None
    """None if there was no seal, or nobody recorded its condition."""
    received_at: datetime
    received_by: str
    part_of: str = ""
    """Number of the exhibit that this is a part of; empty for one that came in by itself."""
    kind: ExhibitKind | None = None
    container: Container | None = None
    unit_count: int | None = None
    """Units as received: tablets, cards, bags; None where they were not counted."""
    marks: str = ""
    """Colour, logo, marks: what would tell it from others."""
    condition: str = ""
    """On receipt."""
    storage_wish: str = ""
    """What the sender, or the kind of material, asks for: cold, dark, dry."""
    delivery: Delivery | None = None
    delivered_by: str = ""
    seizure_number: str = ""
    """The seizure that it comes from."""
    donor_number: str = ""
    """The donor that it comes from."""
    collected_at: datetime | None = None
    """When it was taken from a person, as the sender says; None for unknown, and for objects of other kinds."""
    discrepancies: tuple[Discrepancy, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an object that nobody could recognise, and a part or a donor that does not fit."""
        require_text("exhibit number", self.number)
        require_text("description", self.description)
        for name in ("seal number", "marks", "condition", "storage wish", "delivered by"):
            clean_text(name, getattr(self, name.replace(" ", "_")))
        if self.part_of and not self.number.startswith(f"{self.part_of}."):
            raise InvalidRecordError(f"exhibit {self.number} is no part of {self.part_of}; expected {self.part_of}.1")
        if self.unit_count is not None and self.unit_count < 1:
            raise InvalidRecordError(f"{self.number}: {self.unit_count} units; expected 1 or more, or unknown")
        if self.collected_at is not None:
            self._require_collected(self.collected_at)
        if self.donor_number and self.kind not in OF_A_DONOR:
            raise InvalidRecordError(
                f"{self.number} is {self.kind or 'of unknown kind'}; only {_of_a_donor()} has a donor"
            )

    @property
    def parent(self) -> str:
        """Belong to the case."""
        return self.case_number

    @property
    def state(self) -> str:
        """Say that it is in the laboratory's keeping, or that a discrepancy stops the work on it."""
        return "received" if self.workable else "discrepancy"

    @property
    def title(self) -> str:
        """Show what it is."""
        return self.description

    @property
    def workable(self) -> bool:
        """Whether nothing that was found on receipt stops the work on it (rule E-2)."""
        return not any(one.blocks for one in self.discrepancies)

    @property
    def disclaimers(self) -> tuple[str, ...]:
        """What a report has to say because the sender wants it examined in spite of a discrepancy."""
        answers = (one.answer for one in self.discrepancies)
        return tuple(answer.disclaimer for answer in answers if answer and answer.disclaimer)

    def require_workable(self) -> None:
        """Refuse work as long as a discrepancy stands.

        Raises
        ------
        DiscrepancyOpenError
            Naming it.
        """
        for one in self.discrepancies:
            if one.blocks:
                raise DiscrepancyOpenError(self.number, one.words, answered=one.answer is not None)

    def _require_collected(self, at: datetime) -> None:
        """Refuse a time at which no material of a person was taken, or that is later than its receipt."""
        if self.kind not in OF_A_DONOR:
            raise InvalidRecordError(
                f"{self.number} is {self.kind or 'of unknown kind'}; only {_of_a_donor()} is taken from a person"
            )
        if at > self.received_at:
            raise InvalidRecordError(f"{self.number} taken at {at}, received at {self.received_at}; expected before")

    # steps

    def find_discrepancy(self, discrepancy: Discrepancy) -> Self:
        """Record something that does not agree."""
        return replace(self, discrepancies=(*self.discrepancies, discrepancy), version=self.version + 1)

    def answer_discrepancy(self, place: int, answer: SenderAnswer) -> Self:
        """Record what the sender said of a discrepancy.

        Parameters
        ----------
        place : int
            Of the discrepancy, from 1.

        Raises
        ------
        InvalidRecordError
            If there is none at that place, or the answer is older than the question.
        TransitionError
            If it was answered before.
        """
        if not 1 <= place <= len(self.discrepancies):
            raise InvalidRecordError(f"discrepancy {place}; {self.number} has {len(self.discrepancies)}")
        asked = self.discrepancies[place - 1]
        if asked.answer is not None:
            raise TransitionError(f"discrepancy {place} of {self.number} was answered by {asked.answer.given_by}")
        if answer.given_at < asked.found_at:
            raise InvalidRecordError(
                f"answered at {answer.given_at}, found at {asked.found_at}; the answer comes later"
            )
        answered = (*self.discrepancies[: place - 1], replace(asked, answer=answer), *self.discrepancies[place:])
        return replace(self, discrepancies=answered, version=self.version + 1)


def receipt_gaps(exhibit: Exhibit) -> tuple[str, ...]:
    """Name what an intake needs (rule E-1) and this one lacks."""
    needed = {
        "who delivered it": exhibit.delivered_by,
        "how it was delivered": exhibit.delivery,
        "its condition": exhibit.condition,
        "the condition of its seal": not exhibit.seal_number or exhibit.seal_intact is not None,
    }
    return tuple(name for name, known in needed.items() if not known)


def place_in_tree(number: str) -> tuple[int, ...]:
    """Give the key that puts each exhibit of a case before its parts.

    Examples
    --------
    >>> sorted(["2026-0042/10", "2026-0042/2.1", "2026-0042/2"], key=place_in_tree)
    ['2026-0042/2', '2026-0042/2.1', '2026-0042/10']
    """
    return tuple(int(place) for place in number.rpartition("/")[2].split(".") if place.isdecimal())


def next_number(prefix: str, taken: Iterable[str]) -> str:
    """Give the number that follows the highest ordinal directly under a prefix; a number is never used again."""
    rests = (number.removeprefix(prefix) for number in taken if number.startswith(prefix))
    return f"{prefix}{max((int(rest) for rest in rests if rest.isdecimal()), default=0) + 1}"


def _of_a_donor() -> str:
    return ", ".join(sorted(OF_A_DONOR))
