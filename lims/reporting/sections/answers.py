"""The answers to the questions of the order, each under its number (content list of the expert's conclusion)."""

from collections.abc import Iterator

from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer
from lims.domain.report_content import ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.reporting.sections.identification import conclusion_sentence
from lims.reporting.sections.legal import status_words
from lims.reporting.sections.quantitation import result_sentences
from lims.reporting.sections.weights import mass_words, purpose_words
from lims.services.answer_wording import GROUND_TEXTS
from lims.services.sampling_wording import statement_sentences
from lims.translation import Translator


def answers(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give every question with its answer, or with the reason why there is none.

    Raises
    ------
    DocumentError
        If an answer names a record of which the report says nothing.
    """
    questions, said = content.case.questions, {one.question: one for one in content.answers}
    if not questions:
        return
    yield Heading(level=2, text=t("Answers to the questions of the order"))
    for number, wording in enumerate(questions, start=1):
        yield Paragraph(text=t("Question {number}. {words}", number=number, words=wording), strong=True, with_next=True)
        yield Bullets(items=tuple(answer_sentences(said.get(number), content, t=t)))


def answer_sentences(answer: QuestionAnswer | None, content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Say the answer to one question: a sentence for each record, the expert's words, or why it is not answered.

    Raises
    ------
    DocumentError
        If it names a record of which the report says nothing.
    """
    if answer is None:
        yield t("Not assigned: what answers this question was not recorded. See the conclusions below.")
        return
    if answer.reason:
        yield t("Not answered. Reason: {reason}", reason=answer.reason)
    for ground in answer.grounds:
        *before, last = _sentences(ground, content, t=t)
        yield from before
        yield t("{sentence} See {record}.", sentence=last, record=t(GROUND_TEXTS[ground.kind], number=ground.number))
    if answer.words:
        yield t("In the words of the expert: {words}", words=answer.words)


def _sentences(ground: AnswerGround, content: ReportContent, *, t: Translator) -> tuple[str, ...]:
    found = tuple(_SAID[ground.kind](ground.number, content, t))
    if not found:
        raise DocumentError(f"an answer names {ground.kind.value} {ground.number}, of which the report says nothing")
    return found


def _of_identification(number: str, content: ReportContent, t: Translator) -> Iterator[str]:
    for one in content.identifications:
        if one.number == number:
            yield conclusion_sentence(one, exhibit=content.exhibit.number, t=t)


def _of_weighing(number: str, content: ReportContent, t: Translator) -> Iterator[str]:
    for one in content.circumstances.weights:
        if one.number == number:
            yield t(
                "The mass of {item} ({weighed}) is {mass}, k = {k}.",
                item=one.item_number,
                weighed=purpose_words(one, t=t),
                mass=mass_words(one.mass_g, one.u_g, t=t),
                k=t.number(one.k),
            )


def _of_sampling(number: str, content: ReportContent, t: Translator) -> Iterator[str]:
    for one in content.circumstances.sampling:
        if one.number == number:
            yield from statement_sentences(one.statement, t)


def _of_determination(number: str, content: ReportContent, t: Translator) -> Iterator[str]:
    for one in content.circumstances.legal:
        if one.number == number:
            yield status_words(one, t=t)


def _of_quantitation(number: str, content: ReportContent, t: Translator) -> Iterator[str]:
    for one in content.quantitations:
        if one.number == number:
            yield from result_sentences(one, t=t)


_SAID = {
    GroundKind.IDENTIFICATION: _of_identification,
    GroundKind.WEIGHING: _of_weighing,
    GroundKind.SAMPLING: _of_sampling,
    GroundKind.DETERMINATION: _of_determination,
    GroundKind.QUANTITATION: _of_quantitation,
}
