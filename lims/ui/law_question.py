"""The legal status of a structure on a day, asked by hand: nothing is recorded."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from lims.translation import Translator
from lims.ui.law_words import STATUS_TEXTS, finding_lines, ground_lines
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from substance_library.determination import Determination, LegalStatus
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.prepared_structure import prepare
from substance_library.status import StatusPolicy, determine

HOME = "KZ"


def question(visit: Visit) -> None:
    """Ask for structure, jurisdiction and day; show the answer with all that it rests on."""
    t = visit.t
    book = visit.laboratory.legislating.book()
    today = visit.laboratory.staffing.today()
    st.caption(
        t("What is asked here is not recorded. The status of an exhibit is determined in the section beside this one.")
    )
    with st.form("law-question"):
        smiles = st.text_input(t("Structure, SMILES"), key="law-smiles")
        left, right = st.columns(2)
        jurisdiction = left.selectbox(t("Jurisdiction"), home_first(book.jurisdictions()), key="law-jurisdiction")
        day: date = right.date_input(
            t("As of"), value=today, format="DD.MM.YYYY", key="law-day", min_value=date(1900, 1, 1)
        )
        pressed = st.form_submit_button(t("Ask"), type="primary")
    if pressed:
        _answer(visit, book, smiles, str(jurisdiction), day)


def home_first(jurisdictions: Sequence[str]) -> list[str]:
    """Put the law of the laboratory's own country first."""
    return sorted(jurisdictions, key=lambda one: (one != HOME, one))


def _answer(visit: Visit, book: LawBook, smiles: str, jurisdiction: str, day: date) -> None:
    policy = StatusPolicy(isotopologues_alike=visit.laboratory.determining.isotopologues_alike)
    try:
        answer = determine(prepare(Smiles(smiles.strip())), jurisdiction, day, book, policy=policy)
    except REFUSALS as error:
        show_refusal(error)
        return
    show_determination(visit.t, answer)


def show_determination(t: Translator, answer: Determination) -> None:
    """Show the answer first, then what speaks for it, what is missing, and what computed it."""
    words = t(STATUS_TEXTS[answer.result])
    decided = answer.result in {LegalStatus.LISTED_BY_NAME, LegalStatus.COVERED_BY_RULE}
    (st.warning if answer.result is LegalStatus.CANNOT_DECIDE else st.info)(
        t(
            "{jurisdiction}, as of {day}: {words}.",
            jurisdiction=answer.jurisdiction,
            day=t.date(answer.as_of),
            words=words,
        )
    )
    for found in answer.findings:
        with st.container(border=True, gap="xsmall"):
            for line in finding_lines(t, found):
                st.text(line)
    if answer.missing:
        st.subheader(t("What the book lacks beside this") if decided else t("What is missing"))
        for line in answer.missing:
            st.text(f"– {line}")
    if answer.warnings:
        st.subheader(t("To be kept in mind"))
        for line in answer.warnings:
            st.text(f"– {line}")
    with st.expander(t("What the answer rests on")):
        for line in ground_lines(t, answer):
            st.text(line)
