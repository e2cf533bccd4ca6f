"""What readers without the laboratory need beside a report: receipt, keys, and the programs that check it."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.report import LEFT, Report
from lims.ui.session import Visit


def downloads(visit: Visit, report: Report) -> None:
    """Offer the files that go with a report that left; each says what it is for."""
    t = visit.t
    if report.status not in LEFT:
        return
    with st.expander(t("Files for readers outside")):
        if may_do(Act.REPORT_DELIVERED, visit.person.roles):
            words = t("Others tell by it, without the laboratory, whether this report was issued and still stands.")
            st.link_button(t("Receipt"), f"/reports/{report.number}.receipt.json", help=words, width="stretch")
        for label, address, words in (
            (
                t("Trust file"),
                "/verify/trust.pem",
                t("Certificates and ledger keys of this laboratory; nothing in it is secret."),
            ),
            (
                t("Page that checks, for a browser"),
                "/verify/verify_report.html",
                t("One file; it works without a network and sends nothing anywhere."),
            ),
            (
                t("Program that checks, for Python"),
                "/verify/verify_report.py",
                t("One file for Python's standard library alone."),
            ),
        ):
            st.link_button(label, address, help=words, width="stretch")
