"""Any table of a page taken away: copied as text, as CSV and as a workbook; nothing in them is computed."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lims.services.table_file import Cell, copied_table, csv_table
from lims.services.workbook_file import About, Sheet, workbook
from lims.translation import TIME_ZONE
from lims.ui.session import Visit

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COPIED_ROWS = 1000
"""More are taken away as a file."""


def table_files(
    visit: Visit,
    columns: Mapping[str, Sequence[Cell]],
    *,
    name: str,
    title: str,
    facts: Mapping[str, Cell] | None = None,
    remarks: Sequence[str] = (),
) -> None:
    """Offer a table that stands on the page: as it is drawn, in the language of the person.

    Parameters
    ----------
    columns : mapping
        As ``st.dataframe`` takes it: titles with the values under them.
    name : str
        Of the files, without what follows the point; also of the keys.
    title : str
        Of the sheet.
    facts : mapping, optional
        Period, filters and the like, for the last sheet; laboratory and time of making stand there anyway.
    remarks : sequence of str, optional
        Definitions.
    """
    t = visit.t
    titles, rows = tuple(columns), tuple(zip(*columns.values(), strict=True))
    key = f"table-{name}-{t.language}"
    with st.container(horizontal=True):
        st.download_button(
            t("Table as CSV"),
            csv_table(titles, rows),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"{key}-csv",
        )
        st.download_button(
            t("Table as XLSX"),
            lambda: table_workbook(visit, Sheet(name=title, columns=titles, rows=rows), facts or {}, remarks),
            file_name=f"{name}.xlsx",
            mime=_WORKBOOK,
            on_click="ignore",
            key=f"{key}-xlsx",
        )
        with st.popover(t("Copy")):
            st.caption(t("Copied as text: a spreadsheet takes it as cells and computes nothing of it."))
            if len(rows) > _COPIED_ROWS:
                st.caption(t("The first {count} rows; the files have all.", count=_COPIED_ROWS))
            st.code(copied_table(titles, rows[:_COPIED_ROWS]), language=None, height=240)


def table_workbook(visit: Visit, sheet: Sheet, facts: Mapping[str, Cell], remarks: Sequence[str]) -> bytes:
    """Make the file, when it is asked for, with a sheet that says what it is, whose, and of when."""
    t, made_at = visit.t, visit.laboratory.clock.now()
    about: dict[str, Cell] = {
        t("Table"): sheet.name,
        t("Laboratory"): visit.laboratory.settings.laboratory,
        t("Made"): made_at,
        t("Rows"): len(sheet.rows),
        t("Extent"): t("the lines that stood on the page, and no others"),
        t("Times"): t(
            "as the clocks of the laboratory show them, {zone}", zone=f"UTC{made_at.astimezone(TIME_ZONE):%z}"
        ),
        **facts,
    }
    return workbook([sheet], About(name=t("About"), facts=about, remarks=tuple(remarks)), made_at=made_at)
