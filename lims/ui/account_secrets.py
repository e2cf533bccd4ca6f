"""A secret that a page shows once, to one person, and keeps nowhere: the first password of an account."""

import streamlit as st

from lims.ui.session import Visit

_SHOWN = "administration-first-password"


def show_once(number: str, password: str) -> None:
    """Keep a first password for the next drawing of the page, and no longer."""
    st.session_state[_SHOWN] = (number, password)


def tell_once(visit: Visit) -> None:
    """Show it, and forget it."""
    kept = st.session_state.pop(_SHOWN, None)
    if kept is None:
        return
    t, (number, password) = visit.t, kept
    with st.container(border=True):
        st.text(t("First password of {number}:", number=number))
        st.code(password, language=None)
        st.warning(
            t(
                "It is shown this once and kept nowhere. Hand it over in person; whoever gets it chooses another at "
                "the next sign-in."
            )
        )
