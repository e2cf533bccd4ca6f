"""The evidence of everything that was identified, one below the other, and what other techniques showed."""

import streamlit as st

from lims.domain.examination import Decision, Examination
from lims.domain.identification import missing
from lims.services.identification_wording import GAP_TEXTS
from lims.ui.drawing import draw_mirror, draw_structure
from lims.ui.evidence import evidence_of
from lims.ui.finding_form import finding_words
from lims.ui.identification_words import conclusion_words, state_words
from lims.ui.session import Visit


def identified_components(visit: Visit, examination: Examination) -> None:
    """Show the spectra and the structure of every identified component; they are drawn when somebody asks for them."""
    t = visit.t
    numbers = [one.number for one in examination.components if one.decision is Decision.IDENTIFIED and one.identity]
    label = t("Evidence of every identified component ({count})", count=len(numbers))
    if not st.toggle(label, key=f"review-evidence-{examination.number}", disabled=not numbers):
        return
    for number in numbers:
        _identity(visit, examination, number)


def _identity(visit: Visit, examination: Examination, number: int) -> None:
    t, component, evidence = visit.t, examination.component(number), evidence_of(visit, examination)
    if component.identity is None:
        return
    with st.container(border=True):
        words, plot = st.columns([4, 8])
        with words:
            st.text(f"{number}   {component.identity.name}")
            st.text(
                t(
                    "Match factor {match}, reverse {reverse}, common ions {ions}.",
                    match=f"{component.identity.match_factor:.0f}",
                    reverse=f"{component.identity.reverse_match_factor:.0f}",
                    ions=component.identity.matched_ions,
                )
            )
            if component.reason:
                st.text(component.reason)
            draw_structure(visit, component.identity)
        with plot:
            reference = evidence.reference(component.identity.accession).spectrum
            draw_mirror(visit, evidence.spectrum(component), reference, key=f"review-mirror-{number}")


def findings_and_identities(visit: Visit, exhibit_number: str) -> None:
    """List the findings of other techniques and the identifications of an exhibit, with what each still lacks."""
    t, identifying = visit.t, visit.laboratory.identifying
    findings, known = identifying.results(exhibit_number).findings, identifying.of_exhibit(exhibit_number)
    label = t("Findings ({findings}) and identifications ({identities})", findings=len(findings), identities=len(known))
    with st.expander(label, expanded=bool(known)):
        if not findings and not known:
            st.text(t("No finding of another technique and no identification is recorded."))
        for finding in findings:
            st.text(f"- {finding_words(t, finding)}")
        for one in known:
            st.text(f"{one.number}  {one.substance}   {state_words(t, one)}   {conclusion_words(t, one)}".rstrip())
            for gap in missing(one):
                st.text(f"    ▲ {t(GAP_TEXTS[gap])}")
