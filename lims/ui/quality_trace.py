"""Which reports a lot, an instrument, a person, a method or a library release touches, each with the way to it."""

import streamlit as st

from lims.domain.nonconformity import SUBJECT_KINDS, Subject
from lims.services.tracing import TouchedReports
from lims.translation import Translator, marked
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit

_KINDS = {
    "case": marked("case"),
    "exhibit": marked("exhibit"),
    "run": marked("run"),
    "batch": marked("batch"),
    "examination": marked("examination"),
    "report": marked("report"),
    "method": marked("method"),
    "procedure": marked("procedure"),
    "release": marked("library release"),
    "reagent": marked("reagent"),
    "reference standard": marked("reference standard"),
    "staff": marked("person"),
    "instrument": marked("instrument"),
    "lot": marked("lot"),
    "raw data": marked("raw data"),
}
KINDS = tuple(kind for kind in _KINDS if kind in SUBJECT_KINDS)


def kind_words(t: Translator, kind: str) -> str:
    """Name a kind of subject; one that has no word yet is named as the record names it."""
    return t(_KINDS[kind]) if kind in _KINDS else kind


def trace(visit: Visit) -> None:
    """Let the person name a subject, and tell which reports it touches."""
    t = visit.t
    with st.form("trace"):
        kind, number, version, button = st.columns([2, 3, 1.5, 1.5], vertical_alignment="bottom")
        of = kind.selectbox(
            t("What"), KINDS, format_func=lambda one: kind_words(t, one), key=f"trace-kind-{t.language}"
        )
        named = number.text_input(t("Number, or name in files"), key="trace-number")
        counted = version.number_input(t("Version, 0 for all"), 0, step=1, key="trace-version")
        if not button.form_submit_button(t("Show"), type="primary", width="stretch"):
            return
    try:
        subject = Subject(kind=of, number=named.strip(), version=int(counted))
        _tell(visit, visit.laboratory.tracing.touched_by(subject.name))
    except REFUSALS as error:
        show_refusal(error)


def _tell(visit: Visit, found: TouchedReports) -> None:
    t = visit.t
    st.text(
        t(
            "{issued} reports that left the laboratory, {drafted} others, {exhibits} exhibits.",
            issued=len(found.issued),
            drafted=len(found.drafted),
            exhibits=len(found.exhibits),
        )
    )
    reports = (*found.issued, *found.drafted)
    if not reports:
        st.info(t("Nothing on record rests on it, or nobody knows it under this name."))
        return
    st.dataframe(
        {
            t("Report"): [one.number for one in reports],
            t("Left the laboratory"): [t("yes") if one.issued else t("no") for one in reports],
            t("Way"): [" → ".join(f"{kind_words(t, name.kind)} {name.number}" for name in one.way) for one in reports],
        },
        hide_index=True,
        key="trace-table",
    )
