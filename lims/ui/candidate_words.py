"""What is known of a candidate before anybody identified it: confidence, law, isomers and their ions, structure."""

from collections.abc import Iterator

import streamlit as st

from lims.domain.examination import Candidate, Examination, ExaminedComponent
from lims.services.comparing import IsomerIons
from lims.services.isomers import CandidateIsomers
from lims.services.legal_outlook import LegalOutlook, rows_of
from lims.translation import Translator
from lims.ui.drawing import draw_structure
from lims.ui.evidence import Evidence, isomers_of, structure_in, telling_ions
from lims.ui.law_question import HOME
from lims.ui.law_words import STATUS_TEXTS
from lims.ui.plain import REFUSALS
from lims.ui.session import Visit
from substance_library import Smiles
from substance_library.determination import Determination

_IONS_HEIGHT = 180
_NAMED = 4
"""Isomers that are named in the line; the others are counted."""


def show_candidate_facts(visit: Visit, examination: Examination, evidence: Evidence, candidate: Candidate) -> None:
    """Say how sure the match factors make, what the law says of a candidate, and which isomers it has."""
    t = visit.t
    st.caption(t("No validated error rate exists for these match factors; none is stated."))
    with st.container(gap="xsmall"):
        for line in isomer_lines(t, candidate, isomers_of(visit, evidence, candidate.name, candidate.inchikey)):
            st.text(line)
        _show_law(visit, examination, structure_in(visit, evidence, candidate.inchikey))


def show_structure_and_ions(
    visit: Visit, component: ExaminedComponent, evidence: Evidence, candidate: Candidate
) -> None:
    """Draw a candidate like the first of its component, and list the ions that tell it from its isomers."""
    t = visit.t
    structure = structure_in(visit, evidence, candidate.inchikey)
    like = structure_in(visit, evidence, component.candidates[0].inchikey)
    isomers = isomers_of(visit, evidence, candidate.name, candidate.inchikey)
    left, right = st.columns(2)
    with left:
        draw_structure(visit, candidate, structure=structure, like=None if like == structure else like)
        if isomers.alike:
            st.caption(t("Structure not established: isomers are not told apart."))
    with right:
        _show_ions(t, telling_ions(evidence, candidate.accession, isomers))


def _show_law(visit: Visit, examination: Examination, structure: Smiles | None) -> None:
    """Say the law of the day of the seizure, today's where that says something else, and what an answer lacks."""
    t = visit.t
    if structure is None:
        st.text(t("Law: no structure is on file, so no text can be asked."))
        return
    try:
        found = visit.laboratory.determining.outlook(examination.exhibit_number, str(structure))
    except REFUSALS:
        st.text(t("Law: the structure on file cannot be read, so no text can be asked."))
        return
    shown = [one for one in found if one.jurisdiction == HOME or one.speaks]
    for one in sorted(shown, key=lambda one: (one.jurisdiction != HOME, one.jurisdiction)):
        for line in outlook_lines(t, one):
            st.text(line)
    missing = dict.fromkeys(f"{one.jurisdiction}: {words}" for one in shown for words in one.missing)
    if missing:
        with st.expander(t("What is missing")):
            for line in missing:
                st.text(f"– {line}")


def outlook_lines(t: Translator, outlook: LegalOutlook) -> Iterator[str]:
    """Say what one jurisdiction says of a structure."""
    counting = outlook.on_seizure
    if counting is None:
        yield t(
            "{place}: the day of the seizure is not recorded, so its law cannot be said.", place=outlook.jurisdiction
        )
        yield _day_line(t, t("today"), outlook.today)
        return
    yield _day_line(t, t("on the day of the seizure"), counting)
    if outlook.differs:
        yield _day_line(t, t("today, differently"), outlook.today)


def _day_line(t: Translator, day: str, answer: Determination) -> str:
    line = f"{answer.jurisdiction} {day} ({t.date(answer.as_of)}): {t(STATUS_TEXTS[answer.result])}"
    rows = rows_of(answer)
    return f"{line}: {'; '.join(rows)}" if rows else line


def isomer_lines(t: Translator, candidate: Candidate, isomers: CandidateIsomers) -> Iterator[str]:
    """Warn of isomers that the spectra do not tell apart; silence is never taken for none (rule L-3)."""
    if candidate.inchikey is None:
        yield t("Isomers: unknown, the library states no structure of this candidate.")
        return
    if isomers.alike:
        yield t(
            "▲ Isomers that nothing tells apart yet: {names}.", names=_names(t, [one.name for one in isomers.alike])
        )
    elif not isomers.told_apart:
        yield t("Isomers: the tables that were asked know none.")
    if isomers.told_apart:
        yield t(
            "Isomers told apart by their spectra, as the curator confirmed: {names}.",
            names=_names(t, [one.name for one in isomers.told_apart]),
        )
    if isomers.possible:
        yield t(
            "Ring isomers that the structure allows and no searched table holds: {count}; nothing was compared with "
            "them.",
            count=isomers.possible,
        )


def _names(t: Translator, names: list[str]) -> str:
    shown, more = names[:_NAMED], len(names) - _NAMED
    return ", ".join(shown) + (" " + t("and {count} more", count=more) if more > 0 else "")


def _show_ions(t: Translator, found: tuple[IsomerIons, ...]) -> None:
    """List the ions in which the library's spectra of the isomers differ most."""
    st.caption(t("Ions that tell it apart, by the library's spectra"))
    if not found:
        st.text(t("No spectrum of an isomer is in this release."))
        return
    with st.container(height=_IONS_HEIGHT, border=False, gap="xsmall"):
        for one in found:
            ions = "; ".join(f"m/z {ion.mz}: {ion.here} / {ion.there}" for ion in one.ions)
            st.text(f"{one.name} (MF {one.match_factor:.0f}): {ions or t('no difference')}")
    st.caption(t("Heights of the candidate / of the isomer, base peak 999. A difference is no proof by itself."))
