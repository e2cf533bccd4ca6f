"""Review: a second expert looks at the same evidence, then signs or sends back with points at their places."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.report import Report
from lims.ui.breadcrumb import breadcrumb
from lims.ui.case_words import due_words
from lims.ui.examination_view import show_examination
from lims.ui.recomputed import recomputed_checks
from lims.ui.report_voices import show_changes, show_voices, speak
from lims.ui.review_changes import component_marks
from lims.ui.review_evidence import findings_and_identities, identified_components
from lims.ui.review_points import point_at, points_elsewhere
from lims.ui.review_verdict import approve, send_back
from lims.ui.seen import seen_version
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog
from lims.ui.signing_elsewhere import signatures_elsewhere

_LISTED = 50
_CHOSEN = "review-report"


def render(visit: Visit) -> None:
    """Show what waits for review, and what was signed before."""
    t = visit.t
    st.title(t("Review"))
    number = _choice(visit)
    if number is not None:
        _review(visit, visit.laboratory.reporting.get(number))
    signing_dialog(visit)


def _choice(visit: Visit) -> str | None:
    """Let the person find and choose one of the reports that wait."""
    t, reviewing = visit.t, visit.laboratory.reviewing
    if not reviewing.waiting(limit=1):
        st.info(t("No report waits for review."))
        return None
    found, place, choice = st.columns([3, 1, 5])
    words = found.text_input(t("Find"), placeholder=t("number of the report"), key="review-filter").strip()
    page = int(place.number_input(t("Page"), min_value=1, step=1, key=f"review-page-{words}"))
    lines = reviewing.waiting(limit=_LISTED + 1, offset=(page - 1) * _LISTED, words=words)
    if not lines:
        st.info(t("No report is like that."))
        return None
    if len(lines) > _LISTED:
        place.caption(t("More on the next page."))
    titles = {one.number: f"{one.number}  ·  {one.title}" for one in lines[:_LISTED]}
    if st.session_state.get(_CHOSEN) not in titles:
        st.session_state.pop(_CHOSEN, None)
    number: str = choice.selectbox(
        t("Report that waits for review"), list(titles), format_func=titles.__getitem__, key=_CHOSEN
    )
    return number


def _review(visit: Visit, report: Report) -> None:
    t, reviewing = visit.t, visit.laboratory.reviewing
    examination = visit.laboratory.examining.get(report.examination_number)
    _header(visit, report, examination.exhibit_number)
    changes, before = reviewing.changes(report.number), reviewing.before(report.number)
    show_changes(visit, changes)
    own = report.expert == visit.person.number
    reviews = not own and may_do(Act.EXAMINATION_APPROVED, visit.person.roles)
    show_examination(
        visit,
        examination,
        acts=False,
        marks=component_marks(t, examination, changes, before),
        beside=(lambda component: point_at(visit, report, component)) if reviews else None,
    )
    identified_components(visit, examination)
    findings_and_identities(visit, examination.exhibit_number)
    with st.expander(t("The arithmetic, computed again")):
        recomputed_checks(visit, report)
    if own:
        st.info(t("You examined this exhibit; another expert reviews it."))
    elif reviews:
        st.subheader(t("Points to be mended"))
        points_elsewhere(visit, report)
        send_back(visit, report, version=seen_version(report))
        approve(visit, report)
    show_voices(visit, report)
    speak(visit, report)


def _header(visit: Visit, report: Report, exhibit_number: str) -> None:
    """Say of what this report is, who has it, by when, and where its document is read."""
    t, laboratory = visit.t, visit.laboratory
    exhibit = laboratory.accessioning.exhibit(exhibit_number)
    case = laboratory.accessioning.case(exhibit.case_number)
    breadcrumb(visit, case=case.number, exhibit=exhibit.number, here=report.number)
    expert, reviewer = (laboratory.reporting.person(number).name for number in (report.expert, report.reviewer))
    words, link = st.columns([7, 3], vertical_alignment="center")
    with words:
        st.text(f"{exhibit.number}  {exhibit.description}")
        st.text(t("Examiner: {examiner}. Reviewer: {reviewer}.", examiner=expert, reviewer=reviewer))
        st.text(t("◐ waits for the reviewer; due: {due}", due=due_words(t, case, laboratory.terms.state(case))))
        if report.amendment is not None:
            st.text(t("Amendment to report no. {number}", number=report.amendment.replaces))
    link.link_button(t("Read the report as its author signed it"), f"/reports/{report.number}.pdf", width="stretch")
    signatures_elsewhere(visit)
