"""Reports that both persons signed, each with what became of it and its document."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.report import LEFT, Report, ReportStatus
from lims.domain.review_checklist import ReviewKind
from lims.translation import marked
from lims.ui.deliveries import describe_deliveries
from lims.ui.session import Visit

_INSIDE = (ReportStatus.REVIEWED, ReportStatus.ADMINISTRATIVELY_REVIEWED)
_COMPLETE = (*_INSIDE, *(status for status in ReportStatus if status in LEFT))
_STANDING = {
    ReportStatus.REVIEWED: marked("signed, not issued"),
    ReportStatus.ADMINISTRATIVELY_REVIEWED: marked("signed and checked, not issued"),
    ReportStatus.ISSUED: marked("issued"),
    ReportStatus.WITHDRAWN: marked("taken back"),
    ReportStatus.SUPERSEDED: marked("superseded"),
}
_SHAPES = {
    ReportStatus.REVIEWED: "○",
    ReportStatus.ADMINISTRATIVELY_REVIEWED: "◐",
    ReportStatus.ISSUED: "■",
    ReportStatus.WITHDRAWN: "◇",
    ReportStatus.SUPERSEDED: "▣",
}
"""A shape beside each word: no state is told by colour alone."""


def list_reports(visit: Visit) -> None:
    """Show every report that is complete, newest first."""
    t = visit.t
    complete = [report for report in visit.laboratory.reporting.all() if report.status in _COMPLETE]
    if not complete:
        return
    st.subheader(t("Reports"))
    for report in complete:
        with st.container(border=True):
            words, link = st.columns([6, 2], vertical_alignment="center")
            with words:
                _describe(visit, report)
            with link:
                link_to_document(visit, report)


def link_to_document(visit: Visit, report: Report) -> None:
    """Offer the document; before its issue it is for readers inside the laboratory."""
    label = visit.t("Open PDF") if report.status not in _INSIDE else visit.t("Open PDF (not issued)")
    st.link_button(label, f"/reports/{report.number}.pdf", width="stretch")
    if report.status in LEFT and may_do(Act.REPORT_DELIVERED, visit.person.roles):
        words = visit.t("Others tell by it, without the laboratory, whether this report was issued and still stands.")
        st.link_button(visit.t("Receipt"), f"/reports/{report.number}.receipt.json", help=words, width="stretch")


def _describe(visit: Visit, report: Report) -> None:
    t = visit.t
    cleared = report.review_of(ReviewKind.ADMINISTRATIVE)
    people = " · ".join(filter(None, (report.expert, report.reviewer, cleared.by if cleared else "", report.releaser)))
    st.text(f"{_SHAPES[report.status]} {report.number}   {t(_STANDING[report.status])}   {people}")
    st.caption(t("SHA-256 {digest}", digest=report.pdf_sha256 or ""))
    if report.withdrawal_reason:
        st.text(t("Taken back: {reason}", reason=report.withdrawal_reason))
    if report.amendment is not None:
        st.text(t("Amendment to report no. {number}", number=report.amendment.replaces))
    describe_deliveries(visit, report)
    if not report.evidence:
        st.warning(t("Made with development keys: DEMO, NOT EVIDENCE."))
