"""Issued reports that describe records which were edited since: candidates for an amendment."""

import streamlit as st

from lims.domain.report import Report, ReportStatus
from lims.services.amending import OutdatedReport
from lims.ui import background
from lims.ui.plain import REFUSALS, plain, show_hindrance
from lims.ui.refusal_words import fault_words
from lims.ui.report_list import CHOSEN
from lims.ui.session import Visit

_JOB = "outdated-reports"


def edited_since(visit: Visit, report: Report) -> None:
    """Say what was edited since an issued report was signed."""
    t = visit.t
    if report.status is not ReportStatus.ISSUED:
        return
    edits = visit.laboratory.amending.edits(report.number)
    if edits:
        told = "; ".join(fault_words(t, one) for one in edits)
        st.warning(
            plain(t("Edited since it was signed: {edits}. Whether it is amended, the head decides.", edits=told))
        )


def outdated(visit: Visit) -> None:
    """Look through all issued reports beside the page, and list those of which a record was edited."""
    t, amending = visit.t, visit.laboratory.amending
    st.text(t("An issued report is never changed. Here stand those whose records say something else by now."))
    if st.button(t("Look through all issued reports"), key="find-outdated", type="primary"):
        background.start(visit, _JOB, lambda told: amending.outdated(told=told), waits=True)
        st.rerun()
    try:
        found = background.result(visit, _JOB)
    except REFUSALS as error:
        show_hindrance(t, error)
        return
    if isinstance(found, tuple):
        _table(visit, found)


def _table(visit: Visit, found: tuple[OutdatedReport, ...]) -> None:
    t = visit.t
    if not found:
        st.success(t("Every issued report describes its records as they are."))
        return
    event = st.dataframe(
        {
            t("Report"): [one.number for one in found],
            t("What was edited since"): ["; ".join(fault_words(t, change) for change in one.changes) for one in found],
        },
        key="outdated-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(found):
        st.session_state[CHOSEN] = found[rows[0]].number
        st.caption(t("{number} is chosen; it stands in the section Reports.", number=found[rows[0]].number))
