"""From determinations to what a report says of the law."""

from collections.abc import Iterator

from lims.domain.completeness import LegalGap, legal_gaps
from lims.domain.identification import NAMING, Identification
from lims.domain.legal_determination import DatedStatus, DeterminationStatus, LegalDetermination
from lims.domain.report_law import (
    EditionNote,
    LegalDay,
    LegalEntryNote,
    LegalSection,
    SizeNote,
    SizeThresholdNote,
    SlotNote,
)
from lims.domain.seizure import Seizure, day_of_law
from lims.services.issue_gate import Matter
from lims.services.ports import UnitOfWork
from lims.services.report_identification import identification_sections
from substance_library.determination import Determination, Finding
from substance_library.sizes import SizeStatement


def legal_sections(work: UnitOfWork, items: tuple[str, ...]) -> tuple[LegalSection, ...]:
    """Give every determination of an exhibit and its parts, in the order of their numbers."""
    found = (one for number in items for one in work.children(LegalDetermination, number))
    return tuple(legal_section(one) for one in found)


def legal_gaps_of(matter: Matter) -> tuple[LegalGap, ...]:
    """Name what a report of an examination would not say of the law."""
    work, exhibit = matter.work, matter.exhibit
    seizure = work.load(Seizure, exhibit.seizure_number) if exhibit.seizure_number else None
    found = identification_sections(work.children(Identification, exhibit.number))
    return legal_gaps(
        [one for one in found if one.conclusion in NAMING],
        legal_sections(work, matter.items),
        seized_on=day_of_law(matter.case, seizure),
        today=matter.now.astimezone(matter.policy.time_zone).date(),
    )


def legal_section(one: LegalDetermination) -> LegalSection:
    """Give what a report says of one determination."""
    override = one.overrides[-1] if one.overrides else None
    reviewed = one.status is DeterminationStatus.REVIEWED
    keys = (answer.inchikey for day in (one.on_seizure, one.on_report) if day is not None for answer in day.answers)
    return LegalSection(
        number=one.number,
        substance=one.substance,
        jurisdiction=one.jurisdiction,
        on_seizure=None if one.on_seizure is None else _day(one.on_seizure),
        on_report=_day(one.on_report),
        reviewed=reviewed,
        override=None if override is None else override.result,
        override_reason="" if override is None else override.reason,
        override_by="" if override is None else override.by,
        override_at=None if override is None else override.at,
        structures=one.structures,
        inchikeys=tuple(dict.fromkeys(filter(None, keys))),
        level=one.level,
        content=one.content,
        weighed=one.weighed,
        weighing_number=one.weighing_number,
        quantitation_number=one.quantitation_number,
        determined_by=one.expert,
        reviewed_by=one.reviews[-1].by if reviewed else "",
        record=one,
    )


def _day(status: DatedStatus) -> LegalDay:
    answers = status.answers
    return LegalDay(
        day=status.as_of,
        status=status.result,
        entries=tuple(dict.fromkeys(note for answer in answers for note in _entries(answer))),
        missing=status.missing,
        sizes=tuple(_size(one) for one in status.sizes),
        acts=tuple(dict.fromkeys(act for answer in answers for act in answer.acts)),
        editions=tuple(dict.fromkeys(note for answer in answers for note in _editions(answer))),
        warnings=tuple(dict.fromkeys(words for answer in answers for words in answer.warnings)),
    )


def _editions(answer: Determination) -> Iterator[EditionNote]:
    for one in answer.editions:
        yield EditionNote(act=one.act, number=one.number, amended_by=one.amended_by, standing=one.standing)


def _entries(answer: Determination) -> Iterator[LegalEntryNote]:
    amended = {one.number: one.amended_by for one in answer.editions}
    for found in answer.findings:
        yield LegalEntryNote(
            kind=found.kind,
            name=found.name,
            citation=found.citation,
            editions=tuple(amended.get(number) or number for number in found.editions),
            place=", ".join(filter(None, (found.schedule, found.row))),
            substituents=found.substituents,
            open_points=found.open_points,
            exemption=found.exemption,
            entry=found.entry,
            how=found.how,
            rule=found.rule,
            core="" if found.proof is None else found.proof.core,
            slots=tuple(_slots(found)),
            base=found.base,
            notes=(*found.notes, *(() if found.proof is None else found.proof.notes)),
            source=found.source,
        )


def _slots(found: Finding) -> Iterator[SlotNote]:
    if found.proof is not None:
        for one in found.proof.placed:
            yield SlotNote(slot=one.slot, fragment=one.fragment, allowed_by=one.allowed_by)


def _size(said: SizeStatement) -> SizeNote:
    found = said.finding
    return SizeNote(
        citation=said.citation,
        result=found.result,
        readings=found.readings,
        missing=found.missing,
        name=said.name,
        editions=said.editions,
        thresholds=tuple(
            SizeThresholdNote(
                size=one.threshold.size,
                amount=one.threshold.amount,
                unit=one.threshold.unit,
                inclusive=bool(one.threshold.inclusive),
                decision=one.decision,
            )
            for one in found.comparisons
        ),
    )
