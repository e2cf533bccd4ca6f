"""Unknowns across cases: clusters of alike components, where and since when they were seen, and provisional names."""

from collections.abc import Iterator

import streamlit as st

from lims.domain.cluster import Cluster
from lims.domain.permissions import Act, may_do
from lims.ui import background
from lims.ui.drawing import draw_mirror
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit

_JOB = "clusters"
_SHOWN = 50


def clusters(visit: Visit) -> None:
    """Show what was seen most widely and nobody has named, and the one that the person chose."""
    t, clustering = visit.t, visit.laboratory.clustering
    st.caption(t("Components without an identity, alike by their spectra, in two exhibits or more."))
    if st.button(t("Bring the clusters up to date"), key="clusters-update"):
        background.start(visit, _JOB, lambda tell: _updated(visit, tell))
        st.rerun()
    try:
        background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
    found = clustering.clusters(limit=_SHOWN)
    if not found:
        st.info(t("No unknown was seen in two exhibits."))
        return
    st.dataframe(
        {
            t("Cluster"): [one.number for one in found],
            t("Seizures"): [one.seizures for one in found],
            t("Regions"): [", ".join(one.regions) or t("unknown") for one in found],
            t("Seized first"): [t.date(one.first_seized_on) if one.first_seized_on else t("unknown") for one in found],
            t("Analysed first"): [
                t.date(one.first_analysed_on) if one.first_analysed_on else t("unknown") for one in found
            ],
            t("Provisional substance"): [one.provisional for one in found],
        },
        hide_index=True,
        key="clusters",
    )
    number = st.selectbox(t("Cluster"), [one.number for one in found], key="cluster-chosen")
    _one(visit, next(one for one in found if one.number == number))


def _updated(visit: Visit, tell: background.Told) -> int:
    """Archive what was examined since, then put it into clusters."""
    visit.laboratory.archiving.fill(progress=tell)
    return visit.laboratory.clustering.update(progress=tell)


def _one(visit: Visit, cluster: Cluster) -> None:
    t, clustering = visit.t, visit.laboratory.clustering
    with st.container(border=True, gap="xsmall"):
        for line in _lines(visit, cluster):
            st.text(line)
    draw_mirror(visit, clustering.spectrum(cluster.number), None, key=f"cluster-{cluster.number}")
    st.dataframe(
        {
            t("Exhibit"): [one.exhibit_number for one in cluster.sightings],
            t("Examination"): [f"{one.examination_number}, {one.component_number}" for one in cluster.sightings],
            t("Region"): [one.region or t("unknown") for one in cluster.sightings],
            t("Seized"): [t.date(one.seized_on) if one.seized_on else t("unknown") for one in cluster.sightings],
            t("Identified as"): [one.identity for one in cluster.sightings],
        },
        hide_index=True,
        key=f"sightings-{cluster.number}",
    )
    if not cluster.provisional and may_do(Act.PROVISIONAL_MADE, visit.person.roles):
        with st.form(f"provisional-{cluster.number}"):
            name = st.text_input(t("Provisional name"), key=f"provisional-name-{cluster.number}")
            pressed = st.form_submit_button(t("Make a provisional substance"), type="primary")
        if pressed:
            attempt(lambda: clustering.make_provisional(cluster.number, name=name, actor=visit.person))
    elif cluster.provisional:
        _provisional(visit, cluster.provisional)


def _lines(visit: Visit, cluster: Cluster) -> Iterator[str]:
    """Say how widely it was seen; what is unknown is counted, not left out."""
    t, since = visit.t, cluster.first_seized_on
    yield t(
        "Seen in {seizures} seizures of {cases} cases, in {regions} regions, since {day}.",
        seizures=cluster.seizures,
        cases=cluster.cases,
        regions=len(cluster.regions),
        day=t.date(since) if since else t("unknown"),
    )
    if cluster.without_region:
        yield t("Of {count} seizures the region is not known.", count=cluster.without_region)
    yield t("{count} components have no identity.", count=cluster.unresolved)
    if cluster.identities:
        yield t("Others were identified as: {names}", names=", ".join(cluster.identities))


def _provisional(visit: Visit, number: str) -> None:
    t, clustering = visit.t, visit.laboratory.clustering
    made = clustering.provisional(number)
    st.text(t("Provisional substance {number}: {name}. It is no identification.", number=number, name=made.name))
    if made.resolution is not None:
        said = made.resolution
        st.text(t("It turned out to be {name}: {basis}", name=said.name, basis=said.basis))
    elif may_do(Act.PROVISIONAL_RESOLVED, visit.person.roles):
        with st.form(f"resolve-{number}"):
            name = st.text_input(t("What it turned out to be"), key=f"resolve-name-{number}")
            inchikey = st.text_input("InChIKey", key=f"resolve-inchikey-{number}")
            basis = st.text_input(t("What shows it"), key=f"resolve-basis-{number}")
            pressed = st.form_submit_button(t("Record what it is"), type="primary")
        if pressed:
            attempt(lambda: clustering.resolve(number, name=name, inchikey=inchikey, basis=basis, actor=visit.person))
