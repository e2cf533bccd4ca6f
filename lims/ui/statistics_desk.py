"""The sections of the statistics: a table with its file, a picture where one says more, and what is counted."""

import streamlit as st

from lims.domain.region import regions
from lims.domain.statistics import Dimension, Statistics
from lims.services.table_file import csv_table
from lims.ui.session import Visit
from lims.ui.statistics_figures import bar_figure, time_line_figure
from lims.ui.statistics_tables import (
    DIMENSIONS,
    ShownTable,
    alert_table,
    first_seen_table,
    named,
    seizure_table,
    substance_table,
    turnaround_table,
)
from lims.ui.statistics_words import COMMON, DEFINITIONS

_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
_DRAWN = 40
"""Substances on the line of time; the table has all."""


def seizures(visit: Visit, found: Statistics) -> None:
    """Show seizures by region, channel, body or month."""
    t, total = visit.t, found.total
    for place, (words, count) in zip(
        st.columns(4),
        (
            (t("Cases"), t.number(found.cases)),
            (t("Seizures"), t.number(total.seizures)),
            (t("Exhibits"), t.number(total.exhibits)),
            (t("Substances, once for each seizure"), t.number(total.substances)),
        ),
        strict=True,
    ):
        place.metric(words, count)
    chosen = st.selectbox(
        t("Counted by"),
        [one.value for one in Dimension],
        format_func=lambda one: t(DIMENSIONS[Dimension(one)]),
        key=f"statistics-by-{t.language}",
    )
    dimension = Dimension(chosen)
    if dimension is Dimension.REGION:
        _bars(visit, found)
    _table(visit, found, seizure_table(found, dimension, t=t), f"seizures-{dimension}")
    _define(visit, "seizures")


def _bars(visit: Visit, found: Statistics) -> None:
    """Draw every region, those without a seizure too."""
    t = visit.t
    counts = {one.name: one.seizures for one in found.groups[Dimension.REGION]}
    bars = {f"{code} {named(Dimension.REGION, code, t=t)}": counts.get(code, 0) for code in regions()}
    if counts.get(""):
        bars[t("not recorded")] = counts[""]
    figure = bar_figure(bars, value_label=t("Seizures"))
    st.plotly_chart(figure, key="statistics-regions", config=_MENU, alt=t("Seizures by region"))


def substances(visit: Visit, found: Statistics) -> None:
    """Show which substances were identified, in how many seizures."""
    _table(visit, found, substance_table(found, t=visit.t), "substances")
    _define(visit, "substances")


def first_seen(visit: Visit, found: Statistics) -> None:
    """Show when each substance was first in an issued report."""
    t = visit.t
    newest = found.first_seen[-_DRAWN:]
    if newest:
        figure = time_line_figure(newest, time_label=t("First issued"))
        st.plotly_chart(figure, key="statistics-first-seen", config=_MENU, alt=t("First-seen substances over time"))
    _table(visit, found, first_seen_table(found, t=t), "first-seen")
    _define(visit, "first-seen")


def turnaround(visit: Visit, found: Statistics) -> None:
    """Show how long cases took."""
    _table(visit, found, turnaround_table(found, t=visit.t), "turnaround")
    _define(visit, "turnaround")


def alerts(visit: Visit, found: Statistics) -> None:
    """Show how many alerts were raised, and how many wait."""
    _table(visit, found, alert_table(found, t=visit.t), "alerts")
    _define(visit, "alerts")


def _table(visit: Visit, found: Statistics, table: ShownTable, name: str) -> None:
    """Show a table, and give it away as a file without formulas."""
    t = visit.t
    if not table.rows:
        st.info(t("Nothing is recorded that could be counted here."))
        return
    st.dataframe(table.by_column(), key=f"statistics-{name}-{t.language}", hide_index=True)
    st.download_button(
        t("Table as CSV"),
        csv_table(table.columns, table.rows),
        file_name=f"statistics-{name}-{found.entries}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"statistics-file-{name}-{t.language}",
    )


def _define(visit: Visit, section: str) -> None:
    with st.expander(visit.t("What is counted, on which day, and what is left out")):
        for words in (*DEFINITIONS[section], *COMMON):
            st.text(f"• {visit.t(words)}")
