"""Runs of an exhibit with the way to their examinations, and the form that brings a run in."""

import tempfile
from pathlib import Path

import streamlit as st

from lims.domain.run import RecordedRun
from lims.domain.staff import Role
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.selection import choose_examination, chosen_exhibit, remember_exhibit
from lims.ui.session import Visit

_RUN_SUFFIXES = ["cdf", "nc", "mzml", "mzxml", "jdx", "dx", "zip", "gz"]
"""What the browser offers; the content decides what a file is."""
_IMPORTED = "run-imported"
_OFFERED = 100
"""Numbers that the form offers; another number can be typed."""


def runs_of(visit: Visit, exhibit_number: str) -> None:
    """Show the runs of an exhibit."""
    runs = visit.laboratory.importing.runs(exhibit_number)
    if not runs:
        st.info(visit.t("No run of this exhibit has been imported yet."))
    for run in runs:
        _run(visit, run)


def import_of_a_run(visit: Visit) -> None:
    """Let those who measure bring a run in."""
    if {Role.TECHNICIAN, Role.EXPERT} & set(visit.person.roles):
        with st.container():
            _tell(visit)
        _import(visit)


def _run(visit: Visit, run: RecordedRun) -> None:
    t = visit.t
    with st.container(border=True):
        words, action = st.columns([3, 2], vertical_alignment="bottom")
        words.text(f"{run.number}   {run.raw.file_name}")
        words.text(t("{scans} scans, sample name: {name}", scans=run.scans, name=run.sample_name or t("none")))
        words.text(_batch_words(visit, run))
        if run.simulation_statement:
            words.warning(t("Simulated data: no instrument measured this run."))
        examinations = [
            e for e in visit.laboratory.examining.of_exhibit(run.exhibit_number) if e.run_number == run.number
        ]
        for examination in examinations:
            if action.button(
                t("Open examination {number} ({state})", number=examination.number, state=t(examination.state)),
                key=f"go-{examination.number}",
            ):
                choose_examination(examination.number)
        if not examinations and Role.EXPERT in visit.person.roles:
            _opening(visit, run)


def _batch_words(visit: Visit, run: RecordedRun) -> str:
    """Say how far a report may rely on the batch of a run."""
    t = visit.t
    if not run.batch_number:
        return t("measured outside a batch: no blank, no control")
    batch = visit.laboratory.batching.get(run.batch_number)
    if all(one.run_number != run.number for one in batch.runs):
        return t("Batch {batch}: this run was discarded", batch=batch.number)
    return t("Batch {batch}, place {place}: {state}", batch=batch.number, place=run.place, state=t(batch.state))


def _opening(visit: Visit, run: RecordedRun) -> None:
    t = visit.t
    releases = visit.laboratory.curating.releases()
    if not releases:
        st.info(t("No library release is recorded yet."))
        return
    with st.form(f"open-{run.number}", border=False):
        release = st.selectbox(t("Library release"), releases)
        if st.form_submit_button(t("Examine"), type="primary"):
            with st.spinner(t("Searching the library")):
                examination = visit.laboratory.examining.open(run.number, release_name=release, actor=visit.person)
            choose_examination(examination.number)


def _import(visit: Visit) -> None:
    t = visit.t
    with st.expander(t("Import a run")), st.form("import-run", clear_on_submit=True):
        _import_form(visit)


def _import_form(visit: Visit) -> None:
    t = visit.t
    exhibit = st.selectbox(t("Exhibit"), _offered(visit), accept_new_options=True)
    upload = st.file_uploader(
        t("Run: .cdf, mzML, mzXML, JCAMP-DX, or an Agilent .D folder as a zip file"), type=_RUN_SUFFIXES
    )
    st.caption(t("Folders are imported as they are with 'aigaq import', whole batches with 'aigaq batch import'."))
    if st.form_submit_button(t("Import")) and upload is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(upload.name).name
            path.write_bytes(upload.getvalue())
            try:
                run = visit.laboratory.importing.import_run(path, exhibit_number=str(exhibit or ""), actor=visit.person)
            except REFUSALS as error:
                show_refusal(error)
                return
        st.session_state[_IMPORTED] = (run.number, run.scans)
        remember_exhibit(run.exhibit_number)
        st.rerun()  # what stands above is drawn anew: the run, and the way to its examination


def _offered(visit: Visit) -> list[str]:
    """Name the chosen exhibit first, then the newest ones."""
    newest = [line.number for line in visit.laboratory.accessioning.exhibits(limit=_OFFERED)]
    chosen = chosen_exhibit()
    return newest if chosen is None else [chosen, *(one for one in newest if one != chosen)]


def _tell(visit: Visit) -> None:
    """Say once what was imported."""
    told = st.session_state.pop(_IMPORTED, None)
    if told is not None:
        number, scans = told
        st.success(visit.t("Run {number} is imported: {scans} scans.", number=number, scans=scans))
