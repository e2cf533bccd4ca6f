"""Seizures: when, where and by which way something was found, and what a field screen said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.case import Case
from lims.domain.region import require_region
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class Channel(StrEnum):
    """By which way it was on its way, or where it was found."""

    COURIER = "courier"
    POST = "post"
    STASH = "stash"
    BORDER = "border checkpoint"
    LABORATORY = "clandestine laboratory"
    PHARMACY = "pharmacy"
    OTHER = "other"


class ScreenResult(StrEnum):
    """What a field screen said."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisedScreen:
    """A device and an operator that the laboratory validated and authorised: one line of the setting."""

    device: str
    operator: str
    basis: str
    """The record of the validation and the authorisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScreen:
    """One test that was made before the object reached the laboratory."""

    result: ScreenResult
    substance: str = ""
    """What it was positive or negative for."""
    device: str = ""
    """Type and serial number; empty for a kit."""
    kit: str = ""
    kit_lot: str = ""
    operator: str = ""
    performed_on: date | None = None
    authorisation: str = ""
    """The record that authorises device and operator; empty: the result is presumptive (rule ID-9)."""

    def __post_init__(self) -> None:
        """Refuse a screen by nothing."""
        for name in ("device", "kit", "kit_lot", "operator", "substance", "authorisation"):
            clean_text(name.replace("_", " "), getattr(self, name))
        if bool(self.device) == bool(self.kit):
            raise InvalidRecordError(
                f"field screen by device {self.device!r} and kit {self.kit!r}; expected one of them"
            )
        if self.authorisation:
            require_text("device of an authorised screen", self.device)
            require_text("operator of an authorised screen", self.operator)

    @property
    def presumptive(self) -> bool:
        """Whether it counts for nothing towards an identification."""
        return not self.authorisation

    def judged(self, authorised: Sequence[AuthorisedScreen]) -> Self:
        """Give it with the authorisation that the laboratory's list has for it, or with none."""
        bases = (one.basis for one in authorised if (one.device, one.operator) == (self.device, self.operator))
        return replace(self, authorisation=next(bases, "") if self.device and self.operator else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seizure:
    """One seizure of a case. None and empty text mean unknown; all of it is what the seizing body says."""

    KIND: ClassVar[str] = "seizure"
    FROM_THE_SENDER: ClassVar[tuple[str, ...]] = (
        *("seized_on", "place", "region", "channel", "seizing_body", "reference", "screens"),
    )
    """Fields that the laboratory took over and did not find out (ISO/IEC 17025:2017, 7.8.2.2)."""

    number: str
    """The case number, ``-S`` and the ordinal in the case."""
    case_number: str
    seized_on: date | None
    place: str
    region: str
    """Code of ISO 3166-2:KZ."""
    channel: Channel | None
    seizing_body: str
    reference: str
    """The number of the seizing body's own record."""
    screens: tuple[FieldScreen, ...]
    registered_by: str
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a seizure without a number, or in a region that there is not."""
        require_text("seizure number", self.number)
        for name in ("place", "seizing_body", "reference"):
            clean_text(name.replace("_", " "), getattr(self, name))
        require_region(self.region)

    @property
    def parent(self) -> str:
        """Belong to the case."""
        return self.case_number

    @property
    def state(self) -> str:
        """Say that it stands as it was reported."""
        return "reported"

    @property
    def title(self) -> str:
        """Show where it was."""
        return self.place or self.region


def day_of_law(case: Case, seizure: Seizure | None) -> date | None:
    """Give the day whose law counts for an exhibit: that of its own seizure, else of the case's; None for unknown.

    Rule KZ-4: legal status and size class are those of the day of the seizure.
    """
    return seizure.seized_on if seizure is not None else case.seizure_date
