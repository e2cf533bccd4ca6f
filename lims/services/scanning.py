"""What a scanner at the custody desk reads: which exhibit, where it is now, or why the code is none of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from lims.custody_errors import ScanError
from lims.domain.aliquot import Aliquot
from lims.domain.custody import Custody, Holder
from lims.domain.exhibit_code import ALPHABET, SEPARATOR, CodeKind, parse_scan
from lims.domain.place import Place
from lims.domain.record import Record
from lims.domain.transfer import Transfer, TransferStatus
from lims.errors import NotFoundError
from lims.services.custody_items import Item, item_in
from lims.services.custody_steps import actual_holder, standing
from lims.services.ports import Store, UnitOfWork

R = TypeVar("R", bound=Record)
_LONGEST = 100
"""Characters of a code; those of our labels have about twenty."""
_MAX_LISTED = 1000
_PLACE_PREFIX = "PL-"


class ScanVerdict(StrEnum):
    """What a code is."""

    EXHIBIT = "exhibit"
    PLACE = "place"
    TWICE = "twice"
    """An exhibit that is on the list already."""
    MISREAD = "misread"
    """A label of ours with a wrong character."""
    FOREIGN = "foreign"
    """No label of ours, and no number on record."""
    UNKNOWN = "unknown"
    """A whole label, of a number that is not on record here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitThere:
    """An exhibit or an aliquot, and where it is."""

    number: str
    description: str
    custody: Custody
    holder: Holder
    """Who or what has it; of an exhibit in a container, who or what has that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One code, and what it turned out to be."""

    text: str
    verdict: ScanVerdict
    exhibit: ExhibitThere | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanningService:
    """Says what codes mean; records nothing."""

    store: Store = field(repr=False)

    def read(self, text: str, *, listed: Sequence[str] = ()) -> Scan:
        """Say what a scanner typed: a label, or a number that a person typed; nothing is refused.

        Parameters
        ----------
        text : str
            With or without the line end of the scanner.
        listed : sequence of str
            Numbers of the exhibits that are on the list already.
        """
        typed = text.strip()[:_LONGEST]
        labelled = SEPARATOR in typed
        try:
            number = parse_scan(typed).number if labelled else typed
        except ScanError:
            return Scan(text=typed, verdict=ScanVerdict.MISREAD)
        if number in listed:
            return Scan(text=number, verdict=ScanVerdict.TWICE)
        missing = ScanVerdict.UNKNOWN if labelled else ScanVerdict.FOREIGN
        if not number or not set(number) <= set(ALPHABET):
            return Scan(text=typed, verdict=missing)
        with self.store.reading() as work:
            return _found(work, typed, number, missing)

    def there(self, numbers: Sequence[str]) -> tuple[ExhibitThere, ...]:
        """Give exhibits with where they are now, in one reading.

        Raises
        ------
        NotFoundError
            If there is no such exhibit.
        """
        with self.store.reading() as work:
            return tuple(_there(work, item_in(work, number)) for number in numbers)

    def offers(self, person: str) -> tuple[Transfer, ...]:
        """Give the hand-overs that wait for an answer and are offered by or to a person, newest first."""
        with self.store.reading() as work:
            lines = work.listed(Transfer, limit=_MAX_LISTED, states=(TransferStatus.OFFERED.value,))
            offered = [work.load(Transfer, line.number) for line in lines]
        return tuple(one for one in offered if person in {one.by, one.taker.name})


def code_kind(number: str) -> CodeKind:
    """Tell whether a number is of a place or of an exhibit."""
    return CodeKind.PLACE if number.startswith(_PLACE_PREFIX) else CodeKind.EXHIBIT


def _found(work: UnitOfWork, typed: str, number: str, missing: ScanVerdict) -> Scan:
    if code_kind(number) is CodeKind.PLACE:
        place = _find(work, Place, number)
        return Scan(text=typed, verdict=ScanVerdict.PLACE if place else missing, place=place)
    try:
        item = item_in(work, number)
    except NotFoundError:
        return Scan(text=typed, verdict=missing)
    return Scan(text=typed, verdict=ScanVerdict.EXHIBIT, exhibit=_there(work, item))


def _there(work: UnitOfWork, item: Item) -> ExhibitThere:
    custody = standing(work, item.number)
    return ExhibitThere(
        number=item.number,
        description=item.title if isinstance(item, Aliquot) else item.description,
        custody=custody,
        holder=actual_holder(work, custody),
    )


def _find(work: UnitOfWork, kind: type[R], number: str) -> R | None:
    try:
        return work.load(kind, number)
    except NotFoundError:
        return None
