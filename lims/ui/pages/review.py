"""Review and issue: a second expert looks at the same evidence, then signs or sends back."""

import streamlit as st

from lims.domain.examination import Decision, Examination
from lims.domain.report import Report, ReportStatus
from lims.domain.staff import Role
from lims.ui.drawing import draw_chromatogram, draw_mirror, draw_structure
from lims.ui.evidence import evidence_of
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from lims.ui.signing import password_field, require_password


def render(visit: Visit) -> None:
    """Show what waits for review, and what was issued."""
    t = visit.t
    st.title(t("Review and issue"))
    waiting = visit.laboratory.reviewing.waiting()
    if not waiting:
        st.info(t("No report waits for review."))
    else:
        number = st.selectbox(t("Report that waits for review"), [line.number for line in waiting], key="review-report")
        _review(visit, visit.laboratory.reporting.get(number))
    _issued(visit)


def _review(visit: Visit, report: Report) -> None:
    t = visit.t
    examination = visit.laboratory.examining.get(report.examination_number)
    expert, reviewer = (visit.laboratory.reporting.person(number).name for number in (report.expert, report.reviewer))
    st.text(t("Examiner: {examiner}. Reviewer: {reviewer}.", examiner=expert, reviewer=reviewer))
    st.link_button(t("Read the report as it will be issued"), f"/reports/{report.number}.pdf")
    draw_chromatogram(visit, examination, selected=None)
    _decisions(visit, examination)
    for component in examination.identified:
        _identity(visit, examination, component.number)
    if report.expert == visit.person.number:
        st.info(t("You examined this exhibit; another expert reviews it."))
    elif Role.TECHNICAL_REVIEWER in visit.person.roles:
        _verdict(visit, report)


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
    t = visit.t
    st.subheader(t("Approve, sign and issue"))
    st.text(t("You record that you reviewed this examination and sign its report as its reviewer."))
    st.text(t("SHA-256 of the document that you sign: {digest}", digest=report.draft_sha256 or ""))
    with st.form(f"review-{report.number}"):
        comment = st.text_area(t("Comment"), help=t("Needed if you send it back."))
        password = password_field(visit, key=f"review-password-{report.number}")
        left, right = st.columns(2)
        approve = left.form_submit_button(t("Approve, sign and issue"), type="primary", width="stretch")
        send_back = right.form_submit_button(t("Send back to the examiner"), width="stretch")
    if not (approve or send_back):
        return
    reviewing = visit.laboratory.reviewing
    try:
        require_password(visit, password)
        if approve:
            with st.spinner(t("Signing the report")):
                reviewing.approve(report.number, actor=visit.person, comment=comment)
        else:
            reviewing.send_back(report.number, actor=visit.person, comment=comment)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _issued(visit: Visit) -> None:
    t = visit.t
    issued = [report for report in visit.laboratory.reporting.all() if report.status is ReportStatus.ISSUED]
    if not issued:
        return
    st.subheader(t("Issued reports"))
    for report in issued:
        with st.container(border=True):
            words, link = st.columns([6, 2], vertical_alignment="center")
            words.text(f"{report.number}   {report.expert} · {report.reviewer}")
            words.caption(t("SHA-256 {digest}", digest=report.pdf_sha256 or ""))
            link.link_button(t("Open PDF"), f"/reports/{report.number}.pdf", width="stretch")
            if not report.evidence:
                words.warning(t("Made with development keys: DEMO, NOT EVIDENCE."))
