"""The one page for people who want the answers first: what was asked, what was found, the law, and what is open."""

from collections.abc import Iterator

from lims.domain.report_circumstances import WeightSection
from lims.domain.report_content import ReportContent
from lims.domain.report_kind import ReportKind
from lims.domain.report_law import undetermined
from lims.reporting.blocks import Block, Bullets, Fact, Facts, Heading, Paragraph
from lims.reporting.sections.answers import answer_sentences
from lims.reporting.sections.conclusions import found_sentences, missing, restrictions
from lims.reporting.sections.confidence import confidence
from lims.reporting.sections.identification import conclusion_sentence, limitation_sentences
from lims.reporting.sections.introduction import person_words
from lims.reporting.sections.legal import seizure_lines
from lims.reporting.sections.negative import not_meant
from lims.reporting.sections.quantitation import result_sentences
from lims.reporting.sections.weights import mass_words, purpose_words
from lims.reporting.wording import date_or_unknown, or_unknown
from lims.translation import Translator


def summary(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the summary of a report; it says nothing that the report does not say."""
    yield Heading(level=1, text=t("Object and order"))
    yield Facts(rows=tuple(_object(content, t=t)))
    yield Heading(level=1, text=t("Questions and answers"))
    yield from _questions(content, t=t)
    yield from _answers(content, t=t)
    yield Heading(level=1, text=t("Law on the day of the seizure"))
    yield Bullets(items=tuple(_law(content, t=t)))
    yield Heading(level=1, text=t("Confidence"))
    yield from (block for block in confidence(content, t=t) if not isinstance(block, Heading))
    yield Heading(level=1, text=t("What was not done"))
    yield Bullets(items=tuple(missing(content, t=t)))


def _object(content: ReportContent, *, t: Translator) -> Iterator[Fact]:
    case, exhibit = content.case, content.exhibit
    order = t(
        "No. {number}, dated {date}",
        number=or_unknown(case.order_number, t=t),
        date=date_or_unknown(case.order_date, t=t),
    )
    yield Fact(label=t("Exhibit"), value=f"{exhibit.number}: {or_unknown(exhibit.description, t=t)}")
    yield Fact(label=t("Appointed by"), value=f"{or_unknown(case.appointing_body, t=t)}; {order}")
    yield Fact(label=t("Date of seizure"), value=date_or_unknown(case.seizure_date, t=t))
    people = "; ".join(person_words(one, t=t) for one in (content.expert, content.reviewer))
    yield Fact(label=t("Expert; reviewer"), value=people)


def _questions(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    if not content.case.questions:
        yield Paragraph(text=t("No question of the order is recorded."))
        return
    said = {one.question: one for one in content.answers}
    for number, wording in enumerate(content.case.questions, start=1):
        yield Paragraph(text=t("Question {number}. {words}", number=number, words=wording), strong=True, with_next=True)
        yield Paragraph(text=" ".join(answer_sentences(said.get(number), content, t=t)))
    yield Paragraph(text=t("What was concluded, with its limits:"), with_next=True)


def _answers(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give each conclusion with its limits, under the restrictions of all."""
    for notice in restrictions(content, t=t):
        yield Paragraph(text=notice, strong=True)
    exhibit = content.exhibit.number
    for section in content.identifications:
        yield Paragraph(text=conclusion_sentence(section, exhibit=exhibit, t=t), strong=True, with_next=True)
        limits = " ".join(limitation_sentences(section, t=t))
        if limits:
            yield Paragraph(text=limits)
    if not content.named:
        yield Paragraph(text=t("No substance was identified in exhibit {exhibit}.", exhibit=exhibit), strong=True)
    found = tuple(found_sentences(content, t=t))
    if found:
        lead = t("Found by gas chromatography with mass spectrometry, and not identified:")
        yield Paragraph(text=f"{lead} {'; '.join(found)}.")
    for measured in content.quantitations:
        first, *others = result_sentences(measured, t=t)
        yield Paragraph(text=first, strong=True, with_next=bool(others))
        if others:
            yield Paragraph(text=" ".join(others))
    if ReportKind.NEGATIVE in content.kinds:
        yield Paragraph(text=" ".join((t("What this negative result does not mean:"), *not_meant(t=t))))
    if content.circumstances.weights:
        masses = "; ".join(_mass(one, t=t) for one in content.circumstances.weights)
        yield Paragraph(text=t("Masses with their uncertainty: {masses}", masses=masses))


def _mass(one: WeightSection, *, t: Translator) -> str:
    return f"{one.item_number}, {purpose_words(one, t=t)}: {mass_words(one.mass_g, one.u_g, t=t)}"


def _law(content: ReportContent, *, t: Translator) -> Iterator[str]:
    sections = content.circumstances.legal
    if not sections:
        yield t("No legal determination is recorded for this exhibit: no legal status is stated.")
    for name in dict.fromkeys(one.substance for one in undetermined(content.named, sections)):
        yield t(
            "{substance}: no legal determination is recorded. That does not say whether a text of law covers it.",
            substance=name,
        )
    for one in sections:
        yield " ".join(f"{line.rstrip('.')}." for line in seizure_lines(one, t=t))
    yield t(
        "The expert states what the structure is and what the named texts say of it. Guilt and legal "
        "qualification are for the court."
    )
