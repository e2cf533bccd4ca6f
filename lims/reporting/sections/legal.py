"""What the report says of the law: status on both days, entries with their editions, what is missing, size classes."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.legal_determination import StructureLevel
from lims.domain.report_content import ReportContent
from lims.domain.report_law import LegalDay, LegalSection, undetermined
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.sections.legal_entries import edition_lines, entry_blocks, in_quotes
from lims.reporting.sections.legal_size import amount_words, decision_rule, size_blocks, size_sentence
from lims.reporting.wording import as_recorded
from lims.translation import TIME_ZONE, Translator, marked
from substance_library.determination import LegalStatus

_STATUS: Mapping[LegalStatus, str] = MappingProxyType(
    {
        LegalStatus.LISTED_BY_NAME: marked("listed by name"),
        LegalStatus.COVERED_BY_RULE: marked("covered by a rule"),
        LegalStatus.NOT_COVERED: marked("not covered by the texts asked, on that day"),
        LegalStatus.CANNOT_DECIDE: marked("cannot be decided"),
    }
)
_LEVELS: Mapping[StructureLevel, str] = MappingProxyType(
    {
        StructureLevel.COMPLETE: marked("The structure is established completely"),
        StructureLevel.NO_STEREO: marked("Stereochemistry is not established"),
        StructureLevel.ISOMERS: marked("One of a set of isomers; all of them are given"),
    }
)


def legal(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the legal status of what was found, and name every identified substance that nobody determined."""
    sections = content.circumstances.legal
    yield Heading(level=2, text=t("Legal status"))
    yield from _undetermined(content, t=t)
    if sections:
        yield Paragraph(
            text=t(
                "Words in quotation marks are quoted from the record of the determination. They are in English, except "
                "for what the laboratory entered in another language."
            )
        )
    for one in sections:
        yield from _section(one, content, t=t)
    if any(day.sizes for one in sections for day in _days(one)):
        yield Paragraph(text=decision_rule(t=t))
    yield Paragraph(
        text=t(
            "The expert states what the structure is and what the named texts say of it. Guilt and legal "
            "qualification are for the court."
        )
    )


def status_words(one: LegalSection, *, t: Translator) -> str:
    """Say in one line what was determined of the day of the seizure (rule KZ-4)."""
    what = t("{substance}, law of {jurisdiction}", substance=one.substance, jurisdiction=one.jurisdiction)
    if one.on_seizure is None:
        return f"{what}. {t('The day of the seizure is not stated: the status on that day cannot be decided.')}"
    return f"{what}. {t('On the day of the seizure, {day}: {status}', **_of(one.on_seizure, t=t))}."


