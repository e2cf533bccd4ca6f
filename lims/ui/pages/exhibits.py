"""Exhibits: what is in the laboratory, what was measured of it, and the way to its examination."""

import tempfile
from pathlib import Path

import streamlit as st

from lims.domain.exhibit import Exhibit
from lims.domain.run import RecordedRun
from lims.domain.seizure import day_of_law
from lims.domain.staff import Role
from lims.services.ports import ListedRecord
from lims.ui.label_links import link_to_labels
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.selection import choose_examination, chosen_exhibit, remember_exhibit
from lims.ui.session import Visit
from lims.ui.warning_form import warning_of_liability

_RUN_SUFFIXES = ["cdf", "nc", "mzml", "mzxml", "jdx", "dx", "zip", "gz"]
"""What the browser offers; the content decides what a file is."""
_LISTED = 100
"""Lines of one page of the table, and numbers that a form offers; another number can be typed."""


def render(visit: Visit) -> None:
    """List the exhibits; show the chosen one with its runs."""
    t = visit.t
    st.title(t("Exhibits"))
    number = _table(visit)
    if number is None:
        st.info(t("Choose an exhibit in the table to see its runs."))
    else:
        _exhibit(visit, visit.laboratory.accessioning.exhibit(number))
    if {Role.TECHNICIAN, Role.EXPERT} & set(visit.person.roles):
        _import(visit)


def _table(visit: Visit) -> str | None:
    t = visit.t
    if not visit.laboratory.accessioning.exhibits(limit=1):
        st.info(t("There is no exhibit yet. Exhibits are registered at Reception."))
        return None
    shown = _found(visit)
    if not shown:
        st.info(t("No exhibit has these words in its number or description."))
        return chosen_exhibit()
    event = st.dataframe(
        {
            t("Exhibit"): [line.number for line in shown],
            t("Description"): [line.title for line in shown],
            t("Case"): [line.parent for line in shown],
            t("Registered"): [t.moment(line.recorded_at) for line in shown],
        },
        key="exhibit-table",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
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


def _exhibit(visit: Visit, exhibit: Exhibit) -> None:
    t, laboratory = visit.t, visit.laboratory
    case = laboratory.accessioning.case(exhibit.case_number)
    st.subheader(exhibit.number)
    st.text(exhibit.description)
    left, right = st.columns(2)
    left.text(t("Appointing body: {body}", body=case.appointing_body))
    seized_on = day_of_law(case, laboratory.accessioning.seizure_of(exhibit))
    left.text(t("Seized on: {date}", date=t.date(seized_on) if seized_on else t("unknown")))
    right.text(t("Seal: {seal}", seal=exhibit.seal_number or t("none")))
    right.text(t("Received: {moment}", moment=t.moment(exhibit.received_at)))
    if case.demonstration:
        st.warning(t("This is a demonstration case, not evidence."))
    warning_of_liability(visit, case)
    with st.expander(t("Labels")):
        link_to_labels(visit, [exhibit.number])
    runs = laboratory.importing.runs(exhibit.number)
    if not runs:
        st.info(t("No run of this exhibit has been imported yet."))
    for run in runs:
        _run(visit, run)


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
    numbers = [line.number for line in visit.laboratory.accessioning.exhibits(limit=_LISTED)]
    exhibit = st.selectbox(t("Exhibit"), numbers, accept_new_options=True)
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
        st.success(t("Run {number} is imported: {scans} scans.", number=run.number, scans=run.scans))
