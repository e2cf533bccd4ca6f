"""A checklist on a page: every question with its answer and a remark; nothing is answered beforehand."""

import streamlit as st

from lims.domain.report import Report
from lims.domain.review_checklist import NEWEST, Answer, AnsweredChecklist, ReviewKind, answered, checklist
from lims.ui.plain import plain
from lims.ui.session import Visit


def ask_checklist(visit: Visit, kind: ReviewKind, *, report: Report) -> AnsweredChecklist:
    """Show the questions inside a form; give what is answered so far."""
    t = visit.t
    newest = NEWEST[kind]
    st.caption(t("Checklist, edition {edition}. A remark is needed for every answer but yes.", edition=newest.edition))
    answers: dict[str, Answer] = {}
    remarks: dict[str, str] = {}
    for place, item in enumerate(newest.items, start=1):
        key = f"{kind.value}-{report.number}-{item.key}"
        question, remark = st.columns([7, 5], vertical_alignment="bottom")
        chosen = question.radio(
            plain(f"{place}. {t(item.question)}"),
            list(Answer),
            format_func=lambda answer: t(answer.value),
            index=None,
            horizontal=True,
            key=key,
        )
        remarks[item.key] = remark.text_input(t("Remark to question {place}", place=place), key=f"{key}-remark")
        if chosen is not None:
            answers[item.key] = chosen
    return answered(kind, answers, remarks)


def show_answers(visit: Visit, given: AnsweredChecklist) -> None:
    """Show answers that were given, with their questions as they stood in that edition."""
    t = visit.t
    edition = checklist(given.kind, given.edition)
    questions = {item.key: t(item.question) for item in edition.items} if edition else {}
    for one in given.answers:
        remark = f" - {one.remark}" if one.remark else ""
        st.text(f"{questions.get(one.item, one.item)} {t(one.answer.value)}{remark}")
