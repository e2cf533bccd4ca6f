"""The pictures of an examination, the same on every page that shows them."""

import streamlit as st

from lims.domain.examination import Candidate, Examination
from lims.ui.evidence import evidence_of
from lims.ui.figures import chromatogram_figure, mirror_figure
from lims.ui.session import Visit
from spectra import SIMPLE_EI, MassSpectrum
from spectra.scores import prepare_spectrum
from substance_library import InChIKey, draw_structure_svg, structure_of

_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
_STRUCTURE_WIDTH = 280


def draw_chromatogram(visit: Visit, examination: Examination, *, selected: int | None) -> None:
    """Draw the total ion current with the components' numbers."""
    t = visit.t
    figure = chromatogram_figure(
        evidence_of(visit, examination).run,
        examination.components,
        selected=selected,
        time_label=t("Retention time, s"),
        count_label=t("Total ion current, counts"),
    )
    st.plotly_chart(
        figure, key=f"chromatogram-{examination.number}", config=_MENU, alt=t("Chromatogram with numbered components")
    )


def draw_mirror(visit: Visit, measured: MassSpectrum, reference: MassSpectrum | None, *, key: str) -> None:
    """Draw a measured spectrum against a library spectrum, both as they were compared."""
    t = visit.t
    lowest = float(measured.mz[0])
    figure = mirror_figure(
        prepare_spectrum(measured, SIMPLE_EI, lowest_mz=lowest),
        None if reference is None else prepare_spectrum(reference, SIMPLE_EI, lowest_mz=lowest),
        mz_label="m/z",
        intensity_label=t("Relative intensity"),
    )
    st.plotly_chart(figure, key=key, config=_MENU, alt=t("Measured spectrum above, library spectrum below"))


def draw_structure(visit: Visit, candidate: Candidate) -> None:
    """Draw the structure on file, or say that there is none."""
    t = visit.t
    structure = structure_of(InChIKey(candidate.inchikey)) if candidate.inchikey else None
    if structure is None:
        st.caption(t("No structure is on file for this candidate."))
        return
    st.image(draw_structure_svg(structure), width=_STRUCTURE_WIDTH, alt=t("Structure of the candidate"))
    st.caption(t("Drawn without stereochemistry: mass spectrometry does not establish it."))
