"""Releases of the library: what there is, and what came, went and changed between two."""

from collections.abc import Sequence

import streamlit as st

from lims.ui import background
from lims.ui.library_file import file_release
from lims.ui.session import Visit
from substance_library.difference import ReleaseDifference, release_difference
from substance_library.reference_spectrum import ReferenceSpectrum

_JOB = "library-difference"
_SHOWN = 1000


def releases(visit: Visit) -> None:
    """Show all releases, compare two of them beside the page, and let the curator record a file as one."""
    names = visit.laboratory.curating.releases()
    if names:
        _listed(visit, names)
    else:
        st.info(
            visit.t("There is no release yet. Import a collection, let a second person check it, then make a release.")
        )
    file_release(visit)


def _listed(visit: Visit, names: Sequence[str]) -> None:
    t, curating = visit.t, visit.laboratory.curating
    found = [curating.recorded(name) for name in names]
    st.dataframe(
        {
            t("Release"): [one.number for one in found],
            t("Made"): [t.moment(one.recorded_at) for one in found],
            t("Spectra"): [t.number(one.spectra) for one in found],
            t("For"): [t("training only") if one.purpose else t("casework") for one in found],
            "SHA-256": [one.sha256 for one in found],
        },
        hide_index=True,
        key="library-releases",
    )
    if len(names) > 1:
        _compare(visit, names)


def _compare(visit: Visit, names: Sequence[str]) -> None:
    t, curating = visit.t, visit.laboratory.curating
    with st.form("library-compare"):
        left, right, button = st.columns([3, 3, 2], vertical_alignment="bottom")
        earlier = str(left.selectbox(t("From release"), names, index=1, key="library-earlier"))
        later = str(right.selectbox(t("to release"), names, index=0, key="library-later"))
        pressed = button.form_submit_button(t("Compare"), type="primary", width="stretch")
    if pressed:
        background.start(visit, _JOB, lambda _: release_difference(curating.release(earlier), curating.release(later)))
        st.rerun()
    found = background.result(visit, _JOB)
    if isinstance(found, ReleaseDifference):
        _show(visit, found)


def _show(visit: Visit, found: ReleaseDifference) -> None:
    t = visit.t
    st.text(
        t(
            "From {earlier} to {later}: {came} came, {went} went, {changed} changed, {same} are the same; "
            "{compounds} compounds are new.",
            earlier=found.earlier,
            later=found.later,
            came=len(found.came),
            went=len(found.went),
            changed=len(found.changed),
            same=len(found.same),
            compounds=len(found.new_compounds),
        )
    )
    for heading, records in ((t("Came"), found.came), (t("Went"), found.went)):
        _table(visit, heading, records)
    if found.changed:
        with st.expander(t("Changed ({count})", count=len(found.changed))):
            shown = found.changed[:_SHOWN]
            st.dataframe(
                {
                    t("Before"): [one.before.accession for one in shown],
                    t("After"): [one.after.accession for one in shown],
                    t("Name"): [one.after.name for one in shown],
                    t("What changed"): [", ".join(one.changed) for one in shown],
                },
                hide_index=True,
                key="library-changed",
            )


def _table(visit: Visit, heading: str, records: Sequence[ReferenceSpectrum]) -> None:
    t = visit.t
    if not records:
        return
    with st.expander(f"{heading} ({len(records)})"):
        shown = records[:_SHOWN]
        st.dataframe(
            {
                t("Accession"): [one.accession for one in shown],
                t("Name"): [one.name for one in shown],
                "InChIKey": [str(one.inchikey or "") for one in shown],
                t("Formula"): [one.formula or "" for one in shown],
            },
            hide_index=True,
            key=f"library-records-{heading}",
        )
