"""Reports that both persons signed: found, chosen, and each with what became of it."""

import streamlit as st

from lims.domain.report import LEFT, Report, ReportStatus
from lims.domain.report_copy import CopyForm
from lims.translation import marked
from lims.ui.deliveries import describe_deliveries
from lims.ui.session import Visit
from lims.ui.table_files import table_files

_LISTED_STATES = tuple(status for status in ReportStatus if status is not ReportStatus.INTENDED)
"""A number without a signed document is nothing to be read."""
_STANDING = {
    ReportStatus.DRAFTED: marked("signed by its author, waits for the reviewer"),
    ReportStatus.VOIDED: marked("given up before its issue"),
    ReportStatus.REVIEWED: marked("signed, not issued"),
    ReportStatus.ADMINISTRATIVELY_REVIEWED: marked("signed and checked, not issued"),
    ReportStatus.ISSUED: marked("issued"),
    ReportStatus.WITHDRAWN: marked("taken back"),
    ReportStatus.SUPERSEDED: marked("superseded"),
}
_SHAPES = {
    ReportStatus.DRAFTED: "◔",
    ReportStatus.VOIDED: "✕",
    ReportStatus.REVIEWED: "○",
    ReportStatus.ADMINISTRATIVELY_REVIEWED: "◐",
    ReportStatus.ISSUED: "■",
    ReportStatus.WITHDRAWN: "◇",
    ReportStatus.SUPERSEDED: "▣",
}
"""A shape beside each word: no state is told by colour alone."""
_LISTED = 50
CHOSEN = "chosen-report"
"""Where a browser session remembers the report that is looked at."""


def choose_report(visit: Visit) -> Report | None:
    """Let the person find and choose one of the signed reports, newest first; None where there is none."""
    t, reporting = visit.t, visit.laboratory.reporting
    if not reporting.listed(_LISTED_STATES, limit=1):
        st.info(t("No report is signed yet. An expert signs it at the end of the examination."))
        return None
    found, state, place = st.columns([4, 3, 1])
    words = found.text_input(
        t("Find"), placeholder=t("number of the report, case, or exhibit"), key="report-filter"
    ).strip()
    statuses = state.multiselect(
        t("State"),
        _LISTED_STATES,
        format_func=lambda one: t(_STANDING[one]),
        key=f"report-states-{t.language}",
        placeholder=t("every state"),
    )
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"report-page-{words}")
    reports = reporting.listed(
        statuses or _LISTED_STATES, limit=_LISTED + 1, offset=(int(page) - 1) * _LISTED, words=words
    )
    if len(reports) > _LISTED:
        place.caption(t("More on the next page."))
    return _table(visit, reports[:_LISTED])


def _table(visit: Visit, reports: tuple[Report, ...]) -> Report | None:
    """Show one page of them, and give the one that is chosen, now or before; without a choice the newest."""
    t = visit.t
    if not reports:
        st.info(t("No report is like that."))
        return None
    columns = {
        t("Report"): [one.number for one in reports],
        t("State"): [standing(visit, one) for one in reports],
        t("Expert"): [one.expert for one in reports],
        t("Reviewer"): [one.reviewer for one in reports],
        t("Issued by"): [one.releaser for one in reports],
        t("Language"): [one.language for one in reports],
        t("Copies"): [_copied(visit, one) for one in reports],
    }
    event = st.dataframe(
        columns,
        key="report-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    table_files(visit, columns, name="reports", title=t("Reports"))
    rows = event.selection.rows
    if rows and rows[0] < len(reports):
        st.session_state[CHOSEN] = reports[rows[0]].number
    st.caption(t("Choose a report in the table to read it."))
    return visit.laboratory.reporting.get(str(st.session_state.get(CHOSEN, reports[0].number)))


def _copied(visit: Visit, report: Report) -> str:
    """Say which copies and summaries a report has."""
    t = visit.t
    shapes = {CopyForm.FULL: t("copy"), CopyForm.SUMMARY: t("summary")}
    return ", ".join(dict.fromkeys(f"{shapes[one.form]} {one.language}" for one in report.copies))


def standing(visit: Visit, report: Report) -> str:
    """Say what became of a report, with a shape."""
    return f"{_SHAPES.get(report.status, '·')} {visit.t(_STANDING.get(report.status, report.state))}"


def link_to_document(visit: Visit, report: Report) -> None:
    """Offer the document; before its issue it is for readers inside the laboratory."""
    if report.pdf_sha256 is None and report.draft_sha256 is None:
        return
    label = visit.t("Open PDF") if report.status in LEFT else visit.t("Open PDF (not issued)")
    st.link_button(label, f"/reports/{report.number}.pdf", width="stretch")


def describe(visit: Visit, report: Report) -> None:
    """Say who signed a report, what became of it, and who has it."""
    t = visit.t
    st.text(standing(visit, report))
    for signature in visit.laboratory.reporting.signatures(report.number):
        st.text(f"{t(signature.meaning.value)}: {signature.name}, {t.moment(signature.at)}")
    st.caption(t("SHA-256 {digest}", digest=report.pdf_sha256 or report.draft_sha256 or ""))
    if report.withdrawal_reason:
        st.text(t("Taken back: {reason}", reason=report.withdrawal_reason))
    if report.amendment is not None:
        st.text(t("Amendment to report no. {number}", number=report.amendment.replaces))
    describe_deliveries(visit, report)
    if not report.evidence:
        st.warning(t("Made with development keys: DEMO, NOT EVIDENCE."))
