"""Reports: the very document, what became of it, who has it, and what follows: amendment, delivery, withdrawal."""

import streamlit as st

from lims.ui.amendments import deliver, notices, order
from lims.ui.report_list import choose_report, describe, link_to_document
from lims.ui.report_view import show_document
from lims.ui.report_withdrawal import withdraw
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog


def render(visit: Visit) -> None:
    """Let the person choose a report; show its pages on the left and what can be done on the right."""
    t = visit.t
    st.title(t("Reports"))
    notices(visit)
    report = choose_report(visit)
    if report is not None:
        st.subheader(report.number)
        document, beside = st.columns([3, 2])
        with document:
            show_document(visit, report)
        with beside:
            describe(visit, report)
            link_to_document(visit, report)
            order(visit, report)
            deliver(visit, report)
            withdraw(visit, report)
    signing_dialog(visit)
