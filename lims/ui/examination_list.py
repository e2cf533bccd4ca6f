"""Examinations to choose from where none is chosen: paged in the database, filtered by state and words."""

import streamlit as st

from lims.domain.examination import ExaminationStatus
from lims.ui.selection import choose_examination
from lims.ui.session import Visit

_PAGE = 50


def choose_from_list(visit: Visit) -> None:
    """Let the person find an examination."""
    t = visit.t
    left, middle, right = st.columns([5, 3, 1.5])
    words = left.text_input(t("Find"), placeholder=t("number of exhibit, run or examination"), key="list-words").strip()
    states = [one.value for one in ExaminationStatus]
    state = middle.selectbox(
        t("State"),
        ["", *states],
        index=1,
        format_func=lambda one: t(one) if one else t("any"),
        key=f"list-state-{t.language}",
    )
    place = right.number_input(t("Page"), min_value=1, step=1, key=f"list-page-{words}-{state}")
    found = visit.laboratory.examining.listed(
        limit=_PAGE + 1, offset=(int(place) - 1) * _PAGE, states=(state,) if state else (), words=words
    )
    if not found:
        st.info(t("No examination is like that. An expert opens one at Exhibits, of a run."))
        return
    shown = found[:_PAGE]
    event = st.dataframe(
        {
            t("Examination"): [line.number for line in shown],
            t("Exhibit"): [line.parent for line in shown],
            t("State"): [t(line.state) for line in shown],
            t("Changed"): [t.moment(line.recorded_at) for line in shown],
        },
        key=f"list-{words}-{state}-{place}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    if len(found) > _PAGE:
        st.caption(t("More on the next page."))
    rows = event.selection.rows
    if rows:
        choose_examination(shown[rows[0]].number)
