"""From results to an identity: findings, the substance in question, what the rule still lacks, and the conclusion."""

from collections.abc import Callable

import streamlit as st

from lims.domain.identification import Conclusion, Identification, IdentificationStatus, Verdict, missing
from lims.domain.identification_basis import Basis
from lims.domain.permissions import Act, may_do
from lims.services.identification_wording import GAP_TEXTS, isomer_lines, isomer_sentences
from lims.services.supporting import ExhibitResults, Question
from lims.ui.finding_form import finding_words, record_finding
from lims.ui.identification_check import second_person
from lims.ui.identification_form import basis_fields
from lims.ui.identification_words import CONCLUSION_TEXTS, STATE_TEXTS
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit


def identification_desk(visit: Visit, exhibit_number: str) -> None:
    """Show the findings and identifications of an exhibit, with forms for what the person's roles may do."""
    t, roles = visit.t, visit.person.roles
    st.subheader(t("Identification"))
    results = visit.laboratory.identifying.results(exhibit_number)
    for finding in results.findings:
        st.text(f"- {finding_words(t, finding)}")
    known = visit.laboratory.identifying.of_exhibit(exhibit_number)
    question = _question(visit, exhibit_number, results)
    if may_do(Act.FINDING_RECORDED, roles):
        with st.expander(t("Record a finding of another technique")):
            record_finding(visit, question, recorded=len(results.findings))
    for identification in known:
        with st.container(border=True):
            _one(visit, identification, results)
    asked = any(question.is_about(one.substance, one.inchikey) for one in known)
    if may_do(Act.IDENTIFICATION_OPENED, roles) and question.substance and not asked:
        with st.expander(t("Put {substance} in question", substance=question.substance)):
            _open(visit, question, results)


def _question(visit: Visit, exhibit_number: str, results: ExhibitResults) -> Question:
    """Let the person choose the substance in question among those that results name."""
    named: dict[str, str | None] = {}
    for examination in results.examinations:
        for component in examination.identified:
            if component.identity is not None:
                named.setdefault(component.identity.name, component.identity.inchikey)
    for finding in results.findings:
        if not finding.is_class:
            named.setdefault(finding.substance, finding.inchikey)
    if not named:
        return Question(exhibit_number=exhibit_number, substance="")
    substance = st.selectbox(visit.t("Substance in question"), list(named), key=f"in-question-{exhibit_number}")
    return Question(exhibit_number=exhibit_number, substance=substance, inchikey=named[substance])


def _one(visit: Visit, found: Identification, results: ExhibitResults) -> None:
    t = visit.t
    st.text(f"{found.number}  {found.substance}  {t(STATE_TEXTS[found.status])}")
    if found.verdict is not None:
        st.text(t("Conclusion: {words}", words=t(CONCLUSION_TEXTS[found.verdict.conclusion])))
    for sentence in isomer_sentences(isomer_lines(found.basis.isomers), len(found.basis.isomers.possible), t=t):
        st.text(sentence)
    lacking = missing(found)
    if lacking:
        st.caption(t("Still missing:"))
        for gap in lacking:
            st.text(f"- {t(GAP_TEXTS[gap])}")
    elif found.verdict is None:
        st.caption(t("The rule is met; the expert decides."))
    second_person(visit, found)
    mine = found.expert == visit.person.number
    if mine and found.status in {IdentificationStatus.OPEN, IdentificationStatus.CONCLUDED}:
        with st.expander(t("Put it on other results")):
            _revise(visit, found, results)
    if mine and found.status is IdentificationStatus.OPEN:
        _conclude(visit, found)


def _open(visit: Visit, question: Question, results: ExhibitResults) -> None:
    t, identifying = visit.t, visit.laboratory.identifying
    with st.form(f"open-identification-{question.exhibit_number}"):
        facts = basis_fields(visit, question, results, Basis(supports=()), key=f"open-{question.substance}")
        pressed = st.form_submit_button(t("Open the identification"), type="primary")
    if pressed:
        _do(lambda: identifying.open(question, facts(), actor=visit.person))


def _revise(visit: Visit, found: Identification, results: ExhibitResults) -> None:
    t, identifying = visit.t, visit.laboratory.identifying
    question = Question(exhibit_number=found.exhibit_number, substance=found.substance, inchikey=found.inchikey)
    with st.form(f"revise-{found.number}-{found.version}"):
        facts = basis_fields(visit, question, results, found.basis, key=f"revise-{found.number}-{found.version}")
        pressed = st.form_submit_button(t("Put it on these results"))
    if pressed:
        _do(lambda: identifying.revise(found.number, facts(), actor=visit.person, version=found.version))


def _conclude(visit: Visit, found: Identification) -> None:
    t, conclusions = visit.t, tuple(Conclusion)
    with st.form(f"conclude-{found.number}"):
        conclusion = st.selectbox(
            t("Conclusion"),
            conclusions,
            index=None,
            placeholder=t("not chosen yet"),
            format_func=lambda one: t(CONCLUSION_TEXTS[one]),
            key=f"conclusion-{found.number}-{t.language}",
        )
        class_name = st.text_input(t("Class, if the conclusion is a class"), key=f"class-{found.number}")
        scope = st.text_input(
            t("What would have been seen, and from which amount on, if nothing was detected"),
            key=f"scope-{found.number}",
        )
        reason = st.text_input(t("Reason, if it is inconclusive"), key=f"why-{found.number}")
        pressed = st.form_submit_button(t("Draw the conclusion"), type="primary")
    if pressed and conclusion is None:
        st.error(t("Choose a conclusion."))
    elif pressed and conclusion is not None:
        _do(
            lambda: visit.laboratory.identifying.conclude(
                found.number,
                Verdict(
                    conclusion=conclusion, class_name=class_name.strip(), scope=scope.strip(), reason=reason.strip()
                ),
                actor=visit.person,
                version=found.version,
            )
        )


def _do(act: Callable[[], object]) -> None:
    try:
        act()
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()
