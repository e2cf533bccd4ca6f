"""Where a lot was used: the exhibits and reports that rest on it, asked when somebody wants to know."""

import streamlit as st

from lims.domain.nonconformity import Subject
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit

_SHOWN = 200


def where_used(visit: Visit, kind: str, number: str) -> None:
    """Ask on a press, and name reports and exhibits; nothing is searched before."""
    t, key = visit.t, f"used-{kind}-{number}"
    if st.button(t("Look for exhibits and reports"), key=f"{key}-button"):
        st.session_state[key] = True
    if not st.session_state.get(key):
        return
    try:
        found = visit.laboratory.tracing.touched_by(Subject(kind=kind, number=number).name)
    except REFUSALS as error:
        show_refusal(error)
        return
    if not found.exhibits and not found.reports:
        st.info(t("Nothing on record rests on it."))
        return
    st.text(t("Exhibits: {count}; reports: {reports}.", count=len(found.exhibits), reports=len(found.reports)))
    st.dataframe(
        {
            t("Kind"): [
                *(t("report") for _ in found.reports[:_SHOWN]),
                *(t("exhibit") for _ in found.exhibits[:_SHOWN]),
            ],
            t("Number"): [*(one.number for one in found.reports[:_SHOWN]), *found.exhibits[:_SHOWN]],
        },
        hide_index=True,
        key=f"{key}-table",
    )
