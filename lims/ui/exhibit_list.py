"""All exhibits, newest first: found by number or description, and chosen."""

import streamlit as st

from lims.services.ports import ListedRecord
from lims.ui.selection import chosen_exhibit, remember_exhibit
from lims.ui.session import Visit
from lims.ui.table_files import table_files

_LISTED = 100
"""Lines of one page of the table."""


def exhibit_list(visit: Visit) -> str | None:
    """Show one page of the exhibits that are looked for; give the one that is chosen, now or before."""
    t = visit.t
    if not visit.laboratory.accessioning.exhibits(limit=1):
        st.info(t("There is no exhibit yet. Exhibits are registered at Reception."))
        return None
    shown = _found(visit)
    if not shown:
        st.info(t("No exhibit has these words in its number or description."))
        return chosen_exhibit()
    columns = {
        t("Exhibit"): [line.number for line in shown],
        t("Description"): [line.title for line in shown],
        t("Case"): [line.parent for line in shown],
        t("Registered"): [t.moment(line.recorded_at) for line in shown],
    }
    event = st.dataframe(
        columns,
        key="exhibit-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    table_files(visit, columns, name="exhibits", title=t("Exhibits"))
    rows = event.selection.rows
    if rows:
        remember_exhibit(shown[rows[0]].number)
    return chosen_exhibit()


def _found(visit: Visit) -> tuple[ListedRecord, ...]:
    """Give the page of the table that was turned to, of the exhibits that are looked for."""
    t = visit.t
    left, right = st.columns([4, 1])
    wanted = left.text_input(t("Find"), placeholder=t("number or description"), key="exhibit-filter").strip()
    place = right.number_input(t("Page"), min_value=1, step=1, key=f"exhibit-page-{wanted}")
    offset = (int(place) - 1) * _LISTED
    lines = visit.laboratory.accessioning.exhibits(limit=_LISTED + 1, offset=offset, words=wanted)
    if len(lines) > _LISTED:
        right.caption(t("More on the next page."))
    return lines[:_LISTED]
