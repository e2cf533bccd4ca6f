"""Copies of a report in other languages, and its summaries: made with a signature, each with its file."""

from urllib.parse import quote

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.report import LEFT, Report
from lims.domain.report_copy import CopyForm
from lims.domain.signature import SignatureMeaning
from lims.services.confirming import Confirmation
from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign

_Choice = tuple[CopyForm, str]


def copies(visit: Visit, report: Report) -> None:
    """List what was copied of a report that left, and let people who hand reports out make another one."""
    t = visit.t
    if report.status not in LEFT:
        return
    with st.expander(t("Copies and summaries ({count})", count=len(report.copies))):
        for one in reversed(report.copies):
            said, link = st.columns([7, 3], vertical_alignment="center")
            said.text(f"{_words(t, (one.form, one.language))}  ·  {one.made_by}  ·  {t.moment(one.made_at)}")
            said.caption(t("SHA-256 {digest}", digest=one.copy_sha256))
            address = f"/reports/{quote(report.number)}/copies/{one.copy_sha256}.pdf"
            link.link_button(t("Open PDF"), address, width="stretch")
        if may_do(Act.REPORT_COPIED, visit.person.roles):
            _make(visit, report)


def _make(visit: Visit, report: Report) -> None:
    t = visit.t
    with st.form(f"copy-{report.number}", border=False):
        chosen = st.selectbox(
            t("To be made"),
            _choices(report),
            format_func=lambda one: _words(t, one),
            key=f"copy-choice-{t.language}-{report.number}",
        )
        st.text(t("It carries no signatures, and each page names this report as the one that decides."))
        if not st.form_submit_button(t("Sign and make it")):
            return
    ask_to_sign(
        SignatureRequest(
            record=report,
            meaning=SignatureMeaning.COPIER,
            document_sha256=report.pdf_sha256 or "",
            statements=(t("To be made: {what}", what=_words(t, chosen)),),
        ),
        title=t("Sign and make it"),
        act=lambda confirmation: _made(visit, report, chosen, confirmation),
    )


def _made(visit: Visit, report: Report, chosen: _Choice, confirmation: Confirmation) -> None:
    form, language = chosen
    copying = visit.laboratory.copying
    make = copying.copy if form is CopyForm.FULL else copying.summarise
    make(report.number, language=language, actor=visit.person, confirmation=confirmation)


def _choices(report: Report) -> list[_Choice]:
    """Give what can be made: no copy in the report's own language."""
    copied = [(CopyForm.FULL, one) for one in LANGUAGES if one != report.language]
    return [*copied, *((CopyForm.SUMMARY, one) for one in LANGUAGES)]


def _words(t: Translator, choice: _Choice) -> str:
    form, language = choice
    name = LANGUAGE_NAMES.get(language, language)
    if form is CopyForm.FULL:
        return t("Copy: {language}", language=name)
    return t("Summary of one page: {language}", language=name)
