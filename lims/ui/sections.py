"""Sections of a page, and acts on it: one way to choose, one way to do and to be refused."""

from collections.abc import Callable, Container, Mapping

import streamlit as st

from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit


def chosen_section(visit: Visit, sections: Mapping[str, str], *, key: str, closed: Container[str] = ()) -> str:
    """Let the person choose a section; the choice survives a change of language.

    Parameters
    ----------
    sections : mapping
        Marked titles by their keys, in order.
    key : str
        Of the choice in the session.
    closed : container of str
        Keys of sections that the person's roles do not open.
    """
    t = visit.t
    offered = [one for one in sections if one not in closed]
    box = f"{key}-{t.language}"
    kept = st.session_state.get(key)
    st.session_state.setdefault(box, kept if kept in offered else offered[0])
    chosen = st.segmented_control(
        t("Section"),
        offered,
        key=box,
        required=True,
        format_func=lambda one: t(sections[one]),
        label_visibility="collapsed",
    )
    st.session_state[key] = chosen
    return str(chosen) if chosen in offered else offered[0]


def attempt(act: Callable[[], object], *, then: Callable[[], object] | None = None) -> None:
    """Do an act and draw the page anew; where it is refused say why, and leave what was typed.

    Parameters
    ----------
    then : callable, optional
        Done after the act, where it was not refused.
    """
    try:
        act()
    except REFUSALS as error:
        show_refusal(error)
        return
    if then is not None:
        then()
    st.rerun()
