"""The control charts of a method beside the verdict on a batch: one for each quantity and instrument."""

import streamlit as st

from lims.domain.batch import Batch
from lims.domain.control_chart import ControlQuantity
from lims.services.charting import ControlChart, chart_csv
from lims.ui.batch_figures import control_chart_figure
from lims.ui.session import Visit

_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


def show_chart(visit: Visit, batch: Batch) -> None:
    """Draw the chosen control chart of the method of a batch, on its instrument or another."""
    t, charting = visit.t, visit.laboratory.charting
    instrument = _instrument(visit, batch)
    charts = {one.quantity: one for one in charting.control_charts(batch.method_number, instrument=instrument)}
    named = st.selectbox(
        t("Control chart of this method and instrument"),
        [quantity.value for quantity in ControlQuantity],
        format_func=t,
        key=f"chart-{batch.number}-{t.language}",
    )
    _draw(visit, batch, charts[ControlQuantity(named)])


def _instrument(visit: Visit, batch: Batch) -> str:
    """Let the person look at the other instruments that the method runs on, where there are any."""
    t = visit.t
    known = visit.laboratory.charting.instruments(batch.method_number)
    others = [one for one in known if one != batch.instrument]
    if not others:
        return batch.instrument
    chosen = st.selectbox(
        t("Instrument"),
        [batch.instrument, *others],
        format_func=lambda one: one or t("any"),
        key=f"chart-instrument-{batch.number}-{t.language}",
    )
    return str(chosen)


def _draw(visit: Visit, batch: Batch, chart: ControlChart) -> None:
    t = visit.t
    if not chart.points:
        st.info(t("No control of this method was judged on this instrument yet."))
        return
    figure = control_chart_figure(
        chart, value_label=t(chart.quantity.value), point_label=t("Control, in the order of measurement")
    )
    st.plotly_chart(figure, key=f"control-chart-{batch.number}", config=_MENU, alt=t("Control chart"))
    if chart.limits is None:
        st.caption(t("{count} points; limits need 20 that are not all equal.", count=len(chart.points)))
    else:
        st.caption(t("A cross is rejected by a Westgard rule. Limits are set from the first 20 points and kept."))
    st.download_button(
        t("Points as CSV"),
        chart_csv(chart),
        file_name=f"{batch.method_number}-controls.csv",
        mime="text/csv",
        on_click="ignore",
    )
