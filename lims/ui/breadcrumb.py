"""The way up from what is looked at: all cases, the case, the exhibit; each step is a button."""

import streamlit as st

from lims.ui.selection import choose_case, choose_exhibit, open_cases
from lims.ui.session import Visit

_STEP = ":material/chevron_right:"


def breadcrumb(visit: Visit, *, case: str = "", exhibit: str = "", here: str = "") -> None:
    """Draw the way up to a record.

    Parameters
    ----------
    case, exhibit : str, optional
        What leads to it, as buttons; empty where it is not of one.
    here : str, optional
        What is looked at, in words.
    """
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(t("All cases"), key="way-cases", type="tertiary"):
            open_cases()
        if case and st.button(t("Case {number}", number=case), key="way-case", type="tertiary", icon=_STEP):
            choose_case(case)
        if exhibit and st.button(t("Exhibit {number}", number=exhibit), key="way-exhibit", type="tertiary", icon=_STEP):
            choose_exhibit(exhibit)
        if here:
            st.text(f"› {here}")
