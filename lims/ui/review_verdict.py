"""The reviewer's word: approved and signed, or sent back with points; each form says what will be recorded."""

import streamlit as st

from lims.domain.report import Report
from lims.domain.review_checklist import AnsweredChecklist, ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.ui.checklist import ask_checklist
from lims.ui.plain import REFUSALS, plain, show_hindrance
from lims.ui.review_points import forget_points, point_words, points_of
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign


def send_back(visit: Visit, report: Report, *, version: int) -> None:
    """Let the reviewer send the report back with the points that were noted.

    Parameters
    ----------
    version : int
        Of the report, that was on the screen.
    """
    t, points = visit.t, points_of(report)
    if not points:
        st.caption(t("To send the report back, note first what has to be mended, at a component or at another place."))
        return
    with st.form(f"send-back-{report.number}"):
        st.text(
            t(
                "Recorded will be: report {number} is given up, its number stays used, the examination is open again. "
                "The examiner reads these points:",
                number=report.number,
            )
        )
        for one in points:
            st.text(f"▲ {point_words(t, one)}")
        comment = st.text_area(t("What else the examiner should know"), key=f"send-back-words-{report.number}")
        if not st.form_submit_button(t("Send back to the examiner"), width="stretch"):
            return
    try:
        visit.laboratory.reviewing.send_back(
            report.number, actor=visit.person, comment=comment, placed=points, version=version
        )
    except REFUSALS as error:
        show_hindrance(t, error)
        return
    forget_points(report)
    st.toast(plain(t("{number} is sent back; the examiner reads your points.", number=report.number)))
    st.rerun()


def approve(visit: Visit, report: Report) -> None:
    """Let the reviewer answer the checklist and sign."""
    t, noted = visit.t, len(points_of(report))
    st.subheader(t("Approve and sign"))
    if noted:
        st.warning(t("Points are noted: {count}. Send the report back, or take them away.", count=noted))
    with st.form(f"review-{report.number}"):
        checklist = ask_checklist(visit, ReviewKind.TECHNICAL, report=report)
        comment = st.text_area(t("Comment"), help=t("It stays with the review."))
        pressed = st.form_submit_button(t("Approve and sign"), type="primary", disabled=bool(noted), width="stretch")
    if pressed:
        _sign(visit, report, checklist, comment)


def _sign(visit: Visit, report: Report, checklist: AnsweredChecklist, comment: str) -> None:
    t, reviewing = visit.t, visit.laboratory.reviewing
    try:
        checklist.require_approval(ReviewKind.TECHNICAL)
    except REFUSALS as error:
        show_hindrance(t, error)
        return
    ask_to_sign(
        SignatureRequest(
            record=report,
            meaning=SignatureMeaning.TECHNICAL_REVIEWER,
            document_sha256=report.draft_sha256 or "",
            statements=(t("Comment: {comment}", comment=comment),) if comment else (),
        ),
        title=t("Approve and sign"),
        act=lambda confirmation: reviewing.approve(
            report.number, actor=visit.person, checklist=checklist, comment=comment, confirmation=confirmation
        ),
    )
