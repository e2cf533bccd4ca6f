"""What a person finds whose roles see no case: which roles these are, and what they are for."""

import streamlit as st

from lims.ui.plain import plain
from lims.ui.session import Visit


def render(visit: Visit) -> None:
    """Say which roles the person has today."""
    t = visit.t
    st.title(t("Start"))
    roles = ", ".join(t(role.value) for role in visit.person.roles)
    if not roles:
        st.info(t("You have no role today. Ask the administrator for one; the quality manager confirms it."))
        return
    st.text(t("Your roles: {roles}", roles=plain(roles)))
    st.info(t("These roles see no case. What they do stands on the pages above."))
