"""What does not agree when an object comes in, who saw it, and what the sender answered (rule E-2; 17025, 7.4.3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class DiscrepancySubject(StrEnum):
    """What does not agree with the order or the inventory."""

    SEAL = "seal"
    COUNT = "count"
    DESCRIPTION = "description"
    CONDITION = "condition"
    OTHER = "other"


class Decision(StrEnum):
    """What the sender wants after a discrepancy."""

    CLEARED = "cleared"
    """The paper was wrong, or the missing thing came: nothing stands against the examination."""
    EXAMINE = "examine anyway"
    """The report carries a disclaimer."""
    DO_NOT_EXAMINE = "do not examine"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAnswer:
    """What the sender said."""

    decision: Decision
    words: str
    """As they were said or written."""
    given_by: str
    """Who answered, as the letter or the note of the call names that person."""
    given_at: datetime
    recorded_by: str
    recorded_at: datetime
    disclaimer: str = ""
    """What the report has to say if the object is examined anyway; empty otherwise."""

    def __post_init__(self) -> None:
        """Refuse an answer of nobody, and an examination in spite of a discrepancy without a disclaimer."""
        require_text("answer", self.words)
        require_text("given by", self.given_by)
        clean_text("disclaimer", self.disclaimer)
        if (self.decision is Decision.EXAMINE) != bool(self.disclaimer):
            raise InvalidRecordError(
                f"answer '{self.decision}' with disclaimer {self.disclaimer!r}; expected one where, and only where, "
                "the object is examined anyway"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that does not agree."""

    subject: DiscrepancySubject
    stated: str
    """What the order, the inventory or the seal says."""
    found: str
    """What was seen."""
    found_by: str
    found_at: datetime
    witness: str
    """Staff number of the other person who saw it."""
    told_to: str
    """Who of the sender was told."""
    told_at: datetime
    told_how: str
    """By letter, telephone, e-mail; with its number."""
    answer: SenderAnswer | None = None

    def __post_init__(self) -> None:
        """Refuse a discrepancy without a witness, or one that the sender does not know of."""
        require_text("stated", self.stated)
        require_text("found", self.found)
        require_text("witness", self.witness)
        require_text("told to", self.told_to)
        require_text("told how", self.told_how)
        if self.witness == self.found_by:
            raise InvalidRecordError(f"witness {self.witness}: the same person who found it; expected another one")

    @property
    def blocks(self) -> bool:
        """Tell whether nobody may work on the object because of it."""
        return self.answer is None or self.answer.decision is Decision.DO_NOT_EXAMINE

    @property
    def words(self) -> str:
        """Say it in one line."""
        return f"{self.subject}: stated '{self.stated}', found '{self.found}'"
