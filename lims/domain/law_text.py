"""Texts of the law as the laboratory enters them: a clerk drafts, another person compares and confirms.

An act, an edition and a table of rows each are a record. What is confirmed is in the book from that moment on and stays
in it: a correction is a new draft of the same number, and the version before stands until that is confirmed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import SelfConfirmedError
from substance_library.editions import Act, Edition
from substance_library.schedule import ListTable


class LawTextStatus(StrEnum):
    """drafted -> in the book; or returned to the clerk, who drafts again."""

    DRAFTED = "drafted"
    RETURNED = "returned"
    IN_BOOK = "in the book"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """That a second person compared a draft with the official text."""

    by: str
    at: datetime
    """Since when the book has it."""
    compared_with: str
    """The official text: where it was read, or which copy of it."""

    def __post_init__(self) -> None:
        """Refuse a confirmation that was compared with nothing."""
        require_text("text compared with", self.compared_with)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Why a draft went back to its clerk."""

    by: str
    at: datetime
    words: str

    def __post_init__(self) -> None:
        """Refuse a return without its reason."""
        require_text("reason", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawText:
    """What acts, editions and tables share: who drafted, who confirmed, in which state it is."""

    KIND: ClassVar[str] = ""

    number: str
    drafted_by: str
    drafted_at: datetime
    confirmation: Confirmation | None = None
    returned: Return | None = None
    earlier_clerks: tuple[str, ...] = ()
    """Who drafted it since it was last in the book: their words may stand in it, so none of them confirms it."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a text without number or clerk, and one that somebody confirmed who drafted it."""
        require_text("number", self.number)
        require_text("clerk", self.drafted_by)
        if self.confirmation is not None and self.confirmation.by in self.clerks:
            raise SelfConfirmedError(self.KIND, self.number, self.confirmation.by)

    @property
    def clerks(self) -> tuple[str, ...]:
        """Everybody who had a part in drafting it."""
        return tuple(dict.fromkeys((*self.earlier_clerks, self.drafted_by)))

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def status(self) -> LawTextStatus:
        """Where it stands."""
        if self.confirmation is not None:
            return LawTextStatus.IN_BOOK
        return LawTextStatus.RETURNED if self.returned is not None else LawTextStatus.DRAFTED

    def confirm(self, confirmation: Confirmation) -> Self:
        """Put it in the book.

        Raises
        ------
        TransitionError
            If it is not drafted.
        SelfConfirmedError
            If its clerk confirms it.
        """
        self._require_draft()
        return replace(self, confirmation=confirmation, version=self.version + 1)

    def send_back(self, returned: Return) -> Self:
        """Return it to its clerk.

        Raises
        ------
        TransitionError
            If it is not drafted.
        """
        self._require_draft()
        return replace(self, returned=returned, version=self.version + 1)

    def _require_draft(self) -> None:
        if self.status is not LawTextStatus.DRAFTED:
            raise TransitionError(f"{self.KIND} {self.number} is {self.state}, not {LawTextStatus.DRAFTED.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LawAct(LawText):
    """An act of law, with its titles as quoted."""

    KIND: ClassVar[str] = "law act"

    act: Act

    def __post_init__(self) -> None:
        """Refuse an act under another number."""
        LawText.__post_init__(self)
        _require_number(self.KIND, self.number, self.act.number)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def title(self) -> str:
        """Show how it is cited."""
        return self.act.citation

    @property
    def known(self) -> Act:
        """The act as the book has it."""
        return replace(self.act, known_from=known_from(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEdition(LawText):
    """One state of an act; in the book, it is what re-searches and determinations look for."""

    KIND: ClassVar[str] = "law edition"

    edition: Edition

    def __post_init__(self) -> None:
        """Refuse an edition under another number."""
        LawText.__post_init__(self)
        _require_number(self.KIND, self.number, self.edition.number)

    @property
    def parent(self) -> str:
        """Belong to the act."""
        return self.edition.act

    @property
    def title(self) -> str:
        """Show what amended the act, and since when it stands."""
        begins = self.edition.force.first
        return f"{self.edition.amended_by or 'first text'}, in force from {begins or 'a day that is not known'}"

    def publish(self, confirmation: Confirmation, *, on: date) -> Self:
        """Put it in the book; who verified it, and when, is kept in the edition too.

        Raises
        ------
        TransitionError
            If it is not drafted.
        SelfConfirmedError
            If its clerk confirms it.
        """
        verified = replace(self.edition, verified_by=confirmation.by, verified_on=on)
        return replace(self.confirm(confirmation), edition=verified)

    @property
    def known(self) -> Edition:
        """The edition as the book has it."""
        return replace(self.edition, known_from=known_from(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class LawTable(LawText):
    """The rows that an edition brings for one part of its act: entries, exclusions, thresholds."""

    KIND: ClassVar[str] = "law table"

    table: ListTable
    source_sha256: str = ""
    """Of the file that it was imported from; empty where it was typed."""
    source_name: str = ""

    def __post_init__(self) -> None:
        """Refuse a table under another number."""
        LawText.__post_init__(self)
        _require_number(self.KIND, self.number, self.table.number)

    @property
    def parent(self) -> str:
        """Belong to the edition."""
        return self.table.edition

    @property
    def title(self) -> str:
        """Show the part and how many rows there are."""
        return f"{self.table.part}: {len(self.table.rows)} rows"

    @property
    def known(self) -> ListTable:
        """The table as the book has it."""
        return replace(self.table, known_from=known_from(self))


def known_from(text: LawText) -> datetime:
    """Give the moment from which the book has a text.

    Raises
    ------
    InvalidRecordError
        If nobody confirmed it.
    """
    if text.confirmation is None:
        raise InvalidRecordError(f"{text.KIND} {text.number} is {text.state}, not in the book")
    return text.confirmation.at


def _require_number(kind: str, number: str, inside: str) -> None:
    if number != inside:
        raise InvalidRecordError(f"{kind} {number}: its text has the number {inside}; expected the same")
