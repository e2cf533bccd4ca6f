"""From the photographs of an exhibit to what a report prints of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lims.domain.custody import Custody, EventKind
from lims.domain.photograph import Photograph
from lims.domain.report_photographs import NotPrinted, PhotographSection, SealShown, taken_before, to_print
from lims.domain.staff import StaffMember
from lims.errors import DocumentError, NotFoundError
from lims.services.custody_steps import chains_of
from lims.services.desk_ports import ReportDesk
from lims.services.ports import RawStore, UnitOfWork

_SEALINGS = (EventKind.SEAL_OPENED, EventKind.SEAL_CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPhotographs:
    """The photographs of an exhibit as a report has them, and the pictures that it prints."""

    sections: tuple[PhotographSection, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """JPEG by SHA-256, of those that are printed."""


def photographs_of(work: UnitOfWork, exhibit_number: str) -> tuple[PhotographSection, ...]:
    """Give the photographs of an exhibit in the order in which they were added, with the seals that they show."""
    chain = tuple(chains_of(work, exhibit_number)[exhibit_number])
    opened = [one.event.occurred_at for one in chain if one.event.kind is EventKind.SEAL_OPENED]
    opened_at = min(opened, default=None)
    photographs = work.children(Photograph, exhibit_number)
    return to_print(_section(work, one, chain, opened_at) for one in photographs)


def printed(sections: tuple[PhotographSection, ...], *, raw_store: RawStore, desk: ReportDesk) -> PrintedPhotographs:
    """Make the pictures of what is to be printed; one that cannot be shown is named with its reason.

    Raises
    ------
    RawStoreError
        If a photograph is missing or altered in the store.
    """
    made: list[PhotographSection] = []
    pictures: dict[str, bytes] = {}
    for one in sections:
        if one.not_printed is not None:
            made.append(one)
            continue
        try:
            shown = desk.shown_picture(raw_store.get(one.sha256))
        except DocumentError:
            made.append(replace(one, not_printed=NotPrinted.UNREADABLE))
            continue
        sha256 = raw_store.put(shown.jpeg)
        pictures[sha256] = shown.jpeg
        made.append(replace(one, shown_sha256=sha256, width_px=shown.width_px, height_px=shown.height_px))
    return PrintedPhotographs(sections=tuple(made), pictures=pictures)


def _section(
    work: UnitOfWork, one: Photograph, chain: tuple[Custody, ...], opened_at: datetime | None
) -> PhotographSection:
    return PhotographSection(
        number=one.number,
        shows=one.shows,
        sha256=one.sha256,
        file_name=one.file_name,
        taken_at=one.taken_at,
        taken_by=_person(work, one.taken_by),
        before_opening=taken_before(one, opened_at),
        seals=tuple(_seals(one, chain)),
    )


def _seals(photograph: Photograph, chain: tuple[Custody, ...]) -> Iterator[SealShown]:
    for custody in chain:
        event = custody.event
        if event.kind in _SEALINGS and event.seal is not None and event.seal.photograph == photograph.number:
            yield SealShown(number=event.seal.number, opened=event.kind is EventKind.SEAL_OPENED)


def _person(work: UnitOfWork, taken_by: str) -> str:
    """Name a person of the staff with name and number; anybody else as it was recorded."""
    try:
        return f"{work.load(StaffMember, taken_by).name} ({taken_by})"
    except NotFoundError:
        return taken_by
