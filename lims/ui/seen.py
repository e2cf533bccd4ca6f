"""Which version of a record a person had on the screen when a button was pressed.

A press runs the page again, and by then somebody else may have changed the record. The act names the version that was
drawn before, so that the service tells the person. A form whose key has the version in it is drawn anew instead, and
the press is lost without a word: keys have ``fresh`` in them.
"""

import streamlit as st

from lims.domain.record import Record
from lims.ui.sections import seen

_ACTS = "acts-done"


def seen_version(record: Record) -> int:
    """Give the version of a record that this browser session drew last; to be asked once in a drawing."""
    return seen(record)


def fresh(number: str) -> str:
    """Give a mark for the keys of a form: another one after each act, so that the next form is empty."""
    return f"{number}-{st.session_state.get(_ACTS, 0)}"


def act_done() -> None:
    """Note that an act was done; a refused one leaves what was typed."""
    st.session_state[_ACTS] = st.session_state.get(_ACTS, 0) + 1
