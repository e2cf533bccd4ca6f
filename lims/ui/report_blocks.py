"""What keeps a report from being issued, each with what to do, and the page where the next step is done."""

import streamlit as st

from lims.domain.report import BEFORE_ISSUE, Report, ReportStatus
from lims.domain.staff import Role
from lims.ui.plain import plain, show_hindrance
from lims.ui.selection import go_to
from lims.ui.session import Visit

_REVIEW, _ISSUE = "review", "issue"
_AT_THE_ISSUE = frozenset({Role.HEAD, Role.QUALITY_MANAGER})


def what_blocks(visit: Visit, report: Report) -> None:
    """Say what keeps a report from being issued; nothing of one that left, or was given up."""
    t = visit.t
    if report.status is ReportStatus.VOIDED:
        st.warning(plain(t("Given up: {reason}", reason=report.void_reason)))
    if report.status not in BEFORE_ISSUE:
        return
    st.subheader(t("What keeps it from being issued"))
    found = visit.laboratory.releasing.blocks(report.number)
    for fault in found.faults:
        show_hindrance(t, fault)
    if found.not_seen:
        rules = ", ".join(found.not_seen)
        st.info(plain(t("Head or quality manager see whether these items are met: {rules}.", rules=rules)))
    elif not found.faults:
        st.success(t("Nothing keeps it from being issued."))
    _next_step(visit, report)


def _next_step(visit: Visit, report: Report) -> None:
    """Lead to the page where the person does the next step."""
    t, person = visit.t, visit.person
    if report.status is ReportStatus.DRAFTED and person.number == report.reviewer:
        if st.button(t("Review and sign it"), type="primary", width="stretch"):
            st.session_state["review-report"] = report.number
            go_to(_REVIEW)
    elif report.status is not ReportStatus.DRAFTED and not _AT_THE_ISSUE.isdisjoint(person.roles):
        first = report.status is ReportStatus.REVIEWED
        label = t("Review the paper and sign") if first else t("Issue it or return it")
        if st.button(label, type="primary", width="stretch"):
            go_to(_ISSUE)
