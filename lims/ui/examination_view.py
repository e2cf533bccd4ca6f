"""An examination as its expert and its reviewer see it: chromatogram, components, candidates, and the spectra."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lims.domain.examination import Examination, ExaminedComponent
from lims.services.comparing import read_ions
from lims.ui.candidate_words import show_candidate_facts, show_structure_and_ions
from lims.ui.component_acts import show_acts
from lims.ui.component_choice import (
    candidate_choice,
    component_choice,
    on_click,
    selected_number,
)
from lims.ui.component_facts import show_component_facts
from lims.ui.drawing import draw_chromatogram
from lims.ui.evidence import evidence_of
from lims.ui.plain import plain
from lims.ui.session import Visit
from lims.ui.spectra_view import show_spectra

_UNMARKED: Mapping[int, str] = MappingProxyType({})


def show_examination(
    visit: Visit,
    examination: Examination,
    *,
    acts: bool,
    version: int | None = None,
    marks: Mapping[int, str] = _UNMARKED,
    beside: Callable[[ExaminedComponent], None] | None = None,
) -> ExaminedComponent | None:
    """Show the chromatogram and the chosen component with its candidates; give that component.

    Parameters
    ----------
    acts : bool
        Whether the person may decide about components here; a reviewer only looks.
    version : int, optional
        That was on the screen when a button was pressed; by default that of the examination.
    marks : mapping, optional
        Words about components by their numbers, in the person's language: what changed since the last review.
    beside : callable, optional
        Called below the chosen component, for what a page has to say or to ask about it.

    Returns
    -------
    ExaminedComponent or None
        None if the run has none.
    """
    t = visit.t
    with st.spinner(t("Reading the run")):
        evidence = evidence_of(visit, examination)
    _chromatogram(visit, examination)
    component = component_choice(t, examination, marks)
    if component is None:
        st.info(t("The run has no component above the reporting limit."))
        return None
    if component.number in marks:
        st.warning(plain(marks[component.number]))
    show_component_facts(visit, examination, component, evidence.found(component))
    decisions = st.container()  # above what changes its height, so that no button jumps
    left, right = st.columns([5, 6])
    with left:
        candidate = candidate_choice(t, examination, component)
        if candidate is not None:
            show_candidate_facts(visit, examination, evidence, candidate)
    with right:
        show_spectra(visit, examination, component, candidate, evidence)
        if candidate is not None:
            show_structure_and_ions(visit, component, evidence, candidate)
    if acts:
        drawn = examination.version if version is None else version
        with decisions:
            show_acts(visit, examination, component, candidate, version=drawn)
    if beside is not None:
        beside(component)
    return component


def _chromatogram(visit: Visit, examination: Examination) -> None:
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.text_input(
            t("Ions to be shown, m/z; empty for the total current"),
            key=f"view-ions-{examination.number}",
            placeholder="58, 91",
            width=420,
        )
    draw_chromatogram(
        visit,
        examination,
        selected=selected_number(examination),
        ions=read_ions(asked),
        on_click=on_click(t, examination),
    )
