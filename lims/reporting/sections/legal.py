"""What the report says of the law: status on both days, entries with their editions, what is missing, size classes."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.report_law import LegalDay, LegalEntryNote, LegalSection, SizeNote
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.translation import Translator, marked
from substance_library.determination import FindingKind, LegalStatus
from substance_library.thresholds import SizeResult

_STATUS: Mapping[LegalStatus, str] = MappingProxyType(
    {
        LegalStatus.LISTED_BY_NAME: marked("listed by name"),
        LegalStatus.COVERED_BY_RULE: marked("covered by a rule"),
        LegalStatus.NOT_COVERED: marked("not covered by the texts that were asked"),
        LegalStatus.CANNOT_DECIDE: marked("cannot be decided"),
    }
)
_KINDS: Mapping[FindingKind, str] = MappingProxyType(
    {
        FindingKind.LISTED: marked("listed by name"),
        FindingKind.COVERED: marked("covered by a rule"),
        FindingKind.EXEMPT: marked("exempt after the match"),
        FindingKind.OPEN: marked("open"),
    }
)
_SIZES: Mapping[SizeResult, str] = MappingProxyType(
    {
        SizeResult.BELOW_SMALL: marked("below the small quantity"),
        SizeResult.SMALL: marked("small quantity"),
        SizeResult.LARGE: marked("large quantity"),
        SizeResult.ESPECIALLY_LARGE: marked("especially large quantity"),
        SizeResult.NOT_DECIDED: marked("not decided: a threshold lies within the uncertainty"),
        SizeResult.CANNOT_DECIDE: marked("cannot be decided"),
    }
)


def legal(sections: tuple[LegalSection, ...], *, t: Translator) -> Iterator[Block]:
    """Give the legal status of what was found; without a determination, that nothing was determined."""
    yield Heading(level=2, text=t("Legal status"))
    if not sections:
        yield Paragraph(text=t("Cannot decide: the list of Decree 470 of the Republic of Kazakhstan is not loaded."))
        return
    for one in sections:
        yield from _section(one, t=t)
    if any(day.sizes for one in sections for day in _days(one)):
        yield Paragraph(
            text=t(
                "Decision rule: a threshold is exceeded if the mass less U is above it, and not reached if the mass "
                "plus U is below it; otherwise it is not decided."
            )
        )
    yield Paragraph(
        text=t(
            "The expert states what the structure is and what the named texts say of it. Guilt and legal "
            "qualification are for the court."
        )
    )


def _section(one: LegalSection, *, t: Translator) -> Iterator[Block]:
    lead = t("{substance}, law of {jurisdiction}:", substance=one.substance, jurisdiction=one.jurisdiction)
    yield Paragraph(text=lead, strong=True, with_next=True)
    yield Bullets(items=tuple(_lines(one, t=t)))


def _lines(one: LegalSection, *, t: Translator) -> Iterator[str]:
    if one.on_seizure is None:
        yield t("The day of the seizure is not stated: the status on that day cannot be decided.")
    else:
        status = t(_STATUS[one.on_seizure.status])
        yield t("on the day of the seizure, {day}: {status}", day=t.date(one.on_seizure.day), status=status)
        yield from _of_day(one.on_seizure, t=t)
    status = t(_STATUS[one.on_report.status])
    yield t("on {day}, when this was determined: {status}", day=t.date(one.on_report.day), status=status)
    if one.on_seizure is None or one.differs:
        yield from _of_day(one.on_report, t=t)
    if one.differs:
        yield t("The law of both days says different things. Which of them applies, the court decides.")
    if one.override is not None:
        yield t(
            "The expert says: {status}. Reason: {reason}", status=t(_STATUS[one.override]), reason=one.override_reason
        )
    if not one.reviewed:
        yield t("Determination {number} was not reviewed by a second person.", number=one.number)


def _of_day(day: LegalDay, *, t: Translator) -> Iterator[str]:
    for entry in day.entries:
        yield from _entry(entry, t=t)
    for words in day.missing:
        yield t("Missing: {words}", words=words)
    for size in day.sizes:
        yield from _size(size, t=t)


def _entry(entry: LegalEntryNote, *, t: Translator) -> Iterator[str]:
    place = ", ".join(filter(None, (entry.citation, *entry.editions, entry.place)))
    yield f"{t(_KINDS[entry.kind])}: {entry.name} ({place})"
    yield from entry.proof
    if entry.substituents:
        yield t("Substituents: {rows}", rows="; ".join(entry.substituents))
    for point in entry.open_points:
        yield t("It turns on: {point}", point=point)
    if entry.exemption:
        yield t("Exemption: {words}", words=entry.exemption)


def _size(size: SizeNote, *, t: Translator) -> Iterator[str]:
    yield t("Quantity by {citation}: {size}", citation=size.citation, size=t(_SIZES[size.result]))
    if size.readings:
        lower, upper = (t(_SIZES[one]) for one in size.readings)
        yield t("At the lower end of the interval: {lower}; at the upper end: {upper}", lower=lower, upper=upper)
    for words in size.missing:
        yield t("Missing: {words}", words=words)


def _days(one: LegalSection) -> tuple[LegalDay, ...]:
    return (one.on_report,) if one.on_seizure is None else (one.on_seizure, one.on_report)
