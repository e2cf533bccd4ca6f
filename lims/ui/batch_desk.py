"""One batch as the page shows it: chosen from the list, its sequence as a tray, discarded runs, and the next plan."""

import streamlit as st

from lims.domain.batch import Batch, BatchStatus
from lims.domain.method import Method, MethodStatus
from lims.domain.permissions import Act, may_do
from lims.domain.sequence import InjectionKind
from lims.services.batching import BatchPlan
from lims.services.sequence_table import COLUMNS, parse_plan
from lims.ui import background
from lims.ui.batch_figures import tray_figure
from lims.ui.batch_import import import_key, import_runs
from lims.ui.batch_verdict import judge_key, show_verdict
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt, changed_meanwhile, seen
from lims.ui.session import Visit

CHOSEN = "batch-chosen"
"""Where a browser session remembers the batch that is looked at."""
_OFFERED = 50
"""Batches that are offered at once, the newest or those that were found."""
_NAME_PX, _MOMENT_PX = 230, 200
_SHAPES = {
    BatchStatus.PLANNED: "○",
    BatchStatus.MEASURED: "◐",
    BatchStatus.ACCEPTED: "■",
    BatchStatus.FAILED: "✕",
    BatchStatus.RELEASED: "◆",
}
"""A shape beside each word: no state is told by colour alone."""


def batch(visit: Visit) -> None:
    """Show the chosen batch; let technicians and experts plan another."""
    t = visit.t
    number = choose_batch(visit)
    if number is not None:
        found = visit.laboratory.batching.get(number)
        drawn = seen(found)
        if not _own_work(visit, found):
            changed_meanwhile(visit, found, drawn)
        method = visit.laboratory.batching.method_of(found)
        _header(visit, found, method)
        _sequence(visit, found)
        if may_do(Act.BATCH_MEASURED, visit.person.roles):
            import_runs(visit, found)
        show_verdict(visit, found, method, drawn=drawn)
        _discarded(visit, found, drawn=drawn)
    if may_do(Act.BATCH_PLANNED, visit.person.roles):
        with st.expander(t("Plan a batch"), expanded=number is None), st.form("plan-batch"):
            _plan(visit)


def _own_work(visit: Visit, batch: Batch) -> bool:
    """Tell whether work of this person beside the page changes the batch now, or has since the page was drawn."""
    begun = [background.job(visit, key) for key in (import_key(batch.number), judge_key(batch.number))]
    stand = tuple((one.started_at, one.ended.is_set()) for one in begun if one is not None)
    noted = f"own-work-{batch.number}"
    news = stand != st.session_state.get(noted, ())
    st.session_state[noted] = stand
    return news or not all(ended for _, ended in stand)


def state_words(visit: Visit, state: str) -> str:
    """Say the state of a batch, with a shape."""
    return f"{_SHAPES[BatchStatus(state)]} {visit.t(state)}"


def choose_batch(visit: Visit) -> str | None:
    """Let the person find and choose a batch, newest first; None where there is none."""
    t = visit.t
    batching = visit.laboratory.batching
    newest = batching.batches(limit=_OFFERED + 1)
    if not newest:
        st.info(t("There is no batch yet. Plan one below."))
        return None
    kept = st.session_state.get(CHOSEN)
    words = ""
    if len(newest) > _OFFERED:
        words = st.text_input(t("Find"), placeholder=t("number of the batch"), key="batch-filter").strip()
    found = batching.batches(limit=_OFFERED, words=words) if words else newest[:_OFFERED]
    chosen_before = batching.batches(limit=_OFFERED, words=str(kept)) if kept and not words else ()
    lines = {line.number: line for line in (*found, *(one for one in chosen_before if one.number == kept))}
    if not lines:
        st.info(t("No batch has this in its number."))
        return None
    numbers = list(lines)
    chosen = st.selectbox(
        t("Batch"),
        numbers,
        index=numbers.index(kept) if kept in lines else 0,
        format_func=lambda n: f"{n}   {state_words(visit, lines[n].state)}   {lines[n].title}",
        key=f"batch-choice-{t.language}-{sum(line.version for line in lines.values())}",
    )
    st.session_state[CHOSEN] = chosen
    return str(chosen)


