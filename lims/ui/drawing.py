"""The pictures of an examination, the same on every page that shows them."""

from collections.abc import Callable

import streamlit as st

from lims.domain.examination import Candidate, Examination
from lims.services.comparing import SpectrumPair, ion_current, pair_spectra
from lims.translation import Translator
from lims.ui.evidence import evidence_of
from lims.ui.figures import Trace, chromatogram_figure
from lims.ui.mirror_figure import MirrorWords, mirror_figure, spectrum_figure
from lims.ui.session import Visit
from spectra import MassSpectrum, Run
from substance_library import InChIKey, Smiles, draw_structure_svg, structure_of

_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
_STRUCTURE_WIDTH = 280
_STEP = "chromatogram-step"


def draw_chromatogram(
    visit: Visit,
    examination: Examination,
    *,
    selected: int | None,
    ions: tuple[int, ...] = (),
    on_click: Callable[[int], None] | None = None,
) -> None:
    """Draw the total ion current, or chosen ions, with the components' numbers.

    Parameters
    ----------
    on_click : callable, optional
        Told the number of the component whose mark was clicked, before the page is drawn anew.
    """
    t, key = visit.t, "-".join(map(str, ("chromatogram", examination.number, *ions)))  # other lines, another plot
    run = evidence_of(visit, examination).run
    figure = chromatogram_figure(
        run,
        examination.components,
        traces=_traces(run, ions),
        selected=selected,
        step=st.session_state.get(_STEP, 0),
        time_label=t("Retention time, s"),
        count_label=t("Current of the ions, counts") if ions else t("Total ion current, counts"),
    )
    words = t("Chromatogram with numbered components")
    if on_click is None:
        st.plotly_chart(figure, key=key, config=_MENU, alt=words)
        return
    told = on_click

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        number = clicked_component(points)
        if number is not None:
            told(number)

    st.plotly_chart(figure, key=key, config=_MENU, alt=words, on_select=clicked, selection_mode="points")


def clicked_component(points: list[dict[str, object]]) -> int | None:
    """Give the number of the component whose mark was clicked; None if the click was at nothing."""
    for point in points:
        told = point.get("customdata")
        if isinstance(told, (list, tuple)) and told:
            return int(told[0])
    return None


def count_step() -> None:
    """Note that another component was chosen, so that the next click on any mark is a new one."""
    st.session_state[_STEP] = st.session_state.get(_STEP, 0) + 1


def _traces(run: Run, ions: tuple[int, ...]) -> tuple[Trace, ...]:
    if not ions:
        return (Trace(name="", counts=run.total_ion_current),)
    return tuple(Trace(name=f"m/z {mz}", counts=ion_current(run, mz)) for mz in ions)


def draw_mirror(visit: Visit, measured: MassSpectrum, reference: MassSpectrum | None, *, key: str) -> None:
    """Draw a measured spectrum against a library spectrum, both as they were compared."""
    t = visit.t
    if reference is None:
        figure = spectrum_figure(pair_spectra(measured, measured).measured, words=_words(t))
        st.plotly_chart(figure, key=key, config=_MENU, alt=t("Measured spectrum"))
        return
    draw_pair(visit, pair_spectra(measured, reference), key=key)


def draw_pair(visit: Visit, pair: SpectrumPair, *, key: str, molecule: int | None = None) -> None:
    """Draw two spectra side by side, shifted ions marked."""
    t = visit.t
    figure = mirror_figure(pair, words=_words(t), molecule=molecule)
    st.plotly_chart(figure, key=key, config=_MENU, alt=t("Measured spectrum above, library spectrum below"))


def _words(t: Translator) -> MirrorWords:
    return MirrorWords(
        mz="m/z",
        intensity=t("Relative intensity"),
        in_both=t("in both spectra"),
        in_one=t("in this spectrum only"),
        shifted=t("matches after the shift"),
    )


def draw_structure(
    visit: Visit, candidate: Candidate, *, structure: Smiles | None = None, like: Smiles | None = None
) -> None:
    """Draw the structure on file, or say that there is none.

    Parameters
    ----------
    structure : Smiles, optional
        What a release states; without it the package is asked.
    like : Smiles, optional
        Another structure: the core that both have lies in the same place in both pictures.
    """
    t = visit.t
    found = structure or (structure_of(InChIKey(candidate.inchikey)) if candidate.inchikey else None)
    if found is None:
        st.caption(t("No structure is on file for this candidate."))
        return
    st.image(draw_structure_svg(found, like=like), width=_STRUCTURE_WIDTH, alt=t("Structure of the candidate"))
    st.caption(t("Drawn without stereochemistry: mass spectrometry does not establish it."))
