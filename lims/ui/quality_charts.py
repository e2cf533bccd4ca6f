"""Control charts of a method on each of its instruments, drawn beside the page; what was rejected stands in a list."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lims.services.charting import ChartingService, ControlChart, ControlPoint, chart_csv
from lims.ui import background
from lims.ui.batch_figures import control_chart_figure
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit

_JOB = "quality-charts"
_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


def control_charts(visit: Visit) -> None:
    """Let the person choose a method, and draw the charts of every instrument on which it was judged."""
    t = visit.t
    methods = visit.laboratory.batching.methods()
    if not methods:
        st.info(t("No method is recorded."))
        return
    titles = {one.number: f"{one.number}   {one.title}" for one in methods}
    left, right = st.columns([4, 2], vertical_alignment="bottom")
    method = str(left.selectbox(t("Method"), list(titles), format_func=titles.__getitem__, key="chart-method"))
    if right.button(t("Draw the control charts"), type="primary", width="stretch"):
        charting = visit.laboratory.charting
        background.start(visit, f"{_JOB}-{method}", lambda _: _of_method(charting, method))
        st.rerun()
    try:
        found = background.result(visit, f"{_JOB}-{method}")
    except REFUSALS as error:
        show_refusal(error)
        return
    if isinstance(found, Mapping):
        _show(visit, method, found)


def _of_method(charting: ChartingService, method: str) -> dict[str, tuple[ControlChart, ...]]:
    return {one: charting.control_charts(method, instrument=one) for one in charting.instruments(method)}


def _show(visit: Visit, method: str, found: Mapping[str, Sequence[ControlChart]]) -> None:
    t = visit.t
    if not found:
        st.info(t("No batch of this method was judged yet."))
        return
    instrument = st.selectbox(
        t("Instrument"),
        list(found),
        format_func=lambda one: one or t("not named"),
        key=f"chart-instrument-{method}-{t.language}",
    )
    charts = found[str(instrument)]
    if not any(one.points for one in charts):
        st.info(t("No control of this method was judged on this instrument yet."))
    for chart in charts:
        if chart.points:
            _chart(visit, chart)


def _chart(visit: Visit, chart: ControlChart) -> None:
    t, quantity = visit.t, chart.quantity.value
    st.subheader(t(quantity))
    figure = control_chart_figure(chart, value_label=t(quantity), point_label=t("Control, in the order of measurement"))
    key = f"{chart.method_number}-{chart.instrument}-{quantity}"
    st.plotly_chart(figure, key=f"quality-chart-{key}", config=_MENU, alt=t("Control chart"))
    if chart.limits is None:
        st.caption(t("{count} points; limits need 20 that are not all equal.", count=len(chart.points)))
    if chart.not_measured:
        st.caption(t("Not found in {count} controls: they are on no chart.", count=chart.not_measured))
    _rejected(visit, chart, key)
    st.download_button(
        t("Points as CSV"),
        chart_csv(chart),
        file_name=f"{chart.method_number}-{quantity}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"quality-csv-{key}",
    )


def _rejected(visit: Visit, chart: ControlChart, key: str) -> None:
    """Name the points that a Westgard rule rejects."""
    t = visit.t
    rejected = [(one, rules) for one in reversed(chart.points) if (rules := _rules(one))]
    if not rejected:
        return
    st.text(t("✕ rejected points: {count}", count=len(rejected)))
    st.dataframe(
        {
            t("Batch"): [one.batch_number for one, _ in rejected],
            t("Place"): [one.place for one, _ in rejected],
            t("Acquired"): [t.moment(one.acquired_at) for one, _ in rejected],
            t("Value"): [t.number(one.value) for one, _ in rejected],
            t("Rule"): [rules for _, rules in rejected],
        },
        hide_index=True,
        key=f"quality-rejected-{key}",
    )


def _rules(point: ControlPoint) -> str:
    verdict = point.verdict
    return "" if verdict is None or verdict.in_control else ", ".join(rule.value for rule in verdict.broken)
