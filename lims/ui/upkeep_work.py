"""A piece of upkeep beside the page: its button, how far it is, and what it found."""

from collections.abc import Callable

import streamlit as st

from lims.ui import background
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit


def job(visit: Visit, key: str, label: str, work: Callable[[background.Told], object], *, act: bool = False) -> object:
    """Draw the button of a piece of work that goes on beside the page; give what it found, if it ended.

    Parameters
    ----------
    act : bool, optional
        Whether it records something: then what came of it waits for the person.
    """
    running = background.job(visit, key)
    busy = running is not None and not running.ended.is_set()
    if st.button(label, key=f"{key}-start", disabled=busy, width="stretch"):
        attempt(lambda: background.start(visit, key, work, waits=act))
    try:
        return background.result(visit, key)
    except REFUSALS as error:
        show_refusal(error)
        return None
