"""How the service stands: ledger and its witnesses, database, raw store, clock; in counts and ages."""

from collections.abc import Iterator
from datetime import timedelta

import streamlit as st

from lims import __version__
from lims.services.overseeing import RawMeasure, ServiceState
from lims.translation import Translator
from lims.ui import background
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.refusal_words import fault_words
from lims.ui.session import Visit

_MEASURE = "raw-measure"
_OLD = timedelta(hours=2)
"""A checkpoint is due every hour: older than twice that, something keeps it from being made."""
_KILOBYTE, _MEGABYTE = 1_000, 1_000_000
_SMALL = 10 * _MEGABYTE


def service_state(visit: Visit) -> None:
    """Show the state, and let the person count the raw store beside the page."""
    t = visit.t
    state = visit.laboratory.overseeing.state()
    left, right = st.columns(2)
    with left, st.container(border=True):
        st.subheader(t("Ledger"), anchor=False)
        for line in _ledger(t, state):
            st.text(line)
    with right, st.container(border=True):
        st.subheader(t("Stores"), anchor=False)
        for line in _stores(t, state):
            st.text(line)
        _measure(visit)
    with st.container(border=True):
        st.subheader(t("Clock"), anchor=False)
        _clock(t, state)


def age_words(t: Translator, age: timedelta) -> str:
    """Say an age in days, hours or minutes."""
    minutes = max(int(age.total_seconds()) // 60, 0)
    if minutes >= 2 * 24 * 60:
        return t("{count} days", count=minutes // (24 * 60))
    return t("{count} h", count=minutes // 60) if minutes >= 2 * 60 else t("{count} min", count=minutes)


def size_words(t: Translator, size: int) -> str:
    """Say a size in kB (10^3 bytes) or MB (10^6 bytes)."""
    if size < _SMALL:
        return t("{count} kB", count=t.number(size // _KILOBYTE))
    return t("{count} MB", count=t.number(size // _MEGABYTE))


def _ledger(t: Translator, state: ServiceState) -> Iterator[str]:
    yield t("Entries: {count}", count=t.number(state.entries))
    covered = state.covered
    if covered is None:
        yield t("▲ No checkpoint was ever made.")
    else:
        waiting = state.entries - covered.size
        late = waiting > 0 and state.at - covered.newest_at > _OLD
        yield t(
            "{shape} Newest checkpoint: {size} entries, up to {moment} ({age} ago); {waiting} since are in none.",
            shape="▲" if late else "●",
            size=t.number(covered.size),
            moment=t.moment(covered.newest_at),
            age=age_words(t, state.at - covered.newest_at),
            waiting=t.number(waiting),
        )
    handed = state.handed
    if handed is None:
        yield t("▲ No checkpoint was ever handed out: nobody outside could show that the past was altered.")
    else:
        yield t(
            "● Last outside witness: {size} entries to {receiver}, {moment} ({age} ago).",
            size=t.number(handed.size),
            receiver=handed.handed_to,
            moment=t.moment(handed.handed_at),
            age=age_words(t, state.at - handed.handed_at),
        )
    if state.separation:
        yield f"▲ {fault_words(t, state.separation)}"
    else:
        yield t("● The application's own account can only append to the ledger.")


def _stores(t: Translator, state: ServiceState) -> Iterator[str]:
    database = state.database
    yield t("Program: Aigaq {version}", version=__version__)
    yield t(
        "Database: {kind} {version}, tables {tables}, {size}",
        kind=database.kind,
        version=database.version,
        tables=database.tables,
        size=size_words(t, database.size_bytes),
    )
    if state.raw_free_bytes is None:
        yield t("Raw store: nobody knows how much room it has.")
    else:
        yield t("Raw store: {size} free", size=size_words(t, state.raw_free_bytes))
    if state.has_second_copy:
        yield t("● Second copy of the raw data: set up. Its state is told by a scrub of the copy.")
    else:
        yield t("▲ Second copy of the raw data: none is set up (copy_url under [raw]).")
    yield t("Backups of the database are made outside this program; it knows nothing of them.")


def _measure(visit: Visit) -> None:
    """Count what lies in the raw store, beside the page."""
    t, overseeing = visit.t, visit.laboratory.overseeing
    if st.button(t("Count the raw store")):
        background.start(visit, _MEASURE, lambda told: overseeing.measure_raw(progress=lambda done: told(done, 0)))
        st.rerun()
    try:
        found = background.result(visit, _MEASURE)
    except REFUSALS as error:
        show_refusal(error)
        return
    if isinstance(found, RawMeasure):
        st.text(
            t(
                "{objects} objects, {size}; {unfinished} unfinished, {strange} strange, {quarantined} in quarantine.",
                objects=t.number(found.objects),
                size=size_words(t, found.size_bytes),
                unfinished=found.unfinished,
                strange=found.strange,
                quarantined=found.quarantined,
            )
        )


def _clock(t: Translator, state: ServiceState) -> None:
    st.text(t("Now: {moment}", moment=t.moment(state.at)))
    if not state.clock_changes:
        st.text(t("● The clock never jumped, and nobody set the ledger's time right."))
        return
    changes = state.clock_changes
    st.dataframe(
        {
            t("When"): [t.moment(one.found.wall_time) for one in changes],
            t("What"): [t("◇ set right by a person") if one.before is None else t("▲ jumped") for one in changes],
            t("By how much, or why"): [one.title for one in changes],
        },
        hide_index=True,
        key="clock-changes",
    )
