"""Reception: an order with its seizures and exhibits, registered in one act; then labels and the receipt."""

import streamlit as st

from lims.translation import marked
from lims.ui import intake_draft
from lims.ui.intake_desk import desk
from lims.ui.intake_forms import wizard
from lims.ui.plain import plain
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_SECTION = "reception-section"
_SECTIONS = {"new": marked("New case"), "received": marked("Received cases")}


def render(visit: Visit) -> None:
    """Write a new case down, or go on with one that was received."""
    st.title(visit.t("Reception"))
    told = st.container()  # always there: a message that comes or goes would fold up what is unfolded below
    said = intake_draft.registered()
    if said:
        st.session_state[_SECTION] = "received"
        st.session_state[f"{_SECTION}-{visit.t.language}"] = "received"
        told.success(plain(visit.t("Case {number} is registered.", number=said)))
    if chosen_section(visit, _SECTIONS, key=_SECTION) == "new":
        wizard(visit)
    else:
        desk(visit)
