"""The warning of liability: an expert records that the sheet of the case is signed, before the work (rule KZ-1)."""

import streamlit as st

from lims.domain.case import Case
from lims.domain.staff import Role
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit


def warning_of_liability(visit: Visit, case: Case) -> None:
    """Say who signed; offer the form to an expert who has not."""
    t, person = visit.t, visit.person
    for one in case.warnings:
        st.text(t("Warning of liability: {person} signed on {date}.", person=one.person, date=t.date(one.signed_on)))
    if Role.EXPERT not in person.roles or any(one.person == person.number for one in case.warnings):
        return
    needed = visit.laboratory.settings.receiving.liability_warning
    with st.expander(t("Record that you signed the warning of liability"), expanded=needed and not case.warnings):
        _form(visit, case)


def _form(visit: Visit, case: Case) -> None:
    t = visit.t
    with st.form(f"warning-{case.number}", border=False):
        st.text(t("The sheet itself is signed by hand before the work begins. Here its day is recorded."))
        day, kept = st.columns(2)
        signed_on = day.date_input(t("Day on the signed sheet"), value=None, format="DD.MM.YYYY")
        reference = kept.text_input(t("Where the sheet is kept"))
        if not st.form_submit_button(t("Record the signed sheet")):
            return
    if signed_on is None:
        st.error(t("Enter the day on the signed sheet."))
        return
    try:
        requesting = visit.laboratory.requesting
        requesting.sign_warning(case.number, signed_on=signed_on, actor=visit.person, reference=reference)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()
