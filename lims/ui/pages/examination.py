"""Examination: what is known of an exhibit, one run with its components and candidates, and the expert's decisions."""

from collections.abc import Mapping

import streamlit as st

from lims.domain.examination import Decision, Examination, ExaminationStatus
from lims.domain.permissions import Act, may_do
from lims.ui.component_choice import selected_candidate, selected_number
from lims.ui.examination_header import examination_header
from lims.ui.examination_list import choose_from_list
from lims.ui.examination_report import examination_report
from lims.ui.examination_view import show_examination
from lims.ui.exhibit_results import show_exhibit_results, show_lacking
from lims.ui.identification_desk import identification_desk
from lims.ui.plain import plain
from lims.ui.review_points import point_words
from lims.ui.sections import changed_meanwhile, seen
from lims.ui.selection import chosen_examination
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog


def render(visit: Visit) -> None:
    """Show the chosen examination, or those to choose from."""
    t = visit.t
    number = chosen_examination()
    if number is None:
        st.title(t("Examination"))
        choose_from_list(visit)
        return
    examination = visit.laboratory.examining.get(number)
    drawn = seen(examination)
    changed_meanwhile(visit, examination, drawn)
    examination_header(visit, examination, version=drawn)
    _standing(visit, examination)
    left, right = st.columns([3, 9])
    with right:
        show_examination(visit, examination, acts=True, version=drawn, marks=_returned_points(visit, examination))
    with left:
        show_exhibit_results(visit, examination, acts=may_do(Act.BATCH_RUN_DISCARDED, visit.person.roles))
        _lacking(visit, examination)
    identification_desk(visit, examination.exhibit_number)
    examination_report(visit, examination)
    signing_dialog(visit)


def _standing(visit: Visit, examination: Examination) -> None:
    """Say who examines, in which library, how far it is, and what a reviewer sent back."""
    t, basis = visit.t, examination.basis
    undecided = sum(c.decision is Decision.UNDECIDED for c in examination.components)
    examiner = visit.laboratory.staffing.get(examination.examiner).name
    lines = (
        t(
            "{state}. Examiner: {examiner}. Library release {release}, {spectra} spectra.",
            state=t(examination.state),
            examiner=examiner,
            release=basis.release,
            spectra=basis.release_spectra,
        ),
        t(
            "{count} components, {undecided} undecided; {weaker} weaker peaks below the reporting limit.",
            count=len(examination.components),
            undecided=undecided,
            weaker=examination.unreported_components,
        ),
    )
    st.text("   ".join(lines))
    for review in examination.reviews:
        if not review.approved:
            st.warning(
                t("Returned by {person} on {moment}:", person=review.reviewer, moment=t.moment(review.reviewed_at))
            )
            st.text(review.comment)


def _lacking(visit: Visit, examination: Examination) -> None:
    number = selected_number(examination)
    component = None if number is None else examination.component(number)
    show_lacking(visit, examination, component, selected_candidate(examination, component))


def _returned_points(visit: Visit, examination: Examination) -> Mapping[int, str]:
    """Give what the last reviewer wants mended, at the component that it concerns."""
    if examination.status is not ExaminationStatus.OPEN or not examination.reviews:
        return {}
    reports = visit.laboratory.reporting.of_examination(examination.number)
    reviews = [review for report in reports for review in report.reviews]
    placed = max(reviews, key=lambda one: one.at).placed if reviews else ()
    words: dict[int, list[str]] = {}
    for point in placed:
        if point.component:
            words.setdefault(point.component, []).append(plain(point_words(visit.t, point)))
    return {number: " ".join(said) for number, said in words.items()}
