"""Nonconforming work in pages of a list, and what of it holds work on a thing or stands on a case."""

import streamlit as st

from lims.domain.nonconformity import NonconformingWork, NonconformityStatus, Subject
from lims.translation import Translator, marked
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.quality_trace import KINDS, kind_words
from lims.ui.session import Visit

NONCONFORMITY_STATES = {
    NonconformityStatus.OPEN: marked("○ open"),
    NonconformityStatus.ASSESSED: marked("◔ assessed"),
    NonconformityStatus.IN_ACTION: marked("◑ in action"),
    NonconformityStatus.CORRECTED: marked("◕ corrected"),
    NonconformityStatus.VERIFIED: marked("● verified"),
    NonconformityStatus.CLOSED: marked("■ closed"),
}
_LISTED = 25


def nonconformity_page(visit: Visit) -> list[str]:
    """Draw one page of the list; give its numbers."""
    t = visit.t
    find, state, place = st.columns([4, 3, 1])
    words = find.text_input(t("Find"), placeholder=t("number or what it is about"), key="nonconformity-filter").strip()
    states = state.multiselect(
        t("State"),
        list(NONCONFORMITY_STATES),
        format_func=lambda one: t(NONCONFORMITY_STATES[one]),
        key=f"nonconformity-states-{t.language}",
        placeholder=t("any"),
    )
    page = int(place.number_input(t("Page"), min_value=1, step=1, key=f"nonconformity-page-{words}"))
    lines = visit.laboratory.nonconforming.listed(
        limit=_LISTED + 1, offset=(page - 1) * _LISTED, states=[one.value for one in states], words=words
    )
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    shown = lines[:_LISTED]
    if not shown:
        st.info(t("No nonconformity is like that.") if words or states else t("No nonconformity is recorded."))
        return []
    st.dataframe(
        {
            t("Number"): [one.number for one in shown],
            t("State"): [t(NONCONFORMITY_STATES[one.status]) for one in shown],
            t("About"): [subject_words(t, one) for one in shown],
            t("What happened"): [one.what for one in shown],
            t("Found"): [t.moment(one.found_at) for one in shown],
        },
        hide_index=True,
        key="nonconformity-table",
    )
    return [one.number for one in shown]


def subject_words(t: Translator, found: NonconformingWork) -> str:
    """Name everything that a nonconformity is about."""
    return ", ".join(f"{kind_words(t, one.kind)} {one.number}" for one in found.subjects)


def holding(visit: Visit) -> None:
    """Ask what holds work on a thing, or stands on a case."""
    t = visit.t
    with st.form("holding"):
        kind, number, button = st.columns([2, 3, 1.5], vertical_alignment="bottom")
        of = kind.selectbox(
            t("What"), KINDS, format_func=lambda one: kind_words(t, one), key=f"holding-kind-{t.language}"
        )
        named = number.text_input(t("Number, or name in files"), key="holding-number").strip()
        pressed = button.form_submit_button(t("Show"), width="stretch")
    if not pressed:
        return
    try:
        subject = Subject(kind=of, number=named)
        held = visit.laboratory.nonconforming.held(subject.name)
        on_case = visit.laboratory.nonconforming.open_on(named) if of == "case" else ()
    except REFUSALS as error:
        show_refusal(error)
        return
    if held:
        st.warning(t("▲ Work on this stands still: {numbers}", numbers=", ".join(held)))
    if on_case:
        st.warning(t("▲ Open on this case: {numbers}", numbers=", ".join(on_case)))
    if not held and not on_case:
        st.success(t("● Nothing holds work on this."))
