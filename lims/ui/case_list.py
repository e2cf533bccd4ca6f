"""All cases, newest first: found by number, by who asked, or by the label of one of their exhibits."""

import streamlit as st

from lims.errors import NotFoundError
from lims.services.ports import ListedRecord
from lims.ui.selection import choose_case
from lims.ui.session import Visit
from lims.ui.table_files import table_files

_LISTED = 50


def case_list(visit: Visit) -> None:
    """Show one page of the cases that are looked for; choosing one opens its file."""
    t = visit.t
    found, place = st.columns([4, 1])
    words = found.text_input(
        t("Find a case"), placeholder=t("number, appointing body, or the label of an exhibit"), key="case-filter"
    ).strip()
    page = place.number_input(t("Page"), min_value=1, step=1, key=f"case-page-{words}")
    lines = visit.laboratory.accessioning.cases(limit=_LISTED + 1, offset=(int(page) - 1) * _LISTED, words=words)
    if not lines:
        _other(visit, words)
        return
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    _table(visit, lines[:_LISTED])


def _table(visit: Visit, lines: tuple[ListedRecord, ...]) -> None:
    t = visit.t
    columns = {
        t("Case"): [line.number for line in lines],
        t("Appointing body"): [line.title for line in lines],
        t("Changed"): [t.moment(line.recorded_at) for line in lines],
    }
    event = st.dataframe(
        columns,
        key="case-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(lines):
        choose_case(lines[rows[0]].number)
    st.caption(t("Choose a line to open the file of the case."))
    table_files(visit, columns, name="cases", title=t("Cases"))


def _other(visit: Visit, words: str) -> None:
    """Open the case of an exhibit whose number or label was typed; else say that there is nothing."""
    t = visit.t
    scan = visit.laboratory.scanning.read(words) if words else None
    if scan is not None and scan.exhibit is not None:
        try:
            exhibit = visit.laboratory.accessioning.exhibit(scan.exhibit.custody.exhibit_number)
        except NotFoundError:
            st.info(t("No case is like that."))
            return
        if st.button(t("Open case {number}", number=exhibit.case_number), type="primary", key="case-of-label"):
            choose_case(exhibit.case_number)
        return
    st.info(t("No case is like that.") if words else t("No case is registered yet. Cases are registered at Reception."))
