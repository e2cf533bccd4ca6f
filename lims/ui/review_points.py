"""What a reviewer holds against a report, noted at the place that it concerns, and sent back with the report."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import streamlit as st

from lims.domain.examination import ExaminedComponent
from lims.domain.report import Report
from lims.domain.review_point import ReviewPlace, ReviewPoint
from lims.translation import Translator, marked
from lims.ui.plain import REFUSALS, plain, show_hindrance
from lims.ui.session import Visit

PLACE_TEXTS: Mapping[ReviewPlace, str] = MappingProxyType(
    {
        ReviewPlace.COMPONENT: marked("component"),
        ReviewPlace.CHROMATOGRAM: marked("chromatogram"),
        ReviewPlace.BATCH: marked("batch and controls"),
        ReviewPlace.FINDINGS: marked("findings of other techniques"),
        ReviewPlace.IDENTIFICATION: marked("identification"),
        ReviewPlace.MASSES: marked("masses and sampling"),
        ReviewPlace.CUSTODY: marked("custody and seals"),
        ReviewPlace.LAW: marked("legal part"),
        ReviewPlace.ANSWERS: marked("answers to the questions"),
        ReviewPlace.WORDING: marked("wording of the report"),
        ReviewPlace.WHOLE: marked("the report as a whole"),
    }
)
_ELSEWHERE = tuple(place for place in ReviewPlace if place is not ReviewPlace.COMPONENT)


def point_words(t: Translator, point: ReviewPoint) -> str:
    """Say a point with its place."""
    if point.component:
        return t("Component {number}: {words}", number=point.component, words=point.words)
    return f"{t(PLACE_TEXTS[point.place])}: {point.words}"


def points_of(report: Report) -> tuple[ReviewPoint, ...]:
    """Give the points that were noted for a report in this browser session and are not sent yet."""
    kept = st.session_state.get(_key(report), ())
    return kept if isinstance(kept, tuple) else ()


def point_at(visit: Visit, report: Report, component: ExaminedComponent) -> None:
    """Show the points at a component, and take another one."""
    for one in points_of(report):
        if one.component == component.number:
            st.warning(plain(point_words(visit.t, one)), icon=":material/flag:")
    with st.form(f"point-{report.number}-{component.number}", clear_on_submit=True, border=False):
        left, right = st.columns([5, 3], vertical_alignment="bottom")
        label = visit.t("Point at component {number}", number=component.number)
        words = left.text_input(label, key=f"point-words-{report.number}-{component.number}")
        pressed = right.form_submit_button(visit.t("Note the point"), width="stretch")
    if pressed:
        _note(visit.t, report, ReviewPlace.COMPONENT, words, component=component.number)


def points_elsewhere(visit: Visit, report: Report) -> None:
    """Take a point at another place than a component, and list all points that were noted."""
    t = visit.t
    with st.form(f"point-{report.number}", clear_on_submit=True, border=False):
        where, left, right = st.columns([3, 4, 4], vertical_alignment="bottom")
        place = where.selectbox(
            t("Place"), _ELSEWHERE, format_func=lambda one: t(PLACE_TEXTS[one]), key=f"point-place-{t.language}"
        )
        words = left.text_input(t("Point at this place"), key=f"point-words-{report.number}")
        pressed = right.form_submit_button(t("Note the point at this place"), width="stretch")
    if pressed:
        _note(t, report, ReviewPlace(str(place)), words)
    for position, one in enumerate(points_of(report)):
        said, away = st.columns([8, 2], vertical_alignment="center")
        said.text(f"▲ {point_words(t, one)}")
        away.button(
            t("Take the point away"),
            key=f"point-away-{report.number}-{position}",
            on_click=partial(_take_away, report, position),
            width="stretch",
        )


def forget_points(report: Report) -> None:
    """Forget what was noted: it was sent."""
    st.session_state.pop(_key(report), None)


def _note(t: Translator, report: Report, place: ReviewPlace, words: str, *, component: int = 0) -> None:
    try:
        point = ReviewPoint.typed(place, words, component=component)
    except REFUSALS as error:
        show_hindrance(t, error)
        return
    st.session_state[_key(report)] = (*points_of(report), point)
    st.rerun()


def _take_away(report: Report, position: int) -> None:
    kept = points_of(report)
    st.session_state[_key(report)] = (*kept[:position], *kept[position + 1 :])


def _key(report: Report) -> str:
    return f"review-points-{report.number}"
