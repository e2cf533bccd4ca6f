"""The administrative review on the page of the issue: a third person checks the paper and signs for that."""

import streamlit as st

from lims.domain.report import Report
from lims.domain.review_checklist import ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.ui.checklist import ask_checklist
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.report_list import link_to_document
from lims.ui.report_voices import show_voices, speak
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign


def administrative_review(visit: Visit) -> None:
    """Show what waits for the administrative review, and let it be done."""
    t, laboratory = visit.t, visit.laboratory
    st.subheader(t("Administrative review"))
    waiting = laboratory.administering.waiting()
    if not waiting:
        st.info(t("No report waits for its administrative review."))
        return
    number = st.selectbox(t("Report that waits for its administrative review"), [line.number for line in waiting])
    report = laboratory.reporting.get(number)
    expert, reviewer = (laboratory.reporting.person(one).name for one in (report.expert, report.reviewer))
    st.text(t("Examiner: {examiner}. Reviewer: {reviewer}.", examiner=expert, reviewer=reviewer))
    show_voices(visit, report)
    link_to_document(visit, report)
    hindrances = laboratory.administering.hindrances(report.number, actor=visit.person)
    for hindrance in hindrances:
        show_refusal(hindrance)
    _verdict(visit, report, allowed=not hindrances)
    speak(visit, report)


def _verdict(visit: Visit, report: Report, *, allowed: bool) -> None:
    t, laboratory = visit.t, visit.laboratory
    with st.form(f"administrative-{report.number}"):
        checklist = ask_checklist(visit, ReviewKind.ADMINISTRATIVE, report=report)
        comment = st.text_area(t("Comment on the paper"), help=t("Needed if you send it back."))
        left, right = st.columns(2)
        approve = left.form_submit_button(
            t("Sign the administrative review"), type="primary", disabled=not allowed, width="stretch"
        )
        send_back = right.form_submit_button(t("Send the paper back to the examiner"), width="stretch")
    try:
        if approve:
            checklist.require_approval(ReviewKind.ADMINISTRATIVE)
            ask_to_sign(
                SignatureRequest(
                    record=report,
                    meaning=SignatureMeaning.ADMINISTRATIVE_REVIEWER,
                    document_sha256=report.pdf_sha256 or "",
                    statements=(t("Comment: {comment}", comment=comment),) if comment else (),
                ),
                title=t("Sign the administrative review"),
                act=lambda confirmation: laboratory.administering.approve(
                    report.number,
                    actor=visit.person,
                    checklist=checklist,
                    comment=comment,
                    confirmation=confirmation,
                ),
            )
        elif send_back:
            laboratory.releasing.refuse(report.number, actor=visit.person, comment=comment, checklist=checklist)
            st.rerun()
    except REFUSALS as error:
        show_refusal(error)
