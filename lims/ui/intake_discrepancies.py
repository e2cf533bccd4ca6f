"""What does not agree when an object comes in: recorded with a witness and told to the sender; then the answer."""

from collections.abc import Sequence

import streamlit as st

from lims.domain.discrepancy import Discrepancy
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import WITNESSES
from lims.domain.staff import StaffMember
from lims.services.clarifying import AnswerFacts, DiscrepancyFacts
from lims.ui.intake_words import DECISION_TEXTS, SUBJECT_TEXTS, one_of
from lims.ui.sections import attempt
from lims.ui.session import Visit


def discrepancies(visit: Visit, exhibits: Sequence[Exhibit]) -> None:
    """Show what was found; record more, and what the sender answered."""
    for exhibit in exhibits:
        for place, one in enumerate(exhibit.discrepancies, start=1):
            _found(visit, exhibit, place, one)
    _new(visit, exhibits)


def _found(visit: Visit, exhibit: Exhibit, place: int, one: Discrepancy) -> None:
    t = visit.t
    with st.container(border=True):
        st.text(f"{exhibit.number}   {t(SUBJECT_TEXTS[one.subject])}")
        st.text(t("Stated: {words}", words=one.stated))
        st.text(t("Found: {words}", words=one.found))
        st.text(t("Told to {name}, {how}, {moment}", name=one.told_to, how=one.told_how, moment=t.moment(one.told_at)))
        if one.answer is not None:
            st.text(t("Answer of {name}: {words}", name=one.answer.given_by, words=one.answer.words))
            st.text(t(DECISION_TEXTS[one.answer.decision]))
            return
        st.text(t("■ Nobody works on it until the sender has answered."))
        _answer(visit, exhibit, place)


def _answer(visit: Visit, exhibit: Exhibit, place: int) -> None:
    t, prefix = visit.t, f"answer-{exhibit.number}-{place}"
    with st.form(prefix, border=False):
        decision = one_of(visit, t("What the sender wants"), DECISION_TEXTS, key=f"{prefix}-decision")
        words = st.text_input(t("In the sender's words"))
        by = st.text_input(t("Who answered"))
        disclaimer = st.text_input(t("What the report has to say, if it is examined anyway"))
        if st.form_submit_button(t("Record the answer")) and decision is not None:
            facts = AnswerFacts(decision=decision, words=words, given_by=by, disclaimer=disclaimer)
            attempt(lambda: visit.laboratory.clarifying.answer(exhibit.number, place, facts, actor=visit.person))


def _new(visit: Visit, exhibits: Sequence[Exhibit]) -> None:
    t = visit.t
    others = [one for one in _witnesses(visit) if one.number != visit.person.number]
    with st.form("discrepancy", clear_on_submit=False, border=False):
        left, right = st.columns(2)
        number = left.selectbox(t("Exhibit"), [one.number for one in exhibits], key="discrepancy-exhibit")
        with right:
            subject = one_of(visit, t("What does not agree"), SUBJECT_TEXTS, key="discrepancy-subject")
        stated = left.text_input(t("As the order or the inventory says"))
        found = right.text_input(t("As it was found"))
        witness: StaffMember | None = left.selectbox(
            t("Witness"),
            others,
            index=None,
            placeholder=t("nobody"),
            format_func=lambda one: f"{one.name} ({one.number})",
            key="discrepancy-witness",
        )
        told = right.text_input(t("Who of the sender was told"))
        how = left.text_input(t("How: by letter, telephone, e-mail, with its number"))
        if not st.form_submit_button(t("Record the discrepancy")):
            return
    if subject is None or witness is None:
        st.error(t("Choose what does not agree, and the witness."))
        return
    facts = DiscrepancyFacts(
        subject=subject, stated=stated, found=found, witness=witness.number, told_to=told, told_how=how
    )
    attempt(lambda: visit.laboratory.clarifying.find(number, facts, actor=visit.person))


def _witnesses(visit: Visit) -> Sequence[StaffMember]:
    found = {one.number: one for role in sorted(WITNESSES) for one in visit.laboratory.staffing.with_role(role)}
    return tuple(found[number] for number in sorted(found))