def _undetermined(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Say of which substances no legal status is stated; a list that is not there must not look like an answer."""
    if not content.circumstances.legal:
        yield Paragraph(text=t("No legal determination is recorded for this exhibit: no legal status is stated."))
    lacking = undetermined(content.named, content.circumstances.legal)
    for name in dict.fromkeys(one.substance for one in lacking):
        yield Paragraph(
            text=t(
                "{substance}: no legal determination is recorded. That does not say whether a text of law covers it.",
                substance=name,
            )
        )


def seizure_lines(one: LegalSection, *, t: Translator) -> Iterator[str]:
    """Say in short what the law of the day of the seizure says of a substance; the report has texts and proof."""
    about = t("{substance}, law of {jurisdiction}", substance=one.substance, jurisdiction=one.jurisdiction)
    if one.on_seizure is None:
        yield f"{about}. {t('The day of the seizure is not stated: the status on that day cannot be decided.')}"
    else:
        yield f"{about}. {t('On the day of the seizure, {day}: {status}', **_of(one.on_seizure, t=t))}"
        yield from (size_sentence(size, t=t) for size in one.on_seizure.sizes)
        if one.on_seizure.missing or one.on_seizure.warnings:
            count = t.number(len(one.on_seizure.missing) + len(one.on_seizure.warnings))
            yield t("Texts that are missing, and warnings, which the report names: {count}", count=count)
    if one.differs:
        yield t("The law of both days says different things. Which of them applies, the court decides.")
    if one.override is not None:
        yield t(
            "The expert says: {status}. Reason: {reason}", status=t(_STATUS[one.override]), reason=one.override_reason
        )
    if not one.reviewed:
        yield f"({t('not reviewed by a second person')})"


def _section(one: LegalSection, content: ReportContent, *, t: Translator) -> Iterator[Block]:
    yield Heading(
        level=3, text=t("{substance}, law of {jurisdiction}", substance=one.substance, jurisdiction=one.jurisdiction)
    )
    yield Facts(rows=tuple(_facts(one, t=t)))
    if not any(one.is_of(it.substance, it.inchikey) for it in content.named):
        yield Paragraph(
            text=t("This report does not identify this substance; what follows is about the structure alone.")
        )
    for it in content.named:
        if one.differs_from(it.substance, it.inchikey):
            yield Paragraph(
                text=t(
                    "{substance} was identified with another structure ({inchikey}) than the one asked here. Whether "
                    "both are forms of one substance, such as salt and base, is not decided here.",
                    substance=it.substance,
                    inchikey=it.inchikey,
                )
            )
    yield from _on_seizure(one, content, t=t)
    yield from _on_report(one, content, t=t)
    yield from _expert_words(one, t=t)


def _facts(one: LegalSection, *, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("Determination"), value=one.number)
    if one.structures:
        yield Fact(label=t("Structure asked"), value="; ".join(one.structures))
    if one.level is not None:
        yield Fact(label=t("Level of the structure"), value=t(_LEVELS[one.level]))
    if one.content is not None:
        share = f"({as_recorded(one.content.percent, t=t)} ± {as_recorded(one.content.u_percent, t=t)}) %"
        if one.quantitation_number:
            share = t("{content}, by quantitation {number}", content=share, number=one.quantitation_number)
        yield Fact(label=t("Content of the preparation"), value=share)
    yield Fact(label=t("Amount"), value=amount_words(one, t=t))
    if one.determined_by:
        yield Fact(label=t("Determined by"), value=one.determined_by)
    reviewed = one.reviewed_by or t("yes") if one.reviewed else t("not reviewed by a second person")
    yield Fact(label=t("Reviewed by"), value=reviewed)


def _on_seizure(one: LegalSection, content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the day that counts (rule KZ-4); where it is not known, or another one is known now, say that."""
    known = content.case.seizure_date
    if one.on_seizure is not None:
        yield _lead(t("On the day of the seizure, {day}: {status}", **_of(one.on_seizure, t=t)))
        yield from _of_day(one.on_seizure, t=t)
    elif known is None:
        words = t("The day of the seizure is not stated: the status on that day cannot be decided.")
        yield Paragraph(text=words, strong=True)
    if known is not None and (one.on_seizure is None or one.on_seizure.day != known):
        yield Paragraph(
            text=t(
                "The day of the seizure on record is {day}. The determination does not speak of that day.",
                day=t.date(known),
            ),
            strong=True,
        )


def _on_report(one: LegalSection, content: ReportContent, *, t: Translator) -> Iterator[Block]:
    yield _lead(t("On {day}, when this was determined: {status}", **_of(one.on_report, t=t)))
    if one.on_seizure is not None and one.on_report.reads_like(one.on_seizure):
        yield Paragraph(text=t("The same rows and the same quantities as on the day of the seizure."))
        yield from _texts(one.on_report, t=t)
    else:
        yield from _of_day(one.on_report, t=t)
    prepared = content.prepared_at.astimezone(TIME_ZONE).date()
    if prepared != one.on_report.day:
        words = t("The report is of {day}; what became law in between was not asked.", day=t.date(prepared))
        yield Paragraph(text=words)
    if one.differs:
        words = t("The law of both days says different things. Which of them applies, the court decides.")
        yield Paragraph(text=words, strong=True)


def _expert_words(one: LegalSection, *, t: Translator) -> Iterator[Block]:
    """Give the expert's own word, beside the answer and never in its place."""
    if one.override is None:
        return
    words = t(
        "The expert says: {status}. Reason: {reason}", status=t(_STATUS[one.override]), reason=one.override_reason
    )
    if one.override_at is not None:
        words = f"{words} ({one.override_by}, {t.moment(one.override_at)})"
    yield Paragraph(text=words, strong=True)


def _of_day(day: LegalDay, *, t: Translator) -> Iterator[Block]:
    yield from entry_blocks(day, t=t)
    for size in day.sizes:
        yield from size_blocks(size, t=t)
    yield from _texts(day, t=t)


def _texts(day: LegalDay, *, t: Translator) -> Iterator[Block]:
    """Name the texts that were asked, what is missing, and what the book warns of: amendments that are not loaded."""
    asked = tuple(edition_lines(day, t=t))
    lacking = tuple(t("Missing: {words}", words=in_quotes(words, t=t)) for words in day.missing)
    warned = tuple(t("Warning: {words}", words=in_quotes(words, t=t)) for words in day.warnings)
    if asked or lacking or warned:
        yield Paragraph(text=t("The texts of this day:"), with_next=True)
        yield Bullets(items=(*asked, *lacking, *warned))


def _lead(words: str) -> Paragraph:
    return Paragraph(text=words, strong=True, with_next=True)


def _of(day: LegalDay, *, t: Translator) -> dict[str, str]:
    return {"day": t.date(day.day), "status": t(_STATUS[day.status])}


def _days(one: LegalSection) -> tuple[LegalDay, ...]:
    return (one.on_report,) if one.on_seizure is None else (one.on_seizure, one.on_report)
