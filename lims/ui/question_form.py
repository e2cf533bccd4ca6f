"""The questions of the order on the examination's page: what answers each, or why it is not answered."""

import streamlit as st

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.question_answer import QuestionAnswer
from lims.services.answer_wording import GROUND_TEXTS
from lims.services.answering import AnswerFacts
from lims.translation import Translator
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit


def questions_of_the_order(visit: Visit, examination: Examination) -> None:
    """Show every question with its answer, and let the examiner state one."""
    accessioning, t = visit.laboratory.accessioning, visit.t
    case = accessioning.case(accessioning.exhibit(examination.exhibit_number).case_number)
    if not case.questions:
        return
    st.subheader(t("Questions of the order"))
    said = {one.question: one for one in examination.answers}
    for number, wording in enumerate(case.questions, start=1):
        st.text(f"{number}. {wording}\n{_answered(said.get(number), t)}")
    _form(visit, examination, case)


def _answered(answer: QuestionAnswer | None, t: Translator) -> str:
    if answer is None:
        return t("No answer and no reason yet: the report cannot be signed.")
    if answer.reason:
        return t("Not answered. Reason: {reason}", reason=answer.reason)
    records = ", ".join(t(GROUND_TEXTS[one.kind], number=one.number) for one in answer.grounds)
    words = t("In the words of the expert: {words}", words=answer.words) if answer.words else ""
    return ". ".join(part for part in (records, words) if part)


def _form(visit: Visit, examination: Examination, case: Case) -> None:
    t, possible = visit.t, visit.laboratory.examining.grounds(examination.number)
    names = {one.number: t(GROUND_TEXTS[one.kind], number=one.number) for one in possible}
    numbers = range(1, len(case.questions) + 1)
    with st.form(f"answer-{examination.number}", clear_on_submit=True):
        question = st.selectbox(
            t("Question"), numbers, format_func=lambda number: f"{number}. {case.questions[number - 1]}"
        )
        grounds = st.multiselect(
            t("Records that answer it"), list(names), format_func=names.__getitem__, placeholder=t("not chosen yet")
        )
        words = st.text_input(t("In the expert's words"), help=t("The report prints it."))
        reason = st.text_input(t("Why it is not answered"), help=t("Only if nothing answers it. The report prints it."))
        if not st.form_submit_button(t("Record the answer")):
            return
    facts = AnswerFacts(grounds=tuple(grounds), words=words, reason=reason)
    try:
        visit.laboratory.examining.answer_question(
            examination.number, question, facts, actor=visit.person, version=examination.version
        )
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()
