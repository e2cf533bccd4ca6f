"""A mistake found after the conclusion: nothing is overwritten, and each way says what becomes of the report."""

import streamlit as st

from lims.domain.examination import Examination, ExaminationStatus
from lims.domain.finding import Finding
from lims.domain.permissions import Act, may_do
from lims.domain.report import BEFORE_ISSUE, LEFT, Report, ReportStatus
from lims.translation import Translator
from lims.ui.finding_correction import correct_finding, discard_finding
from lims.ui.finding_form import finding_words
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.seen import act_done, fresh, seen_version
from lims.ui.session import Visit


def corrections(visit: Visit, report: Report) -> None:
    """Offer what a person may do about a mistake in what a report describes."""
    t = visit.t
    examination = visit.laboratory.examining.get(report.examination_number)
    with st.expander(t("A mistake was found")):
        st.text(_consequence(t, report))
        _take_back(visit, report, examination)
        _findings(visit, examination)


def _consequence(t: Translator, report: Report) -> str:
    """Say what a correction does to the report."""
    if report.status in BEFORE_ISSUE:
        return t(
            "The report is signed and not issued: a correction voids it, its number stays used; a new one follows."
        )
    if report.status in LEFT:
        return t(
            "The report was issued and stays as it is. Correct the record; then the head orders an amendment, which "
            "replaces the report when it is issued."
        )
    return t("No signed report rests on it now.")


def _take_back(visit: Visit, report: Report, examination: Examination) -> None:
    """Let the examiner take the own conclusion back as long as nobody reviewed it."""
    t = visit.t
    mine = examination.examiner == visit.person.number and may_do(Act.EXAMINATION_TAKEN_BACK, visit.person.roles)
    if not mine or examination.status is not ExaminationStatus.CONCLUDED:
        return
    version = seen_version(examination)
    with st.form(f"take-back-{fresh(examination.number)}"):
        gone = report.number if report.status is ReportStatus.DRAFTED else t("none")
        st.text(
            t(
                "Recorded will be: you take your conclusion of {number} back, it is open again. "
                "Report given up: {report}.",
                number=examination.number,
                report=gone,
            )
        )
        reason = st.text_area(t("What was found to be wrong"), key=f"take-back-words-{fresh(examination.number)}")
        if not st.form_submit_button(t("Take my conclusion back")):
            return
    attempt(
        lambda: visit.laboratory.amending.take_back(
            examination.number, reason=reason, actor=visit.person, version=version
        ),
        then=act_done,
    )


def _findings(visit: Visit, examination: Examination) -> None:
    """Let people of the bench correct or discard a finding of the exhibit."""
    t, roles = visit.t, visit.person.roles
    if not may_do(Act.FINDING_CORRECTED, roles):
        return
    found = [one for one in visit.laboratory.finding.of_exhibit(examination.exhibit_number) if one.discard is None]
    if not found:
        st.caption(t("No finding of another technique is recorded; components are decided anew in the examination."))
        return
    titles = {one.number: finding_words(t, one) for one in found}
    number = st.selectbox(
        t("Finding that is wrong"),
        list(titles),
        index=None,
        placeholder=t("not chosen yet"),
        format_func=titles.__getitem__,
        key=f"wrong-finding-{t.language}-{fresh(examination.number)}",
    )
    finding = next((one for one in found if one.number == number), None)
    if finding is not None:
        _one(visit, finding)


def _one(visit: Visit, finding: Finding) -> None:
    version = seen_version(finding)
    for one in finding.corrections:
        words = visit.t(
            "Corrected by {person}, {moment}: {reason}", person=one.by, moment=visit.t.moment(one.at), reason=one.reason
        )
        st.warning(plain(words))
    correct_finding(visit, finding, version=version)
    if may_do(Act.FINDING_DISCARDED, visit.person.roles):
        discard_finding(visit, finding, version=version)
