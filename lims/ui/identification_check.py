"""What a second person says of an identification: the same conclusion, another one, and how a disagreement ended."""

import streamlit as st

from lims.domain.identification import Disagreement, Identification, IdentificationStatus
from lims.domain.permissions import Act, may_do
from lims.ui.sections import attempt
from lims.ui.session import Visit


def second_person(visit: Visit, found: Identification) -> None:
    """Show what second people said, and let one agree, disagree, or resolve a disagreement (rules G3 and G6)."""
    t, roles = visit.t, visit.person.roles
    for check in found.checks:
        st.text(t("● {person}, {moment}: the same conclusion", person=check.by, moment=t.moment(check.at)))
    for one in found.disagreements:
        _disagreement(visit, one)
    other = found.expert != visit.person.number
    if found.status is IdentificationStatus.CONCLUDED and other:
        if may_do(Act.IDENTIFICATION_CHECKED, roles):
            _agree(visit, found)
        if may_do(Act.IDENTIFICATION_DISPUTED, roles):
            _dispute(visit, found)
    if found.status is IdentificationStatus.DISPUTED and may_do(Act.IDENTIFICATION_RESOLVED, roles):
        _resolve(visit, found)


def _disagreement(visit: Visit, one: Disagreement) -> None:
    t = visit.t
    st.text(t("▲ {person}, {moment}, disagrees: {words}", person=one.by, moment=t.moment(one.at), words=one.words))
    if one.resolution is not None:
        ended = one.resolution
        said = t("the conclusion stands") if ended.stands else t("the conclusion is drawn anew")
        st.text(f"{ended.by}, {t.moment(ended.at)}: {said}. {ended.words}")


def _agree(visit: Visit, found: Identification) -> None:
    t, identifying = visit.t, visit.laboratory.identifying
    st.text(t("You record that you looked at the results yourself and come to the same conclusion."))
    if st.button(t("I come to the same conclusion"), key=f"agree-{found.number}-{found.version}", type="primary"):
        attempt(lambda: identifying.agree(found.number, actor=visit.person, version=found.version))


def _dispute(visit: Visit, found: Identification) -> None:
    t, key = visit.t, f"{found.number}-{found.version}"
    with st.expander(t("I come to another conclusion")), st.form(f"dispute-{key}", border=False):
        st.text(t("You record a disagreement. It stays in the record, and head or quality manager end it."))
        words = st.text_input(t("What speaks against it"), key=f"dispute-words-{key}")
        if st.form_submit_button(t("Record the disagreement")):
            identifying = visit.laboratory.identifying
            attempt(lambda: identifying.dispute(found.number, words=words, actor=visit.person, version=found.version))


def _resolve(visit: Visit, found: Identification) -> None:
    t, key = visit.t, f"{found.number}-{found.version}"
    with st.form(f"resolve-{key}"):
        stands = st.radio(
            t("How the disagreement ends"),
            (True, False),
            index=None,
            format_func=lambda one: t("the conclusion stands") if one else t("the conclusion is drawn anew"),
            key=f"resolve-stands-{key}-{t.language}",
        )
        words = st.text_input(t("Reason"), key=f"resolve-words-{key}")
        pressed = st.form_submit_button(t("End the disagreement"))
    if pressed and stands is None:
        st.error(t("Choose how it ends."))
    elif pressed:
        identifying, kept = visit.laboratory.identifying, bool(stands)
        attempt(
            lambda: identifying.resolve(
                found.number, words=words, stands=kept, actor=visit.person, version=found.version
            )
        )
