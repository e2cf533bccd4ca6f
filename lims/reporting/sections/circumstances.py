"""Who had the exhibit, what was done otherwise than written, and what the report leaves out, with the reasons."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from lims.domain.report_circumstances import (
    AliquotCustody,
    Circumstances,
    CustodyGap,
    CustodySpan,
    CustodyWith,
    DeviationSection,
    OmissionNote,
)
from lims.domain.report_content import ReportContent
from lims.domain.report_item import ReportItem
from lims.reporting.blocks import Align, Block, Bullets, Column, Heading, Paragraph, Table
from lims.reporting.wording import or_unknown
from lims.translation import Translator, marked

_GAPS: Mapping[str, str] = MappingProxyType(
    {
        "time without holder": marked("a time in which nobody had it"),
        "no custody on record": marked("a time of which no custody was recorded"),
        "seal": marked("a seal that was not found as it was left"),
        "unanswered offer": marked("a hand-over that nobody answered"),
        "overdue return": marked("a return that is overdue"),
    }
)

_ITEMS: Mapping[ReportItem, str] = MappingProxyType(
    {
        ReportItem.TITLE: marked("title"),
        ReportItem.LABORATORY: marked("name and address of the laboratory"),
        ReportItem.PLACE_OF_WORK: marked("place of the work"),
        ReportItem.IDENTIFICATION: marked("number on every page and a clear end"),
        ReportItem.CUSTOMER: marked("customer"),
        ReportItem.METHOD: marked("method"),
        ReportItem.OBJECT: marked("description and condition of the object"),
        ReportItem.RECEIPT: marked("date of receipt and of sampling"),
        ReportItem.DATES_OF_WORK: marked("dates of the work"),
        ReportItem.DATE_OF_REPORT: marked("date of the report"),
        ReportItem.SAMPLING: marked("sampling plan"),
        ReportItem.RESTRICTION: marked("statement that the results concern the tested items alone"),
        ReportItem.RESULTS: marked("results with their units"),
        ReportItem.DEVIATIONS: marked("deviations, additions and exclusions"),
        ReportItem.AUTHORISATION: marked("persons who authorise the report"),
        ReportItem.OTHERS_RESULTS: marked("results of others"),
    }
)
"""What each item asks for, in a few words."""
_WITH: Mapping[CustodyWith, str] = MappingProxyType(
    {
        CustodyWith.PERSON: marked("with a person"),
        CustodyWith.PLACE: marked("in a place"),
        CustodyWith.OUTSIDE: marked("outside the laboratory"),
        CustodyWith.DESTROYED: marked("destroyed"),
        CustodyWith.CONSUMED: marked("used up"),
    }
)


def custody(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give who had the exhibit, and each aliquot that was measured, until the report was made."""
    spans = content.circumstances.custody
    if not spans:
        return
    yield Heading(level=2, text=t("Custody of the exhibit"))
    yield _spans(spans, t=t)
    gaps = content.circumstances.custody_gaps
    if gaps:
        yield Paragraph(text=t("What does not fit in the custody of the exhibit:"), strong=True, with_next=True)
        yield Bullets(items=tuple(_gap(one, t=t) for one in gaps))
    for aliquot in content.circumstances.aliquot_custody:
        yield from _of_aliquot(aliquot, t=t)


def _of_aliquot(aliquot: AliquotCustody, *, t: Translator) -> Iterator[Block]:
    words = t(
        "Custody of aliquot {number}, taken from {item}; container: {container}",
        number=aliquot.number,
        item=aliquot.item_number,
        container=or_unknown(aliquot.container, t=t),
    )
    yield Paragraph(text=words, strong=True, with_next=True)
    if aliquot.spans:
        yield _spans(aliquot.spans, t=t)
    if aliquot.gaps:
        yield Paragraph(text=t("What does not fit in the custody of the aliquot:"), strong=True, with_next=True)
        yield Bullets(items=tuple(_gap(one, t=t) for one in aliquot.gaps))


def _spans(spans: Sequence[CustodySpan], *, t: Translator) -> Table:
    return Table(
        columns=(
            Column(title=t("Since"), align=Align.LEFT, share=3),
            Column(title=t("Until"), align=Align.LEFT, share=3),
            Column(title=t("Where"), align=Align.LEFT, share=5),
        ),
        rows=tuple(
            (
                t.moment(one.since),
                t("when this report was made") if one.until is None else t.moment(one.until),
                f"{t(_WITH[one.place])}: {one.name}" if one.name else t(_WITH[one.place]),
            )
            for one in spans
        ),
    )


def departures(circumstances: Circumstances, *, t: Translator) -> Iterator[Block]:
    """Give deviations, nonconformities and omitted items; that there is none is said, too."""
    yield Heading(level=2, text=t("Deviations, additions and exclusions"))
    items = tuple(_departures(circumstances, t=t))
    if items:
        yield Bullets(items=items)
    else:
        yield Paragraph(text=t("None is on record for this exhibit."))


def _departures(circumstances: Circumstances, *, t: Translator) -> Iterator[str]:
    for words in circumstances.request_deviations:
        yield t("Done otherwise than the order asks; the customer was told: {words}", words=words)
    yield from (_deviation(one, t=t) for one in circumstances.deviations)
    for one in circumstances.nonconformities:
        yield t(
            "Nonconformity {number}: {what} Meaning for the results: {impact} Done: {action}",
            number=one.number,
            what=one.what,
            impact=or_unknown(one.impact, t=t),
            action=or_unknown(one.action, t=t),
        )
    yield from (_omission(one, t=t) for one in circumstances.omissions)


def _deviation(one: DeviationSection, *, t: Translator) -> str:
    return t(
        "Deviation {number}: {words} Why: {reason} Authorised by {person}; accepted for the customer by {customer}.",
        number=one.number,
        words=one.words,
        reason=one.justification,
        person=or_unknown(one.authorised_by, t=t),
        customer=or_unknown(one.accepted_by, t=t),
    )


def _omission(one: OmissionNote, *, t: Translator) -> str:
    return t(
        "Item {item} of ISO/IEC 17025, 7.8.2.1 ({name}), is not complete in this report. Reason: {reason}",
        item=one.item.value,
        name=t(_ITEMS[one.item]),
        reason=one.reason,
    )


def _gap(gap: CustodyGap, *, t: Translator) -> str:
    moment = t("unknown") if gap.at is None else t.moment(gap.at)
    dealt = ", ".join(gap.nonconformities) or t("none")
    return t("{gap}, {moment}; nonconformity: {numbers}", gap=t(_GAPS[gap.kind]), moment=moment, numbers=dealt)
