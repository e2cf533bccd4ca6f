"""What a candidate still lacks before the exhibit may be said to hold it, beside the hit list."""

import streamlit as st

from lims.domain.examination import Candidate, Examination, ExaminedComponent
from lims.domain.identification import Identification, missing
from lims.domain.identification_rule import Gap
from lims.services.identification_wording import GAP_TEXTS
from lims.services.supporting import Question
from lims.ui.session import Visit


def show_gaps(visit: Visit, examination: Examination, component: ExaminedComponent, candidate: Candidate) -> None:
    """Say what the exhibit's results lack for a candidate: of its identification, or of the findings so far."""
    t, identifying = visit.t, visit.laboratory.identifying
    question = Question(
        exhibit_number=examination.exhibit_number, substance=candidate.name, inchikey=candidate.inchikey
    )
    of_it = [
        one
        for one in identifying.of_exhibit(examination.exhibit_number)
        if question.is_about(one.substance, one.inchikey)
    ]
    if of_it:
        _show_identification(visit, of_it[-1])
        return
    lacking = (*identifying.lacking_for(question, examination, component.number), Gap.ISOMERS)
    st.caption(t("No identification of this substance is begun. Still missing for one:"))
    _show_list(visit, lacking)


def _show_identification(visit: Visit, identification: Identification) -> None:
    t, lacking = visit.t, missing(identification)
    st.caption(t("Identification {number} of this substance.", number=identification.number))
    if lacking:
        st.caption(t("Still missing:"))
        _show_list(visit, lacking)
    else:
        st.caption(t("The rule is met; the expert decides."))


def _show_list(visit: Visit, gaps: tuple[Gap, ...]) -> None:
    for gap in gaps:
        st.text(f"- {visit.t(GAP_TEXTS[gap])}")
