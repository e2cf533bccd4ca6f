"""Isomer groups of a release: computed from its spectra, confirmed or rejected by the curator."""

import streamlit as st

from lims.domain.isomer_group import GroupStatus, IsomerGroup
from lims.domain.permissions import Act, may_do
from lims.translation import marked
from lims.ui import background
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit

GROUP_STATES = {
    GroupStatus.PROPOSED: marked("◔ computed, waits for the curator"),
    GroupStatus.CONFIRMED: marked("● confirmed by the curator"),
    GroupStatus.REJECTED: marked("■ rejected by the curator"),
}
_JOB = "isomers"


def isomer_groups(visit: Visit) -> None:
    """Let the curator have the groups of a release computed, and judge them one by one."""
    t, laboratory = visit.t, visit.laboratory
    names = laboratory.curating.releases()
    if not names:
        st.info(t("There is no release yet. Import a collection, let a second person check it, then make a release."))
        return
    st.caption(t("Substances of one formula whose spectra are as alike as repeated spectra of one substance."))
    release = str(st.selectbox(t("Release"), names, key="isomers-release"))
    if may_do(Act.ISOMERS_PROPOSED, visit.person.roles) and st.button(t("Compute the groups"), key="isomers-propose"):
        propose = laboratory.isomer_curating.propose
        background.start(visit, _JOB, lambda _: propose(release, actor=visit.person))
        st.rerun()
    try:
        background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
    groups = laboratory.isomer_curating.of_release(release)
    if not groups:
        st.info(t("No group of this release was computed."))
        return
    st.dataframe(
        {
            t("Formula"): [one.formula for one in groups],
            t("State"): [t(GROUP_STATES[GroupStatus(one.state)]) for one in groups],
            t("Substances"): [len(one.members) for one in groups],
            t("Not told apart"): [sum(not pair.told_apart for pair in one.pairs) for one in groups],
        },
        hide_index=True,
        key="isomers",
    )
    number = st.selectbox(t("Group"), [one.number for one in groups], key="isomers-chosen")
    _one(visit, next(one for one in groups if one.number == number))


def _one(visit: Visit, group: IsomerGroup) -> None:
    t = visit.t
    names = {one.inchikey: ", ".join(one.names) for one in group.members}
    st.text(t("Criterion: {words}; {count} repetitions", words=group.criterion, count=group.repetitions))
    st.dataframe(
        {
            t("One"): [names[one.first] for one in group.pairs],
            t("The other"): [names[one.second] for one in group.pairs],
            t("Likeness"): ["" if one.likeness is None else t.number(one.likeness) for one in group.pairs],
            t("Told apart"): [t("yes") if one.told_apart else t("no") for one in group.pairs],
            t("How they differ"): [one.relation for one in group.pairs],
        },
        hide_index=True,
        key=f"pairs-{group.number}",
    )
    if group.decision is not None:
        said = group.decision
        st.text(f"{said.decided_by}, {t.moment(said.decided_at)}: {said.reason}")
    if not may_do(Act.ISOMERS_CONFIRMED, visit.person.roles):
        return
    key = f"{group.number}-{group.version}"
    with st.form(f"isomers-{key}"):
        reason = st.text_input(t("Reason"), key=f"isomers-reason-{key}")
        yes, no = st.columns(2)
        confirmed = yes.form_submit_button(t("Confirm"), type="primary", width="stretch")
        rejected = no.form_submit_button(t("Reject"), width="stretch")
    if not (confirmed or rejected):
        return
    curating = visit.laboratory.isomer_curating
    try:
        (curating.confirm if confirmed else curating.reject)(group.number, reason=reason, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()
