"""Library: releases, imports and their check, isomer groups, alerts of the watch, and unknowns across cases."""

from collections.abc import Callable, Mapping

import streamlit as st

from lims.domain.alert import Alert
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.translation import marked
from lims.ui.alert_desk import alerts
from lims.ui.cluster_desk import clusters
from lims.ui.isomer_desk import isomer_groups
from lims.ui.library_check import making
from lims.ui.library_imports import imports
from lims.ui.library_releases import releases
from lims.ui.sections import chosen_section
from lims.ui.session import Visit
from lims.ui.signing import signing_dialog

_CHOSEN = "library-section"
_SECTIONS = {
    "releases": marked("Releases"),
    "imports": marked("Imports"),
    "making": marked("Make a release"),
    "isomers": marked("Isomers"),
    "alerts": marked("Alerts"),
    "clusters": marked("Unknowns across cases"),
}


def render(visit: Visit) -> None:
    """Show the section that the person chose among those of the own roles."""
    st.title(visit.t("Library"))
    sections: Mapping[str, Callable[[Visit], None]] = {
        "releases": releases,
        "imports": imports,
        "making": making,
        "isomers": isomer_groups,
        "alerts": alerts,
        "clusters": clusters,
    }
    sections[_choice(visit)](visit)
    signing_dialog(visit)


def _choice(visit: Visit) -> str:
    roles = visit.person.roles
    closed = set() if may_do(Act.RELEASE_PUBLISHED, roles) else {"making"}
    closed |= set() if may_read(Alert.KIND, roles) else {"alerts", "clusters"}
    return chosen_section(visit, _SECTIONS, key=_CHOSEN, closed=closed)
