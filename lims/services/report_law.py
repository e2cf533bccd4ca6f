"""From determinations to what a report says of the law."""

from collections.abc import Iterator

from lims.domain.legal_determination import DatedStatus, DeterminationStatus, LegalDetermination
from lims.domain.report_law import LegalDay, LegalEntryNote, LegalSection, SizeNote
from lims.services.ports import UnitOfWork
from substance_library.determination import Determination, Finding


def legal_sections(work: UnitOfWork, items: tuple[str, ...]) -> tuple[LegalSection, ...]:
    """Give every determination of an exhibit and its parts, in the order of their numbers."""
    found = (one for number in items for one in work.children(LegalDetermination, number))
    return tuple(_section(one) for one in found)


def _section(one: LegalDetermination) -> LegalSection:
    override = one.overrides[-1] if one.overrides else None
    return LegalSection(
        number=one.number,
        substance=one.substance,
        jurisdiction=one.jurisdiction,
        on_seizure=None if one.on_seizure is None else _day(one.on_seizure),
        on_report=_day(one.on_report),
        reviewed=one.status is DeterminationStatus.REVIEWED,
        override=None if override is None else override.result,
        override_reason="" if override is None else override.reason,
    )


def _day(status: DatedStatus) -> LegalDay:
    return LegalDay(
        day=status.as_of,
        status=status.result,
        entries=tuple(dict.fromkeys(note for answer in status.answers for note in _entries(answer))),
        missing=status.missing,
        sizes=tuple(
            SizeNote(
                citation=one.citation,
                result=one.finding.result,
                readings=one.finding.readings,
                missing=one.finding.missing,
            )
            for one in status.sizes
        ),
    )


def _entries(answer: Determination) -> Iterator[LegalEntryNote]:
    amended = {one.number: one.amended_by for one in answer.editions}
    for found in answer.findings:
        yield LegalEntryNote(
            kind=found.kind,
            name=found.name,
            citation=found.citation,
            editions=tuple(amended.get(number) or number for number in found.editions),
            place=", ".join(filter(None, (found.schedule, found.row))),
            proof=tuple(_proof(found)),
            substituents=found.substituents,
            open_points=found.open_points,
            exemption=found.exemption,
        )


def _proof(found: Finding) -> Iterator[str]:
    if found.proof is not None:
        for one in found.proof.placed:
            yield f"{one.slot}: {one.fragment} - {one.allowed_by}"
