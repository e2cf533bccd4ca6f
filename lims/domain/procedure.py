"""Procedures: the written way of working under a method's number, and on which days it is validated and in force.

Source: ISO/IEC 17025:2017, 7.2.2. A competence names the same number.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.technique import Category, technique
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError


class ValidationStatus(StrEnum):
    """in validation -> validated -> withdrawn; a changed text begins in validation again."""

    IN_VALIDATION = "in validation"
    VALIDATED = "validated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The record by which a procedure is validated."""

    validated_on: date
    record: str
    """Number or title of the validation report."""
    stated_by: str
    stated_at: datetime

    def __post_init__(self) -> None:
        """Refuse a validation without a record."""
        require_text("record of the validation", self.record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Immutable: a change is a new version. Empty text and empty tuples mean unknown, or nothing of the kind."""

    KIND: ClassVar[str] = "procedure"

    number: str
    """The method's: of a method for batches, or of the bench's own."""
    name: str
    techniques: tuple[str, ...]
    """Names of the table of techniques, which gives their categories; a hyphenated method has two."""
    matrices: tuple[str, ...]
    """What it may be used on, in the words of the validation."""
    required_controls: tuple[str, ...]
    """Every result under it states what became of each."""
    acceptance_criteria: str
    """When a result counts as positive, negative or neither."""
    recorded_by: str
    recorded_at: datetime
    """Of this text."""
    limits_of: str = ""
    """Number of the method whose batch limits hold besides."""
    register_number: str = ""
    """In the State register of expert methods (rule KZ-5); empty: unknown, which is shown."""
    field_devices: tuple[str, ...] = ()
    """Devices whose field screens count (rule ID-9)."""
    field_operators: tuple[str, ...] = ()
    """Who may use them so that it counts."""
    validation: Validation | None = None
    withdrawn_on: date | None = None
    withdrawn_by: str = ""
    withdrawal_reason: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a procedure that nobody could follow, and an unknown technique."""
        require_text("procedure number", self.number)
        require_text("name of the procedure", self.name)
        require_text("acceptance criteria", self.acceptance_criteria)
        clean_text("number in the register", self.register_number)
        if not self.techniques or len(set(self.techniques)) < len(self.techniques):
            raise InvalidRecordError(f"procedure {self.number}: techniques {self.techniques}; expected each once")
        for name in self.techniques:
            technique(name)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the name."""
        return self.name

    @property
    def status(self) -> ValidationStatus:
        """Where it stands now."""
        if self.withdrawn_on is not None:
            return ValidationStatus.WITHDRAWN
        return ValidationStatus.IN_VALIDATION if self.validation is None else ValidationStatus.VALIDATED

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of its techniques, in their order."""
        return tuple(technique(name).category for name in self.techniques)

    def in_force(self, day: date) -> bool:
        """Tell whether this text is validated and in force on a day; the day of a withdrawal counts no more."""
        begun = self.validation is not None and self.validation.validated_on <= day
        return begun and (self.withdrawn_on is None or day < self.withdrawn_on)

    def authorises(self, *, device: str, operator: str) -> bool:
        """Tell whether a field screen by a device and a person counts (rule ID-9)."""
        return device in self.field_devices and operator in self.field_operators

    # steps

    def validate(self, validation: Validation, *, today: date) -> Self:
        """Put it in force from the day of its validation.

        Raises
        ------
        TransitionError
            If it is not in validation.
        InvalidRecordError
            If that day has not come yet.
        """
        if self.status is not ValidationStatus.IN_VALIDATION:
            raise TransitionError(
                f"procedure {self.number} is {self.state}, not {ValidationStatus.IN_VALIDATION.value}"
            )
        if validation.validated_on > today:
            raise InvalidRecordError(f"validated on {validation.validated_on}, today is {today}; expected a day past")
        return replace(self, validation=validation, version=self.version + 1)

    def withdraw(self, *, on: date, by: str, reason: str) -> Self:
        """Take it out of force from a day on.

        Raises
        ------
        TransitionError
            If it is withdrawn already.
        InvalidRecordError
            If no reason is given.
        """
        if self.withdrawn_on is not None:
            raise TransitionError(f"procedure {self.number} is withdrawn since {self.withdrawn_on}")
        require_text("reason", reason)
        return replace(self, withdrawn_on=on, withdrawn_by=by, withdrawal_reason=reason, version=self.version + 1)
