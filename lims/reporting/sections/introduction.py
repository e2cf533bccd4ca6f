"""The introductory part: who asked what about which object, and who answers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from lims.domain.amendment import Amendment
from lims.domain.report_circumstances import Circumstances, WarningNote
from lims.domain.report_content import CaseSection, ExhibitSection, Person, ReportContent
from lims.domain.report_kind import ReportKind
from lims.domain.request import Consumption
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.wording import date_or_unknown, or_unknown
from lims.translation import Translator, marked

_EXTENTS: Mapping[Consumption, str] = MappingProxyType(
    {
        Consumption.NONE: marked("none of the object may be used up"),
        Consumption.PARTIAL: marked("a part of the object may be used up"),
        Consumption.FULL: marked("the object may be used up entirely"),
    }
)


REPORT_KIND_TEXTS: Mapping[ReportKind, str] = MappingProxyType(
    {
        ReportKind.IDENTIFICATION: marked("identification of substances"),
        ReportKind.QUANTITATION: marked("quantitation"),
        ReportKind.NEGATIVE: marked("negative result"),
        ReportKind.SYNTHESIS: marked("precursor or clandestine laboratory"),
        ReportKind.BIOLOGICAL: marked("biological sample"),
    }
)
"""What a report is, in words."""


def introduction(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the introductory part."""
    around = content.circumstances
    if content.amendment is not None:
        yield from _amendment(content.amendment, t=t)
    yield Heading(level=1, text=t("Introductory part"))
    yield Facts(rows=(*_laboratory(content, t=t), *_people(content, t=t)))
    yield Paragraph(
        text=t("Stated by the appointing body and the sender; the laboratory did not examine it:"),
        strong=True,
        with_next=True,
    )
    yield Facts(rows=(*_order(content.case, t=t), *_brought(content.exhibit, t=t), *_permission(around, t=t)))
    yield from _questions(content.case, t=t)
    yield Paragraph(text=t("Recorded by the laboratory:"), strong=True, with_next=True)
    yield Facts(rows=(*_exhibit(content.exhibit, t=t), *_work(around, t=t)))
    yield from _warnings(around.warnings, t=t)


def _laboratory(content: ReportContent, *, t: Translator) -> tuple[Fact, ...]:
    around = content.circumstances
    return (
        Fact(label=t("Laboratory"), value=content.laboratory),
        Fact(label=t("Address"), value=or_unknown(around.address, t=t)),
        Fact(label=t("Place of the work"), value=or_unknown(around.place_of_work, t=t)),
        Fact(label=t("Case"), value=content.case.number),
        *_kinds(content, t=t),
    )


def _kinds(content: ReportContent, *, t: Translator) -> tuple[Fact, ...]:
    """Say of which kinds the report is; of one from before they were told apart nothing."""
    if not content.kinds:
        return ()
    return (Fact(label=t("Kind of this report"), value="; ".join(t(REPORT_KIND_TEXTS[one]) for one in content.kinds)),)


def _amendment(amendment: Amendment, *, t: Translator) -> Iterator[Block]:
    """Say which report this one replaces, what changed, and why."""
    yield Paragraph(
        text=t(
            "Once it is issued, this report replaces report no. {number}, which then does not stand any more.",
            number=amendment.replaces,
        ),
        strong=True,
        with_next=True,
    )
    yield Facts(
        rows=(
            Fact(label=t("What changed"), value=amendment.changes),
            Fact(label=t("Reason of the change"), value=amendment.reason),
        )
    )


def _order(case: CaseSection, *, t: Translator) -> tuple[Fact, ...]:
    order_number = or_unknown(case.order_number, t=t)
    order = t("No. {number}, dated {date}", number=order_number, date=date_or_unknown(case.order_date, t=t))
    by = f"{case.appointing_body}, {case.appointed_by}" if case.appointed_by else case.appointing_body
    seized_by = ", ".join(filter(None, (case.seizing_body, case.seizing_reference)))
    return (
        Fact(label=t("Appointed by"), value=or_unknown(by, t=t)),
        Fact(label=t("Order"), value=order),
        Fact(label=t("Date of seizure"), value=date_or_unknown(case.seizure_date, t=t)),
        Fact(label=t("Place of seizure"), value=or_unknown(case.seizure_place, t=t)),
        *((Fact(label=t("Seized by"), value=seized_by),) if seized_by else ()),
    )


