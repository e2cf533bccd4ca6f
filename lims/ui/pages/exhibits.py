"""Exhibits: what is in the laboratory, what was measured of it, and the file of each case."""

import streamlit as st

from lims.translation import marked
from lims.ui.case_list import case_list
from lims.ui.case_view import case_view
from lims.ui.exhibit_list import exhibit_list
from lims.ui.exhibit_runs import import_of_a_run
from lims.ui.exhibit_view import exhibit_view
from lims.ui.sections import chosen_section, open_section
from lims.ui.selection import CASES, EXHIBITS, chosen_case, wanted_section
from lims.ui.session import Visit

_SECTION = "exhibits-section"
_SECTIONS = {EXHIBITS: marked("Exhibits"), CASES: marked("Cases")}


def render(visit: Visit) -> None:
    """List exhibits or cases; show the chosen one."""
    t = visit.t
    wanted = wanted_section()
    if wanted:
        open_section(visit, wanted, key=_SECTION)
    st.title(t("Exhibits"))
    if chosen_section(visit, _SECTIONS, key=_SECTION) == CASES:
        _cases(visit)
    else:
        _exhibits(visit)


def _exhibits(visit: Visit) -> None:
    number = exhibit_list(visit)
    if number is None:
        st.info(visit.t("Choose an exhibit in the table to see its runs."))
    else:
        exhibit_view(visit, visit.laboratory.accessioning.exhibit(number))
    import_of_a_run(visit)


def _cases(visit: Visit) -> None:
    number = chosen_case()
    if number is None:
        case_list(visit)
    else:
        case_view(visit, number)
