"""Issue: administrative review, then the head issues a report or refuses it."""

import streamlit as st

from lims.domain.report import Report
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.ui.administrative_review import administrative_review
from lims.ui.examination_report import unidentified
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.report_list import link_to_document
from lims.ui.report_voices import show_voices
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign, signing_dialog


def render(visit: Visit) -> None:
    """Show what waits for its administrative review and its issue."""
    t = visit.t
    st.title(t("Issue of reports"))
    administrative_review(visit)
    if Role.HEAD in visit.person.roles:
        _issue(visit)
    signing_dialog(visit)


def _issue(visit: Visit) -> None:
    t = visit.t
    st.subheader(t("Issue"))
    waiting = visit.laboratory.releasing.waiting()
    if waiting:
        number = st.selectbox(t("Report that waits for its issue"), [line.number for line in waiting])
        _waiting(visit, visit.laboratory.reporting.get(number))
    else:
        st.info(t("No report waits for its issue."))


def _waiting(visit: Visit, report: Report) -> None:
    """Show one report with what keeps this person from issuing it."""
    t, laboratory = visit.t, visit.laboratory
    examination = laboratory.examining.get(report.examination_number)
    expert, reviewer = (laboratory.reporting.person(number).name for number in (report.expert, report.reviewer))
    st.text(t("Examiner: {examiner}. Reviewer: {reviewer}.", examiner=expert, reviewer=reviewer))
    found = unidentified(visit, examination)
    named = [c.identity.name for c in examination.identified if c.identity and c.identity.name not in found]
    st.text(t("Identified: {names}.", names=", ".join(named) or t("nothing")))
    if found:
        st.text(t("Found, not identified: {names}.", names=", ".join(found)))
    for review in examination.reviews:
        if review.comment:
            st.text(t("Comment of {person} on {moment}:", person=review.reviewer, moment=t.moment(review.reviewed_at)))
            st.text(review.comment)
    show_voices(visit, report)
    link_to_document(visit, report)
    hindrances = laboratory.releasing.hindrances(report.number, actor=visit.person)
    for hindrance in hindrances:
        show_refusal(hindrance)
    _decision(visit, report, allowed=not hindrances)


def _decision(visit: Visit, report: Report, *, allowed: bool) -> None:
    t, releasing = visit.t, visit.laboratory.releasing
    with st.form(f"issue-{report.number}"):
        comment = st.text_area(t("Comment"), help=t("Needed if you do not issue it."))
        left, right = st.columns(2)
        issue = left.form_submit_button(t("Sign and issue"), type="primary", disabled=not allowed, width="stretch")
        refuse = right.form_submit_button(t("Do not issue; return to the examiner"), width="stretch")
    if issue:
        ask_to_sign(
            SignatureRequest(record=report, meaning=SignatureMeaning.RELEASER, document_sha256=report.pdf_sha256 or ""),
            title=t("Sign and issue"),
            act=lambda confirmation: releasing.release(report.number, actor=visit.person, confirmation=confirmation),
        )
    elif refuse:
        try:
            releasing.refuse(report.number, actor=visit.person, comment=comment)
        except REFUSALS as error:
            show_refusal(error)
            return
        st.rerun()
