"""What the law would say of a structure that nobody has identified yet: for the screen, and never recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from substance_library.determination import Determination, FindingKind, LegalStatus
from substance_library.law_book import LawBook
from substance_library.prepared_structure import PreparedStructure
from substance_library.status import StatusPolicy, determine

_SPEAKING = frozenset({FindingKind.LISTED, FindingKind.COVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalOutlook:
    """The answers of one jurisdiction for one structure."""

    jurisdiction: str
    on_seizure: Determination | None
    """None: the day of the seizure is not known."""
    today: Determination

    @property
    def differs(self) -> bool:
        """Whether the law of the two days says different things."""
        return self.on_seizure is not None and self.on_seizure.result is not self.today.result

    @property
    def missing(self) -> tuple[str, ...]:
        """What an answer of either day lacks; nothing of a day that is answered."""
        days = (one for one in (self.on_seizure, self.today) if one is not None)
        open_days = (one for one in days if one.result is LegalStatus.CANNOT_DECIDE)
        return tuple(dict.fromkeys(words for one in open_days for words in one.missing))

    @property
    def speaks(self) -> bool:
        """Whether a text of either day names or covers the structure."""
        days = (one for one in (self.on_seizure, self.today) if one is not None)
        return any(one.result in {LegalStatus.LISTED_BY_NAME, LegalStatus.COVERED_BY_RULE} for one in days)


def outlooks(
    structure: PreparedStructure, book: LawBook, *, seized_on: date | None, today: date, policy: StatusPolicy
) -> Iterator[LegalOutlook]:
    """Ask every jurisdiction of a book about the day of the seizure and today."""
    for jurisdiction in book.jurisdictions():
        yield LegalOutlook(
            jurisdiction=jurisdiction,
            on_seizure=None
            if seized_on is None
            else determine(structure, jurisdiction, seized_on, book, policy=policy),
            today=determine(structure, jurisdiction, today, book, policy=policy),
        )


def rows_of(answer: Determination) -> tuple[str, ...]:
    """Give the places in the law that name or cover the structure: citation, schedule, row."""
    found = (one for one in answer.findings if one.kind in _SPEAKING)
    return tuple(
        dict.fromkeys(", ".join(filter(None, (one.citation, one.schedule, one.row, *one.editions))) for one in found)
    )
