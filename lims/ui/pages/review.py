"""Review: a second expert looks at the same evidence, then signs or sends back."""

import streamlit as st

from lims.domain.examination import Decision, Examination
from lims.domain.report import Report
from lims.domain.review_checklist import ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.ui.checklist import ask_checklist
from lims.ui.drawing import draw_chromatogram, draw_mirror, draw_structure
from lims.ui.evidence import evidence_of
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.report_voices import show_changes, show_voices, speak
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign, signing_dialog


def render(visit: Visit) -> None:
    """Show what waits for review, and what was signed before."""
    t = visit.t
    st.title(t("Review"))
    waiting = visit.laboratory.reviewing.waiting()
    if not waiting:
        st.info(t("No report waits for review."))
    else:
        number = st.selectbox(t("Report that waits for review"), [line.number for line in waiting], key="review-report")
        _review(visit, visit.laboratory.reporting.get(number))
    signing_dialog(visit)


def _review(visit: Visit, report: Report) -> None:
    t = visit.t
    examination = visit.laboratory.examining.get(report.examination_number)
    expert, reviewer = (visit.laboratory.reporting.person(number).name for number in (report.expert, report.reviewer))
    st.text(t("Examiner: {examiner}. Reviewer: {reviewer}.", examiner=expert, reviewer=reviewer))
    st.link_button(t("Read the report as its author signed it"), f"/reports/{report.number}.pdf")
    show_changes(visit, visit.laboratory.reviewing.changes(report.number))
    draw_chromatogram(visit, examination, selected=None)
    _decisions(visit, examination)
    for component in examination.identified:
        _identity(visit, examination, component.number)
    if report.expert == visit.person.number:
        st.info(t("You examined this exhibit; another expert reviews it."))
    elif Role.TECHNICAL_REVIEWER in visit.person.roles:
        _verdict(visit, report)
    show_voices(visit, report)
    speak(visit, report)


def _decisions(visit: Visit, examination: Examination) -> None:
    t = visit.t
    rows = examination.components
    st.dataframe(
        {
            t("Component"): [c.number for c in rows],
            t("Retention time, s"): [t.number(c.retention_time_s) for c in rows],
            t("Share of the area, %"): [t.number(c.area_percent) for c in rows],
            t("Decision"): [t(c.decision.value) for c in rows],
            t("Name"): [c.identity.name if c.identity else "" for c in rows],
            t("Match factor"): [f"{c.identity.match_factor:.0f}" if c.identity else "" for c in rows],
            t("Reason or note"): [c.reason for c in rows],
        },
        hide_index=True,
    )


def _identity(visit: Visit, examination: Examination, number: int) -> None:
    component = examination.component(number)
    evidence = evidence_of(visit, examination)
    if component.identity is None or component.decision is not Decision.IDENTIFIED:
        return
    with st.container(border=True):
        words, plot = st.columns([4, 8])
        with words:
            st.text(f"{number}   {component.identity.name}")
            draw_structure(visit, component.identity)
        with plot:
            reference = evidence.reference(component.identity.accession).spectrum
            draw_mirror(visit, evidence.spectrum(component), reference, key=f"review-mirror-{number}")


def _verdict(visit: Visit, report: Report) -> None:
    """Let the reviewer answer the checklist and sign, or send the examination back with a comment and points."""
    t = visit.t
    reviewing = visit.laboratory.reviewing
    st.subheader(t("Approve and sign"))
    with st.form(f"review-{report.number}"):
        checklist = ask_checklist(visit, ReviewKind.TECHNICAL, report=report)
        comment = st.text_area(t("Comment"), help=t("Needed if you send it back."))
        points = st.text_area(t("Points to be mended, one on each line"))
        left, right = st.columns(2)
        approve = left.form_submit_button(t("Approve and sign"), type="primary", width="stretch")
        send_back = right.form_submit_button(t("Send back to the examiner"), width="stretch")
    if approve:
        try:
            checklist.require_approval(ReviewKind.TECHNICAL)
        except REFUSALS as error:
            show_refusal(error)
            return
        request = SignatureRequest(
            record=report,
            meaning=SignatureMeaning.TECHNICAL_REVIEWER,
            document_sha256=report.draft_sha256 or "",
            statements=(t("Comment: {comment}", comment=comment),) if comment else (),
        )
        ask_to_sign(
            request,
            title=t("Approve and sign"),
            act=lambda confirmation: reviewing.approve(
                report.number, actor=visit.person, checklist=checklist, comment=comment, confirmation=confirmation
            ),
        )
    elif send_back:
        try:
            reviewing.send_back(
                report.number,
                actor=visit.person,
                comment=comment,
                checklist=checklist,
                points=tuple(filter(None, map(str.strip, points.splitlines()))),
            )
        except REFUSALS as error:
            show_refusal(error)
            return
        st.rerun()
