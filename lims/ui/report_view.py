"""The very document of a report, page by page, as its file would be printed."""

from urllib.parse import quote, urlsplit

import streamlit as st

from lims.domain.report import Report
from lims.ui.session import Visit

_NO_BROWSER = "http://localhost"
"""Where no browser asks, no picture is fetched either."""


def show_document(visit: Visit, report: Report) -> None:
    """Show one page of the document; pictures come from our own route, which asks who wants them."""
    t, laboratory = visit.t, visit.laboratory
    if report.pdf_sha256 is None and report.draft_sha256 is None:
        st.info(t("Nothing was signed under this number: there is no document."))
        return
    pages = laboratory.desk.page_count(laboratory.reporting.document(report.number))
    place = st.number_input(
        t("Page of {pages}", pages=pages), min_value=1, max_value=pages, step=1, key=f"report-page-of-{report.number}"
    )
    st.image(f"{_origin()}/reports/{quote(report.number)}/page-{int(place)}.png", width="stretch")


def _origin() -> str:
    """Give scheme and host under which the browser sees the application."""
    parts = urlsplit(st.context.url or _NO_BROWSER)
    return f"{parts.scheme}://{parts.netloc}"
