"""From a concluded examination to the signed report: questions, omissions, reviewer, language, signature."""

import streamlit as st

from lims.domain.examination import Examination, ExaminationStatus
from lims.domain.report import Report, ReportStatus
from lims.domain.report_item import ReportItem
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.services.gate_identity import about
from lims.services.report_identification import is_identified
from lims.translation import LANGUAGE_NAMES, LANGUAGES
from lims.ui.legal_gaps import show_legal_gaps
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.question_form import questions_of_the_order
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign
from lims.work_errors import OmissionNeededError


def examination_report(visit: Visit, examination: Examination) -> None:
    """Answer the questions of the order, and sign the report once the examination is concluded."""
    t, laboratory = visit.t, visit.laboratory
    if examination.examiner != visit.person.number or examination.status is ExaminationStatus.REVIEWED:
        return
    reports = laboratory.reporting.of_examination(examination.number)
    drafted = [report for report in reports if report.status is ReportStatus.DRAFTED]
    if not drafted:
        questions_of_the_order(visit, examination)
    if drafted:
        st.info(t("Report {number} waits for the reviewer's signature.", number=drafted[0].number))
    elif examination.status is ExaminationStatus.CONCLUDED:
        _signature(visit, examination)
    if examination.status is ExaminationStatus.CONCLUDED:
        _take_back(visit, examination)


def _take_back(visit: Visit, examination: Examination) -> None:
    """Let the examiner take the own conclusion back before the review."""
    t = visit.t
    with st.expander(t("Take the conclusion back")), st.form(f"take-back-{examination.number}", border=False):
        st.text(
            t(
                "You record that the examination is open again. A report that waits for the reviewer is given up; the "
                "reason stays in the record."
            )
        )
        reason = st.text_input(t("Reason"), key=f"take-back-reason-{examination.number}")
        if st.form_submit_button(t("Take it back")):
            amending = visit.laboratory.amending
            attempt(
                lambda: amending.take_back(
                    examination.number, reason=reason, actor=visit.person, version=examination.version
                )
            )


def unidentified(visit: Visit, examination: Examination) -> tuple[str, ...]:
    """Name what the expert found and no identification of the exhibit concluded."""
    concluded = [
        one for one in visit.laboratory.identifying.of_exhibit(examination.exhibit_number) if is_identified(one)
    ]
    identities = [component.identity for component in examination.identified if component.identity is not None]
    return tuple(one.name for one in identities if not any(about(c, one.name, one.inchikey) for c in concluded))


def _omission(visit: Visit, examination: Examination, missing: tuple[ReportItem, ...]) -> None:
    """Let the examiner state why the report leaves an item out."""
    t = visit.t
    with st.form(f"omit-{examination.number}", clear_on_submit=True):
        item = st.selectbox(t("Item that the report leaves out"), missing, format_func=lambda one: one.value)
        reason = st.text_input(t("Reason"), help=t("The report prints it."))
        if not st.form_submit_button(t("State the reason")):
            return
    try:
        visit.laboratory.examining.state_omission(
            examination.number, item, reason=reason, actor=visit.person, version=examination.version
        )
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _changes(visit: Visit, ordered: Report) -> str:
    """Let the examiner say what changed in the end; the head's words stand there first (rule RP-3)."""
    t = visit.t
    st.text(t("This will be the amendment to report no. {number}.", number=ordered.number))
    what = ordered.order.what if ordered.order else ""
    return st.text_area(t("What changed"), value=what, help=t("The amendment prints it."))


def _signature(visit: Visit, examination: Examination) -> None:
    """Let the examiner choose reviewer and language, and open the dialog that signs."""
    t, laboratory = visit.t, visit.laboratory
    reviewers = [p for p in laboratory.staffing.with_role(Role.TECHNICAL_REVIEWER) if p.number != visit.person.number]
    st.subheader(t("Sign the report"))
    faults = laboratory.reporting.faults(examination.number)
    for fault in faults:
        show_refusal(fault)
    show_legal_gaps(visit, examination)
    missing = tuple(ReportItem(one.item) for one in faults if isinstance(one, OmissionNeededError))
    if missing:
        _omission(visit, examination, missing)
    if faults:
        return
    found = unidentified(visit, examination)
    if found:
        names = ", ".join(dict.fromkeys(found))
        st.info(plain(t("The report calls these found, and not identified: {names}.", names=names)))
    reports = laboratory.reporting.of_examination(examination.number)
    ordered = next((one for one in reports if one.order is not None and not one.superseded_by), None)
    with st.form(f"conclude-{examination.number}"):
        changes = "" if ordered is None else _changes(visit, ordered)
        reviewer = st.selectbox(t("Reviewer"), reviewers, format_func=lambda p: f"{p.name} ({p.number})")
        language = st.selectbox(
            t("Language of the report"),
            LANGUAGES,
            index=LANGUAGES.index(t.language),
            format_func=LANGUAGE_NAMES.__getitem__,
        )
        if not st.form_submit_button(t("Sign as the author"), type="primary", disabled=not reviewers):
            return
    request = SignatureRequest(
        record=examination,
        meaning=SignatureMeaning.AUTHOR,
        statements=(
            t("Reviewer: {name}.", name=f"{reviewer.name} ({reviewer.number})"),
            t("Language of the report: {language}.", language=LANGUAGE_NAMES[language]),
            *((t("What changed: {changes}", changes=changes),) if changes else ()),
        ),
    )
    ask_to_sign(
        request,
        title=t("Sign the report"),
        act=lambda confirmation: laboratory.reporting.draft(
            examination.number,
            reviewer=reviewer.number,
            language=language,
            actor=visit.person,
            confirmation=confirmation,
            changes=changes,
        ),
    )
