"""The spectrum of a reference standard out of a run of this laboratory, proposed for the library (rule ID-8)."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from lims.domain.library_import import LibraryImport
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.domain.run import RecordedRun
from lims.services.collecting import StandardMeasured
from lims.services.searching import retention_time
from lims.translation import Translator
from lims.ui import background
from lims.ui.mass_words import exact
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.session import Visit
from spectra import Component

_LOOK, _PROPOSE, _ASKED = "library-standard-look", "library-standard-propose", "library-standard-asked"


def own_standard(visit: Visit) -> None:
    """Let an expert name lot and run, choose the component, and propose its spectrum."""
    roles = visit.person.roles
    if not (may_do(Act.LIBRARY_IMPORTED, roles) and may_read(RecordedRun.KIND, roles)):
        return
    t = visit.t
    with st.expander(t("Propose the spectrum of a reference standard from a run of our own")):
        _proposed(visit)
        _look(visit)
        asked = st.session_state.get(_ASKED)
        found = _components(visit)
        if asked and found is not None:
            _choose(visit, asked, found)


def _look(visit: Visit) -> None:
    t = visit.t
    with st.form("library-standard-look-form"):
        left, right, button = st.columns([2, 3, 2], vertical_alignment="bottom")
        lot = left.text_input(t("Number of the reference standard"), key="library-standard-lot").strip()
        run = right.text_input(t("Number of the run"), key="library-standard-run").strip()
        pressed = button.form_submit_button(t("Show the components of the run"), width="stretch")
    if pressed:
        st.session_state[_ASKED] = (lot, run)
        background.start(
            visit,
            _LOOK,
            lambda _: visit.laboratory.collecting.components(run),
            lane=background.Lane.MEASURING,
        )
        st.rerun()


def _components(visit: Visit) -> list[Component] | None:
    try:
        found = background.result(visit, _LOOK)
    except REFUSALS as error:
        show_refusal(error)
        return None
    return [one for one in found if isinstance(one, Component)] if isinstance(found, Sequence) else None


def _choose(visit: Visit, asked: tuple[str, str], found: Sequence[Component]) -> None:
    t, (lot, run) = visit.t, asked
    if not found:
        st.info(t("No component was found in this run."))
        return
    strongest_first = sorted(found, key=lambda one: -one.area)
    with st.form("library-standard-choose"):
        st.text(t("Reference standard {lot} in run {run}", lot=lot, run=run))
        place = st.selectbox(
            t("Component, the largest first"),
            range(len(strongest_first)),
            format_func=lambda one: _component_words(t, strongest_first[one]),
            key=f"library-standard-component-{run}-{t.language}",
        )
        smiles = st.text_input(t("Structure, SMILES; empty for unknown"), key=f"library-standard-smiles-{lot}")
        st.caption(
            t("An import with this one spectrum is recorded: lot, purity, run and retention time stand in its origin.")
        )
        pressed = st.form_submit_button(t("Propose the spectrum"), type="primary", width="stretch")
    if not pressed:
        return
    time_s: Decimal = retention_time(strongest_first[int(place or 0)])
    facts = StandardMeasured(standard=lot, run=run, retention_time_s=time_s, smiles=smiles)
    background.start(
        visit,
        _PROPOSE,
        lambda _: visit.laboratory.collecting.import_standard(facts, actor=visit.person),
        lane=background.Lane.MEASURING,
        waits=True,
    )
    st.rerun()


def _component_words(t: Translator, one: Component) -> str:
    return t(
        "{time} s, base peak m/z {mz}, signal to noise {ratio}",
        time=exact(retention_time(one), t),
        mz=one.base_peak_mz,
        ratio=f"{one.signal_to_noise:.0f}",
    )


def _proposed(visit: Visit) -> None:
    try:
        made = background.result(visit, _PROPOSE)
    except REFUSALS as error:
        show_refusal(error)
        return
    if isinstance(made, LibraryImport):
        st.success(plain(visit.t("{number} is imported; it waits for a second person.", number=made.number)))
