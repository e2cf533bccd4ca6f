"""The evidence of one examination as pages show it: its run, the spectra of its components and their references."""

from dataclasses import dataclass, field

import streamlit as st

from lims.domain.examination import Examination, ExaminedComponent
from lims.ui.session import Visit
from spectra import Run
from spectra.spectrum import MassSpectrum
from substance_library import LibraryRelease, ReferenceSpectrum

_KEY = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands behind an examination; none of it can change, so one browser session may keep it."""

    number: str
    run: Run = field(repr=False)
    release: LibraryRelease = field(repr=False)
    spectra: tuple[MassSpectrum, ...] = field(repr=False)
    """One a component, in their order."""

    def spectrum(self, component: ExaminedComponent) -> MassSpectrum:
        """Give the measured spectrum of a component."""
        return self.spectra[component.number - 1]

    def reference(self, accession: str) -> ReferenceSpectrum:
        """Give the library's spectrum."""
        return self.release.reference(accession)


def evidence_of(visit: Visit, examination: Examination) -> Evidence:
    """Read the evidence of an examination, once a browser session."""
    kept = st.session_state.get(_KEY)
    if isinstance(kept, Evidence) and kept.number == examination.number:
        return kept
    run = visit.laboratory.importing.read(examination.run_number)
    evidence = Evidence(
        number=examination.number,
        run=run,
        release=visit.laboratory.curating.release(examination.basis.release),
        spectra=visit.laboratory.examining.spectra(examination.number),
    )
    st.session_state[_KEY] = evidence
    return evidence
