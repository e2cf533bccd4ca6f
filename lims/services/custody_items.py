"""What has a custody: exhibits, their parts, and aliquots of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from lims.domain.aliquot import Aliquot
from lims.domain.aliquot_custody import not_recorded
from lims.domain.custody import Custody, received
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.run import RecordedRun
from lims.errors import NotFoundError
from lims.services.ports import UnitOfWork

Item = Exhibit | Aliquot


def item_in(work: UnitOfWork, number: str) -> Item:
    """Give an exhibit, a part of one, or an aliquot.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    try:
        return work.load(Exhibit, number)
    except NotFoundError as missing:
        try:
            return work.load(Aliquot, number)
        except NotFoundError:
            raise missing from None


def begins_at(item: Item) -> datetime:
    """Give when its custody begins: an exhibit's with its receipt, an aliquot's when it was taken."""
    return item.taken_at if isinstance(item, Aliquot) else item.received_at


def case_of(work: UnitOfWork, item: Item) -> str:
    """Name the case that an item belongs to."""
    if isinstance(item, Aliquot):
        return work.load(Exhibit, item.exhibit_number).case_number
    return item.case_number


def before_custody(work: UnitOfWork, number: str) -> Custody:
    """Say where an item without a chain is: an exhibit with the person who received it, an aliquot nobody knows where.

    Raises
    ------
    NotFoundError
        If there is no such item.
    """
    item = item_in(work, number)
    if isinstance(item, Aliquot):
        return not_recorded(item, case_number=case_of(work, item))
    return received(item, recorded_at=item.received_at, by=item.received_by)


def measured_aliquots(work: UnitOfWork, exhibit_numbers: Sequence[str]) -> tuple[Aliquot, ...]:
    """Give the aliquots of exhibits that were measured, with the aliquots that those were taken from."""
    found: dict[str, Aliquot] = {}
    wanted = [number for exhibit in exhibit_numbers for number in _measured(work, exhibit)]
    while wanted:
        number = wanted.pop()
        if number not in found:
            found[number] = work.load(Aliquot, number)
            wanted += {found[number].item_number} - {found[number].exhibit_number}
    return tuple(found[number] for number in sorted(found))


def _measured(work: UnitOfWork, exhibit: str) -> Iterator[str]:
    yield from (run.aliquot_number for run in work.children(RecordedRun, exhibit) if run.aliquot_number)
    yield from (one.aliquot_number for one in work.children(Finding, exhibit) if one.aliquot_number)
