"""Batches: the sequence as a tray, its runs and verdict, what was quantified, and how it is all done."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.translation import marked
from lims.ui import batch_desk, deviation_desk, method_desk, procedure_desk, quantitation_desk
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_CHOSEN = "batches-section"
_SECTIONS = {
    "batch": marked("Batch"),
    "quantitation": marked("Quantitation"),
    "methods": marked("Methods"),
    "procedures": marked("Procedures"),
    "deviations": marked("Deviations"),
}
_DRAWN: Mapping[str, Callable[[Visit], None]] = {
    "batch": batch_desk.batch,
    "quantitation": quantitation_desk.quantitation,
    "methods": method_desk.methods,
    "procedures": procedure_desk.procedures,
    "deviations": deviation_desk.deviations,
}


def render(visit: Visit) -> None:
    """Show the section that the person chose."""
    st.title(visit.t("Batches"))
    _DRAWN[chosen_section(visit, _SECTIONS, key=_CHOSEN)](visit)
