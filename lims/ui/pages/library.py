"""Library: releases and what changed, imports and their check, making a release, and the alerts of the watch."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.alert import Alert
from lims.domain.permissions import Act, may_do, may_read
from lims.translation import marked
from lims.ui.alert_desk import alerts
from lims.ui.library_check import making
from lims.ui.library_imports import imports
from lims.ui.library_releases import releases
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog

_CHOSEN = "library-section"
_SECTIONS = {
    "releases": marked("Releases"),
    "imports": marked("Imports"),
    "making": marked("Make a release"),
    "alerts": marked("Alerts"),
}


def render(visit: Visit) -> None:
    """Show the section that the person chose among those of the own roles."""
    st.title(visit.t("Library"))
    sections: Mapping[str, Callable[[Visit], None]] = {
        "releases": releases,
        "imports": imports,
        "making": making,
        "alerts": alerts,
    }
    sections[_choice(visit)](visit)
    signing_dialog(visit)


def _choice(visit: Visit) -> str:
    """Let the person choose; the choice survives a change of language."""
    t, roles = visit.t, visit.person.roles
    closed = set() if may_do(Act.RELEASE_PUBLISHED, roles) else {"making"}
    closed |= set() if may_read(Alert.KIND, roles) else {"alerts"}
    offered = [one for one in _SECTIONS if one not in closed]
    box = f"{_CHOSEN}-{t.language}"
    kept = st.session_state.get(_CHOSEN)
    st.session_state.setdefault(box, kept if kept in offered else offered[0])
    chosen = st.segmented_control(
        t("Section"),
        offered,
        key=box,
        required=True,
        format_func=lambda one: t(_SECTIONS[one]),
        label_visibility="collapsed",
    )
    st.session_state[_CHOSEN] = chosen
    return str(chosen) if chosen in offered else offered[0]
