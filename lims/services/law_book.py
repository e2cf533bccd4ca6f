"""The laboratory's book of the law: what is shipped, and everything that was ever confirmed here, in every version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lims.domain.law_text import LawAct, LawEdition, LawTable, LawTextStatus, known_from
from lims.services.ports import UnitOfWork
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book

T = TypeVar("T", LawAct, LawEdition, LawTable)
_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChange:
    """One moment at which the book got rows or days: what a watch over old determinations asks for."""

    kind: str
    number: str
    version: int
    sequence: int
    """Of the ledger entry that put it there."""
    at: datetime
    act: str
    """Number of the act that it belongs to."""
    edition: str
    """Empty for an act."""
    jurisdiction: str


def read_law_book(work: UnitOfWork, *, before: int | None = None) -> LawBook:
    """Give the book as this transaction sees it.

    Parameters
    ----------
    before : int, optional
        A ledger sequence: what was recorded by that entry or later is left out. None: everything.

    Returns
    -------
    LawBook
        With all versions; ``as_known`` picks those of a moment.
    """
    own = LawBook(
        acts=tuple(one.known for one in _confirmed(work, LawAct, before)),
        editions=tuple(one.known for one in _confirmed(work, LawEdition, before)),
        tables=tuple(one.known for one in _confirmed(work, LawTable, before)),
    )
    return shipped_law_book().joined(own)


def _confirmed(work: UnitOfWork, kind: type[T], before: int | None) -> Iterator[T]:
    """Give every version of every text of a kind that was put in the book, the oldest first."""
    for line in sorted(work.listed(kind, limit=_MOST), key=lambda one: one.number):
        for version in range(1, line.version + 1):
            if before is not None and work.entry_of(kind, line.number, version=version).sequence >= before:
                break
            text = work.load(kind, line.number, version=version)
            if text.status is LawTextStatus.IN_BOOK:
                yield text


def book_changes(work: UnitOfWork, *, after: int = 0) -> tuple[BookChange, ...]:
    """Give what changed the book after a ledger sequence, in order; see ``LegislatingService.changes``."""
    book = read_law_book(work)
    acts = {act.number: act.jurisdiction for act in book.acts}
    of_edition = {edition.number: edition.act for edition in book.editions}
    editions = [(text, _sequence(work, text)) for text in _confirmed(work, LawEdition, None)]
    begun = {one.number: 0 for one in shipped_law_book().editions}
    for edition, sequence in editions:
        begun.setdefault(edition.number, sequence)
    tables = [(text, _sequence(work, text)) for text in _confirmed(work, LawTable, None)]
    late = [(text, sequence) for text, sequence in tables if begun.get(text.table.edition, sequence) < sequence]
    counting: list[tuple[LawAct | LawEdition | LawTable, int]] = [*_corrected_acts(work), *editions, *late]

    def act_of(text: LawAct | LawEdition | LawTable) -> str:
        return text.number if isinstance(text, LawAct) else of_edition[_edition_of(text)]

    found = [
        BookChange(
            kind=text.KIND,
            number=text.number,
            version=text.version,
            sequence=sequence,
            at=known_from(text),
            act=act_of(text),
            edition=_edition_of(text),
            jurisdiction=acts[act_of(text)],
        )
        for text, sequence in counting
        if sequence > after
    ]
    return tuple(sorted(found, key=lambda one: one.sequence))


def _corrected_acts(work: UnitOfWork) -> Iterator[tuple[LawAct, int]]:
    """Give acts that were in the book before: their parts, and what is not loaded, decide what is missing."""
    known = {one.number for one in shipped_law_book().acts}
    for text in _confirmed(work, LawAct, None):
        if text.number in known:
            yield text, _sequence(work, text)
        known.add(text.number)


def _edition_of(text: LawAct | LawEdition | LawTable) -> str:
    if isinstance(text, LawAct):
        return ""
    return text.number if isinstance(text, LawEdition) else text.table.edition


def _sequence(work: UnitOfWork, text: LawAct | LawEdition | LawTable) -> int:
    return work.entry_of(type(text), text.number, version=text.version).sequence
