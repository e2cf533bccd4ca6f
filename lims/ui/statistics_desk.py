"""The sections of the statistics: a picture with its table, the table as a file, and what is counted."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from lims.domain.statistics import Dimension, Grouping, SeizureCount, Statistics
from lims.domain.turnaround import SPANS
from lims.services.table_file import Cell
from lims.translation import Translator, marked
from lims.ui.region_map import TileValue, tile_map_figure
from lims.ui.session import Visit
from lims.ui.statistics_figures import TimeBar, bar_figure, parted_figure, time_bar_figure, time_line_figure
from lims.ui.statistics_tables import (
    DIMENSIONS,
    GROUPINGS,
    ShownTable,
    alert_table,
    alert_words,
    first_seen_table,
    hours,
    named,
    seizure_table,
    span_words,
    substance_table,
    turnaround_table,
    whole_way_table,
)
from lims.ui.statistics_words import COMMON, DEFINITIONS, OF_THE_MAP
from lims.ui.table_files import table_files

_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
_NO_MENU = {"displayModeBar": False}
_DRAWN = 40
"""Bars, and substances on the line of time; the table has all."""
_MASS = "mass"
_MEASURES: Mapping[str, str] = {
    "seizures": marked("Seizures"),
    "exhibits": marked("Exhibits"),
    "substances": marked("Substances, once for each seizure"),
    _MASS: marked("Net mass, g"),
}
"""What the map can show."""


def seizures(visit: Visit, found: Statistics) -> None:
    """Show seizures by region, channel, body or month."""
    t, total = visit.t, found.total
    for place, words, count in zip(
        st.columns(4),
        (t("Cases"), t("Seizures"), t("Exhibits"), t("Substances")),
        (found.cases, total.seizures, total.exhibits, total.substances),
        strict=True,
    ):
        place.metric(words, t.number(count), help=t("once for each seizure") if words == t("Substances") else None)
    left, right = st.columns(2)
    dimension = Dimension(
        left.selectbox(
            t("Counted by"),
            [one.value for one in Dimension],
            format_func=lambda one: t(DIMENSIONS[Dimension(one)]),
            key=f"statistics-by-{t.language}",
        )
    )
    measure = right.selectbox(
        t("Drawn"), list(_MEASURES), format_func=lambda one: t(_MEASURES[one]), key=f"statistics-measure-{t.language}"
    )
    _DRAW[dimension is Dimension.REGION](visit, found, dimension, measure)
    _table(visit, found, seizure_table(found, dimension, t=t), "seizures", f"seizures-{dimension}")


def _map(visit: Visit, found: Statistics, dimension: Dimension, measure: str) -> None:
    """Draw every region, those without a seizure too, and what has none."""
    t, words = visit.t, visit.t(_MEASURES[measure])
    values = {one.name: _tile(one, measure, t) for one in found.groups[dimension]}
    figure = tile_map_figure(values, measure=words, t=t)
    st.plotly_chart(
        figure, key="statistics-regions", config=_NO_MENU, alt=t("Tile map of regions: {measure}", measure=words)
    )
    st.caption(_basis(found, measure, t))
    for line in OF_THE_MAP:
        st.caption(t(line))


def _tile(one: SeizureCount, measure: str, t: Translator) -> TileValue:
    if measure != _MASS:
        count: int = getattr(one, measure)
        return TileValue(said=t.number(count), amount=Decimal(count))
    if one.exhibits and not one.weighed:
        return TileValue(said=t("unknown"), amount=None)
    return TileValue(said=t.number(one.mass_g), amount=one.mass_g)


def _basis(found: Statistics, measure: str, t: Translator) -> str:
    """Say how many things a picture rests on."""
    if measure == _MASS:
        return t(
            "n = {weighed} exhibits with a known net mass, of {count}.",
            weighed=t.number(found.total.weighed),
            count=t.number(found.total.exhibits),
        )
    return f"n = {t.number(getattr(found.total, measure))}"


def _bars(visit: Visit, found: Statistics, dimension: Dimension, measure: str) -> None:
    """Draw a bar for each name, the newest months or the largest of the others."""
    t, groups = visit.t, found.groups[dimension]

    def amount(one: SeizureCount) -> Decimal | int:
        count: Decimal | int = getattr(one, "mass_g" if measure == _MASS else measure)
        return count

    shown = groups[-_DRAWN:] if dimension is Dimension.MONTH else sorted(groups, key=amount, reverse=True)[:_DRAWN]
    if not shown:
        return
    words = t(_MEASURES[measure])
    figure = bar_figure({named(dimension, one.name, t=t): amount(one) for one in shown}, value_label=words)
    st.plotly_chart(figure, key="statistics-bars", config=_MENU, alt=f"{t(DIMENSIONS[dimension])}: {words}")
    st.caption(f"{_basis(found, measure, t)} {_drawn_of(len(shown), len(groups), t)}")


_DRAW: Mapping[bool, Callable[[Visit, Statistics, Dimension, str], None]] = {True: _map, False: _bars}


def _drawn_of(drawn: int, whole: int, t: Translator) -> str:
    return "" if drawn == whole else t("{drawn} of {whole} are drawn; the table has all.", drawn=drawn, whole=whole)


def substances(visit: Visit, found: Statistics) -> None:
    """Show which substances were identified, in how many seizures."""
    t, shown = visit.t, found.substances[:_DRAWN]
    if shown:
        figure = bar_figure({one.substance: one.seizures for one in shown}, value_label=t("Seizures"))
        _picture(visit, figure, "substances", t("Substances by the number of seizures"))
        st.caption(f"n = {len(found.substances)}. {_drawn_of(len(shown), len(found.substances), t)}")
    _table(visit, found, substance_table(found, t=t), "substances")


def first_seen(visit: Visit, found: Statistics) -> None:
    """Show when each substance was first in an issued report."""
    t, shown = visit.t, found.first_seen[-_DRAWN:]
    if shown:
        figure = time_line_figure(shown, time_label=t("First issued"))
        _picture(visit, figure, "first-seen", t("First-seen substances over time"))
        st.caption(f"n = {len(found.first_seen)}. {_drawn_of(len(shown), len(found.first_seen), t)}")
    _table(visit, found, first_seen_table(found, t=t), "first-seen")


def turnaround(visit: Visit, found: Statistics) -> None:
    """Show how long cases took from step to step, and the whole way by what they are told apart."""
    t = visit.t
    bars = [
        TimeBar(
            name=f"{span_words(span, t=t)} (n = {one.known})",
            median_h=hours(one.median_s),
            percentile_90_h=hours(one.percentile_90_s),
        )
        for span, one in ((span, found.times.by_step[span]) for span in SPANS)
    ]
    if any(one.median_h is not None for one in bars):
        figure = time_bar_figure(bars, median=t("Median, h"), percentile=t("Nine of ten within, h"), hours=t("Hours"))
        _picture(visit, figure, "turnaround", t("Turnaround by step"))
    _table(visit, found, turnaround_table(found, t=t), "turnaround")
    st.subheader(t("The whole way"))
    grouping = Grouping(
        st.selectbox(
            t("Counted by"),
            [one.value for one in Grouping],
            format_func=lambda one: t(GROUPINGS[Grouping(one)]),
            key=f"statistics-grouping-{t.language}",
        )
    )
    _table(visit, found, whole_way_table(found, grouping, t=t), "turnaround", f"whole-way-{grouping}", defined=False)


def alerts(visit: Visit, found: Statistics) -> None:
    """Show how many alerts were raised, and how many wait."""
    t, months = visit.t, sorted({one.month for one in found.alerts})[-_DRAWN:]
    if months:
        counts = {(one.month, one.state): one.alerts for one in found.alerts}
        states = sorted({one.state for one in found.alerts})
        parts = {alert_words(state, t=t): [counts.get((month, state), 0) for month in months] for state in states}
        figure = parted_figure(months, parts, value_label=t("Alerts"))
        _picture(visit, figure, "alerts", t("Alerts by month"))
        st.caption(f"n = {sum(one.alerts for one in found.alerts)}")
    _table(visit, found, alert_table(found, t=t), "alerts")


def _picture(visit: Visit, figure: go.Figure, name: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"statistics-{name}-figure-{visit.t.language}", config=_MENU, alt=alt)


def _table(
    visit: Visit, found: Statistics, table: ShownTable, section: str, name: str = "", *, defined: bool = True
) -> None:
    """Show a table, give it away as files without formulas, and say one click below what is counted."""
    t, name = visit.t, name or section
    definitions = tuple(t(words) for words in (*DEFINITIONS[section], *COMMON))
    if table.rows:
        st.dataframe(table.drawn(t), key=f"statistics-{name}-{t.language}", hide_index=True)
        table_files(
            visit,
            table.by_column(),
            name=f"statistics-{name}-{found.entries}",
            title=name,
            facts=_facts(found, t),
            remarks=definitions,
        )
    else:
        st.info(t("Nothing is recorded that could be counted here."))
    if defined:
        with st.expander(t("What is counted, on which day, and what is left out")):
            for words in definitions:
                st.text(f"• {words}")


def _facts(found: Statistics, t: Translator) -> dict[str, Cell]:
    """Say of which moment, laboratories and cases a file is."""
    return {
        t("Counted on"): found.counted_at,
        t("Entries of the ledger"): found.entries,
        t("Cases"): found.cases,
        t("Made-up cases"): t("all of them") if found.made_up else t("{count} left out", count=found.left_out),
        t("Laboratories of the cases"): "; ".join(f"{name} ({count})" for name, count in found.laboratories.items()),
        t("Period"): t("everything recorded up to the moment of the counting"),
        t("Filters"): t("none"),
    }
