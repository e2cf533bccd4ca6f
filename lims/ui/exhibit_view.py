"""One exhibit: number, state, where it is, its parts, its labels and its runs."""

from datetime import date

import streamlit as st

from lims.domain.exhibit import Exhibit
from lims.domain.seizure import day_of_law
from lims.ui.breadcrumb import breadcrumb
from lims.ui.case_words import due_words
from lims.ui.custody_words import holder_words
from lims.ui.exhibit_parts import parts
from lims.ui.exhibit_runs import runs_of
from lims.ui.label_links import link_to_labels
from lims.ui.plain import plain
from lims.ui.session import Visit
from lims.ui.warning_form import warning_of_liability


def exhibit_view(visit: Visit, exhibit: Exhibit) -> None:
    """Show an exhibit, and what can be recorded of it."""
    t, laboratory = visit.t, visit.laboratory
    case = laboratory.accessioning.case(exhibit.case_number)
    breadcrumb(visit, case=case.number, here=t("Exhibit {number}", number=exhibit.number))
    _head(visit, exhibit, due_words(t, case, laboratory.terms.state(case)))
    _facts(visit, exhibit, case.appointing_body, day_of_law(case, laboratory.accessioning.seizure_of(exhibit)))
    if case.demonstration:
        st.warning(t("This is a demonstration case, not evidence."))
    warning_of_liability(visit, case)
    with st.expander(t("Labels")):
        link_to_labels(visit, [exhibit.number])
    parts(visit, exhibit)
    runs_of(visit, exhibit.number)


def _head(visit: Visit, exhibit: Exhibit, due: str) -> None:
    """Draw number, state, seal, due day, and who has it."""
    t = visit.t
    (there,) = visit.laboratory.scanning.there([exhibit.number])
    names = {one.number: one.name for one in visit.laboratory.staffing.everybody()}
    with st.container(border=True, gap="xsmall"):
        st.header(plain(exhibit.number), anchor=False)
        st.text(exhibit.description)
        left, middle, right = st.columns(3)
        left.text(t("● received") if exhibit.workable else t("■ closed: does not agree"))
        left.text(holder_words(t, there.holder, names))
        middle.text(t("Seal now: {seal}", seal=there.custody.seal or t("none")))
        right.text(t("Due: {date}", date=due))


def _facts(visit: Visit, exhibit: Exhibit, body: str, seized_on: date | None) -> None:
    t = visit.t
    left, right = st.columns(2)
    left.text(t("Appointing body: {body}", body=body))
    left.text(t("Seized on: {date}", date=t.date(seized_on) if seized_on else t("unknown")))
    right.text(t("Seal: {seal}", seal=exhibit.seal_number or t("none")))
    right.text(t("Received: {moment}", moment=t.moment(exhibit.received_at)))