def _header(visit: Visit, batch: Batch, method: Method) -> None:
    t = visit.t
    st.subheader(f"{batch.number}  {state_words(visit, batch.state)}")
    st.text(
        t(
            "Method {method}, version {version}: {name}. Instrument: {instrument}. Planned by {person}, {moment}.",
            method=method.number,
            version=method.version,
            name=method.name,
            instrument=batch.instrument or t("any"),
            person=visit.laboratory.staffing.get(batch.planned_by).name,
            moment=t.moment(batch.planned_at),
        )
    )
    if method.demonstration:
        st.warning(t("A demonstration method: its limits are an example and were validated by nobody."))


def _sequence(visit: Visit, batch: Batch) -> None:
    t = visit.t
    kinds = {kind: t(kind.value) for kind in InjectionKind}
    figure = tray_figure(batch, kinds=kinds)
    st.plotly_chart(
        figure, key=f"tray-{batch.number}", config={"displayModeBar": False}, alt=t("Tray: filled vials are measured")
    )
    runs = {run.place: run for run in batch.runs}
    lines = batch.injections
    st.dataframe(
        {
            t("Place"): [line.place for line in lines],
            t("Vial"): [line.vial for line in lines],
            t("Sample name"): [line.sample_name for line in lines],
            t("What it is"): [kinds[line.kind] for line in lines],
            t("Amount, µg/mL"): [
                "" if line.nominal_ug_per_ml is None else t.number(line.nominal_ug_per_ml) for line in lines
            ],
            t("Exhibit"): [line.exhibit_number for line in lines],
            t("Run"): [runs[line.place].run_number if line.place in runs else "" for line in lines],
            t("Acquired"): [t.moment(runs[line.place].acquired_at) if line.place in runs else "" for line in lines],
        },
        column_config={
            t("Sample name"): st.column_config.Column(width=_NAME_PX),
            t("Acquired"): st.column_config.Column(width=_MOMENT_PX),
        },
        hide_index=True,
        height="content",
    )
    st.download_button(
        t("Sequence as CSV for the acquisition software"),
        visit.laboratory.batching.export_csv(batch.number),
        file_name=f"{batch.number}.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _discarded(visit: Visit, batch: Batch, *, drawn: int) -> None:
    t = visit.t
    for one in batch.discarded:
        with st.container(border=True):
            st.text(f"{one.run.run_number}   {batch.injection(one.run.place).sample_name}")
            st.text(t("Discarded by {person}, {moment}:", person=one.discarded_by, moment=t.moment(one.discarded_at)))
            st.text(one.reason)
    if not may_do(Act.BATCH_RUN_DISCARDED, visit.person.roles) or not batch.runs:
        return
    with st.expander(t("Discard a run")), st.form(f"discard-{batch.number}", clear_on_submit=True):
        st.text(
            t("The run stays listed in every report of this batch, with your reason; the batch has to be judged again.")
        )
        places = {run.place: run.run_number for run in batch.runs}
        place = st.selectbox(
            t("Run"), list(places), format_func=lambda p: f"{p}   {batch.injection(p).sample_name}   {places[p]}"
        )
        reason = st.text_input(t("Reason"))
        if not st.form_submit_button(t("Discard")):
            return
        attempt(
            lambda: visit.laboratory.batching.discard(
                batch.number, int(place), reason=reason, actor=visit.person, version=drawn
            )
        )


def _plan(visit: Visit) -> None:
    t = visit.t
    methods = [line for line in visit.laboratory.batching.methods() if line.state == MethodStatus.IN_USE.value]
    if not methods:
        st.info(t("No method is in use. An expert or the quality manager records one under Methods."))
    titles = {line.number: line.title for line in methods}
    method = st.selectbox(t("Method"), list(titles), format_func=lambda number: f"{number}   {titles[number]}")
    instrument = st.text_input(t("Instrument, as it names itself in its files"), help=t("Leave empty for any."))
    zone = st.text_input(t("Time zone of the instrument's clock"), value="Asia/Almaty")
    upload = st.file_uploader(t("Sequence, CSV"), type=["csv"])
    pasted = st.text_area(t("or paste it here"), placeholder=",".join(COLUMNS))
    if not st.form_submit_button(t("Plan the batch"), type="primary", disabled=not methods):
        return
    try:
        text = upload.getvalue().decode("utf-8-sig", errors="replace") if upload is not None else pasted
        injections = parse_plan(text, name=upload.name if upload is not None else t("the pasted sequence"))
        plan = BatchPlan(
            method_number=str(method), instrument=instrument, time_zone=zone.strip(), injections=injections
        )
        batch = visit.laboratory.batching.plan(plan, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.session_state[CHOSEN] = batch.number
    st.rerun()
