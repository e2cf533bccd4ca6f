"""The introductory part: who asked what about which object, and who answers."""

from collections.abc import Iterator

from lims.domain.report_content import CaseSection, ExhibitSection, Person, ReportContent
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.wording import date_or_unknown, or_unknown
from lims.translation import Translator


def introduction(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the introductory part."""
    yield Heading(level=1, text=t("Introductory part"))
    yield Facts(rows=(*_order(content.case, t=t), *_exhibit(content.exhibit, t=t), *_people(content, t=t)))
    yield from _questions(content.case, t=t)
    yield Paragraph(
        text=t(
            "The note that the expert was warned of the liability for a knowingly false conclusion is not part of this "
            "document: its wording is to be confirmed by the laboratory's lawyer."
        )
    )


def _order(case: CaseSection, *, t: Translator) -> tuple[Fact, ...]:
    order_number = or_unknown(case.order_number, t=t)
    order = t("No. {number}, dated {date}", number=order_number, date=date_or_unknown(case.order_date, t=t))
    return (
        Fact(label=t("Case"), value=case.number),
        Fact(label=t("Appointed by"), value=or_unknown(case.appointing_body, t=t)),
        Fact(label=t("Order"), value=order),
        Fact(label=t("Date of seizure"), value=date_or_unknown(case.seizure_date, t=t)),
        Fact(label=t("Place of seizure"), value=or_unknown(case.seizure_place, t=t)),
    )


def _exhibit(exhibit: ExhibitSection, *, t: Translator) -> tuple[Fact, ...]:
    return (
        Fact(label=t("Exhibit"), value=exhibit.number),
        Fact(label=t("Description"), value=or_unknown(exhibit.description, t=t)),
        Fact(label=t("Seal"), value=_seal(exhibit, t=t)),
        Fact(label=t("Received"), value=t.moment(exhibit.received_at)),
    )


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
