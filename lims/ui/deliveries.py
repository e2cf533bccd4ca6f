"""Who received a report, as a page shows it."""

import streamlit as st

from lims.domain.report import Report
from lims.ui.session import Visit


def describe_deliveries(visit: Visit, report: Report) -> None:
    """Show who received a report, and who was told that it no longer stands."""
    t = visit.t
    for one in report.deliveries:
        words = t(
            "Received by {recipient} on {day}, {manner}.",
            recipient=one.recipient,
            day=t.date(one.delivered_on),
            manner=one.manner,
        )
        if one.notice is not None:
            told = t("Told on {day}, {manner}.", day=t.date(one.notice.told_on), manner=one.notice.manner)
            words = f"{words} {told}"
        st.text(words)
    if report.superseded_by:
        st.text(t("Replaced by report {number}.", number=report.superseded_by))
