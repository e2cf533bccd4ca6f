"""Examination: chromatogram, components, candidates, mirror plot, structure, and the expert's decision."""

import streamlit as st

from lims.domain.examination import Decision, Examination, ExaminationStatus
from lims.domain.report import Report, ReportStatus
from lims.domain.report_item import ReportItem
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role
from lims.services.gate_identity import about
from lims.services.report_identification import is_identified
from lims.translation import LANGUAGE_NAMES, LANGUAGES
from lims.ui.examination_view import show_examination
from lims.ui.identification_desk import identification_desk
from lims.ui.legal_gaps import show_legal_gaps
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.question_form import questions_of_the_order
from lims.ui.selection import chosen_examination
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign, signing_dialog
from lims.work_errors import OmissionNeededError


def render(visit: Visit) -> None:
    """Show the chosen examination."""
    t = visit.t
    number = chosen_examination()
    if number is None:
        st.title(t("Examination"))
        st.info(t("Choose an exhibit first, then open the examination of one of its runs."))
        return
    examination = visit.laboratory.examining.get(number)
    _header(visit, examination)
    show_examination(visit, examination, acts=True)
    identification_desk(visit, examination.exhibit_number)
    _conclusion(visit, examination)
    signing_dialog(visit)


def _header(visit: Visit, examination: Examination) -> None:
    t = visit.t
    st.title(examination.number)
    st.text(
        t(
            "{state}. Examiner: {examiner}. Library release {release}, {spectra} spectra.",
            state=t(examination.state),
            examiner=visit.laboratory.staffing.get(examination.examiner).name,
            release=examination.basis.release,
            spectra=examination.basis.release_spectra,
        )
    )
    if examination.basis.release_purpose:
        st.warning(t("This library is for training and presumptive use only; it identifies nothing."))
    for review in examination.reviews:
        if not review.approved:
            st.warning(
                t("Returned by {person} on {moment}:", person=review.reviewer, moment=t.moment(review.reviewed_at))
            )
            st.text(review.comment)
    undecided = sum(c.decision is Decision.UNDECIDED for c in examination.components)
    st.text(
        t(
            "{count} components, {undecided} undecided; {weaker} weaker peaks below the reporting limit.",
            count=len(examination.components),
            undecided=undecided,
            weaker=examination.unreported_components,
        )
    )


def _conclusion(visit: Visit, examination: Examination) -> None:
    """Let the examiner conclude once nothing is undecided, and then sign the report."""
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
    elif any(c.decision is Decision.UNDECIDED for c in examination.components):
        st.info(t("Decide about each component; then the examination can be concluded."))
    else:
        _end_of_work(visit, examination)


def _end_of_work(visit: Visit, examination: Examination) -> None:
    t = visit.t
    st.subheader(t("Conclude"))
    st.text(t("You record that this examination is complete. Its report is signed after that."))
    if not st.button(t("Conclude the examination"), type="primary"):
        return
    try:
        visit.laboratory.examining.conclude(examination.number, actor=visit.person, version=examination.version)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _unidentified(visit: Visit, examination: Examination) -> tuple[str, ...]:
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
    found = _unidentified(visit, examination)
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