def _brought(exhibit: ExhibitSection, *, t: Translator) -> tuple[Fact, ...]:
    if not exhibit.delivered_by:
        return ()
    return (Fact(label=t("Delivered by"), value=exhibit.delivered_by),)


def _permission(around: Circumstances, *, t: Translator) -> tuple[Fact, ...]:
    """Give what the appointing body says of using the object up (rule KZ-2)."""
    if around.permission is None:
        said = t("not stated: then nothing may be used up")
    else:
        reference = f" ({around.permission.reference})" if around.permission.reference else ""
        said = f"{t(_EXTENTS[around.permission.extent])}{reference}"
    return (Fact(label=t("Permission to use the object up"), value=said),)


def _exhibit(exhibit: ExhibitSection, *, t: Translator) -> tuple[Fact, ...]:
    units = () if exhibit.unit_count is None else (Fact(label=t("Units"), value=t.number(exhibit.unit_count)),)
    return (
        Fact(label=t("Exhibit"), value=exhibit.number),
        Fact(label=t("Description"), value=or_unknown(exhibit.description, t=t)),
        *units,
        Fact(label=t("Condition on receipt"), value=or_unknown(exhibit.condition, t=t)),
        Fact(label=t("Seal"), value=_seal(exhibit, t=t)),
        Fact(label=t("Received"), value=t.moment(exhibit.received_at)),
    )


def _work(around: Circumstances, *, t: Translator) -> tuple[Fact, ...]:
    began, ended = _moment(around.work_began_at, t=t), _moment(around.work_ended_at, t=t)
    return (
        Fact(label=t("First record of the work"), value=began),
        Fact(label=t("Examination concluded"), value=ended),
    )


def _moment(value: datetime | None, *, t: Translator) -> str:
    return t("unknown") if value is None else t.moment(value)


def _seal(exhibit: ExhibitSection, *, t: Translator) -> str:
    number = or_unknown(exhibit.seal_number, t=t)
    if exhibit.seal_intact is None:
        return t("No. {number}; whether it was intact is unknown", number=number)
    if exhibit.seal_intact:
        return t("No. {number}; intact", number=number)
    return t("No. {number}; NOT intact", number=number)


def _people(content: ReportContent, *, t: Translator) -> tuple[Fact, ...]:
    return (
        Fact(label=t("Expert"), value=person_words(content.expert, t=t)),
        Fact(label=t("Reviewer"), value=person_words(content.reviewer, t=t)),
    )


def person_words(person: Person, *, t: Translator) -> str:
    """Name a person with post and staff number."""
    return t("{name}, {post} (staff number {number})", name=person.name, post=person.post, number=person.number)


def _questions(case: CaseSection, *, t: Translator) -> Iterator[Block]:
    if not case.questions:
        yield Paragraph(text=t("No question of the order is recorded."))
        return
    yield Paragraph(text=t("Questions of the order, word for word:"), with_next=True)
    yield Bullets(items=case.questions, numbered=True)


def _warnings(warnings: tuple[WarningNote, ...], *, t: Translator) -> Iterator[Block]:
    """Say who was warned of the liability for a false conclusion, before the work (rule KZ-1)."""
    if not warnings:
        yield Paragraph(
            text=t(
                "No signed note is on record that the expert was warned of the liability for a knowingly false "
                "conclusion."
            ),
            strong=True,
        )
        return
    yield Paragraph(
        text=t(
            "Warned of the liability for a knowingly false conclusion, and signed for it; the wording of the law is to "
            "be confirmed by the laboratory's lawyer:"
        ),
        with_next=True,
    )
    yield Bullets(items=tuple(_warning(one, t=t) for one in warnings))


def _warning(one: WarningNote, *, t: Translator) -> str:
    signed = f"{one.name}, {t.date(one.signed_on)}"
    return t("{signed}; the sheet is kept: {reference}", signed=signed, reference=or_unknown(one.reference, t=t))
