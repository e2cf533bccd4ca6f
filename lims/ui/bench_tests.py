"""Presumptive tests and other findings at the bench: recorded, listed, taken out of use with a reason."""

import streamlit as st

from lims.domain.finding import Finding
from lims.domain.permissions import Act, may_do
from lims.services.supporting import Question
from lims.services.weighing import Measured
from lims.ui.bench_item import say
from lims.ui.finding_form import finding_words, record_finding
from lims.ui.sections import attempt
from lims.ui.session import Visit


def tests(visit: Visit, measured: Measured) -> None:
    """List the findings of the exhibit, with forms for what the person's roles may do."""
    t, roles = visit.t, visit.person.roles
    findings = visit.laboratory.finding.of_exhibit(measured.exhibit)
    for one in findings:
        reason = t("discarded: {reason}", reason=one.discard.reason) if one.discard else ""
        st.text(f"- {finding_words(t, one)}{f' ({reason})' if reason else ''}")
    if not findings:
        st.info(t("No test is recorded yet."))
    if may_do(Act.FINDING_RECORDED, roles):
        st.subheader(t("Record a test"))
        question = Question(exhibit_number=measured.exhibit, substance="")
        record_finding(visit, question, recorded=len(findings), aliquots=_aliquots(measured))
    kept = [one for one in findings if one.discard is None]
    if kept and may_do(Act.FINDING_DISCARDED, roles):
        with st.expander(t("Take a test out of use")):
            _discard(visit, kept)


def _aliquots(measured: Measured) -> tuple[str, ...]:
    """Offer the aliquot on the bench first, else what was taken of the exhibit, the newest first."""
    own = () if measured.item == measured.exhibit else (measured.item,)
    return (*own, *(one.number for one in reversed(measured.aliquots)))


def _discard(visit: Visit, kept: list[Finding]) -> None:
    t = visit.t
    versions = {one.number: one.version for one in kept}
    with st.form("discard-test", clear_on_submit=True):
        number = str(st.selectbox(t("Number"), list(versions)))
        reason = st.text_input(t("Reason"), key="discard-test-reason")
        pressed = st.form_submit_button(t("Take it out of use"))
    if pressed:
        attempt(
            lambda: visit.laboratory.finding.discard(
                number, reason=reason, actor=visit.person, version=versions[number]
            ),
            then=lambda: say(t("{number} is out of use; it stays listed.", number=number)),
        )
